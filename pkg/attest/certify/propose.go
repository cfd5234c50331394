package certify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
)

var proposes = act.Declare(access.ProposalMake, act.NewEvent("proposal.make", "proposal"))

// Propose says that a student has met the standard of their program. It is
// judged from the ledger; minutes that still wait for a supervisor are named in
// the proposal and are no obstacle. Permission: proposal.make, not on one's own
// record. Codes: standard_not_met (a field for the total and for each subject
// that is short), standard_not_in_force, program_unconfirmed (nobody has confirmed the
// version of the program), enrollment_not_active, already_proposed.
func (s *proposals) Propose(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Proposal, error) {
	return act.Do(ctx, s.act, a, proposes, proposing(s, findJudged(enrollment),
		func(ctx context.Context, x act.Step[Tx], e judged, today core.Date) (p Proposal, seen Seen, err error) {
			if err := active(e.Enrollment); err != nil {
				return p, seen, err
			}
			j, err := judge(ctx, x.Tx, e.Enrollment, e.standard, today)
			if err == nil {
				err = completes(ctx, x.Tx, e.Enrollment, j)
			}
			if err != nil {
				return p, seen, err
			}
			seen.Standing, seen.Claims = j.standing, j.claims
			if err := seen.countWaiting(ctx, x.Tx, enrollment); err != nil {
				return p, seen, err
			}
			p = Proposal{Kind: core.CredentialCompletion, Title: e.ProgramTitle, EnrollmentID: e.ID}
			p.Flags, err = flagsOf(ctx, x.Tx, e.Enrollment, j)
			return p, seen, err
		}))
}

// flagsOf are what someone has to look at before a completion is certified.
func flagsOf(ctx context.Context, tx Tx, e logbook.Enrollment, j judgment) ([]Flag, error) {
	sessions, err := tx.SignedSessions(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	days, err := tx.ClosedDays(ctx, e.OrganizationID, j.first, j.last, 0)
	return raise(sessions, j.standard.StudentsAtOnce, core.Calendar(days).Closed), err
}

// ProposeSpecialty says that a therapist has completed a specialty course and
// meets its prerequisites. Permission: proposal.make, not on one's own record.
// Codes: prerequisite_missing (a field for each), already_proposed.
func (s *proposals) ProposeSpecialty(ctx context.Context, a access.Actor, completion core.CourseCompletionID) (Proposal, error) {
	return act.Do(ctx, s.act, a, proposes, proposing(s,
		func(ctx context.Context, tx Tx) (act.Found[core.CourseCompletion], error) {
			c, err := tx.CourseCompletion(ctx, completion)
			return act.Found[core.CourseCompletion]{Thing: c, Owner: access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID}}, err
		},
		func(ctx context.Context, x act.Step[Tx], c core.CourseCompletion, _ core.Date) (Proposal, Seen, error) {
			course, prerequisites, err := judgeCourse(ctx, x.Tx, c, x.Now)
			return Proposal{Kind: core.CredentialSpecialty, Title: course.Title, CourseCompletionID: c.ID},
				seenCourse(course, c, prerequisites), err
		}))
}

func seenCourse(course core.Course, c core.CourseCompletion, prerequisites []PrerequisiteSeen) Seen {
	return Seen{
		Standing:      standard.Standing{Title: course.Title, Answer: standard.Met, Recorded: c.Minutes, Valid: c.Minutes, Required: course.Minutes},
		Prerequisites: prerequisites,
	}
}

// ProposeTranscript proposes a statement of the hours on record, whether they
// suffice or not, for a student who goes elsewhere or a board that asks.
// Permission: proposal.make, not on one's own record. Codes: not_found,
// nothing_recorded, already_proposed.
func (s *proposals) ProposeTranscript(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Proposal, error) {
	return act.Do(ctx, s.act, a, proposes, proposing(s, findJudged(enrollment),
		func(ctx context.Context, x act.Step[Tx], e judged, today core.Date) (p Proposal, seen Seen, err error) {
			j, err := hoursOf(ctx, x.Tx, e.Enrollment, e.standard, today)
			if err == nil {
				err = j.recorded()
			}
			if err != nil {
				return p, seen, err
			}
			seen.Standing = j.standing
			err = seen.countWaiting(ctx, x.Tx, enrollment)
			return Proposal{Kind: core.CredentialTranscript, Title: transcriptTitle(e.Enrollment), EnrollmentID: e.ID}, seen, err
		}))
}

// ProposeLicense proposes to attest what the school found of a license: it has
// to have recorded the license itself and looked at more than the holder's own
// word. Permission: proposal.make at that school, not on one's own record.
// Codes: not_found, not_verified, already_proposed.
func (s *proposals) ProposeLicense(ctx context.Context, a access.Actor, license core.LicenseID) (Proposal, error) {
	return act.Do(ctx, s.act, a, proposes, proposing(s,
		func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
			l, err := tx.License(ctx, license)
			return act.Found[core.License]{Thing: l, Owner: access.Target{Organization: l.OrganizationID, Therapist: l.TherapistID}}, err
		},
		func(ctx context.Context, x act.Step[Tx], l core.License, _ core.Date) (Proposal, Seen, error) {
			org, err := x.Tx.Organization(ctx, l.OrganizationID)
			if err == nil {
				_, err = found(l, org, x.Now)
			}
			return Proposal{Kind: core.CredentialLicense, Title: licenseTitle(l), LicenseID: l.ID}, Seen{}, err
		}))
}

// judged is an enrollment with its own standard.
type judged struct {
	logbook.Enrollment
	standard []byte
}

func findJudged(id core.EnrollmentID) func(context.Context, Tx) (act.Found[judged], error) {
	return func(ctx context.Context, tx Tx) (act.Found[judged], error) {
		e, std, err := tx.JudgedEnrollment(ctx, id)
		return act.Found[judged]{Thing: judged{e, std}, Owner: access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}}, err
	}
}

// proposing is the command that proposes something of what find gives. look judges
// it on the school's day and says what of it is proposed, with its flags and with what was seen; the
// school and the therapist are those of what was found.
func proposing[N any](s *proposals, find func(context.Context, Tx) (act.Found[N], error), look func(context.Context, act.Step[Tx], N, core.Date) (Proposal, Seen, error)) act.Command[Tx, N, Proposal] {
	var owner access.Target
	return act.Command[Tx, N, Proposal]{
		Find: func(ctx context.Context, tx Tx) (act.Found[N], error) {
			found, err := find(ctx, tx)
			owner = found.Owner
			return found, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], n N) (Proposal, error) {
			org, err := working(ctx, x.Tx, owner.Organization)
			if err != nil {
				return Proposal{}, err
			}
			p, seen, err := look(ctx, x, n, org.Today(x.Now))
			if err != nil {
				return p, err
			}
			p.OrganizationID, p.TherapistID = owner.Organization, owner.Therapist
			return s.propose(ctx, x, p, seen)
		},
		Tell: func(_ N, p Proposal) []act.Told {
			return act.Of(p.ID.String(), map[string]string{"kind": string(p.Kind), "action": string(p.Action)})
		},
	}
}

// propose keeps a proposal, and gives it with the names of those whom it is about.
func (s *proposals) propose(ctx context.Context, x act.Step[Tx], p Proposal, seen Seen) (Proposal, error) {
	standing, err := json.Marshal(seen)
	if err != nil {
		return p, err
	}
	if p.Action == "" {
		p.Action = ActionCertify
	}
	p.ID, p.State, p.Standing, p.Version = core.NewID[core.ProposalID](s.src), ProposalOpen, standing, 1
	p.ProposedBy, p.ProposedAt = x.Actor.AccountID, x.Now
	if err := x.Tx.InsertProposal(ctx, p); err != nil {
		return p, err
	}
	if err := x.Tx.InsertFlags(ctx, p.ID, p.Flags); err != nil {
		return p, err
	}
	kept, err := x.Tx.Proposal(ctx, p.ID)
	kept.Flags = p.Flags
	if err == nil {
		err = flagLost(ctx, x.Tx, &kept)
	}
	return kept, err
}

// judgment is a standing with the standard, the credits that it is drawn from, the
// days between which they lie, and what they make of the claims about states. Where
// nobody is judged by the standard, unjudged, the standing is what is on record.
type judgment struct {
	unjudged    bool
	standard    standard.Standard
	standing    standard.Standing
	credits     []core.Credit
	claims      []standard.Claim
	first, last core.Date
}

// judge evaluates an enrollment by its own standard from its ledger: by the rules
// in force on the school's day. Code: standard_not_in_force.
func judge(ctx context.Context, tx Tx, e logbook.Enrollment, body []byte, today core.Date) (judgment, error) {
	std, err := standard.Parse(body)
	if err != nil {
		return judgment{}, fmt.Errorf("the standard of program version %s: %w", e.ProgramVersionID, err)
	}
	days := standard.Days{Enrolled: e.EnrolledOn, Asked: today}
	rules, err := standard.RulesFor(days, std)
	if err != nil {
		return judgment{}, err
	}
	credits, err := tx.CreditsOf(ctx, e.ID, core.CreditID{}, 0)
	if err != nil {
		return judgment{}, err
	}
	j := judgment{standard: rules.Standard(), standing: standard.Evaluate(rules, credits), credits: credits}
	j.first, j.last = span(credits)
	j.claims, err = standard.ClaimsBy(std, credits, days)
	return j, err
}

// hoursOf are the hours on record: what the standard makes of them, or where it is not
// in force on the school's day, as they stand. Whether they suffice no transcript says,
// and nobody is refused one because of a day.
func hoursOf(ctx context.Context, tx Tx, e logbook.Enrollment, body []byte, today core.Date) (judgment, error) {
	j, err := judge(ctx, tx, e, body, today)
	if core.CodeOf(err) != "standard_not_in_force" {
		return j, err
	}
	std, err := standard.Parse(body)
	if err != nil {
		return judgment{}, err
	}
	credits, err := tx.CreditsOf(ctx, e.ID, core.CreditID{}, 0)
	if err != nil {
		return judgment{}, err
	}
	j = judgment{unjudged: true, standard: std, standing: standard.OnRecord(std, credits), credits: credits}
	j.first, j.last = span(credits)
	return j, nil
}

func active(e logbook.Enrollment) error {
	if e.State != core.EnrollmentActive {
		return core.Conflict("enrollment_not_active.certify", "state", e.State)
	}
	return nil
}

func (j judgment) recorded() error {
	if j.standing.Recorded <= 0 {
		return core.Conflict("nothing_recorded")
	}
	return nil
}

// span is the first and the last day of the credits that stand.
func span(credits []core.Credit) (first, last core.Date) {
	reversed := map[core.CreditID]bool{}
	for _, c := range credits {
		reversed[c.Reverses] = true
	}
	for _, c := range credits {
		if !c.Reverses.IsZero() || reversed[c.ID] {
			continue
		}
		if first.IsZero() || c.Date.Before(first) {
			first = c.Date
		}
		if c.Date.After(last) {
			last = c.Date
		}
	}
	return first, last
}

// notMet is nil for a standing that is met for sure, else standard_not_met with a
// field for everything that is short, or standard_not_sure with one for everything
// that nobody saw the text of: a school does not certify by it before its board
// has answered.
func notMet(standing standard.Standing) error {
	switch standing.Answer {
	case standard.Met:
		return nil
	case standard.Ask:
		var fields []core.Field
		for _, text := range standing.AskText() {
			fields = append(fields, core.Field{Name: "standard", Code: "standard_not_sure", ID: "standard_not_sure.one", Args: []any{"text", strings.TrimSuffix(text, ".")}})
		}
		return refuse("standard_not_sure.all", fields)
	}
	var fields []core.Field
	short := func(name, title string, missing, required core.Minutes) {
		if missing > 0 {
			fields = append(fields, core.Field{Name: name, Code: "standard_not_met", ID: "standard_not_met.short",
				Args: []any{"title", title, "missing", missing, "required", required}})
		}
	}
	short("total", "Total", standing.Missing, standing.Required)
	for _, subject := range standing.Subjects {
		short(subject.Code, subject.Title, subject.Missing, subject.Required)
	}
	for i := range standing.Rules {
		if text := standing.Rules[i].MissingText(); text != "" {
			fields = append(fields, core.Field{Name: standing.Rules[i].ID, Code: "standard_not_met", ID: "standard_not_met.rule", Args: []any{"text", strings.TrimSuffix(text, ".")}})
		}
	}
	return refuse("standard_not_met.all", fields)
}

// refuse says in one sentence what every field says.
func refuse(id string, fields []core.Field) error {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = field.Message()
	}
	fault := core.Conflict(id, "all", strings.Join(texts, "; "))
	fault.Fields = fields
	return fault
}

func (seen *Seen) countWaiting(ctx context.Context, tx Tx, enrollment core.EnrollmentID) error {
	totals, err := tx.Totals(ctx, enrollment)
	for _, t := range totals {
		seen.Waiting += t.WaitingMinutes
		seen.WaitingEntries += t.WaitingEntries
	}
	return err
}

// judgeCourse looks at every prerequisite of a completed course and refuses
// where one is missing.
func judgeCourse(ctx context.Context, tx Tx, c core.CourseCompletion, now time.Time) (core.Course, []PrerequisiteSeen, error) {
	course, err := tx.Course(ctx, c.CourseID)
	if err != nil {
		return core.Course{}, nil, err
	}
	record, err := recordOf(ctx, tx, c.OrganizationID, c.TherapistID, now)
	if err != nil {
		return core.Course{}, nil, err
	}
	var seen []PrerequisiteSeen
	var missing []core.Field
	for i, p := range course.Prerequisites {
		found := PrerequisiteSeen{Text: p.String()}
		found.Met, found.Detail = record.meets(p, c)
		seen = append(seen, found)
		if !found.Met {
			missing = append(missing, core.Field{
				Name: fmt.Sprintf("prerequisites[%d]", i), Code: "prerequisite_missing",
				ID: "prerequisite_missing.one", Args: []any{"text", found.Text, "detail", strings.TrimSuffix(found.Detail, ".")},
			})
		}
	}
	if len(missing) > 0 {
		return course, seen, refuse("prerequisite_missing.all", missing)
	}
	return course, seen, nil
}

// record is what prerequisites look at, as the school of the course sees it now.
type record struct {
	org         core.Organization
	now         time.Time
	licenses    []core.License
	credentials []core.Credential
	completions []core.CourseCompletion
}

func recordOf(ctx context.Context, tx Tx, org core.OrganizationID, therapist core.TherapistID, now time.Time) (r record, err error) {
	r.now = now
	if r.org, err = tx.Organization(ctx, org); err != nil {
		return r, err
	}
	if r.licenses, err = tx.LicensesOf(ctx, therapist); err != nil {
		return r, err
	}
	if r.credentials, err = tx.CredentialsOf(ctx, therapist); err != nil {
		return r, err
	}
	r.completions, err = tx.CourseCompletionsOf(ctx, therapist)
	return r, err
}

// kept writes a sentence in English: it is kept with the proposal.
func kept(id string, args ...any) string { return words.English().Say(id, args...) }

// meets tells whether a prerequisite was met on the day of a completion, and
// what was found.
func (r record) meets(p core.Prerequisite, c core.CourseCompletion) (met bool, detail string) {
	switch {
	case p.Licensed:
		may, decided := license.Holds(license.Places(r.licenses, standard.OnDay(c.CompletedOn, r.now).By(r.org), ""))
		return may, decided.Reason()
	case p.Minutes > 0:
		var certified core.Minutes
		for _, held := range r.credentials {
			if held.Kind == core.CredentialCompletion && held.State == core.CredentialActive {
				certified += held.Minutes
			}
		}
		return certified >= p.Minutes, kept("prerequisite.hours", "certified", certified.String(), "needed", p.Minutes.String())
	}
	i := slices.IndexFunc(r.completions, func(other core.CourseCompletion) bool {
		return other.OrganizationID == c.OrganizationID && other.CourseCode == p.CourseCode && !other.CompletedOn.After(c.CompletedOn)
	})
	if i < 0 {
		return false, kept("prerequisite.none", "date", c.CompletedOn)
	}
	done := r.completions[i]
	if !slices.ContainsFunc(r.credentials, func(held core.Credential) bool {
		return held.CourseCompletionID == done.ID && held.State == core.CredentialActive
	}) {
		return false, kept("prerequisite.uncertified", "date", done.CompletedOn)
	}
	return true, kept("prerequisite.completed", "date", done.CompletedOn)
}

package certify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Propose says that a student has met the standard of their program. It is
// judged from the ledger; minutes that still wait for a supervisor are named in
// the proposal and are no obstacle. Permission: proposal.make, not on one's own
// record. Codes: standard_not_met (a field for the total and for each subject
// that is short), enrollment_not_active, already_proposed.
func (s *Service) Propose(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, std, err := tx.JudgedEnrollment(ctx, enrollment)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.ProposalMake, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
			return err
		}
		if err := active(e); err != nil {
			return err
		}
		j, err := judge(ctx, tx, e, std)
		if err == nil {
			err = notMet(j.standing)
		}
		if err != nil {
			return err
		}
		seen := Seen{Standing: j.standing}
		if err := seen.countWaiting(ctx, tx, enrollment); err != nil {
			return err
		}
		p, err = s.propose(ctx, tx, a, core.Proposal{
			OrganizationID: e.OrganizationID, Action: core.ActionCertify, Kind: core.CredentialCompletion, TherapistID: e.TherapistID,
			Title: e.ProgramTitle, EnrollmentID: e.ID,
		}, seen)
		if err != nil {
			return err
		}
		sessions, err := tx.SignedSessions(ctx, e.ID)
		if err != nil {
			return err
		}
		days, err := tx.ClosedDays(ctx, e.OrganizationID, j.first, j.last, 0)
		if err != nil {
			return err
		}
		p.Flags = raise(sessions, j.standard.StudentsAtOnce, core.Calendar(days).Closed)
		return tx.InsertFlags(ctx, p.ID, p.Flags)
	})
	return p, err
}

// ProposeSpecialty says that a therapist has completed a specialty course and
// meets its prerequisites. Permission: proposal.make, not on one's own record.
// Codes: prerequisite_missing (a field for each), already_proposed.
func (s *Service) ProposeSpecialty(ctx context.Context, a access.Actor, completion core.CourseCompletionID) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.CourseCompletion(ctx, completion)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.ProposalMake, access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID}); err != nil {
			return err
		}
		course, prerequisites, err := judgeCourse(ctx, tx, c)
		if err != nil {
			return err
		}
		p, err = s.propose(ctx, tx, a, core.Proposal{
			OrganizationID: c.OrganizationID, Action: core.ActionCertify, Kind: core.CredentialSpecialty, TherapistID: c.TherapistID,
			Title: course.Title, CourseCompletionID: c.ID,
		}, seenCourse(course, c, prerequisites))
		return err
	})
	return p, err
}

func seenCourse(course core.Course, c core.CourseCompletion, prerequisites []PrerequisiteSeen) Seen {
	return Seen{
		Standing:      standard.Standing{Title: course.Title, Met: true, Recorded: c.Minutes, Valid: c.Minutes, Required: course.Minutes},
		Prerequisites: prerequisites,
	}
}

// ProposeTranscript proposes a statement of the hours on record, whether they
// suffice or not, for a student who goes elsewhere or a board that asks.
// Permission: proposal.make, not on one's own record. Codes: not_found,
// nothing_recorded, already_proposed.
func (s *Service) ProposeTranscript(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, std, err := tx.JudgedEnrollment(ctx, enrollment)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.ProposalMake, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
			return err
		}
		j, err := judge(ctx, tx, e, std)
		if err == nil {
			err = j.recorded()
		}
		if err != nil {
			return err
		}
		seen := Seen{Standing: j.standing}
		if err := seen.countWaiting(ctx, tx, enrollment); err != nil {
			return err
		}
		p, err = s.propose(ctx, tx, a, core.Proposal{
			OrganizationID: e.OrganizationID, Action: core.ActionCertify, Kind: core.CredentialTranscript, TherapistID: e.TherapistID,
			Title: transcriptTitle(e), EnrollmentID: e.ID,
		}, seen)
		return err
	})
	return p, err
}

// ProposeLicense proposes to attest what the school found of a licence: it has
// to have recorded the licence itself and looked at more than the holder's own
// word. Permission: proposal.make at that school, not on one's own record.
// Codes: not_found, not_verified, already_proposed.
func (s *Service) ProposeLicense(ctx context.Context, a access.Actor, license core.LicenseID) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.ProposalMake, access.Target{Organization: l.OrganizationID, Therapist: l.TherapistID}); err != nil {
			return err
		}
		org, err := tx.Organization(ctx, l.OrganizationID)
		if err != nil {
			return err
		}
		if _, err := found(l, org.Today(s.src.Now())); err != nil {
			return err
		}
		p, err = s.propose(ctx, tx, a, core.Proposal{
			OrganizationID: l.OrganizationID, Action: core.ActionCertify, Kind: core.CredentialLicense, TherapistID: l.TherapistID,
			Title: licenseTitle(l), LicenseID: l.ID,
		}, Seen{})
		return err
	})
	return p, err
}

func (s *Service) propose(ctx context.Context, tx Tx, a access.Actor, p core.Proposal, seen Seen) (core.Proposal, error) {
	now := s.src.Now()
	if _, err := working(ctx, tx, p.OrganizationID); err != nil {
		return core.Proposal{}, err
	}
	standing, err := json.Marshal(seen)
	if err != nil {
		return core.Proposal{}, err
	}
	p.ID, p.State, p.Standing, p.Version = core.NewID[core.ProposalID](s.src), core.ProposalOpen, standing, 1
	p.ProposedBy, p.ProposedAt = a.AccountID, now
	if err := tx.InsertProposal(ctx, p); err != nil {
		return core.Proposal{}, err
	}
	err = s.audit(ctx, tx, a, now, p.OrganizationID, "proposal.make", "proposal", p.ID.String(),
		map[string]string{"kind": string(p.Kind), "action": string(p.Action)})
	if err != nil {
		return core.Proposal{}, err
	}
	return tx.Proposal(ctx, p.ID)
}

// judgement is a standing with the standard, the credits that it is drawn from
// and the days between which they lie.
type judgement struct {
	standard    standard.Standard
	standing    standard.Standing
	credits     []core.Credit
	first, last core.Date
}

// judge evaluates an enrollment by its own standard from its ledger.
func judge(ctx context.Context, tx Tx, e core.Enrollment, body []byte) (judgement, error) {
	std, err := standard.Parse(body)
	if err != nil {
		return judgement{}, fmt.Errorf("the standard of program version %s: %w", e.ProgramVersionID, err)
	}
	credits, err := tx.CreditsOf(ctx, e.ID, core.CreditID{}, 0)
	if err != nil {
		return judgement{}, err
	}
	j := judgement{standard: std, standing: standard.Evaluate(std, credits), credits: credits}
	j.first, j.last = span(credits)
	return j, nil
}

func active(e core.Enrollment) error {
	if e.State != core.EnrollmentActive {
		return core.Conflict("enrollment_not_active", "This enrollment is %s; only an active one can be certified.", e.State)
	}
	return nil
}

func (j judgement) recorded() error {
	if j.standing.Recorded <= 0 {
		return core.Conflict("nothing_recorded", "No hours are signed yet, so there is nothing to state.")
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

// notMet is nil for a standing that is met, else standard_not_met with a field
// for everything that is short.
func notMet(standing standard.Standing) error {
	if standing.Met {
		return nil
	}
	var fields []core.Field
	short := func(name, title string, missing, required core.Minutes) {
		if missing > 0 {
			fields = append(fields, core.Field{Name: name, Code: "standard_not_met",
				Message: fmt.Sprintf("%s: %s short of %s", title, missing, required)})
		}
	}
	short("total", "Total", standing.Missing, standing.Required)
	for _, subject := range standing.Subjects {
		short(subject.Code, subject.Title, subject.Missing, subject.Required)
	}
	for i := range standing.Rules {
		if text := standing.Rules[i].MissingText(); text != "" {
			fields = append(fields, core.Field{Name: standing.Rules[i].ID, Code: "standard_not_met", Message: strings.TrimSuffix(text, ".")})
		}
	}
	return refuse("standard_not_met", "The standard is not met. ", fields)
}

// refuse says in one sentence what every field says.
func refuse(code, opening string, fields []core.Field) error {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = field.Message
	}
	fault := core.Conflict(code, "%s%s.", opening, strings.Join(texts, "; "))
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
func judgeCourse(ctx context.Context, tx Tx, c core.CourseCompletion) (core.Course, []PrerequisiteSeen, error) {
	course, err := tx.Course(ctx, c.CourseID)
	if err != nil {
		return core.Course{}, nil, err
	}
	record, err := recordOf(ctx, tx, c.TherapistID)
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
				Message: found.Text + " (" + strings.TrimSuffix(found.Detail, ".") + ")",
			})
		}
	}
	if len(missing) > 0 {
		return course, seen, refuse("prerequisite_missing", "A prerequisite of the course is missing: ", missing)
	}
	return course, seen, nil
}

// record is what prerequisites look at.
type record struct {
	licenses    []core.License
	credentials []core.Credential
	completions []core.CourseCompletion
}

func recordOf(ctx context.Context, tx Tx, therapist core.TherapistID) (r record, err error) {
	if r.licenses, err = tx.LicensesOf(ctx, therapist); err != nil {
		return r, err
	}
	if r.credentials, err = tx.CredentialsOf(ctx, therapist); err != nil {
		return r, err
	}
	r.completions, err = tx.CourseCompletionsOf(ctx, therapist)
	return r, err
}

// meets tells whether a prerequisite was met on the day of a completion, and
// what was found.
func (r record) meets(p core.Prerequisite, c core.CourseCompletion) (met bool, detail string) {
	switch {
	case p.Licensed:
		practice, _ := core.MayPractise(r.licenses, standard.OnDay(c.CompletedOn))
		return practice.May, practice.Reason
	case p.Minutes > 0:
		var certified core.Minutes
		for _, held := range r.credentials {
			if held.Kind == core.CredentialCompletion && held.State == core.CredentialActive {
				certified += held.Minutes
			}
		}
		return certified >= p.Minutes, fmt.Sprintf("%s of %s are certified.", certified, p.Minutes)
	}
	i := slices.IndexFunc(r.completions, func(other core.CourseCompletion) bool {
		return other.OrganizationID == c.OrganizationID && other.CourseCode == p.CourseCode && !other.CompletedOn.After(c.CompletedOn)
	})
	if i < 0 {
		return false, fmt.Sprintf("No completion by %s is recorded.", c.CompletedOn)
	}
	return true, fmt.Sprintf("Completed on %s.", r.completions[i].CompletedOn)
}

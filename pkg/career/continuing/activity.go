package continuing

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/notice"
	"github.com/palmar/palmar/pkg/words"
)

// MostCE is how many minutes an activity has at the most.
const MostCE = core.Minutes(500 * 60)

// ActivityInput is an activity as someone wrote it. Amount has its unit, such as
// "12 contact hours", and Hour is the minutes of a contact hour (0: 60); Approved
// and HandsOn are written the same way and may be empty. Without Lines all of it
// is about massage. Completed says that it was taken; otherwise it is planned.
type ActivityInput struct {
	Completed bool
	Title     string
	Type      string
	On        core.Date
	Amount    string
	Hour      core.Minutes
	Approved  string
	HandsOn   string
	Lines     []CELine
	// CEUMeant says that more than four whole CEU are CEU, and not hours.
	CEUMeant bool

	Participant     string
	ProviderName    string
	ProviderBody    string
	ProviderNumber  string
	ProviderContact string
	Signed          bool
	LicenseNumber   string
	ProgramNumber   string
}

var (
	ceReported = act.NewEvent("ce.report", "ce_activity")
	reports    = act.Declare(access.CEReport, ceReported)
)

// AddActivity plans a course, or records one that was completed. Nothing beyond
// title, type, day and amount is needed before it is reported. Permission:
// ce.report, by the therapist or under a grant of continuing education. Codes: those of the fields
// (required, too_long, bad_character, unknown_type, bad_date, date_in_future,
// unknown_subject, repeated, bad_minutes, not_the_amount, more_than_amount,
// ceu_meant for more than four whole CEU of which nobody said so, and
// those of core.ParseCE), school_needed, activity_exists.
func (s *Service) AddActivity(ctx context.Context, a access.Actor, therapist core.TherapistID, in ActivityInput) (CEActivity, error) {
	return act.Do(ctx, s.act, a, reports, act.Command[Tx, held[core.TherapistID], CEActivity]{
		Find: func(ctx context.Context, tx Tx) (act.Found[held[core.TherapistID]], error) {
			return hold(ctx, tx, a, therapist, core.OrganizationID{}, therapist, 0)
		},
		Change: func(ctx context.Context, x act.Step[Tx], h held[core.TherapistID]) (CEActivity, error) {
			school := schoolOf(x, h)
			if school.IsZero() {
				return CEActivity{}, core.Conflict("school_needed")
			}
			ce := CEActivity{
				ID: core.NewID[core.CEActivityID](s.src), TherapistID: therapist, OrganizationID: school, CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1,
			}
			return ce, fill(ctx, x, &ce, in)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ held[core.TherapistID], ce CEActivity) error {
			return x.Tx.InsertCEActivity(ctx, ce)
		},
		Tell: func(h held[core.TherapistID], ce CEActivity) []act.Told {
			told := tellActivity(h, ce)
			told[0].About = notice.Added{
				Therapist: therapist, What: words.S("added.ce", "name", ce.Title), Path: "/record/ce", RecordPath: "/therapists/" + therapist.String() + "/ce",
			}
			return told
		},
	})
}

func tellActivity[N any](_ held[N], ce CEActivity) []act.Told {
	return act.Of(ce.ID.String(), map[string]string{"state": string(ce.State)})
}

// SaveActivity replaces an activity that is planned, completed or was rejected.
// Permission: ce.report. Codes: those of AddActivity, already_reported, stale.
func (s *Service) SaveActivity(ctx context.Context, a access.Actor, id core.CEActivityID, version int, in ActivityInput) (CEActivity, error) {
	return act.Do(ctx, s.act, a, reports, changing(a, id, version, Tx.SaveCEActivity, func(ctx context.Context, x act.Step[Tx], ce *CEActivity) error {
		if err := open(*ce); err != nil {
			return err
		}
		return fill(ctx, x, ce, in)
	}))
}

// open tells whether an activity can still be changed.
func open(ce CEActivity) error {
	if ce.State == CEPlanned || ce.State == CECompleted || ce.State == CERejected {
		return nil
	}
	return core.Conflict("already_reported.change", "state", ce.State)
}

// fill checks an input and writes it into an activity.
func fill(ctx context.Context, x act.Step[Tx], ce *CEActivity, in ActivityInput) error {
	person, err := x.Tx.Therapist(ctx, ce.TherapistID)
	if err != nil {
		return err
	}
	school, err := x.Tx.Organization(ctx, ce.OrganizationID)
	if err != nil {
		return err
	}
	var f form
	f.line("title", &in.Title, 1, 200)
	f.line("participant", &in.Participant, 0, 120)
	f.line("provider_name", &in.ProviderName, 0, 200)
	f.line("provider_body", &in.ProviderBody, 0, 20)
	f.line("provider_number", &in.ProviderNumber, 0, 60)
	f.line("provider_contact", &in.ProviderContact, 0, 200)
	f.line("license_number", &in.LicenseNumber, 0, 60)
	f.line("program_number", &in.ProgramNumber, 0, 60)
	f.day("on", in.On)
	if in.Completed && in.On.After(zoneOf(person, school).Today(x.Now)) {
		f.Add("on", "date_in_future.on", "on", in.On)
	}
	kind, err := ParseCEType(in.Type)
	_ = f.Check("type", err)
	f.amounts(ce, in)
	f.lines(ce, in.Lines)
	if err := f.Err(); err != nil {
		return err
	}
	if ce.State = CEPlanned; in.Completed {
		ce.State = CECompleted
	}
	ce.Title, ce.Type, ce.On, ce.Participant, ce.Signed = in.Title, kind, in.On, in.Participant, in.Signed
	ce.ProviderName, ce.ProviderBody, ce.ProviderNumber, ce.ProviderContact = in.ProviderName, in.ProviderBody, in.ProviderNumber, in.ProviderContact
	ce.LicenseNumber, ce.ProgramNumber = in.LicenseNumber, in.ProgramNumber
	ce.TherapistName = person.Name
	ce.Provider, err = providerOf(ctx, x.Tx, *ce)
	return err
}

func (f *form) amounts(ce *CEActivity, in ActivityInput) {
	amount, err := ParseCE(in.Amount, in.Hour)
	_ = f.Check("amount", err)
	if amount.manyCEU() && !in.CEUMeant {
		f.Add("amount", "ceu_meant", "words", amount.Words, "hours", amount.Minutes)
	}
	if amount.Minutes > MostCE {
		f.Add("amount", "bad_minutes.amount", "mostCE", MostCE)
	}
	other := func(name, text string) core.Minutes {
		if text == "" {
			return 0
		}
		parsed, err := ParseCE(text, in.Hour)
		_ = f.Check(name, err)
		return parsed.Minutes
	}
	ce.Amount, ce.Approved, ce.HandsOn = amount, other("approved", in.Approved), other("hands_on", in.HandsOn)
	if ce.HandsOn > amount.Minutes && amount.Minutes > 0 {
		f.Add("hands_on", "more_than_amount")
	}
}

func (f *form) lines(ce *CEActivity, lines []CELine) {
	if ce.Amount.Minutes == 0 {
		return
	}
	if len(lines) == 0 {
		ce.Lines = []CELine{{Subject: standard.Massage, Minutes: ce.Amount.Minutes}}
		return
	}
	known := map[string]bool{}
	for _, s := range standard.CESubjects() {
		known[s.Code] = true
	}
	sum := core.Minutes(0)
	for i, line := range lines {
		at := func(name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }
		if allowed, listed := known[line.Subject]; !listed {
			f.Add(at("subject"), "unknown_subject.continuing", "subject", line.Subject, "known", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		} else if !allowed {
			f.Add(at("subject"), "repeated.ce_subject")
		} else {
			known[line.Subject] = false
		}
		if line.Minutes <= 0 || line.Minutes > MostCE {
			f.Add(at("minutes"), "bad_minutes.least")
			return
		}
		sum += line.Minutes
	}
	if sum != ce.Amount.Minutes {
		f.Add("lines", "not_the_amount", "sum", sum, "minutes", ce.Amount.Minutes)
	}
	ce.Lines = lines
}

// DropActivity forgets an activity that is planned or completed, with its
// certificate. Permission: ce.report. Codes: already_reported, stale.
func (s *Service) DropActivity(ctx context.Context, a access.Actor, id core.CEActivityID, version int) error {
	_, err := act.Do(ctx, s.act, a, reports, act.Command[Tx, held[CEActivity], CEActivity]{
		Version: version,
		Find:    findActivity(a, id),
		Change: func(_ context.Context, _ act.Step[Tx], h held[CEActivity]) (CEActivity, error) {
			if h.is.State != CEPlanned && h.is.State != CECompleted {
				return h.is, core.Conflict("already_reported.remove", "state", h.is.State)
			}
			return h.is, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ held[CEActivity], ce CEActivity) error {
			return x.Tx.DropCEActivity(ctx, id, ce.Version)
		},
		Tell: func(held[CEActivity], CEActivity) []act.Told {
			return act.Of(id.String(), map[string]string{"state": "dropped"})
		},
	})
	return err
}

func findActivity(a access.Actor, id core.CEActivityID) func(context.Context, Tx) (act.Found[held[CEActivity]], error) {
	return func(ctx context.Context, tx Tx) (act.Found[held[CEActivity]], error) {
		ce, err := tx.CEActivity(ctx, id)
		if err != nil {
			return act.Found[held[CEActivity]]{}, err
		}
		found, err := hold(ctx, tx, a, ce.TherapistID, ce.OrganizationID, ce, ce.Version)
		found.Owner.Scope = "" // a grant lets a school see and add: who has it changes it
		return found, err
	}
}

// changing is a command that changes an activity by fn, and keeps it by save.
func changing(a access.Actor, id core.CEActivityID, version int, save func(Tx, context.Context, CEActivity) error, fn func(context.Context, act.Step[Tx], *CEActivity) error) act.Command[Tx, held[CEActivity], CEActivity] {
	return act.Command[Tx, held[CEActivity], CEActivity]{
		Version: version,
		Find:    findActivity(a, id),
		Change: func(ctx context.Context, x act.Step[Tx], h held[CEActivity]) (CEActivity, error) {
			ce := h.is
			err := fn(ctx, x, &ce)
			ce.Version++
			return ce, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], h held[CEActivity], ce CEActivity) error {
			ce.Version = h.is.Version
			return save(x.Tx, ctx, ce)
		},
		Tell: tellActivity[CEActivity],
	}
}

// Activity is one activity. Permission: ce.read of the school to which it was handed
// in, or under a grant of continuing education.
func (s *Service) Activity(ctx context.Context, a access.Actor, id core.CEActivityID) (CEActivity, error) {
	return act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) (CEActivity, error) {
		return activityFor(ctx, r, id)
	})
}

// activityFor is an activity that the reader may read.
func activityFor(ctx context.Context, r act.Reader[Tx], id core.CEActivityID) (CEActivity, error) {
	ce, err := r.Tx.CEActivity(ctx, id)
	if err != nil {
		return CEActivity{}, err
	}
	return ce, r.May(ctx, of(ce.TherapistID, ce.OrganizationID))
}

// Activities lists a therapist's activities, the newest record first; of one
// state, if one is given: to a school without a grant those that were handed in to it.
// Permission: ce.read. Code: bad_cursor.
func (s *Service) Activities(ctx context.Context, a access.Actor, therapist core.TherapistID, state CEState, page core.Page) (core.List[CEActivity], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, CEActivity]{
		Action: access.CERead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]CEActivity, error) {
			after, err := act.AfterID[core.CEActivityID](at, 0)
			if err != nil {
				return nil, err
			}
			school, err := shownTo(ctx, r, therapist)
			if err != nil {
				return nil, err
			}
			return r.Tx.FindCEActivities(ctx, ActivityQuery{Therapist: therapist, Organization: school, State: state, After: after, Limit: at.Limit})
		},
		Key: func(ce CEActivity) []string { return []string{ce.ID.String()} },
	})
}

// shownTo asks whether the actor may read of a therapist's continuing education, and
// gives the school of which alone they may see what was handed in; zero where they may
// see all.
func shownTo(ctx context.Context, r act.Reader[Tx], therapist core.TherapistID) (core.OrganizationID, error) {
	share, err := r.Share(ctx, therapist, access.ScopeCE)
	if share.Whole {
		return core.OrganizationID{}, err
	}
	return share.First(), err
}

// Queue lists the activities that were reported to a school, the newest record
// first; those that wait for a decision where no state is given. Permission:
// ce.read for the school. Code: bad_cursor.
func (s *Service) Queue(ctx context.Context, a access.Actor, org core.OrganizationID, state CEState, page core.Page) (core.List[CEActivity], error) {
	if state == "" {
		state = CEReported
	}
	return act.List(ctx, s.act, a, page, listing(ActivityQuery{Organization: org, State: state}, access.Target{Organization: org}))
}

func listing(q ActivityQuery, owner access.Target) act.Listing[Tx, CEActivity] {
	return act.ByID(access.CERead, owner, func(ctx context.Context, tx Tx, after core.CEActivityID, limit int) ([]CEActivity, error) {
		q.After, q.Limit = after, limit
		return tx.FindCEActivities(ctx, q)
	}, func(ce CEActivity) core.CEActivityID { return ce.ID })
}

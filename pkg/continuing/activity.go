package continuing

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// MostCE is how many minutes an activity has at the most.
const MostCE = core.Minutes(500 * 60)

// ActivityInput is an activity as somebody wrote it. Amount has its unit, such as
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
	Lines     []core.CELine

	Participant     string
	ProviderName    string
	ProviderBody    string
	ProviderNumber  string
	ProviderContact string
	Signed          bool
	LicenseNumber   string
	ProgramNumber   string
}

// AddActivity plans a course, or records one that was completed. Nothing beyond
// title, type, day and amount is needed before it is reported. Permission:
// ce.report at any school that knows the therapist. Codes: those of the fields
// (required, too_long, bad_character, unknown_type, bad_date, date_in_future,
// unknown_subject, repeated, bad_minutes, not_the_amount, more_than_amount, and
// those of core.ParseCE), school_needed, activity_exists.
func (s *Service) AddActivity(ctx context.Context, a access.Actor, therapist core.TherapistID, in ActivityInput) (core.CEActivity, error) {
	now := s.src.Now()
	var added core.CEActivity
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		org, err := mayAs(ctx, tx, a, access.CEReport, therapist)
		if err != nil {
			return err
		}
		if org.IsZero() {
			return core.Conflict("school_needed", "No school knows this therapist yet; enrol in one or complete a course of one first.")
		}
		act := core.CEActivity{
			ID: core.NewID[core.CEActivityID](s.src), TherapistID: therapist, OrganizationID: org, CreatedAt: now, CreatedBy: a.AccountID, Version: 1,
		}
		if err := s.fill(ctx, tx, &act, in, now); err != nil {
			return err
		}
		if err := tx.InsertCEActivity(ctx, act); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, access.CEReport, "ce_activity", act.ID.String(), map[string]string{"state": string(act.State)}); err != nil {
			return err
		}
		added, err = tx.CEActivity(ctx, act.ID)
		return err
	})
	return added, err
}

// SaveActivity writes an activity that is planned, completed or rejected anew.
// Permission: ce.report. Codes: those of AddActivity, already_reported, stale.
func (s *Service) SaveActivity(ctx context.Context, a access.Actor, id core.CEActivityID, version int, in ActivityInput) (core.CEActivity, error) {
	return s.change(ctx, a, id, version, access.CEReport, func(ctx context.Context, tx Tx, act *core.CEActivity, now time.Time) error {
		if err := open(*act); err != nil {
			return err
		}
		if err := s.fill(ctx, tx, act, in, now); err != nil {
			return err
		}
		return tx.SaveCEActivity(ctx, *act)
	})
}

// open tells whether an activity can still be changed.
func open(act core.CEActivity) error {
	if act.State == core.CEPlanned || act.State == core.CECompleted || act.State == core.CERejected {
		return nil
	}
	return core.Conflict("already_reported", "This activity is %s and does not change any more.", act.State)
}

// fill checks an input and writes it into an activity.
func (s *Service) fill(ctx context.Context, tx Tx, act *core.CEActivity, in ActivityInput, now time.Time) error {
	person, err := tx.Therapist(ctx, act.TherapistID)
	if err != nil {
		return err
	}
	school, err := tx.Organization(ctx, act.OrganizationID)
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
	if in.Completed && in.On.After(zoneOf(person, school).Today(now)) {
		f.Add("on", "date_in_future", "%s has not come yet: plan the course, or correct the day.", in.On)
	}
	kind, err := core.ParseCEType(in.Type)
	_ = f.Check("type", err)
	f.amounts(act, in)
	f.lines(act, in.Lines)
	if err := f.Err(); err != nil {
		return err
	}
	if act.State = core.CEPlanned; in.Completed {
		act.State = core.CECompleted
	}
	act.Title, act.Type, act.On, act.Participant, act.Signed = in.Title, kind, in.On, in.Participant, in.Signed
	act.ProviderName, act.ProviderBody, act.ProviderNumber, act.ProviderContact = in.ProviderName, in.ProviderBody, in.ProviderNumber, in.ProviderContact
	act.LicenseNumber, act.ProgramNumber = in.LicenseNumber, in.ProgramNumber
	act.Provider, err = providerOf(ctx, tx, *act)
	return err
}

func (f *form) amounts(act *core.CEActivity, in ActivityInput) {
	amount, err := core.ParseCE(in.Amount, in.Hour)
	_ = f.Check("amount", err)
	if amount.Minutes > MostCE {
		f.Add("amount", "bad_minutes", "An activity has at most %s.", MostCE)
	}
	other := func(name, text string) core.Minutes {
		if text == "" {
			return 0
		}
		parsed, err := core.ParseCE(text, in.Hour)
		_ = f.Check(name, err)
		return parsed.Minutes
	}
	act.Amount, act.Approved, act.HandsOn = amount, other("approved", in.Approved), other("hands_on", in.HandsOn)
	if act.HandsOn > amount.Minutes && amount.Minutes > 0 {
		f.Add("hands_on", "more_than_amount", "More is hands-on than the course has.")
	}
}

func (f *form) lines(act *core.CEActivity, lines []core.CELine) {
	if act.Amount.Minutes == 0 {
		return
	}
	if len(lines) == 0 {
		act.Lines = []core.CELine{{Subject: standard.Massage, Minutes: act.Amount.Minutes}}
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
			f.Add(at("subject"), "unknown_subject", "%q is no subject of continuing education; known are %s.", line.Subject, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		} else if !allowed {
			f.Add(at("subject"), "repeated", "Give each subject once.")
		} else {
			known[line.Subject] = false
		}
		if line.Minutes <= 0 || line.Minutes > MostCE {
			f.Add(at("minutes"), "bad_minutes", "Give at least a minute.")
			return
		}
		sum += line.Minutes
	}
	if sum != act.Amount.Minutes {
		f.Add("lines", "not_the_amount", "The subjects add up to %s, the course has %s.", sum, act.Amount.Minutes)
	}
	act.Lines = lines
}

// DropActivity forgets an activity that is planned or completed, with its
// certificate. Permission:
// ce.report. Codes: already_reported, stale.
func (s *Service) DropActivity(ctx context.Context, a access.Actor, id core.CEActivityID, version int) error {
	now := s.src.Now()
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		act, org, err := activityFor(ctx, tx, a, access.CEReport, id)
		if err != nil {
			return err
		}
		if err := stale(version, act.Version); err != nil {
			return err
		}
		if act.State != core.CEPlanned && act.State != core.CECompleted {
			return core.Conflict("already_reported", "This activity is %s and stays on record.", act.State)
		}
		if err := tx.DropCEActivity(ctx, id, act.Version); err != nil {
			return err
		}
		if !act.Document.ID.IsZero() {
			if err := tx.DeleteDocument(ctx, act.Document.ID); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, a, now, org, access.CEReport, "ce_activity", id.String(), map[string]string{"state": "dropped"})
	})
}

func activityFor(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.CEActivityID) (core.CEActivity, core.OrganizationID, error) {
	act, err := tx.CEActivity(ctx, id)
	if err != nil {
		return act, core.OrganizationID{}, err
	}
	org, err := mayAs(ctx, tx, a, action, act.TherapistID)
	return act, org, err
}

// change loads an activity, lets fn change and write it, and gives it as it is
// then.
func (s *Service) change(ctx context.Context, a access.Actor, id core.CEActivityID, version int, action access.Action, fn func(context.Context, Tx, *core.CEActivity, time.Time) error) (core.CEActivity, error) {
	now := s.src.Now()
	var act core.CEActivity
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		var org core.OrganizationID
		if act, org, err = activityFor(ctx, tx, a, action, id); err != nil {
			return err
		}
		if err := stale(version, act.Version); err != nil {
			return err
		}
		if err := fn(ctx, tx, &act, now); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, action, "ce_activity", id.String(), map[string]string{"state": string(act.State)}); err != nil {
			return err
		}
		act, err = tx.CEActivity(ctx, id)
		return err
	})
	return act, err
}

// Activity is one activity. Permission: ce.read at any school that knows the
// therapist.
func (s *Service) Activity(ctx context.Context, a access.Actor, id core.CEActivityID) (core.CEActivity, error) {
	var act core.CEActivity
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		act, _, err = activityFor(ctx, tx, a, access.CERead, id)
		return err
	})
	if err != nil {
		return core.CEActivity{}, err
	}
	return act, nil
}

// Activities lists a therapist's activities, the newest record first; of one
// state, if one is given. Permission: ce.read at any school that knows the
// therapist. Code: bad_cursor.
func (s *Service) Activities(ctx context.Context, a access.Actor, therapist core.TherapistID, state core.CEState, page core.Page) (core.List[core.CEActivity], error) {
	return s.activities(ctx, ActivityQuery{Therapist: therapist, State: state}, page, func(ctx context.Context, tx Tx) error {
		_, err := mayAs(ctx, tx, a, access.CERead, therapist)
		return err
	})
}

// Queue lists the activities that were reported to a school, the newest record
// first; those that wait for a decision where no state is given. Permission:
// ce.read for the school. Code: bad_cursor.
func (s *Service) Queue(ctx context.Context, a access.Actor, org core.OrganizationID, state core.CEState, page core.Page) (core.List[core.CEActivity], error) {
	if state == "" {
		state = core.CEReported
	}
	return s.activities(ctx, ActivityQuery{Organization: org, State: state}, page, func(context.Context, Tx) error {
		return access.Can(a, access.CERead, access.Target{Organization: org})
	})
}

func (s *Service) activities(ctx context.Context, q ActivityQuery, page core.Page, may func(context.Context, Tx) error) (core.List[core.CEActivity], error) {
	var rows []core.CEActivity
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if err = may(ctx, tx); err != nil {
			return err
		}
		if q.After, err = core.AfterID[core.CEActivityID](page.Cursor); err != nil {
			return err
		}
		q.Limit = page.Size() + 1
		rows, err = tx.FindCEActivities(ctx, q)
		return err
	})
	return core.ListOf(rows, page.Size(), func(a core.CEActivity) string { return a.ID.String() }), err
}

package renewal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// StepState is how a step of a renewal stands.
type StepState string

// The states of a step. Unknown is a step of which Palmar cannot tell whether it
// is done, or whether it is asked for at all.
const (
	StepDone    StepState = "done"
	StepMissing StepState = "missing"
	StepUnknown StepState = "unknown"
)

// The steps of a renewal, in the order of the checklist.
const (
	StepEducation  = "education"
	StepCPR        = "cpr"
	StepInsurance  = "insurance"
	StepAddress    = "address"
	StepBackground = "background"
	StepFee        = "fee"
)

// Step is one step of a renewal. Fact is what is known of it in the jurisdiction;
// without one it is a step that most states have. Why tells where its state comes
// from. Tick is what the therapist says to have done; nil: nothing.
type Step struct {
	Key, Title string
	State      StepState
	Why        string
	Fact       *Fact
	Link       string
	Tick       *core.RenewalTick
}

// Checklist is the renewal of a licence. Left are the days until its last good
// day, negative after it; Known tells whether anything of the jurisdiction itself
// is known. Late is what is known of a renewal after the last day.
type Checklist struct {
	License core.License
	Today   core.Date
	Left    int
	Known   bool
	Board   string
	Late    *Fact
	Steps   []Step
	Own     bool
}

// Done counts the steps that are done.
func (c Checklist) Done() int {
	n := 0
	for _, s := range c.Steps {
		if s.State == StepDone {
			n++
		}
	}
	return n
}

// Finding is what a source knows of a step.
type Finding struct {
	State StepState
	Why   string
	Link  string
}

// Source tells what Palmar itself knows of a step of a licence's renewal; the
// context carries the transaction. Without a state it knows nothing of the step.
type Source func(ctx context.Context, l core.License, today core.Date) (Finding, error)

// Knowing has a source tell of a step, in the place of what the service knows
// where it knows something.
func (s *Service) Knowing(step string, from Source) *Service {
	s.sources[step] = from
	return s
}

var steps = []struct {
	key, title string
	facts      map[string]Fact
	always     bool // every renewal has it
}{
	{StepEducation, "Continuing education", education, false},
	{StepCPR, "CPR certificate", resuscitation, false},
	{StepInsurance, "Liability insurance", insurance, false},
	{StepAddress, "Address and name are right at the board", nil, true},
	{StepBackground, "Questions on convictions and discipline answered", nil, true},
	{StepFee, "Application sent and fee paid", nil, true},
}

// Checklist is what the renewal of a licence takes, and how it stands. Permission:
// renewal.read at any school that knows the therapist. Codes: not_found,
// no_last_day.
func (s *Service) Checklist(ctx context.Context, a access.Actor, license core.LicenseID) (Checklist, error) {
	var c Checklist
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		c, err = s.checklist(ctx, tx, a, access.RenewalRead, license)
		return err
	})
	return c, err
}

func (s *Service) checklist(ctx context.Context, tx Tx, a access.Actor, action access.Action, license core.LicenseID) (Checklist, error) {
	l, err := tx.License(ctx, license)
	if err != nil {
		return Checklist{}, err
	}
	if err := allowed(ctx, tx, a, action, l.TherapistID); err != nil {
		return Checklist{}, err
	}
	if l.ExpiresOn.IsZero() {
		return Checklist{}, core.Conflict("no_last_day", "No last day of this licence is known; record one when you renew it.")
	}
	people, err := peopleOf(ctx, tx, []core.TherapistID{l.TherapistID})
	if err != nil {
		return Checklist{}, err
	}
	ticks, err := tx.RenewalTicks(ctx, l.ID, l.ExpiresOn)
	if err != nil {
		return Checklist{}, err
	}
	today := core.DateOf(s.src.Now().In(zoneOf(people[l.TherapistID], l.Jurisdiction)))
	c := Checklist{
		License: l, Today: today, Left: daysBetween(today, l.ExpiresOn), Board: boards[l.Jurisdiction],
		Late: factOf(late, l.Jurisdiction), Own: a.TherapistID == l.TherapistID,
	}
	for _, rule := range steps {
		step := Step{Key: rule.key, Title: rule.title, Fact: factOf(rule.facts, l.Jurisdiction)}
		c.Known = c.Known || step.Fact != nil
		found, err := s.finding(ctx, tx, l, step, rule.always, today)
		if err != nil {
			return Checklist{}, err
		}
		step.State, step.Why, step.Link = found.State, found.Why, found.Link
		if i := slices.IndexFunc(ticks, func(t core.RenewalTick) bool { return t.Step == rule.key }); i >= 0 {
			step.State, step.Tick = StepDone, &ticks[i]
			step.Why = "The holder’s own word."
			if rule.key == StepEducation {
				step.Why += " " + found.Why
			}
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

func factOf(facts map[string]Fact, jurisdiction string) *Fact {
	if f, ok := facts[jurisdiction]; ok {
		return &f
	}
	return nil
}

// finding is what is known of a step before anybody ticks it.
func (s *Service) finding(ctx context.Context, tx Tx, l core.License, step Step, always bool, today core.Date) (Finding, error) {
	if source := s.sources[step.Key]; source != nil {
		if f, err := source(ctx, l, today); err != nil || f.State != "" {
			return f, err
		}
	}
	switch {
	case step.Key == StepEducation:
		return courses(ctx, tx, l, step.Fact)
	case always:
		return Finding{State: StepMissing, Why: "Only the holder knows; to be ticked when it is done.", Link: boards[l.Jurisdiction]}, nil
	case step.Fact != nil:
		return Finding{State: StepMissing, Why: "No evidence of it is on Palmar; to be ticked when it is there."}, nil
	}
	return Finding{State: StepUnknown, Why: "It is not known whether " + l.Jurisdiction + " asks for it; the board’s form tells."}, nil
}

// courses tells how much of the education of a period is recorded at schools on
// Palmar. It never says that the education is complete: which courses a board
// accepts, and in which categories, is not told by their length.
func courses(ctx context.Context, tx Tx, l core.License, fact *Fact) (Finding, error) {
	years := 2
	if fact != nil {
		if fact.Minutes == 0 {
			return Finding{State: StepDone, Why: "As far as is known, none is asked for."}, nil
		}
		years = fact.Years
	}
	first := core.DateOf(l.ExpiresOn.AddDays(1).In(time.UTC).AddDate(-years, 0, 0))
	minutes, err := tx.CompletedBetween(ctx, l.TherapistID, first, l.ExpiresOn)
	f := Finding{State: StepUnknown, Link: "/therapists/" + l.TherapistID.String()}
	if minutes == 0 {
		f.Why = fmt.Sprintf("No course completed from %s on is recorded on Palmar. What was taken elsewhere is not known here.", first)
	} else {
		f.Why = fmt.Sprintf("Courses of %s completed from %s on are recorded on Palmar. What was taken elsewhere, and what the board accepts, is not judged here.", minutes, first)
	}
	return f, err
}

// TickInput is a step that a therapist did on a day.
type TickInput struct {
	DoneOn core.Date
	Note   string
}

// Tick notes that the actor did a step of their licence's renewal. A tick belongs
// to the present last day: the next renewal begins anew. Permission: renewal.tick.
// Codes: required, date_in_future, too_long, bad_character, unknown_step,
// no_last_day, not_found.
func (s *Service) Tick(ctx context.Context, a access.Actor, license core.LicenseID, step string, in TickInput) (Checklist, error) {
	now := s.src.Now()
	return s.changed(ctx, a, license, step, "renewal.tick", func(ctx context.Context, tx Tx, c Checklist) error {
		var f core.Collect
		if in.DoneOn.IsZero() {
			f.Add("done_on", "required", "Say on which day it was done.")
		} else if in.DoneOn.After(c.Today) {
			f.Add("done_on", "date_in_future", "%s has not come yet.", in.DoneOn)
		}
		note, err := core.CleanText(in.Note, 0, 200)
		if err := f.Check("note", err); err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		return tx.SaveRenewalTick(ctx, core.RenewalTick{
			LicenseID: license, ExpiresOn: c.License.ExpiresOn, Step: step, DoneOn: in.DoneOn, Note: note, RecordedAt: now,
		})
	})
}

// Untick takes a tick back; doing it twice is no fault. Permission: renewal.tick.
// Codes: unknown_step, no_last_day, not_found.
func (s *Service) Untick(ctx context.Context, a access.Actor, license core.LicenseID, step string) (Checklist, error) {
	return s.changed(ctx, a, license, step, "renewal.untick", func(ctx context.Context, tx Tx, c Checklist) error {
		return tx.DropRenewalTick(ctx, license, c.License.ExpiresOn, step)
	})
}

// changed runs a change of one step and gives the checklist after it.
func (s *Service) changed(ctx context.Context, a access.Actor, license core.LicenseID, step, action string, change func(context.Context, Tx, Checklist) error) (Checklist, error) {
	now := s.src.Now()
	var c Checklist
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = s.checklist(ctx, tx, a, access.RenewalTick, license); err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Key == step }) {
			return core.InvalidField("step", "unknown_step", "A renewal has no such step.")
		}
		if err := change(ctx, tx, c); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, action, "license", license.String(), map[string]string{"step": step}); err != nil {
			return err
		}
		c, err = s.checklist(ctx, tx, a, access.RenewalTick, license)
		return err
	})
	return c, err
}

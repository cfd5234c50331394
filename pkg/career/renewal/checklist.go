package renewal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard/facts"
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
	Tick       *Tick
}

// Checklist is the renewal of a license. Left are the days until its last good
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

// Source tells what Palmar itself knows of a step of a license's renewal; the
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
	fact       func(code string, on core.Date) *Fact
	always     bool // every renewal has it
}{
	{StepEducation, "Continuing education", education, false},
	{StepCPR, "CPR certificate", about(facts.RenewalCPR), false},
	{StepInsurance, "Liability insurance", about(facts.RenewalInsurance), false},
	{StepAddress, "Address and name are right at the board", nil, true},
	{StepBackground, "Questions on convictions and discipline answered", nil, true},
	{StepFee, "Application sent and fee paid", nil, true},
}

// Checklist is what the renewal of a license takes, and how it stands. Permission:
// renewal.read, by the therapist or under a grant of licenses. Codes: not_found,
// no_last_day.
func (s *Service) Checklist(ctx context.Context, a access.Actor, license core.LicenseID) (Checklist, error) {
	return act.Read(ctx, s.act, a, access.RenewalRead, func(ctx context.Context, r act.Reader[Tx]) (Checklist, error) {
		l, err := r.Tx.License(ctx, license)
		if err == nil {
			err = r.May(ctx, of(l.TherapistID))
		}
		if err != nil {
			return Checklist{}, err
		}
		return s.checklist(ctx, r.Tx, a, l)
	})
}

func (s *Service) checklist(ctx context.Context, tx Tx, a access.Actor, l core.License) (Checklist, error) {
	if l.ExpiresOn.IsZero() {
		return Checklist{}, core.Conflict("no_last_day")
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
		License: l, Today: today, Left: daysBetween(today, l.ExpiresOn), Board: board(l.Jurisdiction, l.ExpiresOn),
		Late: about(facts.RenewalLate)(l.Jurisdiction, l.ExpiresOn), Own: a.Is(l.TherapistID),
	}
	for _, rule := range steps {
		step := Step{Key: rule.key, Title: rule.title}
		if rule.fact != nil {
			step.Fact = rule.fact(l.Jurisdiction, l.ExpiresOn)
		}
		c.Known = c.Known || step.Fact != nil
		found, err := s.finding(ctx, tx, l, step, rule.always, today)
		if err != nil {
			return Checklist{}, err
		}
		step.State, step.Why, step.Link = found.State, found.Why, found.Link
		if i := slices.IndexFunc(ticks, func(t Tick) bool { return t.Step == rule.key }); i >= 0 {
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
		return Finding{State: StepMissing, Why: "Only the holder knows; to be ticked when it is done.", Link: board(l.Jurisdiction, l.ExpiresOn)}, nil
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
	if fact != nil && fact.Years > 0 {
		years = fact.Years
	}
	first := core.DateOf(l.ExpiresOn.AddDays(1).In(time.UTC).AddDate(-years, 0, 0))
	minutes, err := tx.CompletedBetween(ctx, l.TherapistID, first, l.ExpiresOn)
	f := Finding{State: StepUnknown, Link: "/therapists/" + l.TherapistID.String()}
	if minutes == 0 {
		f.Why = fmt.Sprintf("No course completed from %s on is recorded on Palmar. What was taken elsewhere is not known here.", first.Words())
	} else {
		f.Why = fmt.Sprintf("Courses of %s completed from %s on are recorded on Palmar. What was taken elsewhere, and what the board accepts, is not judged here.", minutes, first.Words())
	}
	return f, err
}

// TickInput is a step that a therapist did on a day.
type TickInput struct {
	DoneOn core.Date
	Note   string
}

var ticksStep = act.Declare(access.RenewalTick, act.NewEvent("renewal.tick", "license"))

// Tick notes that the actor did a step of their license's renewal. A tick belongs
// to the present last day: the next renewal starts over. Permission: renewal.tick.
// Codes: required, date_in_future, too_long, bad_character, unknown_step,
// no_last_day, not_found.
func (s *Service) Tick(ctx context.Context, a access.Actor, license core.LicenseID, step string, in TickInput) (Checklist, error) {
	return act.Do(ctx, s.act, a, ticksStep, s.changing(license, step, func(ctx context.Context, x act.Step[Tx], c Checklist) error {
		var f core.Collect
		if in.DoneOn.IsZero() {
			f.Add("done_on", "required.done_on")
		} else if in.DoneOn.After(c.Today) {
			f.Add("done_on", "date_in_future.done_on", "doneOn", in.DoneOn)
		}
		note, err := core.CleanText(in.Note, 0, 200)
		if err := f.Check("note", err); err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		return x.Tx.SaveRenewalTick(ctx, Tick{
			LicenseID: license, ExpiresOn: c.License.ExpiresOn, Step: step, DoneOn: in.DoneOn, Note: note, RecordedAt: x.Now,
		})
	}))
}

var unticksStep = act.Declare(access.RenewalTick, act.NewEvent("renewal.untick", "license"))

// Untick takes a tick back; doing it twice is no fault. Permission: renewal.tick.
// Codes: unknown_step, no_last_day, not_found.
func (s *Service) Untick(ctx context.Context, a access.Actor, license core.LicenseID, step string) (Checklist, error) {
	return act.Do(ctx, s.act, a, unticksStep, s.changing(license, step, func(ctx context.Context, x act.Step[Tx], c Checklist) error {
		return x.Tx.DropRenewalTick(ctx, license, c.License.ExpiresOn, step)
	}))
}

// changing is a command that has fn change and keep one step of a renewal, and
// gives the checklist after it.
func (s *Service) changing(license core.LicenseID, step string, fn func(context.Context, act.Step[Tx], Checklist) error) act.Command[Tx, core.License, Checklist] {
	return act.Command[Tx, core.License, Checklist]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.License], error) {
			l, err := tx.License(ctx, license)
			return act.Found[core.License]{Thing: l, Owner: of(l.TherapistID)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], l core.License) (Checklist, error) {
			c, err := s.checklist(ctx, x.Tx, x.Actor, l)
			if err != nil {
				return Checklist{}, err
			}
			if !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Key == step }) {
				return Checklist{}, core.InvalidField("step", "unknown_step")
			}
			if err := fn(ctx, x, c); err != nil {
				return Checklist{}, err
			}
			return s.checklist(ctx, x.Tx, x.Actor, l)
		},
		Tell: func(l core.License, _ Checklist) []act.Told {
			return act.Of(l.ID.String(), map[string]string{"step": step})
		},
	}
}

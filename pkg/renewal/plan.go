package renewal

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// atOnce is how many due things or reminders one transaction takes.
const atOnce = 500

// morning is when a reminder goes out on its day, by the local clock, where that
// is not quiet.
const morning = core.WallTime(8 * 60)

// DefaultDays are when somebody is reminded who chose nothing: so many days
// before the last good day, -1 the day after it.
var DefaultDays = []int{90, 60, 30, 7, -1}

// DefaultQuiet are the quiet hours of somebody who chose none.
var DefaultQuiet = core.QuietHours{From: 21 * 60, Until: 8 * 60}

// effective are settings with the defaults in the place of what nobody chose.
func effective(s core.ReminderSettings) core.ReminderSettings {
	if s.Version <= 1 {
		s.Days, s.Quiet = slices.Clone(DefaultDays), DefaultQuiet
	}
	return s
}

// Plan makes the reminders of due things that are new or changed, and silences
// those that are not wanted any more: of an earlier last day, of days that the
// person took off, of everything where they switched reminders off. A reminder
// whose day was over before it was made is not made. It tells how many due things
// it went through. It is the program's own job and asks no permission.
func (s *Service) Plan(ctx context.Context) (int, error) {
	return untilFew(ctx, s.planBatch)
}

// untilFew repeats a batch until it finds less than atOnce, and sums up.
func untilFew(ctx context.Context, batch func(context.Context) (int, error)) (int, error) {
	for all := 0; ; {
		n, err := batch(ctx)
		all += n
		if err != nil || n < atOnce {
			return all, err
		}
	}
}

func (s *Service) planBatch(ctx context.Context) (found int, err error) {
	now := s.src.Now()
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		found = 0
		due, err := tx.UnplannedDue(ctx, atOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		people, err := peopleOf(ctx, tx, each(due, func(d core.Due) core.TherapistID { return d.TherapistID }))
		if err != nil {
			return err
		}
		subjects := each(due, func(d core.Due) core.SubjectID { return d.Subject })
		waiting, err := tx.WaitingReminders(ctx, subjects)
		if err != nil {
			return err
		}
		plan := s.plan(due, people, waiting, now)
		if err := tx.SettleReminders(ctx, plan.silence, core.ReminderSilenced, now); err != nil {
			return err
		}
		if err := tx.PlanReminders(ctx, plan.make); err != nil {
			return err
		}
		found = len(due)
		return tx.MarkPlanned(ctx, subjects, now)
	})
	return found, err
}

func each[T, U any](list []T, of func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = of(v)
	}
	return out
}

func peopleOf(ctx context.Context, tx Tx, therapists []core.TherapistID) (map[core.TherapistID]Person, error) {
	found, err := tx.ReminderPeople(ctx, therapists)
	people := make(map[core.TherapistID]Person, len(found))
	for _, p := range found {
		p.Settings = effective(p.Settings)
		people[p.Therapist.ID] = p
	}
	return people, err
}

type plan struct {
	make    []core.Reminder
	silence []core.ReminderID
}

// reminderKey tells reminders apart.
type reminderKey struct {
	subject   core.SubjectID
	expiresOn core.Date
	days      int
}

func keyOf(r core.Reminder) reminderKey { return reminderKey{r.Subject, r.ExpiresOn, r.Days} }

// plan decides which reminders due things want. One that waits already is kept
// even where its day is over, since then it is late and not unwanted.
func (s *Service) plan(due []core.Due, people map[core.TherapistID]Person, waiting []core.Reminder, now time.Time) plan {
	var p plan
	left := make(map[reminderKey]core.ReminderID, len(waiting))
	for _, r := range waiting {
		left[keyOf(r)] = r.ID
	}
	for _, d := range due {
		person := people[d.TherapistID]
		if d.ExpiresOn.IsZero() || person.Settings.Off {
			continue
		}
		loc := zoneOf(person, d.Jurisdiction)
		for _, days := range person.Settings.Days {
			r := core.Reminder{
				Kind: d.Kind, Subject: d.Subject, TherapistID: d.TherapistID, ExpiresOn: d.ExpiresOn, Days: days,
				DueAt: dueAt(d.ExpiresOn.AddDays(-days), person.Settings.Quiet, loc),
			}
			_, waits := left[keyOf(r)]
			if !waits && r.DueAt.Before(now) && d.ExpiresOn.AddDays(-days).Before(core.DateOf(now.In(loc))) {
				continue
			}
			delete(left, keyOf(r))
			r.ID = core.NewID[core.ReminderID](s.src)
			p.make = append(p.make, r)
		}
	}
	for _, id := range left {
		p.silence = append(p.silence, id)
	}
	return p
}

// dueAt is when a reminder of a day goes out: in the morning of that day, or at
// the end of the quiet hours.
func dueAt(day core.Date, quiet core.QuietHours, loc *time.Location) time.Time {
	at, exists := day.Resolve(morning, loc)
	if !exists {
		at = day.In(loc).Add(time.Duration(morning) * time.Minute)
	}
	return quiet.Over(at, loc).UTC()
}

package renewal

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// atOnce is how many due things or reminders of someone are taken at once.
const atOnce = 500

// morning is when a reminder goes out on its day, by the local clock, where that
// is not quiet.
const morning = core.WallTime(8 * 60)

// DefaultDays are when someone is reminded who chose nothing: so many days
// before the last good day, -1 the day after it.
var DefaultDays = []int{90, 60, 30, 7, -1}

// DefaultQuiet are the quiet hours of someone who chose none.
var DefaultQuiet = QuietHours{From: 21 * 60, Until: 8 * 60}

// effective are settings with the defaults in the place of what nobody chose.
func effective(s ReminderSettings) ReminderSettings {
	if s.Version <= 1 {
		s.Days, s.Quiet = slices.Clone(DefaultDays), DefaultQuiet
	}
	return s
}

// makeReminders makes the reminders of a therapist's due things that are new or
// changed, and silences those that are not wanted any more: of an earlier last
// day, of days that the person took off, of everything where they switched
// reminders off. A reminder whose day was over before it was made is not made.
func (s *Service) makeReminders(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) error {
	return untilFew(func() (int, error) { return s.planBatch(ctx, tx, therapist, now) })
}

// untilFew repeats a batch until it finds less than atOnce.
func untilFew(batch func() (int, error)) error {
	for {
		n, err := batch()
		if err != nil || n < atOnce {
			return err
		}
	}
}

func (s *Service) planBatch(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) (int, error) {
	due, err := tx.UnplannedDue(ctx, therapist, atOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	people, err := peopleOf(ctx, tx, each(due, func(d Due) core.TherapistID { return d.TherapistID }))
	if err != nil {
		return 0, err
	}
	subjects := each(due, func(d Due) core.SubjectID { return d.Subject })
	waiting, err := tx.WaitingReminders(ctx, subjects)
	if err != nil {
		return 0, err
	}
	plan := s.plan(due, people, waiting, now)
	if err := tx.SettleReminders(ctx, plan.silence, ReminderSilenced, now); err != nil {
		return 0, err
	}
	if err := tx.PlanReminders(ctx, plan.make); err != nil {
		return 0, err
	}
	return len(due), tx.MarkPlanned(ctx, subjects, now)
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
	make    []Reminder
	silence []core.ReminderID
}

// reminderKey tells reminders apart.
type reminderKey struct {
	subject   core.SubjectID
	expiresOn core.Date
	days      int
}

func keyOf(r Reminder) reminderKey { return reminderKey{r.Subject, r.ExpiresOn, r.Days} }

// plan decides which reminders due things want. One that waits already is kept
// even where its day is over, since then it is late and not unwanted.
func (s *Service) plan(due []Due, people map[core.TherapistID]Person, waiting []Reminder, now time.Time) plan {
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
			r := Reminder{
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
func dueAt(day core.Date, quiet QuietHours, loc *time.Location) time.Time {
	at, exists := day.Resolve(morning, loc)
	if !exists {
		at = day.In(loc).Add(time.Duration(morning) * time.Minute)
	}
	return quiet.Over(at, loc).UTC()
}

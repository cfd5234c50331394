package renewal

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Choices are the days that someone can be reminded at: before the last good
// day, or after it where they are negative.
var Choices = []int{180, 120, 90, 60, 45, 30, 14, 7, 3, 1, -1, -7}

// Preferences are how someone is reminded, with the defaults in the place of
// what they did not choose. Zone is their own, empty where they told none;
// ZoneInForce is the one that counts then. Calendar is when their calendar's
// address was made; zero: they have none.
type Preferences struct {
	ReminderSettings
	Zone        string
	ZoneInForce string
	Calendar    time.Time
}

// PreferencesInput is what someone chooses.
type PreferencesInput struct {
	Off   bool
	Days  []int
	Quiet QuietHours
	Zone  string
}

// Preferences are how a therapist is reminded. Permission: reminder.read, which
// is for their own record alone. Code: not_found.
func (s *Service) Preferences(ctx context.Context, a access.Actor, therapist core.TherapistID) (Preferences, error) {
	return act.Read(ctx, s.act, a, access.ReminderRead, func(ctx context.Context, r act.Reader[Tx]) (Preferences, error) {
		if err := r.May(ctx, of(therapist)); err != nil {
			return Preferences{}, err
		}
		return preferencesOf(ctx, r.Tx, therapist)
	})
}

func preferencesOf(ctx context.Context, tx Tx, therapist core.TherapistID) (Preferences, error) {
	people, err := peopleOf(ctx, tx, []core.TherapistID{therapist})
	if err != nil {
		return Preferences{}, err
	}
	person := people[therapist]
	p := Preferences{ReminderSettings: person.Settings, Zone: person.Therapist.Zone}
	p.TherapistID = therapist
	state := ""
	if due, err := tx.DueOf(ctx, therapist, core.Date{Year: 1900, Month: 1, Day: 1}, DueKey{}, mostEvents); err != nil {
		return Preferences{}, err
	} else if i := slices.IndexFunc(due, func(d Due) bool { return d.Jurisdiction != "" }); i >= 0 {
		state = due[i].Jurisdiction
	}
	p.ZoneInForce = zoneOf(person, state).String()
	feed, err := tx.CalendarFeed(ctx, therapist)
	if err != nil && core.CodeOf(err) != "not_found" {
		return Preferences{}, err
	}
	p.Calendar = feed.CreatedAt
	return p, nil
}

var setsReminders = act.Declare(access.ReminderWrite, act.NewEvent("reminder.settings", "therapist"))

// SetPreferences keeps what a therapist chooses; the reminders that wait are made
// again. Version 0 is not compared. Permission: reminder.write, which is for their
// own record alone. Codes: required (days, where reminders are on), unknown_days, bad_time,
// unknown_zone, stale, not_found.
func (s *Service) SetPreferences(ctx context.Context, a access.Actor, therapist core.TherapistID, version int, in PreferencesInput) (Preferences, error) {
	return act.Do(ctx, s.act, a, setsReminders, act.Command[Tx, ReminderSettings, Preferences]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[ReminderSettings], error) {
			kept, err := tx.ReminderSettings(ctx, therapist)
			return act.Found[ReminderSettings]{Thing: kept, Owner: of(therapist), Version: kept.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], kept ReminderSettings) (Preferences, error) {
			if err := in.check(); err != nil {
				return Preferences{}, err
			}
			kept.Off, kept.Days, kept.Quiet, kept.UpdatedAt = in.Off, in.Days, in.Quiet, x.Now
			if err := x.Tx.SaveReminderSettings(ctx, kept); err != nil {
				return Preferences{}, err
			}
			if err := setZone(ctx, x.Tx, therapist, in.Zone); err != nil {
				return Preferences{}, err
			}
			return preferencesOf(ctx, x.Tx, therapist)
		},
		Tell: tellOf[ReminderSettings, Preferences](therapist),
	})
}

func setZone(ctx context.Context, tx Tx, therapist core.TherapistID, zone string) error {
	t, err := tx.Therapist(ctx, therapist)
	if err != nil || t.Zone == zone {
		return err
	}
	t.Zone = zone
	return tx.SetTherapistDetails(ctx, t)
}

func (in *PreferencesInput) check() error {
	var f core.Collect
	in.Days = slices.Clone(in.Days)
	slices.SortFunc(in.Days, func(a, b int) int { return b - a })
	in.Days = slices.Compact(in.Days)
	for _, days := range in.Days {
		if !slices.Contains(Choices, days) {
			f.Add("days", "unknown_days.choices", "days", days, "choices", Choices)
			break
		}
	}
	if len(in.Days) == 0 && !in.Off {
		f.Add("days", "required.days")
	}
	const day = 24 * 60
	if in.Quiet.From < 0 || in.Quiet.From >= day {
		f.Add("quiet_from", "bad_time.quiet_from")
	}
	if in.Quiet.Until < 0 || in.Quiet.Until >= day {
		f.Add("quiet_until", "bad_time.quiet_until")
	}
	if err := f.Check("zone", checkZone(in.Zone)); err != nil {
		return err
	}
	return f.Err()
}

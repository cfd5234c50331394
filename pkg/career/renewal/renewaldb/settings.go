package renewaldb

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Settings is how someone wants to be reminded.
type Settings struct {
	TherapistID core.TherapistID  `gorm:"primaryKey"`
	SwitchedOff bool              `gorm:"not null"`
	Days        store.JSON[[]int] `gorm:"not null" of:"reminder_settings.therapist_id"`
	QuietFrom   int               `gorm:"not null"`
	QuietUntil  int               `gorm:"not null"`
	UpdatedAt   store.Moment      `gorm:"not null"`
	Version     int               `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Settings) TableName() string { return "reminder_settings" }

func (s Settings) toCore() renewal.ReminderSettings {
	return renewal.ReminderSettings{
		TherapistID: s.TherapistID, Off: s.SwitchedOff, UpdatedAt: s.UpdatedAt.Time, Version: max(s.Version, 1),
		Quiet: renewal.QuietHours{From: core.WallTime(s.QuietFrom), Until: core.WallTime(s.QuietUntil)},
		Days:  s.Days.V,
	}
}

// ReminderPeople are who is reminded and how.
func (t Reminders) ReminderPeople(_ context.Context, therapists []core.TherapistID) ([]renewal.Person, error) {
	type row struct {
		ID               core.TherapistID
		AccountID        core.AccountID
		Name, Email      string
		Language         string
		BirthDate        core.Date
		Zone, SchoolZone string
		Settings
	}
	found, err := store.All[row](t.Gorm().Table("therapists t").Select(`t.id, a.account_id, a.name, a.reach AS email, a.language, a.birth_date, a.zone, s.*,
			(SELECT o.zone FROM enrollments e JOIN organizations o ON o.id = e.organization_id JOIN therapists f ON f.id = e.therapist_id
				WHERE f.person_id = t.person_id ORDER BY e.id DESC LIMIT 1) AS school_zone`).
		Joins("JOIN people a ON a.id = t.person_id").Joins("LEFT JOIN reminder_settings s ON s.therapist_id = a.id").
		Where(store.In(t.Tx, "t.id", therapists)))
	return store.Each(found, func(r row) renewal.Person {
		return renewal.Person{
			Therapist:  core.Therapist{ID: r.ID, AccountID: r.AccountID, Name: r.Name, Email: r.Email, BirthDate: r.BirthDate, Zone: r.Zone, Language: r.Language},
			SchoolZone: r.SchoolZone, Settings: r.toCore(),
		}
	}), err
}

// ReminderSettings have version 1 where nothing is kept.
func (t Reminders) ReminderSettings(_ context.Context, therapist core.TherapistID) (renewal.ReminderSettings, error) {
	found, err := store.All[Settings](t.Gorm().Where("therapist_id = ?", therapist))
	if err != nil || len(found) == 0 {
		return renewal.ReminderSettings{TherapistID: therapist, Version: 1}, err
	}
	return found[0].toCore(), nil
}

// SaveReminderSettings gives stale where the version is another, and has the
// therapist's reminders made again.
func (t Reminders) SaveReminderSettings(_ context.Context, s renewal.ReminderSettings) error {
	var err error
	days := store.JSON[[]int]{V: s.Days}
	if s.Version == 1 {
		err = store.Insert(t.Gorm(), &Settings{
			TherapistID: s.TherapistID, SwitchedOff: s.Off, Days: days, QuietFrom: int(s.Quiet.From), QuietUntil: int(s.Quiet.Until),
			UpdatedAt: store.At(s.UpdatedAt), Version: 2,
		})
		if errors.Is(err, core.ErrDuplicate) {
			err = core.ErrStale
		}
	} else {
		err = store.ChangeOne(t.Gorm().Model(&Settings{}).Where("therapist_id = ? AND version = ?", s.TherapistID, s.Version).Updates(map[string]any{
			"switched_off": s.Off, "days": days, "quiet_from": int(s.Quiet.From), "quiet_until": int(s.Quiet.Until),
			"updated_at": store.At(s.UpdatedAt), "version": store.Next,
		}))
	}
	if err != nil {
		return err
	}
	_, err = store.Change(t.Gorm().Model(&Due{}).Where(accountdb.OfPerson("therapist_id", s.TherapistID)).Update("revision", gorm.Expr("revision + 1")))
	return err
}

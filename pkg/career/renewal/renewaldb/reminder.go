package renewaldb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Reminder is a mail to be written, some days before something ends.
type Reminder struct {
	ID          core.ReminderID       `gorm:"primaryKey"`
	Kind        renewal.DueKind       `gorm:"not null"`
	SubjectID   core.SubjectID        `gorm:"not null"`
	TherapistID core.TherapistID      `gorm:"not null"`
	ExpiresOn   core.Date             `gorm:"not null"`
	Days        int                   `gorm:"not null"`
	DueAt       store.Moment          `gorm:"not null"`
	State       renewal.ReminderState `gorm:"not null"`
	SettledAt   store.Moment
}

// TableName implements schema.Tabler.
func (Reminder) TableName() string { return "reminders" }

func (r Reminder) toCore() renewal.Reminder {
	return renewal.Reminder{
		ID: r.ID, Kind: r.Kind, Subject: r.SubjectID, TherapistID: r.TherapistID, ExpiresOn: r.ExpiresOn, Days: r.Days,
		DueAt: r.DueAt.Time, State: r.State, SettledAt: r.SettledAt.Time,
	}
}

// DueFrom are at most limit waiting reminders after one that are due, the longest
// due first, with the therapists whose things they are about.
func (t Reminders) DueFrom(_ context.Context, now time.Time, after renewal.Reminder, limit int) ([]renewal.Reminder, error) {
	since := after.DueAt
	if since.IsZero() {
		since = time.Unix(0, 0)
	}
	found, err := store.All[Reminder](t.Gorm().Select("reminders.id, reminders.due_at, d.therapist_id").
		Joins("JOIN due_things d ON d.subject_id = reminders.subject_id").Where("reminders.state = 'waiting' AND reminders.due_at <= ?", store.At(now)).
		Where("(reminders.due_at, reminders.id) > (?, ?)", store.At(since), after.ID.String()).Order("reminders.due_at, reminders.id").Limit(limit))
	return store.Each(found, Reminder.toCore), err
}

// WaitingReminders are the reminders of some subjects that wait.
func (t Reminders) WaitingReminders(_ context.Context, subjects []core.SubjectID) ([]renewal.Reminder, error) {
	found, err := store.All[Reminder](t.Gorm().Where("state = 'waiting'").Where(store.In(t.Tx, "subject_id", subjects)).Order("id"))
	return store.Each(found, Reminder.toCore), err
}

// PlanReminders makes reminders, or wakes or moves those that there are; one
// that was sent stays as it is.
func (t Reminders) PlanReminders(_ context.Context, reminders []renewal.Reminder) error {
	awake := clause.OnConflict{
		Columns: []clause.Column{{Name: "subject_id"}, {Name: "expires_on"}, {Name: "days"}},
		// A new reminder waits and is not settled.
		DoUpdates: clause.AssignmentColumns([]string{"due_at", "therapist_id", "state", "settled_at"}),
		Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("reminders.state <> 'sent'")}},
	}
	return store.Insert(t.Gorm().Clauses(awake), store.Each(reminders, func(r renewal.Reminder) Reminder {
		return Reminder{
			ID: r.ID, Kind: r.Kind, SubjectID: r.Subject, TherapistID: r.TherapistID, ExpiresOn: r.ExpiresOn, Days: r.Days,
			DueAt: store.At(r.DueAt), State: renewal.ReminderWaiting,
		}
	}))
}

// DueReminders are waiting reminders of a therapist's things that are due, the
// longest due first. What another server has locked is left out.
func (t Reminders) DueReminders(_ context.Context, therapist core.TherapistID, now time.Time, limit int) ([]renewal.DueReminder, error) {
	type row struct {
		Reminder
		Overtaken           bool
		NowExpiresOn        core.Date
		OrganizationID      core.OrganizationID
		Jurisdiction, Label string
	}
	found, err := store.All[row](t.Gorm().Select(`reminders.*, d.expires_on AS now_expires_on, d.organization_id, d.jurisdiction, d.label,
			EXISTS (SELECT 1 FROM reminders l WHERE l.subject_id = reminders.subject_id AND l.expires_on = reminders.expires_on
				AND l.days < reminders.days AND l.state = 'waiting' AND l.due_at <= ?) AS overtaken`, store.At(now)).
		Joins("JOIN due_things d ON d.subject_id = reminders.subject_id").
		Where("d.therapist_id = ? AND reminders.state = 'waiting' AND reminders.due_at <= ?", therapist, store.At(now)).
		Order("reminders.due_at, reminders.id").Limit(limit).Scopes(t.claimed("reminders")))
	return store.Each(found, func(r row) renewal.DueReminder {
		return renewal.DueReminder{Reminder: r.toCore(), Overtaken: r.Overtaken, Due: renewal.Due{
			Kind: r.Kind, Subject: r.SubjectID, TherapistID: r.TherapistID, OrganizationID: r.OrganizationID, Jurisdiction: r.Jurisdiction,
			Label: r.Label, ExpiresOn: r.NowExpiresOn,
		}}
	}), err
}

// waiting are those of some reminders that wait, to be changed.
func (t Reminders) waiting(reminders []core.ReminderID) *gorm.DB {
	return t.Gorm().Model(&Reminder{}).Where("state = 'waiting'").Where(store.In(t.Tx, "id", reminders))
}

// SettleReminders says that waiting reminders were sent or silenced.
func (t Reminders) SettleReminders(_ context.Context, reminders []core.ReminderID, state renewal.ReminderState, now time.Time) error {
	if len(reminders) == 0 {
		return nil
	}
	_, err := store.Change(t.waiting(reminders).Updates(map[string]any{"state": state, "settled_at": store.At(now)}))
	return err
}

// PostponeReminders moves waiting reminders to a later moment.
func (t Reminders) PostponeReminders(_ context.Context, reminders []core.ReminderID, until time.Time) error {
	_, err := store.Change(t.waiting(reminders).Update("due_at", store.At(until)))
	return err
}

// EndedCredentials are those of some credentials that were revoked or replaced.
func (t Reminders) EndedCredentials(_ context.Context, credentials []core.CredentialID) ([]core.CredentialID, error) {
	return store.All[core.CredentialID](t.Gorm().Table("credential_states").Select("credential_id").
		Where("state IN ?", []core.CredentialState{core.CredentialRevoked, core.CredentialReplaced}).Where(store.In(t.Tx, "credential_id", credentials)))
}

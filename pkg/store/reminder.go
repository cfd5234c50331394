package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/renewal"
)

type dueRow struct {
	SubjectID       core.SubjectID   `gorm:"primaryKey"`
	Kind            core.DueKind     `gorm:"not null"`
	TherapistID     core.TherapistID `gorm:"not null"`
	OrganizationID  core.OrganizationID
	Jurisdiction    string `gorm:"not null"`
	Label           string `gorm:"not null"`
	ExpiresOn       core.Date
	Revision        int `gorm:"not null"`
	PlannedRevision int `gorm:"not null"`
	PlannedAt       moment
}

func (r dueRow) noun() core.Due {
	return core.Due{
		Kind: r.Kind, Subject: r.SubjectID, TherapistID: r.TherapistID, OrganizationID: r.OrganizationID, Jurisdiction: r.Jurisdiction,
		Label: r.Label, ExpiresOn: r.ExpiresOn, Revision: r.Revision, PlannedAt: r.PlannedAt.Time,
	}
}

type reminderRow struct {
	ID          core.ReminderID    `gorm:"primaryKey"`
	Kind        core.DueKind       `gorm:"not null"`
	SubjectID   core.SubjectID     `gorm:"not null"`
	TherapistID core.TherapistID   `gorm:"not null"`
	ExpiresOn   core.Date          `gorm:"not null"`
	Days        int                `gorm:"not null"`
	DueAt       moment             `gorm:"not null"`
	State       core.ReminderState `gorm:"not null"`
	SettledAt   moment
}

func (r reminderRow) noun() core.Reminder {
	return core.Reminder{
		ID: r.ID, Kind: r.Kind, Subject: r.SubjectID, TherapistID: r.TherapistID, ExpiresOn: r.ExpiresOn, Days: r.Days,
		DueAt: r.DueAt.Time, State: r.State, SettledAt: r.SettledAt.Time,
	}
}

type reminderSettingsRow struct {
	TherapistID core.TherapistID `gorm:"primaryKey"`
	SwitchedOff bool             `gorm:"not null"`
	Days        string           `gorm:"not null"`
	QuietFrom   int              `gorm:"not null"`
	QuietUntil  int              `gorm:"not null"`
	UpdatedAt   moment           `gorm:"not null"`
	Version     int              `gorm:"not null"`
}

func (r reminderSettingsRow) noun() core.ReminderSettings {
	s := core.ReminderSettings{
		TherapistID: r.TherapistID, Off: r.SwitchedOff, UpdatedAt: r.UpdatedAt.Time, Version: max(r.Version, 1),
		Quiet: core.QuietHours{From: core.WallTime(r.QuietFrom), Until: core.WallTime(r.QuietUntil)},
	}
	if r.Days != "" {
		_ = json.Unmarshal([]byte(r.Days), &s.Days)
	}
	return s
}

// claimed locks the rows that a query returns, of one of its tables, and leaves
// out what is locked already, so that several servers share the work. SQLite has
// one writer and needs none of it.
func (tx *Tx) claimed(sql, table string) string {
	if tx.postgres && tx.writing {
		return sql + " FOR UPDATE OF " + table + " SKIP LOCKED"
	}
	return sql
}

// UnplannedDue are due things that changed since their reminders were made.
func (tx *Tx) UnplannedDue(_ context.Context, limit int) ([]core.Due, error) {
	rows, err := many[dueRow](tx.g, tx.claimed(`SELECT d.* FROM due_things d WHERE d.revision <> d.planned_revision ORDER BY d.subject_id LIMIT ?`, "d"), limit)
	return mapped(rows, dueRow.noun), err
}

// WaitingReminders are the reminders of some subjects that wait.
func (tx *Tx) WaitingReminders(_ context.Context, subjects []core.SubjectID) ([]core.Reminder, error) {
	condition, arg := in(tx, "subject_id", subjects)
	rows, err := many[reminderRow](tx.g, `SELECT * FROM reminders WHERE state = 'waiting' AND `+condition+` ORDER BY id`, arg)
	return mapped(rows, reminderRow.noun), err
}

// PlanReminders makes reminders, or wakes or moves those that there are; one
// that was sent stays as it is.
func (tx *Tx) PlanReminders(_ context.Context, reminders []core.Reminder) error {
	rows := make([][]any, len(reminders))
	for i, r := range reminders {
		rows[i] = []any{r.ID, r.Kind, r.Subject, r.TherapistID, r.ExpiresOn, r.Days, at(r.DueAt), core.ReminderWaiting}
	}
	return tx.insertMany("reminders", "id, kind, subject_id, therapist_id, expires_on, days, due_at, state", rows,
		`ON CONFLICT (subject_id, expires_on, days) DO UPDATE SET due_at = excluded.due_at, therapist_id = excluded.therapist_id, state = 'waiting', settled_at = NULL
		WHERE reminders.state <> 'sent'`)
}

// MarkPlanned notes that the reminders of some subjects are made.
func (tx *Tx) MarkPlanned(_ context.Context, subjects []core.SubjectID, now time.Time) error {
	condition, arg := in(tx, "subject_id", subjects)
	_, err := tx.exec(`UPDATE due_things SET planned_revision = revision, planned_at = ? WHERE `+condition, at(now), arg)
	return err
}

// ReminderPeople are who is reminded and how.
func (tx *Tx) ReminderPeople(_ context.Context, therapists []core.TherapistID) ([]renewal.Person, error) {
	type row struct {
		ID                  core.TherapistID
		AccountID           core.AccountID
		Name, Email         string
		BirthDate           core.Date
		Zone, SchoolZone    string
		reminderSettingsRow `gorm:"embedded"`
	}
	condition, arg := in(tx, "t.id", therapists)
	rows, err := many[row](tx.g, `SELECT t.id, t.account_id, a.name, a.email, t.birth_date, t.zone,
			(SELECT o.zone FROM enrollments e JOIN organizations o ON o.id = e.organization_id WHERE e.therapist_id = t.id ORDER BY e.id DESC LIMIT 1) AS school_zone,
			s.therapist_id, s.switched_off, s.days, s.quiet_from, s.quiet_until, s.updated_at, s.version
		FROM therapists t JOIN accounts a ON a.id = t.account_id LEFT JOIN reminder_settings s ON s.therapist_id = t.id WHERE `+condition, arg)
	return mapped(rows, func(r row) renewal.Person {
		return renewal.Person{
			Therapist:  core.Therapist{ID: r.ID, AccountID: r.AccountID, Name: r.Name, Email: r.Email, BirthDate: r.BirthDate, Zone: r.Zone},
			SchoolZone: r.SchoolZone, Settings: r.reminderSettingsRow.noun(),
		}
	}), err
}

// MissedDue are at most limit licences after one that end on another day than
// their due thing says, or have none.
func (tx *Tx) MissedDue(_ context.Context, after core.LicenseID, limit int) ([]core.LicenseID, error) {
	return many[core.LicenseID](tx.g, `SELECT l.id FROM licenses l LEFT JOIN due_things d ON d.subject_id = l.id
		WHERE l.id > ? AND (d.subject_id IS NULL OR d.therapist_id <> l.therapist_id OR COALESCE(CAST(d.expires_on AS text), '') <> COALESCE(CAST(l.expires_on AS text), ''))
		ORDER BY l.id LIMIT ?`, after.String(), limit)
}

// DueReminders are waiting reminders that are due, the longest due first.
func (tx *Tx) DueReminders(_ context.Context, now time.Time, limit int) ([]renewal.DueReminder, error) {
	type row struct {
		reminderRow               `gorm:"embedded"`
		Overtaken                 bool
		NowExpiresOn              core.Date
		OrganizationID            core.OrganizationID
		Jurisdiction, Label       string
		Revision, PlannedRevision int
	}
	rows, err := many[row](tx.g, tx.claimed(`SELECT r.*, d.expires_on AS now_expires_on, d.organization_id, d.jurisdiction, d.label,
			EXISTS (SELECT 1 FROM reminders l WHERE l.subject_id = r.subject_id AND l.expires_on = r.expires_on AND l.days < r.days
				AND l.state = 'waiting' AND l.due_at <= ?) AS overtaken
		FROM reminders r JOIN due_things d ON d.subject_id = r.subject_id
		WHERE r.state = 'waiting' AND r.due_at <= ? ORDER BY r.due_at, r.id LIMIT ?`, "r"), at(now), at(now), limit)
	return mapped(rows, func(r row) renewal.DueReminder {
		return renewal.DueReminder{Reminder: r.reminderRow.noun(), Overtaken: r.Overtaken, Due: core.Due{
			Kind: r.Kind, Subject: r.SubjectID, TherapistID: r.TherapistID, OrganizationID: r.OrganizationID, Jurisdiction: r.Jurisdiction,
			Label: r.Label, ExpiresOn: r.NowExpiresOn,
		}}
	}), err
}

// SettleReminders says that waiting reminders were sent or silenced.
func (tx *Tx) SettleReminders(_ context.Context, reminders []core.ReminderID, state core.ReminderState, now time.Time) error {
	condition, arg := in(tx, "id", reminders)
	_, err := tx.exec(`UPDATE reminders SET state = ?, settled_at = ? WHERE state = 'waiting' AND `+condition, state, at(now), arg)
	return err
}

// PostponeReminders moves waiting reminders to a later moment.
func (tx *Tx) PostponeReminders(_ context.Context, reminders []core.ReminderID, until time.Time) error {
	condition, arg := in(tx, "id", reminders)
	_, err := tx.exec(`UPDATE reminders SET due_at = ? WHERE state = 'waiting' AND `+condition, at(until), arg)
	return err
}

// EndedCredentials are those of some credentials that were revoked or replaced.
func (tx *Tx) EndedCredentials(_ context.Context, credentials []core.CredentialID) ([]core.CredentialID, error) {
	condition, arg := in(tx, "credential_id", credentials)
	return many[core.CredentialID](tx.g, `SELECT credential_id FROM credential_states WHERE state IN (?, ?) AND `+condition,
		core.CredentialRevoked, core.CredentialReplaced, arg)
}

// LicensesIn are licences with their events, in three queries.
func (tx *Tx) LicensesIn(_ context.Context, licenses []core.LicenseID) ([]core.License, error) {
	condition, arg := in(tx, "l.id", licenses)
	return tx.licensesWhere(condition, arg)
}

// ReminderSettings have version 1 where nothing is kept.
func (tx *Tx) ReminderSettings(_ context.Context, therapist core.TherapistID) (core.ReminderSettings, error) {
	rows, err := many[reminderSettingsRow](tx.g, `SELECT * FROM reminder_settings WHERE therapist_id = ?`, therapist)
	if err != nil || len(rows) == 0 {
		return core.ReminderSettings{TherapistID: therapist, Version: 1}, err
	}
	return rows[0].noun(), nil
}

// SaveReminderSettings gives stale where the version is another, and has the
// therapist's reminders made anew.
func (tx *Tx) SaveReminderSettings(_ context.Context, s core.ReminderSettings) error {
	days, err := json.Marshal(append([]int{}, s.Days...))
	if err != nil {
		return err
	}
	if s.Version == 1 {
		err = tx.insert("reminder_settings", &reminderSettingsRow{
			TherapistID: s.TherapistID, SwitchedOff: s.Off, Days: string(days), QuietFrom: int(s.Quiet.From), QuietUntil: int(s.Quiet.Until),
			UpdatedAt: at(s.UpdatedAt), Version: 2,
		})
		if errors.Is(err, core.ErrDuplicate) {
			err = core.ErrStale
		}
	} else {
		err = tx.changeOne(`UPDATE reminder_settings SET switched_off = ?, days = ?, quiet_from = ?, quiet_until = ?, updated_at = ?, version = version + 1
			WHERE therapist_id = ? AND version = ?`, s.Off, string(days), int(s.Quiet.From), int(s.Quiet.Until), at(s.UpdatedAt), s.TherapistID, s.Version)
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE due_things SET revision = revision + 1 WHERE therapist_id = ?`, s.TherapistID)
	return err
}

package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/renewal"
)

type calendarFeedRow struct {
	TherapistID core.TherapistID `gorm:"primaryKey"`
	SecretHash  []byte           `gorm:"not null"`
	CreatedAt   moment           `gorm:"not null"`
}

func (r calendarFeedRow) noun() core.CalendarFeed {
	return core.CalendarFeed{TherapistID: r.TherapistID, SecretHash: r.SecretHash, CreatedAt: r.CreatedAt.Time}
}

type renewalTickRow struct {
	LicenseID  core.LicenseID `gorm:"primaryKey"`
	ExpiresOn  core.Date      `gorm:"primaryKey"`
	Step       string         `gorm:"primaryKey"`
	DoneOn     core.Date      `gorm:"not null"`
	Note       string         `gorm:"not null"`
	RecordedAt moment         `gorm:"not null"`
}

func (r renewalTickRow) noun() core.RenewalTick {
	return core.RenewalTick{LicenseID: r.LicenseID, ExpiresOn: r.ExpiresOn, Step: r.Step, DoneOn: r.DoneOn, Note: r.Note, RecordedAt: r.RecordedAt.Time}
}

// CalendarFeed is a therapist's calendar address.
func (tx *Tx) CalendarFeed(_ context.Context, therapist core.TherapistID) (core.CalendarFeed, error) {
	r, err := one[calendarFeedRow](tx.g, "calendar address", `SELECT * FROM calendar_feeds WHERE therapist_id = ?`, therapist)
	return r.noun(), err
}

// CalendarFeedBySecret finds the calendar whose secret has a hash.
func (tx *Tx) CalendarFeedBySecret(_ context.Context, hash []byte) (core.CalendarFeed, error) {
	r, err := one[calendarFeedRow](tx.g, "calendar", `SELECT * FROM calendar_feeds WHERE secret_hash = ?`, hash)
	return r.noun(), err
}

// SaveCalendarFeed keeps a therapist's calendar address in place of the one
// before.
func (tx *Tx) SaveCalendarFeed(_ context.Context, f core.CalendarFeed) error {
	_, err := tx.exec(`INSERT INTO calendar_feeds (therapist_id, secret_hash, created_at) VALUES (?, ?, ?)
		ON CONFLICT (therapist_id) DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at`, f.TherapistID, f.SecretHash, at(f.CreatedAt))
	return err
}

// DropCalendarFeed ends a therapist's calendar address.
func (tx *Tx) DropCalendarFeed(_ context.Context, therapist core.TherapistID) error {
	_, err := tx.exec(`DELETE FROM calendar_feeds WHERE therapist_id = ?`, therapist)
	return err
}

// DueOf are at most limit due things of a therapist that end on a day or later,
// by that day.
func (tx *Tx) DueOf(_ context.Context, therapist core.TherapistID, from core.Date, after renewal.DueKey, limit int) ([]core.Due, error) {
	query, args := `SELECT * FROM due_things WHERE therapist_id = ? AND expires_on >= ?`, []any{therapist, from}
	if !after.Subject.IsZero() {
		query, args = query+` AND (expires_on, subject_id) > (?, ?)`, append(args, after.ExpiresOn, after.Subject)
	}
	rows, err := many[dueRow](tx.g, query+` ORDER BY expires_on, subject_id LIMIT ?`, append(args, limit)...)
	return mapped(rows, dueRow.noun), err
}

// ComingClasses are at most limit planned classes of a student that end after a
// moment, the first first.
func (tx *Tx) ComingClasses(_ context.Context, therapist core.TherapistID, endAfter time.Time, limit int) ([]core.Class, error) {
	rows, err := many[classView](tx.g, "SELECT "+classColumns+classFrom+`JOIN attendances n ON n.class_id = k.id
		WHERE n.therapist_id = ? AND k.state = 'planned' AND k.ends_at > ? ORDER BY k.starts_at, k.id LIMIT ?`, therapist, at(endAfter), limit)
	return mapped(rows, classView.noun), err
}

// RenewalTicks are what was ticked for the renewal of a licence that ends on a
// day.
func (tx *Tx) RenewalTicks(_ context.Context, license core.LicenseID, expiresOn core.Date) ([]core.RenewalTick, error) {
	rows, err := many[renewalTickRow](tx.g, `SELECT * FROM renewal_ticks WHERE license_id = ? AND expires_on = ? ORDER BY step`, license, expiresOn)
	return mapped(rows, renewalTickRow.noun), err
}

// SaveRenewalTick keeps a tick in place of the one before.
func (tx *Tx) SaveRenewalTick(_ context.Context, t core.RenewalTick) error {
	_, err := tx.exec(`INSERT INTO renewal_ticks (license_id, expires_on, step, done_on, note, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (license_id, expires_on, step) DO UPDATE SET done_on = excluded.done_on, note = excluded.note, recorded_at = excluded.recorded_at`,
		t.LicenseID, t.ExpiresOn, t.Step, t.DoneOn, t.Note, at(t.RecordedAt))
	return err
}

// DropRenewalTick takes a tick back.
func (tx *Tx) DropRenewalTick(_ context.Context, license core.LicenseID, expiresOn core.Date, step string) error {
	_, err := tx.exec(`DELETE FROM renewal_ticks WHERE license_id = ? AND expires_on = ? AND step = ?`, license, expiresOn, step)
	return err
}

// CompletedBetween is how long the courses were together that a therapist
// completed from one day to another, each course once.
func (tx *Tx) CompletedBetween(_ context.Context, therapist core.TherapistID, first, last core.Date) (core.Minutes, error) {
	return one[core.Minutes](tx.g, "sum", `SELECT CAST(COALESCE(SUM(m), 0) AS bigint) AS m FROM (
		SELECT MAX(minutes) AS m FROM course_completions WHERE therapist_id = ? AND completed_on BETWEEN ? AND ? GROUP BY course_id) c`, therapist, first, last)
}

// ExpiringLicenses are at most limit licences of people whom an organization
// teaches or taught, by their last day.
func (tx *Tx) ExpiringLicenses(_ context.Context, org core.OrganizationID, first, last core.Date, after renewal.ExpiringKey, limit int) ([]core.Expiring, error) {
	type row struct {
		ID                          core.LicenseID
		TherapistID                 core.TherapistID
		Name, Email                 string
		Jurisdiction, Title, Number string
		ExpiresOn                   core.Date
	}
	query, args := `SELECT l.id, l.therapist_id, a.name, a.email, l.jurisdiction, l.title, l.number, l.expires_on
		FROM licenses l JOIN therapists t ON t.id = l.therapist_id JOIN accounts a ON a.id = t.account_id
		WHERE l.expires_on BETWEEN ? AND ?`, []any{first, last}
	if !after.License.IsZero() {
		query, args = query+` AND (l.expires_on, l.id) > (?, ?)`, append(args, after.ExpiresOn, after.License)
	}
	rows, err := many[row](tx.g, query+` AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = l.therapist_id AND e.organization_id = ?)
			OR EXISTS (SELECT 1 FROM course_completions c WHERE c.therapist_id = l.therapist_id AND c.organization_id = ?))
		ORDER BY l.expires_on, l.id LIMIT ?`, append(args, org, org, limit)...)
	return mapped(rows, func(r row) core.Expiring {
		return core.Expiring{
			LicenseID: r.ID, TherapistID: r.TherapistID, Name: r.Name, Email: r.Email, Jurisdiction: r.Jurisdiction, Title: r.Title,
			Number: r.Number, ExpiresOn: r.ExpiresOn,
		}
	}), err
}

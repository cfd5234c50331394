package renewaldb

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Feed is the secret address of a therapist's calendar.
type Feed struct {
	TherapistID core.TherapistID `gorm:"primaryKey"`
	SecretHash  []byte           `gorm:"not null"`
	CreatedAt   store.Moment     `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Feed) TableName() string { return "calendar_feeds" }

func (f Feed) toCore() renewal.CalendarFeed {
	return renewal.CalendarFeed{TherapistID: f.TherapistID, SecretHash: f.SecretHash, CreatedAt: f.CreatedAt.Time}
}

// Tick is a step of a renewal that is done.
type Tick struct {
	LicenseID  core.LicenseID `gorm:"primaryKey"`
	ExpiresOn  core.Date      `gorm:"primaryKey"`
	Step       string         `gorm:"primaryKey"`
	DoneOn     core.Date      `gorm:"not null"`
	Note       string         `gorm:"not null"`
	RecordedAt store.Moment   `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Tick) TableName() string { return "renewal_ticks" }

func (k Tick) toCore() renewal.Tick {
	return renewal.Tick{LicenseID: k.LicenseID, ExpiresOn: k.ExpiresOn, Step: k.Step, DoneOn: k.DoneOn, Note: k.Note, RecordedAt: k.RecordedAt.Time}
}

// CalendarFeed is a therapist's calendar address.
func (t Renewals) CalendarFeed(_ context.Context, therapist core.TherapistID) (renewal.CalendarFeed, error) {
	f, err := store.One[Feed](t.Gorm().Where("therapist_id = ?", therapist), "calendar address")
	return f.toCore(), err
}

// CalendarFeedBySecret finds the calendar whose secret has a hash.
func (t Renewals) CalendarFeedBySecret(_ context.Context, hash []byte) (renewal.CalendarFeed, error) {
	f, err := store.One[Feed](t.Gorm().Where("secret_hash = ?", hash), "calendar")
	return f.toCore(), err
}

// SaveCalendarFeed keeps a therapist's calendar address in place of the one
// before.
func (t Renewals) SaveCalendarFeed(_ context.Context, f renewal.CalendarFeed) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "therapist_id"}}, DoUpdates: clause.AssignmentColumns([]string{"secret_hash", "created_at"}),
	}), &Feed{TherapistID: f.TherapistID, SecretHash: f.SecretHash, CreatedAt: store.At(f.CreatedAt)})
}

// DropCalendarFeed ends a therapist's calendar address.
func (t Renewals) DropCalendarFeed(_ context.Context, therapist core.TherapistID) error {
	_, err := store.Change(t.Gorm().Where("therapist_id = ?", therapist).Delete(&Feed{}))
	return err
}

// RenewalTicks are what was ticked for the renewal of a license that ends on a
// day.
func (t Renewals) RenewalTicks(_ context.Context, license core.LicenseID, expiresOn core.Date) ([]renewal.Tick, error) {
	found, err := store.All[Tick](t.Gorm().Where("license_id = ? AND expires_on = ?", license, expiresOn).Order("step"))
	return store.Each(found, Tick.toCore), err
}

// SaveRenewalTick keeps a tick in place of the one before.
func (t Renewals) SaveRenewalTick(_ context.Context, k renewal.Tick) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "license_id"}, {Name: "expires_on"}, {Name: "step"}},
		DoUpdates: clause.AssignmentColumns([]string{"done_on", "note", "recorded_at"}),
	}), &Tick{LicenseID: k.LicenseID, ExpiresOn: k.ExpiresOn, Step: k.Step, DoneOn: k.DoneOn, Note: k.Note, RecordedAt: store.At(k.RecordedAt)})
}

// DropRenewalTick takes a tick back.
func (t Renewals) DropRenewalTick(_ context.Context, license core.LicenseID, expiresOn core.Date, step string) error {
	_, err := store.Change(t.Gorm().Where("license_id = ? AND expires_on = ? AND step = ?", license, expiresOn, step).Delete(&Tick{}))
	return err
}

// CompletedBetween is how long the courses were together that a therapist
// completed from one day to another, each course once.
func (t Renewals) CompletedBetween(_ context.Context, therapist core.TherapistID, first, last core.Date) (core.Minutes, error) {
	courses := t.Gorm().Table("course_completions").Select("MAX(minutes) AS m").
		Where(accountdb.OfPerson("therapist_id", therapist)).Where("completed_on BETWEEN ? AND ?", first, last).Group("course_id")
	return store.One[core.Minutes](t.Gorm().Table("(?) c", courses).Select("CAST(COALESCE(SUM(m), 0) AS bigint)"), "sum")
}

// ExpiringLicenses are at most limit licenses of people who let an organization see
// them, by their last day; with the address where they share it, or are its students.
func (t Renewals) ExpiringLicenses(_ context.Context, org core.OrganizationID, now time.Time, first, last core.Date, after renewal.ExpiringKey, limit int) ([]renewal.Expiring, error) {
	type row struct {
		licensuredb.License
		Name, Email string
	}
	q := t.Gorm().Select("licenses.*, a.name, CASE WHEN EXISTS (?) OR EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = a.id AND e.organization_id = ?) THEN a.reach ELSE '' END AS email",
		grantdb.Open(t.Gorm(), org, "a.id", access.ScopeContact, now), org).Joins("JOIN people a ON a.id = licenses.therapist_id").Where("licenses.expires_on BETWEEN ? AND ?", first, last)
	if !after.License.IsZero() {
		q = q.Where("(licenses.expires_on, licenses.id) > (?, ?)", after.ExpiresOn, after.License)
	}
	found, err := store.All[row](q.Scopes(licensuredb.Opened(org, "licenses.therapist_id", now, access.ScopeLicenses)).Order("licenses.expires_on, licenses.id").Limit(limit))
	return store.Each(found, func(r row) renewal.Expiring {
		return renewal.Expiring{
			LicenseID: r.ID, TherapistID: r.TherapistID, Name: r.Name, Email: r.Email, Jurisdiction: r.Jurisdiction, Title: r.Title,
			Number: r.Number, ExpiresOn: r.ExpiresOn,
		}
	}), err
}

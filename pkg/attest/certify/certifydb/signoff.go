package certifydb

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogdb"
)

// LogDay is what opens the root of a school's day of sign-offs.
type LogDay struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Day            core.Date           `gorm:"primaryKey"`
	EndsAt         store.Moment        `gorm:"not null"`
	Seed           []byte              `gorm:"not null"`
	Lines          int64               `gorm:"not null"`
	Root           []byte              `gorm:"not null"`
	Number         int64               `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (LogDay) TableName() string { return "log_days" }

func (d LogDay) toCore() certify.LoggedDay {
	return certify.LoggedDay{OrganizationID: d.OrganizationID, Day: d.Day, Ends: d.EndsAt.Time, Seed: d.Seed, Lines: d.Lines, Root: d.Root, Number: d.Number}
}

// LogAudit is what the log commits to of the audit of a day.
type LogAudit struct {
	Day    core.Date    `gorm:"primaryKey"`
	EndsAt store.Moment `gorm:"not null"`
	Lines  int64        `gorm:"not null"`
	Digest []byte       `gorm:"not null"`
	Number int64        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (LogAudit) TableName() string { return "log_audits" }

func (d LogAudit) toCore() certify.AuditDay {
	return certify.AuditDay{Day: d.Day, Ends: d.EndsAt.Time, Rows: certify.Rows{Lines: d.Lines, Digest: d.Digest}, Number: d.Number}
}

// InsertAuditDay keeps what was logged of the audit of a day.
func (t SignOffs) InsertAuditDay(_ context.Context, d certify.AuditDay) error {
	return store.Insert(t.Gorm(), &LogAudit{d.Day, store.At(d.Ends), d.Lines, d.Digest, d.Number})
}

// AuditDays are the days of the audit that are logged, by day.
func (t SignOffs) AuditDays(context.Context) ([]certify.AuditDay, error) {
	found, err := store.All[LogAudit](t.Gorm().Order("day"))
	return store.Each(found, LogAudit.toCore), err
}

// LastAuditDay is the newest of them.
func (t SignOffs) LastAuditDay(context.Context) (certify.AuditDay, error) {
	d, err := store.One[LogAudit](t.Gorm().Order("day DESC").Limit(1), "day")
	return d.toCore(), err
}

// unlogged are the credits of the school o after the last day that is logged and
// before an instant.
const unlogged = `FROM credits c WHERE c.organization_id = o.id AND c.posted_at < ?
	AND c.posted_at >= COALESCE((SELECT MAX(d.ends_at) FROM log_days d WHERE d.organization_id = o.id), ?)`

// FirstUnlogged is when the first credit was posted at a school after the last day
// that is logged, if that was before an instant, else zero.
func (t SignOffs) FirstUnlogged(_ context.Context, org core.OrganizationID, before time.Time) (time.Time, error) {
	found, err := store.All[struct{ First store.Moment }](t.Gorm().Table("organizations o").
		Select("(SELECT c.posted_at "+unlogged+" ORDER BY c.posted_at LIMIT 1) AS first", store.At(before), store.At(time.Unix(0, 0))).
		Where("o.id = ?", org))
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].First.Time, nil
}

// UnloggedSchools are at most limit schools after one at which credits were posted
// after the last day that is logged and before an instant.
func (t SignOffs) UnloggedSchools(_ context.Context, before time.Time, after core.OrganizationID, limit int) ([]core.OrganizationID, error) {
	return store.All[core.OrganizationID](t.Gorm().Table("organizations o").Select("o.id").
		Where("o.kind = ?", core.School).Where("EXISTS (SELECT 1 "+unlogged+")", store.At(before), store.At(time.Unix(0, 0))).
		Where("o.id > ?", after.String()).Order("o.id").Limit(limit))
}

// InsertLoggedDays keeps what opens the roots of days.
func (t SignOffs) InsertLoggedDays(_ context.Context, days []certify.LoggedDay) error {
	return store.Insert(t.Gorm(), store.Each(days, func(d certify.LoggedDay) LogDay {
		return LogDay{d.OrganizationID, d.Day, store.At(d.Ends), d.Seed, d.Lines, d.Root, d.Number}
	}))
}

// LoggedDays are at most limit days of all schools after one, in the order of
// the log.
func (t SignOffs) LoggedDays(_ context.Context, after int64, limit int) ([]certify.LoggedDay, error) {
	found, err := store.All[LogDay](t.Gorm().Where("number > ?", after).Order("number").Limit(limit))
	return store.Each(found, LogDay.toCore), err
}

// LoggedDaysAt tells which of some entries of the log a kept day names.
func (t SignOffs) LoggedDaysAt(_ context.Context, numbers []int64) (map[int64]bool, error) {
	if len(numbers) == 0 {
		return map[int64]bool{}, nil
	}
	named, err := store.All[int64](t.Gorm().Model(&LogDay{}).Select("number").Where("number IN ?", numbers))
	return set(named), err
}

func set[K comparable](all []K) map[K]bool {
	found := make(map[K]bool, len(all))
	for _, k := range all {
		found[k] = true
	}
	return found
}

// DaysToldAfter are the days of a school that the log tells of after the newest
// that is kept of it: there are none unless someone has taken that out. What they
// say is looked at, and not whose they are kept as.
func (t SignOffs) DaysToldAfter(_ context.Context, org core.OrganizationID) ([]translog.Opening, error) {
	last := t.Gorm().Model(&LogDay{}).Select("MAX(number)").Where("organization_id = ?", org)
	found, err := store.All[translogdb.Opening](t.Gorm().
		Where("event = 'day.sign-off' AND payload LIKE ? AND number > COALESCE((?), -1)", `%"`+org.String()+`"%`, last).Order("number"))
	return store.Each(found, translogdb.Opening.Noun), err
}

// OpeningsAt are the openings of some entries.
func (t SignOffs) OpeningsAt(_ context.Context, numbers []int64) ([]translog.Opening, error) {
	found, err := store.All[translogdb.Opening](t.Gorm().Where("number IN ?", numbers))
	return store.Each(found, translogdb.Opening.Noun), err
}

// OpeningsFrom are at most limit openings from a number on, with or without an
// entry.
func (t SignOffs) OpeningsFrom(_ context.Context, next int64, limit int) ([]translog.Opening, error) {
	found, err := store.All[translogdb.Opening](t.Gorm().Where("number >= ?", next).Order("number").Limit(limit))
	return store.Each(found, translogdb.Opening.Noun), err
}

// OpeningsOfMany are what was logged of some subjects, oldest first.
func (t SignOffs) OpeningsOfMany(_ context.Context, subjects []string) ([]translog.Opening, error) {
	found, err := store.All[translogdb.Opening](t.Gorm().Where("subject IN ?", subjects).Order("number"))
	return store.Each(found, translogdb.Opening.Noun), err
}

// ChangesLinked are the changes of the credential with a code, as its link has
// it, that the log tells of, whatever they are kept under.
func (t SignOffs) ChangesLinked(_ context.Context, code string) ([]translog.Opening, error) {
	changes := []string{"credential.revoke", "credential.suspend", "credential.reinstate", "credential.replace"}
	found, err := store.All[translogdb.Opening](t.Gorm().Where("event IN ? AND payload LIKE ?", changes, `%/c/`+code+`"%`).Order("number"))
	return store.Each(found, translogdb.Opening.Noun), err
}

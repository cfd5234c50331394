package specialtydb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Report is a row of directory_reports.
type Report struct {
	ID          core.ReportID          `gorm:"primaryKey"`
	TherapistID core.TherapistID       `gorm:"not null"`
	Reason      specialty.ReportReason `gorm:"not null"`
	Note        string                 `gorm:"not null"`
	ReportedAt  store.Moment           `gorm:"not null"`
	Outcome     specialty.Outcome      `gorm:"not null"`
	DecidedFor  core.OrganizationID
	DecidedBy   core.AccountID
	DecidedAt   store.Moment
}

// TableName implements schema.Tabler.
func (Report) TableName() string { return "directory_reports" }

// TakeDown is a row of directory_take_downs.
type TakeDown struct {
	ID             core.TakeDownID  `gorm:"primaryKey"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Reason         string         `gorm:"not null"`
	TakenBy        core.AccountID `gorm:"not null"`
	TakenAt        store.Moment   `gorm:"not null"`
	LiftedBy       core.AccountID
	LiftedAt       store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (TakeDown) TableName() string { return "directory_take_downs" }

// Vouching are the schools on whose word a therapist's entry stands at a moment.
func (t Moderation) Vouching(_ context.Context, therapist core.TherapistID, now time.Time) ([]core.OrganizationID, error) {
	certificates := t.Gorm().Table("(SELECT c.organization_id, c.therapist_id "+goodCertificates+") c", store.At(now)).
		Select("c.organization_id").Where(accountdb.OfPerson("c.therapist_id", therapist))
	licenses := t.Gorm().Table("(SELECT " + recordedBy + " AS organization_id, l.therapist_id " + knownLicenses + ") l").
		Select("l.organization_id").Where(accountdb.OfPerson("l.therapist_id", therapist))
	return store.All[core.OrganizationID](t.Gorm().Table("(? UNION ?) v", certificates, licenses).Select("v.organization_id").
		Where("v.organization_id IS NOT NULL").Order("v.organization_id"))
}

// InsertReport keeps what a stranger reports.
func (t Moderation) InsertReport(_ context.Context, r specialty.Report) error {
	return store.Insert(t.Gorm(), &Report{ID: r.ID, TherapistID: r.TherapistID, Reason: r.Reason, Note: r.Note, ReportedAt: store.At(r.ReportedAt)})
}

type namedReport struct {
	Report
	Name           string
	DecidedForName string
}

func (r namedReport) toCore() specialty.Report {
	return specialty.Report{
		ID: r.ID, TherapistID: r.TherapistID, Name: r.Name, Reason: r.Reason, Note: r.Note, ReportedAt: r.ReportedAt.Time, Outcome: r.Outcome,
		DecidedFor: r.DecidedFor, DecidedForName: r.DecidedForName, DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt.Time,
	}
}

func (t Moderation) reports() *gorm.DB {
	return t.Gorm().Select("directory_reports.*, a.name, COALESCE(o.name, '') AS decided_for_name").
		Joins("JOIN people a ON a.id = directory_reports.therapist_id").Joins("LEFT JOIN organizations o ON o.id = directory_reports.decided_for")
}

// Report finds what was reported.
func (t Moderation) Report(_ context.Context, id core.ReportID) (specialty.Report, error) {
	found, err := store.One[namedReport](t.reports().Where("directory_reports.id = ?", id), "report")
	return found.toCore(), err
}

// Reports are those that a query asks for, newest first.
func (t Moderation) Reports(_ context.Context, q specialty.ModerationQuery) ([]specialty.Report, error) {
	find := t.reports()
	if q.Open {
		find = find.Where("directory_reports.outcome = ''")
	} else {
		find = find.Where("directory_reports.outcome <> ''")
	}
	if !q.Organization.IsZero() {
		find = find.Where("(directory_reports.decided_for = ? OR "+attestedBut("directory_reports.therapist_id", " AND c.organization_id = ?", " AND "+recordedBy+" = ?")+")",
			q.Organization, store.At(q.Now), q.Organization, q.Organization)
	}
	if !q.Not.IsZero() {
		find = find.Where("directory_reports.therapist_id <> ?", q.Not)
	}
	if !q.AfterReport.IsZero() {
		find = find.Where("directory_reports.id < ?", q.AfterReport)
	}
	found, err := store.All[namedReport](find.Order("directory_reports.id DESC").Limit(q.Limit))
	return store.Each(found, namedReport.toCore), err
}

// ReportsOf are the newest of one entry.
func (t Moderation) ReportsOf(_ context.Context, therapist core.TherapistID, limit int) ([]specialty.Report, error) {
	found, err := store.All[namedReport](t.reports().Where("directory_reports.therapist_id = ?", therapist).Order("directory_reports.id DESC").Limit(limit))
	return store.Each(found, namedReport.toCore), err
}

// DecideReport keeps what became of a report; stale where that is known.
func (t Moderation) DecideReport(_ context.Context, r specialty.Report) error {
	return store.ChangeOne(t.Gorm().Model(&Report{}).Where("id = ? AND outcome = ''", r.ID).Updates(decided(r)))
}

// DecideReportsOf keeps what became of all of an entry's of which that is not known.
func (t Moderation) DecideReportsOf(_ context.Context, r specialty.Report) error {
	_, err := store.Change(t.Gorm().Model(&Report{}).Where("therapist_id = ? AND outcome = ''", r.TherapistID).Updates(decided(r)))
	return err
}

func decided(r specialty.Report) map[string]any {
	return map[string]any{"outcome": r.Outcome, "decided_for": r.DecidedFor, "decided_by": r.DecidedBy, "decided_at": store.At(r.DecidedAt)}
}

// InsertTakeDown gives down_already where the school, or the operator, has taken the
// entry down.
func (t Moderation) InsertTakeDown(_ context.Context, d specialty.TakeDown) error {
	err := store.Insert(t.Gorm(), &TakeDown{
		ID: d.ID, TherapistID: d.TherapistID, OrganizationID: d.OrganizationID, Reason: d.Reason, TakenBy: d.TakenBy, TakenAt: store.At(d.TakenAt), Version: 1,
	})
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return core.Conflict("down_already")
	}
	return err
}

// LiftTakeDown lifts what was taken down; stale where that was done.
func (t Moderation) LiftTakeDown(_ context.Context, d specialty.TakeDown) error {
	return store.ChangeOne(t.Gorm().Model(&TakeDown{}).Where("id = ? AND lifted_at IS NULL", d.ID).
		Updates(map[string]any{"lifted_by": d.LiftedBy, "lifted_at": store.At(d.LiftedAt), "version": store.Next}))
}

type namedTakeDown struct {
	TakeDown
	Name             string
	OrganizationName string
}

func (d namedTakeDown) toCore() specialty.TakeDown {
	return specialty.TakeDown{
		ID: d.ID, TherapistID: d.TherapistID, Name: d.Name, OrganizationID: d.OrganizationID, OrganizationName: d.OrganizationName, Reason: d.Reason,
		TakenBy: d.TakenBy, TakenAt: d.TakenAt.Time, LiftedBy: d.LiftedBy, LiftedAt: d.LiftedAt.Time, Version: d.Version,
	}
}

func (t Moderation) takeDowns() *gorm.DB {
	return t.Gorm().Select("directory_take_downs.*, a.name, COALESCE(o.name, '') AS organization_name").
		Joins("JOIN people a ON a.id = directory_take_downs.therapist_id").Joins("LEFT JOIN organizations o ON o.id = directory_take_downs.organization_id")
}

// TakeDown finds what was taken down.
func (t Moderation) TakeDown(_ context.Context, id core.TakeDownID) (specialty.TakeDown, error) {
	found, err := store.One[namedTakeDown](t.takeDowns().Where("directory_take_downs.id = ?", id), "take down")
	return found.toCore(), err
}

// TakeDowns are those that a query asks for, newest first.
func (t Moderation) TakeDowns(_ context.Context, q specialty.ModerationQuery) ([]specialty.TakeDown, error) {
	find := t.takeDowns()
	if !q.Organization.IsZero() {
		find = find.Where("directory_take_downs.organization_id = ?", q.Organization)
	}
	if q.Open {
		find = find.Where("directory_take_downs.lifted_at IS NULL")
	} else {
		find = find.Where("directory_take_downs.lifted_at IS NOT NULL")
	}
	if !q.AfterTakeDown.IsZero() {
		find = find.Where("directory_take_downs.id < ?", q.AfterTakeDown)
	}
	found, err := store.All[namedTakeDown](find.Order("directory_take_downs.id DESC").Limit(q.Limit))
	return store.Each(found, namedTakeDown.toCore), err
}

// DownOf are those of one entry that nobody has lifted, the oldest first.
func (t Moderation) DownOf(_ context.Context, therapist core.TherapistID) ([]specialty.TakeDown, error) {
	found, err := store.All[namedTakeDown](t.takeDowns().Where("directory_take_downs.therapist_id = ? AND directory_take_downs.lifted_at IS NULL", therapist).
		Order("directory_take_downs.id").Limit(mostDown))
	return store.Each(found, namedTakeDown.toCore), err
}

// mostDown bounds how many of one entry are read.
const mostDown = 100

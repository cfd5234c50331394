package logbookdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Doubt is a row of doubts, which triggers of entries and of therapists write.
type Doubt struct {
	EntryID        core.EntryID        `gorm:"primaryKey"`
	OtherEntryID   core.EntryID        `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	EnrollmentID   core.EnrollmentID   `gorm:"not null"`
	FoundAt        store.Moment        `gorm:"not null"`
	Verdict        string              `gorm:"not null"`
	Reason         string              `gorm:"not null"`
	DecidedAt      store.Moment
	DecidedBy      core.AccountID
}

// TableName implements schema.Tabler.
func (Doubt) TableName() string { return "doubts" }

type shownDoubt struct {
	Doubt
	TherapistID   core.TherapistID
	LocalDate     core.Date
	StartsAt      store.Moment
	EndsAt        store.Moment
	Minutes       core.Minutes
	Subject       string
	Other         string
	DecidedByName string
}

func (d shownDoubt) toCore() logbook.Doubt {
	return logbook.Doubt{
		EntryID: d.EntryID, OtherEntryID: d.OtherEntryID, OrganizationID: d.OrganizationID, EnrollmentID: d.EnrollmentID, TherapistID: d.TherapistID,
		Session: core.Session{Date: d.LocalDate, Start: d.StartsAt.Time, End: d.EndsAt.Time, Minutes: d.Minutes, Subject: d.Subject},
		Other:   d.Other, FoundAt: d.FoundAt.Time, DecidedAt: d.DecidedAt.Time, DecidedByName: d.DecidedByName, Counts: d.Verdict == counts, Reason: d.Reason,
	}
}

// counts is the verdict that a session counts.
const counts = "counts"

// mostDoubts bounds what of one session is read at once.
const mostDoubts = 200

func (t Entries) doubts() *gorm.DB {
	return t.Gorm().Select(`doubts.*, e.therapist_id, e.local_date, e.starts_at, e.ends_at, e.minutes, e.subject, o.name AS other,
			COALESCE(a.name, '') AS decided_by_name`).
		Joins("JOIN entries e ON e.id = doubts.entry_id JOIN entries x ON x.id = doubts.other_entry_id JOIN organizations o ON o.id = x.organization_id").
		Joins("LEFT JOIN accounts a ON a.id = doubts.decided_by").Order("e.local_date DESC, doubts.entry_id DESC, doubts.other_entry_id").Limit(mostDoubts)
}

// DoubtsOfEntry are the doubts about a session.
func (t Entries) DoubtsOfEntry(_ context.Context, entry core.EntryID) ([]logbook.Doubt, error) {
	found, err := store.All[shownDoubt](t.doubts().Where("doubts.entry_id = ?", entry))
	return store.Each(found, shownDoubt.toCore), err
}

// DecideDoubts decides all that is open of an entry.
func (t Entries) DecideDoubts(_ context.Context, entry core.EntryID, v logbook.Verdict, by core.AccountID, at time.Time) error {
	verdict := "does_not_count"
	if v.Counts {
		verdict = counts
	}
	n, err := store.Change(t.Gorm().Model(&Doubt{}).Where("entry_id = ? AND decided_at IS NULL", entry).
		Updates(map[string]any{"verdict": verdict, "reason": v.Reason, "decided_at": store.At(at), "decided_by": by}))
	if err == nil && n == 0 {
		err = core.ErrStale
	}
	return err
}

// Decision is what was decided on a session.
type Decision struct {
	EntryID core.EntryID
	Verdict string
}

// Counts tells whether the session was decided to count.
func (d Decision) Counts() bool { return d.Verdict == counts }

// OverlapDecisions are at most limit of what was decided on sessions, after one.
func (t Entries) OverlapDecisions(_ context.Context, after Decision, limit int) ([]Decision, error) {
	return store.All[Decision](t.Gorm().Table("doubts").Select("DISTINCT entry_id, verdict").
		Where("verdict <> '' AND (entry_id > ? OR entry_id = ? AND verdict > ?)", after.EntryID.String(), after.EntryID.String(), after.Verdict).
		Order("entry_id, verdict").Limit(limit))
}

// UndoubtedOverlaps are at most limit signed sessions of people who have several files
// that share time with one in another file, and of which there is no doubt.
func (t Entries) UndoubtedOverlaps(_ context.Context, limit int) ([]core.EntryID, error) {
	return store.All[core.EntryID](t.Gorm().Table("therapists f").Select("a.id").
		Joins("JOIN therapists g ON g.person_id = f.person_id AND g.id <> f.id").
		Joins("JOIN entries a ON a.therapist_id = f.id AND a.state = 'signed' AND a.starts_at IS NOT NULL").
		Joins(`JOIN entries b ON b.therapist_id = g.id AND b.state = 'signed' AND b.starts_at IS NOT NULL 
			AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at AND b.id > a.id`).
		Where("NOT EXISTS (SELECT 1 FROM doubts d WHERE d.entry_id IN (a.id, b.id) AND d.other_entry_id IN (a.id, b.id))").Order("a.id").Limit(limit))
}

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

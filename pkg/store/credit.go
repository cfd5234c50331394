package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type creditRow struct {
	ID             core.CreditID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	EnrollmentID   core.EnrollmentID   `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	Kind           core.CreditKind     `gorm:"not null"`
	Minutes        core.Minutes        `gorm:"not null"`
	Subject        string              `gorm:"not null"`
	Setting        core.Setting        `gorm:"not null"`
	Delivery       core.Delivery       `gorm:"not null"`
	Supervised     bool                `gorm:"not null"`
	LocalDate      core.Date           `gorm:"not null"`
	StartsAt       moment
	EntryID        core.EntryID
	ReversesID     core.CreditID
	PostedAt       moment               `gorm:"not null"`
	PostedBy       core.AccountID       `gorm:"not null"`
	Mode           core.SupervisionMode `gorm:"not null"`
	ElapsedMinutes core.Minutes         `gorm:"not null"`
	BreakMinutes   core.Minutes         `gorm:"not null"`
	Grade          sql.NullInt64
	MakeUp         bool   `gorm:"not null"`
	School         string `gorm:"not null"`
	SchoolLicense  string `gorm:"not null"`
	Transcript     string `gorm:"not null"`
	AcceptedBy     string `gorm:"not null"`
	TransferID     core.TransferID
}

func (r creditRow) noun() core.Credit {
	return core.Credit{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Kind: r.Kind,
		Minutes: r.Minutes, Subject: r.Subject, Setting: r.Setting, Delivery: r.Delivery, Supervised: r.Supervised,
		Date: r.LocalDate, Start: r.StartsAt.Time, EntryID: r.EntryID, Reverses: r.ReversesID, PostedAt: r.PostedAt.Time, PostedBy: r.PostedBy,
		Mode: r.Mode, Elapsed: r.ElapsedMinutes, Break: r.BreakMinutes, Graded: r.Grade.Valid, Grade: int(r.Grade.Int64), MakeUp: r.MakeUp, TransferID: r.TransferID,
		Transfer: core.Transfer{School: r.School, License: r.SchoolLicense, Transcript: r.Transcript, AcceptedBy: r.AcceptedBy},
	}
}

func (tx *Tx) credits(query string, args ...any) ([]core.Credit, error) {
	rows, err := many[creditRow](tx.g, "SELECT c.* FROM credits c WHERE "+query, args...)
	return mapped(rows, creditRow.noun), err
}

// SupersedeEntries marks the signed entries that corrections name; one that is
// not signed any more is stale.
func (tx *Tx) SupersedeEntries(_ context.Context, corrections []core.Entry) error {
	originals, ids := make([]core.EntryID, len(corrections)), make([]core.EntryID, len(corrections))
	for i, c := range corrections {
		originals[i], ids[i] = c.Corrects, c.ID
	}
	original, arg1 := in(tx, "id", originals)
	correction, arg2 := in(tx, "c.id", ids)
	n, err := tx.exec(`UPDATE entries SET state = 'superseded', version = version + 1,
		superseded_by_id = (SELECT c.id FROM entries c WHERE c.corrects_id = entries.id AND `+correction+`)
		WHERE state = 'signed' AND `+original, arg2, arg1)
	return allOf(n, len(corrections), err)
}

// SignEntries signs submitted entries; one that is not submitted any more is
// stale. The totals follow with PostCredits.
func (tx *Tx) SignEntries(_ context.Context, entries []core.Entry, by core.MemberID, now time.Time) error {
	ids := make([]core.EntryID, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	condition, arg := in(tx, "id", ids)
	n, err := tx.exec("UPDATE entries SET state = 'signed', signed_at = ?, signed_by = ?, version = version + 1 WHERE state = 'submitted' AND "+condition, at(now), by, arg)
	return allOf(n, len(entries), err)
}

func allOf(n int64, all int, err error) error {
	if err == nil && n != int64(all) {
		return core.ErrStale
	}
	return err
}

// PostCredits appends to the ledger. In the same transaction the totals move,
// from waiting to signed and, for a reversal, down, and the enrollments'
// sequences grow by one for each posting.
func (tx *Tx) PostCredits(_ context.Context, credits []core.Credit) error {
	for len(credits) > 0 {
		n := min(most, len(credits))
		if err := tx.post(credits[:n]); err != nil {
			return err
		}
		credits = credits[n:]
	}
	return nil
}

func (tx *Tx) post(credits []core.Credit) error {
	rows, ids := make([][]any, len(credits)), make([]core.CreditID, len(credits))
	for i, c := range credits {
		ids[i] = c.ID
		rows[i] = []any{
			c.ID, c.OrganizationID, c.EnrollmentID, c.TherapistID, c.Kind, c.Minutes, c.Subject, c.Setting, c.Delivery, c.Supervised,
			c.Date, at(c.Start), c.EntryID, c.Reverses, at(c.PostedAt), c.PostedBy, c.Mode, c.Elapsed, c.Break, gradeOf(c.Graded, c.Grade), c.MakeUp,
			c.Transfer.School, c.Transfer.License, c.Transfer.Transcript, c.Transfer.AcceptedBy, c.TransferID,
		}
	}
	if err := tx.insertMany("credits", `id, organization_id, enrollment_id, therapist_id, kind, minutes, subject, setting, delivery,
		supervised, local_date, starts_at, entry_id, reverses_id, posted_at, posted_by, mode, elapsed_minutes, break_minutes, grade, make_up,
		school, school_license, transcript, accepted_by, transfer_id`, rows, ""); err != nil {
		return err
	}
	condition, arg := in(tx, "id", ids)
	// What no entry earned never waited, so that it may have no total yet.
	if _, err := tx.exec(`INSERT INTO totals (enrollment_id, subject, setting, delivery)
		SELECT DISTINCT enrollment_id, subject, setting, delivery FROM credits WHERE entry_id IS NULL AND `+condition+`
		ON CONFLICT `+totalKey+` DO NOTHING`, arg); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE totals AS t SET
		signed_minutes = t.signed_minutes + v.minutes, signed_entries = t.signed_entries + v.entries,
		waiting_minutes = t.waiting_minutes - v.posted, waiting_entries = t.waiting_entries - v.posted_entries
		FROM (SELECT enrollment_id, subject, setting, delivery, SUM(minutes) AS minutes,
				SUM(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END) AS entries,
				SUM(CASE WHEN reverses_id IS NULL AND entry_id IS NOT NULL THEN minutes ELSE 0 END) AS posted,
				SUM(CASE WHEN reverses_id IS NULL AND entry_id IS NOT NULL THEN 1 ELSE 0 END) AS posted_entries
			FROM credits WHERE `+condition+` GROUP BY enrollment_id, subject, setting, delivery) AS v
		WHERE t.enrollment_id = v.enrollment_id`+sameTotal, arg); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE enrollments AS e SET ledger_seq = e.ledger_seq + v.n
		FROM (SELECT enrollment_id, COUNT(*) AS n FROM credits WHERE `+condition+` GROUP BY enrollment_id) AS v
		WHERE e.id = v.enrollment_id`, arg)
	return err
}

// CreditsOf are an enrollment's credits after one, in the order of posting;
// limit 0 is all.
func (tx *Tx) CreditsOf(_ context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error) {
	query, args := "c.enrollment_id = ?", []any{enrollment}
	if !after.IsZero() {
		query, args = query+" AND c.id > ?", append(args, after)
	}
	query += " ORDER BY c.id"
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	return tx.credits(query, args...)
}

// CreditsOfMany are all credits of enrollments, one enrollment after the other.
func (tx *Tx) CreditsOfMany(_ context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error) {
	condition, arg := in(tx, "c.enrollment_id", enrollments)
	return tx.credits(condition+" ORDER BY c.enrollment_id, c.id", arg)
}

// CreditsOfEntries are the credits of entries that were not reversed.
func (tx *Tx) CreditsOfEntries(_ context.Context, entries []core.EntryID) ([]core.Credit, error) {
	condition, arg := in(tx, "c.entry_id", entries)
	return tx.credits(condition+` AND c.reverses_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM credits r WHERE r.reverses_id = c.id) ORDER BY c.id`, arg)
}

// PostedFor are all credits of one entry, reversals included: a reversal names
// the entry too.
func (tx *Tx) PostedFor(_ context.Context, entry core.EntryID) ([]core.Credit, error) {
	return tx.credits("c.enrollment_id = (SELECT enrollment_id FROM entries WHERE id = ?) AND c.entry_id = ? ORDER BY c.id", entry, entry)
}

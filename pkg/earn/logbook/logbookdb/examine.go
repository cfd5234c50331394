package logbookdb

import (
	"bytes"
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// enrollmentsAtOnce is of how many enrollments the entries and the ledger are
// examined by a statement: the work is bounded by it, and not by the ledger.
const enrollmentsAtOnce = 20

// Examine recomputes totals, postings and sequences from the entries and the
// ledger, some enrollments after the others, and names every difference.
func (t Credits) Examine(context.Context) ([]logbook.Difference, error) {
	all, err := Entries(t).examineInbox()
	for after := (core.EnrollmentID{}); err == nil; {
		q := t.Gorm().Model(&Enrollment{}).Select("id").Order("id").Limit(enrollmentsAtOnce)
		if !after.IsZero() {
			q = q.Where("id > ?", after)
		}
		var page []core.EnrollmentID
		if page, err = store.All[core.EnrollmentID](q); err != nil || len(page) == 0 {
			break
		}
		after = page[len(page)-1]
		for _, examine := range []func([]core.EnrollmentID) ([]logbook.Difference, error){
			t.examineTotals, t.examinePostings, t.examineCredits, t.examineSeals, t.examineSequences, t.examineTransfers,
		} {
			found, failed := examine(page)
			if failed != nil {
				return nil, failed
			}
			all = append(all, found...)
		}
	}
	return all, err
}

func (t Credits) examineTotals(page []core.EnrollmentID) ([]logbook.Difference, error) {
	type row struct {
		EnrollmentID               core.EnrollmentID
		Subject, Setting, Delivery string
		Wm, We, Sm, Se             int64
		Rwm, Rwe, Rsm, Rse         int64
	}
	these := store.In(t.Tx, "enrollment_id", page)
	rows, err := store.All[row](t.Gorm().Raw(`SELECT enrollment_id, subject, setting, delivery, SUM(wm) AS wm, SUM(we) AS we, SUM(sm) AS sm, SUM(se) AS se,
		SUM(rwm) AS rwm, SUM(rwe) AS rwe, SUM(rsm) AS rsm, SUM(rse) AS rse
		FROM (
			SELECT enrollment_id, subject, setting, delivery, waiting_minutes AS wm, waiting_entries AS we, signed_minutes AS sm, signed_entries AS se,
				0 AS rwm, 0 AS rwe, 0 AS rsm, 0 AS rse FROM totals WHERE ?
			UNION ALL SELECT enrollment_id, subject, setting, delivery, 0, 0, 0, 0, minutes, 1, 0, 0 FROM entries WHERE state = 'submitted' AND ?
			UNION ALL SELECT enrollment_id, subject, setting, delivery, 0, 0, 0, 0, 0, 0, minutes, CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END FROM credits WHERE ?
		) AS both_sides GROUP BY enrollment_id, subject, setting, delivery
		HAVING SUM(wm) <> SUM(rwm) OR SUM(we) <> SUM(rwe) OR SUM(sm) <> SUM(rsm) OR SUM(se) <> SUM(rse)`, these, these, these))
	said := func(wm, we, sm, se int64) words.Sentence {
		return words.S("difference.totals", "waiting", wm, "sessions", we, "signed", sm, "signedSessions", se)
	}
	return store.Each(rows, func(r row) logbook.Difference {
		return logbook.Difference{
			Enrollment: r.EnrollmentID, What: words.S("difference.total", "subject", r.Subject, "setting", r.Setting, "delivery", r.Delivery),
			Kept: said(r.Wm, r.We, r.Sm, r.Se), Recomputed: said(r.Rwm, r.Rwe, r.Rsm, r.Rse),
		}
	}), err
}

// examinePostings wants one credit of a signed entry, one and its reversal of a
// superseded one, and none of any other.
func (t Credits) examinePostings(page []core.EnrollmentID) ([]logbook.Difference, error) {
	type row struct {
		ID           core.EntryID
		EnrollmentID core.EnrollmentID
		State        string
		Minutes      int64
		Posted       int64
		Lines        int64
	}
	rows, err := store.All[row](t.Gorm().Raw(`SELECT e.id, e.enrollment_id, e.state, e.minutes, COALESCE(c.posted, 0) AS posted, COALESCE(c.lines, 0) AS lines
		FROM entries e LEFT JOIN (
			SELECT entry_id, SUM(minutes) AS posted, COUNT(*) AS lines FROM credits WHERE entry_id IS NOT NULL AND ? GROUP BY entry_id
		) AS c ON c.entry_id = e.id
		WHERE ? AND (COALESCE(c.posted, 0) <> CASE WHEN e.state = 'signed' THEN e.minutes ELSE 0 END
			OR COALESCE(c.lines, 0) <> CASE WHEN e.state = 'signed' THEN 1 WHEN e.state = 'superseded' THEN 2 ELSE 0 END)`,
		store.In(t.Tx, "enrollment_id", page), store.In(t.Tx, "e.enrollment_id", page)))
	return store.Each(rows, func(r row) logbook.Difference {
		return logbook.Difference{
			Enrollment: r.EnrollmentID, What: words.S("difference.posting", "entry", r.ID),
			Kept:       words.S("difference.posted", "minutes", r.Posted, "credits", r.Lines),
			Recomputed: words.S("difference.session", "state", r.State, "minutes", r.Minutes),
		}
	}), err
}

// examineCredits holds each credit against its entry in all that both carry, and
// each reversal against its credit. A credit that knows no elapsed time is from
// before breaks were posted.
func (t Credits) examineCredits(page []core.EnrollmentID) ([]logbook.Difference, error) {
	type row struct {
		ID           core.CreditID
		EnrollmentID core.EnrollmentID
		EntryID      core.EntryID
		ReversesID   core.CreditID
	}
	rows, err := store.All[row](t.Gorm().Raw(`SELECT c.id, c.enrollment_id, c.entry_id, c.reverses_id FROM credits c
		LEFT JOIN entries e ON e.id = c.entry_id LEFT JOIN members g ON g.id = e.signed_by
		LEFT JOIN entries n ON n.id = e.superseded_by_id LEFT JOIN credits o ON o.id = c.reverses_id
		WHERE ? AND ((e.id IS NOT NULL AND (e.organization_id <> c.organization_id OR e.enrollment_id <> c.enrollment_id OR e.therapist_id <> c.therapist_id
				OR e.subject <> c.subject OR e.setting <> c.setting OR e.delivery <> c.delivery OR e.local_date <> c.local_date
				OR e.starts_at IS DISTINCT FROM c.starts_at OR e.mode <> c.mode OR e.make_up <> c.make_up OR e.grade IS DISTINCT FROM c.grade
				OR c.elapsed_minutes > 0 AND e.break_minutes <> c.break_minutes))
			OR (e.id IS NOT NULL AND c.reverses_id IS NULL AND (e.minutes <> c.minutes OR e.signed_at IS DISTINCT FROM c.posted_at
				OR g.account_id IS DISTINCT FROM c.posted_by OR e.import_id IS NULL AND e.supervisor_id <> e.signed_by
				OR e.superseded_by_id IS NOT NULL AND n.corrects_id IS DISTINCT FROM e.id))
			OR (o.id IS NOT NULL AND (o.enrollment_id <> c.enrollment_id OR o.minutes <> -c.minutes OR o.entry_id <> c.entry_id)))`, store.In(t.Tx, "c.enrollment_id", page)))
	return store.Each(rows, func(r row) logbook.Difference {
		of := words.S("difference.of_entry", "entry", r.EntryID)
		if !r.ReversesID.IsZero() {
			of = words.S("difference.of_credit", "credit", r.ReversesID)
		}
		return logbook.Difference{Enrollment: r.EnrollmentID, What: words.S("difference.credit", "credit", r.ID), Kept: words.S("difference.another"), Recomputed: of}
	}), err
}

// sealsAtOnce is how many entries are held against their seals at once.
const sealsAtOnce = 200

// examineSeals holds each signed entry against the digest that was posted with
// its credit.
func (t Credits) examineSeals(page []core.EnrollmentID) ([]logbook.Difference, error) {
	type row struct {
		Entry
		CreditID  core.CreditID
		EntrySeal []byte
	}
	var all []logbook.Difference
	for _, enrollment := range page {
		for after := (core.CreditID{}); ; {
			rows, err := store.All[row](t.Gorm().Raw(`SELECT e.*, c.id AS credit_id, c.entry_seal FROM credits c JOIN entries e ON e.id = c.entry_id
				WHERE c.entry_seal IS NOT NULL AND c.enrollment_id = ? AND c.id > ? ORDER BY c.id LIMIT ?`, enrollment.String(), after.String(), sealsAtOnce))
			if err != nil {
				return nil, err
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				if e := (NamedEntry{Entry: r.Entry}).toCore(); !bytes.Equal(e.Seal(), r.EntrySeal) {
					all = append(all, logbook.Difference{Enrollment: r.EnrollmentID, What: words.S("difference.entry", "entry", r.ID), Kept: words.S("difference.another"), Recomputed: words.S("difference.as_signed")})
				}
			}
			after = rows[len(rows)-1].CreditID
		}
	}
	return all, nil
}

func (t Credits) examineSequences(page []core.EnrollmentID) ([]logbook.Difference, error) {
	type row struct {
		ID        core.EnrollmentID
		LedgerSeq int64
		N         int64
	}
	rows, err := store.All[row](t.Gorm().Raw(`SELECT e.id, e.ledger_seq, COUNT(c.id) AS n FROM enrollments e
		LEFT JOIN credits c ON c.enrollment_id = e.id WHERE ? GROUP BY e.id, e.ledger_seq HAVING e.ledger_seq <> COUNT(c.id)`, store.In(t.Tx, "e.id", page)))
	return store.Each(rows, func(r row) logbook.Difference {
		return logbook.Difference{Enrollment: r.ID, What: words.S("difference.sequence"), Kept: words.S("difference.number", "number", r.LedgerSeq), Recomputed: words.S("difference.number", "number", r.N)}
	}), err
}

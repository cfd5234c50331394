package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// TestLedger shows what the databases themselves refuse, whatever the program
// does.
func TestLedger(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		signed := f.Signed(t, f.Session(t, 0))[0]
		waiting, err := f.Logbook.Log(context.Background(), f.Student, f.Enrollment, f.Session(t, 2))
		if err != nil {
			t.Fatal(err)
		}
		write := func(fn func(context.Context, *store.Tx) error) error { return db.Write(context.Background(), fn) }
		raw := func(statement string, args ...any) func() error {
			return func() error {
				return write(func(_ context.Context, tx *store.Tx) error { return store.Exec(tx, statement, args...) })
			}
		}
		credit := core.CreditOf(signed, core.NewID[core.CreditID](f.Source), f.Alvarez.AccountID, f.Source.Now())
		other := signed
		other.ID, other.State, other.SubmittedAt = core.NewID[core.EntryID](f.Source), core.EntrySubmitted, f.Source.Now()
		later := other
		later.ID, later.Session.Start, later.Session.End = core.NewID[core.EntryID](f.Source), other.Session.End.Add(-1e9), other.Session.End.Add(1e12)
		for name, c := range map[string]struct {
			do   func() error
			code string
		}{
			"UpdateOfACredit":         {raw("UPDATE credits SET minutes = 600"), "frozen"},
			"DeletionOfACredit":       {raw("DELETE FROM credits"), "frozen"},
			"DeletionOfAnEntry":       {raw("DELETE FROM entries WHERE id = ?", waiting.ID), "entry_locked"},
			"ChangeOfASignedEntry":    {raw("UPDATE entries SET minutes = 90 WHERE id = ?", signed.ID), "entry_locked"},
			"NoteOfASignedEntry":      {raw("UPDATE entries SET note = 'x' WHERE id = ?", signed.ID), "entry_locked"},
			"SignedBackToSubmitted":   {raw("UPDATE entries SET state = 'submitted' WHERE id = ?", signed.ID), "entry_locked"},
			"SignedToWithdrawn":       {raw("UPDATE entries SET state = 'withdrawn' WHERE id = ?", signed.ID), "entry_locked"},
			"SupersededByNothing":     {raw("UPDATE entries SET state = 'superseded' WHERE id = ?", signed.ID), "entry_locked"},
			"SupersededByAnother":     {raw("UPDATE entries SET state = 'superseded', superseded_by_id = ? WHERE id = ?", waiting.ID, signed.ID), "entry_locked"},
			"SignedAndSuperseded":     {raw("UPDATE entries SET superseded_by_id = ? WHERE id = ?", waiting.ID, signed.ID), "entry_locked"},
			"SignedWithoutASignature": {raw("UPDATE entries SET state = 'signed' WHERE id = ?", waiting.ID), "constraint"},
			"UpdateOfAStandard":       {raw("UPDATE standards SET body = '{}'"), "frozen"},
			"UpdateOfAProgramVersion": {raw("UPDATE program_versions SET number = 9"), "frozen"},
			"UpdateOfAnAuditEvent":    {raw("UPDATE audit_events SET action = 'x'"), "frozen"},
			"DeletionOfAuditEvents":   {raw("DELETE FROM audit_events"), "frozen"},
			"NegativeTotal":           {raw("UPDATE totals SET signed_minutes = -1"), "constraint"},
			"ThirteenHours":           {raw("UPDATE entries SET minutes = 721 WHERE id = ?", waiting.ID), "constraint"},
			"MovedOntoAnother":        {raw("UPDATE entries SET starts_at = (SELECT s.starts_at FROM entries s WHERE s.id = ?), ends_at = (SELECT s.ends_at FROM entries s WHERE s.id = ?) WHERE id = ?", signed.ID, signed.ID, waiting.ID), "entry_overlap"},
			"SecondPosting": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return kept.On(tx).PostCredits(ctx, []core.Credit{credit})
				})
			}, "already_posted"},
			"OverlappingEntry": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertEntry(ctx, other) })
			}, "entry_overlap"},
			"OverlappingByASecond": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertEntry(ctx, later) })
			}, "entry_overlap"},
			"OverlappingInBulk": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return kept.On(tx).InsertImported(ctx, []core.Entry{other})
				})
			}, "entry_overlap"},
			"EntryOfNobody": {raw("UPDATE entries SET supervisor_id = ? WHERE id = ?", core.NewID[core.MemberID](f.Source), waiting.ID), "unknown_reference"},
			"SigningTwice": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return kept.On(tx).SignEntries(ctx, []core.Entry{signed}, signed.SignedBy, f.Source.Now())
				})
			}, "stale"},
			"SupersedingWhatIsUnsigned": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return kept.On(tx).SupersedeEntries(ctx, []core.Entry{{ID: signed.ID, Corrects: waiting.ID}})
				})
			}, "stale"},
			"UpdateOfAnOldVersion": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					old := waiting
					old.Version = 9
					return kept.On(tx).UpdateEntry(ctx, old, waiting)
				})
			}, "stale"},
		} {
			t.Run(name, func(t *testing.T) {
				if err := c.do(); core.CodeOf(err) != c.code {
					t.Errorf("want %s, got %v", c.code, err)
				}
			})
		}
		twice := func(ctx context.Context, tx *store.Tx) error {
			posted, err := kept.On(tx).CreditsOfEntries(ctx, []core.EntryID{signed.ID})
			if err != nil {
				return err
			}
			first := posted[0].Reversal(core.NewID[core.CreditID](f.Source), f.Alvarez.AccountID, f.Source.Now())
			second := first
			second.ID = core.NewID[core.CreditID](f.Source)
			return kept.On(tx).PostCredits(ctx, []core.Credit{first, second})
		}
		if err := write(twice); core.CodeOf(err) != "already_posted" {
			t.Errorf("a second reversal: %v", err)
		}
		f.CheckLedger(t)
	})
}

// TestKeepStandings shows that an older standing never replaces a newer, and one of a
// later moment does.
func TestKeepStandings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		ctx := context.Background()
		newer := logbook.KeptStanding{EnrollmentID: f.Enrollment, StandardID: f.Version.StandardID, LedgerSeq: 5, Body: []byte("five"), EvaluatedAt: f.Source.Now()}
		older := newer
		older.LedgerSeq, older.Body = 4, []byte("four")
		earlier, later := newer, newer // of the same ledger, by the rules of other days
		earlier.EvaluatedAt, earlier.Body = newer.EvaluatedAt.Add(-time.Hour), []byte("five of before")
		later.EvaluatedAt, later.Body = newer.EvaluatedAt.Add(time.Hour), []byte("five of later")
		var body string
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, k := range []logbook.KeptStanding{newer, older, later, earlier, older} {
				if err := kept.On(tx).KeepStandings(ctx, []logbook.KeptStanding{k}); err != nil {
					return err
				}
			}
			found, err := kept.On(tx).KeptStanding(ctx, f.Enrollment)
			body = string(found.Body)
			return err
		})
		if err != nil || body != "five of later" {
			t.Fatal(body, err)
		}
	})
}

// TestDoctor shows that what was changed behind the program's back is found.
func TestDoctor(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		ctx := context.Background()
		f.Signed(t, f.Session(t, 0))
		if _, err := f.Logbook.Progress(ctx, f.Student, f.Enrollment); err != nil {
			t.Fatal(err)
		}
		f.CheckLedger(t)
		for _, statement := range []string{
			"UPDATE standings SET body = '{}'",
			"UPDATE totals SET signed_minutes = signed_minutes + 1",
			"UPDATE totals SET waiting_minutes = 5, waiting_entries = 1",
			"UPDATE enrollments SET ledger_seq = 7 WHERE ledger_seq = 1",
			"UPDATE waiting_weeks SET entries = 1, minutes = 120",
		} {
			err := db.Write(ctx, func(_ context.Context, tx *store.Tx) error { return store.Exec(tx, statement) })
			if err != nil {
				t.Fatal(err)
			}
			found, err := f.Logbook.Doctor(ctx)
			if err != nil || len(found) == 0 {
				t.Errorf("%s: %v %v", statement, found, err)
			}
		}
	})
}

// TestTx_CleanWeeks shows that a week of which nothing waits any more goes, and
// that the next session of that week waits all the same.
func TestTx_CleanWeeks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		f.Signed(t, f.Session(t, 0))
		if _, err := f.Logbook.Log(t.Context(), f.Student, f.Enrollment, f.Session(t, 43)); err != nil {
			t.Fatal(err)
		}
		var removed map[string]int64
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			removed, err = kept.On(tx).Clean(ctx, f.Source.Now(), f.Source.Now())
			return err
		})
		if err != nil || removed["waiting_weeks"] != 1 {
			t.Fatal(removed, err)
		}
		f.CheckLedger(t)
		f.Signed(t, f.Session(t, 1))
		f.CheckLedger(t)
	})
}

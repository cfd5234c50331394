package store_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
)

// TestLedger shows what the databases themselves refuse, whatever the program
// does.
func TestLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := storetest.School(t, db)
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
			"SignedWithoutASignature": {raw("UPDATE entries SET state = 'signed' WHERE id = ?", waiting.ID), "constraint"},
			"UpdateOfAStandard":       {raw("UPDATE standards SET body = '{}'"), "frozen"},
			"UpdateOfAProgramVersion": {raw("UPDATE program_versions SET number = 9"), "frozen"},
			"UpdateOfAnAuditEvent":    {raw("UPDATE audit_events SET action = 'x'"), "frozen"},
			"DeletionOfAuditEvents":   {raw("DELETE FROM audit_events"), "frozen"},
			"NegativeTotal":           {raw("UPDATE totals SET signed_minutes = -1"), "constraint"},
			"ThirteenHours":           {raw("UPDATE entries SET minutes = 721 WHERE id = ?", waiting.ID), "constraint"},
			"MovedOntoAnother":        {raw("UPDATE entries SET starts_at = (SELECT s.starts_at FROM entries s WHERE s.id = ?), ends_at = (SELECT s.ends_at FROM entries s WHERE s.id = ?) WHERE id = ?", signed.ID, signed.ID, waiting.ID), "entry_overlap"},
			"SecondPosting": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return tx.PostCredits(ctx, []core.Credit{credit}) })
			}, "already_posted"},
			"OverlappingEntry": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertEntry(ctx, other) })
			}, "entry_overlap"},
			"OverlappingByASecond": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertEntry(ctx, later) })
			}, "entry_overlap"},
			"OverlappingInBulk": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertImported(ctx, []core.Entry{other}) })
			}, "entry_overlap"},
			"EntryOfNobody": {raw("UPDATE entries SET supervisor_id = ? WHERE id = ?", core.NewID[core.MemberID](f.Source), waiting.ID), "unknown_reference"},
			"SigningTwice": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return tx.SignEntries(ctx, []core.Entry{signed}, signed.SignedBy, f.Source.Now())
				})
			}, "stale"},
			"SupersedingWhatIsUnsigned": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					return tx.SupersedeEntries(ctx, []core.Entry{{ID: signed.ID, Corrects: waiting.ID}})
				})
			}, "stale"},
			"UpdateOfAnOldVersion": {func() error {
				return write(func(ctx context.Context, tx *store.Tx) error {
					old := waiting
					old.Version = 9
					return tx.UpdateEntry(ctx, old, waiting)
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
			posted, err := tx.CreditsOfEntries(ctx, []core.EntryID{signed.ID})
			if err != nil {
				return err
			}
			first := posted[0].Reversal(core.NewID[core.CreditID](f.Source), f.Alvarez.AccountID, f.Source.Now())
			second := first
			second.ID = core.NewID[core.CreditID](f.Source)
			return tx.PostCredits(ctx, []core.Credit{first, second})
		}
		if err := write(twice); core.CodeOf(err) != "already_posted" {
			t.Errorf("a second reversal: %v", err)
		}
		f.CheckLedger(t)
	})
}

// TestKeepStandings shows that an older standing never replaces a newer.
func TestKeepStandings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := storetest.School(t, db)
		ctx := context.Background()
		kept := core.KeptStanding{EnrollmentID: f.Enrollment, StandardID: f.Version.StandardID, LedgerSeq: 5, Body: []byte("five"), EvaluatedAt: f.Source.Now()}
		older := kept
		older.LedgerSeq, older.Body = 4, []byte("four")
		var body string
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, k := range []core.KeptStanding{kept, older} {
				if err := tx.KeepStandings(ctx, []core.KeptStanding{k}); err != nil {
					return err
				}
			}
			found, err := tx.KeptStanding(ctx, f.Enrollment)
			body = string(found.Body)
			return err
		})
		if err != nil || body != "five" {
			t.Fatal(body, err)
		}
	})
}

// TestDoctor shows that what was changed behind the program's back is found.
func TestDoctor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := storetest.School(t, db)
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

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// lock says of a table's rows in some state which columns may still change. Row
// has the values that make such a row and that the table's checks ask for.
type lock struct {
	table, state string
	row          map[string]any
	may          []string
	code         string
}

type row = map[string]any

// locks are all of them: a table whose rows a trigger locks is in this list.
func locks() []lock {
	decided, when := []string{"state", "decided_by", "decided_at", "reason", "version"}, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	all := []lock{
		{table: "credits", row: row{"kind": "transfer"}},
		{table: "credentials", row: row{"kind": "completion"}},
		{table: "license_events", row: row{"axis": "term", "status": "issued", "method": "document"}},
		{table: "license_checks", row: row{"outcome": "same"}},
		{table: "adverse_actions", state: "", row: row{"kind": "probation"}, may: []string{"document_id"}},
		{table: "adverse_actions", state: "with its order", row: row{"kind": "probation", "document_id": id()}},
		{table: "ce_audits", may: []string{"word", "drawn_at", "version"}},
		{table: "ce_audits", state: "drawn", row: row{"drawn_at": when, "word": "w"}},
		{table: "ce_audit_people", row: row{"place": 0, "outcome": ""}, may: []string{"place"}},
		{table: "ce_audit_people", state: "drawn", row: row{"place": 1, "outcome": ""}, may: []string{"outcome", "reason", "decided_by", "decided_at"}},
		{table: "ce_audit_people", state: "decided", row: row{"place": 1, "outcome": "accepted", "decided_by": id()}},
		{table: "closings", may: []string{"confirmed_at", "confirmed_by"}},
		{table: "closings", state: "confirmed", row: row{"confirmed_at": when, "confirmed_by": id()}},
		{table: "grants", row: row{"purpose": "transfer", "given_at": when, "until": when.Add(time.Hour), "ended_by": ""}, may: []string{"ended_at", "ended_by", "version", "seal"}},
		{table: "grants", state: "ended", row: row{
			"purpose": "transfer", "given_at": when, "until": when.Add(time.Hour), "ended_at": when, "ended_by": "therapist",
		}, may: []string{"seal"}},
		{table: "disputes", row: row{"item_kind": "license", "state": "open"}, may: []string{"state", "answer", "closed_by", "closed_at", "version"}},
		{table: "disputes", state: "closed", row: row{"item_kind": "license", "state": "upheld", "closed_at": when}},
		{table: "directory_reports", row: row{"reason": "other", "outcome": ""}, may: []string{"outcome", "decided_for", "decided_by", "decided_at"}},
		{table: "directory_reports", state: "decided", row: row{"reason": "other", "outcome": "kept", "decided_at": when}},
		{table: "directory_take_downs", may: []string{"lifted_by", "lifted_at", "version"}},
		{table: "directory_take_downs", state: "lifted", row: row{"lifted_at": when}},
		{table: "license_set_asides", may: []string{"lifted_by", "lifted_at", "version"}},
		{table: "license_set_asides", state: "lifted", row: row{"lifted_at": when}},
		{table: "share_links", row: row{"purpose": "transfer", "most": 5, "used": 1}, may: []string{"used", "ended_at"}},
		{table: "share_links", state: "ended", row: row{"purpose": "transfer", "most": 5, "used": 1, "ended_at": when, "secret_hash": sql.Null[[]byte]{V: []byte{3}, Valid: true}}},
		{table: "ce_leaves", row: row{"kind": "waiver", "state": "requested"}, may: []string{"state", "authority", "granted_on", "note", "decided_at", "decided_by", "version"}},
		{table: "ce_leaves", state: "declined", row: row{"kind": "waiver", "state": "declined"}},
		{table: "documents", row: row{"media_type": "image/png"}},
		{table: "doubts", row: row{"verdict": "", "reason": ""}, may: []string{"verdict", "reason", "decided_at", "decided_by"}},
		{table: "doubts", state: "decided", row: row{"verdict": "counts", "reason": "So.", "decided_at": when, "decided_by": id()}},
		{table: "transfers", state: "proposed", row: row{"state": "proposed", "stood_reason": "", "source_digest": ""}, may: append([]string{"document_id"}, decided...)},
		{table: "transfers", state: "accepted", row: row{
			"state": "accepted", "decided_by": id(), "document_id": id(), "stood_reason": "", "source_digest": "",
		}, may: append([]string{"stood_at", "stood_by", "stood_reason"}, decided...)},
		{table: "transfers", state: "declined", row: row{"state": "declined", "stood_reason": "", "source_digest": ""}},
		{table: "transfers", state: "reversed", row: row{"state": "reversed", "stood_reason": "", "source_digest": ""}},
		{table: "transfer_credits", may: []string{"stood_at"}},
		{table: "assessment_forms", row: row{"scale": 5}},
	}
	for _, table := range []string{
		"standards", "program_versions", "program_confirmations", "course_completions", "disclosures", "looks", "audit_events", "log_entries", "log_hashes", "log_checkpoints",
		"credential_documents", "escrow_credentials", "escrow_disclosures", "exam_results", "assessments", "share_link_uses", "roster_parts",
	} {
		all = append(all, lock{table: table})
	}
	for _, state := range []string{"reported", "accepted", "audited"} {
		all = append(all, lock{table: "ce_activities", state: state, may: decided, row: row{
			"state": state, "type": "live", "hour": 60, "document_id": id(), "reported_at": when, "decided_by": id(),
		}})
	}
	for i := range all {
		all[i].code = "frozen"
	}
	for _, state := range []string{"signed", "superseded", "withdrawn"} {
		l := lock{table: "entries", state: state, code: "entry_locked", row: row{
			"state": state, "setting": "lab", "delivery": "in-person", "signed_at": when, "signed_by": id(), "correction_reason": "",
		}}
		if state == "signed" {
			l.may = []string{"state", "superseded_by_id", "version"}
		}
		all = append(all, l)
	}
	return all
}

// id is an identifier of nothing.
func id() string {
	return fmt.Sprintf("01900000-0000-7000-8000-%012d", lastID.Add(1))
}

// lastID is counted by tests on both databases at the same time.
var lastID atomic.Int64

// TestLocks shows of every column that the tables have today that a settled row
// refuses a change of it, unless it is one of those that may change.
func TestLocks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		holdTables(t, db)
		loose(t, db)
		for _, l := range locks() {
			t.Run(strings.TrimSpace(l.table+" "+l.state), func(t *testing.T) {
				columns := columnsOf(t, db, l.table)
				where, args := insertSettled(t, db, l, columns)
				for _, name := range slices.Sorted(maps.Keys(columns)) {
					err := try(db, "UPDATE "+l.table+" SET "+name+" = "+other(db, name, columns[name].kind)+where, args...)
					switch may := slices.Contains(l.may, name); {
					case !may && core.CodeOf(err) != l.code:
						t.Errorf("%s of a settled row can be changed: want %s, got %v", name, l.code, err)
					case may && l.code == "frozen" && core.CodeOf(err) == "frozen":
						t.Errorf("%s may change, and is locked", name)
					}
				}
			})
		}
	})
}

// TestLocks_Later shows that a column that is added later is locked on
// PostgreSQL without anybody's naming it. On SQLite TestLocks asks for it.
func TestLocks_Later(t *testing.T) {
	db := storetest.Postgres(t)
	loose(t, db)
	for _, l := range locks() {
		where, args := insertSettled(t, db, l, columnsOf(t, db, l.table))
		if err := db.Gorm().Exec("ALTER TABLE " + l.table + " ADD COLUMN IF NOT EXISTS later text").Error; err != nil {
			t.Fatal(err)
		}
		if err := try(db, "UPDATE "+l.table+" SET later = 'x'"+where, args...); core.CodeOf(err) != l.code {
			t.Errorf("%s %s: %v", l.table, l.state, err)
		}
	}
}

// holdTables wants the tables with a lock to be those of the list.
func holdTables(t *testing.T, db *store.DB) {
	t.Helper()
	query := `SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE UPDATE%'
		AND (sql LIKE '%''frozen%' OR sql LIKE '%''entry_locked%') ORDER BY tbl_name`
	if db.Postgres() {
		query = `SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE NOT t.tgisinternal AND (t.tgtype & 16) <> 0 AND (p.prosrc LIKE '%PA001%' OR p.prosrc LIKE '%PA002%') ORDER BY c.relname`
	}
	var found []string
	if err := db.Gorm().Raw(query).Scan(&found).Error; err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, l := range locks() {
		listed[l.table] = true
	}
	if want := slices.Sorted(maps.Keys(listed)); !slices.Equal(found, want) {
		t.Errorf("triggers lock rows of\n%q\nthe list has\n%q", found, want)
	}
}

// loose lets rows be written that refer to nothing.
func loose(t *testing.T, db *store.DB) {
	t.Helper()
	statements := []string{"PRAGMA foreign_keys = OFF"}
	if db.Postgres() {
		err := db.Gorm().Raw(`SELECT 'ALTER TABLE ' || c.relname || ' DROP CONSTRAINT ' || k.conname FROM pg_constraint k
			JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND c.relname NOT LIKE 'river%'`).Scan(&statements).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range statements {
		if err := db.Gorm().Exec(s).Error; err != nil {
			t.Fatal(err)
		}
	}
}

// insertSettled writes a row and gives the condition that finds it.
func insertSettled(t *testing.T, db *store.DB, l lock, columns map[string]column) (string, []any) {
	t.Helper()
	insert, args, where, keys := insertOf(l, columns)
	if err := db.Gorm().Exec(insert, args...).Error; err != nil {
		t.Fatalf("%s: %v", insert, err)
	}
	return where, keys
}

// insertOf is the statement that writes such a row, and the condition that finds
// it.
func insertOf(l lock, columns map[string]column) (insert string, args []any, where string, found []any) {
	names, marks, keys := []string{}, []string{}, []string{}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		c, value := columns[name], any(nil)
		value, given := l.row[name]
		if !given && c.nullable && !c.key {
			continue
		}
		if !given {
			value = some(name, c.kind)
		}
		names, args, marks = append(names, name), append(args, value), append(marks, "?")
		if c.key {
			keys, found = append(keys, name+" = ?"), append(found, value)
		}
	}
	insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", l.table, strings.Join(names, ", "), strings.Join(marks, ", "))
	return insert, args, " WHERE " + strings.Join(keys, " AND "), found
}

// some is a value of a column's kind.
func some(name, kind string) any {
	switch kind {
	case "uuid":
		return id()
	case "text":
		if identifies(name) {
			return id()
		}
		return "x"
	case "date":
		return core.Date{Year: 2026, Month: 1, Day: 2}
	case "timestamptz", "datetime":
		return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	case "bytea", "blob":
		return sql.Null[[]byte]{V: []byte{1}, Valid: true} // GORM would spread out a slice
	case "boolean", "bool":
		return false
	}
	return 1
}

// identifies tells whether a column of SQLite, which knows no such type, holds
// identifiers.
func identifies(name string) bool {
	return name == "id" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_by")
}

// other is an expression whose value a column does not have yet.
func other(db *store.DB, name, kind string) string {
	switch kind {
	case "uuid":
		return "gen_random_uuid()"
	case "text":
		if identifies(name) {
			return "'" + id() + "'"
		}
		return "COALESCE(" + name + ", '') || 'y'"
	case "date", "timestamptz", "datetime":
		return "'2001-02-03'"
	case "bytea", "blob":
		if db.Postgres() {
			return `'\x02'`
		}
		return "x'02'"
	case "boolean", "bool":
		return "NOT COALESCE(" + name + ", false)"
	}
	return "COALESCE(" + name + ", 0) + 1"
}

var errTried = errors.New("tried")

// try runs a statement and takes it back.
func try(db *store.DB, statement string, args ...any) error {
	err := db.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
		if err := store.Exec(tx, statement, args...); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// TestDoctor_Signed shows that a change of a signed entry around the lock is
// found, whichever column it is.
func TestDoctor_Signed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		in := f.Session(t, 0)
		in.Note = "forearm"
		signed := f.Signed(t, in)[0]
		f.CheckLedger(t)
		loose(t, db)
		drop := "DROP TRIGGER entries_locked"
		if db.Postgres() {
			drop += " ON entries"
		}
		if err := db.Gorm().Exec(drop).Error; err != nil {
			t.Fatal(err)
		}
		special := map[string]string{
			"setting": "'clinic'", "delivery": "'distance'", "ends_at": "'2026-02-03'", "superseded_by_id": "id",
			"corrects_id": "'" + id() + "', correction_reason = 'x'", "correction_reason": "'x', corrects_id = '" + id() + "'",
		}
		columns := columnsOf(t, db, "entries")
		delete(columns, "version") // says nothing
		delete(columns, "state")   // TestDoctor holds it against the postings
		for name, c := range columns {
			value := special[name]
			if value == "" {
				value = other(db, name, c.kind)
			}
			err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				if err := store.Exec(tx, "UPDATE entries SET "+name+" = "+value+" WHERE id = ?", signed.ID); err != nil {
					return err
				}
				found, err := f.Logbook.Doctor(ctx)
				if err == nil && len(found) == 0 {
					t.Errorf("a change of %s is not found", name)
				}
				return errors.Join(err, errTried)
			})
			if !errors.Is(err, errTried) || core.CodeOf(err) != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.CheckLedger(t)
	})
}

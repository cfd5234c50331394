package certify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

// edited are the tables that someone with the database edits.
var edited = []string{
	"audit_events", "credits", "entries", "totals", "standings", "enrollments", "pauses", "licenses", "license_events", "course_completions",
	"log_days", "log_audits", "log_entries", "log_hashes", "log_openings", "log_checkpoints", "log_state",
}

// examined is all that the doctor of hours and the one of certificates find.
func examined(t *testing.T, w *certifytest.World, log *logbook.Service) []string {
	t.Helper()
	var all []string
	differences, err := log.Doctor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range differences {
		all = append(all, fmt.Sprintf("%v: %v, not %v", words.English().Write(d.What), words.English().Write(d.Kept), words.English().Write(d.Recomputed)))
	}
	found, err := w.Certify.Doctor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found {
		all = append(all, words.English().Write(s))
	}
	return all
}

// atWork is a school at work: two days of hours and of the audit that works have
// logged, and a third that goes on.
func atWork(t *testing.T, w *certifytest.World, works ...string) *logbook.Service {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	log := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
	desk := registry.New(store.Bind(w.DB, func(tx *store.Tx) registry.Tx { return kept.On(tx) }), w.Src)
	other := w.Person("Bo Other", "bo@example.org", w.School, core.RoleStudent)
	away := w.Enroll(other)
	student, enrollment := w.Student, w.Enrollment
	w.Student = w.Person("Cy Third", "cy@example.org", w.School, core.RoleStudent)
	w.Enrollment = w.Enroll(w.Student)
	w.Certified()
	w.Student, w.Enrollment = student, enrollment
	supervisor, _ := w.Supervisor.Member(w.School.ID, core.RoleSupervisor)
	today := func() core.Date { return core.DateOf(w.Src.Now()) }
	course, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{
		Code: "MLD-1", Title: "Lymphatic drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40),
	})
	must(err)
	for day := range 3 {
		w.Supervisor.AuthenticatedAt, w.Registrar.AuthenticatedAt, w.Second.AuthenticatedAt = w.Src.Now(), w.Src.Now(), w.Src.Now()
		var refs []logbook.EntryRef
		for _, hours := range [][2]string{{"08:00", "10:00"}, {"10:00", "12:00"}} {
			e, err := log.Log(ctx, w.Student, w.Enrollment, logbook.LogEntry{
				SessionInput: core.SessionInput{
					Date: today().AddDays(-1), Start: hours[0], End: hours[1], Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
				},
				SupervisorID: supervisor, Submit: true,
			})
			must(err)
			refs = append(refs, logbook.EntryRef{ID: e.ID, Version: e.Version})
		}
		_, err := log.Sign(ctx, w.Supervisor, w.School.ID, refs)
		must(err)
		_, err = w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
			Jurisdiction: "FL", Number: fmt.Sprint("MA-", day), Status: "active", EffectiveOn: today().AddDays(-90), Method: core.MethodPrimarySource,
			Source: "Florida Department of Health", CheckedOn: today().AddDays(-1),
		})
		must(err)
		_, err = w.Specialty.RecordCompletion(ctx, w.Registrar, course.ID, specialty.CompletionInput{
			Email: w.Student.Email, CompletedOn: today().AddDays(-5), Instructor: "Ines Instructor",
		})
		must(err)
		_, err = w.SQL.Exec(fmt.Sprintf("CREATE TABLE before_%d AS SELECT * FROM enrollments", day))
		must(err)
		_, err = desk.Pause(ctx, w.Registrar, away, registry.Pause{Kind: core.PauseWithdrawal, First: today(), Reason: "Moved away."})
		must(err)
		if day < 2 {
			_, err = desk.Resume(ctx, w.Registrar, away, today())
			must(err)
			w.Pass(26 * time.Hour)
			_, err = w.WorkOff(works...)
			must(err)
		}
	}
	return log
}

// TestDoctor_Edits changes the database directly, as someone who has it in their
// hands and not the installation's secret: the doctor names each change.
func TestDoctor_Edits(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		log := atWork(t, w, "sign-off-days", "audit-days")
		if found := examined(t, w, log); len(found) > 0 {
			t.Fatalf("before it all the doctor finds\n%s", strings.Join(found, "\n"))
		}
		c := newCheat(t, w, edited...)
		all := edits(t, w)
		for _, i := range testkit.Sample(t, 6, len(all)) {
			e := all[i]
			t.Run(e.name, func(t *testing.T) {
				defer c.undo()
				for _, statement := range e.statements {
					if c.do(statement) == 0 {
						t.Fatalf("nothing is changed by %s", statement)
					}
				}
				found := examined(t, w, log)
				if len(found) == 0 {
					t.Errorf("the doctor finds nothing")
				}
				if testing.Verbose() && len(found) > 0 {
					t.Logf("%d: %s", len(found), found[0])
				}
			})
		}
		if found := examined(t, w, log); len(found) > 0 {
			t.Fatalf("when all is put back the doctor finds\n%s", strings.Join(found, "\n"))
		}
	})
}

// TestDoctor_Columns changes each column of each table under seals by itself.
func TestDoctor_Columns(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		atWork(t, w, "sign-off-days", "audit-days")
		c := newCheat(t, w, "audit_events", "credits", "enrollments", "pauses", "licenses", "license_events", "course_completions")
		unchecked := []string{"PRAGMA ignore_check_constraints = ON"}
		if w.DB.Postgres() {
			unchecked = c.texts(`SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint
				WHERE contype = 'c' AND conrelid::regclass::text IN ('` + strings.Join(c.tables, "','") + `')`)
		}
		w.SQL.SetMaxOpenConns(1)
		for _, statement := range unchecked {
			c.do(statement)
		}
		for _, table := range c.tables {
			columns := c.columns(table, "id")
			for _, i := range testkit.Sample(t, 1, len(columns)) {
				column := columns[i]
				to := "(SELECT " + column + " FROM kept_" + table + " WHERE " + column + " IS NOT NULL LIMIT 1)"
				query := "SELECT typeof(" + column + ") FROM " + table + " WHERE " + column + " IS NOT NULL LIMIT 1"
				if w.DB.Postgres() {
					query = "SELECT data_type FROM information_schema.columns WHERE table_name = '" + table + "' AND column_name = '" + column + "'"
				}
				kind := c.texts(query)
				if len(kind) == 0 {
					continue // no row has any
				}
				changed := c.do("UPDATE " + table + " SET " + column + " = " + otherThan(column, kind[0], to) + " WHERE id = (SELECT id FROM kept_" + table + " WHERE " + column + " IS NOT NULL ORDER BY id LIMIT 1)")
				if found, err := w.Certify.Doctor(ctx); err != nil || changed > 0 && len(found) == 0 {
					if !derived[table+"."+column] {
						t.Errorf("a change of %s.%s is not found: %v", table, column, err)
					}
				}
				c.undo()
			}
		}
	})
}

// derived are columns that others are held against, by the doctor of hours.
var derived = map[string]bool{"enrollments.ledger_seq": true, "licenses.version": true}

// otherThan is a value that a column of a kind does not have.
func otherThan(column, kind, now string) string {
	if column == "supervised" || column == "make_up" {
		kind = "boolean" // which SQLite keeps as a number
	}
	switch kind {
	case "integer", "bigint":
		return column + " + 1"
	case "boolean":
		return "NOT " + column
	case "uuid":
		return "'01900000-0000-7000-8000-000000000001'"
	case "date":
		return "'2001-02-03'"
	case "timestamp with time zone":
		return "'2001-02-03 04:05:06+00:00'"
	case "bytea":
		return "decode('02', 'hex')"
	case "blob":
		return "x'02'"
	}
	if column == "detail" {
		return "'{\"changed\":\"yes\"}'"
	}
	if strings.HasSuffix(column, "_id") || strings.HasSuffix(column, "_by") {
		return "'01900000-0000-7000-8000-000000000001'"
	}
	if strings.HasSuffix(column, "_on") || strings.HasSuffix(column, "_day") || column == "until" || column == "local_date" {
		return "'2001-02-03'"
	}
	if strings.HasSuffix(column, "_at") || column == "at" {
		return "'2001-02-03 04:05:06+00:00'"
	}
	return "COALESCE(" + now + ", '') || 'y'"
}

type edit struct {
	name       string
	statements []string
}

const (
	first = "(SELECT id FROM %s ORDER BY id LIMIT 1)"
	last  = "(SELECT id FROM %s ORDER BY id DESC LIMIT 1)"
)

// edits are what is tried.
func edits(t *testing.T, w *certifytest.World) []edit {
	another := "'" + w.Second.AccountID.String() + "'"
	oldest := func(table string) string { return fmt.Sprintf(first, table) }
	newest := func(table string) string { return fmt.Sprintf(last, table) }
	id := func() string { return "'" + core.NewID[core.AuditID](w.Src).String() + "'" }
	of := func(action, order string) string {
		return "(SELECT id FROM audit_events WHERE action = '" + action + "' ORDER BY id " + order + " LIMIT 1)"
	}
	one := func(name, statement string) edit { return edit{name, []string{statement}} }
	signed := " WHERE id = (SELECT id FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)"
	credit := " WHERE entry_id = (SELECT id FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)"
	all := []edit{
		one("what an audit row vouches for, by keys that no row can have", "UPDATE audit_events SET vouches = 'log_entries/5y credits/'"+
			" || (SELECT MIN(CAST(id AS text)) FROM credits) || 'y ' || vouches WHERE id = "+oldest("audit_events")),
		one("who signed", "UPDATE entries SET signed_by = (SELECT id FROM members WHERE account_id = "+another+" LIMIT 1)"+signed),
		one("when it was signed", "UPDATE entries SET signed_at = '2026-11-01 10:00:00+00:00'"+signed),
		one("who posted", "UPDATE credits SET posted_by = "+another+credit),
		one("when it was posted", "UPDATE credits SET posted_at = '2026-11-01 10:00:00+00:00'"+credit),
		{"who signed and posted, today", []string{
			"UPDATE entries SET supervisor_id = (SELECT id FROM members WHERE account_id = " + another + " LIMIT 1), signed_by = (SELECT id FROM members WHERE account_id = " + another + " LIMIT 1)" + signed,
			"UPDATE credits SET posted_by = " + another + credit,
		}},
		{"when it was signed and posted, today", []string{
			"UPDATE entries SET signed_at = '2026-11-25 10:00:00+00:00'" + signed, "UPDATE credits SET posted_at = '2026-11-25 10:00:00+00:00'" + credit,
		}},
		{"the minutes of session, credit, and total, today", []string{
			"UPDATE entries SET minutes = minutes + 1" + signed, "UPDATE credits SET minutes = minutes + 1, entry_seal = NULL" + credit,
			"UPDATE totals SET signed_minutes = signed_minutes + 1 WHERE signed_minutes > 0 AND subject = 'massage-practice' AND setting = 'lab'",
		}},
		{"the day of session and credit, its digest dropped", []string{
			"UPDATE entries SET local_date = '2026-11-01'" + signed, "UPDATE credits SET local_date = '2026-11-01', entry_seal = NULL, seal = NULL" + credit,
		}},

		one("the oldest audit row removed", "DELETE FROM audit_events WHERE id = "+oldest("audit_events")),
		one("an audit row of today removed", "DELETE FROM audit_events WHERE id = "+of("entry.sign", "DESC")),
		one("the signing of a logged day removed", "DELETE FROM audit_events WHERE id = "+of("entry.sign", "")),
		one("all that was audited of today removed, but for the last", "DELETE FROM audit_events WHERE id >= "+of("entry.sign", "DESC")+" AND id < "+newest("audit_events")),
		one("a day of the audit removed", "DELETE FROM audit_events WHERE id < "+of("enrollment.create", "DESC")+" OR id <= "+of("pause.write", "")),
		one("whom the audit names", "UPDATE audit_events SET account_id = "+another+" WHERE id = "+of("entry.sign", "DESC")),
		one("when, by the audit", "UPDATE audit_events SET at = '2026-11-01 10:00:00+00:00' WHERE id = "+of("entry.sign", "DESC")),
		one("what, by the audit", "UPDATE audit_events SET action = 'entry.log' WHERE id = "+of("entry.sign", "DESC")),
		one("of what, by the audit", "UPDATE audit_events SET target_id = 'x' WHERE id = "+of("entry.sign", "")),
		one("a detail of the audit", `UPDATE audit_events SET detail = '{"state":"x"}' WHERE id = `+of("pause.write", "")),
		one("from where, by the audit", "UPDATE audit_events SET address = '192.0.2.7', via = 'page' WHERE id = "+of("license.record", "DESC")),
		one("whose record, by the audit", "UPDATE audit_events SET therapist_id = NULL WHERE id = "+of("license.record", "DESC")),
		one("an audit row made up", "INSERT INTO audit_events (id, action, target_kind, target_id, detail, at, via, address, vouches, seal) SELECT "+id()+", action, target_kind, target_id, detail, at, via, address, vouches, seal FROM audit_events WHERE id = "+newest("audit_events")),
		one("an audit row made up without a seal", "INSERT INTO audit_events (id, action, target_kind, target_id, detail, at, via, address) SELECT "+id()+", action, target_kind, target_id, detail, at, via, address FROM audit_events WHERE id = "+newest("audit_events")),
		one("an audit row without its seal", "UPDATE audit_events SET seal = NULL, action = 'entry.log' WHERE id = "+of("entry.sign", "DESC")),
		one("the digest of a day", "UPDATE log_audits SET lines = lines - 1 WHERE day = (SELECT MIN(day) FROM log_audits)"),
		one("the digest of a day removed", "DELETE FROM log_audits WHERE day = (SELECT MIN(day) FROM log_audits)"),

		one("the first day of a license event", "UPDATE license_events SET effective_on = '2020-01-01' WHERE id = "+newest("license_events")),
		one("the last day of a license event", "UPDATE license_events SET until = '2030-01-01' WHERE id = "+newest("license_events")),
		one("the status of a license event", "UPDATE license_events SET status = 'expired' WHERE id = "+oldest("license_events")),
		one("a license event removed", "DELETE FROM license_events WHERE id = "+newest("license_events")),
		one("a license event made up", "INSERT INTO license_events (id, license_id, axis, status, effective_on, method, source, checked_on, recorded_at, recorded_by, seal) SELECT "+id()+", license_id, axis, status, effective_on, method, source, checked_on, recorded_at, recorded_by, seal FROM license_events WHERE id = "+newest("license_events")),
		one("when a license was issued", "UPDATE licenses SET issued_on = '2010-01-01' WHERE id = "+newest("licenses")),
		one("the last day of a license", "UPDATE licenses SET expires_on = '2040-01-01' WHERE id = "+newest("licenses")),
		one("whose license", "UPDATE licenses SET therapist_id = (SELECT id FROM therapists WHERE id <> licenses.therapist_id LIMIT 1) WHERE id = "+newest("licenses")),

		one("the day of a completion", "UPDATE course_completions SET completed_on = '2026-01-01' WHERE id = "+newest("course_completions")),
		one("the hours of a completion", "UPDATE course_completions SET minutes = minutes * 2 WHERE id = "+oldest("course_completions")),
		one("a completion removed", "DELETE FROM course_completions WHERE id = "+newest("course_completions")),

		one("the day of an enrollment", "UPDATE enrollments SET enrolled_on = '2020-01-01' WHERE id = "+newest("enrollments")),
		one("a withdrawn enrollment active", "UPDATE enrollments SET state = 'active' WHERE state = 'withdrawn'"),
		one("an active enrollment completed", "UPDATE enrollments SET state = 'completed', completed_on = '2026-11-24' WHERE id = "+oldest("enrollments")+" AND state <> 'withdrawn'"),
		one("when an enrollment was written", "UPDATE enrollments SET created_at = '2020-01-01 10:00:00+00:00' WHERE id = "+oldest("enrollments")),
		one("the first day of a pause", "UPDATE pauses SET first_day = '2026-01-01' WHERE id = "+newest("pauses")),
		one("a pause ended", "UPDATE pauses SET ended_on = '2026-11-30', ended_by = "+another+" WHERE ended_on IS NULL"),
		one("when a pause ended", "UPDATE pauses SET ended_on = '2026-12-24' WHERE id = "+oldest("pauses")),
		one("a pause removed", "DELETE FROM pauses WHERE id = "+newest("pauses")),
	}
	return append(all, replayed(t, w)...)
}

// replayed are edits that put back or take away whole states, the log with them.
func replayed(t *testing.T, w *certifytest.World) []edit {
	var cutAt int64
	if err := w.SQL.QueryRow("SELECT MIN(number) FROM log_days WHERE number > (SELECT MIN(number) FROM log_days)").Scan(&cutAt); err != nil {
		t.Fatal(err)
	}
	cut := []string{
		fmt.Sprintf("DELETE FROM log_days WHERE number >= %d", cutAt), fmt.Sprintf("DELETE FROM log_audits WHERE number >= %d", cutAt),
		fmt.Sprintf("DELETE FROM log_openings WHERE number >= %d", cutAt), fmt.Sprintf("DELETE FROM log_entries WHERE number >= %d", cutAt),
		fmt.Sprintf("DELETE FROM log_hashes WHERE number >= %d", tlog.StoredHashIndex(0, cutAt)),
		fmt.Sprintf("DELETE FROM log_checkpoints WHERE size > %d", cutAt), fmt.Sprintf("UPDATE log_state SET size = %d", cutAt),
	}
	entry, credit := core.NewID[core.EntryID](w.Src).String(), core.NewID[core.CreditID](w.Src).String()
	from := " FROM entries WHERE id = (SELECT entry_id FROM credits WHERE entry_id IS NOT NULL ORDER BY id LIMIT 1)"
	c := &cheat{t, w, nil}
	entries := strings.Join(c.columns("entries", "id", "starts_at", "ends_at"), ", ")
	credits := strings.Join(c.columns("credits", "id", "entry_id", "starts_at"), ", ")
	backdated := []string{
		"INSERT INTO entries (id, " + entries + ") SELECT '" + entry + "', " + entries + from,
		"INSERT INTO credits (id, entry_id, " + credits + ") SELECT '" + credit + "', '" + entry + "', " + credits + " FROM credits WHERE entry_id IS NOT NULL AND id = (SELECT MIN(id) FROM credits WHERE entry_id IS NOT NULL)",
		"UPDATE totals SET signed_minutes = signed_minutes + 120, signed_entries = signed_entries + 1 WHERE subject = 'massage-practice' AND setting = 'lab' AND signed_entries > 0",
		"UPDATE enrollments SET ledger_seq = ledger_seq + 1 WHERE id = (SELECT enrollment_id FROM entries WHERE id = '" + entry + "')",
	}
	if w.DB.Postgres() {
		backdated[1] = strings.Replace(backdated[1], "MIN(id)", "MIN(id::text)::uuid", 1)
	}
	unsealed := append([]string{}, backdated...)
	unsealed = append(unsealed, "UPDATE credits SET seal = NULL, entry_seal = NULL WHERE id = '"+credit+"'")
	gone := []string{
		"DELETE FROM credits WHERE entry_id = (SELECT id FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)",
		"UPDATE totals SET signed_minutes = signed_minutes - 120, signed_entries = signed_entries - 1 WHERE subject = 'massage-practice' AND setting = 'lab' AND signed_entries > 0",
		"UPDATE enrollments SET ledger_seq = ledger_seq - 1 WHERE id = (SELECT enrollment_id FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)",
		"DELETE FROM audit_events WHERE target_id = (SELECT CAST(id AS text) FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)",
		"DELETE FROM entries WHERE id = (SELECT id FROM entries WHERE state = 'signed' ORDER BY id DESC LIMIT 1)",
	}
	return []edit{
		{"the log cut back", cut},
		{"a backdated session, and the log cut back", append(append([]string{}, backdated...), cut...)},
		{"a backdated session without seals, and the log cut back", append(unsealed, cut...)},
		{"an enrollment as it was before it was withdrawn, seal and all", []string{
			"DELETE FROM enrollments WHERE state = 'withdrawn'",
			"INSERT INTO enrollments SELECT * FROM before_2 WHERE id NOT IN (SELECT id FROM enrollments)",
		}},
		{"a session of today taken out with all that tells of it", gone},
	}
}

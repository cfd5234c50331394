package renewal_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// Looking for what to do reads an index of what waits, on both databases, however
// many reminders and due things there are; so does the office's list.
func TestQueries_Plan(t *testing.T) {
	queries := map[string]struct{ query, index string }{
		"whose is due":      {"SELECT r.id, r.due_at, d.therapist_id FROM reminders r JOIN due_things d ON d.subject_id = r.subject_id WHERE r.state = 'waiting' AND r.due_at <= '2027-01-01 00:00:00+00:00' AND (r.due_at, r.id) > ('2026-01-01 00:00:00+00:00', '01890a5d-ac96-774b-bcce-b302099a8057') ORDER BY r.due_at, r.id LIMIT 1000", "reminders_due"},
		"whose is new":      {"SELECT d.subject_id, d.therapist_id FROM due_things d WHERE d.revision <> d.planned_revision AND d.subject_id > '01890a5d-ac96-774b-bcce-b302099a8057' ORDER BY d.subject_id LIMIT 1000", "due_things_unplanned"},
		"due of one":        {"SELECT r.* FROM reminders r JOIN due_things d ON d.subject_id = r.subject_id WHERE d.therapist_id = '01890a5d-ac96-774b-bcce-b302099a8057' AND r.state = 'waiting' AND r.due_at <= '2027-01-01 00:00:00+00:00' ORDER BY r.due_at, r.id LIMIT 500", "due_things_therapist"},
		"new of one":        {"SELECT d.* FROM due_things d WHERE d.therapist_id = '01890a5d-ac96-774b-bcce-b302099a8057' AND d.revision <> d.planned_revision ORDER BY d.subject_id LIMIT 500", "due_things_therapist"},
		"waiting":           {"SELECT * FROM reminders WHERE state = 'waiting' AND subject_id = '01890a5d-ac96-774b-bcce-b302099a8057'", "reminders_waiting"},
		"of a therapist":    {"SELECT * FROM due_things WHERE therapist_id = '01890a5d-ac96-774b-bcce-b302099a8057' AND expires_on >= '2027-01-01' ORDER BY expires_on, subject_id LIMIT 26", "due_things_therapist"},
		"expiring licenses": {"SELECT l.id FROM licenses l WHERE l.expires_on BETWEEN '2027-01-01' AND '2027-04-01' AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = l.therapist_id AND e.organization_id = '01890a5d-ac96-774b-bcce-b302099a8057')) ORDER BY l.expires_on, l.id LIMIT 26", "licenses_expiry"},
	}
	t.Parallel()
	storetest.EachAddress(t, func(t *testing.T, address string) {
		driver, dsn, explain := "pgx", address, "EXPLAIN "
		if path, lite := strings.CutPrefix(address, "sqlite:"); lite {
			driver, dsn, explain = "sqlite", "file:"+path, "EXPLAIN QUERY PLAN "
		} else {
			empty(t, driver, dsn)
		}
		for name, c := range queries {
			t.Run(name, func(t *testing.T) { plan(t, driver, dsn, explain+c.query, c.index) })
		}
	})
}

// empty gives back the pages that rows of an earlier test had: the planner goes by
// how large tables are.
func empty(t *testing.T, driver, dsn string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("TRUNCATE due_things, reminders, licenses, enrollments CASCADE"); err != nil {
		t.Fatal(err)
	}
}

// plan wants a query to use an index. A small table would be read as a whole on
// PostgreSQL, which is therefore told not to.
func plan(t *testing.T, driver, dsn, query, index string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if driver == "pgx" {
		if _, err := db.Exec("SET enable_seqscan = off; SET enable_bitmapscan = off"); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for rows.Next() {
		into := make([]any, len(columns))
		texts := make([]sql.NullString, len(columns))
		for i := range texts {
			into[i] = &texts[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		told.WriteString(texts[len(texts)-1].String + "\n")
	}
	if err := rows.Err(); err != nil || !strings.Contains(told.String(), index) {
		t.Errorf("%v: %s is not used:\n%s", err, index, &told)
	}
}

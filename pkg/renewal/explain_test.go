package renewal_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/store/storetest"
)

// Looking for what to do reads an index of what waits, on both databases, however
// many reminders and due things there are; so does the office's list.
func TestQueries_Plan(t *testing.T) {
	for name, c := range map[string]struct{ query, index string }{
		"due reminders":     {"SELECT r.* FROM reminders r JOIN due_things d ON d.subject_id = r.subject_id WHERE r.state = 'waiting' AND r.due_at <= '2027-01-01 00:00:00+00:00' ORDER BY r.due_at, r.id LIMIT 500", "reminders_due"},
		"unplanned":         {"SELECT d.* FROM due_things d WHERE d.revision <> d.planned_revision ORDER BY d.subject_id LIMIT 500", "due_things_unplanned"},
		"waiting":           {"SELECT * FROM reminders WHERE state = 'waiting' AND subject_id = '01890a5d-ac96-774b-bcce-b302099a8057'", "reminders_waiting"},
		"of a therapist":    {"SELECT * FROM due_things WHERE therapist_id = '01890a5d-ac96-774b-bcce-b302099a8057' AND expires_on >= '2027-01-01' ORDER BY expires_on, subject_id LIMIT 26", "due_things_therapist"},
		"expiring licences": {"SELECT l.id FROM licenses l WHERE l.expires_on BETWEEN '2027-01-01' AND '2027-04-01' AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = l.therapist_id AND e.organization_id = '01890a5d-ac96-774b-bcce-b302099a8057')) ORDER BY l.expires_on, l.id LIMIT 26", "licenses_expiry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("sqlite", func(t *testing.T) {
				plan(t, "sqlite", "file:"+strings.TrimPrefix(storetest.SQLiteAddress(t), "sqlite:"), "EXPLAIN QUERY PLAN "+c.query, c.index)
			})
			t.Run("postgres", func(t *testing.T) {
				plan(t, "pgx", storetest.PostgresAddress(t), "EXPLAIN "+c.query, c.index)
			})
		})
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

package specialtydb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

var update = flag.Bool("update", false, "write the golden files again")

// manyTherapists are how many hold a certificate of one school, where everything
// is asked for.
const manyTherapists = 100_000

// certifyMany gives n therapists a certificate in drainage after surgery, past
// the services, and has the store work out what they are trained for.
func certifyMany(t testing.TB, db *store.DB, f *kepttest.Fixture, n int) {
	t.Helper()
	id, numbers := `printf('%08x-0000-7000-8000-%012x', ?, n)`, `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?) `
	if db.Postgres() {
		id, numbers = `CAST(lpad(to_hex(CAST(? AS int)), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)`, `WITH s(n) AS (SELECT generate_series(1, CAST(? AS int))) `
	}
	made := f.Source.Now()
	course := core.NewID[core.CourseID](f.Source)
	err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		if err := specialtydb.On(tx).InsertCourse(ctx, core.Course{ID: course, OrganizationID: f.School.ID, Code: "MLD-1", Title: "Drainage", Specialty: "mld", Minutes: 60, CreatedAt: made, Version: 1}); err != nil {
			return err
		}
		if err := specialtydb.On(tx).SetCourseTopics(ctx, course, []specialty.TopicRef{
			{Kind: specialty.TopicCondition, Code: "after-surgery"}, {Kind: specialty.TopicTechnique, Code: "manual-lymphatic-drainage"},
		}); err != nil {
			return err
		}
		for _, step := range []struct {
			into string
			args []any
		}{
			{`accounts (id, email, name, created_at) ` + numbers + `SELECT ` + id + `, 'p' || n || '@many.example', 'Person ' || n, CAST(? AS timestamp) FROM s`, []any{n, 1, made}},
			{`therapists (id, person_id, account_id, created_at) ` + numbers + `SELECT ` + id + `, ` + id + `, ` + id + `, CAST(? AS timestamp) FROM s`, []any{n, 2, 2, 1, made}},
			{`course_completions (id, organization_id, course_id, therapist_id, completed_on, minutes, instructor, recorded_by, recorded_at) ` + numbers +
				`SELECT ` + id + `, CAST(? AS uuid), CAST(? AS uuid), ` + id + `, '2026-11-02', 60, 'Ines', CAST(? AS uuid), CAST(? AS timestamp) FROM s`,
				[]any{n, 3, f.School.ID, course, 2, f.Registrar.AccountID, made}},
			{`proposals (id, organization_id, kind, therapist_id, title, course_completion_id, state, standing, proposed_by, proposed_at, decided_by) ` + numbers +
				`SELECT ` + id + `, CAST(? AS uuid), 'specialty', ` + id + `, 'Drainage', ` + id + `, 'certified', '{}', CAST(? AS uuid), CAST(? AS timestamp), CAST(? AS uuid) FROM s`,
				[]any{n, 4, f.School.ID, 2, 3, f.Registrar.AccountID, made, f.Student.AccountID}},
			{`credentials (id, organization_id, therapist_id, kind, code, title, subject_name, minutes, issued_at, course_completion_id, proposal_id) ` + numbers +
				`SELECT ` + id + `, CAST(? AS uuid), ` + id + `, 'specialty', 'code-' || n, 'Drainage', 'Person ' || n, 60, CAST(? AS timestamp), ` + id + `, ` + id + ` FROM s`,
				[]any{n, 5, f.School.ID, 2, made, 3, 4}},
		} {
			sql := `INSERT INTO ` + step.into
			if !db.Postgres() {
				sql = strings.NewReplacer("CAST(? AS uuid)", "?", "CAST(? AS timestamp)", "?").Replace(sql)
			}
			if err := tx.Gorm().Exec(sql, step.args...).Error; err != nil {
				return fmt.Errorf("%s: %w", step.into[:20], err)
			}
		}
		for _, table := range []string{"therapists", "course_completions", "credentials"} { // or the plan is made for empty tables
			if err := tx.Gorm().Exec("ANALYZE " + table).Error; err != nil {
				return err
			}
		}
		return specialtydb.RefreshAll(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"abilities", "credentials", "therapists", "accounts", "organizations"} {
		err := db.Write(context.Background(), func(_ context.Context, tx *store.Tx) error { return tx.Gorm().Exec("ANALYZE " + table).Error })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func drainageAfterSurgery(f *kepttest.Fixture) specialty.TrainedQuery {
	return specialty.TrainedQuery{
		Organization: f.School.ID, Condition: "after-surgery", Means: "manual-lymphatic-drainage", Now: f.Source.Now(), Limit: 26,
	}
}

// One page of who is trained is one query, and PostgreSQL answers it from
// indexes, of 100,000 therapists too, or of 10,000 where not everything is asked
// for; the plans are the same.
func TestTrained_Plan(t *testing.T) {
	t.Parallel()
	db := storetest.Postgres(t)
	// The pages that an earlier test has left there would change the plan.
	err := db.Write(context.Background(), func(_ context.Context, tx *store.Tx) error { return tx.Gorm().Exec("TRUNCATE disputes CASCADE").Error })
	if err != nil {
		t.Fatal(err)
	}
	f := kepttest.School(t, db)
	many := manyTherapists / 10
	if testkit.Full() {
		many = manyTherapists
	}
	certifyMany(t, db, f, many)
	var plans bytes.Buffer
	middle, err := core.ParseID[core.TherapistID](fmt.Sprintf("00000002-0000-7000-8000-%012x", many/2))
	if err != nil {
		t.Fatal(err)
	}
	for _, ask := range []struct {
		what   string
		change func(*specialty.TrainedQuery)
	}{
		{"first page", func(*specialty.TrainedQuery) {}},
		{"a page in the middle", func(q *specialty.TrainedQuery) { q.After = middle }},
		{"a condition alone", func(q *specialty.TrainedQuery) { q.Means = "" }},
		{"in an area", func(q *specialty.TrainedQuery) { q.Area = "FL" }},
	} {
		q := drainageAfterSurgery(f)
		ask.change(&q)
		plan := explained(t, db, q)
		fmt.Fprintf(&plans, "# %s\n", ask.what)
		plan.write(t, &plans, "")
	}
	const path = "testdata/trained.plan"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, plans.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || !bytes.Equal(want, plans.Bytes()) {
		t.Errorf("the plans are\n%s\nnot those of %s (%v)", plans.String(), path, err)
	}
	err = db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := specialtydb.On(tx).Trained(ctx, drainageAfterSurgery(f))
		if err == nil && (len(rows) != 26 || rows[0].Name != "Person 1" || rows[25].Code != "code-26") {
			t.Errorf("the first page is %+v", rows)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// explained is the plan without the caches that the planner may put between its
// steps, which vary with the statistics.
func explained(t *testing.T, db *store.DB, q specialty.TrainedQuery) node {
	t.Helper()
	var text string
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, off := range []string{"enable_memoize", "enable_material"} {
			if err := tx.Gorm().Exec("SET LOCAL " + off + " = off").Error; err != nil {
				return err
			}
		}
		asked := specialtydb.Trained(tx, q)
		return asked.ConnPool.QueryRowContext(ctx, "EXPLAIN (FORMAT JSON) "+asked.SQL.String(), asked.Vars...).Scan(&text)
	})
	if err != nil {
		t.Fatal(err)
	}
	var plan []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	return plan[0].Plan
}

// node is a step of a plan.
type node struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Plans    []node
}

func (n node) write(t *testing.T, w *bytes.Buffer, indent string) {
	fmt.Fprintln(w, strings.TrimRight(indent+n.Type+" "+n.Relation+" "+n.Index, " "))
	if n.Type == "Seq Scan" && n.Relation != "organizations" {
		t.Errorf("the plan reads all of %s", n.Relation)
	}
	for _, inner := range n.Plans {
		inner.write(t, w, indent+"  ")
	}
}

// A page of who is trained, of 100,000 therapists.
func BenchmarkTrained(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			db := open(b)
			f := kepttest.School(b, db)
			certifyMany(b, db, f, manyTherapists)
			ctx, q := context.Background(), drainageAfterSurgery(f)
			b.ReportAllocs()
			for b.Loop() {
				err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
					rows, err := specialtydb.On(tx).Trained(ctx, q)
					if len(rows) != q.Limit {
						b.Fatalf("%d rows", len(rows))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

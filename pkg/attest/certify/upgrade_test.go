package certify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/translog"
)

// underSeals are the tables whose rows are under seals; settled ones are never sealed
// again.
var underSeals = []struct {
	name    string
	settled bool
}{
	{"audit_events", true},
	{"credits", true},
	{"enrollments", false},
	{"pauses", false},
	{"licenses", false},
	{"license_events", true},
	{"course_completions", true},
}

// older makes the database what the version without seals would have left, and the
// program one that has just started.
func older(t *testing.T, w *certifytest.World) {
	t.Helper()
	for _, table := range underSeals {
		statement := "UPDATE " + table.name + " SET seal = NULL"
		if table.name == "audit_events" {
			statement += ", vouches = ''"
		}
		if table.settled {
			w.Tamper(table.name, statement)
		} else if _, err := w.SQL.Exec(statement); err != nil { // by the triggers that the work meets too
			t.Fatal(err)
		}
	}
	for _, table := range []string{"before_0", "before_1", "before_2"} {
		if _, err := w.SQL.Exec("UPDATE " + table + " SET seal = NULL"); err != nil {
			t.Fatal(err)
		}
	}
	w.DB.SealWith(certifytest.Secret)
}

// A database from before there were seals: until the work has run, its rows could not
// be checked; after it, each edit of them is found as if they had been sealed from the
// beginning.
func TestDoctor_Upgraded(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		log := atWork(t, w, "sign-off-days")
		older(t, w)
		found, err := w.Certify.Doctor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var unchecked []string
		for _, s := range found {
			if s.ID != "doctor.unsealed" {
				t.Errorf("before the work the doctor finds %+v", s)
			}
			unchecked = append(unchecked, s.Args[slices.Index(s.Args, any("table"))+1].(string))
		}
		for _, table := range underSeals {
			if !slices.Contains(unchecked, table.name) {
				t.Errorf("before the work nothing is said of %s", table.name)
			}
		}

		for range 2 { // once is enough
			if _, err := w.WorkOff("audit-days"); err != nil {
				t.Fatal(err)
			}
		}
		c := &cheat{t, w, nil}
		if told := c.texts("SELECT event FROM log_openings WHERE event = '" + translog.EventSeals + "'"); len(told) != 1 {
			t.Errorf("the log tells %d times of rows that are older than seals", len(told))
		}
		for _, table := range underSeals {
			if left := c.texts("SELECT id FROM " + table.name + " WHERE seal IS NULL"); table.settled == (len(left) == 0) {
				t.Errorf("%d rows of %s have no seal", len(left), table.name)
			}
		}
		// What was sealed is vouched for by what people do next.
		for range 3 {
			w.Registrar.AuthenticatedAt = w.Src.Now()
			if err := w.Certify.RotateKeysOf(ctx, w.Other.Slug); err != nil {
				t.Fatal(err)
			}
		}
		if found := examined(t, w, log); len(found) > 0 {
			t.Fatalf("after the work the doctor finds\n%s", strings.Join(found, "\n"))
		}
		c = newCheat(t, w, edited...)
		all := append(edits(t, w), unsealing()...)
		for _, i := range testkit.Sample(t, 4, 16) { // TestDoctor_Edits tries them all
			e := all[i*len(all)/16]
			t.Run(e.name, func(t *testing.T) {
				defer c.undo()
				for _, statement := range e.statements {
					if c.do(statement) == 0 {
						t.Fatalf("nothing is changed by %s", statement)
					}
				}
				if found := examined(t, w, log); len(found) == 0 {
					t.Errorf("the doctor finds nothing")
				}
			})
		}
		if found := examined(t, w, log); len(found) > 0 {
			t.Fatalf("when all is put back the doctor finds\n%s", strings.Join(found, "\n"))
		}
	})
}

// unsealing are edits that take seals away, by which a row would count as older.
func unsealing() (all []edit) {
	for _, table := range underSeals {
		if !table.settled {
			all = append(all, edit{"a row of " + table.name + " without the seal that the work made", []string{
				"UPDATE " + table.name + " SET seal = NULL WHERE id = (SELECT id FROM " + table.name + " ORDER BY id LIMIT 1)",
			}})
		}
	}
	return all
}

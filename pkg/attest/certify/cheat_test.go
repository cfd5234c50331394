package certify_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// cheat has the database in their hands: triggers and foreign keys are no
// obstacle, and what they did can be undone for the next attempt.
type cheat struct {
	t      *testing.T
	w      *certifytest.World
	tables []string
}

// reached are the tables that a cheat would reach for.
var reached = []string{
	"credits", "credentials", "credential_documents", "credential_states", "credential_records", "status_lists", "signing_keys",
	"log_days", "log_entries", "log_hashes", "log_openings", "log_checkpoints", "log_state",
}

// newCheat keeps what is in the tables, those that are reached unless others are
// named.
func newCheat(t *testing.T, w *certifytest.World, tables ...string) *cheat {
	t.Helper()
	c := &cheat{t, w, tables}
	if tables == nil {
		c.tables = reached
	}
	disarm := "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
	if w.DB.Postgres() {
		disarm = `SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint WHERE contype = 'f'
			UNION ALL SELECT 'DROP TRIGGER ' || quote_ident(tgname) || ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'river%'`
	}
	for _, statement := range c.texts(disarm) {
		c.do(statement)
	}
	for _, table := range c.tables {
		c.do("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
	}
	return c
}

func (c *cheat) texts(query string) (found []string) {
	c.t.Helper()
	rows, err := c.w.SQL.Query(query)
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			c.t.Fatal(err)
		}
		found = append(found, text)
	}
	if err := rows.Err(); err != nil {
		c.t.Fatal(err)
	}
	return found
}

// do runs a statement and tells how many rows it changed.
func (c *cheat) do(statement string, args ...any) int64 {
	c.t.Helper()
	if c.w.DB.Postgres() {
		for i := 1; strings.Contains(statement, "?"); i++ {
			statement = strings.Replace(statement, "?", "$"+strconv.Itoa(i), 1)
		}
	}
	result, err := c.w.SQL.Exec(statement, args...)
	if err != nil {
		c.t.Fatalf("%s: %v", statement, err)
	}
	n, _ := result.RowsAffected()
	return n
}

// undo puts every row back.
func (c *cheat) undo() {
	c.t.Helper()
	for _, table := range c.tables {
		c.do("DELETE FROM " + table)
		c.do("INSERT INTO " + table + " SELECT * FROM kept_" + table)
	}
}

// long is a school's year in small: three certificates of which one was revoked,
// one reissued and one signed again because a key was lost, and two logged days.
func long(t *testing.T, w *certifytest.World) (revoked, again core.Credential) {
	t.Helper()
	admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
	revoked = two(w)
	again, err := latest(w)
	if err != nil {
		t.Fatal(err)
	}
	third := w.Person("Cal Example", "cal@example.org", w.School, core.RoleStudent)
	w.Student, w.Enrollment = third, w.Enroll(third)
	renamed := w.Certified()
	decided(t, w, revoked, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "For the test."})
	decided(t, w, renamed, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Cal Other"})
	logged(t, w)
	w.Pass(26 * time.Hour)
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).PostCredits(ctx, []core.Credit{{
			ID: core.NewID[core.CreditID](w.Src), OrganizationID: w.School.ID, EnrollmentID: w.Enrollment, TherapistID: third.TherapistID,
			Kind: core.CreditTransfer, Minutes: 60, Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson,
			Supervised: true, Date: core.Date{Year: 2026, Month: 11, Day: 24}, PostedAt: w.Src.Now(), PostedBy: w.Supervisor.AccountID,
		}})
	})
	logged(t, w)
	admin.AuthenticatedAt = w.Src.Now()
	if resigned, doubtful := lose(t, w, admin, again.KeyID, 0); resigned == 0 || len(doubtful) > 0 {
		t.Fatalf("%d were signed again, doubtful are %v", resigned, doubtful)
	}
	if _, err := w.WorkOff("status-lists"); err != nil {
		t.Fatal(err)
	}
	return revoked, again
}

// latest is the newest certificate of the school.
func latest(w *certifytest.World) (core.Credential, error) {
	list, err := w.Certify.IssuedBy(ctx, access.Actor{AccountID: w.Registrar.AccountID, Memberships: w.Registrar.Memberships}, w.School.ID, core.Page{Limit: 1})
	if err != nil {
		return core.Credential{}, err
	}
	return list.Items[0], nil
}

// logged has the next day of sign-offs logged.
func logged(t *testing.T, w *certifytest.World) {
	t.Helper()
	w.Pass(26 * time.Hour)
	if n, err := w.WorkOff("sign-off-days"); err != nil || n != 1 {
		t.Fatalf("the days of %d schools were logged, %v", n, err)
	}
}

// sound fails the test where the doctor finds anything.
func sound(t *testing.T, w *certifytest.World, when string) {
	t.Helper()
	if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
		t.Fatalf("%s the doctor finds %q, %v", when, found, err)
	}
}

// columns are those of a table but some.
func (c *cheat) columns(table string, but ...string) (found []string) {
	query := "SELECT name FROM pragma_table_info('" + table + "')"
	if c.w.DB.Postgres() {
		query = "SELECT column_name FROM information_schema.columns WHERE table_name = '" + table + "'"
	}
	for _, name := range c.texts(query) {
		if !slices.Contains(but, name) {
			found = append(found, name)
		}
	}
	return found
}

package load

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
)

// errNoPgbench says how to get it.
var errNoPgbench = errors.New("pgbench is not there: it comes with PostgreSQL (Debian: apt-get install postgresql, Fedora: postgresql-contrib, macOS: brew install postgresql), or name it with --pgbench")

// findPgbench looks for pgbench in the path and where Debian keeps it.
func findPgbench(named string) (string, error) {
	if named != "" {
		return exec.LookPath(named)
	}
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench"); err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	return "", errNoPgbench
}

// checkScript is the check of a code for pgbench.
func checkScript(code string) string { return filled(sqlCheck, quoted(code)) + ";\n" }

// logScript is one student's next session. Each client counts for itself, and no
// two sessions of one student overlap: the years before 2020 are others'.
func logScript(p rawPupil) string {
	const (
		start = "(timestamptz '1980-01-01 00:00Z' + :slot::bigint * interval '1 minute')"
		end   = "(timestamptz '1980-01-01 00:01Z' + :slot::bigint * interval '1 minute')"
	)
	org, account, supervisor := quoted(p.organization.String()), quoted(p.account.String()), quoted(p.supervisor.String())
	session := core.Session{Zone: "America/New_York", Minutes: 1, Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson}
	entry := literals(logbookdb.Inserted(p.entry(core.EntryID{}, session, time.Time{})))
	for column, is := range map[string]string{
		"id": "gen_random_uuid()", "local_date": start + "::date", "starts_at": start, "ends_at": end, "created_at": "now()", "submitted_at": "now()",
	} {
		entry[slices.Index(columns, column)] = is
	}
	statements := []string{
		filled(sqlSession, `'\x`+hex.EncodeToString(p.token)+"'"),
		filled(sqlMembers, account),
		"BEGIN",
		filled(sqlPlace, supervisor, quoted(p.enrollment.String())),
		filled(sqlPauses, quoted(one(p.enrollment))),
		filled(sqlDay, org, quoted(one(p.therapist)), start+"::date"),
		filled(sqlEntry, entry...),
		filled(sqlAudit, "gen_random_uuid()", "now()", org, quoted(p.therapist.String()), account, "'api'", "'127.0.0.1'", "'entry.log'", "'entry'", "'x'", `'{"state":"submitted"}'`, "''", `'\x00'`),
		"COMMIT",
	}
	return "\\set n :n + 1\n\\set slot :n * " + strconv.Itoa(connections) + " + :client_id\n" + strings.Join(statements, ";\n") + ";\n"
}

// literals writes values as SQL does.
func literals(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		if valuer, ok := v.(driver.Valuer); ok {
			v, _ = valuer.Value() // those of an entry give no error
		}
		switch r := reflect.ValueOf(v); {
		case v == nil:
			out[i] = "NULL"
		case r.CanInt(): // and not as it is said, such as "5 min"
			out[i] = strconv.FormatInt(r.Int(), 10)
		default:
			out[i] = quoted(fmt.Sprint(v)) // a text or a boolean
		}
	}
	return out
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// pgbench runs scripts, of which each transaction takes one by lot, at the rate
// of the arrivals. It counts its times, too, from when a transaction was due.
func (o Options) pgbench(ctx context.Context, program, address, dir, title string, scripts []string) (*Result, error) {
	server, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	args := []string{
		"--no-vacuum", "--protocol=prepared", "--define=n=0", "--log", "--log-prefix=" + filepath.Join(dir, "times"),
		"--client=" + strconv.Itoa(connections), "--jobs=2", "--rate=" + strconv.FormatFloat(o.Rate, 'f', -1, 64),
		"--time=" + strconv.Itoa(int((o.Warm + o.For).Seconds())),
	}
	for i, s := range scripts {
		file := filepath.Join(dir, fmt.Sprintf("script%d.sql", i))
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			return nil, err
		}
		args = append(args, "--file="+file)
	}
	patient, stop := context.WithTimeout(ctx, o.Warm+o.For+o.Grace)
	defer stop()
	c := exec.CommandContext(patient, program, args...) //nolint:gosec // the person at the keyboard names it
	c.Dir = dir
	c.Env = append(os.Environ(), "PGHOST="+server.Host, "PGPORT="+strconv.Itoa(int(server.Port)), "PGUSER="+server.User,
		"PGPASSWORD="+server.Password, "PGDATABASE="+server.Database, "PGOPTIONS=-c timezone=UTC")
	said, err := c.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("pgbench: %w: %.2000s", err, said)
	}
	r := newResult(o.Arrivals)
	r.Title, r.Took = title, o.For
	return r, r.readTimes(dir, o.Warm)
}

// readTimes reads the logs of pgbench: "client transaction time script seconds
// microseconds lag", of which the time is from when a transaction was due, and
// the moment is its end. What was due while it warmed up does not count.
func (r *Result) readTimes(dir string, warm time.Duration) error {
	files, err := filepath.Glob(filepath.Join(dir, "times.*"))
	if err != nil || len(files) == 0 {
		return errors.Join(errors.New("pgbench left no times"), err)
	}
	var all []transaction
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			t, err := readTransaction(line)
			if err != nil {
				return err
			}
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return errors.New("pgbench ran no transaction")
	}
	began := slices.MinFunc(all, func(a, b transaction) int { return cmp.Compare(a.due, b.due) }).due
	for _, t := range all {
		if t.due-began >= warm {
			r.add("transaction", t.took, t.err, false)
		}
	}
	return nil
}

type transaction struct {
	due, took time.Duration // due since 1970
	err       error
}

func readTransaction(line string) (t transaction, err error) {
	f := strings.Fields(line)
	if len(f) < 6 {
		return t, fmt.Errorf("the times of pgbench have the line %q", line)
	}
	var n [3]int64
	for i, text := range []string{f[4], f[5], f[2]} {
		if n[i], err = strconv.ParseInt(text, 10, 64); err != nil && i < 2 {
			return t, fmt.Errorf("the times of pgbench have the line %q", line)
		}
	}
	if err != nil {
		t.err = fmt.Errorf("a transaction of pgbench: %s", f[2]) // failed, or skipped
	}
	t.took = time.Duration(n[2]) * time.Microsecond
	t.due = time.Duration(n[0])*time.Second + time.Duration(n[1])*time.Microsecond - t.took
	return t, nil
}

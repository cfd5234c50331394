package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// nextDay is the program's clock, a day after what the tests show it was made.
func nextDay() time.Time { return certifytest.Start.Add(24 * time.Hour) }

// palmar runs the program.
func palmar(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(world{t.Context(), env, &out, &errs, nextDay}, args)
	return code, out.String(), errs.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (rewrite it with -update):\n%s", path, got)
	}
}

func TestImportAttendance_Demo(t *testing.T) {
	t.Parallel()
	file := "../../pkg/earn/attendance/testdata/small.csv"
	code, out, errs := palmar(t, nil, "import", "attendance", "--demo", "--as-of", "2026-09-01", "--dry-run", "--json", file)
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	golden(t, "small.json", out)
	code, out, _ = palmar(t, nil, "import", "attendance", "--demo", "--as-of", "2026-09-01", "--dry-run", file)
	if code != 0 {
		t.Fatal(code)
	}
	golden(t, "small.txt", out)
}

// The answers to a real-size file, worked out by an independent program.
func TestImportAttendance_SharedAnswers(t *testing.T) {
	t.Parallel()
	const file, answers = "../../../shared/data/attendance.csv", "../../../shared/data/attendance.expected.json"
	text, err := os.ReadFile(answers)
	if err != nil {
		testkit.Need(t, "vectors", "put attendance.csv and attendance.expected.json into ../shared/data beside the repository")
	}
	code, out, errs := palmar(t, nil, "import", "attendance", "--demo", "--as-of", "2026-09-01", "--dry-run", "--json", file)
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	var want, got map[string]any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	delete(want, "today")
	if a, b := canonical(t, got), canonical(t, want); a != b {
		t.Error("the answer differs from attendance.expected.json")
	}
}

func canonical(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestImportAttendance_ErrDamaged(t *testing.T) {
	t.Parallel()
	header := "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n"
	for name, test := range map[string]struct{ content, want string }{
		"Empty":         {"", "is empty"},
		"NUL":           {header + "a\x00b,,,,,,,,,,\n", "NUL byte"},
		"Unclear":       {header + "a@b.example,Jos\x8e,,,,,,,,,\n", "Choose the encoding"},
		"MissingColumn": {"email,name\n", "column date is missing"},
		"Repeated":      {strings.Replace(header, "name", "email", 1), "appears twice"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, errs := palmar(t, nil, "import", "attendance", "--demo", "--dry-run", "--json", path)
			if code != 1 || out != "" || !strings.Contains(errs, test.want) {
				t.Errorf("%d %q %q", code, out, errs)
			}
		})
	}
}

func TestImportAttendance_ErrUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"import", "attendance", "nowhere.csv", "--demo", "--dry-run"}, 1, "nowhere.csv"},
		{[]string{"import", "attendance", "main.go", "--demo"}, 1, "--dry-run"},
		{[]string{"import", "attendance", "main.go"}, 1, "--organization"},
		{[]string{"import", "roster", "nowhere.csv", "--organization", "x", "--source", "y", "--as", "z@x.example"}, 1, "nowhere.csv"},
		{[]string{"import", "roster", "main.go", "--organization", "x", "--as", "z@x.example"}, 64, "--source"},
		{[]string{"import", "roster", "main.go", "--organization", "x", "--source", "y", "--as", "z@x.example", "--as-of", "1.9.2026"}, 1, "--as-of"},
		{[]string{"import", "attendance", "main.go", "--demo", "--dry-run", "--as-of", "1.9.2026"}, 1, "--as-of"},
		{[]string{"fly"}, 64, "--help"},
	} {
		code, _, errs := palmar(t, nil, test.args...)
		if code != test.code || !strings.Contains(errs, test.want) {
			t.Errorf("%q: %d %q", test.args, code, errs)
		}
	}
}

// Who asks for help by a word gets it.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, asked := range [][]string{{"help"}, {"help", "import"}, {"help", "import", "roster"}} {
		code, out, errs := palmar(t, nil, asked...)
		_, want, _ := palmar(t, nil, append(asked[1:], "--help")...)
		if code != 0 || errs != "" || out != want || !strings.Contains(out, "Usage: palmar "+strings.Join(asked[1:], " ")) {
			t.Errorf("%q: %d %q %q", asked, code, out, errs)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	sample, err := os.ReadFile("../../pkg/attest/credential/testdata/completion.json")
	if err != nil {
		t.Fatal(err)
	}
	good := string(sample)
	issuer := regexp.MustCompile(`did:key:\w+`).FindString(good)
	for _, test := range []struct {
		name, content string
		code          int
		want, reason  string
	}{
		{"Valid", good, 0, "VALID", "reason.signed"},
		{"ErrName", strings.Replace(good, "Nakamura", "Nakamoto", 1), 1, "NOT VALID", "reason.changed"},
		{"ErrHours", strings.Replace(good, `"36750"`, `"66750"`, 1), 1, "NO  signature", "reason.changed"},
		{"ErrNoCertificate", "hello", 2, "COULD NOT CHECK", "reason.no_certificate"},
		{"ErrCutOff", good[:len(good)/2], 2, "COULD NOT CHECK", "reason.not_json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.json")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			code, out, errs := palmar(t, nil, "verify", "--trust", issuer, path)
			if code != test.code || !strings.Contains(out, test.want) {
				t.Errorf("%d %s %s", code, out, errs)
			}
			if test.code != 0 && strings.Contains(out, testkit.Says("cli.verify.holder")) {
				t.Errorf("what is not valid is shown as if it were: %s", out)
			}
			_, out, _ = palmar(t, nil, "verify", "--trust", issuer, "--json", path)
			var report credential.Report
			if err := json.Unmarshal([]byte(out), &report); err != nil || (report.Outcome == credential.Valid) != (test.code == 0) {
				t.Errorf("%v %s", err, out)
			}
			var written struct {
				Checks []struct{ Reason, Detail string }
			}
			if err := json.Unmarshal([]byte(out), &written); err != nil || !slices.Contains(written.Checks, struct{ Reason, Detail string }{test.reason, words.English().Say(test.reason)}) {
				t.Errorf("%s is not given: %v, %s", test.reason, err, out)
			}
		})
	}
	if code, out, _ := palmar(t, nil, "verify", "../../pkg/attest/credential/testdata/completion.json"); code != 2 || !strings.Contains(out, "Get the school’s keys") {
		t.Errorf("a key that nobody vouches for: %d %s", code, out)
	}
	if code, _, errs := palmar(t, nil, "verify", "nowhere.json"); code != 2 || errs == "" {
		t.Errorf("a file that cannot be read: %d %q", code, errs)
	}
}

// A database's life on the command line.
func TestBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := "PALMAR_SECRET=" + base64.StdEncoding.EncodeToString(certifytest.Secret)
	env := []string{"PALMAR_DATA_DIR=" + dir, secret}
	must := func(env []string, want string, args ...string) {
		t.Helper()
		if code, out, errs := palmar(t, env, args...); code != 0 || !strings.Contains(out, want) {
			t.Fatalf("palmar %q: %d %s %s", args, code, out, errs)
		}
	}
	if code, _, errs := palmar(t, env, "doctor"); code != 1 || !strings.Contains(errs, testkit.Says("no_database")) {
		t.Fatalf("doctor without a database: %d %s", code, errs)
	}
	must(env, testkit.Says("migrate.step"), "migrate")
	must(env, testkit.Says("cli.migrate.done"), "migrate")
	must(env, testkit.Says("cli.doctor.sound"), "doctor")
	file := filepath.Join(dir, "backup.db")
	must(env, testkit.Says("cli.backup.done"), "backup", file)
	if code, _, errs := palmar(t, env, "backup", file); code != 1 || !strings.Contains(errs, testkit.Says("backup_exists")) {
		t.Errorf("a second backup to the same file: %d %s", code, errs)
	}
	if code, _, errs := palmar(t, env, "restore", file); code != 1 || !strings.Contains(errs, testkit.Says("database_exists")) {
		t.Errorf("restoring over a database: %d %s", code, errs)
	}
	other := []string{"PALMAR_DATA_DIR=" + filepath.Join(dir, "other"), secret}
	must(other, testkit.Says("cli.restore.done"), "restore", file)
	must(other, testkit.Says("cli.doctor.sound"), "doctor")
	if err := os.WriteFile(filepath.Join(dir, "bad.db"), []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := palmar(t, []string{"PALMAR_DATA_DIR=" + filepath.Join(dir, "third")}, "restore", filepath.Join(dir, "bad.db")); code != 1 || !strings.Contains(errs, testkit.Says("bad_backup")) {
		t.Errorf("restoring what is no backup: %d %s", code, errs)
	}
	postgres := []string{"PALMAR_DATABASE=postgres://u@127.0.0.1/x", "PALMAR_SECRET=" + strings.Repeat("00", 32)}
	if code, _, errs := palmar(t, postgres, "backup", file+"2"); code != 1 || !strings.Contains(errs, "pg_dump") {
		t.Errorf("backup of PostgreSQL: %d %s", code, errs)
	}
}

// A database from before the first release is told what to do with, and stays as
// it is.
func TestMigrate_Former(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "palmar.db")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE goose_db_version (version_id bigint NOT NULL); INSERT INTO goose_db_version (version_id) VALUES (0), (1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := []string{"PALMAR_DATA_DIR=" + filepath.Join(dir, "other")}
	for _, refused := range []struct{ env, args []string }{
		{[]string{"PALMAR_DATA_DIR=" + dir}, []string{"migrate"}},
		{[]string{"PALMAR_DATA_DIR=" + dir}, []string{"serve"}},
		{[]string{"PALMAR_DATA_DIR=" + dir}, []string{"doctor"}},
		{[]string{"PALMAR_DATA_DIR=" + dir}, []string{"keys", "list", "willow"}},
		{other, []string{"restore", file}},
	} {
		code, _, errs := palmar(t, refused.env, refused.args...)
		if code != 1 || !strings.Contains(errs, testkit.Said("former_schema")) {
			t.Errorf("palmar %q: %d %s", refused.args, code, errs)
		}
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file has changed, %v", err)
	}
}

func TestServe_ErrConfiguration(t *testing.T) {
	t.Parallel()
	code, _, errs := palmar(t, []string{"PALMAR_LISTEN=x", "PALMAR_POOL=many"}, "serve")
	if code != 1 || !strings.Contains(errs, "PALMAR_POOL") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestDemo_ErrNotLoopback(t *testing.T) {
	t.Parallel()
	code, _, errs := palmar(t, nil, "demo", "--data", t.TempDir(), "--listen", "0.0.0.0:8080")
	if code != 1 || !strings.Contains(errs, testkit.Says("demo_not_local")) {
		t.Errorf("%d %s", code, errs)
	}
}

func TestHealth_ErrNobody(t *testing.T) {
	t.Parallel()
	if code, _, _ := palmar(t, []string{"PALMAR_LISTEN=127.0.0.1:1"}, "health"); code != 1 {
		t.Error(code)
	}
}

// The demo is made, served and found again.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for start := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		out := &watch{stop: stop}
		if code := run(world{ctx, nil, out, out, nextDay}, []string{"demo", "--data", dir, "--listen", "127.0.0.1:0"}); code != 0 {
			t.Fatalf("start %d: %d %s", start, code, out)
		}
		if text := out.String(); !strings.Contains(text, "r.alvarez@brightwater.example") || strings.Contains(text, testkit.Says("cli.demo.making")) != (start == 0) {
			t.Errorf("start %d: %s", start, text)
		}
		stop()
	}
	if code, out, _ := palmar(t, []string{"PALMAR_DATA_DIR=" + dir}, "doctor"); code != 0 {
		t.Errorf("the doctor finds: %s", out)
	}
}

// watch stops the program when it has said everything.
type watch struct {
	bytes.Buffer
	stop func()
}

func (w *watch) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if bytes.Contains(p, []byte(testkit.Says("cli.demo.stop"))) {
		w.stop()
	}
	return n, err
}

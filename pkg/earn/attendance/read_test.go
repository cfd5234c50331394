package attendance

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/table"
	"github.com/palmar/palmar/pkg/testkit"
)

var update = flag.Bool("update", false, "write the golden files")

var header = strings.Join(Columns, ",") + "\n"

func options(t testing.TB, asOf string, supervisors ...string) Options {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	day, err := core.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range supervisors {
		known[s+"@brightwater.example"] = true
	}
	return Options{Location: loc, AsOf: day, Subject: standard.Demo().SubjectCode, Supervisors: known}
}

func small(t testing.TB) (Options, []byte) {
	t.Helper()
	data, err := os.ReadFile("testdata/small.csv")
	if err != nil {
		t.Fatal(err)
	}
	return options(t, "2026-01-31", "p.hale"), data
}

func TestRead_Golden(t *testing.T) {
	opt, data := small(t)
	report, err := Read(bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(struct {
		Report  Report
		Summary Summary
	}{report, Summarize(report, standard.Demo(), opt.AsOf)}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	golden := "testdata/small.golden.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the report differs from %s; run with -update and look at the difference", golden)
	}
	for _, code := range []Code{OK, Blank, MissingField, BadEmail, Duplicate, BadDate, BadTime, Future, UnknownSubject, UnknownSetting,
		UnknownDelivery, UnknownSupervisor, EmptySession, NonexistentTime, TooLong, BadBreak, Overlap} {
		if report.Tally[code] == 0 {
			t.Errorf("no record of the fixture is %s", code)
		}
	}
}

func TestRead_Minutes(t *testing.T) {
	opt, data := small(t)
	report, err := Read(bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]core.Minutes{
		"first day, room 4": 180, "touches on both sides": 45, "720 elapse and one counts": 1, "over midnight": 90,
		"the clock was set back: 150 minutes": 150, "half an hour": 30, "the day of the import": 1, "two\nlines": 90,
	}
	for _, row := range report.Accepted {
		if minutes, ok := want[row.Note]; ok && minutes != row.Session.Minutes {
			t.Errorf("%s: %d minutes, want %d", row.Note, row.Session.Minutes, minutes)
		}
		delete(want, row.Note)
	}
	if len(want) > 0 {
		t.Errorf("not accepted: %v", want)
	}
}

func TestRead_SharedAnswers(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "shared", "data")
	file, err := os.Open(filepath.Join(dir, "attendance.csv"))
	if err != nil {
		testkit.Need(t, "vectors", "put attendance.csv and attendance.expected.json into ../shared/data beside the repository")
	}
	defer func() { _ = file.Close() }()
	answers, err := os.ReadFile(filepath.Join(dir, "attendance.expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	report, err := Read(file, options(t, "2026-09-01", "r.alvarez", "t.okafor", "m.lindqvist"))
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(Summarize(report, standard.Demo(), options(t, "2026-09-01").AsOf))
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answers, &want); err != nil {
		t.Fatal(err)
	}
	delete(want, "today")
	if !reflect.DeepEqual(got, want) {
		for key := range want {
			if !reflect.DeepEqual(got[key], want[key]) {
				t.Errorf("%s:\n%v\nwant\n%v", key, got[key], want[key])
			}
		}
	}
}

func TestRead_Again(t *testing.T) {
	opt, data := small(t)
	first, err := Read(bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	opt.Existing = func(email string) []core.Session {
		var sessions []core.Session
		for _, row := range first.Accepted {
			if row.Email == email {
				sessions = append(sessions, row.Session)
			}
		}
		return sessions
	}
	second, err := Read(bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first.Refused[:5], second.Refused[:5]) || !reflect.DeepEqual(first.Tally, second.Tally) {
		t.Errorf("the second time %v, the first %v", second.Tally, first.Tally)
	}
	for _, row := range second.Accepted {
		if !row.Unchanged {
			t.Errorf("record %d would be recorded again", row.Record)
		}
	}
	moved := strings.Replace(string(data), "13:00,17:00,0", "13:30,17:00,0", 1)
	third, err := Read(strings.NewReader(moved), opt)
	if err != nil {
		t.Fatal(err)
	}
	if got := third.Refused[0]; got.Record != 2 || got.Code != Overlap {
		t.Errorf("a session that overlaps a recorded one gives %+v", got)
	}
}

func row(fields ...string) string {
	base := []string{"a@x.example", "A", "2025-10-06", "09:00", "10:00", "", "pathology", "classroom", "in-person", "p.hale@brightwater.example", ""}
	copy(base, fields)
	return strings.Join(base, ",") + "\n"
}

func TestRead_Forms(t *testing.T) {
	opt := options(t, "2026-01-31", "p.hale")
	swapped := strings.Split(strings.TrimSpace(header), ",")
	swapped[0], swapped[10] = " NOTE ", "Email"
	tests := map[string]struct {
		data     string
		accepted int
	}{
		"header alone":             {header, 0},
		"header without line end":  {strings.TrimSpace(header), 0},
		"no final line end":        {header + strings.TrimSpace(row()), 1},
		"byte order mark, CRLF":    {"\ufeff" + strings.ReplaceAll(header+row(), "\n", "\r\n"), 1},
		"empty lines are skipped":  {header + "\n" + row() + "\n\n", 1},
		"columns in another order": {strings.Join(swapped, ",") + "\n" + strings.TrimPrefix(strings.TrimSuffix(row(), "\n"), "a@x.example") + "a@x.example\n", 1},
		"same student in capitals": {header + row() + row("A@X.example", "A", "2025-10-06", "09:30"), 1},
		"another student":          {header + row() + row("b@x.example"), 2},
		"semicolons":               {strings.ReplaceAll(header+row(), ",", ";"), 1},
		"tabs below sep=":          {"sep=\t\n" + strings.ReplaceAll(header+row(), ",", "\t"), 1},
		"a title above":            {"Brightwater School\nNovember\n" + header + row(), 1},
		"Windows-1252":             {header + row("a@x.example", "Jos\xe9"), 1},
		"quotes within":            {header + row("a@x.example", `A "B" C`), 1},
		"separators at the end":    {strings.ReplaceAll(header+row(), "\n", ",,\n"), 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := Read(strings.NewReader(tt.data), opt)
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Accepted) != tt.accepted {
				t.Errorf("%d accepted, want %d; refused %+v", len(report.Accepted), tt.accepted, report.Refused)
			}
		})
	}
}

func TestRead_ErrDamaged(t *testing.T) {
	wide := strings.Repeat("a,", 9_999) + "a\n"
	tests := []struct{ name, data, code, says string }{
		{"empty", "", "empty_file", "email, name"},
		{"byte order mark alone", "\ufeff", "empty_file", ""},
		{"missing column", strings.Replace(header, ",note", "", 1), "missing_column", "note"},
		{"repeated column", strings.Replace(header, "note", "name", 1), "repeated_column", "name"},
		{"unknown column", strings.Replace(header, "note", "remarks", 1), "unknown_column", "remarks"},
		{"an eleventh and one more", strings.Replace(header, "note", "note,email", 1), "repeated_column", "email"},
		{"10,000 columns", wide, "too_many_columns", "10,000"},
		{"10,000 long columns", strings.Repeat("column name,", 10_000) + "\n", "record_too_large", "first line"},
		{"10,000 fields", header + row() + wide, "wrong_field_count", "Row 2 (line 3)"},
		{"too few fields", header + row() + "a@x.example,A\n", "wrong_field_count", "Row 2 (line 3)"},
		{"a quote too many", header + row("a@x.example", `"A "B" C`), "bad_csv", "Row 1 (line 2)"},
		{"open quote", header + row() + `"a@x.example` + row(), "bad_csv", "Row 2"},
		{"NUL", header + row("a@x.example", "A\x00"), "nul_byte", "Row 1"},
		{"Windows-1252 or not", header + row() + row("a@x.example", "Jos\x8e"), "which_encoding", "Line 3 has JosŽ"},
		{"Windows-1252 and UTF-8", header + row("b@x.example", "José") + row("a@x.example", "Jos\xe9"), "which_encoding", "Line 3"},
		{"Windows-1252 in the header", strings.Replace(header, "note", "not\xe9", 1), "unknown_column", "noté"},
		{"UTF-16", "\xff\xfee\x00m\x00", "unknown_column", "em"},
		{"UTF-16 without a mark", "e\x00m\x00,\x00", "unknown_column", "em"},
		{"a program", "\x7fELF\x02\x01\x01\x00\x00", "nul_byte", ""},
		{"one long note", header + strings.Replace(row(), ",\n", ","+strings.Repeat("x", MaxRecord)+"\n", 1), "record_too_large", "Row 1"},
	}
	opt := options(t, "2026-01-31", "p.hale")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.data), opt)
			f := core.AsFault(err)
			if f == nil || f.Code != tt.code || !strings.Contains(f.Message(), tt.says) {
				t.Fatalf("gives %v, want %s with %q", err, tt.code, tt.says)
			}
			if len(f.Message()) > 400 {
				t.Errorf("the message has %d bytes", len(f.Message()))
			}
		})
	}
}

// endless gives a text again and again, up to a number of bytes.
type endless struct {
	text  string
	at    int
	left  int
	given int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && e.left > 0 {
		c := copy(p[n:min(len(p), n+e.left)], e.text[e.at:])
		n, e.left, e.at = n+c, e.left-c, (e.at+c)%len(e.text)
	}
	e.given += n
	return n, nil
}

func TestRead_ErrHuge(t *testing.T) {
	const huge = 200 << 20
	tests := []struct {
		name, start, text, code string
	}{
		{"one line", "", "x", "record_too_large"},
		{"one line of fields", header, "x,", "record_too_large"},
		{"one quoted field", header + `"`, "line\n", "record_too_large"},
		{"NUL bytes", "", "\x00", "record_too_large"},
		{"empty lines", header, "\n", "record_too_large"},
		{"long records", header, row("a@x.example", strings.Repeat("n", 32<<10)), "file_too_large"},
		{"many records", header, ",,,,,,,,,,\n", "too_many_records"},
	}
	opt := options(t, "2026-01-31", "p.hale")
	for _, i := range testkit.Sample(t, 3, len(tests)) {
		tt := tests[i]
		t.Run(tt.name, func(t *testing.T) {
			source := &endless{text: tt.text, left: MaxFile - len(tt.start)}
			if tt.code == "file_too_large" {
				source.left = huge
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read(io.MultiReader(strings.NewReader(tt.start), source), opt)
			runtime.ReadMemStats(&after)
			if core.CodeOf(err) != tt.code {
				t.Fatalf("gives %v, want %s", err, tt.code)
			}
			if core.AsFault(err).Kind != core.KindTooLarge {
				t.Error("the fault is not of the kind too large")
			}
			if source.given > MaxFile+table.Slack {
				t.Errorf("%d bytes were read", source.given)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 150<<20 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
			if made := after.TotalAlloc - before.TotalAlloc; tt.code == "record_too_large" && made > 32<<20 { // six looks at it
				t.Errorf("%d kB were allocated for one record", made>>10)
			}
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestRead_ErrReader(t *testing.T) {
	_, err := Read(io.MultiReader(strings.NewReader(header+row()+"a@x"), failing{}), options(t, "2026-01-31", "p.hale"))
	if err == nil || core.AsFault(err) != nil {
		t.Errorf("a broken source gives %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	var file strings.Builder
	file.WriteString(header)
	day := core.Date{Year: 2024, Month: 1, Day: 1}
	for i := range 8_700 {
		start := 8 + i/40%2*5
		fmt.Fprintf(&file, "student%d@brightwater.example,Ana Ortega,%s,%02d:00,%02d:50,10,Kinesiology,classroom,in-person,p.hale@brightwater.example,\n",
			i%40, day.AddDays(i/80), start, start+3)
	}
	data := file.String()
	opt := options(b, "2026-01-31", "p.hale")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(strings.NewReader(data), opt); err != nil {
			b.Fatal(err)
		}
	}
}

package roster

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func florida() Mapping {
	return Mapping{
		Columns: map[Field]string{
			Number: "License Number", Name: "Licensee", BirthYear: "Birth Year", Status: "Status", Discipline: "Discipline on File",
			IssuedOn: "Original Date", ExpiresOn: "Expires",
		},
		Dates: "MM/DD/YYYY",
		Words: map[string]string{"Clear/Active": "lifecycle:active", "N": "discipline:none", "Delinquent/Active": "lifecycle:delinquent"},
	}
}

const header = "Licensee,License Number,Birth Year,Status,Discipline on File,Original Date,Expires,County\n"

func TestReader(t *testing.T) {
	for _, c := range []struct {
		name, row string
		code      string
		want      Line
	}{
		{"all of it", `"Example, Ada M.",MA 1,1990,CLEAR/active,N,9/1/2025,08/31/2027,Leon`, "", Line{
			Number: "MA 1", Name: "Example, Ada M.", BirthYear: 1990, Lifecycle: "active", Discipline: "none",
			IssuedOn: core.Date{Year: 2025, Month: 9, Day: 1}, ExpiresOn: core.Date{Year: 2027, Month: 8, Day: 31},
		}},
		{"our own words", `Ada Example,MA 1,,Null and Void,Probation,,,`, "", Line{Number: "MA 1", Name: "Ada Example", Lifecycle: "null_and_void", Discipline: "probation"}},
		{"a discipline as status", `Ada Example,MA 1,,Suspended,,,,`, "", Line{Number: "MA 1", Name: "Ada Example", Discipline: "suspended"}},
		{"an unknown word", `Ada Example,MA 1,,Zombie,,,,`, "unknown_status", Line{}},
		{"no status", `Ada Example,MA 1,,,,,,`, "unknown_status", Line{}},
		{"no number", `Ada Example,,,Active,,,,`, "required", Line{}},
		{"no name", `,MA 1,,Active,,,,`, "required", Line{}},
		{"a bad date", `Ada Example,MA 1,,Active,,2025-09-01,,`, "bad_date", Line{}},
		{"a bad year", `Ada Example,MA 1,90,Active,,,,`, "bad_year", Line{}},
		{"a field too few", `Ada Example,MA 1,,Active,,,`, "wrong_field_count", Line{}},
		{"a control character", "Ada\x07 Example,MA 1,,Active,,,,", "bad_character", Line{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(header+"\n , \n"+c.row+"\n"), florida())
			if err != nil {
				t.Fatal(err)
			}
			line, refusal, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if refusal != nil || c.code != "" {
				if refusal == nil || refusal.Code != c.code || refusal.Record == 0 {
					t.Fatalf("%+v, want %s", refusal, c.code)
				}
				return
			}
			line.Record = 0
			if line != c.want {
				t.Errorf("got %+v", line)
			}
			if _, _, err := r.Next(); !Done(err) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	for name, c := range map[string]struct{ file, code string }{
		"empty":     {"", "empty_file"},
		"column":    {"Licensee,License Number\n", "missing_column"},
		"UTF-16":    {"\xff\xfeL", "not_utf8"},
		"one quote": {"\"a\n", "bad_csv"},
	} {
		_, err := Open(strings.NewReader(c.file), florida())
		if core.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestMapping_Check(t *testing.T) {
	if err := florida().Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Mapping)
		field  string
		code   string
	}{
		"no number":      {func(m *Mapping) { delete(m.Columns, Number) }, "columns.number", "required"},
		"no name":        {func(m *Mapping) { delete(m.Columns, Name) }, "columns.name", "required"},
		"half a name":    {func(m *Mapping) { delete(m.Columns, Name); m.Columns[FirstName] = "First" }, "columns.name", "required"},
		"no status":      {func(m *Mapping) { delete(m.Columns, Status) }, "columns.status", "required"},
		"another field":  {func(m *Mapping) { m.Columns["mood"] = "Mood" }, "columns.mood", "unknown_field"},
		"twice":          {func(m *Mapping) { m.Columns[BirthDate] = "status" }, "columns.status", "repeated"},
		"a layout":       {func(m *Mapping) { m.Dates = "today" }, "dates", "unknown_layout"},
		"a status":       {func(m *Mapping) { m.Words["X"] = "lifecycle:zombie" }, "words", "unknown_status"},
		"another axis":   {func(m *Mapping) { m.Words["X"] = "term:renewed" }, "words", "unknown_status"},
		"a long heading": {func(m *Mapping) { m.Columns[Title] = strings.Repeat("x", 121) }, "columns.title", "too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			m := florida()
			c.change(&m)
			f := core.AsFault(m.Check())
			if f == nil || f.Code != c.code || f.Fields[0].Name != c.field {
				t.Errorf("%+v", f)
			}
		})
	}
}

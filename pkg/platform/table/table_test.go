package table_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/table"
)

var limits = table.Limits{File: 1 << 20, Record: 1 << 10, Records: 3, What: "staff list", Columns: []string{"email", "name"}}

// readAll gives the header and all records that could be read, and what stopped it.
func readAll(r io.Reader, limits table.Limits) (header []string, records [][]string, lines []int, err error) {
	t, header, err := table.Open(r, limits)
	for err == nil {
		var fields []string
		if fields, err = t.Next(); err == nil {
			records, lines = append(records, slices.Clone(fields)), append(lines, t.Line)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return header, records, lines, err
}

func TestReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text    string
		records [][]string
		lines   []int
	}{
		"plain":               {"email,name\na@x.example,Ann\n", [][]string{{"a@x.example", "Ann"}}, []int{2}},
		"byte order mark":     {"\ufeffemail,name\na,Ann", [][]string{{"a", "Ann"}}, []int{2}},
		"Windows' line ends":  {"email,name\r\na,Ann\r\n", [][]string{{"a", "Ann"}}, []int{2}},
		"quoted line break":   {"email,name\n\"a\",\"Ann\nLee\"\nb,Bo\n", [][]string{{"a", "Ann\nLee"}, {"b", "Bo"}}, []int{2, 4}},
		"quotes and commas":   {"email,name\na,\"Lee, \"\"Ann\"\"\"\n", [][]string{{"a", `Lee, "Ann"`}}, []int{2}},
		"empty lines":         {"email,name\n\n\na,Ann\n", [][]string{{"a", "Ann"}}, []int{4}},
		"more and less":       {"email,name\na\na,Ann,more\n", [][]string{{"a"}, {"a", "Ann", "more"}}, []int{2, 3}},
		"white space is kept": {"email,name\n a , Ann\n", [][]string{{" a ", " Ann"}}, []int{2}},
		"only a header":       {"email,name\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			header, records, lines, err := readAll(strings.NewReader(test.text), limits)
			if err != nil || !slices.Equal(header, limits.Columns) {
				t.Fatalf("header %q, %v", header, err)
			}
			if !slices.EqualFunc(records, test.records, slices.Equal[[]string]) || !slices.Equal(lines, test.lines) {
				t.Errorf("read %q in lines %v, want %q in %v", records, lines, test.records, test.lines)
			}
		})
	}
}

func TestReader_Refuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, code, says string }{
		"nothing":            {"", "empty_file", "must name the columns email and name"},
		"only empty lines":   {"\n\n", "empty_file", "must name the columns email and name"},
		"UTF-16":             {"\xff\xfee\x00", "not_utf8", "UTF-16"},
		"UTF-16, big end":    {"\xfe\xff\x00e", "not_utf8", "UTF-16"},
		"Latin-1":            {"email,name\na,Andr\xe9\n", "not_utf8", "Row 1 (line 2): Field 2"},
		"Latin-1 in header":  {"email,pr\xe9nom\n", "not_utf8", "The first line: Field 2"},
		"a NUL byte":         {"email,name\na,Ann\nb\x00,Bo\n", "nul_byte", "Row 2 (line 3): Field 1"},
		"a quote in a field": {"email,name\na,A\"n\n", "bad_csv", "Row 1 (line 2)"},
		"a quote left open":  {"email,name\na,\"Ann\n", "bad_csv", "Row 1 (line 2)"},
		"too many":           {"email,name\na,1\na,2\na,3\na,4\n", "too_many_records", "more than 3 rows"},
		"a long record":      {"email,name\na," + strings.Repeat("n", 2<<10) + "\n", "record_too_large", "Row 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := readAll(strings.NewReader(test.text), limits)
			if core.CodeOf(err) != test.code || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("got %v (%s), want %s that says %q", err, core.CodeOf(err), test.code, test.says)
			}
		})
	}
}

// endless gives one text for ever and counts what was taken of it.
type endless struct {
	text string
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(e.text, len(p)/len(e.text)+1))
	e.read += int64(n)
	return n, nil
}

func TestReader_Endless(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text, code string
		most       int64
	}{
		"one line":       {"a", "record_too_large", limits.Record + 4*table.Slack},
		"an open quote":  {`"a`, "record_too_large", limits.Record + 4*table.Slack},
		"many short":     {"a,b\n", "too_many_records", limits.Record + 4*table.Slack},
		"only line ends": {"\n", "record_too_large", limits.Record + 4*table.Slack},
	} {
		t.Run(name, func(t *testing.T) {
			source := &endless{text: test.text}
			if _, _, _, err := readAll(source, limits); core.CodeOf(err) != test.code || core.AsFault(err).Kind != core.KindTooLarge {
				t.Errorf("got %v", err)
			}
			if source.read > test.most {
				t.Errorf("took %d bytes, at most %d", source.read, test.most)
			}
		})
	}
}

func TestReader_FileTooLarge(t *testing.T) {
	t.Parallel()
	few := limits
	few.File, few.Records = 2<<20, 1<<20
	source := io.MultiReader(strings.NewReader("email,name\n"), &endless{text: "a,b\n"})
	if _, _, _, err := readAll(source, few); core.CodeOf(err) != "file_too_large" || !strings.Contains(err.Error(), "larger than 2 MB") {
		t.Errorf("got %v", err)
	}
}

var errUnplugged = errors.New("the disk is gone")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errUnplugged }

// What fails in the source is no fault of the file.
func TestReader_SourceFails(t *testing.T) {
	t.Parallel()
	_, _, _, err := readAll(io.MultiReader(strings.NewReader("email,name\na,Ann\n"), broken{}), limits)
	if !errors.Is(err, errUnplugged) || core.AsFault(err) != nil {
		t.Errorf("got %v", err)
	}
}

func TestBlank(t *testing.T) {
	t.Parallel()
	if !table.Blank([]string{"", " ", "\t"}) || !table.Blank(nil) || table.Blank([]string{"", "a"}) {
		t.Error("blank records are told apart wrongly")
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	exact := strings.Repeat("é", 40)
	if table.Short(exact) != exact || table.Short(exact+"e") != exact+"…" || table.Short("") != "" {
		t.Errorf("%q, %q", table.Short(exact), table.Short(exact+"e"))
	}
}

// FuzzReader holds what is read of any file against the limits, and against
// encoding/csv reading it at once.
func FuzzReader(f *testing.F) {
	small := limits
	small.File = 32 << 10
	f.Fuzz(func(t *testing.T, raw []byte) {
		source := &counted{Reader: bytes.NewReader(raw)}
		header, records, lines, err := readAll(source, small)
		if len(records) > small.Records || source.read > small.File+table.Slack {
			t.Errorf("%d records, %d bytes", len(records), source.read)
		}
		for i, line := range lines {
			if line < 2 || i > 0 && line <= lines[i-1] {
				t.Errorf("lines %v", lines)
			}
		}
		if err != nil {
			if core.AsFault(err) == nil {
				t.Errorf("no fault, and nothing else can fail here: %v", err)
			}
			return
		}
		whole := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
		whole.FieldsPerRecord = -1
		rows, err := whole.ReadAll()
		if got := append([][]string{header}, records...); err != nil || !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
			t.Errorf("read %q, and encoding/csv %q, %v", got, rows, err)
		}
	})
}

// counted counts what was taken of a source.
type counted struct {
	io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

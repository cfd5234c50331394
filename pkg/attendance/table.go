package attendance

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/palmar/palmar/pkg/core"
)

// table reads the records of a file one by one, each field trimmed and in the
// order of Columns. It holds no more than one record.
type table struct {
	csv    *csv.Reader
	limit  *limiter
	column []int
	fields []string
	record int
	line   int
}

// limiter stops a reader that gives too much: in all, or since the last record
// ended. encoding/csv would gather a line of any length in memory.
type limiter struct {
	r     io.Reader
	read  int64
	since int64
	fault *core.Fault
}

// slack is what buffers may have read beyond the end of a record.
const slack = 8 << 10

func (l *limiter) Read(p []byte) (int, error) {
	switch {
	case l.fault != nil:
		return 0, l.fault
	case l.read-l.since > MaxRecord+slack:
		l.fault = tooLarge("record_too_large", "One record has more than %d kB. This is no attendance file, or a quote is not closed.", MaxRecord>>10)
		return 0, l.fault
	}
	n, err := l.r.Read(p[:min(len(p), 4096)])
	l.read += int64(n)
	if l.read > MaxFile {
		l.fault = tooLarge("file_too_large", "The file has more than %d MB. Import it in several parts.", MaxFile>>20)
		return 0, l.fault
	}
	return n, err
}

func tooLarge(code, format string, args ...any) *core.Fault {
	f := core.Invalid(code, format, args...)
	f.Kind = core.KindTooLarge
	return f
}

// openTable reads the header.
func openTable(r io.Reader) (*table, error) {
	t := &table{limit: &limiter{r: r}, fields: make([]string, len(Columns))}
	buffered := bufio.NewReader(t.limit)
	if start, _ := buffered.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, _ = buffered.Discard(3)
	} else if bytes.HasPrefix(start, []byte{0xff, 0xfe}) || bytes.HasPrefix(start, []byte{0xfe, 0xff}) {
		return nil, core.Invalid("not_utf8", "The file is UTF-16. Save it as CSV in UTF-8.")
	}
	t.csv = csv.NewReader(buffered)
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
	header, err := t.read()
	if errors.Is(err, io.EOF) {
		return nil, core.Invalid("empty_file", "The file is empty: the first line names the columns %s.", strings.Join(Columns, ", "))
	}
	if err != nil {
		return nil, err
	}
	return t, t.arrange(header)
}

// read gives the next record that is not an empty line.
func (t *table) read() ([]string, error) {
	t.limit.since = t.csv.InputOffset()
	fields, err := t.csv.Read()
	if t.limit.fault != nil {
		return nil, t.where(t.limit.fault)
	}
	if err != nil {
		return nil, t.broken(err)
	}
	t.line, _ = t.csv.FieldPos(0)
	if t.csv.InputOffset()-t.limit.since > MaxRecord {
		return nil, t.where(tooLarge("record_too_large", "One record has more than %d kB.", MaxRecord>>10))
	}
	for i, f := range fields {
		if strings.IndexByte(f, 0) >= 0 {
			return nil, t.where(core.Invalid("nul_byte", "Field %d holds a NUL byte. This is no text file, or it is damaged.", i+1))
		}
		if !utf8.ValidString(f) {
			return nil, t.where(core.Invalid("not_utf8", "Field %d is not UTF-8 (perhaps Latin-1 or Windows-1252). Save the file as CSV in UTF-8.", i+1))
		}
	}
	return fields, nil
}

// broken turns an error of reading into a fault; the end of the file and
// errors of the source itself stay what they are.
func (t *table) broken(err error) error {
	var syntax *csv.ParseError
	if !errors.As(err, &syntax) {
		return err
	}
	t.line = syntax.StartLine
	return t.where(core.Invalid("bad_csv", "Quotes are wrong in line %d, column %d: a field with quotes, commas or line breaks stands in double quotes, and a quote in it is doubled.", syntax.Line, syntax.Column))
}

// where names the record in a fault's message.
func (t *table) where(f *core.Fault) *core.Fault {
	named := *f
	switch {
	case t.record > 0 && t.line > 0:
		named.Message = core.Invalid("", "Record %d (line %d): %s", t.record, t.line, f.Message).Message
	case t.record > 0:
		named.Message = core.Invalid("", "Record %d: %s", t.record, f.Message).Message
	default:
		named.Message = "The first line: " + f.Message
	}
	return &named
}

// arrange finds the place of each column in the header. Codes: too_many_columns,
// unknown_column, repeated_column, missing_column.
func (t *table) arrange(header []string) error {
	if len(header) > 4*len(Columns) {
		return core.Invalid("too_many_columns", "The first line names %d columns; an attendance file has %d: %s.", len(header), len(Columns), strings.Join(Columns, ", "))
	}
	t.column = make([]int, len(header))
	seen := make([]bool, len(Columns))
	for i, name := range header {
		at := slices.Index(Columns, strings.ToLower(strings.TrimSpace(name)))
		if at < 0 {
			return core.InvalidField(short(name), "unknown_column", "Column %d is called %q; the columns are %s.", i+1, short(name), strings.Join(Columns, ", "))
		}
		if seen[at] {
			return core.InvalidField(Columns[at], "repeated_column", "The column %s stands twice in the first line.", Columns[at])
		}
		seen[at] = true
		t.column[i] = at
	}
	if at := slices.Index(seen, false); at >= 0 {
		return core.InvalidField(Columns[at], "missing_column", "The column %s is missing in the first line.", Columns[at])
	}
	return nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// next gives the fields of the following record, io.EOF at the end. The slice
// is valid until the next call. A record of white space and commas alone is
// blank, however many they are.
func (t *table) next() ([]string, error) {
	t.record, t.line = t.record+1, 0
	got, err := t.read()
	if err != nil {
		return nil, err
	}
	if t.record > MaxRecords {
		return nil, tooLarge("too_many_records", "The file has more than %d records. Import it in several parts.", MaxRecords)
	}
	clear(t.fields)
	if !slices.ContainsFunc(got, func(f string) bool { return strings.TrimSpace(f) != "" }) {
		return t.fields, nil
	}
	if len(got) != len(Columns) {
		return nil, t.where(core.Invalid("wrong_field_count", "%d fields instead of %d. A comma too many or too few, or a field with a comma that is not quoted?", len(got), len(Columns)))
	}
	for i, f := range got {
		t.fields[t.column[i]] = strings.TrimSpace(f)
	}
	return t.fields, nil
}

// Package table reads files of comma-separated values that come from strangers,
// record by record and in bounded memory. It knows nothing of what the columns
// mean.
package table

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

// Limits are what a file may have at the most: bytes in all and in one record,
// and records. What names such a file, as in "attendance file"; Columns are what
// its first line should name.
type Limits struct {
	File, Record int64
	Records      int
	What         string
	Columns      []string
}

// Reader reads the records of a file. It holds no more than one. Record and Line
// are where the last one stands, records counted from 1 after the header.
type Reader struct {
	Record, Line int

	csv    *csv.Reader
	limit  *limiter
	limits Limits
}

// limiter stops a reader that gives too much: in all, or since the last record
// ended. encoding/csv would gather a line of any length in memory. How the source
// ended it says again whenever it is asked: buffers forget it once they told it.
type limiter struct {
	r      io.Reader
	limits Limits
	read   int64
	since  int64
	fault  *core.Fault
	end    error
}

// Slack is what buffers may have read beyond the end of a record.
const Slack = 8 << 10

func (l *limiter) Read(p []byte) (int, error) {
	switch {
	case l.fault != nil:
		return 0, l.fault
	case l.end != nil:
		return 0, l.end
	case l.read-l.since > l.limits.Record+Slack:
		l.fault = tooLarge("record_too_large.quote", "record", l.limits.Record>>10)
		return 0, l.fault
	}
	n, err := l.r.Read(p[:min(len(p), 4096)])
	l.read += int64(n)
	if l.read > l.limits.File {
		l.fault = tooLarge("file_too_large", "file", l.limits.File>>20)
		return 0, l.fault
	}
	l.end = err
	return n, err
}

func tooLarge(id string, args ...any) *core.Fault {
	f := core.Invalid(id, args...)
	f.Kind = core.KindTooLarge
	return f
}

// Open reads the header. Codes: not_utf8, empty_file, bad_csv, nul_byte,
// record_too_large, file_too_large.
func Open(r io.Reader, limits Limits) (*Reader, []string, error) {
	t := &Reader{limit: &limiter{r: r, limits: limits}, limits: limits}
	buffered := bufio.NewReader(t.limit)
	if start, _ := buffered.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, _ = buffered.Discard(3)
	} else if bytes.HasPrefix(start, []byte{0xff, 0xfe}) || bytes.HasPrefix(start, []byte{0xfe, 0xff}) {
		return nil, nil, core.Invalid("not_utf8.utf16")
	}
	t.csv = csv.NewReader(buffered)
	t.csv.FieldsPerRecord = -1
	t.csv.ReuseRecord = true
	header, err := t.read()
	if errors.Is(err, io.EOF) {
		return nil, nil, core.Invalid("empty_file", "columns", limits.Columns)
	}
	return t, slices.Clone(header), err
}

// read gives the next record that is not an empty line.
func (t *Reader) read() ([]string, error) {
	t.limit.since = t.csv.InputOffset()
	fields, err := t.csv.Read()
	if t.limit.fault != nil {
		return nil, t.Where(t.limit.fault)
	}
	if err != nil {
		return nil, t.broken(err)
	}
	t.Line, _ = t.csv.FieldPos(0)
	if t.csv.InputOffset()-t.limit.since > t.limits.Record {
		return nil, t.Where(tooLarge("record_too_large.size", "record", t.limits.Record>>10))
	}
	for i, f := range fields {
		if strings.IndexByte(f, 0) >= 0 {
			return nil, t.Where(core.Invalid("nul_byte", "i", i+1))
		}
		if !utf8.ValidString(f) {
			return nil, t.Where(core.Invalid("not_utf8.field", "i", i+1))
		}
	}
	return fields, nil
}

// broken turns an error of reading into a fault; the end of the file and
// errors of the source itself stay what they are. Where the source failed, the
// record may only look bad because its end is missing.
func (t *Reader) broken(err error) error {
	var syntax *csv.ParseError
	if !errors.As(err, &syntax) {
		return err
	}
	if failed := t.limit.end; failed != nil && !errors.Is(failed, io.EOF) {
		return failed
	}
	t.Line = syntax.StartLine
	return t.Where(core.Invalid("bad_csv", "line", syntax.Line, "column", syntax.Column))
}

// Where names the record in a fault's message.
func (t *Reader) Where(f *core.Fault) *core.Fault {
	named := *f
	switch {
	case t.Record > 0 && t.Line > 0:
		named.ID, named.Args = "at.record_line", []any{"record", t.Record, "line", t.Line, "fault", f}
	case t.Record > 0:
		named.ID, named.Args = "at.record", []any{"record", t.Record, "fault", f}
	default:
		named.ID, named.Args = "at.first_line", []any{"fault", f}
	}
	return &named
}

// Next gives the fields of the following record, io.EOF at the end. The slice is
// valid until the next call. Codes: those of Open, too_many_records.
func (t *Reader) Next() ([]string, error) {
	t.Record, t.Line = t.Record+1, 0
	got, err := t.read()
	if err != nil {
		return nil, err
	}
	if t.Record > t.limits.Records {
		return nil, tooLarge("too_many_records", "records", t.limits.Records)
	}
	return got, nil
}

// Blank tells whether a record is white space and commas alone.
func Blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// Short is a text for a message: what is longer than 40 characters is cut.
func Short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

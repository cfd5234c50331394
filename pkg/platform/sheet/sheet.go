package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// File can be read again and from anywhere, as a *bytes.Reader or a section of a
// file.
type File interface {
	io.ReaderAt
	Size() int64
}

// Of is what a reader gives, as a file: itself where it is one, else a copy on the disk
// that goes with Close. Of a stream it takes one byte more than most, which Open refuses.
func Of(r io.Reader, most int64) (*Kept, error) {
	switch f := r.(type) {
	case File:
		return &Kept{File: f}, nil
	case *os.File:
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() { // and no pipe
			return &Kept{File: io.NewSectionReader(f, 0, info.Size())}, nil
		}
	case interface { // a part of a form
		io.ReaderAt
		io.Seeker
	}:
		size, err := f.Seek(0, io.SeekEnd)
		return &Kept{File: io.NewSectionReader(f, 0, size)}, err
	}
	f, err := os.CreateTemp("", "sheet")
	if err != nil {
		return nil, err
	}
	k := &Kept{copy: f}
	n, err := io.Copy(f, io.LimitReader(r, most+1))
	if err != nil {
		return nil, errors.Join(err, k.Close())
	}
	k.File = io.NewSectionReader(f, 0, n)
	return k, nil
}

// Kept is a file until it is closed.
type Kept struct {
	File
	copy *os.File
}

// Close removes the copy, if there is one.
func (k *Kept) Close() error {
	if k.copy == nil {
		return nil
	}
	return errors.Join(k.copy.Close(), os.Remove(k.copy.Name()))
}

// Choice is what a person answered where a file could be read in several ways. What
// is empty is found out.
type Choice struct {
	Encoding string // one of Encodings
	Sheet    string // of a workbook
}

// Limits are what is read at the most: bytes of the file, bytes of one row, and bytes
// that a workbook may unpack to. Columns are headings that are expected, if any are.
type Limits struct {
	File, Row, Unpacked int64
	Columns             []string
}

// Found is how a file was read, to show it to whom it belongs. Heading is the line of
// the headings, from 1.
type Found struct {
	Encoding  string
	Separator string
	Sheet     string
	Heading   int
}

// Reader gives the plain text. It holds one row of the file, and of a workbook what
// it needs to read it row by row.
type Reader struct {
	Found

	plain io.Reader // instead of rows, where nothing has to be changed
	rows  rows
	width int // of the headings
	line  int // of the last row that was given
	out   bytes.Buffer
	csv   *csv.Writer
	err   error
}

// rows gives the cells of one row after the other, each with its line; io.EOF at the
// end.
type rows interface {
	next() (cells []string, line int, err error)
	Close() error
}

// Open looks at the whole file once to find out how it is to be read. Codes:
// file_too_large, record_too_large, not_a_table (with how to save it as something else), and,
// where a person has to say what is meant, which_encoding, which_sheet,
// which_separator; broken_workbook, empty_file.
func Open(f File, limits Limits, c Choice) (*Reader, error) {
	if f.Size() > limits.File {
		return nil, tooLarge("file_too_large", "file", limits.File>>20)
	}
	kind, err := kindOf(f)
	if err != nil {
		return nil, err
	}
	if kind == workbook {
		return openWorkbook(f, limits, c)
	}
	return openText(f, limits, c)
}

func tooLarge(id string, args ...any) *core.Fault {
	f := core.Invalid(id, args...)
	f.Kind = core.KindTooLarge
	return f
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.plain != nil {
		return r.plain.Read(p)
	}
	for r.out.Len() == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.err = r.write()
	}
	return r.out.Read(p)
}

// Close gives up what the reader holds.
func (r *Reader) Close() error {
	if r.rows == nil {
		return nil
	}
	return r.rows.Close()
}

// write writes the next row, behind an empty line for each line without one.
func (r *Reader) write() error {
	cells, line, err := r.rows.next()
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return core.Invalid("bad_csv", "line", syntax.Line, "column", syntax.Column)
	}
	if err != nil {
		return err
	}
	if line < r.Heading {
		return nil
	}
	cells = r.fit(cells)
	for r.line++; r.line < line; r.line++ {
		r.out.WriteByte('\n')
	}
	if blank(cells) && len(cells) > 0 {
		cells[0] = " " // csv writes a row of one empty cell as "", and a row of nothing is no row
	}
	if err := r.csv.Write(cells); err != nil {
		return err
	}
	r.csv.Flush()
	for _, cell := range cells {
		r.line += strings.Count(cell, "\n")
	}
	return r.csv.Error()
}

// fit takes from a row the empty cells behind the last heading.
func (r *Reader) fit(cells []string) []string {
	for len(cells) > r.width && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// mostAbove is how many rows may stand above the headings.
const mostAbove = 30

// heading finds the headings: the first row that has half of the columns that are
// expected, else the first that has most of the columns of the widest row. What stands
// above it is a title.
func heading(first []row, expected []string) row {
	widest := 0
	for _, r := range first {
		if n := r.known(expected); n > 0 && n*2 >= len(expected) {
			return r
		}
		widest = max(widest, r.filled())
	}
	for _, r := range first {
		if n := r.filled(); n > 0 && n*10 >= widest*7 {
			return r
		}
	}
	return row{}
}

// row is one of the first rows of a file.
type row struct {
	cells []string
	line  int
}

// known is how many of the expected headings a row has.
func (r row) known(expected []string) (n int) {
	for _, c := range r.cells {
		if slices.ContainsFunc(expected, func(name string) bool { return strings.EqualFold(name, strings.TrimSpace(c)) }) {
			n++
		}
	}
	return n
}

func (r row) filled() (n int) {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// width is how many cells there are up to the last that is not empty.
func (r row) width() int {
	for i := len(r.cells); i > 0; i-- {
		if strings.TrimSpace(r.cells[i-1]) != "" {
			return i
		}
	}
	return 0
}

// peek gives the first rows of a file, as far as they can be read.
func peek(from rows) (first []row, err error) {
	for len(first) < mostAbove {
		cells, line, err := from.next()
		if errors.Is(err, io.EOF) {
			return first, nil
		}
		if err != nil {
			return first, err
		}
		first = append(first, row{append([]string(nil), cells...), line})
	}
	return first, nil
}

func newReader(found Found, from rows, head row) *Reader {
	found.Heading = head.line
	r := &Reader{Found: found, rows: from, width: head.width()}
	r.csv = csv.NewWriter(&r.out)
	return r
}

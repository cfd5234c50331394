package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// openText finds encoding, separator, quotes and headings.
func openText(f File, limits Limits, c Choice) (*Reader, error) {
	found := Found{}
	var err error
	if found.Encoding, err = encodingOf(f, c.Encoding); err != nil {
		return nil, err
	}
	t := textFile{file: f, encoding: found.Encoding, limits: limits}
	if err := t.begin(); err != nil {
		return nil, err
	}
	if t.comma, err = t.separator(); err != nil {
		return nil, err
	}
	if t.quotes, err = t.howQuoted(); err != nil {
		return nil, err
	}
	found.Separator = string(t.comma)
	first, err := peek(t.open(t.quotes))
	if err != nil {
		first = nil // who reads on is told where the fault is
	}
	head := heading(first, limits.Columns)
	asIs := t.encoding == UTF8 && t.comma == ',' && t.quotes == strict && !t.returns && t.skip == 0
	if asIs && (head.line == 0 || len(first) > 0 && first[0].line == head.line && head.width() == len(head.cells)) {
		found.Heading = max(head.line, 1)
		return &Reader{Found: found, plain: io.NewSectionReader(f, 0, f.Size())}, nil
	}
	return newReader(found, t.open(t.quotes), head), nil
}

// quoting is what quotes mean in a file.
type quoting int

const (
	strict  quoting = iota // RFC 4180
	lazy                   // a quote within a field that does not begin with one is a quote
	literal                // every quote is a quote
)

// textFile is text with how it is to be read, as far as that has been found.
type textFile struct {
	file     File
	encoding string
	limits   Limits
	returns  bool // lines end with a carriage return alone
	skip     int  // lines before the first row: "sep=;"
	told     rune // by that line
	comma    rune
	quotes   quoting
}

// lines is the text in UTF-8 with line feeds.
func (t *textFile) lines() io.Reader {
	in := decoded(io.NewSectionReader(t.file, 0, t.file.Size()), t.encoding)
	if t.returns {
		in = fed{in}
	}
	return in
}

// fed turns carriage returns into line feeds.
type fed struct{ io.Reader }

func (f fed) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// sample is how much of a file is looked at to find its separator.
const sample = 64 << 10

// begin looks at how lines end and whether the first tells the separator, as some
// programs have it.
func (t *textFile) begin() error {
	start := make([]byte, sample)
	n, err := io.ReadFull(t.lines(), start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	start = start[:n]
	t.returns = bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if t.returns {
		line, _, _ = bytes.Cut(start, []byte("\r"))
	}
	told := strings.Trim(strings.TrimSuffix(string(line), "\r"), `"`)
	if len(told) == len("sep=;") && strings.HasPrefix(strings.ToLower(told), "sep=") {
		t.skip, t.told = 1, rune(told[4])
	}
	return nil
}

var separators = []rune{',', ';', '\t', '|'}

// separator is the one that makes the most even table of the first rows. Code:
// which_separator.
func (t *textFile) separator() (rune, error) {
	if t.told != 0 {
		return t.told, nil
	}
	best, second := score{comma: ','}, score{}
	for _, comma := range separators {
		if s := t.score(comma); s.better(best) {
			best, second = s, best
		} else if s.better(second) {
			second = s
		}
	}
	if best.columns > 1 && second.columns == best.columns && second.even == best.even && best.even == best.rows {
		return 0, core.InvalidField("separator", "which_separator", "one", string(best.comma), "other", string(second.comma))
	}
	return best.comma, nil
}

// score is how a separator divides the first rows: how many have as many columns as
// most of them.
type score struct {
	comma      rune
	columns    int
	even, rows int
}

func (s score) better(than score) bool {
	if s.columns < 2 || than.columns < 2 {
		return s.columns > than.columns
	}
	if a, b := s.even*than.rows, than.even*s.rows; a != b {
		return a > b
	}
	return s.columns > than.columns
}

func (t *textFile) score(comma rune) score {
	part := *t
	part.comma = comma
	count := map[int]int{}
	s := score{comma: comma}
	from := part.open(lazy)
	for read := 0; read < sample && s.rows < 200; {
		cells, _, err := from.next()
		if err != nil {
			break
		}
		for _, c := range cells {
			read += len(c) + 1
		}
		if !blank(cells) {
			s.rows++
			count[len(cells)]++
		}
	}
	for columns, n := range count {
		if columns > 1 && (n > s.even || n == s.even && columns > s.columns) {
			s.even, s.columns = n, columns
		}
	}
	return s
}

// howQuoted reads all of the file. Where its quotes are not those of RFC 4180, another
// reading is taken only if it gives every row from the headings on as many cells; else
// who reads on is told which line is wrong.
func (t *textFile) howQuoted() (quoting, error) {
	var syntax *csv.ParseError
	if _, err := t.even(strict); !errors.As(err, &syntax) {
		return strict, broken(err)
	}
	other := lazy
	if t.comma == '\t' || t.comma == '|' {
		other = literal
	}
	if even, err := t.even(other); even && err == nil {
		return other, nil
	}
	return strict, nil
}

// broken is what went wrong with the source itself: who reads on is told of a fault, at
// its row.
func broken(err error) error {
	if core.AsFault(err) == nil {
		return err
	}
	return nil
}

// even tells whether all rows from the headings on have as many cells.
func (t *textFile) even(q quoting) (bool, error) {
	first, err := peek(t.open(q))
	if err != nil {
		return false, err
	}
	head := heading(first, t.limits.Columns)
	for from := t.open(q); ; {
		cells, line, err := from.next()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil || line >= head.line && !blank(cells) && len(cells) != len(head.cells) {
			return false, err
		}
		if q == lazy && slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(c, "\n") }) {
			return false, nil // it may have swallowed a row
		}
	}
}

// open reads the rows from the start.
func (t *textFile) open(q quoting) rows {
	in := bufio.NewReader(t.lines())
	if start, _ := in.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	for range t.skip {
		_, _ = in.ReadString('\n')
	}
	if q == literal {
		return &split{in: in, comma: string(t.comma), most: t.limits.Row, line: t.skip}
	}
	l := &limited{r: in, most: t.limits.Row + slack}
	c := csv.NewReader(l)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord, c.LazyQuotes = t.comma, -1, true, q == lazy
	return &separated{csv: c, limit: l, skip: t.skip}
}

// slack is what buffers may have read beyond the end of a row.
const slack = 8 << 10

// limited stops a reader that gives too much since the last row ended.
type limited struct {
	r           io.Reader
	read, since int64
	most        int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.read-l.since > l.most {
		return 0, tooLarge("record_too_large.quote", "record", l.most>>10)
	}
	n, err := l.r.Read(p[:min(len(p), 4096)])
	l.read += int64(n)
	return n, err
}

// separated reads rows as encoding/csv does.
type separated struct {
	csv   *csv.Reader
	limit *limited
	skip  int
}

func (s *separated) next() ([]string, int, error) {
	s.limit.since = s.csv.InputOffset()
	cells, err := s.csv.Read()
	if err != nil {
		return nil, 0, err
	}
	line, _ := s.csv.FieldPos(0)
	return cells, line + s.skip, nil
}

func (s *separated) Close() error { return nil }

// split reads rows whose quotes mean nothing.
type split struct {
	in    *bufio.Reader
	comma string
	most  int64
	line  int
}

func (s *split) next() ([]string, int, error) {
	for {
		var row []byte
		for {
			part, err := s.in.ReadSlice('\n')
			row = append(row, part...)
			if int64(len(row)) > s.most {
				return nil, 0, tooLarge("record_too_large.quote", "record", s.most>>10)
			}
			if err == nil || errors.Is(err, io.EOF) && len(row) > 0 {
				break
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				return nil, 0, err
			}
		}
		s.line++
		if text := strings.TrimRight(string(row), "\r\n"); text != "" {
			return strings.Split(text, s.comma), s.line, nil
		}
	}
}

func (s *split) Close() error { return nil }

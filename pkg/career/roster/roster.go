// Package roster reads the lists of licenses that boards publish: files of
// comma-separated values whose columns and words differ from board to board. It
// is pure, and must never know who is on a list, nor what is recorded.
package roster

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/table"
)

// Field is something that a column of a list may say.
type Field string

// The fields. A name is one column or two; a year of birth is in BirthDate or in
// BirthYear.
const (
	Number     Field = "number"
	Title      Field = "title"
	Name       Field = "name"
	FirstName  Field = "first_name"
	LastName   Field = "last_name"
	BirthDate  Field = "birth_date"
	BirthYear  Field = "birth_year"
	Status     Field = "status"
	Discipline Field = "discipline"
	IssuedOn   Field = "issued_on"
	ExpiresOn  Field = "expires_on"
)

// Fields in the order in which they are asked for.
var Fields = []Field{Number, Name, FirstName, LastName, BirthDate, BirthYear, Status, Discipline, IssuedOn, ExpiresOn, Title}

// Layouts are the ways in which boards write dates.
var Layouts = []string{"YYYY-MM-DD", "MM/DD/YYYY", "DD/MM/YYYY", "YYYYMMDD"}

var layouts = map[string]string{"YYYY-MM-DD": "2006-1-2", "MM/DD/YYYY": "1/2/2006", "DD/MM/YYYY": "2/1/2006", "YYYYMMDD": "20060102"}

// The most that is read: bytes of a file, bytes of one record, records, and
// entries of a mapping.
const (
	MaxFile    = 64 << 20
	MaxRecord  = 64 << 10
	MaxRecords = 200_000
	MaxWords   = 200
)

// Mapping is how a board's list is read: which column says what, how it writes
// dates, and which status each of its words is. Words that are ours already need
// not be told.
type Mapping struct {
	Columns map[Field]string  `json:"columns"`
	Dates   string            `json:"dates"`
	Words   map[string]string `json:"words"`
}

// Check validates a mapping. Codes by field: required, unknown_field, repeated,
// too_long, unknown_layout, unknown_status, too_many.
func (m Mapping) Check() error {
	var c core.Collect
	at := func(f Field) string { return "columns." + string(f) }
	if m.Columns[Number] == "" {
		c.Add(at(Number), "required.number_column")
	}
	if m.Columns[Name] == "" && (m.Columns[FirstName] == "" || m.Columns[LastName] == "") {
		c.Add(at(Name), "required.name_column")
	}
	if m.Columns[Status] == "" {
		c.Add(at(Status), "required.status_column")
	}
	taken := map[string]bool{}
	for _, f := range slices.Sorted(mapKeys(m.Columns)) {
		column := strings.ToLower(strings.TrimSpace(m.Columns[f]))
		switch {
		case column == "":
		case !slices.Contains(Fields, f):
			c.Add(at(f), "unknown_field.roster", "f", f, "fields", Fields)
		case taken[column]:
			c.Add(at(f), "repeated.roster", "columns", table.Short(m.Columns[f]))
		case len(column) > 120:
			c.Add(at(f), "too_long.roster")
		}
		taken[column] = true
	}
	if layouts[m.Dates] == "" {
		c.Add("dates", "unknown_layout.dates", "layouts", strings.Join(Layouts, ", "))
	}
	if len(m.Words) > MaxWords {
		c.Add("words", "too_many.words", "maxWords", MaxWords)
	}
	for _, word := range slices.Sorted(mapKeys(m.Words)) {
		meant := statuses(m.Words[word])
		if len(meant) == 0 || slices.ContainsFunc(meant, func(s status) bool { return !known(s.axis, s.word) }) {
			c.Add("words", "unknown_status.words", "word", table.Short(word), "words", table.Short(m.Words[word]))
		}
	}
	return c.Err()
}

// Axes is what the columns and words of a mapping can say of discipline. Clear tells
// that a word says of a status that there is none.
type Axes struct{ Discipline, Clear bool }

// Axes are those of a mapping.
func (m Mapping) Axes() (a Axes) {
	a.Discipline = m.Columns[Discipline] != ""
	for _, meant := range m.Words {
		all := statuses(meant)
		of := func(axis core.Axis) bool {
			return slices.ContainsFunc(all, func(s status) bool { return s.axis == axis })
		}
		a.Discipline = a.Discipline || of(core.Discipline)
		a.Clear = a.Clear || of(core.Lifecycle) && slices.Contains(all, status{core.Discipline, "none"})
	}
	return a
}

// status is a word of one axis.
type status struct {
	axis core.Axis
	word string
}

// statuses reads what a word of a board means: one status, such as lifecycle:active, or
// several after each other, with spaces between, such as lifecycle:active
// discipline:none.
func statuses(told string) (all []status) {
	for text := range strings.FieldsSeq(told) {
		axis, word, _ := strings.Cut(text, ":")
		all = append(all, status{core.Axis(axis), word})
	}
	return all
}

func mapKeys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func known(axis core.Axis, status string) bool {
	switch axis {
	case core.Lifecycle:
		return slices.Contains(core.LifecycleStatuses, status)
	case core.Discipline:
		return slices.Contains(core.DisciplineStatuses, status)
	}
	return false
}

// Line is what a list says of one license. BirthYear is 0, a day or Discipline
// empty, where it says nothing of that.
type Line struct {
	Record     int       `json:"record"`
	Number     string    `json:"number"`
	Title      string    `json:"title"`
	Name       string    `json:"name"`
	BirthYear  int       `json:"birth_year"`
	Lifecycle  string    `json:"lifecycle"`
	Discipline string    `json:"discipline"`
	IssuedOn   core.Date `json:"issued_on"`
	ExpiresOn  core.Date `json:"expires_on"`
	// Lifts tells that the list has a word for suspended, in the column that says
	// another status of this license: it is not suspended any more.
	Lifts bool `json:"lifts,omitempty"`
}

// Refusal is why a record was left out.
type Refusal struct {
	Record  int    `json:"record"`
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Reader reads a list line by line, in bounded memory.
type Reader struct {
	table    *table.Reader
	mapping  Mapping
	words    map[string]string
	column   map[Field]int
	width    int
	suspends bool // the list has a word for suspended
}

// told reads the words of a mapping.
func (r *Reader) told(m Mapping) {
	for word, meant := range m.Words {
		r.words[fold(word)] = meant
		r.suspends = r.suspends || slices.Contains(statuses(meant), status{core.Discipline, "suspended"})
	}
}

// Open reads the header. Codes: those of table.Open, missing_column,
// repeated_column.
func Open(r io.Reader, m Mapping) (*Reader, error) {
	var names []string
	for _, f := range Fields {
		if m.Columns[f] != "" {
			names = append(names, m.Columns[f])
		}
	}
	t, header, err := table.Open(r, table.Limits{File: MaxFile, Record: MaxRecord, Records: MaxRecords, What: "list of a board", Columns: names})
	if err != nil {
		return nil, err
	}
	out := &Reader{table: t, mapping: m, words: map[string]string{}, column: map[Field]int{}, width: len(header)}
	out.told(m)
	place := map[string]int{}
	for i, name := range header {
		place[fold(name)] = i
	}
	for f, name := range m.Columns {
		if name == "" {
			continue
		}
		i, ok := place[fold(name)]
		if !ok {
			return nil, core.InvalidField(string(f), "missing_column.roster", "name", table.Short(name))
		}
		out.column[f] = i
	}
	return out, nil
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Next gives the following line, or why it is left out; io.EOF at the end. A
// file that cannot be read any further gives a fault, as table.Reader.Next.
// Codes of a refusal: required, bad_date, bad_year, unknown_status, too_long,
// bad_character, wrong_field_count.
func (r *Reader) Next() (Line, *Refusal, error) {
	for {
		fields, err := r.table.Next()
		if err != nil {
			return Line{}, nil, err
		}
		if table.Blank(fields) {
			continue
		}
		p := parse{r: r, fields: fields}
		if len(fields) != r.width {
			p.refuse("", "wrong_field_count.roster", "count", len(fields), "width", r.width)
			return Line{}, p.refusal, nil
		}
		line := p.line()
		return line, p.refusal, nil
	}
}

// Done tells whether an error is the end of the list.
func Done(err error) bool { return errors.Is(err, io.EOF) }

// parse reads one record; the first thing that is wrong refuses it.
type parse struct {
	r       *Reader
	fields  []string
	refusal *Refusal
}

func (p *parse) refuse(f Field, id string, args ...any) {
	p.refused(f, core.Invalid(id, args...))
}

func (p *parse) refused(f Field, why *core.Fault) {
	if p.refusal == nil {
		p.refusal = &Refusal{p.r.table.Record, p.r.table.Line, string(f), why.Code, why.Message()}
	}
}

func (p *parse) get(f Field) string {
	i, ok := p.r.column[f]
	if !ok {
		return ""
	}
	return strings.TrimSpace(p.fields[i])
}

func (p *parse) text(f Field, least, most int) string {
	clean, err := core.CleanText(p.get(f), least, most)
	if fault := core.AsFault(err); fault != nil {
		p.refused(f, fault)
	}
	return clean
}

func (p *parse) line() Line {
	line := Line{
		Record: p.r.table.Record, Number: p.text(Number, 1, 60), Title: p.text(Title, 0, 80),
		IssuedOn: p.date(IssuedOn), ExpiresOn: p.date(ExpiresOn), BirthYear: p.year(),
	}
	if line.Name = p.text(Name, 0, 200); line.Name == "" {
		line.Name = strings.TrimSpace(p.text(FirstName, 0, 100) + " " + p.text(LastName, 0, 100))
	}
	if line.Name == "" {
		p.refuse(Name, "required.name_missing")
	}
	for _, f := range []Field{Status, Discipline} {
		word := p.get(f)
		if word == "" && f == Discipline {
			continue
		}
		meant := p.status(word, f)
		if len(meant) == 0 {
			p.refuse(f, "unknown_status.word", "word", table.Short(word))
		}
		for _, s := range meant {
			if s.axis == core.Lifecycle {
				line.Lifecycle = s.word
			} else {
				line.Discipline = s.word
			}
		}
		line.Lifts = line.Lifts || f == Status && p.r.suspends && !slices.ContainsFunc(meant, func(s status) bool { return s.axis == core.Discipline })
	}
	return line
}

// status is what a word of the board means: as it was told, or one of ours; nothing where
// that is not known.
func (p *parse) status(word string, f Field) []status {
	if told, ok := p.r.words[fold(word)]; ok {
		return statuses(told)
	}
	ours := strings.ReplaceAll(fold(word), " ", "_")
	axis := core.Lifecycle
	if f == Discipline || !known(axis, ours) {
		axis = core.Discipline
	}
	if !known(axis, ours) {
		return nil
	}
	return []status{{axis, ours}}
}

func (p *parse) date(f Field) core.Date {
	s := p.get(f)
	if s == "" {
		return core.Date{}
	}
	t, err := time.Parse(layouts[p.r.mapping.Dates], s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		p.refuse(f, "bad_date.roster", "s", table.Short(s), "dates", p.r.mapping.Dates)
		return core.Date{}
	}
	return core.DateOf(t)
}

func (p *parse) year() int {
	if d := p.date(BirthDate); !d.IsZero() {
		return d.Year
	}
	s := p.get(BirthYear)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1900 || n > 2200 {
		p.refuse(BirthYear, "bad_year", "s", table.Short(s))
		return 0
	}
	return n
}

// One reads what a feed says of a single license: values by the names that the
// mapping gives to columns. Codes of a refusal: as of Next.
func One(values map[string]string, m Mapping) (Line, *Refusal) {
	r := &Reader{table: &table.Reader{Record: 1}, mapping: m, words: map[string]string{}, column: map[Field]int{}}
	r.told(m)
	p := parse{r: r}
	for f, name := range m.Columns {
		if name != "" {
			r.column[f] = len(p.fields)
			p.fields = append(p.fields, values[name])
		}
	}
	line := p.line()
	return line, p.refusal
}

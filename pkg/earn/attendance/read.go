package attendance

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/cell"
	"github.com/palmar/palmar/pkg/platform/table"
	"github.com/palmar/palmar/pkg/words"
)

// The columns by their place in Columns.
const (
	colEmail = iota
	colName
	colDate
	colStart
	colEnd
	colBreak
	colSubject
	colSetting
	colDelivery
	colSupervisor
	colNote
)

// required columns in the order of the file; a break and a note may be empty.
var required = []int{colEmail, colName, colDate, colStart, colEnd, colSubject, colSetting, colDelivery, colSupervisor}

// Read judges a file: a workbook, or text with separators; see package sheet. Days,
// times, breaks and addresses are read as package cell reads them, M/D/YYYY with the
// month first. A file that cannot be read as a table at all gives a fault:
// those of sheet.Open, nul_byte, bad_csv, wrong_field_count, unknown_column,
// repeated_column, missing_column, too_many_columns, record_too_large,
// too_many_records; its message names the record. Another error is the reader's own.
func Read(r io.Reader, opt Options) (Report, error) {
	t, err := openTable(r, opt.Written)
	if err != nil {
		return Report{}, err
	}
	report, err := readAll(t, opt)
	return report, errors.Join(err, t.close())
}

func readAll(t *records, opt Options) (Report, error) {
	j := judge{opt: opt, seen: map[string]int{}, taken: map[string]*calendar{}, report: Report{Tally: map[Code]int{}}}
	for {
		fields, err := t.next()
		if errors.Is(err, io.EOF) {
			return j.report, nil
		}
		if err != nil {
			return Report{}, err
		}
		j.record(fields, t.Record, t.Line)
	}
}

// judge keeps what later records are compared with.
type judge struct {
	opt    Options
	seen   map[string]int
	taken  map[string]*calendar
	report Report
}

// verdict is why a record is refused; its zero value accepts.
type verdict struct {
	code    Code
	field   string
	message string
}

// refuse gives a verdict with the sentence of an id.
func refuse(code Code, column int, id string, args ...any) verdict {
	v := verdict{code: code, message: words.English().Say(id, args...)}
	if column >= 0 {
		v.field = Columns[column]
	}
	return v
}

func (j *judge) record(f []string, record, line int) {
	j.report.Records++
	row := Row{Record: record, Email: f[colEmail], Name: f[colName], SupervisorEmail: strings.ToLower(f[colSupervisor]), Note: f[colNote]}
	v := j.judge(f, &row)
	if v.code == "" {
		j.report.Tally[OK]++
		row.Email, row.Name, row.Note = strings.Clone(row.Email), strings.Clone(row.Name), strings.Clone(row.Note)
		row.SupervisorEmail = strings.Clone(row.SupervisorEmail)
		j.report.Accepted = append(j.report.Accepted, row)
		return
	}
	j.report.Tally[v.code]++
	j.report.Refused = append(j.report.Refused, Refusal{Record: record, Line: line, Field: v.field, Code: v.code, Message: v.message})
}

// judge gives the first code that applies.
func (j *judge) judge(f []string, row *Row) verdict {
	if !slices.ContainsFunc(f, func(s string) bool { return s != "" }) {
		return refuse(Blank, -1, "import.blank")
	}
	for _, column := range required {
		if f[column] == "" {
			return refuse(MissingField, column, "import.missing_field", "column", Columns[column])
		}
	}
	email, plain := cell.Email(f[colEmail])
	if !plain {
		return refuse(BadEmail, colEmail, "import.bad_email", "text", table.Short(f[colEmail]))
	}
	f[colEmail], row.Email = email, email
	key := strings.Join(f[:colNote], "\x00")
	if first, ok := j.seen[key]; ok {
		return refuse(Duplicate, -1, "import.duplicate", "record", first)
	}
	j.seen[key] = row.Record
	start, end, v := j.when(f, row)
	if v.code == "" {
		v = j.what(f, row)
	}
	if v.code == "" {
		v = j.span(f, row, start, end)
	}
	if v.code == "" {
		v = j.place(row)
	}
	return v
}

// when reads date, start and end.
func (j *judge) when(f []string, row *Row) (start, end core.WallTime, v verdict) {
	date, ok := cell.Date(f[colDate], cell.MonthFirst)
	if !ok {
		return 0, 0, refuse(BadDate, colDate, "import.bad_date", "text", table.Short(f[colDate]))
	}
	start, ok = cell.Time(f[colStart])
	if !ok || start == cell.EndOfDay {
		return 0, 0, refuse(BadTime, colStart, "import.bad_time", "text", table.Short(f[colStart]))
	}
	end, ok = cell.Time(f[colEnd])
	if !ok {
		return 0, 0, refuse(BadTime, colEnd, "import.bad_time", "text", table.Short(f[colEnd]))
	}
	if date.After(j.opt.AsOf) {
		return 0, 0, refuse(Future, colDate, "import.future", "date", date, "today", j.opt.AsOf)
	}
	row.Session.Date = date
	return start, end % cell.EndOfDay, verdict{}
}

// what reads subject, setting, delivery and supervisor.
func (j *judge) what(f []string, row *Row) verdict {
	s := &row.Session
	var ok bool
	if s.Subject, ok = j.opt.Subject(f[colSubject]); !ok {
		return refuse(UnknownSubject, colSubject, "import.unknown_subject", "text", table.Short(f[colSubject]))
	}
	if s.Setting, ok = known(core.Settings, f[colSetting]); !ok {
		return refuse(UnknownSetting, colSetting, "import.unknown_setting", "text", table.Short(f[colSetting]))
	}
	if s.Delivery, ok = known(core.Deliveries, f[colDelivery]); !ok {
		return refuse(UnknownDelivery, colDelivery, "import.unknown_delivery", "text", table.Short(f[colDelivery]))
	}
	if !j.opt.Supervisors[row.SupervisorEmail] {
		return refuse(UnknownSupervisor, colSupervisor, "import.unknown_supervisor", "text", table.Short(f[colSupervisor]))
	}
	return verdict{}
}

// known gives the kept word, so that no row holds on to the file's own bytes.
func known[T ~string](all []T, s string) (T, bool) {
	if i := slices.Index(all, T(s)); i >= 0 {
		return all[i], true
	}
	return "", false
}

// span sets the session's instants and minutes.
func (j *judge) span(f []string, row *Row, start, end core.WallTime) verdict {
	s := &row.Session
	s.Zone = j.opt.Location.String()
	if fault := s.Span(start, end, j.opt.Location); fault != nil {
		return verdict{code: Code(fault.Code), field: fault.Fields[0].Name, message: fault.Message()}
	}
	if f[colBreak] == "" {
		return verdict{}
	}
	minutes, ok := cell.Minutes(f[colBreak])
	if !ok || minutes >= s.Minutes {
		return refuse(BadBreak, colBreak, "import.bad_break", "text", table.Short(f[colBreak]), "minutes", int(s.Minutes))
	}
	s.Break, s.Minutes = minutes, s.Minutes-minutes
	return verdict{}
}

// place holds the session against the student's others.
func (j *judge) place(row *Row) verdict {
	student := strings.ToLower(row.Email)
	c := j.taken[student]
	if c == nil {
		c = &calendar{days: map[int64][]held{}}
		if j.opt.Existing != nil {
			for _, s := range j.opt.Existing(student) {
				c.add(s, 0)
			}
		}
		j.taken[student] = c
	}
	same := c.recorded(row.Session)
	for h := range c.overlapping(row.Session) {
		switch {
		case h.record > 0:
			return refuse(Overlap, colStart, "import.overlap", "record", h.record)
		case !same:
			return refuse(Overlap, colStart, "import.overlap_recorded", "date", h.session.Date)
		}
	}
	row.Unchanged = same
	c.add(row.Session, row.Record)
	return verdict{}
}

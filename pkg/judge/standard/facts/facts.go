// Package facts is the table of what states and other authorities ask: every
// number that a pack of the standards has, with where it was read, when, and how
// sure that is. It is the only source of these numbers; a test of standard holds
// the packs against it, and lists the rows of which no pack makes use.
//
// It is pure data with a reader. It must never judge, and knows no pack.
package facts

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/palmar/palmar/pkg/core"
)

// Row is one fact: what a state asks in a field, from a day until a day, both
// included. A zero day bounds nothing.
//
// State has two letters, or is COMPACT, BCTMB, or the key of a pack of which no
// state is the author. Field is hours (what a license asks of training), ce
// (continuing education) or license (what becomes of one), a point, and what it is
// about, which is the id of the rule where a pack has one. Value is an amount with
// its unit, such as "625 h", "50 min", "70 %" or "24 weeks", or words. Basis tells
// whose day decides on From and Until, as in a standard.
//
// Two rows of the same field and days with different values are a conflict.
//
// Confidence is H, M or L; "H/M" of a source became M. Note is a remark and no
// fact. SeenOn is the day, month or year of the text, empty where it is undated.
// Unused says why no pack makes use of it, and is empty where one does.
type Row struct {
	State      string
	Field      string
	Value      string
	Basis      string
	From       core.Date
	Until      core.Date
	Citation   string
	Confidence string
	Note       string
	SeenOn     string
	Unused     string
	Line       int
}

//go:embed facts.csv
var table string

var columns = []string{"state", "field", "value", "basis", "from", "until", "citation", "confidence", "note", "seen_on", "unused"}

var all = sync.OnceValues(func() ([]Row, error) { return Read(strings.NewReader(table)) })

// All are the rows of the table, by state and field. The list is the caller's.
func All() ([]Row, error) {
	rows, err := all()
	return slices.Clone(rows), err
}

// Read reads a table. It refuses, with its line, a row without state, field,
// value, citation or confidence, one that says the same as another, an amount that
// cannot be read, days that are none, and rows out of order.
func Read(r io.Reader) ([]Row, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = len(columns)
	head, err := reader.Read()
	if err != nil || !slices.Equal(head, columns) {
		return nil, errors.Join(fmt.Errorf("the columns are %q, must be %q", head, columns), err)
	}
	var rows []Row
	seen := map[string]int{}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		row, err := read(cells)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		row.Line = line
		if first, twice := seen[row.id()]; twice {
			return nil, fmt.Errorf("line %d: line %d says the same", line, first)
		}
		seen[row.id()] = line
		if n := len(rows); n > 0 && (row.State < rows[n-1].State || row.State == rows[n-1].State && row.Field < rows[n-1].Field) {
			return nil, fmt.Errorf("line %d: %s %s stands after %s %s", line, row.State, row.Field, rows[n-1].State, rows[n-1].Field)
		}
		rows = append(rows, row)
	}
}

func read(cells []string) (Row, error) {
	row := Row{
		State: cells[0], Field: cells[1], Value: cells[2], Basis: cells[3], Citation: cells[6], Confidence: cells[7],
		Note: cells[8], SeenOn: cells[9], Unused: cells[10],
	}
	for i, cell := range cells {
		if cell == "" && slices.Contains([]int{0, 1, 2, 6, 7}, i) || strings.TrimSpace(cell) != cell {
			return row, fmt.Errorf("%s is %q", columns[i], cell)
		}
	}
	var errs []error
	var err error
	if row.From, err = day(cells[4]); err != nil {
		errs = append(errs, err)
	}
	if row.Until, err = day(cells[5]); err != nil {
		errs = append(errs, err)
	}
	if !row.Until.IsZero() && row.Until.Before(row.From) {
		errs = append(errs, fmt.Errorf("it ends on %s, before it begins", row.Until))
	}
	if !slices.Contains([]string{"H", "M", "L"}, row.Confidence) {
		errs = append(errs, fmt.Errorf("the confidence is %q", row.Confidence))
	}
	if !slices.Contains([]string{"", "enrollment", "application"}, row.Basis) {
		errs = append(errs, fmt.Errorf("the basis is %q", row.Basis))
	}
	return row, errors.Join(errs...)
}

func day(s string) (core.Date, error) {
	if s == "" {
		return core.Date{}, nil
	}
	return core.ParseDate(s)
}

// id is what no two rows have in common.
func (r Row) id() string {
	return strings.Join([]string{r.State, r.Field, r.Value, r.From.String(), r.Until.String(), r.Citation}, "\n")
}

// The fields that renewals are told by, without the help of a pack. The value of
// a board is an address.
const (
	RenewalBoard     = "renewal.board"
	RenewalCPR       = "renewal.cpr"
	RenewalInsurance = "renewal.insurance"
	RenewalLate      = "renewal.late"
)

// RenewalFields are those that Renewal reads.
var RenewalFields = []string{RenewalBoard, RenewalCPR, RenewalInsurance, RenewalLate}

// Renewal is what the table tells of a field of RenewalFields of a state on a day.
func Renewal(state, field string, on core.Date) (Row, bool) {
	rows, err := all()
	if err != nil {
		panic("facts: the table is broken: " + err.Error())
	}
	i := slices.IndexFunc(rows, func(r Row) bool {
		return r.State == state && r.Field == field && r.Unused == "" && !on.Before(r.From) && (r.Until.IsZero() || !on.After(r.Until))
	})
	if i < 0 || !slices.Contains(RenewalFields, field) {
		return Row{}, false
	}
	return rows[i], true
}

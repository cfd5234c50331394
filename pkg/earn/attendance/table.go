package attendance

import (
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/table"
)

// records reads the records of a file one by one, each field trimmed and in the
// order of Columns.
type records struct {
	*table.Reader
	column []int
	fields []string
}

// openTable reads the header.
func openTable(r io.Reader) (*records, error) {
	file, header, err := table.Open(r, table.Limits{File: MaxFile, Record: MaxRecord, Records: MaxRecords, What: "attendance file", Columns: Columns})
	if err != nil {
		return nil, err
	}
	t := &records{Reader: file, fields: make([]string, len(Columns))}
	return t, t.arrange(header)
}

// arrange finds the place of each column in the header. Codes: too_many_columns,
// unknown_column, repeated_column, missing_column.
func (t *records) arrange(header []string) error {
	if len(header) > 4*len(Columns) {
		return core.Invalid("too_many_columns", "count", len(header), "count2", len(Columns), "columns", Columns)
	}
	t.column = make([]int, len(header))
	seen := make([]bool, len(Columns))
	for i, name := range header {
		at := slices.Index(Columns, strings.ToLower(strings.TrimSpace(name)))
		if at < 0 {
			return core.InvalidField(table.Short(name), "unknown_column", "i", i+1, "name", table.Short(name), "columns", Columns)
		}
		if seen[at] {
			return core.InvalidField(Columns[at], "repeated_column", "columns", Columns[at])
		}
		seen[at] = true
		t.column[i] = at
	}
	if at := slices.Index(seen, false); at >= 0 {
		return core.InvalidField(Columns[at], "missing_column.attendance", "columns", Columns[at])
	}
	return nil
}

// next gives the fields of the following record, io.EOF at the end. The slice
// is valid until the next call. A record of white space and commas alone is
// blank, however many they are.
func (t *records) next() ([]string, error) {
	got, err := t.Next()
	if err != nil {
		return nil, err
	}
	clear(t.fields)
	if table.Blank(got) {
		return t.fields, nil
	}
	if len(got) != len(Columns) {
		return nil, t.Where(core.Invalid("wrong_field_count.attendance", "count", len(got), "count2", len(Columns)))
	}
	for i, f := range got {
		t.fields[t.column[i]] = strings.TrimSpace(f)
	}
	return t.fields, nil
}

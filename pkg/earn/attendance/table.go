package attendance

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/sheet"
	"github.com/palmar/palmar/pkg/platform/table"
)

// records reads the records of a file one by one, each field trimmed and in the
// order of Columns.
type records struct {
	*table.Reader
	text   *sheet.Reader
	kept   *sheet.Kept
	column []int
	fields []string
}

// openTable finds out how the file is written and reads the header; close it.
func openTable(r io.Reader, c sheet.Choice) (*records, error) {
	kept, err := sheet.Of(r, MaxFile)
	if err != nil {
		return nil, err
	}
	text, err := sheet.Open(kept.File, sheet.Limits{File: MaxFile, Row: MaxRecord, Unpacked: MaxUnpacked, Columns: Columns}, c)
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	file, header, err := table.Open(text, table.Limits{File: MaxUnpacked, Record: MaxRecord, Records: MaxRecords, What: "attendance file", Columns: Columns})
	t := &records{Reader: file, text: text, kept: kept, fields: make([]string, len(Columns))}
	if err == nil {
		err = t.arrange(header)
	}
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

func (t *records) close() error { return errors.Join(t.text.Close(), t.kept.Close()) }

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

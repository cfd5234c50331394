package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/palmar/palmar/pkg/core"
)

// openWorkbook reads the one sheet that has something in it, or the one that was
// chosen.
func openWorkbook(f File, limits Limits, c Choice) (*Reader, error) {
	if err := unpack(f, limits.Unpacked); err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(io.NewSectionReader(f, 0, f.Size()), excelize.Options{
		UnzipSizeLimit: limits.Unpacked, UnzipXMLSizeLimit: min(16<<20, limits.Unpacked), RawCellValue: true,
	})
	if err != nil {
		return nil, core.Invalid("broken_workbook.read")
	}
	name, err := chooseSheet(book, c.Sheet)
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	first, err := firstRows(book, name, limits.Row)
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	from, err := newCells(book, name, limits.Row)
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return newReader(Found{Sheet: name}, from, heading(first, limits.Columns)), nil
}

func firstRows(book *excelize.File, name string, most int64) ([]row, error) {
	from, err := newCells(book, name, most)
	if err != nil {
		return nil, err
	}
	from.book = nil // it is read once more
	first, err := peek(from)
	return first, errors.Join(err, from.Close())
}

// unpack reads every entry of the archive once: one that unpacks to more, or to
// something else, than it says would otherwise give a sheet without its rows. Codes:
// workbook_too_large, broken_workbook.
func unpack(f File, most int64) error {
	z, err := zip.NewReader(f, f.Size())
	if err != nil {
		return core.Invalid("broken_workbook.zip")
	}
	left := most
	for _, entry := range z.File {
		if strings.EqualFold(entry.Name, "xl/vbaProject.bin") {
			continue // is never read
		}
		in, err := entry.Open()
		if err != nil {
			return core.Invalid("broken_workbook.zip")
		}
		var end tail
		n, err := io.Copy(&end, io.LimitReader(in, left+1))
		if left -= n; left < 0 {
			return errors.Join(tooLarge("workbook_too_large", "size", most>>20), in.Close())
		}
		if err = errors.Join(err, in.Close()); err != nil || uint64(n) != entry.UncompressedSize64 {
			return core.Invalid("broken_workbook.zip")
		}
		if strings.HasPrefix(entry.Name, "xl/worksheets/") && strings.HasSuffix(entry.Name, ".xml") && !strings.HasSuffix(end.String(), "worksheet>") {
			return core.Invalid("broken_workbook.read") // it breaks off
		}
	}
	return nil
}

// tail keeps the last bytes that are written to it.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	const most = 64
	*t = append(*t, p[max(0, len(p)-most):]...)
	*t = (*t)[max(0, len(*t)-most):]
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(*t)) }

// chooseSheet is the visible sheet that has rows. Codes: which_sheet, unknown_sheet,
// empty_file.
func chooseSheet(book *excelize.File, chosen string) (string, error) {
	var all []string
	for _, name := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		has, err := hasRows(book, name)
		if err != nil {
			return "", err
		}
		if has {
			all = append(all, name)
		}
	}
	switch {
	case chosen != "":
		for _, name := range all {
			if name == chosen {
				return name, nil
			}
		}
		return "", core.InvalidField("sheet", "unknown_sheet", "sheets", all)
	case len(all) == 0:
		return "", core.Invalid("empty_file.workbook")
	case len(all) > 1:
		return "", core.InvalidField("sheet", "which_sheet", "sheets", all)
	}
	return all[0], nil
}

func hasRows(book *excelize.File, name string) (bool, error) {
	at, err := book.Rows(name)
	if err != nil {
		return false, nil // a sheet of a chart has no rows
	}
	defer func() { _ = at.Close() }()
	for at.Next() {
		cells, err := at.Columns()
		if err != nil {
			return false, core.Invalid("broken_workbook.read")
		}
		if !blank(cells) {
			return true, nil
		}
	}
	if at.Error() != nil {
		return false, core.Invalid("broken_workbook.read")
	}
	return false, nil
}

// cells reads the rows of a sheet twice side by side, as kept and as shown: a number
// that is shown as a day or a time is one.
type cells struct {
	book        *excelize.File
	kept, shown *excelize.Rows
	since1904   bool
	line        int
	most        int64
}

func newCells(book *excelize.File, name string, most int64) (*cells, error) {
	c := &cells{book: book, most: most}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		c.since1904 = *props.Date1904
	}
	var err error
	if c.kept, err = book.Rows(name); err == nil {
		c.shown, err = book.Rows(name)
	}
	if err != nil {
		return nil, core.Invalid("broken_workbook.read")
	}
	return c, nil
}

func (c *cells) Close() error {
	err := errors.Join(c.kept.Close(), c.shown.Close())
	if c.book != nil {
		err = errors.Join(err, c.book.Close())
	}
	return err
}

func (c *cells) next() ([]string, int, error) {
	for {
		more, same := c.kept.Next(), c.shown.Next()
		if c.kept.Error() != nil || c.shown.Error() != nil || more != same {
			return nil, 0, core.Invalid("broken_workbook.read")
		}
		if !more {
			return nil, 0, io.EOF
		}
		c.line++
		kept, err := c.kept.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, 0, core.Invalid("broken_workbook.row", "line", c.line)
		}
		shown, err := c.shown.Columns(excelize.Options{RawCellValue: false})
		if err != nil {
			return nil, 0, core.Invalid("broken_workbook.row", "line", c.line)
		}
		if len(kept) == 0 {
			continue
		}
		size := 0
		for i := range kept {
			if i < len(shown) {
				kept[i] = c.value(kept[i], shown[i])
			}
			kept[i] = strings.Join(strings.FieldsFunc(kept[i], func(r rune) bool { return r == '\n' || r == '\r' }), " ")
			size += len(kept[i])
		}
		if int64(size) > c.most {
			return nil, 0, tooLarge("record_too_large.quote", "record", c.most>>10)
		}
		return kept, c.line, nil
	}
}

// value is a cell's text: of a day 2026-11-16, of a time 08:58, of a day and a time both,
// of a length of time of a day and more 45:30, and else what is kept.
func (c *cells) value(kept, shown string) string {
	serial, err := strconv.ParseFloat(kept, 64)
	if err != nil || shown == kept || serial < 0 || serial > 2958465 {
		return kept
	}
	day, clock := dated(shown, serial), strings.Contains(shown, ":")
	if !day && !clock {
		return kept // a percentage, an amount
	}
	seconds := int64(math.Round(serial * 24 * 60 * 60))
	if clock && !day && seconds >= 24*60*60 {
		return strconv.FormatInt(seconds/3600, 10) + time.Unix(seconds, 0).UTC().Format(":04")
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.since1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := first.AddDate(0, 0, int(seconds/86400)).Add(time.Duration(seconds%86400) * time.Second)
	layout := "2006-01-02"
	switch {
	case day && clock && seconds%86400 != 0:
		layout = "2006-01-02 15:04:05"
	case !day:
		layout = "15:04:05"
	}
	return strings.TrimSuffix(at.Format(layout), ":00")
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// dated tells whether a number is shown as a day: with two separators between figures,
// or with the name of a month. One slash alone, as in 3/3, can be a fraction, which no
// day after 1900 is shown as.
func dated(shown string, serial float64) bool {
	if strings.ContainsAny(shown, "%$€") {
		return false
	}
	for word := range strings.FieldsFuncSeq(strings.ToLower(shown), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(word) >= 3 && slices.Contains(months, word[:3]) {
			return true
		}
	}
	slashes := strings.Count(shown, "/")
	return slashes == 2 || strings.Count(shown, "-") == 2 || strings.Count(shown, ".") == 2 || slashes == 1 && serial > 366
}

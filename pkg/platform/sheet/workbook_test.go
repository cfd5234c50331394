package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/sheet"
	"github.com/palmar/palmar/pkg/testkit"
)

// book makes a workbook; fill writes into its first sheet.
func book(t *testing.T, fill func(f *excelize.File, name string)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f, "Sheet1")
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func put(t *testing.T, f *excelize.File, name, cell string, values ...any) {
	t.Helper()
	if err := f.SetSheetRow(name, cell, &values); err != nil {
		t.Fatal(err)
	}
}

func format(t *testing.T, f *excelize.File, name, cell, layout string) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &layout})
	if err == nil {
		err = f.SetCellStyle(name, cell, cell, style)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What a cell shows as a day, a time, or a length of time is one; other numbers stay
// what they are, and nothing depends on how an office likes its days.
func TestOpen_Workbook_Values(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value  float64
		layout string
		want   string
	}{
		{46084, "m/d/yy", "2026-03-03"}, {46084, "d.m.yyyy", "2026-03-03"}, {46084, "dd-mmm-yyyy", "2026-03-03"}, {46084, "m/d", "2026-03-03"},
		{46084.375, "m/d/yy h:mm", "2026-03-03 09:00"}, {0.375, "h:mm AM/PM", "09:00"}, {0.375, "h:mm", "09:00"}, {0.37552083, "h:mm:ss", "09:00:45"},
		{1.8958333333, "[h]:mm", "45:30"}, {0.25, "[h]:mm", "06:00"},
		{3.5, "0.00", "3.5"}, {3.5, `0.0 "hours"`, "3.5"}, {0.5, "0%", "0.5"}, {0.5, "# ?/?", "0.5"}, {1234.5, "#,##0.00", "1234.5"}, {46084, "0", "46084"},
		{10441, "000000000", "10441"},
	} {
		file := book(t, func(f *excelize.File, name string) {
			put(t, f, name, "A1", "name", "value")
			put(t, f, name, "A2", "Ana", test.value)
			format(t, f, name, "B2", test.layout)
		})
		_, rows, _, err := read(file, sheet.Choice{})
		if err != nil || len(rows) != 2 || rows[1][1] != test.want {
			t.Errorf("%v as %s: %q, want %q (%v)", test.value, test.layout, rows, test.want, err)
		}
	}
}

func TestOpen_Workbook_Rows(t *testing.T) {
	t.Parallel()
	file := book(t, func(f *excelize.File, name string) {
		put(t, f, name, "A1", "Harborview")
		put(t, f, name, "A3", "name", "note")
		put(t, f, name, "A4", "Ana", "late,\nand \"loud\"")
		put(t, f, name, "A7", "Bo")
		for _, other := range []string{"Hidden", "Empty"} {
			if _, err := f.NewSheet(other); err != nil {
				t.Fatal(err)
			}
		}
		put(t, f, "Hidden", "A1", "secret")
		if err := f.SetSheetVisible("Hidden", false); err != nil {
			t.Fatal(err)
		}
	})
	found, rows, lines, err := read(file, sheet.Choice{})
	if err != nil || found.Sheet != "Sheet1" || found.Heading != 3 || told(rows) != "name·note\nAna·late, and \"loud\"\nBo\n" || lines[1] != 4 || lines[2] != 7 {
		t.Errorf("%+v %q %v %v", found, rows, lines, err)
	}
}

func TestOpen_Workbook_Sheets(t *testing.T) {
	t.Parallel()
	file := book(t, func(f *excelize.File, name string) {
		put(t, f, name, "A1", "name")
		if _, err := f.NewSheet("May"); err != nil {
			t.Fatal(err)
		}
		put(t, f, "May", "A1", "student")
	})
	_, _, _, err := read(file, sheet.Choice{})
	if core.CodeOf(err) != "which_sheet" || !strings.Contains(err.Error(), "Sheet1 and May") {
		t.Fatalf("%v", err)
	}
	if _, rows, _, err := read(file, sheet.Choice{Sheet: "May"}); err != nil || rows[0][0] != "student" {
		t.Errorf("%q %v", rows, err)
	}
	if _, _, _, err = read(file, sheet.Choice{Sheet: "June"}); core.CodeOf(err) != "unknown_sheet" {
		t.Errorf("%v", err)
	}
	empty := book(t, func(*excelize.File, string) {})
	if _, _, _, err = read(empty, sheet.Choice{}); core.CodeOf(err) != "empty_file" {
		t.Errorf("%v", err)
	}
}

// zeros is a gigabyte that packs into a megabyte.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// repack writes a workbook again with one entry changed.
func repack(t *testing.T, file []byte, name string, header func(*zip.FileHeader), body io.Reader) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, entry := range in.File {
		from, err := entry.OpenRaw()
		h := entry.FileHeader
		var to io.Writer
		switch {
		case err != nil:
		case entry.Name != name:
			to, err = z.CreateRaw(&h)
		case body != nil:
			h = zip.FileHeader{Name: name, Method: zip.Deflate}
			from = nil
			if to, err = z.CreateHeader(&h); err == nil {
				_, err = io.Copy(to, body)
			}
		default:
			header(&h)
			to, err = z.CreateRaw(&h)
		}
		if err == nil && from != nil {
			_, err = io.Copy(to, from)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A sheet that cannot be read whole is refused, and never a list of nobody.
func TestOpen_Workbook_Hostile(t *testing.T) {
	t.Parallel()
	const sheet1 = "xl/worksheets/sheet1.xml"
	good := book(t, func(f *excelize.File, name string) {
		put(t, f, name, "A1", "name")
		put(t, f, name, "A2", "Ana")
	})
	bomb := int64(64 << 20)
	if testkit.Full() {
		bomb = 1 << 30
	}
	for name, test := range map[string]struct {
		file []byte
		code string
	}{
		"bomb":             {repack(t, good, sheet1, nil, io.LimitReader(zeros{}, bomb)), "workbook_too_large"},
		"says it is empty": {repack(t, good, sheet1, func(h *zip.FileHeader) { h.UncompressedSize64, h.CRC32 = 0, crc32.ChecksumIEEE(nil) }, nil), "broken_workbook"},
		"says it is short": {repack(t, good, sheet1, func(h *zip.FileHeader) { h.UncompressedSize64 /= 2 }, nil), "broken_workbook"},
		"another checksum": {repack(t, good, sheet1, func(h *zip.FileHeader) { h.CRC32++ }, nil), "broken_workbook"},
		"no sheet":         {repack(t, good, sheet1, nil, strings.NewReader("")), "broken_workbook"},
		"half a sheet":     {repack(t, good, sheet1, nil, strings.NewReader(`<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c`)), "broken_workbook"},
		"cut off":          {good[:len(good)/2], "broken_workbook"},
	} {
		_, rows, _, err := read(test.file, sheet.Choice{})
		if core.CodeOf(err) != test.code {
			t.Errorf("%s: %q %v", name, rows, err)
		}
	}
}

// FuzzOpen: whatever a file is, reading it ends with rows or with a fault.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("a;b\n1;2\n"))
	f.Add([]byte("sep=|\na|b\n\"x|y\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add([]byte("name\nJos\xe9\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _, _, err := read(raw, sheet.Choice{})
		if err != nil && core.AsFault(err) == nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("no fault: %v", err)
		}
	})
}

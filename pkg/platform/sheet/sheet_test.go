package sheet_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/sheet"
	"github.com/palmar/palmar/pkg/platform/table"
)

var update = flag.Bool("update", false, "write the golden files again")

var (
	limits = sheet.Limits{File: 4 << 20, Row: 16 << 10, Unpacked: 16 << 20}
	plain  = table.Limits{File: 16 << 20, Record: 16 << 10, Records: 200_000, What: "list"}
)

// read gives the rows of a file, headings first, their lines, and how it was read.
func read(file []byte, c sheet.Choice) (found sheet.Found, rows [][]string, lines []int, err error) {
	r, err := sheet.Open(bytes.NewReader(file), limits, c)
	if err != nil {
		return found, nil, nil, err
	}
	defer r.Close()
	t, head, err := table.Open(r, plain)
	if err != nil {
		return r.Found, nil, nil, err
	}
	rows, lines = append(rows, slices.Clone(head)), append(lines, r.Heading)
	for {
		cells, err := t.Next()
		if errors.Is(err, io.EOF) {
			return r.Found, rows, lines, nil
		}
		if err != nil {
			return r.Found, rows, lines, err
		}
		rows, lines = append(rows, slices.Clone(cells)), append(lines, t.Line)
	}
}

func told(rows [][]string) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, "·") + "\n")
	}
	return b.String()
}

func encoded(t *testing.T, e interface{ String(string) (string, error) }, s string) string {
	t.Helper()
	out, err := e.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each of these is the same list.
func TestOpen_SameList(t *testing.T) {
	t.Parallel()
	const want = "name·hours·note\nOrtega, Ana·3,5·\nO'Brien, Siobhán·2·“late”\n"
	const comma = "name,hours,note\n\"Ortega, Ana\",\"3,5\",\n\"O'Brien, Siobhán\",2,“late”\n"
	const semicolon = "name;hours;note\nOrtega, Ana;3,5;\nO'Brien, Siobhán;2;“late”\n"
	little, big := utf.UTF16(utf.LittleEndian, utf.UseBOM).NewEncoder(), utf.UTF16(utf.BigEndian, utf.IgnoreBOM).NewEncoder()
	for name, test := range map[string]struct{ text, encoding, separator string }{
		"comma":                     {comma, sheet.UTF8, ","},
		"byte order mark":           {"\ufeff" + comma, sheet.UTF8, ","},
		"semicolon":                 {semicolon, sheet.UTF8, ";"},
		"tab":                       {strings.ReplaceAll(semicolon, ";", "\t"), sheet.UTF8, "\t"},
		"pipe":                      {strings.ReplaceAll(semicolon, ";", "|"), sheet.UTF8, "|"},
		"sep=":                      {"sep=;\r\n" + semicolon, sheet.UTF8, ";"},
		"\"sep=,\"":                 {"\"sep=,\"\n" + comma, sheet.UTF8, ","},
		"carriage returns":          {strings.ReplaceAll(comma, "\n", "\r"), sheet.UTF8, ","},
		"Windows' line ends":        {strings.ReplaceAll(semicolon, "\n", "\r\n"), sheet.UTF8, ";"},
		"UTF-16":                    {encoded(t, little, comma), sheet.UTF16LE, ","},
		"UTF-16, big end, unmarked": {encoded(t, big, semicolon), sheet.UTF16BE, ";"},
		"Windows-1252":              {encoded(t, charmap.Windows1252.NewEncoder(), comma), sheet.Windows1252, ","},
		"title":                     {"Brightwater School\nNovember 2026,,\n\n" + comma, sheet.UTF8, ","},
		"trailing separators":       {"name;hours;note;;\nOrtega, Ana;3,5;;;\nO'Brien, Siobhán;2;“late”;;\n", sheet.UTF8, ";"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, rows, _, err := read([]byte(test.text), sheet.Choice{})
			if err != nil || told(rows) != want {
				t.Errorf("%v\n%swant\n%s", err, told(rows), want)
			}
			if found.Encoding != test.encoding || found.Separator != test.separator {
				t.Errorf("%+v", found)
			}
		})
	}
}

// Rows keep the lines of the file, whatever stands above them.
func TestOpen_Lines(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"comma":     "School\n\n\"a\nb\",c\n\n1,\"x\ny\"\n\n2,3\n",
		"semicolon": "School\n\n\"a\nb\";c\n\n1;\"x\ny\"\n\n2;3\n",
		"sep=":      "sep=;\n\n\"a\nb\";c\n\n1;\"x\ny\"\n\n2;3\n",
	} {
		_, rows, lines, err := read([]byte(text), sheet.Choice{})
		if err != nil || len(rows) != 3 || !slices.Equal(lines, []int{3, 6, 9}) {
			t.Errorf("%s: %q in lines %v, %v", name, rows, lines, err)
		}
	}
}

// A file that can be read in two ways is asked about, and read as it is answered.
func TestOpen_Asks(t *testing.T) {
	t.Parallel()
	encode := func(e *charmap.Charmap, s string) []byte { return []byte(encoded(t, e.NewEncoder(), s)) }
	for name, test := range map[string]struct {
		file   []byte
		answer string
		want   string
		says   string
	}{
		"Mac":              {encode(charmap.Macintosh, "name,city\nJosé,León\n"), sheet.MacRoman, "José·León", "JosŽ"},
		"central European": {encode(charmap.Windows1250, "name,city\nŁukasz,Łódź\n"), sheet.Windows1250, "Łukasz·Łódź", "£ukasz"},
		"two in one":       {append([]byte("name,city\nJosé,León\n"), encode(charmap.Windows1252, "José,León\n")...), sheet.Windows1252, "JosÃ©·LeÃ³n", "Line 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := read(test.file, sheet.Choice{})
			if core.CodeOf(err) != "which_encoding" || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("%v", err)
			}
			_, rows, _, err := read(test.file, sheet.Choice{Encoding: test.answer})
			if err != nil || !strings.Contains(told(rows), test.want) {
				t.Errorf("%q %v", rows, err)
			}
		})
	}
	_, _, _, err := read([]byte("a;b,c\n1;2,3\n"), sheet.Choice{})
	if core.CodeOf(err) != "which_separator" {
		t.Errorf("two separators alike: %v", err)
	}
	if _, _, _, err = read([]byte("a,b\n"), sheet.Choice{Encoding: "ebcdic"}); core.CodeOf(err) != "unknown_encoding" {
		t.Errorf("%v", err)
	}
}

// What is no table says what to do.
func TestOpen_NotATable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, code, says string }{
		"xls":     {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table", ".xlsx"},
		"PDF":     {"%PDF-1.7", "not_a_table", "PDF"},
		"picture": {"\x89PNG\r\n\x1a\n", "not_a_table", "picture"},
		"HTML":    {"\ufeff <HTML><table>", "not_a_table", "web page"},
		"gzip":    {"\x1f\x8b\x08", "not_a_table", "Unpack"},
		"zip":     {"PK\x03\x04 and nothing", "broken_workbook", "damaged"},
	} {
		if _, _, _, err := read([]byte(test.file), sheet.Choice{}); core.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, _, err := read(make([]byte, limits.File+1), sheet.Choice{}); core.CodeOf(err) != "file_too_large" {
		t.Errorf("%v", err)
	}
	if _, _, _, err := read([]byte(`a;b`+"\n"+`1;"`+strings.Repeat("x\n", 32<<10)), sheet.Choice{}); core.CodeOf(err) != "record_too_large" {
		t.Errorf("an open quote: %v", err)
	}
}

// Quotes that are text are kept where every row still has its cells.
func TestOpen_Quotes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want, code string }{
		"pipe":      {"name|spa|street\nPat|\"Smith's Spa|13 \"B\" St\nAnn|Calm|1 Elm\n", "Pat·\"Smith's Spa·13 \"B\" St", ""},
		"semicolon": {"name;street\nPat;13 \"B\" St\nAnn;1 Elm\n", "Pat·13 \"B\" St", ""},
		"swallowed": {"name;street\nPat;\"13 B\nAnn;1 \"Elm\n", "", "bad_csv"},
	} {
		_, rows, _, err := read([]byte(test.text), sheet.Choice{})
		if core.CodeOf(err) != test.code || !strings.Contains(told(rows), test.want) {
			t.Errorf("%s: %q %v", name, rows, err)
		}
	}
}

// The layouts of real files, with people of nowhere.
func TestOpen_FromTheField(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/data/*.[ctx]*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var all strings.Builder
	for _, path := range files {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found, rows, lines, err := read(file, sheet.Choice{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		all.WriteString("== " + filepath.Base(path) + " " + found.Encoding + " " + found.Sheet + strings.Trim(found.Separator, "\t") + "\n")
		for i, r := range rows {
			fmt.Fprintf(&all, "%d %s\n", lines[i], strings.Join(r, "·"))
		}
	}
	if *update {
		if err := os.WriteFile("testdata/data/all.golden", []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/data/all.golden")
	if err != nil || all.String() != string(want) {
		t.Errorf("%v\n%s", err, all.String())
	}
}

// What comes through a pipe is read as a file is.
func TestOf_Pipe(t *testing.T) {
	t.Parallel()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := in.WriteString("name\nAna\n"); err != nil || in.Close() != nil {
		t.Fatal(err)
	}
	kept, err := sheet.Of(out, limits.File)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	got, err := io.ReadAll(io.NewSectionReader(kept, 0, kept.Size()))
	if err != nil || string(got) != "name\nAna\n" {
		t.Errorf("%q %v", got, err)
	}
}

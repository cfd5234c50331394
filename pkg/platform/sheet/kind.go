package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

type kind int

const (
	text kind = iota
	workbook
)

// known are what people send instead of a table, by how such a file begins, and the
// sentence that says how to save it.
var known = []struct {
	at     int
	begins string
	id     string
}{
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table.old_workbook"},
	{0, "%PDF", "not_a_table.pdf"},
	{0, "\x89PNG", "not_a_table.picture"},
	{0, "\xff\xd8\xff", "not_a_table.picture"},
	{0, "GIF8", "not_a_table.picture"},
	{0, "II*\x00", "not_a_table.picture"},
	{0, "MM\x00*", "not_a_table.picture"},
	{4, "ftyphei", "not_a_table.picture"},
	{4, "ftypmif1", "not_a_table.picture"},
	{8, "WEBP", "not_a_table.picture"},
	{0, "{\\rtf", "not_a_table.document"},
	{0, "\x1f\x8b", "not_a_table.packed"},
	{0, "7z\xbc\xaf", "not_a_table.packed"},
	{0, "Rar!", "not_a_table.packed"},
}

// kindOf tells a workbook from text by how the file begins. Code: not_a_table.
func kindOf(f File) (kind, error) {
	start := make([]byte, 512)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	start = start[:n]
	for _, k := range known {
		if len(start) > k.at && bytes.HasPrefix(start[k.at:], []byte(k.begins)) {
			return 0, core.Invalid(k.id)
		}
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return packed(f)
	}
	lower := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"))
	for _, tag := range []string{"<!doctype", "<html", "<table", "<?xml"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return 0, core.Invalid("not_a_table.web_page")
		}
	}
	return text, nil
}

// packed tells a workbook from other files that are zip archives.
func packed(f File) (kind, error) {
	z, err := zip.NewReader(f, f.Size())
	if err != nil {
		return 0, core.Invalid("broken_workbook.zip")
	}
	id := "not_a_table.packed"
	for _, entry := range z.File {
		switch {
		case entry.Name == "xl/workbook.xml":
			return workbook, nil
		case entry.Name == "xl/workbook.bin":
			return 0, core.Invalid("not_a_table.binary_workbook")
		case entry.Name == "content.xml", entry.Name == "mimetype":
			id = "not_a_table.open_document"
		case strings.HasPrefix(entry.Name, "word/"):
			id = "not_a_table.document"
		case strings.HasPrefix(entry.Name, "Index/"):
			id = "not_a_table.numbers"
		}
	}
	return 0, core.Invalid(id)
}

package core_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func picture(t testing.TB, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 3)))
	if format == "jpeg" {
		b.Reset()
		err = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 3)), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// huge is a PNG of a few bytes that says it has as many points.
func huge(t testing.TB, width, height uint32) []byte {
	b := bytes.Clone(picture(t, "png"))
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestNewDocument(t *testing.T) {
	pdf := []byte("%PDF-1.7\nhello\n%%EOF")
	tests := []struct {
		name, file string
		body       []byte
		kept, code string
	}{
		{"PDF", "certificate.pdf", pdf, "certificate.pdf", ""},
		{"PDF of another name", "certificate.html", pdf, "certificate.pdf", ""},
		{"PNG", "scan.jpeg", picture(t, "png"), "scan.png", ""},
		{"JPEG", "scan", picture(t, "jpeg"), "scan.jpg", ""},
		{"a picture as large as may be", "a.png", huge(t, 6000, 10_000), "a.png", ""},
		{"path", "../../etc/passwd.pdf", pdf, "passwd.pdf", ""},
		{"path of Windows", `C:\Windows\x.pdf`, pdf, "x.pdf", ""},
		{"only a path", "../..", pdf, "document.pdf", ""},
		{"NUL", "a\x00.html\x00.pdf", pdf, "a.html.pdf", ""},
		{"turned around", "annexe\u202Efdp.exe", pdf, "annexefdp.pdf", ""},
		{"invisible", "\u200B\u2066\u2069", pdf, "document.pdf", ""},
		{"line feed and quotation mark", "a\r\nX: \"y.pdf", pdf, "aX y.pdf", ""},
		{"no UTF-8", "\xff\xfe.pdf", pdf, "document.pdf", ""},
		{"long", strings.Repeat("x", 300) + ".pdf", pdf, "document.pdf", ""},
		{"nothing", "a.pdf", nil, "", "required"},
		{"too large", "a.pdf", append([]byte("%PDF-1.7"), make([]byte, core.MostDocument)...), "", "too_large"},
		{"HTML", "a.pdf", []byte("<!doctype html><script>alert(1)</script>"), "", "bad_document"},
		{"HTML after spaces", "a.pdf", []byte("   %PDF-1.7 <html>"), "", "bad_document"},
		{"SVG", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "", "bad_document"},
		{"PDF and HTML", "a.pdf", []byte("%PDF-1.7\n<HTML><body onload=alert(1)>"), "", "bad_document"},
		{"PDF and script", "a.pdf", []byte("%PDF-1.7\n1 0 obj\n<ScRiPt src=//x>"), "", "bad_document"},
		{"zip", "a.pdf", []byte("PK\x03\x04bomb"), "", "bad_document"},
		{"PNG without an end", "a.png", []byte("\x89PNG\r\n\x1a\n<html>"), "", "bad_document"},
		{"JPEG that is none", "a.jpg", []byte("\xff\xd8\xff<script>"), "", "bad_document"},
		{"picture that fills the memory", "a.png", huge(t, 19_000, 19_000), "", "too_many_pixels"},
		{"long picture", "a.png", huge(t, 20_001, 1), "", "too_many_pixels"},
		{"high picture", "a.png", huge(t, 1, 20_001), "", "too_many_pixels"},
		{"one row too many", "a.png", huge(t, 6000, 10_001), "", "too_many_pixels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := core.NewDocument(tt.file, tt.body)
			if core.CodeOf(err) != tt.code || d.Name != tt.kept {
				t.Errorf("%q, %v; want %q, %s", d.Name, err, tt.kept, tt.code)
			}
		})
	}
}

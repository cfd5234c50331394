package credential

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// Container is what a file is that someone holds a certificate in.
type Container string

// The containers that are read.
const (
	InText Container = "text" // JSON, a JWT, a package or a disclosure
	InPNG  Container = "png"
	InSVG  Container = "svg"
	InPDF  Container = "pdf"
)

// Open takes the text of a certificate out of a file, before anything is judged. What
// cannot be read, or holds no certificate, says nothing about one: the error leads to
// CouldNotCheck, and its reason says what to do instead.
func Open(file []byte) (text []byte, in Container, err error) {
	switch {
	case bytes.HasPrefix(file, []byte(pngSignature)):
		text, err = baked(file, fromPNG, "reason.picture_has_none")
		return text, InPNG, err
	case otherPicture(file):
		return nil, "", unsupported("reason.picture_has_none")
	case bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")):
		text, err = baked(file, fromPDF, "reason.pdf_has_none")
		return text, InPDF, err
	}
	if text, err = decoded(file); err != nil {
		return nil, "", err
	}
	if bytes.HasPrefix(text, []byte("<")) {
		text, err = baked(text, fromSVG, "reason.no_certificate")
		return text, InSVG, err
	}
	if !bytes.HasPrefix(text, []byte("{")) && !looksLikeJWT(text) {
		return nil, "", unsupported("reason.no_certificate")
	}
	return text, InText, nil
}

// baked reads what stands in a picture or a PDF; without it the file fails by an id.
func baked(file []byte, read func([]byte) ([]byte, error), none string) ([]byte, error) {
	if len(file) > maxBakedBytes {
		return nil, unsupported("reason.too_large", "kilobytes", maxBakedBytes>>10)
	}
	text, err := read(file)
	if err == nil && text == nil {
		err = unsupported(none)
	}
	return bytes.TrimSpace(text), err
}

// otherPicture tells pictures that carry no certificate: JPEG, GIF, WebP, BMP, HEIC.
func otherPicture(file []byte) bool {
	for _, begin := range []string{"\xff\xd8\xff", "GIF8", "RIFF", "BM"} {
		if bytes.HasPrefix(file, []byte(begin)) {
			return true
		}
	}
	return len(file) > 8 && string(file[4:8]) == "ftyp"
}

// utf16Text finds the zero bytes that UTF-16 without a mark has at its beginning.
var utf16Text = regexp.MustCompile(`(?s)\A(?:[\t\n\r -~]\x00[\t\n\r -~]\x00|\x00[\t\n\r -~]\x00[\t\n\r -~])`)

// decoded gives text in UTF-8, whichever encoding of Unicode it came in, without the
// mark and the white space around it.
func decoded(file []byte) ([]byte, error) {
	if bytes.HasPrefix(file, []byte("\xff\xfe")) || bytes.HasPrefix(file, []byte("\xfe\xff")) || utf16Text.Match(file) {
		endian := unicode.LittleEndian
		if len(file) > 0 && file[0] == 0 {
			endian = unicode.BigEndian
		}
		text, err := unicode.UTF16(endian, unicode.UseBOM).NewDecoder().Bytes(file)
		if err != nil {
			return nil, unsupported("reason.not_utf8")
		}
		file = text
	}
	if !utf8.Valid(file) {
		return nil, unsupported("reason.not_utf8")
	}
	return bytes.Trim(bytes.TrimPrefix(file, []byte("\ufeff")), " \t\r\n"), nil
}

package core

import (
	"bytes"
	"image"
	_ "image/jpeg" // reads the size of a JPEG
	_ "image/png"  // reads the size of a PNG
	"path"
	"strings"
	"time"
	"unicode"
)

// MostDocument is how many bytes a document has at the most, MostPixels how many
// points a picture has, and MostSide how many along one side.
const (
	MostDocument = 5 << 20
	MostPixels   = 60_000_000
	MostSide     = 20_000
)

// Document is a file that proves something. MediaType is told by its content,
// never by its name. It is only ever handed out as a download; see
// DocumentHeaders.
type Document struct {
	ID             DocumentID
	OrganizationID OrganizationID
	Name           string
	MediaType      string
	Digest         string
	Body           []byte
	CreatedAt      time.Time
	CreatedBy      AccountID
}

var documentTypes = []struct{ magic, mediaType, extension string }{
	{"%PDF-", "application/pdf", ".pdf"},
	{"\x89PNG\r\n\x1a\n", "image/png", ".png"},
	{"\xff\xd8\xff", "image/jpeg", ".jpg"},
}

// NewDocument checks an uploaded file. Its name keeps no folder and nothing that
// cannot be seen, and gets the extension of what it is. A picture's size is read
// from its head; it is never unpacked. Codes of the field document: required,
// too_large, bad_document, too_many_pixels.
func NewDocument(name string, body []byte) (Document, error) {
	switch {
	case len(body) == 0:
		return Document{}, InvalidField("document", "required.document")
	case len(body) > MostDocument:
		return Document{}, InvalidField("document", "too_large.document", "mostDocument", MostDocument>>20)
	}
	for _, t := range documentTypes {
		if !bytes.HasPrefix(body, []byte(t.magic)) {
			continue
		}
		if err := sound(t.mediaType, body); err != nil {
			return Document{}, err
		}
		return Document{Name: documentName(name) + t.extension, MediaType: t.mediaType, Body: body}, nil
	}
	return Document{}, InvalidField("document", "bad_document.type")
}

// documentName is a file's name without its folder, its extension, and what
// cannot be seen: control characters, and marks that turn the direction of text.
func documentName(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	base = strings.TrimSuffix(base, path.Ext(base))
	base = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>|:*?/\`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(base, ""))
	clean, err := CleanText(base, 1, 120)
	if err != nil || strings.Trim(clean, ". ") == "" {
		return "document"
	}
	return clean
}

// active is what a browser that guesses types takes for a page.
var active = []string{"<html", "<!doctype html", "<script", "<svg", "<body", "<iframe", "<head"}

// sniffed is how many first bytes browsers look at to guess a type.
const sniffed = 1445

// sound refuses a PDF that is a page as well, and a picture that is none or would
// fill the memory of who opens it.
func sound(mediaType string, body []byte) error {
	if mediaType == "application/pdf" {
		head := strings.ToLower(string(body[:min(len(body), sniffed)]))
		for _, tag := range active {
			if strings.Contains(head, tag) {
				return InvalidField("document", "bad_document.polyglot")
			}
		}
		return nil
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil || "image/"+format != mediaType:
		return InvalidField("document", "bad_document.picture")
	case size.Width > MostSide || size.Height > MostSide || size.Width*size.Height > MostPixels:
		return InvalidField("document", "too_many_pixels", "width", size.Width, "height", size.Height)
	}
	return nil
}

// DocumentHeaders are what a document is handed out with, whatever it is: as a
// download, of no type that a browser shows, and without any right if it is shown
// all the same.
func DocumentHeaders() map[string]string {
	return map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store",
	}
}

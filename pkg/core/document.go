package core

import (
	"bytes"
	"path"
	"strings"
	"time"
)

// MostDocument is how many bytes a document has at the most.
const MostDocument = 5 << 20

// Document is a file that proves something. MediaType is told by its content,
// never by its name.
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

// NewDocument checks an uploaded file. Its name keeps no folder, and the
// extension of what it is. Codes of the field document: required, too_large,
// bad_document.
func NewDocument(name string, body []byte) (Document, error) {
	switch {
	case len(body) == 0:
		return Document{}, InvalidField("document", "required", "Choose a file that is not empty.")
	case len(body) > MostDocument:
		return Document{}, InvalidField("document", "too_large", "The file has more than %d MB; scan it smaller.", MostDocument>>20)
	}
	for _, t := range documentTypes {
		if !bytes.HasPrefix(body, []byte(t.magic)) {
			continue
		}
		base := path.Base(strings.ReplaceAll(name, `\`, "/"))
		base = strings.TrimSuffix(base, path.Ext(base))
		clean, err := CleanText(base, 1, 120)
		if err != nil || clean == "." || clean == "/" {
			clean = "document"
		}
		return Document{Name: clean + t.extension, MediaType: t.mediaType, Body: body}, nil
	}
	return Document{}, InvalidField("document", "bad_document", "The file is no PDF, PNG or JPEG, whatever its name says.")
}

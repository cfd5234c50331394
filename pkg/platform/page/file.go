package page

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/palmar/palmar/pkg/core"
)

// SendFile hands a file out as a download that no browser shows.
func (r *Request) SendFile(name string, body []byte) error {
	h := r.Response().Header()
	for header, value := range core.DocumentHeaders() {
		h.Set(header, value)
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return r.Blob(http.StatusOK, h.Get("Content-Type"), body)
}

// Download answers with a file that the browser keeps, whose name needs no quoting.
func (r *Request) Download(name, mediaType string, body []byte) error {
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return r.Blob(http.StatusOK, mediaType, body)
}

// File is a download that a form asked for.
func File(name, mediaType string, body []byte) Next { return file{name, mediaType, body} }

type file struct {
	name, mediaType string
	body            []byte
}

func (f file) answer(r *Request) error { return r.Download(f.name, f.mediaType, f.body) }

// CSV begins the answer of a file of lines, whose name needs no quoting.
func CSV(r *Request, name string) io.Writer {
	h := r.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	r.Response().WriteHeader(http.StatusOK)
	return r.Response()
}

// Upload reads a file that was sent, of which no more is kept than a document may
// have and one byte; nothing where none was chosen, as core.NewDocument says.
func Upload(r *Request, field string) (name string, body []byte, err error) {
	header, err := r.FormFile(field)
	if f := core.AsFault(err); f != nil {
		return "", nil, f
	}
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, core.Invalid("bad_form")
	}
	file, err := header.Open()
	if err != nil {
		return "", nil, err
	}
	body, err = io.ReadAll(io.LimitReader(file, core.MostDocument+1))
	return header.Filename, body, errors.Join(err, file.Close())
}

// MostForm is what a form with a document takes. It is more than a document may have, so
// that one which is too large is told so at its field, beside what else was typed.
const MostForm = 3 * core.MostDocument

// JSONText is a value as a file that people read too.
func JSONText(v any) ([]byte, error) { return json.MarshalIndent(v, "", "  ") }

// How long what is published may be kept by others.
const (
	CacheShort   = "public, max-age=300"
	CacheForever = "public, max-age=31536000, immutable"
)

// Publish answers with something that other sites' programs may read.
func (r *Request) Publish(mediaType, cache string, data []byte) error {
	etag := ETag(data)
	header := r.Response().Header()
	header.Set("Cache-Control", cache)
	header.Set("ETag", etag)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Request().Header.Get("If-None-Match") == etag {
		return r.NoContent(http.StatusNotModified)
	}
	return r.Blob(http.StatusOK, mediaType, data)
}

// ETag names a content by its digest.
func ETag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

package edge

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

// File is a file that came with other values.
type File struct {
	Name string
	Body []byte
}

// TakeWith is Take for an operation whose body is multipart/form-data of two parts:
// JSON, which is read and held against the contract's rules as a whole body is, and a
// file, of which no more is read than a document may have and one byte. A file that is absent
// is empty.
func TakeWith[In, T any](c echo.Context, json, file string, command func(ctx context.Context, in In, f File) (T, error), reply func(T) Reply) error {
	var in In
	raw, f, err := parts(c.Request(), json, file)
	if err != nil {
		return err
	}
	if err := decodeBytes(raw, &in); err != nil {
		return err
	}
	if err := check(&in); err != nil {
		return err
	}
	return Do(c, func(ctx context.Context) (T, error) { return command(ctx, in, f) }, reply)
}

// parts reads the two parts of a body, each of which comes once at the most.
func parts(r *http.Request, json, file string) (raw []byte, f File, err error) {
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, f, badParts()
	}
	seen := map[string]bool{}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) && seen[json] {
			return raw, f, nil
		}
		if err != nil {
			return nil, f, unread(err)
		}
		name := part.FormName()
		if name != json && name != file || seen[name] {
			return nil, f, refuse(http.StatusBadRequest, core.InvalidField(name, "unknown_field.json", "field", name))
		}
		seen[name] = true
		most := int64(maxJSON + 1)
		if name == file {
			most = core.MostDocument + 1
		}
		body, err := io.ReadAll(io.LimitReader(part, most))
		if err != nil {
			return nil, f, unread(err)
		}
		if name == json {
			raw = body
		} else {
			f = File{Name: part.FileName(), Body: body}
		}
	}
}

// unread is why a body of parts could not be read: more was sent than is taken, or it
// is none.
func unread(err error) error {
	if core.AsFault(err) != nil {
		return err
	}
	return badParts()
}

func badParts() error { return refuse(http.StatusBadRequest, core.Invalid("bad_form.parts")) }

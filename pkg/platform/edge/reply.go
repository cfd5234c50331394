package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Reply is the answer of an operation.
type Reply struct {
	status int
	header http.Header
	json   any
	raw    []byte
	err    error
}

// OK answers 200 with JSON.
func OK(body any) Reply { return Reply{status: http.StatusOK, json: body} }

// Created answers 201 with JSON.
func Created(body any) Reply { return Reply{status: http.StatusCreated, json: body} }

// Nothing answers 204.
func Nothing() Reply { return Reply{status: http.StatusNoContent} }

// Failed answers with an error: what was found cannot be told.
func Failed(err error) Reply { return Reply{err: err} }

// Raw answers 200 with bytes of a media type.
func Raw(media string, body []byte) Reply {
	return Reply{status: http.StatusOK, raw: body}.With(echo.HeaderContentType, media)
}

// Document answers with a file that someone handed in: no browser shows it,
// whatever it holds.
func Document(name string, body []byte) Reply {
	r := Reply{status: http.StatusOK, raw: body}
	for header, value := range core.DocumentHeaders() {
		r = r.With(header, value)
	}
	return r.With("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// With has a header.
func (r Reply) With(name, value string) Reply {
	header := r.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(name, value)
	r.header = header
	return r
}

// Version has the version of what is shown as its ETag, for If-Match.
func (r Reply) Version(version int) Reply { return r.With("ETag", `"`+strconv.Itoa(version)+`"`) }

// List is a part of a list, with a Link header to its first part and, unless it
// ended, to the next.
func List(c echo.Context, next string, body any) Reply {
	return OK(body).With("Link", link(c.Request().URL, next))
}

// answer is the reply as it is sent, and kept.
func (r Reply) answer() (core.KeptAnswer, error) {
	if r.err != nil {
		return core.KeptAnswer{}, r.err
	}
	a := core.KeptAnswer{Status: r.status, Header: r.header, Body: r.raw}
	if a.Header == nil {
		a.Header = http.Header{}
	}
	switch {
	case r.json != nil:
		var b bytes.Buffer
		if err := json.NewEncoder(&b).Encode(r.json); err != nil {
			return a, err
		}
		a.Body = b.Bytes()
		a.Header[echo.HeaderContentType] = []string{echo.MIMEApplicationJSON}
	case r.raw != nil:
		a.Header[echo.HeaderContentLength] = []string{strconv.Itoa(len(r.raw))}
	}
	return a, nil
}

// Send answers.
func Send(c echo.Context, r Reply) error {
	a, err := r.answer()
	if err != nil {
		return err
	}
	return write(c.Response(), a)
}

// Do runs an operation's one command, or its one reading, and answers with what
// reply makes of the result. Where the request came with a key, the answer is kept
// in the transaction of the command.
func Do[T any](c echo.Context, command func(ctx context.Context) (T, error), reply func(T) Reply) error {
	ctx := c.Request().Context()
	if o := act.OnceOf(ctx); o != nil {
		o.Encode = func(result any) (core.KeptAnswer, error) {
			r, ok := result.(T)
			if !ok {
				return core.KeptAnswer{}, fmt.Errorf("the command gave %T, and the operation answers with %T", result, r)
			}
			return reply(r).answer()
		}
	}
	result, err := command(ctx)
	if err != nil {
		return err
	}
	return Send(c, reply(result))
}

// Take is Do for an operation with a JSON body: it is read strictly and held
// against the contract's rules first.
func Take[In, T any](c echo.Context, command func(ctx context.Context, in In) (T, error), reply func(T) Reply) error {
	var in In
	if err := read(c, &in); err != nil {
		return err
	}
	return Do(c, func(ctx context.Context) (T, error) { return command(ctx, in) }, reply)
}

// TakeDocument is Do for an operation whose body is a file that someone hands in.
// Of one that is too large it reads enough for the service to see that.
func TakeDocument[T any](c echo.Context, command func(ctx context.Context, body []byte) (T, error), reply func(T) Reply) error {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, core.MostDocument+1))
	if err != nil {
		return err
	}
	return Do(c, func(ctx context.Context) (T, error) { return command(ctx, body) }, reply)
}

// Drop runs a command that leaves nothing to show.
func Drop(c echo.Context, command func(ctx context.Context) error) error {
	ctx := c.Request().Context()
	if o := act.OnceOf(ctx); o != nil {
		o.Encode = func(any) (core.KeptAnswer, error) { return Nothing().answer() }
	}
	if err := command(ctx); err != nil {
		return err
	}
	return Send(c, Nothing())
}

// TakeDrop is Drop for an operation with a JSON body.
func TakeDrop[In any](c echo.Context, command func(ctx context.Context, in In) error) error {
	var in In
	if err := read(c, &in); err != nil {
		return err
	}
	return Drop(c, func(ctx context.Context) error { return command(ctx, in) })
}

// Page is the part of a list that is asked for.
func Page(limit *int, cursor string) core.Page {
	page := core.Page{Cursor: cursor}
	if limit != nil {
		page.Limit = *limit
	}
	return page
}

// link leads to the first part of a list and, unless it ended, to the next.
func link(u *url.URL, next string) string {
	query := u.Query()
	query.Del("cursor")
	to := func(rel string) string {
		target := url.URL{Path: u.Path, RawQuery: query.Encode()}
		return "<" + target.String() + `>; rel="` + rel + `"`
	}
	first := to("first")
	if next == "" {
		return first
	}
	query.Set("cursor", next)
	return to("next") + ", " + first
}

// Each maps a list; the result is never nil, since a client expects [].
func Each[A, B any](items []A, fn func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = fn(item)
	}
	return out
}

// EachRead is Each where an item may not be readable.
func EachRead[A, B any](items []A, fn func(A) (B, error)) ([]B, error) {
	out := make([]B, len(items))
	for i, item := range items {
		var err error
		if out[i], err = fn(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Texts is never nil either.
func Texts(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

package edge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Answers keeps the first answers to requests with an Idempotency-Key. In a
// transaction of its own for each, Idempotent lets only one of several requests
// with the same actor and key pass at a time.
type Answers interface {
	Idempotent(ctx context.Context, actor, key string) (core.KeptAnswer, bool, error)
	KeepIdempotent(ctx context.Context, actor, key string, answer core.KeptAnswer, now time.Time) error
}

// once gives the answer that was kept for a key, or runs the operation and has
// its answer kept in the transaction of its command. An answer that is not a 2xx
// is not kept, and neither is what led to it.
func (a *API) once(c echo.Context, op operation, who access.Actor, keys []string, next echo.HandlerFunc) error {
	key := keys[0]
	if n := utf8.RuneCountInString(key); len(keys) > 1 || n < 1 || n > 100 {
		return core.InvalidField("Idempotency-Key", "bad_idempotency_key")
	}
	body, hash, err := spool(c.Request(), op)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // a temporary file that was read; nothing is lost
	o := &act.Once{Holder: who.AccountID.String(), Key: key, Hash: hash}
	if who.Token {
		o.Holder = who.TokenID.String()
	}
	if err := op.validate(c.Request()); err != nil {
		return err
	}
	if a.routes[op.id].Around {
		return a.around(c, o, body, next)
	}
	request := c.Request()
	if request.Body, err = body.open(); err != nil {
		return err
	}
	c.SetRequest(request.WithContext(act.WithOnce(request.Context(), o)))
	err = next(c)
	c.SetRequest(request)
	if replay, ok := errors.AsType[*act.Replay](err); ok {
		return replayed(c.Response(), replay.Answer)
	}
	return err
}

// around runs an operation within the transaction that keeps its answer.
func (a *API) around(c echo.Context, o *act.Once, body *spooled, next echo.HandlerFunc) error {
	request, outer := c.Request(), c.Response()
	var answer core.KeptAnswer
	var found bool
	err := a.options.Answers.Write(request.Context(), func(ctx context.Context, tx Answers) (err error) {
		if answer, found, err = tx.Idempotent(ctx, o.Holder, o.Key); err != nil || found {
			return err
		}
		if answer, err = record(c, request.WithContext(ctx), body, next); err != nil {
			return err
		}
		answer.Hash = o.Hash
		return tx.KeepIdempotent(ctx, o.Holder, o.Key, answer, a.options.Source.Now())
	})
	c.SetRequest(request)
	c.SetResponse(outer)
	switch {
	case err != nil:
		return err
	case !found:
		return write(outer, answer)
	case !bytes.Equal(answer.Hash, o.Hash):
		return act.ErrReused
	}
	return replayed(outer, answer)
}

func replayed(w *echo.Response, answer core.KeptAnswer) error {
	w.Header().Set("Idempotency-Replayed", "true")
	return write(w, answer)
}

func write(w *echo.Response, answer core.KeptAnswer) error {
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Status)
	_, err := w.Write(answer.Body)
	return err
}

// record runs the operation with its body from the start and catches the
// answer.
func record(c echo.Context, r *http.Request, body *spooled, next echo.HandlerFunc) (core.KeptAnswer, error) {
	reader, err := body.open()
	if err != nil {
		return core.KeptAnswer{}, err
	}
	r.Body = reader
	caught := &recorder{header: http.Header{}}
	c.SetRequest(r)
	c.SetResponse(echo.NewResponse(caught, c.Echo()))
	if err := next(c); err != nil {
		return core.KeptAnswer{}, err
	}
	if caught.status < 200 || caught.status > 299 {
		return core.KeptAnswer{}, fmt.Errorf("an operation answered %d by itself", caught.status)
	}
	return core.KeptAnswer{Status: caught.status, Header: caught.header, Body: caught.body.Bytes()}, nil
}

// recorder catches an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// spooled is a request's body that can be read again: small ones in memory,
// files on disk.
type spooled struct {
	memory []byte
	file   *os.File
}

// spool reads a request's body and hashes method, path, query and body.
func spool(r *http.Request, op operation) (*spooled, []byte, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("If-Match"))
	if r.Body == nil || op.media == nil {
		return &spooled{}, h.Sum(nil), nil
	}
	if !slices.Contains(op.media, echo.MIMEApplicationJSON) {
		return spoolFile(r, h)
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxJSON+1))
	if err != nil {
		return nil, nil, err
	}
	h.Write(raw)
	return &spooled{memory: raw}, h.Sum(nil), nil
}

func spoolFile(r *http.Request, h interface {
	io.Writer
	Sum([]byte) []byte
}) (*spooled, []byte, error) {
	file, err := os.CreateTemp("", "palmar-upload-*")
	if err != nil {
		return nil, nil, err
	}
	s := &spooled{file: file}
	if _, err := io.Copy(io.MultiWriter(file, h), r.Body); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, h.Sum(nil), nil
}

func (s *spooled) open() (io.ReadCloser, error) {
	if s.file == nil {
		return io.NopCloser(bytes.NewReader(s.memory)), nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return io.NopCloser(s.file), err
}

// Close removes what was put on disk.
func (s *spooled) Close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

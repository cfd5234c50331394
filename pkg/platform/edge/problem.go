package edge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// refusal is a fault with a status that its kind alone does not give.
type refusal struct {
	status int
	*core.Fault
}

func (r *refusal) Unwrap() error { return r.Fault }

func refuse(status int, f *core.Fault) error { return &refusal{status, f} }

// statuses of the kinds of faults.
var statuses = map[core.Kind]int{
	core.KindInvalid:         http.StatusUnprocessableEntity,
	core.KindUnauthenticated: http.StatusUnauthorized,
	core.KindForbidden:       http.StatusForbidden,
	core.KindNotFound:        http.StatusNotFound,
	core.KindConflict:        http.StatusConflict,
	core.KindStale:           http.StatusPreconditionFailed,
	core.KindTooMany:         http.StatusTooManyRequests,
	core.KindTooLarge:        http.StatusRequestEntityTooLarge,
	core.KindUnavailable:     http.StatusServiceUnavailable,
}

// statusGone is for the log alone: nobody is there to read the answer.
const statusGone = 499

// retryAfter is the fault's wait in whole seconds; a minute where nobody knows
// better.
func retryAfter(f *core.Fault) string {
	if f == nil || f.Wait <= 0 {
		return "60"
	}
	return strconv.Itoa(int((f.Wait + time.Second - 1) / time.Second))
}

// ErrorHandler answers an error of an API path as application/problem+json.
// What is no fault answers 500 internal, without a word of the error.
func ErrorHandler(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(Language(c), err)
	h := c.Response().Header()
	p.RequestId = h.Get(echo.HeaderXRequestID)
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set(echo.HeaderWWWAuthenticate, challenge(p.Code, c.Request()))
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if h.Get(echo.HeaderRetryAfter) == "" {
			h.Set(echo.HeaderRetryAfter, retryAfter(core.AsFault(err)))
		}
	}
	body, failed := json.Marshal(p)
	if failed != nil {
		return
	}
	h.Set("Cache-Control", "no-store")
	_ = c.Blob(p.Status, "application/problem+json", body)
}

func challenge(code string, r *http.Request) string {
	switch {
	case code == core.ErrReauthenticate.Code:
		return `Bearer error="insufficient_user_authentication", max_age=900`
	case r.Header.Get(echo.HeaderAuthorization) != "":
		return `Bearer error="invalid_token"`
	}
	return "Bearer"
}

func problemOf(l *words.Language, err error) common.Problem {
	var status int
	f := core.AsFault(err)
	var special *refusal
	var plain *echo.HTTPError
	switch {
	case errors.As(err, &special):
		status, f = special.status, special.Fault
	case f != nil:
		status = statuses[f.Kind]
	case errors.As(err, &plain):
		status, f = ofEcho(plain)
	default:
		status, f = ofFailure(err)
	}
	p := common.Problem{
		Type: "urn:palmar:problem:" + f.Code, Title: l.Say(fmt.Sprintf("title.%d", status)), Status: status, Code: f.Code, Detail: l.Write(f.Sentence()),
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, common.FieldProblem{Field: field.Name, Code: field.Code, Message: l.Write(field.Sentence())})
	}
	return p
}

// ofFailure is for what is neither a fault nor echo's.
func ofFailure(err error) (int, *core.Fault) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, core.Invalid("body_too_large.bytes", "limit", tooLarge.Limit)
	case errors.Is(err, context.Canceled):
		return statusGone, core.Invalid("canceled")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout, core.Invalid("request_timeout")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return http.StatusBadRequest, core.Invalid("bad_body")
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, core.Invalid("unavailable")
	}
	return http.StatusInternalServerError, core.Invalid("internal")
}

// ofEcho is for what the router and the generated reading of parameters refuse.
func ofEcho(e *echo.HTTPError) (int, *core.Fault) {
	text, _ := e.Message.(string)
	for _, prefix := range []string{"Invalid format for parameter ", "Expected one value for "} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return http.StatusUnprocessableEntity, badParameter(rest)
		}
	}
	switch e.Code {
	case http.StatusNotFound:
		return e.Code, core.NotFound("path")
	case http.StatusMethodNotAllowed:
		return e.Code, core.Invalid("method_not_allowed")
	case http.StatusUnsupportedMediaType:
		return e.Code, core.Invalid("unsupported_media_type.other")
	case http.StatusMisdirectedRequest:
		return e.Code, core.Invalid("misdirected")
	case http.StatusBadRequest:
		return e.Code, core.Invalid("bad_request")
	}
	return ofFailure(e.Unwrap())
}

func badParameter(text string) *core.Fault {
	name, why, _ := strings.Cut(text, ": ")
	name, _, _ = strings.Cut(name, ",")
	if strings.Contains(why, "is required") {
		return core.InvalidField(name, "required.edge", "name", name)
	}
	return core.InvalidField(name, "bad_parameter", "name", name)
}

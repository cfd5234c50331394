package edge

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

type callKey struct{}

// call is what the guard found out about a request.
type call struct {
	actor   access.Actor
	version int
}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// Actor is who asks; nobody where an operation is public and no token was sent.
func Actor(c echo.Context) access.Actor { return callOf(c.Request().Context()).actor }

// Language is that of the answer.
func Language(c echo.Context) *words.Language { return words.In(c.Request().Context()) }

// Version is the version that a change is of, from If-Match; 0 for *, any.
func Version(c echo.Context) int { return callOf(c.Request().Context()).version }

// guard stands before an operation: who asks, whether the identifiers in the
// path are such, the version that an update is of, the kind of body, the rules
// for parameters, and whether the request was answered before.
func (a *API) guard(op operation) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			one := &call{}
			if err := a.authenticate(c, op, one); err != nil {
				return err
			}
			for _, name := range op.ids {
				if _, err := core.ParseID[core.EntryID](c.Param(name)); err != nil {
					return core.NotFound(strings.ReplaceAll(name, "_", " "))
				}
			}
			if op.media != nil {
				if err := wants(c.Request(), op.media); err != nil {
					return err
				}
			}
			if op.ifMatch {
				version, err := matchOf(c.Request().Header)
				if err != nil {
					return err
				}
				one.version = version
			}
			c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), callKey{}, one)))
			if key := c.Request().Header.Values("Idempotency-Key"); op.idempotent && len(key) > 0 {
				return a.once(c, op, one.actor, key, next)
			}
			if err := op.validate(c.Request()); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// authenticate finds out who asks. A public operation needs nobody, but a
// token that is not good is refused there too.
func (a *API) authenticate(c echo.Context, op operation, one *call) error {
	header := c.Request().Header.Get(echo.HeaderAuthorization)
	c.Response().Header().Set("Cache-Control", "no-store")
	if header == "" {
		if op.public {
			return nil
		}
		return core.ErrUnauthenticated
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return core.ErrUnauthenticated
	}
	who, err := a.options.Authenticate(c.Request().Context(), strings.TrimSpace(token))
	if err != nil {
		return err
	}
	one.actor = who
	if ctx := words.Prefer(c.Request().Context(), who.Language); ctx != c.Request().Context() {
		c.SetRequest(c.Request().WithContext(ctx))
	}
	c.Set("actor_id", who.AccountID.String())
	return nil
}

// wants refuses a body of another kind than the operation takes, or none.
func wants(r *http.Request, media []string) error {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return refuse(http.StatusBadRequest, core.Invalid("body_missing", "media", media[0]))
	}
	got, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || !slices.Contains(media, got) {
		one := strings.Join(media, ", ")
		return refuse(http.StatusUnsupportedMediaType,
			core.Invalid("unsupported_media_type.wanted", "media", one, "media2", one))
	}
	return nil
}

var errPrecondition = refuse(http.StatusPreconditionRequired, core.Invalid("precondition_required"))

// matchOf reads If-Match: the version that ETag wrote, or 0 for *.
func matchOf(h http.Header) (int, error) {
	values := h.Values("If-Match")
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		return 0, errPrecondition
	}
	text := strings.TrimSpace(values[0])
	if text == "*" && len(values) == 1 {
		return 0, nil
	}
	digits, quoted := strings.CutPrefix(text, `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.Atoi(digits)
	if err != nil || !quoted || !closed || version < 1 || len(values) > 1 {
		return 0, core.InvalidField("If-Match", "bad_etag")
	}
	return version, nil
}

package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

// request is one request of a person: the echo context, who asks, and the ways
// to answer.
type request struct {
	echo.Context
	web   *Web
	actor access.Actor
	place core.OrganizationID // the organization that the page is about, where the address does not name it
}

func (r *request) ctx() context.Context { return r.Request().Context() }

func (r *request) now() time.Time { return r.web.Source.Now() }

// id reads an identifier from the path; one that cannot be read is not found.
func id[I ~[16]byte](r *request, name string) (I, error) {
	parsed, err := core.ParseID[I](r.Param(name))
	if err != nil {
		return parsed, core.NotFound("page")
	}
	return parsed, nil
}

// part is the part of a list that the address asks for.
func (r *request) part() core.Page {
	limit, _ := strconv.Atoi(r.QueryParam("limit"))
	return core.Page{Limit: limit, Cursor: r.QueryParam("cursor")}
}

// pager leads on from a part of a list, keeping the address's other parameters.
func (r *request) pager(next, label string) render.Pager {
	p := render.Pager{Label: label}
	q := r.QueryParams()
	link := func(cursor string) string {
		q := cloneValues(q)
		q.Del("cursor")
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		if len(q) == 0 {
			return r.Request().URL.Path
		}
		return r.Request().URL.Path + "?" + q.Encode()
	}
	if q.Get("cursor") != "" {
		p.First = link("")
	}
	if next != "" {
		p.Next = link(next)
	}
	return p
}

func cloneValues(v url.Values) url.Values {
	out := make(url.Values, len(v))
	for k, list := range v {
		out[k] = append([]string(nil), list...)
	}
	return out
}

// form is what was posted.
func (r *request) form() (url.Values, error) {
	values, err := r.FormParams()
	if err != nil {
		return nil, core.Invalid("bad_form", "The form could not be read. Go back, reload the page and send it again.")
	}
	return values, nil
}

// page answers with a page. name is pages/<name>.html; its data are a
// render.Page with content as Content.
func (r *request) page(name, title string, content any) error {
	return r.answer(http.StatusOK, name, title, content)
}

// refill answers a form that has to be mended, or passes on an error that is
// not the form's matter.
func (r *request) refill(err error, name, title string, content any) error {
	f := core.AsFault(err)
	if f == nil || f.Kind == core.KindNotFound || f.Kind == core.KindForbidden {
		return err
	}
	return r.answer(StatusOf(f), name, title, content)
}

func (r *request) answer(status int, name, title string, content any) error {
	page := r.frame(title)
	page.Content = content
	return r.write(status, name, page)
}

func (r *request) write(status int, name string, page render.Page) error {
	var b strings.Builder
	if err := r.web.render.Page(&b, name, page); err != nil {
		return err
	}
	return r.HTML(status, b.String())
}

// StatusOf is the HTTP status of a page that shows a fault.
func StatusOf(f *core.Fault) int {
	switch f.Kind {
	case core.KindInvalid:
		return http.StatusUnprocessableEntity
	case core.KindUnauthenticated:
		return http.StatusUnauthorized
	case core.KindForbidden:
		return http.StatusForbidden
	case core.KindNotFound:
		return http.StatusNotFound
	case core.KindConflict:
		return http.StatusConflict
	case core.KindStale:
		return http.StatusPreconditionFailed
	case core.KindTooMany:
		return http.StatusTooManyRequests
	case core.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case core.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

const flashCookie = "palmar-flash"

// done sends the browser on after a form was accepted, with a message for the
// page it comes to.
func (r *request) done(to, message string) error {
	if message != "" {
		r.web.setCookie(r, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(message)), time.Time{}, 60)
	}
	return r.Redirect(http.StatusSeeOther, to)
}

// flash takes the message that the page before left.
func (r *request) flash() []render.Flash {
	cookie, err := r.Cookie(flashCookie)
	if err != nil || cookie.Value == "" {
		return nil
	}
	r.web.setCookie(r, flashCookie, "", time.Time{}, -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(text) > 500 {
		return nil
	}
	return []render.Flash{{Kind: "success", Text: string(text)}}
}

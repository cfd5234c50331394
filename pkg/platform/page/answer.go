package page

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
)

// View is a page to be shown: the name of its template, its title, and its
// content, which the template finds as .Content.
type View struct {
	Name, Title string
	Content     any
}

// Show answers with a view, or with the error that was met on the way to it.
func (r *Request) Show(v View, err error) error {
	if err != nil {
		return err
	}
	return r.Answer(http.StatusOK, v.Name, v.Title, v.Content)
}

// Inset renders a view that stands within the page of another subject.
func (r *Request) Inset(v View) (template.HTML, error) {
	var b strings.Builder
	err := r.Site.Render.Part(&b, r.Language(), v.Name, "main", render.Page{Title: v.Title, Content: v.Content})
	return template.HTML(b.String()), err //nolint:gosec // the renderer has escaped it
}

// Page answers with a page.
func (r *Request) Page(name, title string, content any) error {
	return r.Answer(http.StatusOK, name, title, content)
}

// fixable is the fault that the one who filled in a form can fix, or nil.
func fixable(err error) *core.Fault {
	f := core.AsFault(err)
	if f == nil || f.Kind == core.KindNotFound || f.Kind == core.KindForbidden {
		return nil
	}
	return f
}

// Answer answers with a page and a status of its own.
func (r *Request) Answer(status int, name, title string, content any) error {
	page := r.frame(title)
	page.Content = content
	return r.write(status, name, page)
}

func (r *Request) write(status int, name string, page render.Page) error {
	body, err := drawn(r, name, page)
	if err != nil {
		return err
	}
	return r.HTML(status, body)
}

// drawn is the text of a page.
func drawn(r *Request, name string, page render.Page) (string, error) {
	var b strings.Builder
	err := r.Site.Render.Page(&b, name, page)
	return b.String(), err
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

// Done sends the browser on after a form was accepted, with a message for the
// page it comes to.
func (r *Request) Done(to, message string) error {
	if message != "" {
		r.setCookie(flashCookie, base64.RawURLEncoding.EncodeToString([]byte(message)), 60)
	}
	return r.Redirect(http.StatusSeeOther, to)
}

const onceCookie = "palmar-once"

// Once sends the browser on to a page, which takes a value of it with TakeOnce and shows it
// once: to ask for that page again does nothing again.
func Once(to string, value ...string) Next { return once{to, value} }

type once struct {
	to    string
	value []string
}

func (n once) answer(r *Request) error {
	text := strings.Join(append([]string{n.to}, n.value...), "\n")
	r.setCookie(onceCookie, base64.RawURLEncoding.EncodeToString([]byte(text)), 60)
	return r.Redirect(http.StatusSeeOther, n.to)
}

// TakeOnce takes what was left for this page: n lines, or empty ones where nothing was.
func TakeOnce(r *Request, n int) []string {
	cookie, err := r.Cookie(onceCookie)
	if err != nil || cookie.Value == "" {
		return make([]string, n)
	}
	r.setCookie(onceCookie, "", -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	lines := strings.Split(string(text), "\n")
	if err != nil || len(lines) != n+1 || lines[0] != r.Request().URL.Path {
		return make([]string, n)
	}
	return lines[1:]
}

// flash takes the message that the page before left.
func (r *Request) flash() []render.Flash {
	cookie, err := r.Cookie(flashCookie)
	if err != nil || cookie.Value == "" {
		return nil
	}
	r.setCookie(flashCookie, "", -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(text) > 500 {
		return nil
	}
	return []render.Flash{{Kind: "success", Text: string(text)}}
}

package page

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

func (s *Site) cookieName() string {
	if s.Secure {
		return "__Host-palmar"
	}
	return "palmar"
}

func (r *Request) setCookie(name, value string, maxAge int) {
	r.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: r.Site.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// KeepSession hands a new session token to the browser, for a span of time and
// not until a moment: the browser's clock may be wrong.
func (r *Request) KeepSession(s Session) {
	r.setCookie(r.Site.cookieName(), s.Token, int(s.ExpiresAt.Sub(r.Now())/time.Second))
}

// ClearSession takes the session token from the browser.
func (r *Request) ClearSession() { r.setCookie(r.Site.cookieName(), "", -1) }

// Confirm takes the password that a form asked for again in its field
// "password", and goes on as someone who has just given it; without one
// nothing happens. Codes: wrong_password, and those of Accounts.Confirm.
func (r *Request) Confirm(form url.Values) error {
	password := form.Get("password")
	if password == "" {
		return nil
	}
	confirmed, err := r.Site.Accounts.Confirm(r.Ctx(), r.Actor, password)
	if f := core.AsFault(err); f != nil && f.Kind == core.KindUnauthenticated {
		return &core.Fault{Kind: f.Kind, Code: "wrong_password", ID: "wrong_password.form", Fields: []core.Field{
			{Name: "password", Code: "wrong_password", ID: "wrong_password.field"},
		}}
	}
	if err != nil {
		return err
	}
	r.KeepSession(confirmed)
	r.Actor = confirmed.Actor
	return nil
}

// Fresh tells whether the password was given recently enough to sign with.
func (r *Request) Fresh() bool { return access.Fresh(r.Actor, r.Now()) == nil }

// confirmPath is the page that asks for the password and then leads back to
// the page that the request came from.
func confirmPath(r *http.Request) string {
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		next = "/"
		if from, err := url.Parse(r.Referer()); err == nil && core.Host(from.Host) == core.Host(r.Host) {
			next = from.RequestURI()
		}
	}
	return "/confirm?next=" + url.QueryEscape(LocalPath(next, "/"))
}

// signInPath is the sign-in page, with the way back when the request was a
// plain look at a page.
func signInPath(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(r.URL.RequestURI())
}

// LocalPath is next when it is an address of this site, else otherwise.
func LocalPath(next, otherwise string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return otherwise
	}
	return next
}

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
)

func (w *Web) cookieName() string {
	if w.Secure {
		return "__Host-palmar"
	}
	return "palmar"
}

func (w *Web) setCookie(c echo.Context, name, value string, expires time.Time, maxAge int) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		HttpOnly: true, Secure: w.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// keepSession hands a new session token to the browser.
func (w *Web) keepSession(c echo.Context, s account.Signed) {
	w.setCookie(c, w.cookieName(), s.Token, s.ExpiresAt, 0)
}

func (w *Web) clearSession(c echo.Context) { w.setCookie(c, w.cookieName(), "", time.Time{}, -1) }

// confirm takes the password that a form asked for again in its field
// "password", and goes on as somebody who has just given it; without one
// nothing happens.
func (r *request) confirm(form url.Values) error {
	password := form.Get("password")
	if password == "" {
		return nil
	}
	signed, err := r.web.Account.Confirm(r.ctx(), r.actor, password)
	if f := core.AsFault(err); f != nil && f.Kind == core.KindUnauthenticated {
		return &core.Fault{Kind: f.Kind, Code: "wrong_password", Message: "This is not your password.", Fields: []core.Field{
			{Name: "password", Code: "wrong_password", Message: "This is not your password. Nothing was changed."},
		}}
	}
	if err != nil {
		return err
	}
	r.web.keepSession(r, signed)
	r.actor = signed.Actor
	return nil
}

// confirmPath is the page that asks for the password and then leads back to
// the page that the request came from.
func confirmPath(r *http.Request) string {
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		next = "/"
		if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
			next = from.RequestURI()
		}
	}
	return "/confirm?next=" + url.QueryEscape(localPath(next, "/"))
}

// signInPath is the sign-in page, with the way back when the request was a
// plain look at a page.
func signInPath(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(r.URL.RequestURI())
}

// localPath is next when it is an address of this site, else otherwise.
func localPath(next, otherwise string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return otherwise
	}
	return next
}

// fresh tells whether the password was given recently enough to sign with.
func (r *request) fresh() bool { return access.Fresh(r.actor, r.now()) == nil }

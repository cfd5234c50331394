package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/account"
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

package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/people/account/accountweb"
	"github.com/palmar/palmar/pkg/testkit"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	t.Run("each to where their work is", func(t *testing.T) {
		for email, to := range map[string]string{
			s.Student.Email:    "/record",
			s.Supervisor.Email: "/o/" + s.School.ID.String() + "/inbox",
			s.Registrar.Email:  "/o/" + s.School.ID.String() + "/students",
			s.Verifier.Email:   "/o/" + s.Employer.ID.String() + "/checks",
		} {
			b := s.stranger()
			leadsTo(t, b.post("/sign-in", url.Values{"email": {email}, "password": {testPassword}}), to)
			leadsTo(t, b.get("/"), to)
			leadsTo(t, b.get("/sign-in"), "/")
		}
	})
	t.Run("a wrong password and no account look alike", func(t *testing.T) {
		wrong := s.stranger().post("/sign-in", url.Values{"email": {s.Student.Email}, "password": {"wrong wrong wrong"}})
		nobody := s.stranger().post("/sign-in", url.Values{"email": {"eve@example.org"}, "password": {"wrong wrong wrong"}})
		wants(t, wrong, http.StatusUnauthorized, testkit.Says("bad_credentials"))
		if a, b := text(wrong), text(nobody); a != b || nobody.Code != wrong.Code {
			t.Errorf("the answers tell whether the account exists:\n%s\n%s", a, b)
		}
		if !strings.Contains(wrong.Body.String(), `value="ada@example.org"`) || strings.Contains(wrong.Body.String(), "wrong wrong") {
			t.Error("the address is to be kept and the password not")
		}
	})
	t.Run("out", func(t *testing.T) {
		b := s.as(s.Student.Email)
		old := b.cookies["palmar"]
		leadsTo(t, b.post("/sign-out", nil), "/")
		wants(t, b.get("/"), http.StatusOK, "You are signed out.", "Check a certificate")
		b.cookies["palmar"] = old
		leadsTo(t, b.get("/account"), "/sign-in?next=%2Faccount")
	})
	t.Run("out everywhere", func(t *testing.T) {
		phone, desk := s.as(s.Student.Email), s.as(s.Student.Email)
		wants(t, phone.get("/account"), http.StatusOK, testkit.Says("account.account.one"))
		leadsTo(t, phone.post("/account/sign-out-everywhere", nil), "/sign-in")
		leadsTo(t, desk.get("/account"), "/sign-in?next=%2Faccount")
	})
}

func TestSignIn_Next(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for next, to := range map[string]string{
		"/account?x=1":            "/account?x=1",
		"https://evil.example/":   "/record",
		"//evil.example/":         "/record",
		`/\evil.example/`:         "/record",
		"/\t/evil.example/":       "/record",
		"/%0d%0aSet-Cookie: a=b":  "/%0d%0aSet-Cookie: a=b",
		"javascript:alert(1)":     "/record",
		"account":                 "/record",
		"/\r\nLocation: //evil.x": "/record",
	} {
		t.Run(next, func(t *testing.T) {
			b := s.stranger()
			page := b.get("/sign-in?next=" + url.QueryEscape(next)).Body.String()
			if to == "/record" && strings.Contains(page, "evil") {
				t.Error("the address of elsewhere is on the page")
			}
			leadsTo(t, b.post("/sign-in", url.Values{"email": {s.Student.Email}, "password": {testPassword}, "next": {next}}), to)
		})
	}
}

func TestSignIn_Cookie(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		secure bool
		cookie string
	}{{"loopback", false, "palmar"}, {"https", true, "__Host-palmar"}} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, func(o *Options) { o.Secure = c.secure })
			res := s.stranger().post("/sign-in", url.Values{"email": {s.Student.Email}, "password": {testPassword}})
			var got *http.Cookie
			for _, cookie := range res.Result().Cookies() {
				if cookie.Name == c.cookie {
					got = cookie
				}
			}
			if got == nil {
				t.Fatalf("there is no cookie %s in %v", c.cookie, res.Result().Cookies())
			}
			if !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" || got.Secure != c.secure {
				t.Errorf("the cookie is %s", got)
			}
		})
	}
}

func TestSignIn_Demo(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *Options) {
		o.Demo = []accountweb.DemoAccount{{Who: "A student", Email: "ada@example.org", Password: testPassword}}
	})
	wants(t, s.stranger().get("/sign-in"), http.StatusOK, "Demo accounts", "A student", "ada@example.org", testPassword)
	if page := newSite(t).stranger().get("/sign-in").Body.String(); strings.Contains(page, "Demo") {
		t.Error("there are demo accounts outside the demo")
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(s.Registrar.Email)
	s.Pass(20 * time.Minute)
	old := b.cookies["palmar"]
	wants(t, b.get("/confirm?next=/account"), http.StatusOK, testkit.Says("shared.form.confirm_you"))
	wants(t, b.post("/confirm", url.Values{"password": {"wrong wrong wrong"}, "next": {"/account"}}), http.StatusUnauthorized, testkit.Says("wrong_password.field"))
	wants(t, b.post("/confirm", url.Values{"next": {"/account"}}), http.StatusUnprocessableEntity, "Enter your password.")
	leadsTo(t, b.post("/confirm", url.Values{"password": {testPassword}, "next": {"//evil.example"}}), "/")
	if b.cookies["palmar"] == old {
		t.Error("the session's token did not change")
	}
	wants(t, b.get("/account"), http.StatusOK, "Rita Registrar")
}

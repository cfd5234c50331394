package page

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/server"
	"github.com/palmar/palmar/pkg/testkit"
)

var monday = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

var ana = access.Actor{AccountID: core.AccountID{1}, Name: "Ana", AuthenticatedAt: monday}

// people knows Ana by the token "ana" and her password "lamps".
type people struct{}

func (people) Authenticate(_ context.Context, token string) (access.Actor, error) {
	switch token {
	case "ana":
		return ana, nil
	case "program":
		return access.Actor{AccountID: core.AccountID{2}, Token: true}, nil
	case "broken":
		return access.Actor{}, errors.New("the database is away")
	}
	return access.Actor{}, core.ErrUnauthenticated
}

func (people) Confirm(_ context.Context, a access.Actor, password string) (Session, error) {
	if password != "lamps" {
		return Session{}, &core.Fault{Kind: core.KindUnauthenticated, Code: "bad_credentials"}
	}
	a.Name = "Ana, confirmed"
	return Session{Token: "new", Actor: a, ExpiresAt: monday.Add(time.Hour)}, nil
}

func (people) Organization(_ context.Context, _ access.Actor, id core.OrganizationID) (core.Organization, error) {
	if id.IsZero() {
		return core.Organization{}, core.NotFound("organization")
	}
	return core.Organization{ID: id, Zone: "America/New_York"}, nil
}

const layout = `{{define "layout"}}{{.Title}}|{{with .Account}}{{.Name}}{{end}}|{{range .Nav}}{{.Label}} {{.Href}}{{if .Current}}!{{end}} {{end}}|{{range .Flash}}{{.Text}}{{end}}|{{template "main" .}}{{end}}`

var files = fstest.MapFS{
	"layout.html":        {Data: []byte(layout)},
	"partials/none.html": {Data: []byte(`{{define "none"}}{{end}}`)},
	"error.html":         {Data: []byte(`{{define "main"}}{{with .Content}}{{.Status}} {{.Message}}{{end}}{{end}}`)},
	"count/form.html":    {Data: []byte(`{{define "main"}}{{with .Content}}{{.Get "n"}};{{.Message}};{{range .Errors}}{{.Name}}: {{.Message}}{{end}};{{.Stale}}{{end}}{{end}}`)},
}

// pages are routes and lines of the menu as they are.
type pages struct {
	routes []Route
	menu   []MenuItem
}

func (p pages) Routes() []Route  { return p.routes }
func (p pages) Menu() []MenuItem { return p.menu }

func serve(t *testing.T, subjects ...Pages) *echo.Echo {
	t.Helper()
	r, err := render.New(files)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Source: core.Source{Clock: func() time.Time { return monday }}, Render: r, Accounts: people{}})
	s.Add(subjects...)
	e := echo.New()
	e.HTTPErrorHandler = s.Error
	s.Register(e)
	return e
}

func ask(e *echo.Echo, token string, req *http.Request) *httptest.ResponseRecorder {
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "palmar", Value: token})
	}
	res := httptest.NewRecorder()
	e.ServeHTTP(res, req)
	return res
}

func get(e *echo.Echo, token, path string) *httptest.ResponseRecorder {
	return ask(e, token, httptest.NewRequest(http.MethodGet, path, nil))
}

func post(e *echo.Echo, token, path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ask(e, token, req)
}

func wants(t *testing.T, res *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if res.Code != status || !strings.Contains(res.Body.String(), body) {
		t.Errorf("answers %d %q, want %d and %q", res.Code, res.Body, status, body)
	}
}

// counting is a form that takes minutes and hands them to a command.
func counting(confirm bool, command func(n core.Minutes, version int) error) Pages {
	view := func(form render.Form) (View, error) {
		if form.Values == nil {
			form.Values = url.Values{"n": {"so far"}}
		}
		if form.Get("n") == "lost" {
			return View{}, core.NotFound("count")
		}
		return View{"count/form", "Count", form}, nil
	}
	return pages{routes: []Route{
		Get("/count", access.SelfRead, func(r *Request) error { return r.Show(view(render.Form{})) }),
		Post("/count", access.SelfWrite, func(r *Request) error {
			return r.Submit(Form{Confirm: confirm, Again: view, Read: func(f *Reading) Command {
				n := f.Minutes("n")
				return func() (Next, error) {
					err := command(n, f.Version())
					seven := View{"count/form", "Seven", render.Form{Message: r.Actor.Name}}
					switch n {
					case 7:
						return seven, err
					case 8:
						return seven.As(http.StatusTeapot), err
					case 9:
						return File("count.txt", "text/plain", []byte("nine")), err
					}
					return To("/count", "Counted "+n.String()+"."), err
				}
			}})
		}),
	}}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	ran := 0
	e := serve(t, counting(false, func(n core.Minutes, version int) error {
		ran++
		switch {
		case version != 0 && version != 3:
			return core.ErrStale
		case n > 60:
			return core.InvalidField("n", "out_of_range.most", "limit", 60)
		case n == 13:
			return core.ErrForbidden
		case n == 14:
			return errors.New("secret cause")
		}
		return nil
	}))
	wants(t, get(e, "ana", "/count"), http.StatusOK, "Count|Ana|||so far;;;false")
	wants(t, post(e, "ana", "/count", url.Values{"n": {"many"}}), http.StatusUnprocessableEntity, "many;;n: ")
	if ran != 0 {
		t.Error("the command is run with what cannot be read")
	}
	wants(t, post(e, "ana", "/count", url.Values{"n": {"90"}}), http.StatusUnprocessableEntity, "90;;n: Enter 60 or less.;false")
	wants(t, post(e, "ana", "/count", url.Values{"n": {"5"}, "version": {"2"}}), http.StatusPreconditionFailed, "5;"+testkit.Says("stale"))
	wants(t, post(e, "ana", "/count", url.Values{"n": {"5"}, "version": {"2"}}), http.StatusPreconditionFailed, ";true")
	wants(t, post(e, "ana", "/count", url.Values{"n": {"13"}}), http.StatusForbidden, "403 ")
	wants(t, post(e, "ana", "/count", url.Values{"n": {"lost"}}), http.StatusNotFound, "404 ")
	res := post(e, "ana", "/count", url.Values{"n": {"14"}})
	wants(t, res, http.StatusInternalServerError, "500 Nothing was changed.")
	if strings.Contains(res.Body.String(), "secret") {
		t.Error("a cause is told")
	}
	wants(t, post(e, "ana", "/count", url.Values{"n": {"7"}}), http.StatusOK, "Seven|Ana|||;Ana;")
	wants(t, post(e, "ana", "/count", url.Values{"n": {"8"}}), http.StatusTeapot, "Seven|Ana|||;Ana;")
	res = post(e, "ana", "/count", url.Values{"n": {"9"}})
	wants(t, res, http.StatusOK, "nine")
	if h := res.Header(); h.Get("Content-Type") != "text/plain" || h.Get("Content-Disposition") != `attachment; filename="count.txt"` {
		t.Errorf("the file has %v", h)
	}

	res = post(e, "ana", "/count", url.Values{"n": {"5"}, "version": {"3"}})
	wants(t, res, http.StatusSeeOther, "")
	flash := base64.RawURLEncoding.EncodeToString([]byte("Counted 5 min."))
	if to, cookie := res.Header().Get("Location"), res.Header().Get("Set-Cookie"); to != "/count" || !strings.HasPrefix(cookie, "palmar-flash="+flash) {
		t.Errorf("leads to %q with %q", to, cookie)
	}
	req := httptest.NewRequest(http.MethodGet, "/count", nil)
	req.AddCookie(&http.Cookie{Name: "palmar-flash", Value: flash})
	res = ask(e, "ana", req)
	wants(t, res, http.StatusOK, "|Counted 5 min.|")
	if !strings.Contains(res.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Error("the message stays")
	}
	broken := httptest.NewRequest(http.MethodPost, "/count", strings.NewReader("n=%zz"))
	broken.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	wants(t, ask(e, "ana", broken), http.StatusUnprocessableEntity, "422 ")
}

func TestSubmit_Confirm(t *testing.T) {
	t.Parallel()
	ran := 0
	e := serve(t, counting(true, func(core.Minutes, int) error { ran++; return nil }))
	wants(t, post(e, "ana", "/count", url.Values{"n": {"5"}, "password": {"lights"}}), http.StatusUnauthorized, "password: "+testkit.Says("wrong_password.field"))
	wants(t, post(e, "ana", "/count", url.Values{"n": {"many"}, "password": {"lamps"}}), http.StatusUnprocessableEntity, "n: ")
	if ran != 0 {
		t.Error("the command is run without what it needs")
	}
	wants(t, post(e, "ana", "/count", url.Values{"n": {"5"}}), http.StatusSeeOther, "")
	res := post(e, "ana", "/count", url.Values{"n": {"7"}, "password": {"lamps"}})
	wants(t, res, http.StatusOK, ";Ana, confirmed;")
	if !strings.HasPrefix(res.Header().Get("Set-Cookie"), "palmar=new; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax") {
		t.Errorf("the session is %q", res.Header().Get("Set-Cookie"))
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	fail := func(err error) func(*Request) error { return func(*Request) error { return err } }
	e := serve(t, counting(false, nil), pages{routes: []Route{
		Get("/open", Public, func(r *Request) error { return r.Page("count/form", "Open", render.Form{}) }),
		Get("/stale", access.SelfRead, fail(core.ErrReauthenticate)),
	}})
	for _, token := range []string{"", "unknown", "program"} {
		res := get(e, token, "/count?x=1")
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/sign-in?next=%2Fcount%3Fx%3D1" {
			t.Errorf("%q is sent to %q", token, res.Header().Get("Location"))
		}
		if cleared := strings.HasPrefix(res.Header().Get("Set-Cookie"), "palmar=;"); cleared != (token != "") {
			t.Errorf("%q keeps %q", token, res.Header().Get("Set-Cookie"))
		}
	}
	if to := post(e, "", "/count", nil).Header().Get("Location"); to != "/sign-in" {
		t.Errorf("a form is led back to %q", to)
	}
	wants(t, get(e, "", "/open"), http.StatusOK, "Open||")
	wants(t, get(e, "broken", "/open"), http.StatusInternalServerError, "500")
	wants(t, get(e, "ana", "/nowhere"), http.StatusNotFound, "Page not found|Ana")
	if to := get(e, "ana", "/stale").Header().Get("Location"); to != "/confirm?next=%2Fstale" {
		t.Errorf("a stale sign-in is led to %q", to)
	}
}

func TestMenu(t *testing.T) {
	t.Parallel()
	school := core.OrganizationID{9}
	always := func(access.Actor, access.Membership) bool { return true }
	s := New(Options{Source: core.Source{Clock: func() time.Time { return monday }}, Accounts: people{}})
	s.Add(pages{menu: []MenuItem{
		{Rank: 30, Path: "members", Label: "Organization", Shown: Allowed(access.AuditRead), Also: []string{"settings"}},
		{Rank: 20, Path: "inbox", Label: "Inbox", Shown: Allowed(access.InboxRead)},
		{Rank: 21, Path: "checks", Label: "Checks", Shown: Allowed(access.CheckMake)},
	}}, pages{menu: []MenuItem{{Rank: 10, Path: "/record", Label: "Mine", Shown: always}}})
	member := func(kind core.OrganizationKind, role core.Role) access.Membership {
		return access.Membership{OrganizationID: school, OrganizationKind: kind, Role: role}
	}
	base := "/o/" + school.String()
	for _, c := range []struct {
		in   access.Membership
		at   string
		want string
	}{
		{member(core.School, core.RoleSupervisor), base + "/inbox", "Mine, Inbox!"},
		{member(core.School, core.RoleSupervisor), "/record/licenses", "Mine!, Inbox"},
		{member(core.School, core.RoleSupervisor), "/records", "Mine, Inbox"},
		{member(core.School, core.RoleAdmin), base + "/settings", "Mine, Organization!"},
		{member(core.Employer, core.RoleVerifier), base + "/checks/1", "Mine, Checks!"},
		{access.Membership{}, "/", "Mine"},
	} {
		r := &Request{Site: s, Actor: ana, Context: echo.New().NewContext(httptest.NewRequest(http.MethodGet, c.at, nil), httptest.NewRecorder())}
		if c.in.Role != "" {
			r.Actor.Memberships = []access.Membership{c.in}
		}
		var got []string
		for _, item := range r.menuIn(r.CurrentOrganization()) {
			got = append(got, item.Label+map[bool]string{true: "!"}[item.Current])
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s at %s has %q, want %q", c.in.Role, c.at, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	s.Add(pages{routes: []Route{
		Get("/c/:code", Public, nil).Guarded(), Post("/c/:code", Public, nil).Guarded(),
		Get("/files", Public, nil), Post("/files", Public, nil).Takes(9).Within(time.Hour),
	}})
	if got := s.Guessable(); !slices.Equal(got, []string{"/c/:code"}) {
		t.Errorf("guessed at is %q", got)
	}
	if got := s.Limits(); len(got) != 1 || got["/files"] != (server.Limit{Body: 9, Time: time.Hour}) {
		t.Errorf("limited is %v", got)
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/record?x=1": "/record?x=1", "": "/", "record": "/", "//evil.example": "/", "https://evil.example/": "/",
		"/\\evil.example": "/", "/a\r\nb": "/", "/%zz": "/",
	} {
		if got := LocalPath(next, "/"); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
}

func TestConfirm_LeadsBack(t *testing.T) {
	t.Parallel()
	req := httptest.NewRequest(http.MethodPost, "http://example.com/account/x", nil)
	for from, to := range map[string]string{
		"http://example.com/account?x=1": "/confirm?next=%2Faccount%3Fx%3D1",
		"http://evil.example/account":    "/confirm?next=%2F",
		"":                               "/confirm?next=%2F",
	} {
		req.Header.Set("Referer", from)
		if got := confirmPath(req); got != to {
			t.Errorf("from %q: %s, want %s", from, got, to)
		}
	}
}

func TestReading(t *testing.T) {
	t.Parallel()
	f := &Reading{Values: url.Values{"day": {" 2026-11-23 "}, "long": {"1:30"}, "at": {"21:00"}, "bad": {"no"}, "version": {"4"}, "name": {"  Ada "}, "sum": {" $2,000 "}, "less": {"-1"}}}
	if f.Minutes("long") != 90 || f.Wall("at").String() != "21:00" || f.Version() != 4 || f.Text("name") != "Ada" ||
		f.Number("sum") != 2000 || f.Number("none") != 0 || f.Minutes("none") != 0 || !f.Date("none").IsZero() || !Chosen[core.MemberID](f, "none").IsZero() || f.Err() != nil {
		t.Errorf("reads %+v", f)
	}
	f.Date("bad")
	f.Minutes("bad")
	f.Number("bad")
	f.Number("less")
	Chosen[core.MemberID](f, "bad")
	if fault := core.AsFault(f.Err()); fault == nil || len(fault.Fields) != 5 {
		t.Errorf("what cannot be read is %v", f.Err())
	}
}

func TestZone(t *testing.T) {
	t.Parallel()
	r := &Request{Site: New(Options{Accounts: people{}}), Actor: ana, Context: echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), nil)}
	if zone := r.Zone(core.OrganizationID{9}); zone != "America/New_York" {
		t.Errorf("the zone is %q", zone)
	}
	if zone := r.Zone(core.OrganizationID{}); zone != "UTC" {
		t.Errorf("without an organization the zone is %q", zone)
	}
}

package web

import (
	"context"
	"crypto/rand"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/certify/certifytest"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/registry"
	"github.com/palmar/palmar/pkg/renewal"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/web/render"
	"github.com/palmar/palmar/templates"
)

var update = flag.Bool("update", false, "write the golden files anew")

const testPassword = "seven lamps over water"

// site is the pages over real services on SQLite, with the people of
// certifytest, who all have testPassword.
type site struct {
	*certifytest.World
	accounts *account.Service
	web      *Web
	echo     *echo.Echo
}

func newSite(t *testing.T, options ...func(*Options)) *site {
	t.Helper()
	s := &site{World: certifytest.SQLite(t, testURL)}
	s.open(t, s.DB, s.Src, Services{Certify: s.Certify, Licensure: s.Licensure, Employer: s.Check}, options...)
	s.givePasswords()
	return s
}

// emptySite is the pages over an empty database.
func emptySite(t *testing.T) *site {
	t.Helper()
	s := &site{World: &certifytest.World{T: t}}
	s.open(t, storetest.SQLite(t), core.Source{Clock: func() time.Time { return certifytest.Start }, Rand: rand.Reader}, Services{})
	return s
}

const testURL = "http://127.0.0.1:8080"

func (s *site) open(t *testing.T, db *store.DB, src core.Source, services Services, options ...func(*Options)) {
	t.Helper()
	o := Options{PublicURL: testURL, Source: src, Log: slog.New(slog.DiscardHandler)}
	for _, option := range options {
		option(&o)
	}
	s.accounts = account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return tx }), src, account.Options{BaseURL: o.PublicURL})
	services.Account = s.accounts
	services.Continuing = continuing.New(store.Bind(db, func(tx *store.Tx) continuing.Tx { return tx }), src)
	services.Classroom = classroom.New(store.Bind(db, func(tx *store.Tx) classroom.Tx { return tx }), src)
	services.Specialty = specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return tx }), src)
	services.Registry = registry.New(store.Bind(db, func(tx *store.Tx) registry.Tx { return tx }), src)
	services.Translog = translog.NewService(store.Bind(db, func(tx *store.Tx) translog.ReadTx { return tx }), nil)
	services.Renewal = renewal.New(store.Bind(db, func(tx *store.Tx) renewal.Tx { return tx }), src, renewal.Options{BaseURL: o.PublicURL})
	services.Logbook = logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return tx }), src)
	r, err := render.New(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	s.web = New(services, r, o)
	s.echo = echo.New()
	s.echo.HTTPErrorHandler = s.web.Error
	s.web.Register(s.echo)
}

func (s *site) givePasswords() {
	hash, err := s.accounts.HashPassword(context.Background(), testPassword)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Write(func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []string{s.Student.Email, s.Supervisor.Email, s.Registrar.Email, s.Second.Email, s.Verifier.Email, s.Stranger.Email} {
			a, err := tx.AccountByEmail(ctx, who)
			if err != nil {
				return err
			}
			a.PasswordHash = hash
			if err := tx.UpdateAccount(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// browser is somebody at the site: it keeps cookies and follows nothing.
type browser struct {
	site    *site
	cookies map[string]string
	from    string // the page that it looks at
}

func (s *site) stranger() *browser { return &browser{site: s, cookies: map[string]string{}} }

// as signs somebody in.
func (s *site) as(email string) *browser {
	s.T.Helper()
	b := s.stranger()
	res := b.post("/sign-in", url.Values{"email": {email}, "password": {testPassword}})
	if res.Code != http.StatusSeeOther {
		s.T.Fatalf("%s cannot sign in: %d\n%s", email, res.Code, text(res))
	}
	return b
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	res := b.send(httptest.NewRequest(http.MethodGet, path, nil))
	b.from = path
	return res
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(req)
}

func (b *browser) send(req *http.Request) *httptest.ResponseRecorder {
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if b.from != "" {
		req.Header.Set("Referer", "http://"+req.Host+b.from)
	}
	res := httptest.NewRecorder()
	b.site.echo.ServeHTTP(res, req)
	for _, c := range res.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return res
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
	mains  = regexp.MustCompile(`(?s)<main.*</main>`)
)

// text is what somebody reads of the page's own part.
func text(res *httptest.ResponseRecorder) string {
	body := res.Body.String()
	if part := mains.FindString(body); part != "" {
		body = part
	}
	body = tags.ReplaceAllString(body, " ")
	body = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#43;", "+").Replace(body)
	return blanks.ReplaceAllString(body, " ")
}

// wants checks an answer's status and what is to be read on it.
func wants(t *testing.T, res *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if res.Code != status {
		t.Errorf("status is %d, want %d: %s", res.Code, status, text(res))
	}
	read := text(res)
	for _, w := range words {
		if !strings.Contains(read, w) {
			t.Errorf("%q is not on the page: %s", w, read)
		}
	}
}

// leadsTo checks a redirect.
func leadsTo(t *testing.T, res *httptest.ResponseRecorder, to string) {
	t.Helper()
	if got := res.Header().Get("Location"); res.Code != http.StatusSeeOther || got != to {
		t.Errorf("answers %d to %q, want a redirect to %q: %s", res.Code, got, to, text(res))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.html")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; read the difference and run with -update if it is meant:\n%s", path, got)
	}
}

// admin makes an administrator of an organization who can sign in.
func (s *site) admin(email string, org core.Organization, roles ...core.Role) {
	hash, err := s.accounts.HashPassword(context.Background(), testPassword)
	if err != nil {
		s.T.Fatal(err)
	}
	seed := account.Seed{Email: email, Name: "Ana Admin", PasswordHash: hash, Roles: []account.SeedRole{{OrganizationID: org.ID, Role: core.RoleAdmin}}}
	for _, role := range roles {
		seed.Roles = append(seed.Roles, account.SeedRole{OrganizationID: org.ID, Role: role})
	}
	if _, err := s.accounts.SeedPerson(context.Background(), seed); err != nil {
		s.T.Fatal(err)
	}
}

package pages

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accounttest"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/templates"
)

const testPassword = "seven lamps over water"

// served is the pages, and what they show and change.
type served struct {
	*page.Site
	Services
}

// site is the pages over real services on SQLite, with the people of
// certifytest, who all have testPassword.
type site struct {
	*certifytest.World
	accounts *account.Service
	web      served
	bare     bare
	typed    strings.Builder // what was sent with forms
	echo     *echo.Echo
}

func newSite(t *testing.T, options ...func(*Options)) *site {
	t.Helper()
	o := Options{PublicURL: testURL}
	for _, option := range options {
		option(&o)
	}
	return siteOf(t, certifytest.SQLite(t, testURL), o)
}

// siteOf is the pages over a world.
func siteOf(t *testing.T, w *certifytest.World, o Options) *site {
	t.Helper()
	s := &site{World: w}
	if o.PublicURL != testURL {
		s.Certify = s.CertifyAt(o.PublicURL)
	}
	s.open(t, s.DB, s.Src, Services{Certify: s.Certify, Licensure: s.Licensure, Employer: s.Check}, o)
	s.givePasswords()
	return s
}

// emptySite is the pages over an empty database.
func emptySite(t *testing.T) *site {
	t.Helper()
	s := &site{World: &certifytest.World{T: t}}
	s.open(t, storetest.SQLite(t), core.Source{Clock: func() time.Time { return certifytest.Start }, Rand: rand.Reader}, Services{}, Options{PublicURL: testURL})
	return s
}

const testURL = "http://127.0.0.1:8080"

// parsed is the one renderer of all tests: parsing 125 templates takes longer
// than most of them, and it is safe for concurrent use.
var parsed = sync.OnceValues(func() (*render.Renderer, error) { return render.New(templates.FS) })

func renderer(t *testing.T) *render.Renderer {
	t.Helper()
	r, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *site) open(t *testing.T, db *store.DB, src core.Source, services Services, o Options) {
	t.Helper()
	o.Source, o.Log = src, slog.New(slog.DiscardHandler)
	s.accounts = account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return kept.On(tx) }), src, account.Options{BaseURL: o.PublicURL, Languages: []string{"en-US", "en-XA"}, Cost: accounttest.Cheap})
	services.Account = s.accounts
	services.Continuing = continuing.New(store.Bind(db, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), src)
	services.Grants = grant.New(store.Bind(db, func(tx *store.Tx) grant.Tx { return kept.On(tx) }), src, grant.Options{BaseURL: o.PublicURL})
	services.Disputes = dispute.New(store.Bind(db, func(tx *store.Tx) dispute.Tx { return kept.On(tx) }), src, dispute.Options{BaseURL: o.PublicURL})
	services.Classroom = classroom.New(store.Bind(db, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), src)
	services.Specialty = specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return kept.On(tx) }), src)
	services.Registry = registry.New(store.Bind(db, func(tx *store.Tx) registry.Tx { return kept.On(tx) }), src)
	services.Translog = translog.NewService(store.Bind(db, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), nil)
	services.Renewal = renewal.New(store.Bind(db, func(tx *store.Tx) renewal.Tx { return kept.On(tx) }), src, renewal.Options{BaseURL: o.PublicURL})
	services.Logbook = logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), src)
	s.web = served{New(services, renderer(t), o), services}
	s.echo = echo.New()
	s.echo.HTTPErrorHandler = s.web.Error
	s.web.Register(s.echo)
	s.bare = bare{}
	t.Cleanup(func() { s.bare.untranslated(t, db, s.typed.String()) })
}

func (s *site) givePasswords() {
	hash, err := s.accounts.HashPassword(context.Background(), testPassword)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Write(func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []string{s.Student.Email, s.Supervisor.Email, s.Registrar.Email, s.Second.Email, s.Verifier.Email, s.Stranger.Email} {
			a, err := kept.On(tx).AccountByEmail(ctx, who)
			if err != nil {
				return err
			}
			a.PasswordHash = hash
			if err := kept.On(tx).UpdateAccount(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// browser is someone at the site: it keeps cookies and follows nothing.
type browser struct {
	site    *site
	cookies map[string]string
	from    string // the page that it looks at
}

func (s *site) stranger() *browser { return &browser{site: s, cookies: map[string]string{}} }

// as signs someone in.
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
	if res.Code == http.StatusOK && strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
		b.again(path)
	}
	b.from = path
	return res
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	for _, values := range form {
		b.site.typed.WriteString(strings.Join(values, "\n") + "\n")
	}
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
	b.site.echo.ServeHTTP(res, req.WithContext(offered.For(req.Context(), "")))
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

// text is what someone reads of the page's own part.
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

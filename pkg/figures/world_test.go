package figures_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// moment is when everything happens. The demo's history is the same for the
// same moment, and so is the work of a request.
var moment = time.Date(2026, time.September, 14, 15, 0, 0, 0, time.UTC)

// world is the demo school behind two servers over one database: one whose
// allocations are counted, and one whose statements are.
type world struct {
	t      testing.TB
	plain  http.Handler
	traced http.Handler
	told   told

	code       string // of a certificate
	school     core.OrganizationID
	employer   core.OrganizationID
	enrollment core.EnrollmentID // of student
	supervises core.MemberID
	sessions   int // logged so far

	student, graduate, supervisor, registrar, admin, verifier person
}

// person has signed in.
type person struct{ token string }

// told keeps the statements that a database was given.
type told struct {
	mu         sync.Mutex
	statements []string
}

func (s *told) hear(_ context.Context, statement string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = append(s.statements, statement)
}

// take gives what was told since the last time.
func (s *told) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.statements
	s.statements = nil
	return all
}

func newWorld(t testing.TB, address string) *world {
	t.Helper()
	w := &world{t: t}
	secret := bytes.Repeat([]byte{7}, config.SecretSize)
	plain, traced := w.open(address), w.open(address, store.WithTrace(w.told.hear))
	made, err := app.FillDemo(t.Context(), config.Default(), plain, secret, moment, func(words.Sentence) {})
	if err != nil {
		t.Fatal(err)
	}
	clock := &kepttest.Clock{}
	clock.Set(moment)
	settings, err := config.Load([]string{
		"PALMAR_DATABASE=" + address, "PALMAR_DATA_DIR=" + t.TempDir(), "PALMAR_SECRET=" + hex.EncodeToString(secret),
		"PALMAR_PUBLIC_URL=" + base,
	})
	if err != nil {
		t.Fatal(err)
	}
	src := core.Source{Clock: clock.Now, Rand: rand.Reader}
	w.plain, w.traced = w.serve(settings, src, plain), w.serve(settings, src, traced)
	w.arrive(made)
	return w
}

func (w *world) open(address string, how ...store.Option) *store.DB {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), address, 0, how...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (w *world) serve(settings config.Config, src core.Source, db *store.DB) http.Handler {
	w.t.Helper()
	a, err := app.Over(w.t.Context(), settings, slog.New(slog.DiscardHandler), src, db)
	if err != nil {
		w.t.Fatal(err)
	}
	h, err := a.Handler(app.Serving{Version: "test"}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// arrive signs everybody in.
func (w *world) arrive(made school.Made) {
	w.t.Helper()
	w.code = made.Certificate
	for who, p := range map[string]*person{
		"student in the middle": &w.student, "student who has been certified": &w.graduate, "supervisor": &w.supervisor,
		"registrar, who proposes": &w.registrar, "administrator": &w.admin, "employer": &w.verifier,
	} {
		for _, a := range made.Accounts {
			if strings.HasPrefix(a.Who, who) {
				var s accountapi.Session
				w.call(person{}, http.MethodPost, "/v1/sessions", accountapi.SignIn{Email: a.Email, Password: school.Password}, &s)
				p.token = s.Token
			}
		}
	}
	var own logbookapi.EnrollmentRows
	w.call(w.student, http.MethodGet, "/v1/me/enrollments", nil, &own)
	w.enrollment, w.school = own.Items[0].Enrollment.Id, own.Items[0].Enrollment.OrganizationId
	var me accountapi.Me
	w.call(w.supervisor, http.MethodGet, "/v1/me", nil, &me)
	w.supervises = me.Memberships[0].MemberId
	w.call(w.verifier, http.MethodGet, "/v1/me", nil, &me)
	w.employer = me.Memberships[0].OrganizationId
}

const base = "http://127.0.0.1:8080"

// request is one by someone, by API or by page.
func (w *world) request(p person, method, path string, body any) *http.Request {
	w.t.Helper()
	var r *http.Request
	if form, ok := body.(fmt.Stringer); ok || !strings.HasPrefix(path, "/v1/") {
		var text io.Reader
		if ok {
			text = strings.NewReader(form.String())
		}
		r = httptest.NewRequestWithContext(w.t.Context(), method, base+path, text)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if p.token != "" {
			r.AddCookie(&http.Cookie{Name: "palmar", Value: p.token})
		}
		return r
	}
	var text io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		text = bytes.NewReader(raw)
	}
	r = httptest.NewRequestWithContext(w.t.Context(), method, base+path, text)
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return r
}

// call is a request of the API that is not measured.
func (w *world) call(p person, method, path string, body, into any) {
	w.t.Helper()
	a := httptest.NewRecorder()
	w.plain.ServeHTTP(a, w.request(p, method, path, body))
	if a.Code/100 != 2 {
		w.t.Fatalf("%s %s: %d %s", method, path, a.Code, a.Body)
	}
	if err := json.Unmarshal(a.Body.Bytes(), into); err != nil {
		w.t.Fatal(err)
	}
}

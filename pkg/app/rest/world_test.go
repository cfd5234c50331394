package rest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/app/rest"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accounttest"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/server"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogtest"
	"github.com/palmar/palmar/pkg/words"
)

const base = "http://127.0.0.1:8080"

// world is a whole server over a database, with a clock that tests move and a
// letter box.
type world struct {
	t        testing.TB
	db       *store.DB
	services rest.Services
	server   *server.Server
	router   routers.Router
	log      bytes.Buffer

	mu      sync.Mutex
	now     time.Time
	mails   []core.Mail
	covered map[string]bool // operations that answered 2xx
}

// post notes every mail besides queueing it.
type post struct {
	kept.Tx
	w *world
}

func (p post) SendMail(ctx context.Context, m core.Mail) error {
	p.w.mu.Lock()
	if m.To != "" { // a mail to nobody is not sent
		p.w.mails = append(p.w.mails, m)
	}
	p.w.mu.Unlock()
	return p.Tx.SendMail(ctx, m)
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: time.Date(2026, 9, 1, 16, 0, 0, 0, time.UTC), covered: map[string]bool{}}
	src := core.Source{Clock: w.clock, Rand: rand.Reader}
	w.services = rest.Services{
		Account: account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return post{kept.On(tx), w} }), src, account.Options{BaseURL: base, Languages: []string{"en-US", "en-XA"}, Cost: accounttest.Cheap}),
		Certify: certify.New(store.Bind(db, func(tx *store.Tx) certify.Tx { return post{kept.On(tx), w} }), src,
			certify.Options{Secret: bytes.Repeat([]byte{7}, 32), BaseURL: base}),
		Licensure:  licensure.New(store.Bind(db, func(tx *store.Tx) licensure.Tx { return kept.On(tx) }), src).Ask(register{}).Fetch(lists{}),
		Classroom:  classroom.New(store.Bind(db, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), src),
		Registry:   registry.New(store.Bind(db, func(tx *store.Tx) registry.Tx { return kept.On(tx) }), src),
		Employer:   employer.New(store.Bind(db, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), src, employer.Options{}),
		Grants:     grant.New(store.Bind(db, func(tx *store.Tx) grant.Tx { return kept.On(tx) }), src, grant.Options{BaseURL: base}),
		Disputes:   dispute.New(store.Bind(db, func(tx *store.Tx) dispute.Tx { return post{kept.On(tx), w} }), src, dispute.Options{BaseURL: base}),
		Renewal:    renewal.New(store.Bind(db, func(tx *store.Tx) renewal.Tx { return kept.On(tx) }), src, renewal.Options{BaseURL: base}),
		Translog:   translog.NewService(store.Bind(db, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), []translog.Witness{translogtest.New(t, "witness.example").Witness}),
		Continuing: continuing.New(store.Bind(db, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), src),
		Specialty:  specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return post{kept.On(tx), w} }), src),
	}
	w.services.Licensure.Hearing(w.services.Certify.LicensesHeard)
	w.services.Logbook = logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), src).Inviting(w.services.Account.InviteStudent)
	a, err := rest.New(w.services, rest.Options{
		BaseURL: base, Source: src, Answers: store.Bind(db, func(tx *store.Tx) edge.Answers { return kept.On(tx) }),
	})
	if err != nil {
		t.Fatal(err)
	}
	languages, err := words.NewOffer("en-US", "en-XA")
	if err != nil {
		t.Fatal(err)
	}
	w.server = server.New(server.Options{
		Languages: languages,
		Log:       slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelError})), Source: src, Wall: time.Now,
		Routes: []server.Routes{a}, APIError: edge.ErrorHandler,
		PageError: func(err error, c echo.Context) { _ = c.NoContent(http.StatusInternalServerError) },
		PublicURL: base, Limits: a.Limits(), Throttle: a.Guessable(), Budgets: a.Budgets(),
	})
	if w.router, err = routed(); err != nil {
		t.Fatal(err)
	}
	return w
}

// routed finds the operation of a request in the contract.
var routed = sync.OnceValues(func() (routers.Router, error) {
	doc, err := loaded()
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

var mailedLink = regexp.MustCompile(`/(?:invitations|account/address|reset)/(\S+)`)

// letter is the token in the last mail to an address.
func (w *world) letter(to string) string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.mails) - 1; i >= 0; i-- {
		if found := mailedLink.FindStringSubmatch(w.mails[i].Text); w.mails[i].To == to && found != nil {
			return found[1]
		}
	}
	w.t.Fatalf("no link was sent to %s", to)
	return ""
}

// client sends requests for someone; without a token, for nobody.
type client struct {
	*world
	token string
}

// call is a request; body is JSON unless it is a []byte of type media.
type call struct {
	body    any
	media   string
	headers map[string]string
}

type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// do sends a request and holds the answer against the contract.
func (c client) do(method, path string, in call) *answer {
	c.t.Helper()
	var body io.Reader
	switch b := in.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		body, in.media = bytes.NewReader(raw), "application/json"
	}
	r := httptest.NewRequest(method, base+path, body)
	r.RemoteAddr = "192.0.2.7:4711"
	if in.media != "" {
		r.Header.Set("Content-Type", in.media)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range in.headers {
		r.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	c.server.ServeHTTP(rec, r)
	a := &answer{t: c.t, what: method + " " + path, status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
	c.hold(r, a)
	return a
}

// hold validates an answer against the contract.
func (w *world) hold(r *http.Request, a *answer) {
	w.t.Helper()
	if a.status >= 500 {
		w.t.Errorf("%s: %d %s\n%s", a.what, a.status, a.body, w.log.String())
	}
	bare := r.Clone(r.Context())
	bare.URL.Scheme, bare.URL.Host, bare.Host = "", "", ""
	route, params, err := w.router.FindRoute(bare)
	if err != nil {
		return
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: bare, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		w.t.Errorf("%s: the answer %d is not what the contract says: %v\n%s", a.what, a.status, err, a.body)
	}
	w.holdCursor(a)
	if a.status < 300 {
		w.mu.Lock()
		w.covered[route.Operation.OperationID] = true
		w.mu.Unlock()
	}
}

// inCursor is what the parts of a cursor may be: identifiers, days and numbers,
// and the codes of courses, but nobody's name or address.
var inCursor = regexp.MustCompile(`^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d|\d+|true|false)$`)

// holdCursor wants no person in the cursor of a list.
func (w *world) holdCursor(a *answer) {
	w.t.Helper()
	var list struct {
		Next string `json:"next_cursor"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &list) != nil || list.Next == "" || strings.Contains(a.what, "/courses") {
		return
	}
	text, err := base64.RawURLEncoding.DecodeString(list.Next)
	if err != nil {
		w.t.Errorf("%s: the cursor is %q", a.what, list.Next)
	}
	for part := range strings.SplitSeq(string(text), "\x1f") {
		if !inCursor.MatchString(part) {
			w.t.Errorf("%s: the cursor holds %q", a.what, part)
		}
	}
}

func (c client) get(path string) *answer { c.t.Helper(); return c.do("GET", path, call{}) }
func (c client) post(path string, body any) *answer {
	c.t.Helper()
	return c.do("POST", path, call{body: body})
}
func (c client) delete(path string) *answer { c.t.Helper(); return c.do("DELETE", path, call{}) }

// update sends a request with the version that was read.
func (c client) update(method, path string, version int, body any) *answer {
	c.t.Helper()
	return c.do(method, path, of(version, body))
}

// of is a call on the version that was read.
func of(version int, body any) call {
	return call{body: body, headers: map[string]string{"If-Match": `"` + itoa(version) + `"`}}
}

// parted is a call with a JSON part and a file, which is left out where it has no name.
func parted(t testing.TB, json string, value any, file, name string, body []byte) call {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormField(json)
	ok(t, err)
	ok(t, jsonInto(part, value))
	if name != "" {
		part, err = w.CreateFormFile(file, name)
		ok(t, err)
		_, err = part.Write(body)
		ok(t, err)
	}
	ok(t, w.Close())
	return call{body: b.Bytes(), media: w.FormDataContentType()}
}

func jsonInto(w io.Writer, value any) error { return json.NewEncoder(w).Encode(value) }

// twice sends a request two times with one key, as who lost the first answer, and
// wants it again.
func (c client) twice(method, path string, in call) *answer {
	c.t.Helper()
	keyed := call{in.body, in.media, maps.Clone(in.headers)}
	if keyed.headers == nil {
		keyed.headers = map[string]string{}
	}
	keyed.headers["Idempotency-Key"] = rand.Text()
	first, again := c.do(method, path, keyed), c.do(method, path, keyed)
	if string(first.body) != string(again.body) || first.status != again.status || again.header.Get("Idempotency-Replayed") != "true" {
		c.t.Errorf("%s with a key: first %d %s, then %d %s", first.what, first.status, first.body, again.status, again.body)
	}
	return first
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d %s, want %d", a.what, a.status, a.body, status)
	}
	return a
}

type problem struct {
	Type, Title, Code, Detail string
	Status                    int
	RequestID                 string `json:"request_id"`
	Errors                    []struct{ Field, Code, Message string }
}

// refused wants a problem with a status and a code.
func (a *answer) refused(status int, code string) problem {
	a.t.Helper()
	p := as[problem](a.want(status))
	if p.Code != code || a.header.Get("Content-Type") != "application/problem+json" || p.RequestID == "" || p.Status != status {
		a.t.Fatalf("%s: %s, want the problem %s", a.what, a.body, code)
	}
	return p
}

func (p problem) field(name string) string {
	for _, f := range p.Errors {
		if f.Field == name {
			return f.Code
		}
	}
	return ""
}

func as[T any](a *answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%s: %v\n%s", a.what, err, a.body)
	}
	return v
}

const password = "violet-otter-crane-9"

// signIn gives a client of someone.
func (w *world) signIn(email string) client {
	w.t.Helper()
	s := as[struct{ Token string }](client{w, ""}.post("/v1/sessions", map[string]string{"email": email, "password": password}).want(201))
	return client{w, s.Token}
}

// invited invites someone, who accepts.
func (c client) invited(org, email, name, role string) client {
	c.t.Helper()
	c.post("/v1/organizations/"+org+"/invitations", map[string]string{"email": email, "name": name, "role": role}).want(201)
	return c.accepts(email, name)
}

func (w *world) accepts(email, name string) client {
	w.t.Helper()
	stranger, token := client{w, ""}, w.letter(email)
	view := as[struct {
		Email string
		First bool
	}](stranger.post("/v1/invitations/look-up", map[string]string{"token": token}).want(200))
	if view.Email != email || view.First {
		w.t.Fatalf("the invitation says %+v", view)
	}
	s := as[struct{ Token string }](stranger.post("/v1/invitations/accept", map[string]string{
		"token": token, "name": name, "password": password,
	}).want(201))
	return client{w, s.Token}
}

// confirmed gives the password again.
func (c client) confirmed() client {
	c.t.Helper()
	s := as[struct{ Token string }](c.post("/v1/sessions/current/confirm", map[string]string{"password": password}).want(200))
	return client{c.world, s.Token}
}

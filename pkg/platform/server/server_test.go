package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/server"
)

type world struct {
	*server.Server
	log bytes.Buffer
	now time.Time
}

func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

func (w *world) get(path string) *httptest.ResponseRecorder {
	return w.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// codeError answers an error with its code, as the adapters would in their own
// forms.
func codeError(err error, c echo.Context) {
	status := http.StatusInternalServerError
	var he *echo.HTTPError
	if errors.As(err, &he) {
		status = he.Code
	}
	if f := core.AsFault(err); f != nil {
		status = map[core.Kind]int{
			core.KindForbidden: 403, core.KindNotFound: 404, core.KindTooMany: 429, core.KindTooLarge: 413,
		}[f.Kind]
	}
	_ = c.String(status, core.CodeOf(err))
}

type routes func(*echo.Echo)

func (r routes) Register(e *echo.Echo) { r(e) }

func newWorld(t *testing.T, change func(*server.Options)) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)}
	o := server.Options{
		Log:    slog.New(slog.NewTextHandler(&w.log, nil)),
		Source: core.Source{Clock: func() time.Time { return w.now }, Rand: rand.Reader},
		Wall:   time.Now,
		Routes: []server.Routes{routes(func(e *echo.Echo) {
			e.GET("/hello/:code", func(c echo.Context) error { return c.String(http.StatusOK, strings.Repeat("hello ", 500)) })
			e.GET("/panic", func(echo.Context) error { panic("a secret reason") })
			e.GET("/v1/check/:code", func(c echo.Context) error {
				if c.Param("code") == "good" {
					return c.NoContent(http.StatusNoContent)
				}
				return core.NotFound("certificate")
			})
			read := func(c echo.Context) error {
				origin := core.OriginOf(c.Request().Context())
				c.Set("actor_id", "the-actor")
				n, err := io.Copy(io.Discard, c.Request().Body)
				if err != nil {
					return err
				}
				return c.String(http.StatusOK, fmt.Sprintf("%s %s %d", origin.Via, origin.Address, n))
			}
			costs := func(c echo.Context) error {
				if n, err := strconv.Atoi(c.Param("n")); err == nil {
					server.Cost(c, n)
				}
				return c.NoContent(http.StatusNoContent)
			}
			e.GET("/v1/looks/:n", costs)
			e.GET("/v1/more", costs)
			e.POST("/form", read)
			e.POST("/v1/things", read)
			e.POST("/v1/verify", read)
		})},
		APIError: codeError, PageError: codeError,
		PublicURL: "https://palmar.example",
		Limits:    map[string]server.Limit{"/v1/verify": {Body: 512 << 10}},
		Throttle:  []string{"/v1/check/:code"},
		Budgets:   map[string]core.Budget{"GET /v1/looks/:n": {Name: "looks", Most: 10}, "GET /v1/more": {Name: "looks", Most: 10}},
	}
	if change != nil {
		change(&o)
	}
	w.Server = server.New(o)
	return w
}

func TestServer_Headers(t *testing.T) {
	rec := newWorld(t, nil).get("/nowhere")
	if rec.Code != http.StatusNotFound {
		t.Errorf("status %d", rec.Code)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy":   "default-src 'none'",
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "same-origin",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if got := rec.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if csp := rec.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
		t.Errorf("the policy allows what is unsafe: %s", csp)
	}
}

func TestServer_RequestID(t *testing.T) {
	w := newWorld(t, nil)
	for _, test := range []struct {
		given string
		kept  bool
	}{{"", false}, {"abcd-1234", true}, {"short", false}, {"with space and more", false}, {strings.Repeat("x", 65), false}} {
		r := httptest.NewRequest(http.MethodGet, "/livez", nil)
		r.Header.Set("X-Request-Id", test.given)
		got := w.do(r).Header().Get("X-Request-Id")
		if test.kept != (got == test.given) || len(got) < 8 {
			t.Errorf("given %q, answered %q", test.given, got)
		}
	}
}

func TestServer_LogsNoPersonalData(t *testing.T) {
	w := newWorld(t, nil)
	w.get("/hello/SECRET-CODE?email=ana@example.org")
	r := httptest.NewRequest(http.MethodPost, "/v1/things", strings.NewReader("x"))
	r.Header.Set("Authorization", "Bearer plt_token")
	w.do(r)
	log := w.log.String()
	for _, want := range []string{"route=/hello/:code", "status=200", "request_id=", "duration=", "actor=the-actor"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is missing in %s", want, log)
		}
	}
	for _, never := range []string{"SECRET-CODE", "ana@", "plt_token", "192.0.2.1"} {
		if strings.Contains(log, never) {
			t.Errorf("%q is logged: %s", never, log)
		}
	}
	if n := strings.Count(log, "\n"); n != 2 {
		t.Errorf("%d events for 2 requests", n)
	}
}

func TestServer_Panic(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.PageError = nil })
	rec := w.get("/panic")
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "secret") ||
		!strings.Contains(rec.Body.String(), rec.Header().Get("X-Request-Id")) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(w.log.String(), "a secret reason") {
		t.Error("the reason is not in the log")
	}
}

func TestServer_CrossSite(t *testing.T) {
	tests := []struct {
		name, path string
		header     map[string]string
		want       int
	}{
		{"SameOrigin", "/form", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"NoBrowser", "/form", nil, 200},
		{"OwnHost", "/form", map[string]string{"Origin": "http://app.internal"}, 200},
		{"OwnOriginBehindProxy", "/form", map[string]string{"Origin": "https://palmar.example"}, 200},
		{"ErrCrossSite", "/form", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"ErrSameSite", "/form", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example"}, 403},
		{"ErrOldBrowser", "/form", map[string]string{"Origin": "https://evil.example"}, 403},
		{"ErrAPIWithoutToken", "/v1/things", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"Token", "/v1/things", map[string]string{"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer plt_x"}, 200},
	}
	w := newWorld(t, func(o *server.Options) { o.PublicURL = "https://Palmar.Example" })
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, test.path, strings.NewReader("a=b"))
			r.Host = "App.Internal"
			for k, v := range test.header {
				r.Header.Set(k, v)
			}
			if rec := w.do(r); rec.Code != test.want {
				t.Errorf("got %d %s, want %d", rec.Code, rec.Body, test.want)
			}
		})
	}
}

func TestServer_BodyLimit(t *testing.T) {
	w := newWorld(t, nil)
	for _, test := range []struct {
		path string
		size int
		want int
	}{
		{"/v1/things", 1 << 20, 200}, {"/v1/things", 1<<20 + 1, 413},
		{"/v1/verify", 512 << 10, 200}, {"/v1/verify", 512<<10 + 1, 413},
	} {
		for _, known := range []bool{true, false} {
			r := httptest.NewRequest(http.MethodPost, test.path, bytes.NewReader(make([]byte, test.size)))
			if !known {
				r.ContentLength = -1
			}
			if rec := w.do(r); rec.Code != test.want {
				t.Errorf("%s with %d bytes (length known: %t): %d %s, want %d", test.path, test.size, known, rec.Code, rec.Body, test.want)
			}
		}
	}
}

// A route with time of its own answers over a real connection, whatever day it is by
// the site's clock.
func TestServer_TimeLimit(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.Limits["/hello/:code"] = server.Limit{Time: time.Minute} })
	site := httptest.NewServer(w)
	defer site.Close()
	r, err := site.Client().Get(site.URL + "/hello/world")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text, err := io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusOK || !strings.HasPrefix(string(text), "hello") {
		t.Errorf("%d %.20q, %v", r.StatusCode, text, err)
	}
}

func TestServer_Throttle(t *testing.T) {
	w := newWorld(t, nil)
	from := func(address, code string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/v1/check/"+code, nil)
		r.RemoteAddr = net.JoinHostPort(address, "1234")
		return w.do(r)
	}
	for range 1000 {
		if rec := from("192.0.2.9", "good"); rec.Code != http.StatusNoContent {
			t.Fatalf("a code that exists was throttled: %d", rec.Code)
		}
	}
	misses := 0
	for from("2001:db8::1", "bad").Code == http.StatusNotFound {
		misses++
	}
	if misses != 30 {
		t.Errorf("%d guesses were let through, not 30", misses)
	}
	rec := from("2001:db8::2", "good")
	if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") == "" {
		t.Errorf("a neighbor in the network: %d %v", rec.Code, rec.Header())
	}
	if rec := from("2001:db8:1::2", "good"); rec.Code != http.StatusNoContent {
		t.Errorf("another network: %d", rec.Code)
	}
	w.now = w.now.Add(time.Minute)
	if rec := from("2001:db8::1", "good"); rec.Code != http.StatusNoContent {
		t.Errorf("a minute later: %d", rec.Code)
	}
}

// A network spends its budget, at all routes that have it, and has it again a day after
// it began.
func TestServer_Budget(t *testing.T) {
	w := newWorld(t, nil)
	from := func(address, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = net.JoinHostPort(address, "1234")
		return w.do(r)
	}
	for range 6 {
		if rec := from("2001:db8::1", "/v1/more"); rec.Code != http.StatusNoContent {
			t.Fatalf("within the budget: %d", rec.Code)
		}
	}
	w.now = w.now.Add(time.Hour)
	if rec := from("2001:db8::2", "/v1/looks/9"); rec.Code != http.StatusNoContent {
		t.Errorf("the last of it: %d", rec.Code)
	}
	for range 3 {
		rec := from("2001:db8::3", "/v1/more")
		if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") != fmt.Sprint(23*60*60) {
			t.Errorf("a neighbor in the network: %d %v", rec.Code, rec.Header())
		}
	}
	if rec := from("2001:db8:1::2", "/v1/more"); rec.Code != http.StatusNoContent {
		t.Errorf("another network: %d", rec.Code)
	}
	w.now = w.now.Add(23 * time.Hour)
	if rec := from("2001:db8::1", "/v1/more"); rec.Code != http.StatusNoContent {
		t.Errorf("a day later: %d", rec.Code)
	}
}

func TestServer_ClientAddress(t *testing.T) {
	for _, test := range []struct{ name, trusted, want string }{
		{"Direct", "", "api 192.0.2.1 1"},
		{"TrustedProxy", "192.0.2.0/24", "api 203.0.113.5 1"},
		{"OtherProxy", "198.51.100.0/24", "api 192.0.2.1 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, func(o *server.Options) {
				if test.trusted != "" {
					o.Proxies = []netip.Prefix{netip.MustParsePrefix(test.trusted)}
				}
			})
			r := httptest.NewRequest(http.MethodPost, "/v1/things", strings.NewReader("x"))
			r.Header.Set("X-Forwarded-For", "203.0.113.5")
			if got := w.do(r).Body.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestServer_Hosts(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.Hosts = []string{"localhost", "127.0.0.1", "::1"} })
	for host, want := range map[string]int{"localhost:8080": 200, "127.0.0.1": 200, "[::1]:80": 200, "LocalHost:8080": 200, "evil.example": 421, "EVIL.example": 421} {
		r := httptest.NewRequest(http.MethodGet, "/livez", nil)
		r.Host = host
		if rec := w.do(r); rec.Code != want {
			t.Errorf("%s: %d, want %d", host, rec.Code, want)
		}
	}
}

func TestServer_Gzip(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/hello/x", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	rec := newWorld(t, nil).do(r)
	if rec.Header().Get("Content-Encoding") != "gzip" || rec.Body.Len() > 500 {
		t.Errorf("%v, %d bytes", rec.Header(), rec.Body.Len())
	}
}

func TestServer_Ready(t *testing.T) {
	var down error
	w := newWorld(t, func(o *server.Options) { o.Ready = func(context.Context) error { return down } })
	if rec := w.get("/readyz"); rec.Code != http.StatusOK {
		t.Errorf("up: %d", rec.Code)
	}
	down = errors.New("dial postgres://user:password@db")
	rec := w.get("/readyz")
	if rec.Code != http.StatusServiceUnavailable || strings.Contains(rec.Body.String(), "password") {
		t.Errorf("down: %d %s", rec.Code, rec.Body)
	}
	if rec := w.get("/livez"); rec.Code != http.StatusOK {
		t.Errorf("live: %d", rec.Code)
	}
}

// A stop lets a request finish that is being answered, refuses new ones, and
// says so to anyone who asks for readiness in between.
func TestServer_Serve_Stop(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(o *server.Options) {
		o.Log = slog.New(slog.DiscardHandler)
		o.Routes = []server.Routes{routes(func(e *echo.Echo) {
			e.GET("/slow", func(c echo.Context) error {
				close(entered)
				<-release
				return c.String(http.StatusOK, "finished")
			})
		})}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped, door := make(chan error, 1), &door{Listener: l, closed: make(chan struct{})}
	go func() { stopped <- w.Serve(ctx, door, 10*time.Second) }()

	var body []byte
	var wait sync.WaitGroup
	wait.Go(func() {
		r, err := http.Get("http://" + l.Addr().String() + "/slow")
		if err != nil {
			t.Error(err)
			return
		}
		defer r.Body.Close()
		body, _ = io.ReadAll(r.Body)
	})
	<-entered
	stop()
	<-door.closed
	if rec := w.get("/readyz"); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("readiness while stopping: %d", rec.Code)
	}
	close(release)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	wait.Wait()
	if string(body) != "finished" {
		t.Errorf("the request in flight got %q", body)
	}
}

// door is a listener that tells when nobody new is let in any more.
type door struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

func (d *door) Close() error {
	err := d.Listener.Close()
	d.once.Do(func() { close(d.closed) })
	return err
}

func TestServer_Serve_ErrGrace(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(o *server.Options) {
		o.Log = slog.New(slog.DiscardHandler)
		o.Routes = []server.Routes{routes(func(e *echo.Echo) {
			e.GET("/stuck", func(echo.Context) error {
				close(entered)
				<-release
				return nil
			})
		})}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		r, err := http.Get("http://" + l.Addr().String() + "/stuck")
		if err == nil {
			_ = r.Body.Close()
		}
	}()
	go func() { <-entered; stop() }()
	if err := w.Serve(ctx, l, 10*time.Millisecond); err == nil {
		t.Error("a request that was cut off is not told of")
	}
	close(release)
}

func TestMetrics(t *testing.T) {
	m := server.NewMetrics("test")
	w := newWorld(t, func(o *server.Options) { o.Metrics = m })
	w.get("/hello/SECRET")
	r := httptest.NewRequest("BREW", "/pot", nil)
	w.do(r)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = m.Serve(t.Context(), l, slog.New(slog.DiscardHandler)) }()
	answer, err := http.Get("http://" + l.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	for _, want := range []string{
		`palmar_http_requests_total{method="GET",route="/hello/:code",status="200"} 1`,
		`palmar_http_request_duration_seconds_count{method="GET",route="/hello/:code"} 1`,
		`palmar_build_info{version="test"} 1`, `method="other"`,
	} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	if bytes.Contains(body, []byte("SECRET")) || bytes.Contains(body, []byte("BREW")) {
		t.Error("a label holds what a stranger wrote")
	}
}

package app_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/platform/server"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// handler opens a filled database and puts the API and the pages over it.
func handler(t testing.TB, address string) *server.Server {
	t.Helper()
	a, err := app.Open(t.Context(), load(t, settings(t, address)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	h, err := a.Handler(app.Serving{Version: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Limits and throttles name routes: one that does not exist guards nothing.
func TestHandler_LimitsNameRoutes(t *testing.T) {
	h := handler(t, storetest.SQLiteAddress(t))
	known := map[string]bool{}
	for _, r := range h.Echo().Routes() {
		known[r.Path] = true
	}
	guarded, err := app.GuardedRoutes()
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range guarded {
		if !known[route] {
			t.Errorf("%s is limited or throttled and is no route", route)
		}
	}
}

// BenchmarkHTTP is the three hot paths over HTTP, with durable commits.
func BenchmarkHTTP(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { overHTTP(b, storetest.SQLiteAddress(b)) })
	b.Run("postgres", func(b *testing.B) { overHTTP(b, storetest.PostgresAddress(b)) })
}

func overHTTP(b *testing.B, address string) {
	made := demoAt(b, address)
	s := httptest.NewServer(handler(b, address))
	defer s.Close()
	student := newClient(s.URL)
	student.signIn(b, "kofi.mensah@brightwater.example")
	d := student.desk(b)
	active := newClient(s.URL)
	active.signIn(b, "ana.ortega@brightwater.example")
	da := active.desk(b)
	n := 0
	b.Run("Log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			active.must(b, http.MethodPost, "/v1/enrollments/"+da.enrollment.String()+"/entries", da.session(n), nil)
			n++
		}
	})
	get := func(name, path string, c *client) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					q, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL+path, nil)
					q.Header.Set("Authorization", "Bearer "+c.token)
					a, err := c.http.Do(q)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, a.Body)
					_ = a.Body.Close()
					if a.StatusCode != http.StatusOK {
						b.Errorf("%s answers %d", path, a.StatusCode)
						return
					}
				}
			})
		})
	}
	get("Progress", "/v1/enrollments/"+d.enrollment.String()+"/progress", student)
	get("Check", "/v1/check/"+made.Certificate, student)
}

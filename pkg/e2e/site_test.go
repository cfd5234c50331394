package e2e

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/config"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
)

// site is the demo school, served on this machine, and a browser to look at it
// with.
type site struct {
	base    string
	axe     string
	screen  screen
	browser context.Context
	made    school.Made

	examined sync.Map // pages that axe-core has seen, by their digest
}

// certificate is the address of the demo's first certificate.
func (s *site) certificate() string { return "/c/" + credential.Code(s.made.Certificate).Compact() }

// TestStory is each person's part of the story: on a phone over SQLite and on a
// desktop over PostgreSQL.
func TestStory(t *testing.T) {
	for _, c := range []struct {
		name     string
		screen   screen
		database func(testing.TB) string
	}{
		{"phone", phone, storetest.SQLiteAddress},
		{"desktop", desktop, storetest.PostgresAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &site{axe: axeSource(t), screen: c.screen, browser: chrome(t)}
			s.serve(t, c.database(t))
			for _, person := range []struct {
				name  string
				story func(*testing.T, *site)
			}{
				{"anybody", anybody},
				{"student", student},
				{"supervisor", supervisor},
				{"instructor", instructor},
				{"registrar", registrar},
				{"registrar after school", afterSchool},
				{"renewal", renewal},
				{"therapist", therapist},
				{"pathway", pathway},
				{"teacher", teacher},
				{"graduate", graduate},
				{"certifier", certifier},
				{"employer", employer},
				{"employer asks who is ready", staff},
				{"directory", found},
				{"administrator", administrator},
			} {
				t.Run(person.name, func(t *testing.T) { person.story(t, s) })
			}
		})
	}
}

var secret = bytes.Repeat([]byte{7}, config.SecretSize)

// serve makes the demo in the database at an address and serves it until the
// test ends.
func (s *site) serve(t *testing.T, address string) {
	t.Helper()
	s.fill(t, address)
	listen := freePort(t)
	s.base = "http://" + listen
	c, err := config.Load([]string{
		"PALMAR_DATABASE=" + address, "PALMAR_DATA_DIR=" + t.TempDir(), "PALMAR_SECRET=" + hex.EncodeToString(secret),
		"PALMAR_LISTEN=" + listen, "PALMAR_PUBLIC_URL=" + s.base,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, c, slog.New(slog.DiscardHandler), io.Discard, app.Serving{Ready: func(string) { close(ready) }})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatalf("the server does not start: %v", err)
	}
}

func (s *site) fill(t *testing.T, address string) {
	t.Helper()
	db, err := store.Open(t.Context(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s.made, err = app.FillDemo(t.Context(), config.Default(), db, secret, time.Now(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
}

// freePort is an address on this machine at which nothing listens; the links
// that the server writes need it before it starts.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

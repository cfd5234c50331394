package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

// site is the demo school, served on this machine, and a browser to look at it
// with.
type site struct {
	*looks
	whole   *testing.T // of all that happens here
	screen  screen
	browser context.Context
	left    []*tab // by visitors who went
	demo
	letters *letters
	began   time.Time // by this machine's clock; it is noon then
	base    string
}

// clock is the site's time, which goes on from noon.
func (s *site) clock() time.Time { return noon.Add(time.Since(s.began)) }

// certificate is the address of the demo's first certificate.
func (s *site) certificate() string { return "/c/" + credential.Code(s.made.Certificate).Compact() }

// story is one person's part, told in a browser.
type story struct {
	person string
	tell   func(*testing.T, *site)
}

// The stories of one list build on each other, those of two lists do not.
var (
	ofOffice = []story{
		{"instructor", instructor},
		{"registrar", registrar},
		{"file accepted", accepting},
		{"registrar after school", afterSchool},
		{"registrar with boards’ lists", lists},
		{"operator with sources", sources},
		{"certifier", certifier},
		{"therapist", therapist},
		{"student who changes schools", schoolMoved},
		{"administrator", administrator},
	}
	ofOthers = []story{
		{"anybody", anybody},
		{"with a printed certificate", offline},
		{"forgetful", forgetful},
		{"student", student},
		{"supervisor", supervisor},
		{"renewal", renewal},
		{"teacher", teacher},
		{"registrar who makes programs", fivePrograms},
		{"pathway", pathway},
		{"graduate", graduate},
		{"employer", employer},
		{"employer asks who is ready", staff},
		{"directory", found},
	}
)

// noon is when the stories begin, whatever day it is.
var noon = time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC)

// TestStory is the parts of one list, which is drawn, on a phone over SQLite.
// testkit.Full tells both lists, on a tablet over PostgreSQL and a desktop too,
// and looks at every page in both schemes of colors.
func TestStory(t *testing.T) {
	seen := &looks{axe: axeSource(t), drawn: testkit.Rand(t).Uint64()}
	browser := chrome(t)
	filled := fill(t, storetest.SQLiteAddress(t))
	tell := func(t *testing.T, screen screen, database func(*testing.T) demo, stories []story) {
		t.Run(screen.name+" of "+stories[0].person, func(t *testing.T) {
			t.Parallel()
			s := &site{looks: seen, whole: t, screen: screen, browser: browser, demo: database(t)}
			s.serve(t)
			for _, one := range stories {
				t.Run(one.person, func(t *testing.T) {
					one.tell(t, s)
					seen.told.Add(1)
				})
			}
		})
	}
	told := t.Run("on", func(t *testing.T) {
		postgres := func(t *testing.T) demo { return fill(t, storetest.PostgresAddress(t)) }
		if !testkit.Full() {
			drawn := ofOffice
			if testkit.Coin(t) {
				drawn = ofOthers
			}
			tell(t, phone, filled.copied, drawn)
		} else {
			tell(t, phone, filled.copied, ofOffice)
			tell(t, phone, filled.copied, ofOthers)
			tell(t, tablet, postgres, ofOffice)
			tell(t, tablet, postgres, ofOthers)
			tell(t, desktop, filled.copied, ofOffice)
			tell(t, desktop, filled.copied, ofOthers)
		}
	})
	if told && int(seen.told.Load()) >= len(ofOffice)+len(ofOthers) {
		seen.complete(t)
	}
}

// demo is a database with the demo in it.
type demo struct {
	address string
	made    school.Made
}

var secret = bytes.Repeat([]byte{7}, config.SecretSize)

// fill makes the demo, as of noon, in the database at an address.
func fill(t *testing.T, address string) demo {
	t.Helper()
	db, err := store.Open(t.Context(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	made, err := app.FillDemo(t.Context(), config.Default(), db, secret, noon, func(words.Sentence) {})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return demo{address, made}
}

// copied is a copy of a demo on SQLite that nobody has open.
func (d demo) copied(t *testing.T) demo {
	t.Helper()
	file, err := os.ReadFile(strings.TrimPrefix(d.address, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "palmar.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return demo{"sqlite:" + path, d.made}
}

// serve serves the site until the test ends.
func (s *site) serve(t *testing.T) {
	t.Helper()
	s.began, s.letters = time.Now(), newLetters(t)
	// The links that the server writes name its port, so that it has to be known
	// before the server starts.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.base = "http://" + l.Addr().String()
	c, err := config.Load([]string{
		"PALMAR_DATABASE=" + s.address, "PALMAR_DATA_DIR=" + t.TempDir(), "PALMAR_SECRET=" + hex.EncodeToString(secret),
		"PALMAR_LANGUAGES=en-US,en-XA", "PALMAR_LISTEN=" + l.Addr().String(), "PALMAR_PUBLIC_URL=" + s.base,
		"PALMAR_SMTP_URL=smtp://" + s.letters.address, "PALMAR_MAIL_FROM=Palmar <palmar@example.org>",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, c, slog.New(slog.DiscardHandler), io.Discard, app.Serving{
			Listener: l, Source: core.Source{Clock: s.clock, Rand: rand.Reader}, Ready: func(string) { close(ready) },
		})
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

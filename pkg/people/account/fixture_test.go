package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accounttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

const good = "violet-otter-crane-9"

// world is a school with people, and a clock that the test moves.
type world struct {
	testing.TB
	db     *store.DB
	s      *account.Service
	school core.Organization
	hash   string

	mu    sync.Mutex
	now   time.Time
	mails []core.Mail
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

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.OneOrFull(t, atSchool(fn))
}

// both is each for what races: on a database that is drawn, and on both in full.
func both(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Drawn(t, atSchool(fn))
}

func atSchool(fn func(w *world)) func(*testing.T, *store.DB) {
	return func(t *testing.T, db *store.DB) {
		w := empty(t, db)
		var err error
		w.school, err = w.s.SeedOrganization(t.Context(), account.NewOrganization{Kind: core.School, Name: "Brightwater School", Zone: "America/New_York"})
		w.ok(err)
		fn(w)
	}
}

func empty(t testing.TB, db *store.DB) *world {
	w := &world{TB: t, db: db, now: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.now = w.now.Add(time.Microsecond)
		return w.now
	}
	w.s = account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return post{kept.On(tx), w} }),
		core.Source{Clock: clock, Rand: rand.Reader}, account.Options{BaseURL: "http://127.0.0.1:8080", Languages: []string{"en-US", "en-XA"}, Cost: accounttest.Cheap})
	return w
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) code(err error, want string) {
	w.Helper()
	if got := core.CodeOf(err); got != want {
		w.Fatalf("got %q (%v), want %q", got, err, want)
	}
}

// person makes someone with the good password and roles at the school.
func (w *world) person(name string, roles ...core.Role) account.Seeded {
	w.Helper()
	if w.hash == "" {
		var err error
		w.hash, err = w.s.HashPassword(w.Context(), good)
		w.ok(err)
	}
	in := account.Seed{Email: name + "@example.org", Name: name, PasswordHash: w.hash}
	for _, r := range roles {
		in.Roles = append(in.Roles, account.SeedRole{OrganizationID: w.school.ID, Role: r})
	}
	seeded, err := w.s.SeedPerson(w.Context(), in)
	w.ok(err)
	return seeded
}

func from(ctx context.Context, address string) context.Context {
	return core.WithOrigin(ctx, core.Origin{Address: address, Via: "page"})
}

func (w *world) try(address, name, password string) (account.Signed, error) {
	return w.s.SignIn(from(w.Context(), address), account.SignIn{Email: name + "@example.org", Password: password, Agent: "test"})
}

func (w *world) signIn(name string) account.Signed {
	w.Helper()
	signed, err := w.try("192.0.2.1", name, good)
	w.ok(err)
	return signed
}

func (w *world) actor(name string) access.Actor {
	w.Helper()
	return w.signIn(name).Actor
}

func (w *world) authenticated(token string, want bool) access.Actor {
	w.Helper()
	a, err := w.s.Authenticate(w.Context(), token)
	if (err == nil) != want || err != nil && !errors.Is(err, core.ErrUnauthenticated) {
		w.Fatalf("signed in: got %v, want %v", err, want)
	}
	return a
}

// link is the token in the last mail.
func (w *world) link() string {
	w.Helper()
	text := w.mails[len(w.mails)-1].Text
	_, rest, found := strings.Cut(text, "http://127.0.0.1:8080/invitations/")
	if !found {
		w.Fatalf("no link in %q", text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

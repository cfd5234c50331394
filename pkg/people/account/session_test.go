package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accounttest"
	"github.com/palmar/palmar/pkg/platform/store"
)

func TestService_SignIn(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya", core.RoleStudent, core.RoleRegistrar)
		_, err := w.s.SeedPerson(w.Context(), account.Seed{Email: "imported@example.org", Name: "Imported"})
		w.ok(err)
		_, wrong := w.try("192.0.2.1", "maya", "not the password")
		_, unknown := w.try("192.0.2.2", "stranger", "not the password")
		_, without := w.try("192.0.2.3", "imported", "")
		_, noAddress := w.s.SignIn(w.Context(), account.SignIn{Email: "no address", Password: good})
		for _, err := range []error{wrong, unknown, without, noAddress} {
			w.code(err, "bad_credentials")
			if err.Error() != wrong.Error() {
				w.Fatalf("the answer tells whether there is an account: %v", err)
			}
		}
		signed, err := w.s.SignIn(w.Context(), account.SignIn{Email: " Maya@Example.org ", Password: good})
		w.ok(err)
		a := w.authenticated(signed.Token, true)
		if a.Name != "maya" || a.TherapistID.IsZero() || len(a.Memberships) != 2 || a.AuthenticatedAt.IsZero() || a.Token {
			w.Fatalf("got %+v", a)
		}
		if m := a.Memberships[0]; m.OrganizationName != "Brightwater School" || m.OrganizationKind != core.School || m.MemberID.IsZero() {
			w.Fatalf("got %+v", m)
		}
		w.authenticated("", false)
		w.authenticated("pls_"+signed.Token[4:46]+"x", false)
	})
}

func TestService_SignIn_upgrades(t *testing.T) {
	each(t, func(w *world) {
		old, err := argon2id.CreateHash(good, &argon2id.Params{Memory: 16, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
		w.ok(err)
		w.hash = old
		maya := w.person("maya")
		w.signIn("maya")
		ctx := w.Context()
		w.ok(w.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			kept, err := kept.On(tx).Account(ctx, maya.AccountID)
			if want := fmt.Sprintf("$m=%d,t=%d,p=1$", accounttest.Cheap.Memory, accounttest.Cheap.Passes); err == nil && !strings.Contains(kept.PasswordHash, want) {
				w.Errorf("the sign-in left %s, want a hash of the service's own cost (%s)", kept.PasswordHash, want)
			}
			return err
		}))
		_, err = w.s.ChangePassword(ctx, w.actor("maya"), good, "another-otter-crane-9")
		w.ok(err)
		_, err = w.try("192.0.2.1", "maya", good)
		w.code(err, "bad_credentials")
	})
}

func TestService_SignIn_ErrTooManyGuesses(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		w.signIn("maya")
		guess := func(address string, n int) (held bool) {
			for range n {
				_, err := w.try(address, "maya", "wrong password")
				if core.CodeOf(err) == "too_many_guesses" {
					return true
				}
				w.code(err, "bad_credentials")
			}
			return false
		}
		if guess("203.0.113.9", 6) || !guess("203.0.113.9", 1) {
			w.Fatal("six wrong passwords pass, the seventh at once does not")
		}
		_, err := w.try("203.0.113.9", "maya", good)
		w.code(err, "too_many_guesses")
		w.signIn("maya")

		w.pass(6 * time.Second)
		if guess("203.0.113.9", 1) || !guess("203.0.113.9", 1) {
			w.Fatal("after the wait one more passes")
		}
		w.pass(6 * time.Second)
		if !guess("203.0.113.9", 1) {
			w.Fatal("the wait must grow")
		}
		w.pass(25 * time.Hour)
		if guess("203.0.113.9", 6) {
			w.Fatal("a day later it is forgotten")
		}
	})
}

func TestService_SignIn_manyAddresses(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		w.signIn("maya")
		var held bool
		for i := range 30 {
			_, err := w.try(fmt.Sprintf("203.0.113.%d", i), "maya", "wrong password")
			held = held || core.CodeOf(err) == "too_many_guesses"
		}
		if !held {
			w.Fatal("thirty addresses may not guess freely")
		}
		_, err := w.try("198.51.100.1", "maya", good)
		w.code(err, "too_many_guesses")
		w.signIn("maya")
		for i := range 30 {
			_, err = w.try(fmt.Sprintf("203.0.113.%d", 100+i), "nobody", "wrong password")
		}
		w.code(err, "too_many_guesses")
	})
}

func TestService_SignIn_manyAccounts(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		w.signIn("maya")
		var err error
		for i := range 60 {
			_, err = w.try("192.0.2.1", fmt.Sprintf("person%d", i), "wrong password")
		}
		w.code(err, "too_many_guesses")
		w.signIn("maya")
	})
}

// Guesses that arrive together may not slip through before they are counted.
func TestService_SignIn_parallel(t *testing.T) {
	both(t, func(w *world) {
		w.person("maya")
		var passed int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				_, err := w.try("203.0.113.9", "maya", "wrong password")
				mu.Lock()
				defer mu.Unlock()
				switch core.CodeOf(err) {
				case "bad_credentials":
					passed++
				case "too_many_guesses":
				default:
					w.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if passed > 5+1+3 {
			w.Fatalf("%d of 40 guesses were answered", passed)
		}
	})
}

func TestService_Authenticate_idle(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		idle, used := w.signIn("maya"), w.signIn("maya")
		w.pass(account.SessionIdle - time.Minute)
		w.authenticated(used.Token, true)
		w.pass(2 * time.Minute)
		w.authenticated(idle.Token, false)
		w.authenticated(used.Token, true)
	})
}

func TestService_Authenticate_longest(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		signed := w.signIn("maya")
		for range 29 * 3 {
			w.pass(8 * time.Hour)
			w.authenticated(signed.Token, true)
		}
		w.pass(7 * time.Hour)
		w.authenticated(signed.Token, true)
		w.pass(11 * time.Hour)
		w.authenticated(signed.Token, true)
		w.pass(7 * time.Hour)
		w.authenticated(signed.Token, false)
	})
}

func TestService_Confirm(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		w.person("noah")
		first := w.signIn("maya")
		w.pass(time.Hour)
		a := w.authenticated(first.Token, true)
		w.code(access.Fresh(a, w.now), "reauthentication_required")
		_, err := w.s.Confirm(w.Context(), a, "wrong password")
		w.code(err, "bad_credentials")
		second, err := w.s.Confirm(w.Context(), a, good)
		w.ok(err)
		w.ok(access.Fresh(second.Actor, w.now))
		w.authenticated(first.Token, false)
		w.ok(access.Fresh(w.authenticated(second.Token, true), w.now))
		if !second.ExpiresAt.Equal(first.ExpiresAt) {
			w.Fatal("confirming must not lengthen the session")
		}
		a.SessionID = w.actor("noah").SessionID
		_, err = w.s.Confirm(w.Context(), a, good)
		w.code(err, "unauthenticated")
	})
}

func TestService_SignOut(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		one, two, three := w.signIn("maya"), w.signIn("maya"), w.signIn("maya")
		sessions, err := w.s.Sessions(w.Context(), one.Actor)
		w.ok(err)
		if len(sessions) != 3 || sessions[0].ID != three.Actor.SessionID || sessions[0].Address != "192.0.2.1" || sessions[0].Agent != "test" {
			w.Fatalf("got %+v", sessions)
		}
		w.ok(w.s.SignOut(w.Context(), one.Actor))
		w.authenticated(one.Token, false)
		w.authenticated(two.Token, true)
		w.ok(w.s.SignOutEverywhere(w.Context(), two.Actor))
		w.authenticated(two.Token, false)
		w.authenticated(three.Token, false)
	})
}

func TestService_ChangePassword(t *testing.T) {
	each(t, func(w *world) {
		w.person("maya")
		here, there := w.signIn("maya"), w.signIn("maya")
		_, err := w.s.ChangePassword(w.Context(), here.Actor, good, "password1234")
		w.code(err, "password_common")
		_, err = w.s.ChangePassword(w.Context(), here.Actor, "wrong password", "another-otter-crane-9")
		w.code(err, "bad_credentials")
		w.authenticated(there.Token, true)
		after, err := w.s.ChangePassword(w.Context(), here.Actor, good, "another-otter-crane-9")
		w.ok(err)
		w.authenticated(here.Token, false)
		w.authenticated(there.Token, false)
		w.authenticated(after.Token, true)
		_, err = w.try("192.0.2.1", "maya", good)
		w.code(err, "bad_credentials")
		_, err = w.try("192.0.2.1", "maya", "another-otter-crane-9")
		w.ok(err)
	})
}

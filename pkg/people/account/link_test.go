package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
)

// mailed is the token in the last mail to an address, after a path.
func (w *world) mailed(to, path string) string {
	w.Helper()
	for i := len(w.mails) - 1; i >= 0; i-- {
		if w.mails[i].To == to {
			_, rest, _ := strings.Cut(w.mails[i].Text, "http://127.0.0.1:8080"+path)
			token, _, _ := strings.Cut(rest, "\n")
			return token
		}
	}
	w.Fatalf("no mail to %s in %+v", to, w.mails)
	return ""
}

func TestService_AskAddress(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleStudent)
		w.person("eva", core.RoleStudent)
		ctx, ada := from(w.Context(), "192.0.2.1"), w.actor("ada")
		w.code(w.s.AskAddress(ctx, ada, "ada", good), "bad_email")
		w.code(w.s.AskAddress(ctx, ada, " Ada@example.org ", good), "unchanged")
		w.code(w.s.AskAddress(ctx, ada, "ada@home.example", "wrong"), "bad_credentials")
		if len(w.mails) != 0 {
			t.Fatalf("mails before anything was proved: %+v", w.mails)
		}

		w.ok(w.s.AskAddress(ctx, ada, "eva@example.org", good))
		if m := w.mails[0]; m.To != "eva@example.org" || strings.Contains(m.Text, "/account/address/") {
			t.Errorf("whose address it is gets %+v", m)
		}
		w.ok(w.s.AskAddress(ctx, ada, "ada@old.example", good))
		older := w.mailed("ada@old.example", "/account/address/")
		w.ok(w.s.AskAddress(ctx, ada, "ada@home.example", good))
		token := w.mailed("ada@home.example", "/account/address/")
		_, err := w.s.ConfirmAddress(ctx, older)
		w.code(err, "link_invalid")
		w.code(w.s.Reset(ctx, token, "amber-heron-quilt-7"), "link_invalid")

		email, err := w.s.ConfirmAddress(ctx, token)
		w.ok(err)
		if last := w.mails[len(w.mails)-1]; email != "ada@home.example" || last.To != "ada@example.org" || !strings.Contains(last.Text, email) {
			t.Errorf("%s, and the former address gets %+v", email, last)
		}
		_, err = w.s.ConfirmAddress(ctx, token)
		w.code(err, "link_invalid")
		signed, err := w.s.SignIn(ctx, account.SignIn{Email: "ada@home.example", Password: good})
		w.ok(err)
		if signed.Actor.AccountID != ada.AccountID || signed.Actor.TherapistID != ada.TherapistID || len(signed.Actor.Memberships) != 1 {
			t.Errorf("after the change it is %+v", signed.Actor)
		}
		_, err = w.try("192.0.2.1", "ada", good)
		w.code(err, "bad_credentials")

		w.ok(w.s.AskAddress(ctx, signed.Actor, "ada@work.example", good))
		late := w.mailed("ada@work.example", "/account/address/")
		w.pass(account.AddressLifetime)
		_, err = w.s.ConfirmAddress(ctx, late)
		w.code(err, "link_invalid")
	})
}

func TestService_ConfirmAddress_taken(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleStudent)
		ctx := from(w.Context(), "192.0.2.1")
		w.ok(w.s.AskAddress(ctx, w.actor("ada"), "eva@example.org", good))
		token := w.mailed("eva@example.org", "/account/address/")
		w.person("eva", core.RoleStudent)
		_, err := w.s.ConfirmAddress(ctx, token)
		w.code(err, "email_taken")
		w.actor("ada")
	})
}

func TestService_Reset(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleStudent)
		ctx, before := from(w.Context(), "192.0.2.1"), w.signIn("ada")
		w.code(w.s.AskReset(ctx, "nobody"), "bad_email")
		w.ok(w.s.AskReset(ctx, "nobody@example.org"))
		if len(w.mails) != 0 {
			t.Fatalf("someone without an account gets %+v", w.mails)
		}
		w.ok(w.s.AskReset(ctx, "ada@example.org"))
		w.ok(w.s.AskReset(ctx, "ada@example.org"))
		if len(w.mails) != 1 {
			t.Fatalf("asked twice at once: %d mails", len(w.mails))
		}
		token := w.mailed("ada@example.org", "/reset/")
		w.code(w.s.Reset(ctx, token, "short"), "password_too_short")
		const other = "amber-heron-quilt-7"
		w.ok(w.s.Reset(ctx, token, other))
		w.code(w.s.Reset(ctx, token, other), "link_invalid")
		w.authenticated(before.Token, false)
		_, err := w.try("192.0.2.1", "ada", good)
		w.code(err, "bad_credentials")
		_, err = w.try("192.0.2.1", "ada", other)
		w.ok(err)

		w.pass(10 * time.Minute)
		w.ok(w.s.AskReset(ctx, "ada@example.org"))
		late := w.mailed("ada@example.org", "/reset/")
		w.pass(account.ResetLifetime)
		w.code(w.s.Reset(ctx, late, other), "link_invalid")
		w.code(w.s.Reset(ctx, "pla_short", other), "link_invalid")
	})
}

package account_test

import (
	"context"
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// told is what the audit says since the beginning: the event, its kind, and the
// name of the person who did it.
func (w *world) told() (rows []string) {
	w.Helper()
	w.ok(w.db.Read(w.Context(), func(_ context.Context, tx *store.Tx) (err error) {
		rows, err = store.All[string](tx.Gorm().Table("audit_events e").Joins("LEFT JOIN accounts a ON a.id = e.account_id").
			Select("e.action || ' ' || e.target_kind || ' ' || COALESCE(a.name, '-') || ' ' || e.via").Order("e.id"))
		return err
	}))
	return rows
}

// What a stranger does is told of whom they have proved to be, or of nobody.
func TestService_Told(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		ctx := from(w.Context(), "192.0.2.1")
		ada := w.actor("ada")
		_, err := w.try("192.0.2.1", "ada", "wrong password")
		w.code(err, "bad_credentials")
		_, err = w.try("192.0.2.1", "nobody", "wrong password")
		w.code(err, "bad_credentials")
		_, err = w.s.Confirm(ctx, ada, "wrong password")
		w.code(err, "bad_credentials")
		_, err = w.s.Confirm(ctx, ada, good)
		w.ok(err)
		w.ok(w.s.AskReset(ctx, "ada@example.org"))
		w.ok(w.s.AskReset(ctx, "nobody@example.org"))
		w.ok(w.s.Reset(ctx, w.mailed("ada@example.org", "/reset/"), "amber-heron-quilt-7"))
		_, err = w.s.Invite(ctx, ada, w.school.ID, account.Invite{Email: "bea@example.org", Name: "bea", Role: core.RoleSupervisor})
		w.ok(err)
		_, err = w.s.Accept(w.Context(), account.Accept{Token: w.link(), Password: good})
		w.ok(err)
		w.ok(w.s.SignOutEverywhere(ctx, ada))
		want := []string{
			"session.sign_in session ada page", "session.sign_in_failed account ada page", "session.sign_in_failed account - page",
			"session.confirm_failed account ada page", "session.confirm session ada page",
			"account.reset_ask account ada page", "account.reset_ask account - page", "account.password_reset account ada page",
			"invitation.create invitation ada page", "invitation.accept invitation bea command", "session.sign_out_everywhere session ada page",
		}
		if got := w.told(); !slices.Equal(got, want) {
			w.Errorf("told\n%q\nwant\n%q", got, want)
		}
	})
}

// A wrong password counts though the command that it was for has left nothing, and
// who may not do it does not get to try one.
func TestService_Confirm_ErrTooManyGuesses(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada")
		ada := w.actor("ada")
		ctx := from(w.Context(), "203.0.113.9")
		token := ada
		token.Token = true
		for range 10 {
			_, err := w.s.Confirm(ctx, token, "wrong password")
			w.code(err, "person_required")
			_, err = w.s.Confirm(ctx, access.Actor{}, "wrong password")
			w.code(err, "unauthenticated")
		}
		for range 6 {
			_, err := w.s.ChangePassword(ctx, ada, "wrong password", "amber-heron-quilt-7")
			w.code(err, "bad_credentials")
		}
		_, err := w.s.Confirm(ctx, ada, good)
		w.code(err, "too_many_guesses")
		w.code(w.s.AskAddress(ctx, ada, "ada@home.example", good), "too_many_guesses")
	})
}

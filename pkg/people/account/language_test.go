package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/words"
)

// Mail comes in the language that its reader has chosen, an invitation in the
// organization's, and in English where nobody has.
func TestService_ChooseLanguage(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		ctx, ada := from(w.Context(), "192.0.2.1"), w.actor("ada")
		in := func(tag, id string) {
			t.Helper()
			last := w.mails[len(w.mails)-1]
			if got := words.Of(tag).Part(id); !strings.Contains(last.Text, got) {
				t.Errorf("the mail is not in %s: %s", tag, last.Text)
			}
		}
		reset := func(tag string) {
			t.Helper()
			w.pass(time.Hour) // a link is sent once in a while
			w.ok(w.s.AskReset(ctx, "ada@example.org"))
			in(tag, "mail.reset.body")
		}
		w.code(w.s.ChooseLanguage(ctx, ada, "tlh"), "unknown_language")
		_, secret, err := w.s.CreateToken(ctx, ada, account.NewToken{Name: "phone", Scopes: []string{"read", "write"}, Days: 1})
		w.ok(err)
		program, err := w.s.Authenticate(ctx, secret)
		w.ok(err)
		w.code(w.s.ChooseLanguage(ctx, program, "en-XA"), "person_required")
		reset("en-US")
		w.ok(w.s.ChooseLanguage(ctx, ada, "en-XA"))
		w.ok(w.s.ChooseLanguage(ctx, ada, "en-XA"))
		reset("en-XA")
		if got := w.actor("ada").Language; got != "en-XA" {
			t.Errorf("the actor's language is %q", got)
		}
		w.ok(w.s.ChooseLanguage(ctx, ada, ""))
		reset("en-US")

		invite := func(email, tag string) {
			t.Helper()
			_, err := w.s.Invite(ctx, ada, w.school.ID, account.Invite{Email: email, Role: core.RoleSupervisor})
			w.ok(err)
			in(tag, "mail.invitation.body")
		}
		invite("sam@example.org", "en-US")
		change := account.OrganizationChange{Name: "Brightwater", Zone: "America/New_York", Language: "tlh"}
		_, err = w.s.UpdateOrganization(ctx, ada, w.school.ID, 0, change)
		w.code(err, "unknown_language")
		change.Language = "en-XA"
		changed, err := w.s.UpdateOrganization(ctx, ada, w.school.ID, 0, change)
		if w.ok(err); changed.Language != "en-XA" {
			t.Errorf("the school's language is %q", changed.Language)
		}
		kept, err := w.s.Organization(ctx, ada, w.school.ID)
		if w.ok(err); kept.Language != "en-XA" {
			t.Errorf("the school's language is kept as %q", kept.Language)
		}
		invite("tom@example.org", "en-XA")
	})
}

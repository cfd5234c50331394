package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func first(token string) account.Accept {
	return account.Accept{Token: token, Name: "Ada", Email: "ada@example.org", Password: good,
		OrganizationName: "Escuela Ñandú & Sons", Kind: "school", Zone: "America/New_York"}
}

func TestService_Bootstrap(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := empty(t, db)
		old, needed, err := w.s.Bootstrap(w.Context())
		if w.ok(err); !needed {
			w.Fatal("without an account the link is needed")
		}
		token, _, err := w.s.Bootstrap(w.Context())
		w.ok(err)
		_, err = w.s.LookUpInvitation(w.Context(), old)
		w.code(err, "invitation_invalid")
		view, err := w.s.LookUpInvitation(w.Context(), token)
		if w.ok(err); !view.First || view.Role != core.RoleAdmin {
			w.Fatalf("got %+v", view)
		}
		bad := first(token)
		bad.Zone, bad.Kind = "Mars/Olympus", "zoo"
		_, err = w.s.Accept(w.Context(), bad)
		if w.code(err, "invalid"); len(core.AsFault(err).Fields) != 2 {
			w.Fatalf("got %v", core.AsFault(err).Fields)
		}
		if won := atOnce(w, first(token)); won != 1 {
			w.Fatalf("%d of ten won", won)
		}
		_, needed, err = w.s.Bootstrap(w.Context())
		if w.ok(err); needed {
			w.Fatal("there is an account now")
		}
		a := w.actor("ada")
		if !a.Operator || len(a.Memberships) != 1 || a.Memberships[0].Role != core.RoleAdmin {
			w.Fatalf("got %+v", a)
		}
		o, err := w.s.Organization(w.Context(), a, a.Memberships[0].OrganizationID)
		if w.ok(err); o.Slug != "escuela-and-sons" {
			w.Fatalf("got the slug %q", o.Slug)
		}
	})
}

func TestService_Bootstrap_ErrExpired(t *testing.T) {
	t.Parallel()
	storetest.OneOrFull(t, func(t *testing.T, db *store.DB) {
		w := empty(t, db)
		token, _, err := w.s.Bootstrap(w.Context())
		w.ok(err)
		w.pass(24 * time.Hour)
		_, err = w.s.Accept(w.Context(), first(token))
		w.code(err, "invitation_invalid")
	})
}

// atOnce uses one link ten times in parallel and counts who got in.
func atOnce(w *world, in account.Accept) (won int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, err := w.s.Accept(w.Context(), in)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case core.CodeOf(err) != "invitation_invalid":
				w.Errorf("a loser got %v", err)
			}
		})
	}
	wg.Wait()
	return won
}

func (w *world) invite(by, name string, role core.Role) (string, error) {
	_, err := w.s.Invite(w.Context(), w.actor(by), w.school.ID, account.Invite{Email: name + "@example.org", Name: name, Role: role})
	if err != nil {
		return "", err
	}
	return w.link(), nil
}

func TestService_Invite(t *testing.T) {
	both(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		w.person("rey", core.RoleRegistrar)
		w.person("eva")
		older, err := w.invite("ada", "maya", core.RoleStudent)
		w.ok(err)
		token, err := w.invite("ada", "maya", core.RoleStudent)
		w.ok(err)
		_, err = w.s.LookUpInvitation(w.Context(), older)
		w.code(err, "invitation_invalid")
		view, err := w.s.LookUpInvitation(w.Context(), token)
		w.ok(err)
		if view.Email != "maya@example.org" || view.OrganizationName != "Brightwater School" || view.KnownAccount || view.First {
			w.Fatalf("got %+v", view)
		}
		_, err = w.s.Accept(w.Context(), account.Accept{Token: token, Password: "short"})
		w.code(err, "password_too_short")
		if won := atOnce(w, account.Accept{Token: token, Password: good}); won != 1 {
			w.Fatalf("%d of ten won", won)
		}
		if a := w.actor("maya"); a.Name != "maya" || a.TherapistID.IsZero() || len(a.Memberships) != 1 {
			w.Fatalf("got %+v", a)
		}
		for _, c := range []struct {
			by, name string
			role     core.Role
			want     string
		}{
			{"ada", "maya", core.RoleStudent, "already_member"},
			{"ada", "maya", core.RoleVerifier, "role_not_here"},
			{"ada", "maya", "pope", "unknown_role"},
			{"ada", "not an address", core.RoleStudent, "bad_email"},
			{"rey", "x", core.RoleStudent, "forbidden"},
			{"eva", "x", core.RoleStudent, "not_found"},
		} {
			_, err := w.invite(c.by, c.name, c.role)
			w.code(err, c.want)
		}
		list, err := w.s.Invitations(w.Context(), w.actor("ada"), w.school.ID, core.Page{})
		w.ok(err)
		if len(list.Items) != 1 || list.Items[0].AcceptedAt.IsZero() || list.Next != "" {
			w.Fatalf("got %+v", list)
		}
	})
}

func TestService_Accept_known(t *testing.T) {
	both(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		w.person("maya")
		token, err := w.invite("ada", "maya", core.RoleSupervisor)
		w.ok(err)
		if view, err := w.s.LookUpInvitation(w.Context(), token); err != nil || !view.KnownAccount {
			w.Fatalf("got %+v %v", view, err)
		}
		_, err = w.s.Accept(w.Context(), account.Accept{Token: token, Password: "another-otter-crane-9"})
		w.code(err, "bad_credentials")
		if won := atOnce(w, account.Accept{Token: token, Password: good}); won != 1 {
			w.Fatalf("%d of ten won", won)
		}
		if a := w.actor("maya"); len(a.Memberships) != 1 || !a.TherapistID.IsZero() {
			w.Fatalf("got %+v", a)
		}
	})
}

func TestService_Accept_imported(t *testing.T) {
	both(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		_, err := w.s.SeedPerson(w.Context(), account.Seed{Email: "maya@example.org", Name: "Maya Imported", Therapist: true})
		w.ok(err)
		token, err := w.invite("ada", "maya", core.RoleStudent)
		w.ok(err)
		if won := atOnce(w, account.Accept{Token: token, Name: "Maya Lind", Password: good}); won != 1 {
			w.Fatalf("%d of ten won", won)
		}
		if a := w.actor("maya"); a.Name != "Maya Lind" {
			w.Fatalf("got %+v", a)
		}
	})
}

func TestService_InviteStudent(t *testing.T) {
	each(t, func(w *world) {
		w.person("rey", core.RoleRegistrar)
		seeded, err := w.s.SeedPerson(w.Context(), account.Seed{Email: "maya@example.org", Name: "Maya",
			Roles: []account.SeedRole{{OrganizationID: w.school.ID, Role: core.RoleStudent}}})
		w.ok(err)
		rey := w.actor("rey")
		w.ok(w.s.InviteStudent(w.Context(), rey, w.school.ID, "maya@example.org", "Maya"))
		_, err = w.s.Accept(w.Context(), account.Accept{Token: w.link(), Password: good})
		w.ok(err)
		if a := w.actor("maya"); a.TherapistID != seeded.TherapistID || len(a.Memberships) != 1 || a.Memberships[0].MemberID != seeded.Members[0] {
			w.Fatalf("accepting made a second person: %+v", a)
		}
		w.ok(w.s.InviteStudent(w.Context(), rey, w.school.ID, "maya@example.org", "Maya"))
		if len(w.mails) != 1 {
			w.Fatal("who can sign in needs no further link")
		}
		w.code(w.s.InviteStudent(w.Context(), w.actor("maya"), w.school.ID, "x@example.org", ""), "forbidden")
	})
}

func TestService_Accept_ErrExpired(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		token, err := w.invite("ada", "maya", core.RoleStudent)
		w.ok(err)
		w.pass(account.InvitationLifetime)
		for _, token := range []string{token, "", "pli_" + strings.Repeat("A", 43)} {
			_, err = w.s.Accept(w.Context(), account.Accept{Token: token, Password: good})
			w.code(err, "invitation_invalid")
		}
	})
}

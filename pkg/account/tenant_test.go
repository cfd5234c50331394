package account_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
)

func TestService_CreateOrganization(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		_, err := w.s.SeedPerson(w.Context(), account.Seed{Email: "op@example.org", Name: "Op", PasswordHash: w.hash, Operator: true})
		w.ok(err)
		in := account.NewOrganization{Kind: core.Employer, Name: "Harbor Spa", Zone: "Europe/Berlin", URL: "https://harbor.example", AdminEmail: "hana@example.org"}
		_, err = w.s.CreateOrganization(w.Context(), w.actor("ada"), in)
		w.code(err, "not_found")
		o, err := w.s.CreateOrganization(w.Context(), w.actor("op"), in)
		w.ok(err)
		if o.Slug != "harbor-spa" || o.Version != 1 {
			w.Fatalf("got %+v", o)
		}
		_, err = w.s.Accept(w.Context(), account.Accept{Token: w.link(), Name: "Hana", Password: good})
		w.ok(err)
		_, err = w.s.CreateOrganization(w.Context(), w.actor("op"), in)
		w.code(err, "slug_taken")

		hana := w.actor("hana")
		change := account.OrganizationChange{Name: "Harbour Spa", Zone: "Europe/Berlin"}
		changed, err := w.s.UpdateOrganization(w.Context(), hana, o.ID, 1, change)
		if w.ok(err); changed.Name != "Harbour Spa" || changed.Version != 2 {
			w.Fatalf("got %+v", changed)
		}
		_, err = w.s.UpdateOrganization(w.Context(), hana, o.ID, 1, change)
		w.code(err, "stale")
		_, err = w.s.UpdateOrganization(w.Context(), hana, w.school.ID, 0, change)
		w.code(err, "not_found")
		change.URL = "javascript:alert(1)"
		_, err = w.s.UpdateOrganization(w.Context(), hana, o.ID, 0, change)
		w.code(err, "bad_url")
	})
}

func TestService_Members(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		for _, name := range []string{"zoe", "bea", "max", "ian"} {
			w.person(name, core.RoleSupervisor)
		}
		w.person("maya", core.RoleStudent)
		ada := w.actor("ada")
		var names []string
		page := core.Page{Limit: 2}
		for {
			list, err := w.s.Members(w.Context(), ada, w.school.ID, "", page)
			w.ok(err)
			for _, m := range list.Items {
				names = append(names, m.Name)
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if want := []string{"ada", "bea", "ian", "max", "maya", "zoe"}; !slices.Equal(names, want) {
			w.Fatalf("got %v", names)
		}
		_, err := w.s.Members(w.Context(), ada, w.school.ID, "", core.Page{Cursor: "rubbish"})
		w.code(err, "bad_cursor")
		_, err = w.s.Members(w.Context(), w.actor("maya"), w.school.ID, "", core.Page{})
		w.code(err, "forbidden")
		supervisors, err := w.s.Supervisors(w.Context(), w.actor("maya"), w.school.ID)
		if w.ok(err); len(supervisors) != 4 || supervisors[0].Name != "bea" {
			w.Fatalf("got %+v", supervisors)
		}
	})
}

func TestService_EndMember(t *testing.T) {
	each(t, func(w *world) {
		one := w.person("ada", core.RoleAdmin).Members[0]
		two := w.person("bob", core.RoleAdmin).Members[0]
		third := w.person("max", core.RoleSupervisor).Members[0]
		w.person("eva")
		ada, bob := w.actor("ada"), w.actor("bob")
		w.code(w.s.EndMember(w.Context(), w.actor("eva"), third), "not_found")
		w.code(w.s.EndMember(w.Context(), w.actor("max"), third), "forbidden")
		w.ok(w.s.EndMember(w.Context(), ada, third))
		w.code(w.s.EndMember(w.Context(), ada, third), "already_ended")
		if a := w.actor("max"); len(a.Memberships) != 0 {
			w.Fatalf("got %+v", a)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = w.s.EndMember(w.Context(), ada, two) })
		wg.Go(func() { errs[1] = w.s.EndMember(w.Context(), bob, one) })
		wg.Wait()
		codes := []string{core.CodeOf(errs[0]), core.CodeOf(errs[1])}
		slices.Sort(codes)
		if !slices.Equal(codes, []string{"", "last_admin"}) {
			w.Fatalf("two administrators ended each other: %q", codes)
		}
	})
}

func TestService_CreateToken(t *testing.T) {
	each(t, func(w *world) {
		admin := w.person("ada", core.RoleAdmin).Members[0]
		w.person("bob", core.RoleAdmin)
		w.person("maya", core.RoleStudent)
		ada, maya := w.actor("ada"), w.actor("maya")
		in := account.NewToken{OrganizationID: w.school.ID, Name: "import", Role: core.RoleRegistrar, Scopes: []string{"write", "read"}, Days: 30}
		_, _, err := w.s.CreateToken(w.Context(), maya, in)
		w.code(err, "forbidden")
		org, orgSecret, err := w.s.CreateToken(w.Context(), ada, in)
		w.ok(err)
		a := w.authenticated(orgSecret, true)
		if !a.Token || a.ReadOnly || a.AccountID != ada.AccountID || !a.TherapistID.IsZero() || a.TokenID != org.ID ||
			len(a.Memberships) != 1 || a.Memberships[0].Role != core.RoleRegistrar || !a.Memberships[0].MemberID.IsZero() {
			w.Fatalf("got %+v", a)
		}
		_, err = w.s.Sessions(w.Context(), a)
		w.code(err, "person_required")
		_, err = w.s.Tokens(w.Context(), a, core.OrganizationID{}, core.Page{})
		w.code(err, "person_required")

		_, own, err := w.s.CreateToken(w.Context(), maya, account.NewToken{Name: "phone", Scopes: []string{"read"}, Days: 1})
		w.ok(err)
		b := w.authenticated(own, true)
		if !b.Token || !b.ReadOnly || b.TherapistID != maya.TherapistID || len(b.Memberships) != 1 {
			w.Fatalf("got %+v", b)
		}
		w.code(w.s.RevokeToken(w.Context(), maya, org.ID), "forbidden")
		w.code(w.s.RevokeToken(w.Context(), ada, b.TokenID), "not_found")
		w.code(w.s.RevokeToken(w.Context(), b, b.TokenID), "person_required")
		list, err := w.s.Tokens(w.Context(), maya, core.OrganizationID{}, core.Page{})
		if w.ok(err); len(list.Items) != 1 || list.Items[0].UsedAt.IsZero() {
			w.Fatalf("got %+v", list)
		}
		w.ok(w.s.RevokeToken(w.Context(), maya, b.TokenID))
		w.authenticated(own, false)

		w.ok(w.s.EndMember(w.Context(), w.actor("bob"), admin))
		w.authenticated(orgSecret, false)
		w.ok(w.s.RevokeToken(w.Context(), w.actor("bob"), org.ID))
	})
}

func TestService_CreateToken_ErrInput(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		ada := w.actor("ada")
		good := account.NewToken{OrganizationID: w.school.ID, Name: "n", Role: core.RoleRegistrar, Scopes: []string{"read"}, Days: 366}
		for want, change := range map[string]func(*account.NewToken){
			"required":      func(n *account.NewToken) { n.Name = " " },
			"bad_days":      func(n *account.NewToken) { n.Days = 367 },
			"unknown_scope": func(n *account.NewToken) { n.Scopes = []string{"admin"} },
			"role_not_here": func(n *account.NewToken) { n.Role = core.RoleAdmin },
		} {
			in := good
			change(&in)
			_, _, err := w.s.CreateToken(w.Context(), ada, in)
			w.code(err, want)
		}
		_, secret, err := w.s.CreateToken(w.Context(), ada, good)
		w.ok(err)
		w.pass(365 * 24 * time.Hour)
		w.authenticated(secret, true)
		w.pass(24 * time.Hour)
		w.authenticated(secret, false)
	})
}

func TestService_Audit(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		ada := w.actor("ada")
		for _, name := range []string{"a", "b", "c"} {
			_, err := w.s.Invite(from(w.Context(), "192.0.2.7"), ada, w.school.ID, account.Invite{Email: name + "@example.org", Role: core.RoleSupervisor})
			w.ok(err)
		}
		list, err := w.s.Audit(w.Context(), ada, w.school.ID, core.Page{Limit: 2})
		w.ok(err)
		e := list.Items[0]
		if len(list.Items) != 2 || list.Next == "" || e.Action != "invitation.create" || e.ActorName != "ada" || e.Address != "192.0.2.7" || e.Via != "page" || e.Detail["role"] != "supervisor" {
			w.Fatalf("got %+v", list)
		}
		rest, err := w.s.Audit(w.Context(), ada, w.school.ID, core.Page{Limit: 2, Cursor: list.Next})
		w.ok(err)
		var exported []core.AuditID
		w.ok(w.s.ExportAudit(w.Context(), ada, w.school.ID, func(e core.AuditEvent) error {
			exported = append(exported, e.ID)
			return nil
		}))
		if len(rest.Items) != 1 || len(exported) != 3 || exported[2] != e.ID || exported[0] != rest.Items[0].ID {
			w.Fatalf("got %v and %v", rest.Items, exported)
		}
		w.person("maya", core.RoleStudent)
		_, err = w.s.Audit(w.Context(), w.actor("maya"), w.school.ID, core.Page{})
		w.code(err, "forbidden")
	})
}

package account_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
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

// Who gets a school's checkpoints is chosen by its administrators, and told to nobody
// else; the audit says that it was changed.
func TestService_UpdateOrganization_CheckpointRecipient(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		w.person("sam", core.RoleSupervisor)
		ada := w.actor("ada")
		change := account.OrganizationChange{Name: "Brightwater", Zone: "America/New_York", CheckpointRecipient: "keeper"}
		_, err := w.s.UpdateOrganization(w.Context(), ada, w.school.ID, 0, change)
		if w.code(err, "bad_email"); core.AsFault(err).Fields[0].Name != "checkpoint_recipient" {
			t.Errorf("the field is %+v", core.AsFault(err).Fields)
		}
		change.CheckpointRecipient = " Keeper@Example.com "
		o, err := w.s.UpdateOrganization(w.Context(), ada, w.school.ID, 0, change)
		if w.ok(err); o.CheckpointRecipient != "keeper@example.com" {
			t.Errorf("it is %q", o.CheckpointRecipient)
		}
		for name, want := range map[string]string{"ada": "keeper@example.com", "sam": ""} {
			o, err := w.s.Organization(w.Context(), w.actor(name), w.school.ID)
			if w.ok(err); o.CheckpointRecipient != want {
				t.Errorf("%s is told %q", name, o.CheckpointRecipient)
			}
		}
		_, err = w.s.UpdateOrganization(w.Context(), ada, w.school.ID, 0, change)
		w.ok(err)
		list, err := w.s.Audit(w.Context(), ada, w.school.ID, core.Page{Limit: 2})
		if w.ok(err); list.Items[0].Detail["changed"] != "" || list.Items[1].Detail["changed"] != "checkpoint_recipient" {
			t.Errorf("the audit has %+v", list.Items)
		}
		change.CheckpointRecipient = ""
		o, err = w.s.UpdateOrganization(w.Context(), ada, w.school.ID, 0, change)
		if w.ok(err); o.CheckpointRecipient != "" {
			t.Errorf("it is %q", o.CheckpointRecipient)
		}
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

// Each role of an organization can be kept, invited to and listed.
func TestService_Invite_EveryRole(t *testing.T) {
	both(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		_, err := w.s.SeedPerson(w.Context(), account.Seed{Email: "op@example.org", Name: "Op", PasswordHash: w.hash, Operator: true})
		w.ok(err)
		clinic, err := w.s.SeedOrganization(w.Context(), account.NewOrganization{Kind: core.Employer, Name: "Harbor Clinic", Zone: "UTC"})
		w.ok(err)
		for i, role := range core.Roles {
			w.person(string(role), role)
			for _, o := range []core.Organization{w.school, clinic} {
				_, err := w.s.Invite(w.Context(), w.actor("op"), o.ID, account.Invite{Email: fmt.Sprintf("%d@example.org", i), Role: role})
				if want := map[bool]string{false: "role_not_here"}[role.In(o.Kind)]; core.CodeOf(err) != want {
					w.Errorf("inviting a %s to %s gives %v", role, o.Name, err)
				}
			}
			list, err := w.s.Members(w.Context(), w.actor("ada"), w.school.ID, role, core.Page{})
			if w.ok(err); len(list.Items) == 0 || list.Items[0].Role != role {
				w.Errorf("the %s is not listed: %+v", role, list.Items)
			}
		}
	})
}

func (w *world) end(a access.Actor, member core.MemberID) error {
	_, err := w.s.EndMember(w.Context(), a, member)
	return err
}

func (w *world) revoke(a access.Actor, token core.TokenID) error {
	_, err := w.s.RevokeToken(w.Context(), a, token)
	return err
}

func TestService_EndMember(t *testing.T) {
	both(t, func(w *world) {
		one := w.person("ada", core.RoleAdmin).Members[0]
		two := w.person("bob", core.RoleAdmin).Members[0]
		third := w.person("max", core.RoleSupervisor).Members[0]
		w.person("eva")
		ada, bob := w.actor("ada"), w.actor("bob")
		w.code(w.end(w.actor("eva"), third), "not_found")
		w.code(w.end(w.actor("max"), third), "forbidden")
		w.ok(w.end(ada, third))
		w.code(w.end(ada, third), "already_ended")
		if a := w.actor("max"); len(a.Memberships) != 0 {
			w.Fatalf("got %+v", a)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = w.end(ada, two) })
		wg.Go(func() { errs[1] = w.end(bob, one) })
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
		w.code(w.revoke(maya, org.ID), "forbidden")
		w.code(w.revoke(ada, b.TokenID), "not_found")
		w.code(w.revoke(b, b.TokenID), "person_required")
		list, err := w.s.Tokens(w.Context(), maya, core.OrganizationID{}, core.Page{})
		if w.ok(err); len(list.Items) != 1 || list.Items[0].UsedAt.IsZero() {
			w.Fatalf("got %+v", list)
		}
		w.ok(w.revoke(maya, b.TokenID))
		w.authenticated(own, false)

		w.ok(w.end(w.actor("bob"), admin))
		w.authenticated(orgSecret, false)
		w.ok(w.revoke(w.actor("bob"), org.ID))
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
		var file bytes.Buffer
		w.ok(w.s.ExportAudit(w.Context(), ada, w.school.ID, func() io.Writer { return &file }))
		exported, err := csv.NewReader(&file).ReadAll()
		w.ok(err)
		if len(rest.Items) != 1 || len(exported) != 4 || exported[3][0] != e.ID.String() || exported[1][0] != rest.Items[0].ID.String() ||
			exported[3][3] != "ada" || exported[3][6] != "invitation.create" || !strings.Contains(exported[3][9], `"role":"supervisor"`) {
			w.Fatalf("got %v and %v", rest.Items, exported)
		}
		w.person("maya", core.RoleStudent)
		w.code(w.s.ExportAudit(w.Context(), w.actor("maya"), w.school.ID, func() io.Writer {
			w.Error("an export that is refused has begun")
			return io.Discard
		}), "forbidden")
		_, err = w.s.Audit(w.Context(), w.actor("maya"), w.school.ID, core.Page{})
		w.code(err, "forbidden")
	})
}

// TestService_ExportAudit_Long reads a long audit part by part, and ends where
// nobody takes it.
func TestService_ExportAudit_Long(t *testing.T) {
	each(t, func(w *world) {
		w.person("ada", core.RoleAdmin)
		ada, events := w.actor("ada"), make([]core.AuditEvent, 1100)
		for i := range events {
			events[i] = core.AuditEvent{ID: core.AuditID{1, byte(i >> 8), byte(i)}, At: w.now, OrganizationID: w.school.ID, Via: "page", Action: "entry.log"}
		}
		w.ok(w.db.Write(w.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.AuditAll(ctx, events) }))
		var file bytes.Buffer
		w.ok(w.s.ExportAudit(w.Context(), ada, w.school.ID, func() io.Writer { return &file }))
		rows, err := csv.NewReader(&file).ReadAll()
		w.ok(err)
		if len(rows) != 1101 || !slices.IsSortedFunc(rows[1:], func(a, b []string) int { return strings.Compare(a[0], b[0]) }) {
			w.Fatalf("%d rows", len(rows))
		}
		if err := w.s.ExportAudit(w.Context(), ada, w.school.ID, func() io.Writer { return gone{} }); !errors.Is(err, errGone) {
			w.Errorf("written to nobody: %v", err)
		}
	})
}

var errGone = errors.New("the reader is gone")

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, errGone }

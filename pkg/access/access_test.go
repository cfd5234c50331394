package access_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

var update = flag.Bool("update", false, "write the golden files again")

var (
	school  = core.OrganizationID{1}
	other   = core.OrganizationID{2}
	own     = core.TherapistID{1}
	someone = core.TherapistID{2}
)

func member(org core.OrganizationID, role core.Role) access.Actor {
	a := access.Actor{AccountID: core.AccountID{9}, Memberships: []access.Membership{{OrganizationID: org, MemberID: core.MemberID{9}, Role: role}}}
	if role == core.RoleStudent {
		a.TherapistID = own
	}
	return a
}

type column struct {
	name  string
	actor access.Actor
}

func columns() []column {
	out := []column{{"stranger", access.Actor{}}}
	for _, role := range core.Roles {
		out = append(out, column{string(role), member(school, role)})
	}
	operator := access.Actor{AccountID: core.AccountID{9}, Operator: true}
	token := member(school, core.RoleRegistrar)
	token.Token = true
	reading := token
	reading.ReadOnly = true
	return append(out, column{"operator", operator}, column{"token", token}, column{"read-only", reading},
		column{"elsewhere", member(other, core.RoleAdmin)})
}

func answer(err error) string {
	if err == nil {
		return "yes"
	}
	return core.CodeOf(err)
}

// TestCan_Matrix is the whole policy as a table: every action by every role, on
// a record of the school, on one's own record, and on another student's.
func TestCan_Matrix(t *testing.T) {
	var b strings.Builder
	for _, target := range []struct {
		name string
		is   access.Target
	}{
		{"something of the school", access.Target{Organization: school}},
		{"the student's own record", access.Target{Organization: school, Therapist: own}},
		{"another student's record", access.Target{Organization: school, Therapist: someone}},
	} {
		fmt.Fprintf(&b, "# %s\n%-24s", target.name, "")
		for _, c := range columns() {
			fmt.Fprintf(&b, " %-16s", c.name)
		}
		b.WriteString("\n")
		for _, action := range access.Actions() {
			fmt.Fprintf(&b, "%-24s", action)
			for _, c := range columns() {
				fmt.Fprintf(&b, " %-16s", answer(access.Can(c.actor, action, target.is)))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	got := strings.ReplaceAll(b.String(), " \n", "\n")
	for strings.Contains(got, " \n") {
		got = strings.ReplaceAll(got, " \n", "\n")
	}
	const golden = "testdata/matrix.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the policy changed; read the difference and run with -update if it is meant:\n%s", got)
	}
}

func TestCan_AnotherTenantSeesNothing(t *testing.T) {
	for _, role := range core.Roles {
		stranger := member(other, role)
		stranger.TherapistID = someone
		for _, action := range access.Actions() {
			if action == access.SelfRead || action == access.SelfWrite {
				continue
			}
			for _, target := range []access.Target{{Organization: school}, {Organization: school, Therapist: own}} {
				if got := answer(access.Can(stranger, action, target)); got != "not_found" {
					t.Errorf("%s of another tenant, %s: got %s, want not_found", role, action, got)
				}
			}
		}
	}
}

func TestCan_OwnRecord(t *testing.T) {
	both := member(school, core.RoleSupervisor)
	both.TherapistID = own
	err := access.Can(both, access.EntrySign, access.Target{Organization: school, Therapist: own})
	if got := answer(err); got != "own_record" {
		t.Errorf("a supervisor signing their own entry: got %s", got)
	}
	if err := access.Can(both, access.EntrySign, access.Target{Organization: school, Therapist: someone}); err != nil {
		t.Errorf("a supervisor signing a student's entry: %v", err)
	}
}

func TestScope(t *testing.T) {
	if s, err := access.Scope(member(school, core.RoleRegistrar), access.EnrollmentRead, school); err != nil || !s.All {
		t.Errorf("a registrar sees all enrollments, got %+v, %v", s, err)
	}
	if s, err := access.Scope(member(school, core.RoleStudent), access.EnrollmentRead, school); err != nil || s.All || s.Therapist != own {
		t.Errorf("a student sees their own enrollments, got %+v, %v", s, err)
	}
	if _, err := access.Scope(member(other, core.RoleAdmin), access.EnrollmentRead, school); answer(err) != "not_found" {
		t.Errorf("another school sees none, got %v", err)
	}
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		at   time.Time
		want string
	}{
		"15 minutes":  {now.Add(-15 * time.Minute), "yes"},
		"just over":   {now.Add(-15*time.Minute - time.Second), "reauthentication_required"},
		"never given": {time.Time{}, "reauthentication_required"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := answer(access.Fresh(access.Actor{AuthenticatedAt: c.at}, now)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestCanAny(t *testing.T) {
	registrar := member(school, core.RoleRegistrar)
	if err := access.CanAny(registrar, access.LicenseRead, []core.OrganizationID{other, school}, someone); err != nil {
		t.Error(err)
	}
	if err := access.CanAny(registrar, access.LicenseRead, []core.OrganizationID{other}, someone); answer(err) != "not_found" {
		t.Errorf("got %v", err)
	}
	if err := access.CanAny(access.Actor{}, access.LicenseRead, nil, someone); answer(err) != "unauthenticated" {
		t.Errorf("got %v", err)
	}
}

// TestCan_NewRole shows that a role has no right that no rule names it for.
func TestCan_NewRole(t *testing.T) {
	actor := member(school, "gardener")
	for _, action := range access.Actions() {
		if action == access.SelfRead || action == access.SelfWrite {
			continue
		}
		for _, target := range []access.Target{{Organization: school}, {Organization: school, Therapist: someone}} {
			if access.Can(actor, action, target) == nil {
				t.Errorf("a role without rights may %s", action)
			}
		}
	}
}

func TestDecide_SeveralOrganizations(t *testing.T) {
	registrar := member(school, core.RoleRegistrar)
	for name, c := range map[string]struct {
		of     core.TherapistID // the registrar's own record
		target access.Target
		want   string
	}{
		"one of them":                       {own, access.Target{Organizations: []core.OrganizationID{other, school}}, "reauthentication_required"},
		"one of them, another is named":     {own, access.Target{Organization: other, Organizations: []core.OrganizationID{other, school}}, "reauthentication_required"},
		"none":                              {own, access.Target{Organizations: []core.OrganizationID{other}}, "not_found"},
		"their own":                         {someone, access.Target{Organizations: []core.OrganizationID{other, school}}, "forbidden"},
		"their own, where they work":        {someone, access.Target{Organization: school, Organizations: []core.OrganizationID{other, school}}, "own_record"},
		"their own, at a school they study": {someone, access.Target{Organization: other, Organizations: []core.OrganizationID{other}}, "forbidden"},
	} {
		registrar.TherapistID, c.target.Therapist = c.of, someone
		if got := answer(access.Decide(registrar, access.CEDecide, c.target, time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

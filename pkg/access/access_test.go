package access_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
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

// member has a role in a school, or in an employer where only those have it.
func member(org core.OrganizationID, role core.Role) access.Actor {
	kind := core.School
	if role == core.RoleVerifier {
		kind = core.Employer
	}
	return memberOf(kind, org, role)
}

func memberOf(kind core.OrganizationKind, org core.OrganizationID, role core.Role) access.Actor {
	a := access.Actor{AccountID: core.AccountID{9}, Memberships: []access.Membership{{OrganizationID: org, OrganizationKind: kind, MemberID: core.MemberID{9}, Role: role}}}
	if role == core.RoleStudent {
		a.TherapistID = own
	}
	return a
}

var noon = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

type column struct {
	name  string
	actor access.Actor
}

func columns() []column {
	out := []column{{"stranger", access.Actor{}}}
	for _, role := range core.RolesOf(core.School) {
		out = append(out, column{string(role.Role), memberOf(core.School, school, role.Role)})
	}
	for _, role := range core.RolesOf(core.Employer) {
		out = append(out, column{"employer " + string(role.Role), memberOf(core.Employer, school, role.Role)})
	}
	operator := access.Actor{AccountID: core.AccountID{9}, Operator: true}
	token := member(school, core.RoleRegistrar)
	token.Token = true
	reading := token
	reading.ReadOnly = true
	link := access.Actor{Link: access.Link{ID: core.LinkID{1}, Therapist: someone, Scopes: access.Scopes, Until: noon.Add(time.Hour)}}
	left := access.Actor{AccountID: core.AccountID{9}, TherapistID: own}
	return append(out, column{"left", left}, column{"link", link}, column{"operator", operator}, column{"token", token}, column{"read-only", reading},
		column{"elsewhere", member(other, core.RoleAdmin)})
}

func answer(err error) string {
	if err == nil {
		return "yes"
	}
	return core.CodeOf(err)
}

// selfs are what everybody may do for themselves.
var selfs = []access.Action{
	access.SelfRead, access.SelfWrite, access.GrantOwn, access.GrantGive, access.GrantRefuse, access.FileAccept, access.FileDecline, access.SchoolLeave,
}

// TestCan_Matrix is the whole policy as a table: every action by every role in either
// kind of organization, on something of the organization, on one's own record, on
// another student's, and on one that a grant opens.
func TestCan_Matrix(t *testing.T) {
	now := noon
	var b strings.Builder
	for _, target := range []struct {
		name string
		is   access.Target
	}{
		{"something of the organization", access.Target{Organization: school}},
		{"the student's own record", access.Target{Organization: school, Therapist: own}},
		{"another student's record", access.Target{Organization: school, Therapist: someone}},
		{"another student's record, by a grant", access.Target{Therapist: someone, Scope: access.ScopeLicenses, Grants: []access.Grant{
			{Organization: school, Scopes: access.Scopes, Until: now.Add(time.Hour)},
		}}},
	} {
		fmt.Fprintf(&b, "# %s\n%-24s", target.name, "")
		for _, c := range columns() {
			fmt.Fprintf(&b, " %-17s", c.name)
		}
		b.WriteString("\n")
		for _, action := range access.Actions() {
			fmt.Fprintf(&b, "%-24s", action)
			for _, c := range columns() {
				fmt.Fprintf(&b, " %-17s", answer(access.May(c.actor, action, target.is, now)))
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
			if slices.Contains(selfs, action) {
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
	if s, err := access.Listed(member(school, core.RoleRegistrar), access.EnrollmentRead, school); err != nil || !s.All {
		t.Errorf("a registrar sees all enrollments, got %+v, %v", s, err)
	}
	if s, err := access.Listed(member(school, core.RoleStudent), access.EnrollmentRead, school); err != nil || s.All || s.Therapist != own {
		t.Errorf("a student sees their own enrollments, got %+v, %v", s, err)
	}
	if _, err := access.Listed(member(other, core.RoleAdmin), access.EnrollmentRead, school); answer(err) != "not_found" {
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

// A grant lets those who would have the right at the organization do something of a
// record, for its scopes, until it ends or is ended.
func TestDecide_Grant(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	live := access.Grant{Organization: school, Scopes: []access.Scope{access.ScopeLicenses, access.ScopeHoursDetail}, Until: now.Add(time.Hour)}
	ended, over := live, live
	ended.EndedAt, over.Until = now.Add(-time.Second), now
	registrar := member(school, core.RoleRegistrar)
	for name, c := range map[string]struct {
		actor access.Actor
		scope access.Scope
		grant access.Grant
		want  string
	}{
		"granted":                     {registrar, access.ScopeLicenses, live, "yes"},
		"any part":                    {registrar, access.AnyScope, live, "yes"},
		"the summary with the detail": {registrar, access.ScopeHoursSummary, live, "yes"},
		"another scope":               {registrar, access.ScopeCE, live, "not_found"},
		"what is in no scope":         {registrar, "", live, "not_found"},
		"ended a second ago":          {registrar, access.ScopeLicenses, ended, "not_found"},
		"over this moment":            {registrar, access.ScopeLicenses, over, "not_found"},
		"a role without the right":    {member(school, core.RoleSupervisor), access.ScopeLicenses, live, "forbidden"},
		"another organization":        {member(other, core.RoleRegistrar), access.ScopeLicenses, live, "not_found"},
		"a stranger":                  {access.Actor{}, access.ScopeLicenses, live, "unauthenticated"},
	} {
		at := access.Target{Therapist: someone, Scope: c.scope, Grants: []access.Grant{c.grant}}
		if got := answer(access.Decide(c.actor, access.LicenseRead, at, now)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		org := core.OrganizationID{}
		if c.want == "yes" {
			org = school
		}
		if got := access.For(c.actor, access.LicenseRead, at, now); got != org {
			t.Errorf("%s: acts for %s, want %s", name, got, org)
		}
	}
}

// A grant lets an employer see, and never write.
func TestDecide_Grant_Employer(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	admin := memberOf(core.Employer, school, core.RoleAdmin)
	at := access.Target{Therapist: someone, Scope: access.ScopeLicenses, Grants: []access.Grant{{Organization: school, Scopes: access.Scopes, Until: now.Add(time.Hour)}}}
	for action, want := range map[access.Action]string{
		access.LicenseRead: "yes", access.HoldingRead: "yes", access.CERead: "yes", access.HoursRead: "yes",
		access.LicenseRecord: "forbidden", access.HoldingRecord: "forbidden", access.HoldingVerify: "forbidden", access.AdverseRecord: "forbidden", access.CEReport: "forbidden",
	} {
		if got := answer(access.Decide(admin, action, at, now)); got != want {
			t.Errorf("%s: got %s, want %s", action, got, want)
		}
		if acts := !access.For(admin, action, at, now).IsZero(); acts != (want == "yes") {
			t.Errorf("%s: the employer acts: %v", action, acts)
		}
	}
}

// An action names the kinds of organizations that it is for, and members of others find
// nothing at theirs, whatever their role, in lists either.
func TestCan_Kinds(t *testing.T) {
	kinds := []core.OrganizationKind{core.School, core.Employer}
	for _, action := range access.Actions() {
		if !slices.ContainsFunc(kinds, func(k core.OrganizationKind) bool { return access.Fits(action, k) }) {
			t.Errorf("%s does not say for which kinds of organizations it is", action)
		}
		for _, kind := range append(kinds, "") {
			if access.Fits(action, kind) || slices.Contains(selfs, action) {
				continue
			}
			for _, role := range core.Roles {
				a := memberOf(kind, school, role)
				for _, target := range []access.Target{{Organization: school}, {Organization: school, Therapist: someone}} {
					if got := answer(access.Can(a, action, target)); got != "not_found" {
						t.Errorf("%s of an organization of the kind %q, %s: %s", role, kind, action, got)
					}
				}
				if _, err := access.Listed(a, action, school); answer(err) != "not_found" {
					t.Errorf("%s of an organization of the kind %q lists by %s: %v", role, kind, action, err)
				}
			}
		}
	}
	both := memberOf(core.School, school, core.RoleAdmin)
	both.Memberships = append(both.Memberships, memberOf(core.Employer, other, core.RoleAdmin).Memberships...)
	for _, c := range []struct {
		action access.Action
		at     core.OrganizationID
		want   string
	}{
		{access.ProgramRead, school, "yes"}, {access.ProgramRead, other, "not_found"}, {access.CheckMake, other, "yes"}, {access.CheckMake, school, "not_found"},
	} {
		if got := answer(access.Can(both, c.action, access.Target{Organization: c.at})); got != c.want {
			t.Errorf("an administrator of a school and of an employer, %s: %s, want %s", c.action, got, c.want)
		}
	}
}

// TestCan_NewRole shows that a role has no right that no rule names it for.
func TestCan_NewRole(t *testing.T) {
	actor := member(school, "gardener")
	for _, action := range access.Actions() {
		if slices.Contains(selfs, action) {
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
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	to := func(orgs ...core.OrganizationID) (grants []access.Grant) {
		for _, org := range orgs {
			grants = append(grants, access.Grant{Organization: org, Scopes: access.Scopes, Until: now.Add(time.Hour)})
		}
		return grants
	}
	registrar := member(school, core.RoleRegistrar)
	for name, c := range map[string]struct {
		of     core.TherapistID // the registrar's own record
		target access.Target
		want   string
	}{
		"one of them":                       {own, access.Target{Grants: to(other, school)}, "reauthentication_required"},
		"one of them, another is named":     {own, access.Target{Organization: other, Grants: to(other, school)}, "reauthentication_required"},
		"none":                              {own, access.Target{Grants: to(other)}, "not_found"},
		"their own":                         {someone, access.Target{Grants: to(other, school)}, "forbidden"},
		"their own, where they work":        {someone, access.Target{Organization: school, Grants: to(other, school)}, "own_record"},
		"their own, at a school they study": {someone, access.Target{Organization: other, Grants: to(other)}, "forbidden"},
	} {
		registrar.TherapistID, c.target.Therapist, c.target.Scope = c.of, someone, access.ScopeCE
		if got := answer(access.Decide(registrar, access.CEDecide, c.target, now)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// A link lets a stranger see its scopes of one record until it ends, and nothing else.
func TestDecide_Link(t *testing.T) {
	link := access.Link{ID: core.LinkID{1}, Therapist: someone, Scopes: []access.Scope{access.ScopeLicenses}, Until: noon.Add(time.Hour)}
	for name, c := range map[string]struct {
		action access.Action
		target access.Target
		at     time.Time
		want   string
	}{
		"its scope":               {access.LicenseRead, access.Target{Therapist: someone, Scope: access.ScopeLicenses}, noon, "yes"},
		"the name":                {access.LicenseRead, access.Target{Therapist: someone, Scope: access.AnyScope}, noon, "yes"},
		"another scope":           {access.CERead, access.Target{Therapist: someone, Scope: access.ScopeCE}, noon, "not_found"},
		"what is in no scope":     {access.LicenseRead, access.Target{Therapist: someone}, noon, "not_found"},
		"another record":          {access.LicenseRead, access.Target{Therapist: own, Scope: access.ScopeLicenses}, noon, "not_found"},
		"what a school recorded":  {access.LicenseRead, access.Target{Organization: school, Therapist: someone}, noon, "not_found"},
		"over this moment":        {access.LicenseRead, access.Target{Therapist: someone, Scope: access.ScopeLicenses}, link.Until, "not_found"},
		"to write":                {access.LicenseRecord, access.Target{Therapist: someone, Scope: access.ScopeLicenses}, noon, "not_found"},
		"what is the therapist's": {access.ReminderRead, access.Target{Therapist: someone, Scope: access.ScopeLicenses}, noon, "not_found"},
		"for oneself":             {access.SelfRead, access.Target{}, noon, "not_found"},
		"a grant to a school": {access.CERead, access.Target{Therapist: someone, Scope: access.ScopeCE, Grants: []access.Grant{
			{Organization: school, Scopes: access.Scopes, Until: noon.Add(time.Hour)},
		}}, noon, "not_found"},
	} {
		if got := answer(access.Decide(access.Actor{Link: link}, c.action, c.target, c.at)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		if org := access.For(access.Actor{Link: link}, c.action, c.target, c.at); !org.IsZero() {
			t.Errorf("%s: acts for %s", name, org)
		}
	}
}

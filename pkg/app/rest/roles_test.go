package rest_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// Every operation answers every role as the policy says.
func TestEveryOperation_Roles(t *testing.T) {
	t.Parallel()
	for _, role := range core.Roles {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, newWorld(t, storetest.SQLite(t)))
			who, actor := o.someone(o.school, role)
			each(t, func(method, path string, op *openapi3.Operation) {
				action := actions(t)[op.OperationID].Action
				// Who leaves has the role no more; the story does.
				if action == edge.Public || strings.HasPrefix(string(action), "self.") || action == access.SchoolLeave {
					return
				}
				target, known := o.target(path)
				if !known {
					return
				}
				to, in := o.request(path, op)
				a := who.do(method, to, in)
				want := access.Can(actor, action, target)
				switch op.OperationID {
				case "listEnrollments", "listCourseCompletions": // students see their own part
					_, want = access.Listed(actor, action, target.Organization)
				case "listDisclosures", "listMyHandovers":
					want = access.Can(actor, action, access.Target{Therapist: actor.TherapistID})
				}
				status := map[core.Kind]int{core.KindNotFound: 404, core.KindForbidden: 403}
				switch f := core.AsFault(want); {
				case f == nil && (a.status == 401 || a.status == 403 && as[problem](a).Code == core.ErrForbidden.Code):
					t.Errorf("%s: %d %s, but the policy allows %s", op.OperationID, a.status, a.body, action)
				case f != nil && a.status != status[f.Kind]:
					t.Errorf("%s: %d %s, but the policy says %s of %s", op.OperationID, a.status, a.body, f.Code, action)
				}
			})
		})
	}
}

// What is for organizations of one kind is not there at one of the other, no matter who asks.
func TestEveryOperation_Kinds(t *testing.T) {
	t.Parallel()
	for _, kind := range []core.OrganizationKind{core.School, core.Employer} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, newWorld(t, storetest.SQLite(t)))
			if kind == core.Employer {
				o.ids["organization"] = o.clinic()
			}
			for _, role := range core.RolesOf(kind) {
				who, _ := o.someone(o.ids["organization"], role.Role)
				each(t, func(method, path string, op *openapi3.Operation) {
					action := actions(t)[op.OperationID].Action
					if !strings.Contains(path, "{organization}") || action == edge.Public || access.Fits(action, kind) {
						return
					}
					to, in := o.request(path, op)
					if a := who.do(method, to, in); a.status != 404 {
						t.Errorf("%s by a %s of a kind %s that %s is not for: %d %s", op.OperationID, role.Role, kind, action, a.status, a.body)
					}
				})
			}
		})
	}
}

// clinic makes an employer.
func (o *office) clinic() string {
	o.t.Helper()
	made, err := o.services.Account.SeedOrganization(o.t.Context(), account.NewOrganization{Kind: core.Employer, Name: "Harbor Clinic", Zone: "America/New_York"})
	ok(o.t, err)
	return made.ID.String()
}

// someone is a new person of an organization with a role.
func (o *office) someone(organization string, role core.Role) (client, access.Actor) {
	ctx := o.t.Context()
	hash, err := o.services.Account.HashPassword(ctx, password)
	ok(o.t, err)
	org, err := core.ParseID[core.OrganizationID](organization)
	ok(o.t, err)
	email := string(role) + "@walk.example"
	_, err = o.services.Account.SeedPerson(ctx, account.Seed{
		Email: email, Name: "Walker", PasswordHash: hash, Roles: []account.SeedRole{{OrganizationID: org, Role: role}},
	})
	ok(o.t, err)
	who := o.signIn(email)
	actor, err := o.services.Account.Authenticate(ctx, who.token)
	ok(o.t, err)
	return who, actor
}

// target is what a path leads to; known is false where there is no such thing
// in this world.
func (o *office) target(path string) (access.Target, bool) {
	org, err := core.ParseID[core.OrganizationID](o.school)
	ok(o.t, err)
	start := strings.IndexByte(path, '{')
	if start < 0 {
		return access.Target{}, true
	}
	name := path[start+1 : strings.IndexByte(path, '}')]
	switch name {
	case "enrollment", "entry", "therapist":
		return access.Target{Organization: org, Therapist: o.enrollment.TherapistID}, true
	case "organization", "program", "program_version", "member":
		return access.Target{Organization: org}, true
	}
	return access.Target{}, false
}

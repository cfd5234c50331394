package core

import "slices"

// Role is what an account may do in an organization.
type Role string

// The roles. A student keeps hours, a supervisor signs them, a registrar keeps
// the school's records, a verifier checks certificates for an employer, an
// admin runs the organization.
const (
	RoleStudent    Role = "student"
	RoleSupervisor Role = "supervisor"
	RoleRegistrar  Role = "registrar"
	RoleVerifier   Role = "verifier"
	RoleAdmin      Role = "admin"
)

// RoleInfo is what sets a role apart, but for its rights, which access has.
type RoleInfo struct {
	Role Role
	// Many is what several of them are called.
	Many string
	// Kinds are the kinds of organizations that have the role.
	Kinds []OrganizationKind
	// Enrolled says that people come to it by an enrollment, and are not chosen
	// for it.
	Enrolled bool
	// Token says that an organization's API token may act in it.
	Token bool
	// ReadsOnly says that the role may read whatever another one of its
	// organization may read, and do nothing: access needs no further word on it.
	ReadsOnly bool
}

// roles is the one list of the roles, in the order in which they are shown. What
// else names every role (the contract, the database) is held against it by tests.
var roles = []RoleInfo{
	{Role: RoleStudent, Many: "roles.students", Kinds: []OrganizationKind{School}, Enrolled: true},
	{Role: RoleSupervisor, Many: "roles.supervisors", Kinds: []OrganizationKind{School}},
	{Role: RoleRegistrar, Many: "roles.registrars", Kinds: []OrganizationKind{School}, Token: true},
	{Role: RoleVerifier, Many: "roles.verifiers", Kinds: []OrganizationKind{Employer}, Token: true},
	{Role: RoleAdmin, Many: "roles.administrators", Kinds: []OrganizationKind{School, Employer}},
}

// Roles in the order in which they are shown.
var Roles = RolesWhere(func(RoleInfo) bool { return true })

// RolesWhere are the roles of which something is so.
func RolesWhere(is func(RoleInfo) bool) []Role {
	var out []Role
	for _, r := range roles {
		if is(r) {
			out = append(out, r.Role)
		}
	}
	return out
}

// RolesOf are what is known of the roles that an organization of a kind has.
func RolesOf(kind OrganizationKind) []RoleInfo {
	return slices.DeleteFunc(slices.Clone(roles), func(r RoleInfo) bool { return !slices.Contains(r.Kinds, kind) })
}

// In tells whether organizations of a kind have a role.
func (r Role) In(kind OrganizationKind) bool {
	return slices.ContainsFunc(RolesOf(kind), func(i RoleInfo) bool { return i.Role == r })
}

// TokenRole is what the API token of an organization of a kind acts as.
func TokenRole(kind OrganizationKind) Role {
	for _, r := range RolesOf(kind) {
		if r.Token {
			return r.Role
		}
	}
	return ""
}

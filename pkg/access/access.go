// Package access decides who may do what. It is the only place that does: act asks
// Decide in each command and read, a list asks Listed. It is pure and must never
// know a database or a request.
package access

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Membership is one role of an actor in an organization.
type Membership struct {
	OrganizationID   core.OrganizationID
	OrganizationName string
	OrganizationKind core.OrganizationKind
	MemberID         core.MemberID
	Role             core.Role
	// What it has chosen of answers about licenses: see core.Organization.
	Jurisdiction string
	LookDays     int
	AcceptsLooks bool
}

// AsksFor is the organization for whose members an actor asks about licenses, the zero
// one for a stranger: that of the first membership.
func (a Actor) AsksFor() Membership {
	if len(a.Memberships) == 0 {
		return Membership{}
	}
	return a.Memberships[0]
}

// At is a membership of an actor in an organization, the zero one where there is none.
func (a Actor) At(org core.OrganizationID) Membership {
	if i := slices.IndexFunc(a.Memberships, func(m Membership) bool { return m.OrganizationID == org }); i >= 0 {
		return a.Memberships[i]
	}
	return Membership{}
}

// Actor is who acts. The zero Actor is a stranger. TherapistID is the actor's
// own record, if there is one; Files are those of schools that the actor accepted as
// part of it, and Offered those with the actor's address that wait for that. Token is set for an API token, which may not do
// what needs a person; ReadOnly for one whose scopes have no write.
// AuthenticatedAt is when the password was last given. Link is set for a stranger who
// opened one, and for nobody else.
type Actor struct {
	Link            Link
	AccountID       core.AccountID
	TherapistID     core.TherapistID
	Files, Offered  []core.TherapistID
	SessionID       core.SessionID
	TokenID         core.TokenID
	Name            string
	Email           string
	Operator        bool
	Language        string // that the account has chosen, by tag; empty: none
	Memberships     []Membership
	Token           bool
	ReadOnly        bool
	AuthenticatedAt time.Time
}

// System is the actor of the program's own commands, such as the demo.
var System = Actor{Name: "palmar", Operator: true, AccountID: core.AccountID{0: 0xff}}

// Is tells whether a record, or a file that is part of it, is the actor's own.
func (a Actor) Is(t core.TherapistID) bool {
	return !t.IsZero() && (a.TherapistID == t || slices.Contains(a.Files, t))
}

// Records are all that are, or may be, the actor's own.
func (a Actor) Records() []core.TherapistID {
	all := slices.Concat(a.Files, a.Offered)
	if !a.TherapistID.IsZero() {
		all = append(all, a.TherapistID)
	}
	return all
}

// MayBe is Is that counts a file with the actor's address, too: nobody signs what may
// be their own.
func (a Actor) MayBe(t core.TherapistID) bool { return a.Is(t) || slices.Contains(a.Offered, t) }

// Second is nil where the actor is another person than the one who proposed something,
// else same_person with the sentence of an id. One human with two addresses is no second
// person: someone with the proposer's name (core.NameKey) may be the same, and a third one
// has to decide. It is a rule of the house: what two people confirm is worth no more than
// that they are two.
func (a Actor) Second(proposer core.AccountID, name, id string) error {
	if a.AccountID == proposer {
		return core.Forbidden(id)
	}
	if key := core.NameKey(name); key != "" && key == core.NameKey(a.Name) {
		return core.Forbidden("same_person.name", "name", name)
	}
	return nil
}

// Roles are the actor's roles in an organization.
func (a Actor) Roles(org core.OrganizationID) []core.Role {
	var roles []core.Role
	for _, m := range a.Memberships {
		if m.OrganizationID == org {
			roles = append(roles, m.Role)
		}
	}
	return roles
}

// rolesAt are the actor's roles in an organization, none where that is not of one of
// the kinds.
func (a Actor) rolesAt(org core.OrganizationID, kinds []core.OrganizationKind) []core.Role {
	misfit := func(m Membership) bool { return m.OrganizationID == org && !slices.Contains(kinds, m.OrganizationKind) }
	if slices.ContainsFunc(a.Memberships, misfit) {
		return nil
	}
	return a.Roles(org)
}

// Member is the actor's membership with a role in an organization.
func (a Actor) Member(org core.OrganizationID, role core.Role) (core.MemberID, bool) {
	for _, m := range a.Memberships {
		if m.OrganizationID == org && m.Role == role {
			return m.MemberID, true
		}
	}
	return core.MemberID{}, false
}

// Target is what an action is done to: something of an organization that recorded
// it, of a therapist, or of both. Scope is the part of the therapist's record that a
// grant has to open to an organization that did not; none: no grant does. Grants are
// the therapist's, to be filled in by who has them.
type Target struct {
	Organization core.OrganizationID
	Therapist    core.TherapistID
	Scope        Scope
	Grants       []Grant
}

// Named tells whether a target names anything.
func (t Target) Named() bool {
	return !t.Organization.IsZero() || !t.Therapist.IsZero() || t.Scope != ""
}

// Granted are the organizations that may be asked about a target, since the therapist
// lets them.
func (t Target) Granted(now time.Time) []core.OrganizationID {
	var orgs []core.OrganizationID
	for _, g := range t.Grants {
		if g.Opens(t.Scope, now) {
			orgs = append(orgs, g.Organization)
		}
	}
	return orgs
}

// FreshFor is how long a password entry lets a person sign.
const FreshFor = 15 * time.Minute

// Can says whether an actor may do something to a target: nil, or
// unauthenticated, not_found (nothing of it may be known to the actor, or the
// organization is of a kind that the action is not for) or forbidden.
func Can(a Actor, action Action, t Target) error { return can(a, action, t, policy[action].at) }

func can(a Actor, action Action, t Target, kinds []core.OrganizationKind) error {
	rule, known := policy[action]
	if !known {
		panic("access: no rule for " + string(action))
	}
	if a.AccountID.IsZero() {
		return core.ErrUnauthenticated
	}
	owner := a.Is(t.Therapist)
	roles := a.rolesAt(t.Organization, kinds)
	left := rule.student && owner && !slices.Contains(roles, core.RoleStudent)
	allowed := rule.owner && owner && !left || rule.operator && a.Operator || rule.self ||
		anyOf(roles, rule.roles) || rule.reads() && anyOf(roles, readers)
	switch {
	case !allowed && !owner && !knows(roles, t):
		return core.NotFound(rule.what)
	case !allowed && left:
		return core.Forbidden("student_left.access")
	case !allowed:
		return core.ErrForbidden
	case rule.notOwn && a.MayBe(t.Therapist):
		return core.Forbidden("own_record.access")
	case rule.person && a.Token:
		return core.Forbidden("person_required")
	case rule.write && a.ReadOnly:
		return core.Forbidden("scope_missing")
	}
	return nil
}

// knows tells whether someone with these roles may know that the target
// exists: members know their organization, but students know no other student.
func knows(roles []core.Role, t Target) bool {
	if t.Therapist.IsZero() {
		return len(roles) > 0
	}
	return anyOf(roles, staff) || anyOf(roles, readers)
}

func anyOf(roles, of []core.Role) bool {
	return slices.ContainsFunc(roles, func(r core.Role) bool { return slices.Contains(of, r) })
}

// canAny is Can for a target that several organizations may be asked about: nil when
// one of them allows it, else the mildest refusal.
func canAny(a Actor, action Action, orgs []core.OrganizationID, therapist core.TherapistID) error {
	refusal := Can(a, action, Target{Therapist: therapist})
	for _, org := range orgs {
		err := byGrant(a, action, org, therapist)
		if err == nil {
			return nil
		}
		if core.AsFault(refusal).Kind == core.KindNotFound {
			refusal = err
		}
	}
	return refusal
}

// byGrant is Can for an organization of any kind that has a grant. It lets an employer
// see, and say what it saw itself, and write nothing else into the record.
func byGrant(a Actor, action Action, org core.OrganizationID, therapist core.TherapistID) error {
	if policy[action].write && !policy[action].saw && len(a.rolesAt(org, employers)) > 0 {
		return core.ErrForbidden
	}
	return can(a, action, Target{Organization: org, Therapist: therapist}, anywhere)
}

// Decide is all of access's word: May, and Fresh where the action needs it. System has
// no password to give.
func Decide(a Actor, action Action, t Target, now time.Time) error {
	if may := May(a, action, t, now); may != nil || !policy[action].fresh || a.program() {
		return may
	}
	return Fresh(a, now)
}

// May is Can for who recorded the thing and for the therapist, otherwise for each
// organization to which a grant of the therapist opens the target's scope now. Where
// none allows it, the refusal of the one that the target names counts, if that knows
// the actor. A link lets see what it opens. System, who runs the program and its
// database, may do everything.
func May(a Actor, action Action, t Target, now time.Time) error {
	if a.program() {
		return nil
	}
	if !a.Link.ID.IsZero() {
		return a.Link.may(action, t, now)
	}
	may := Can(a, action, t)
	if orgs := t.Granted(now); may != nil && len(orgs) > 0 {
		anywhere := canAny(a, action, orgs, t.Therapist)
		if anywhere == nil || core.AsFault(may).Kind == core.KindNotFound {
			may = anywhere
		}
	}
	return may
}

// For is the organization for which an actor does something to a target: the one that
// recorded it, else the first that a grant lets do it; zero where it is the
// therapist's own doing, or nobody's.
func For(a Actor, action Action, t Target, now time.Time) core.OrganizationID {
	if a.Is(t.Therapist) {
		return core.OrganizationID{}
	}
	if !t.Organization.IsZero() && Can(a, action, Target{Organization: t.Organization, Therapist: t.Therapist}) == nil {
		return t.Organization
	}
	for _, org := range t.Granted(now) {
		if byGrant(a, action, org, t.Therapist) == nil {
			return org
		}
	}
	return core.OrganizationID{}
}

// program tells whether the actor is the program's own command.
func (a Actor) program() bool { return a.AccountID == System.AccountID }

// Writes tells whether there is a rule for an action and a token that may only
// read is kept from it.
func Writes(action Action) bool { return policy[action].write }

// Fresh wants the password to have been given within FreshFor.
func Fresh(a Actor, now time.Time) error {
	if now.Sub(a.AuthenticatedAt) > FreshFor {
		return core.ErrReauthenticate
	}
	return nil
}

// Scoped says which rows of an organization's list an actor sees: all, or those
// of one therapist.
type Scoped struct {
	All       bool
	Therapist core.TherapistID
}

// Listed is Can for lists: anyone who may do the action to everything of the
// organization sees all, a therapist sees their own.
func Listed(a Actor, action Action, org core.OrganizationID) (Scoped, error) {
	err := Can(a, action, Target{Organization: org})
	if err == nil {
		return Scoped{All: true}, nil
	}
	if policy[action].owner && !a.TherapistID.IsZero() && len(a.rolesAt(org, policy[action].at)) > 0 {
		return Scoped{Therapist: a.TherapistID}, nil
	}
	return Scoped{}, err
}

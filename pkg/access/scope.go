package access

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Scope is a part of a person's record that a grant opens. Failed attempts at an
// examination are in none.
type Scope string

// The scopes.
const (
	ScopeCertificates  Scope = "certificates"
	ScopeHoursSummary  Scope = "hours_summary"
	ScopeHoursDetail   Scope = "hours_detail" // by subject, every session to a school that takes them over, and the summary
	ScopeSpecialties   Scope = "specialties"
	ScopeLicenses      Scope = "licenses"
	ScopeDiscipline    Scope = "discipline"
	ScopeCE            Scope = "ce"
	ScopeInsurance     Scope = "insurance"
	ScopeCPR           Scope = "cpr"
	ScopeCertification Scope = "board_certification"
	ScopeExam          Scope = "exam" // those that were passed
	ScopeImmunization  Scope = "immunization"
	ScopeNPI           Scope = "npi"
	ScopeContact       Scope = "contact"
)

// AnyScope is opened by whatever opens anything: the name of whose record it is.
const AnyScope Scope = "any"

// Scopes are all scopes, in the order in which they are shown.
var Scopes = []Scope{
	ScopeCertificates, ScopeHoursSummary, ScopeHoursDetail, ScopeSpecialties, ScopeLicenses, ScopeDiscipline, ScopeCE,
	ScopeInsurance, ScopeCPR, ScopeCertification, ScopeExam, ScopeImmunization, ScopeNPI, ScopeContact,
}

// Grant is a therapist's consent that an organization may see parts of the record,
// before Until, unless either side ended it.
type Grant struct {
	Organization core.OrganizationID
	Scopes       []Scope
	Until        time.Time
	EndedAt      time.Time // zero: nobody ended it
}

// Live tells whether a grant opens anything now.
func (g Grant) Live(now time.Time) bool { return g.EndedAt.IsZero() && now.Before(g.Until) }

// Opens tells whether a grant opens a scope now. The detail of hours includes their
// summary.
func (g Grant) Opens(s Scope, now time.Time) bool {
	switch {
	case s == "" || !g.Live(now):
		return false
	case s == AnyScope:
		return len(g.Scopes) > 0
	case s == ScopeHoursSummary && slices.Contains(g.Scopes, ScopeHoursDetail):
		return true
	}
	return slices.Contains(g.Scopes, s)
}

// Link is a therapist's consent that anyone with an address may see parts of the record:
// what one opening of it lets a stranger see. Who made it of a link in the database has
// found that it is live, and kept that it was used.
type Link struct {
	ID        core.LinkID
	Therapist core.TherapistID
	Scopes    []Scope
	Until     time.Time
}

// may is May by a link: what the rule lets a link see, of the scopes that it opens and
// the record that it is of. All else is not there.
func (l Link) may(action Action, t Target, now time.Time) error {
	rule, known := policy[action]
	if !known {
		panic("access: no rule for " + string(action))
	}
	open := Grant{Scopes: l.Scopes, Until: l.Until}
	if rule.link && t.Therapist == l.Therapist && open.Opens(t.Scope, now) {
		return nil
	}
	return core.NotFound(rule.what)
}

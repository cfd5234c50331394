package page

import (
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// OrganizationTabs leads between the pages about an organization itself.
type OrganizationTabs struct {
	Current, Base string
	Tokens, Audit bool
	Members       bool
	Keys, Paper   bool
}

// OrganizationTabs are those that the actor may open, on one of the pages.
func (r *Request) OrganizationTabs(org core.OrganizationID, current string) OrganizationTabs {
	school := inSchool(r.Actor, org)
	return OrganizationTabs{
		Current: current, Base: "/o/" + org.String(), Members: r.Can(access.MemberRead, org),
		Tokens: r.Can(access.TokenManage, org), Audit: r.Can(access.AuditRead, org),
		Keys: school && r.Can(access.KeyRead, org), Paper: school && r.Can(access.PaperRead, org),
	}
}

// inSchool tells whether an organization is a school of which an actor is a member.
func inSchool(a access.Actor, org core.OrganizationID) bool {
	return slices.ContainsFunc(a.Memberships, func(m access.Membership) bool {
		return m.OrganizationID == org && m.OrganizationKind == core.School
	})
}

package page

import (
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
	return OrganizationTabs{
		Current: current, Base: "/o/" + org.String(), Members: r.Can(access.MemberRead, org),
		Tokens: r.Can(access.TokenManage, org), Audit: r.Can(access.AuditRead, org),
		Keys: r.Can(access.KeyRead, org), Paper: r.Can(access.PaperRead, org),
	}
}

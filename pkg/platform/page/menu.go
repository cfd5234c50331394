package page

import (
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/platform/render"
)

// MenuItem is a line of the main menu.
type MenuItem struct {
	Rank  int    // the lowest is first
	Path  string // below the organization, such as "inbox"; one such as "/record" is nobody's
	Label string // the id of its sentence
	Shown func(a access.Actor, in access.Membership) bool
	Also  []string // further pages that the line stands for, below the organization
}

// Allowed shows a line to those who may do something in an organization, which has to
// be of a kind that the action is for.
func Allowed(action access.Action) func(access.Actor, access.Membership) bool {
	return func(a access.Actor, in access.Membership) bool {
		return access.Fits(action, in.OrganizationKind) && access.Can(a, action, access.Target{Organization: in.OrganizationID}) == nil
	}
}

// menuIn lists what the actor can do in an organization.
func (r *Request) menuIn(org access.Membership) []render.NavItem {
	var items []render.NavItem
	at := r.Request().URL.Path
	for _, m := range r.Site.menu {
		if !m.Shown(r.Actor, org) {
			continue
		}
		href := m.Path
		if !strings.HasPrefix(href, "/") {
			href = OrganizationPath(org.OrganizationID, m.Path)
		}
		item := render.NavItem{Href: href, Label: r.Say(m.Label), Current: at == href || strings.HasPrefix(at, href+"/")}
		for _, also := range m.Also {
			item.Current = item.Current || at == OrganizationPath(org.OrganizationID, also)
		}
		items = append(items, item)
	}
	return items
}

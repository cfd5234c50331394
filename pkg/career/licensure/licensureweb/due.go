package licensureweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

// Due is the page of the licenses at which someone of an organization should look.
type Due struct{ Licensure *licensure.Service }

// Routes implements page.Pages.
func (p *Due) Routes() []page.Route {
	return []page.Route{page.Get("/o/:organization/"+licensurepage.DuePath, access.LicenseDue, page.On("organization", p.show))}
}

// Menu leads employers there; schools come from their other pages of licenses.
func (*Due) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 112, Path: licensurepage.DuePath, Label: "menu.looks_due", Shown: func(a access.Actor, in access.Membership) bool {
		return in.OrganizationKind == core.Employer && page.Allowed(access.LicenseDue)(a, in)
	}}}
}

type looksDuePage struct {
	Days  int // for how many a look counts
	Items []lookDue
	Pager render.Pager
	Today core.Date
}

type lookDue struct {
	licensure.LookDue
	State  string
	Person string // where the person's licenses are
	Look   string
	Last   []words.Sentence // who said the last of it, and when
}

func (p *Due) show(r *page.Request, org core.OrganizationID) error {
	list, err := p.Licensure.LooksDue(r.Ctx(), r.Actor, org, r.Part())
	content := looksDuePage{Pager: r.Pager(list.Next, r.Say("licensure.looks.more")), Today: core.Organization{Zone: r.Zone(org)}.Today(r.Now()), Days: license.Asked{Days: r.CurrentOrganization().LookDays}.Limit()}
	for _, d := range list.Items {
		line := lookDue{LookDue: d, State: core.JurisdictionName(d.Jurisdiction), Person: page.TherapistPath(d.TherapistID), Look: page.LicensePath(d.ID) + "/look"}
		if last, said := d.Last(); said {
			if line.Last = []words.Sentence{last.Told()}; !last.Counts {
				line.Last = append(line.Last, words.S("licensure.looks.not_counted"))
			}
		}
		content.Items = append(content.Items, line)
	}
	return r.Show(page.View{Name: "licensure/looks-due", Title: r.Say("licensure.looks.title"), Content: content}, err)
}

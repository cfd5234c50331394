package renewalweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type renewalsPage struct {
	Tabs  page.RecordTabs
	Items []dueLine
	Pager render.Pager
	Today core.Date
}

// dueLine is something that ends, and where it is shown.
type dueLine struct {
	renewal.Due
	Path    string
	Over    bool
	GivenUp bool
}

func (p *Pages) showRenewals(r *page.Request) error {
	part, err := p.Renewal.Upcoming(r.Ctx(), r.Actor, r.Actor.TherapistID, r.Part())
	if err != nil {
		return err
	}
	content := renewalsPage{Tabs: page.TabsOf("renewals"), Pager: r.Pager(part.Next, r.Say("renewal.expiring.pages_of_renewals")), Today: part.Today}
	for _, d := range part.Items {
		line := dueLine{Due: d, Path: "/record/certificates", Over: d.ExpiresOn.Before(part.Today), GivenUp: part.GivenUp[d.Subject]}
		if d.Kind == renewal.DueLicense {
			line.Path = page.RenewalPath(core.LicenseID(d.Subject))
		}
		content.Items = append(content.Items, line)
	}
	return r.Page("renewal/renewals", r.Say("shared.renewals"), content)
}

type expiringPage struct {
	Base  string
	Days  int
	Spans []render.Option
	Items []renewal.Expiring
	Today core.Date
	Pager render.Pager
}

// spans are how far ahead the office's list can look.
var spans = []int{30, 60, 90, 180, 365}

func (p *Pages) showExpiring(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	content := expiringPage{Base: "/o/" + org.String(), Days: 90}
	if text := r.QueryParam("days"); text != "" {
		if content.Days, err = strconv.Atoi(text); err != nil {
			return core.InvalidField("days", "bad_days.renewal", "mostDays", renewal.MostDays)
		}
	}
	part, err := p.Renewal.Expiring(r.Ctx(), r.Actor, org, content.Days, r.Part())
	if err != nil {
		return err
	}
	for _, days := range spans {
		content.Spans = append(content.Spans, render.Option{Value: strconv.Itoa(days), Label: r.Say("renewal.expiring.days", "count", days)})
	}
	content.Items, content.Today, content.Pager = part.Items, part.Today, r.Pager(part.Next, r.Say("renewal.expiring.pages_of_licenses"))
	return r.Page("renewal/expiring", r.Say("renewal.expiring.expiring_licenses"), content)
}

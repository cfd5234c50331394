// Package sharedweb are the pages on which a stranger opens a link that a person made.
package sharedweb

import (
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify/certifypage"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/home/shared"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of links.
type Pages struct {
	Shared shared.Reader
}

// Routes lists the page and its form. What looks at an address before a person does, such
// as a chat program, asks with GET and uses nothing.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/s/:secret", page.Public, p.offer).Guarded(),
		page.Post("/s/:secret", page.Public, p.open).Guarded(),
	}
}

// Menu is empty: strangers have none.
func (*Pages) Menu() []page.MenuItem { return nil }

// discreet keeps the address, which is a secret, from other sites and from lists of what
// there is.
func discreet(r *page.Request) {
	h := r.Response().Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
}

type offerPage struct {
	grant.Link
	Parts string
	Path  string
}

func (p *Pages) offer(r *page.Request) error {
	discreet(r)
	l, err := p.Shared.Grants.OfferedLink(r.Ctx(), r.Param("secret"))
	return r.Show(page.View{Name: "shared/offer", Title: r.Say("shared_record.title"), Content: offerPage{
		Link: l, Parts: grant.Parts(r.Language(), l.Scopes), Path: grant.LinkPath(r.Param("secret")),
	}}, err)
}

type recordPage struct {
	shared.Record
	Shown          map[string]bool // by scope
	Held           bool            // qualifications are shown
	Parts          string
	Certificates   []certifypage.Line
	Places         []licensurepage.Place
	Qualifications []licensurepage.Holding
}

func (p *Pages) open(r *page.Request) error {
	discreet(r)
	record, err := p.Shared.Open(r.Ctx(), r.Param("secret"))
	content := recordPage{
		Record: record, Shown: map[string]bool{}, Parts: grant.Parts(r.Language(), record.Scopes),
		Certificates: certifypage.Lines(r.Site.PublicURL, record.Certificates), Places: licensurepage.Places(record.Check.Places),
		Qualifications: licensurepage.Holdings(record.Holdings, record.Today),
	}
	for _, s := range record.Scopes {
		content.Shown[string(s)] = true
		content.Held = content.Held || slices.Contains(shared.Held(), s) && s != access.ScopeLicenses
	}
	return r.Show(page.View{Name: "shared/record", Title: record.Person.Name, Content: content}, err)
}

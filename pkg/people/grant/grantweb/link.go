package grantweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// linkForm is the id of the form that makes a link, which stands beside another.
const linkForm = "link"

// linkLine is a link as its owner sees it.
type linkLine struct {
	grant.Link
	Parts string
	Open  bool   // it can be used
	End   string // empty: it has ended
}

// linksPart is what the page of sharing has of links.
type linksPart struct {
	Items  []linkLine
	Form   render.Form
	Scopes []scope
	Made   string // the address of the one that was made, shown once
	Label  string
}

func (p *Pages) links(r *page.Request, form render.Form) (linksPart, error) {
	list, err := p.Grants.Links(r.Ctx(), r.Actor, core.Page{Limit: 100})
	part := linksPart{Form: form, Scopes: boxes(r, access.Scopes)}
	if form.ID != linkForm {
		part.Form = chosen(nil, grant.UsualMonths)
		part.Form.Values.Set("uses", strconv.Itoa(grant.UsualUses))
		part.Form.ID = linkForm
	}
	for _, l := range list.Items {
		line := linkLine{Link: l, Parts: grant.Parts(r.Language(), l.Scopes), Open: l.Live(r.Now())}
		if line.Open {
			line.End = grant.SharingPath + "/links/" + l.ID.String() + "/end"
		}
		part.Items = append(part.Items, line)
	}
	return part, err
}

func (p *Pages) makeLink(r *page.Request) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			in := grant.LinkTerms{Terms: terms(f), Label: f.Get("label"), Uses: chosenNumber(f, "uses")}
			return func() (page.Next, error) {
				made, err := p.Grants.MakeLink(r.Ctx(), r.Actor, in)
				return page.Once(grant.SharingPath, made.Label, r.Site.PublicURL+grant.LinkPath(made.Secret)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = linkForm
			return p.sharing(r, form)
		},
	})
}

func (p *Pages) endLink(r *page.Request) error {
	id, err := page.ID[core.LinkID](r, "link")
	if err != nil {
		return err
	}
	l, err := p.Grants.EndLink(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Done(grant.SharingPath, r.Say("grant.link.ended", "label", l.Label))
}

// chosenNumber reads a number that the form asks for: none, and 0, are no choice, which
// the service would take for the usual one.
func chosenNumber(f *page.Reading, name string) int {
	if n := f.Number(name); n != 0 {
		return n
	}
	return -1
}

package grantweb

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type filePage struct {
	account.File
	Yours  string // the actor's name
	Mine   bool   // the file has it, too
	Form   render.Form
	Scopes []scope
	Stale  bool // the password has to be given again
	Path   string
	Now    time.Time
}

func (p *Pages) file(r *page.Request, id core.TherapistID, form render.Form) (page.View, error) {
	f, err := p.Grants.File(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		form = chosen(nil, grant.UsualMonths)
	}
	return page.View{Name: "grant/file", Title: r.Say("grant.file.is_this_you"), Content: filePage{
		File: f, Yours: r.Actor.Name, Mine: f.Of(r.Actor.Name), Form: form, Scopes: boxes(r, access.Scopes), Stale: !r.Fresh(),
		Path: grant.SharingPath + "/files/" + id.String(), Now: r.Now(),
	}}, nil
}

func (p *Pages) showFile(r *page.Request) error {
	id, err := page.ID[core.TherapistID](r, "file")
	if err != nil {
		return err
	}
	return r.Show(p.file(r, id, render.Form{}))
}

func (p *Pages) acceptFile(r *page.Request) error {
	id, err := page.ID[core.TherapistID](r, "file")
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			in := terms(f)
			in.Scopes = append([]access.Scope{}, in.Scopes...) // none is a choice
			return func() (page.Next, error) {
				f, err := p.Grants.AcceptFile(r.Ctx(), r.Actor, id, in)
				return page.To(grant.SharingPath, r.Say("grant.file.accepted", "organization", f.OrganizationName)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.file(r, id, form) },
	})
}

func (p *Pages) declineFile(r *page.Request) error {
	id, err := page.ID[core.TherapistID](r, "file")
	if err != nil {
		return err
	}
	if _, err := p.Grants.DeclineFile(r.Ctx(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(grant.SharingPath, r.Say("grant.file.declined"))
}

func (p *Pages) leave(r *page.Request) error {
	id, err := page.ID[core.OrganizationID](r, "organization")
	if err != nil {
		return err
	}
	o, err := p.Grants.Leave(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Done(grant.SharingPath, r.Say("grant.file.left", "organization", o.Name))
}

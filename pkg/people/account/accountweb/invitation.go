package accountweb

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type invitationPage struct {
	account.InvitationView
	Form  render.Form
	Kinds []render.Option
}

var organizationKinds = []render.Option{
	{Value: string(core.School), Label: "choice.school"}, {Value: string(core.Employer), Label: "choice.employer"},
}

func (p *Pages) invitation(r *page.Request, form render.Form) (page.View, error) {
	v, err := p.Account.LookUpInvitation(r.Ctx(), r.Param("token"))
	if form.Values == nil {
		form.Values = url.Values{"name": {v.Name}, "zone": {"America/New_York"}, "kind": {string(core.School)}}
	}
	title := r.Say("account.invitation.join", "organizationName", v.OrganizationName)
	if v.First {
		title = r.Say("account.invitation.set_up_palmar")
	}
	return page.View{Name: "account/invitation", Title: title, Content: invitationPage{v, form, page.Choices(r, organizationKinds)}}, err
}

// refuseInvitation says what can be done about a link that opens nothing; any
// other error, or none, is passed on.
func refuseInvitation(r *page.Request, err error) error {
	if f := core.AsFault(err); f == nil || f.Kind != core.KindNotFound {
		return err
	}
	return r.Answer(http.StatusNotFound, "account/invitation-invalid", r.Say("account.invitation.this_link_no_longer_works"), nil)
}

func (p *Pages) showInvitation(r *page.Request) error {
	return refuseInvitation(r, r.Show(p.invitation(r, render.Form{})))
}

func (p *Pages) acceptInvitation(r *page.Request) error {
	return refuseInvitation(r, r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := account.Accept{
				Token: r.Param("token"), Name: f.Get("name"), Email: f.Get("email"), Password: f.Get("password"),
				OrganizationName: f.Get("organization_name"), Kind: f.Get("kind"), Zone: f.Get("zone"),
			}
			return func() (page.Next, error) {
				signed, err := p.Account.Accept(r.Ctx(), in)
				if err != nil {
					return nil, err
				}
				r.KeepSession(page.Session(signed))
				return page.To(r.Site.Start(signed.Actor), r.Say("account.invitation.welcome_you_are_signed_in", "name", signed.Actor.Name)), nil
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.invitation(r, form) },
	}))
}

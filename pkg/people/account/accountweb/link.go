package accountweb

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

func (p *Pages) askAddress(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				err := p.Account.AskAddress(r.Ctx(), r.Actor, f.Get("email"), f.Get("password"))
				return page.To("/account", r.Say("account.link.a_link_is_on_its", "email", f.Get("email"))), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID, form.Values = "address", url.Values{"email": form.Values["email"]}
			return p.account(r, form, madeToken{})
		},
	})
}

type linkPage struct {
	Email string
	Form  render.Form
}

func addressView(r *page.Request, email string, form render.Form) page.View {
	return page.View{Name: "account/address", Title: r.Say("account.link.confirm_your_new_email"), Content: linkPage{email, form}}
}

// refuseLink says what can be done about a link that opens nothing; any other
// error, or none, is passed on.
func refuseLink(r *page.Request, err error) error {
	if core.CodeOf(err) != "link_invalid" {
		return err
	}
	return r.Answer(http.StatusNotFound, "account/link-invalid", r.Say("account.invitation.this_link_no_longer_works"), nil)
}

func (p *Pages) showAddress(r *page.Request) error {
	l, err := p.Account.LookUpLink(r.Ctx(), r.Param("token"), account.LinkAddress)
	return refuseLink(r, r.Show(addressView(r, l.Email, render.Form{}), err))
}

func (p *Pages) confirmAddress(r *page.Request) error {
	return refuseLink(r, r.Submit(page.Form{
		Read: func(*page.Reading) page.Command {
			return func() (page.Next, error) {
				email, err := p.Account.ConfirmAddress(r.Ctx(), r.Param("token"))
				return page.To("/account", r.Say("account.link.your_address_is_from_now", "email", email)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return addressView(r, "", form), nil },
	}))
}

func askResetView(r *page.Request, form render.Form) page.View {
	return page.Forms{
		Title: r.Say("account.link.reset_your_password"), Lead: r.Say("account.ask_reset.say_your_email_address_if"),
		Forms: []page.ShortForm{{
			Action: "/reset", Form: form, Send: r.Say("account.ask_reset.send_link"), Cancel: page.Link{Path: "/sign-in", Label: r.Say("account.ask_reset.back_sign")},
			Fields: []render.Field{
				page.Field(form, "email", r.Say("shared.email_address"), "type", "email", "autocomplete", "username", "required", true, "maxlength", 254),
			},
		}},
	}.View()
}

func (p *Pages) showAskReset(r *page.Request) error {
	return r.Show(askResetView(r, render.Form{}), nil)
}

func (p *Pages) askReset(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				err := p.Account.AskReset(r.Ctx(), f.Get("email"))
				return page.To("/sign-in", r.Say("account.link.if_an_account_uses_this")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return askResetView(r, form), nil },
	})
}

func (p *Pages) resetView(r *page.Request, form render.Form) (page.View, error) {
	l, err := p.Account.LookUpLink(r.Ctx(), r.Param("token"), account.LinkPassword)
	return page.View{Name: "account/reset", Title: r.Say("account.link.reset_your_password"), Content: linkPage{l.Email, form}}, err
}

func (p *Pages) showReset(r *page.Request) error {
	return refuseLink(r, r.Show(p.resetView(r, render.Form{})))
}

func (p *Pages) reset(r *page.Request) error {
	return refuseLink(r, r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				err := p.Account.Reset(r.Ctx(), r.Param("token"), f.Get("password"))
				return page.To("/sign-in", r.Say("account.link.password_set_sign_in_with")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.Values = nil
			return p.resetView(r, form)
		},
	}))
}

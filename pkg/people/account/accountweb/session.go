package accountweb

import (
	"net/http"

	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type signInPage struct {
	Form render.Form
	Next string
	Demo []DemoAccount
}

func (p *Pages) signInView(r *page.Request, form render.Form, next string) page.View {
	return page.View{Name: "account/sign-in", Title: r.Say("account.session.sign_in"), Content: signInPage{form, next, p.Demo}}
}

func (p *Pages) showSignIn(r *page.Request) error {
	next := page.LocalPath(r.QueryParam("next"), "")
	if !r.Actor.AccountID.IsZero() {
		return r.Redirect(http.StatusSeeOther, page.LocalPath(next, "/"))
	}
	return r.Show(p.signInView(r, render.Form{}, next), nil)
}

func (p *Pages) signIn(r *page.Request) error {
	var next string
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			next = page.LocalPath(f.Get("next"), "")
			in := account.SignIn{Email: f.Get("email"), Password: f.Get("password"), Agent: r.Request().UserAgent()}
			return func() (page.Next, error) {
				signed, err := p.Account.SignIn(r.Ctx(), in)
				if err != nil {
					return nil, err
				}
				r.KeepSession(page.Session(signed))
				return page.To(page.LocalPath(next, r.Site.Start(signed.Actor)), ""), nil
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.signInView(r, form, next), nil },
	})
}

func (p *Pages) signOut(r *page.Request) error {
	if err := p.Account.SignOut(r.Ctx(), r.Actor); err != nil {
		return err
	}
	r.ClearSession()
	return r.Done("/", r.Say("account.session.you_are_signed_out"))
}

func (p *Pages) signOutEverywhere(r *page.Request) error {
	if err := p.Account.SignOutEverywhere(r.Ctx(), r.Actor); err != nil {
		return err
	}
	r.ClearSession()
	return r.Done("/sign-in", r.Say("account.session.you_are_signed_out_on"))
}

type confirmPage struct {
	Form render.Form
	Next string
}

func confirmView(r *page.Request, form render.Form, next string) page.View {
	return page.View{Name: "account/confirm", Title: r.Say("account.session.confirm_its_you"), Content: confirmPage{form, next}}
}

func (p *Pages) showConfirm(r *page.Request) error {
	return r.Show(confirmView(r, render.Form{}, page.LocalPath(r.QueryParam("next"), "/")), nil)
}

func (p *Pages) confirmPassword(r *page.Request) error {
	var next string
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			next = page.LocalPath(f.Get("next"), "/")
			if f.Get("password") == "" {
				f.Add("password", "required.password")
			}
			return func() (page.Next, error) {
				return page.To(next, r.Say("account.session.confirmed_you_can_sign_for")), nil
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.Values = nil
			return confirmView(r, form, next), nil
		},
	})
}

package web

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

func (r *request) askAddress() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	err = r.web.Account.AskAddress(r.ctx(), r.actor, form.Get("email"), form.Get("password"))
	if err == nil {
		return r.done("/account", "A link is on its way to "+form.Get("email")+". Open it there within a day.")
	}
	p, pageErr := r.accountPage()
	if pageErr != nil {
		return pageErr
	}
	p.Address = render.NewForm(url.Values{"email": form["email"]}, err)
	p.Address.ID = "address"
	return r.refill(err, "account/account", "Your account", p)
}

type linkPage struct {
	Email string
	Form  render.Form
}

// refuseLink says what can be done about a link that opens nothing.
func (r *request) refuseLink(err error) error {
	if core.CodeOf(err) != "link_invalid" {
		return err
	}
	return r.answer(http.StatusNotFound, "public/link-invalid", "This link opens nothing any more", nil)
}

func (r *request) showAddress() error {
	l, err := r.web.Account.LookUpLink(r.ctx(), r.Param("token"), core.LinkAddress)
	if err != nil {
		return r.refuseLink(err)
	}
	return r.page("public/address", "Your new address", linkPage{Email: l.Email})
}

func (r *request) confirmAddress() error {
	email, err := r.web.Account.ConfirmAddress(r.ctx(), r.Param("token"))
	if core.CodeOf(err) == "email_taken" {
		return r.refill(err, "public/address", "Your new address", linkPage{Form: render.NewForm(nil, err)})
	}
	if err != nil {
		return r.refuseLink(err)
	}
	return r.done("/account", "Your address is "+email+" from now on.")
}

func (r *request) showAskReset() error {
	return r.page("public/ask-reset", "A new password", linkPage{})
}

func (r *request) askReset() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	if err := r.web.Account.AskReset(r.ctx(), form.Get("email")); err != nil {
		return r.refill(err, "public/ask-reset", "A new password", linkPage{Form: render.NewForm(form, err)})
	}
	return r.done("/sign-in", "If there is an account with that address, a link is on its way there. It is good for an hour.")
}

func (r *request) showReset() error {
	l, err := r.web.Account.LookUpLink(r.ctx(), r.Param("token"), core.LinkPassword)
	if err != nil {
		return r.refuseLink(err)
	}
	return r.page("public/reset", "A new password", linkPage{Email: l.Email})
}

func (r *request) reset() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	err = r.web.Account.Reset(r.ctx(), r.Param("token"), form.Get("password"))
	if err == nil {
		return r.done("/sign-in", "Your password is set. Sign in with it.")
	}
	l, lookErr := r.web.Account.LookUpLink(r.ctx(), r.Param("token"), core.LinkPassword)
	if lookErr != nil {
		return r.refuseLink(lookErr)
	}
	return r.refill(err, "public/reset", "A new password", linkPage{Email: l.Email, Form: render.NewForm(nil, err)})
}

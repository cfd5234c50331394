package accountweb

import (
	"net/url"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

type accountPage struct {
	Name, Email string
	Memberships []membershipLine
	Sessions    []sessionLine
	Language    render.Form
	Languages   []render.Option // none where there is no choice
	Password    render.Form
	Address     render.Form
	Tokens      tokenList
	Record      bool
	Now         time.Time
}

type membershipLine struct {
	Organization string
	Role         core.Role
}

type sessionLine struct {
	account.UserSession
	Browser string
	Current bool
}

// browserOf names a browser as its user does, as well as it can be told.
func browserOf(r *page.Request, agent string) string {
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"},
		[2]string{"Chrome/", "Chrome"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"},
		[2]string{"Windows", "Windows"}, [2]string{"Mac OS X", "Mac"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	switch {
	case browser != "" && system != "":
		return r.Say("account.account.browser_on_system", "browser", browser, "system", system)
	case browser != "":
		return browser
	case agent != "":
		name, _, _ := strings.Cut(agent, " ")
		return name
	}
	return r.Say("account.account.unknown_browser")
}

// account is the page about oneself, with the one of its forms that has to be
// fixed, and the token that has just been made.
func (p *Pages) account(r *page.Request, form render.Form, made madeToken) (page.View, error) {
	content := accountPage{
		Name: r.Actor.Name, Email: r.Actor.Email, Password: formOf(form, "change"), Address: formOf(form, "address"), Now: r.Now(),
		Record: !r.Actor.TherapistID.IsZero(),
	}
	if tags := p.Account.Languages(); len(tags) > 1 {
		content.Languages = page.Languages(r, tags, "account.account.language_of_browser")
	}
	if content.Language = formOf(form, "language"); content.Language.Values == nil {
		content.Language.Values = url.Values{"language": {r.Actor.Language}}
	}
	for _, m := range r.Actor.Memberships {
		content.Memberships = append(content.Memberships, membershipLine{m.OrganizationName, m.Role})
	}
	sessions, err := p.Account.Sessions(r.Ctx(), r.Actor)
	if err != nil {
		return page.View{}, err
	}
	for _, s := range sessions {
		content.Sessions = append(content.Sessions, sessionLine{s, browserOf(r, s.Agent), s.ID == r.Actor.SessionID})
	}
	content.Tokens, err = p.tokens(r, core.OrganizationID{}, form, made)
	return page.View{Name: "account/account", Title: r.Say("account.account.your_account"), Content: content}, err
}

// formOf is the form with an ID of a page with several: the one that has to be
// fixed, or an empty one.
func formOf(form render.Form, id string) render.Form {
	if form.ID == id {
		return form
	}
	return render.Form{ID: id}
}

func (p *Pages) showAccount(r *page.Request) error {
	return r.Show(p.account(r, render.Form{}, madeToken{}))
}

func (p *Pages) changePassword(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				signed, err := p.Account.ChangePassword(r.Ctx(), r.Actor, f.Get("old"), f.Get("new"))
				if err != nil {
					return nil, err
				}
				r.KeepSession(page.Session(signed))
				return page.To("/account", r.Say("account.account.password_changed_all_other_devices")), nil
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form = form.Renamed("password", "new")
			form.ID, form.Values = "change", nil
			return p.account(r, form, madeToken{})
		},
	})
}

func (p *Pages) chooseLanguage(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			tag := f.Get("language")
			return func() (page.Next, error) {
				if err := p.Account.ChooseLanguage(r.Ctx(), r.Actor, tag); err != nil {
					return nil, err
				}
				chosen := words.In(words.Prefer(r.Ctx(), tag)) // what the next page is in
				return page.To("/account", chosen.Say("account.account.language_saved")), nil
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = "language"
			return p.account(r, form, madeToken{})
		},
	})
}

func (p *Pages) createOwnToken(r *page.Request) error {
	return p.makeToken(r, core.OrganizationID{}, func(form render.Form, made madeToken) (page.View, error) {
		return p.account(r, form, made)
	})
}

func (p *Pages) revokeOwnToken(r *page.Request) error { return p.revoke(r, "/account") }

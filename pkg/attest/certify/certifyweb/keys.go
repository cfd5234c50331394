package certifyweb

import (
	"errors"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Keys are the pages of a school's keys, and of its end.
type Keys struct {
	Certify *certify.Service
	Account *account.Service
}

// Routes lists every page and form.
func (p *Keys) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/keys", access.KeyRead, page.On("organization", p.showKeys)),
		page.Post("/o/:organization/keys/rotate", access.KeyManage, page.On("organization", p.rotate)),
		page.Post("/o/:organization/keys/:key/revoke", access.KeyManage, page.On("organization", p.revoke)),
		page.Get("/o/:organization/keys/:key/doubtful", access.KeyRead, page.On("organization", p.showDoubtful)),
		page.Post("/o/:organization/close", access.SchoolClose, page.On("organization", p.proposeClosing)),
		page.Post("/o/:organization/close/confirm", access.SchoolClose, page.On("organization", p.confirmClosing)),
		page.Post("/o/:organization/close/withdraw", access.SchoolClose, page.On("organization", p.withdrawClosing)),
	}
}

// Menu is empty: the pages of the organization lead to these.
func (p *Keys) Menu() []page.MenuItem { return nil }

func keysPath(org core.OrganizationID) string { return page.OrganizationPath(org, "keys") }

// The forms of the page, beside those of the keys, which have the keys' own ids.
const (
	rotateForm   = "rotate"
	closeForm    = "close"
	confirmForm  = "confirm"
	withdrawForm = "withdraw"
)

type keysPage struct {
	Tab       page.OrganizationTabs
	Path      string
	Zone      string
	Items     []certify.SigningKey
	Issuer    string // the address of did.json; empty: there is none
	MayManage bool
	Stale     bool
	Rotate    render.Form
	School    core.Organization
	MayClose  bool
	Closing   certify.Closing // zero: nobody has proposed it
	Own       bool            // the reader has proposed it
	Close     render.Form
	Confirm   render.Form
	Withdraw  render.Form
	form      render.Form
}

// Proposed tells whether a person has proposed that the school closes.
func (c keysPage) Proposed() bool { return !c.Closing.ProposedAt.IsZero() }

// FormOf is the form that tells of the loss of a key.
func (c keysPage) FormOf(key string) render.Form { return c.form.At(key) }

// keys is the page of a school's keys, newest first; form is the one of its forms
// that has to be fixed, by its ID.
func (p *Keys) keys(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	keys, err := p.Certify.Keys(r.Ctx(), r.Actor, org)
	if err != nil {
		return page.View{}, err
	}
	school, err := p.Account.Organization(r.Ctx(), r.Actor, org)
	if err != nil {
		return page.View{}, err
	}
	closing, err := p.Certify.Closing(r.Ctx(), r.Actor, org)
	if errors.Is(err, core.ErrNotFound) {
		err = nil
	}
	slices.Reverse(keys)
	open := school.ClosedAt.IsZero()
	content := keysPage{
		Tab: r.OrganizationTabs(org, "keys"), Path: keysPath(org), Zone: r.Zone(org), Items: keys, School: school, Stale: !r.Fresh(),
		MayManage: open && r.Can(access.KeyManage, org), MayClose: open && r.Can(access.SchoolClose, org),
		Closing: closing, Own: closing.ProposedBy == r.Actor.AccountID,
		Rotate: form.At(rotateForm), Close: form.At(closeForm), Confirm: form.At(confirmForm), Withdraw: form.At(withdrawForm), form: form,
	}
	for _, k := range keys {
		if rest, web := strings.CutPrefix(k.DID, "did:web:"); web && k.RetiredAt.IsZero() {
			content.Issuer = "https://" + strings.ReplaceAll(rest, ":", "/") + "/did.json"
		}
	}
	return page.View{Name: "certify/keys", Title: r.Say("certify.keys.signing_keys"), Content: content}, err
}

func (p *Keys) showKeys(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.keys(r, org, render.Form{}))
}

func (p *Keys) rotate(r *page.Request, org core.OrganizationID) error {
	return p.change(r, org, rotateForm, func(*page.Reading) (string, error) {
		_, err := p.Certify.RotateKeys(r.Ctx(), r.Actor, org)
		return r.Say("certify.keys.the_school_now_signs_with"), err
	})
}

func (p *Keys) revoke(r *page.Request, org core.OrganizationID) error {
	key := r.Param("key")
	return p.change(r, org, key, func(f *page.Reading) (string, error) {
		since, err := core.ParseDate(f.Text("lost_since"))
		if err != nil {
			return "", core.InvalidField("lost_since", "bad_date.lost_since")
		}
		loss, err := p.Certify.RevokeKey(r.Ctx(), r.Actor, org, key, since, f.Get("cause"))
		if loss.Total == 0 {
			return r.Say("certify.keys.key_revoked_it_had_signed"), err
		}
		return r.Say("certify.keys.key_revoked_reviewing", "count", loss.Total), err
	})
}

func (p *Keys) proposeClosing(r *page.Request, org core.OrganizationID) error {
	return p.change(r, org, closeForm, func(f *page.Reading) (string, error) {
		_, err := p.Certify.ProposeClosing(r.Ctx(), r.Actor, org, certify.CloseInput{Slug: f.Text("slug"), Cause: f.Get("cause")})
		return r.Say("certify.keys.closing_proposed"), err
	})
}

func (p *Keys) confirmClosing(r *page.Request, org core.OrganizationID) error {
	return p.change(r, org, confirmForm, func(f *page.Reading) (string, error) {
		_, err := p.Certify.ConfirmClosing(r.Ctx(), r.Actor, org, f.Text("slug"))
		return r.Say("certify.keys.closing_confirmed"), err
	})
}

func (p *Keys) withdrawClosing(r *page.Request, org core.OrganizationID) error {
	return p.change(r, org, withdrawForm, func(*page.Reading) (string, error) {
		_, err := p.Certify.WithdrawClosing(r.Ctx(), r.Actor, org)
		return r.Say("certify.keys.closing_withdrawn"), err
	})
}

// change does what one of the page's forms says.
func (p *Keys) change(r *page.Request, org core.OrganizationID, form string, command func(*page.Reading) (string, error)) error {
	var refused error
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (next page.Next, err error) {
				var said string
				said, refused = command(f)
				return page.To(keysPath(org), said), refused
			}
		},
		Again: func(wrong render.Form) (page.View, error) {
			switch core.CodeOf(refused) {
			case "school_closed", "closing_confirmed", "closing_proposed", "not_found":
				return page.View{}, refused // no form is left to say it beside
			}
			wrong.ID = form
			return p.keys(r, org, wrong)
		},
	})
}

type doubtfulPage struct {
	Tab   page.OrganizationTabs
	Keys  string
	Items []certify.Doubt
	Zone  string
	Pager render.Pager
}

// showDoubtful lists what a lost key had signed and nobody has signed again.
func (p *Keys) showDoubtful(r *page.Request, org core.OrganizationID) error {
	list, err := p.Certify.Doubtful(r.Ctx(), r.Actor, org, r.Param("key"), r.Part())
	if err != nil {
		return err
	}
	return r.Page("certify/doubtful", r.Say("certify.keys.certificates_of_a_lost_key"), doubtfulPage{
		r.OrganizationTabs(org, "keys"), keysPath(org), list.Items, r.Zone(org), r.Pager(list.Next, r.Say("certify.credentials.pages_of_certificates")),
	})
}

package certifyweb

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Credentials are the pages of certificates for who holds them and who issued them.
type Credentials struct{ Certify *certify.Service }

// Routes lists every page and form.
func (p *Credentials) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/certificates", access.CredentialRead, page.On("organization", p.showIssued)),
		page.Get("/credentials/:credential", access.CredentialRead, page.On("credential", p.showCredential)),
		page.Post("/credentials/:credential/changes", access.ProposalMake, page.On("credential", p.proposeChange)),
		page.Post("/credentials/:credential/disclosure", access.CredentialRead, page.On("credential", p.disclose)),
		page.Get("/credentials/:credential/sessions.pdf", access.CredentialRead, page.On("credential", p.downloadSessions)),
		page.Get("/c/:code/hours", access.SelfRead, p.showHeld).Guarded(),
		page.Post("/c/:code/hours", access.SelfRead, p.discloseHeld).Guarded(),
	}
}

// Menu is empty: proposals and people lead to these.
func (p *Credentials) Menu() []page.MenuItem { return nil }

func credentialPath(id core.CredentialID) string { return "/credentials/" + id.String() }

type issuedPage struct {
	Tabs  tabs
	Items []core.Credential
	Pager render.Pager
	Zone  string
}

func (p *Credentials) showIssued(r *page.Request, org core.OrganizationID) error {
	list, err := p.Certify.IssuedBy(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("certify/issued", r.Say("shared.certificates"), issuedPage{
		tabs{"issued", "/o/" + org.String()}, list.Items, r.Pager(list.Next, r.Say("certify.credentials.pages_of_certificates")), r.Zone(org),
	})
}

// credentialPage is a certificate with what stands behind it. Changed says why
// the record cannot be shown any more.
type credentialPage struct {
	core.Credential
	Path, Public, Replacement string
	LinkedIn, Wallet          string
	Zone                      string
	Own, MayChange            bool
	Late                      bool // it is disputed, and was not answered in time
	Changed                   string
	Actions                   []render.Option
	Form                      render.Form
	recordShown
}

// changeForm is the form that proposes a change.
const changeForm = "change"

var changeWords = []render.Option{
	{Value: string(certify.ActionRevoke), Label: "choice.change_revoke"},
	{Value: string(certify.ActionSuspend), Label: "choice.change_suspend"},
	{Value: string(certify.ActionReinstate), Label: "choice.change_reinstate"},
	{Value: string(certify.ActionReissue), Label: "choice.change_reissue"},
	{Value: string(certify.ActionSupersede), Label: "choice.change_supersede"},
}

// credential is the page of a certificate; form is the one of its forms that has
// to be fixed, by its ID.
func (p *Credentials) credential(r *page.Request, at core.CredentialID, form render.Form) (page.View, error) {
	c, err := p.Certify.Credential(r.Ctx(), r.Actor, at)
	if err != nil {
		return page.View{}, err
	}
	r.Place = c.OrganizationID
	public := page.CertificatePath(c.Code)
	content := credentialPage{
		Credential: c, Path: credentialPath(at), Public: public, Zone: r.Zone(c.OrganizationID), Own: r.Owns(c.TherapistID), Late: c.AnswerLate(r.Now()),
		LinkedIn: linkedIn(c, r.Site.PublicURL+public), Wallet: wallet(r.Site.PublicURL+public, c.Code),
		Form: form.At(changeForm), recordShown: recordShown{Show: form.At(showForm), Disclosure: credentialPath(at) + "/disclosure"},
	}
	content.MayChange = !content.Own && r.Can(access.ProposalMake, c.OrganizationID)
	if c.ReplacedByCode != "" {
		content.Replacement = page.CertificatePath(c.ReplacedByCode)
	}
	for _, o := range page.Choices(r, changeWords) {
		if certify.MayChange(c, certify.ProposalAction(o.Value)) == nil {
			content.Actions = append(content.Actions, o)
		}
	}
	lines, err := p.Certify.RecordOf(r.Ctx(), r.Actor, at)
	switch core.CodeOf(err) {
	case "no_record":
		err = nil
	case "record_changed":
		content.Changed, err = r.Language().Write(core.AsFault(err).Sentence()), nil
	}
	content.sort(lines)
	return page.View{Name: "certify/credential", Title: c.Title + ", " + c.SubjectName, Content: content}, err
}

// linkedIn is the address at which LinkedIn takes a certificate into a profile.
func linkedIn(c core.Credential, link string) string {
	q := url.Values{
		"startTask": {"CERTIFICATION_NAME"}, "name": {c.Title}, "organizationName": {c.OrganizationName}, "certUrl": {link}, "certId": {c.Code},
		"issueYear": {c.IssuedAt.Format("2006")}, "issueMonth": {c.IssuedAt.Format("1")},
	}
	if !c.ValidUntil.IsZero() {
		last := core.LastDay(c.ValidUntil)
		q.Set("expirationYear", strconv.Itoa(last.Year))
		q.Set("expirationMonth", strconv.Itoa(int(last.Month)))
	}
	return "https://www.linkedin.com/profile/add?" + q.Encode()
}

// wallet opens the Learner Credential Wallet, which then asks by POST for the
// certificate; the challenge goes into its presentation, which is not looked at,
// since a certificate with a code is for everybody.
func wallet(link, code string) string {
	issuer, _ := url.Parse(link)
	return "https://lcw.app/request.html?" + url.Values{
		"issuer": {issuer.Host}, "auth_type": {"bearer"}, "challenge": {code}, "vc_request_url": {link + "/wallet"},
	}.Encode()
}

func (p *Credentials) showCredential(r *page.Request, at core.CredentialID) error {
	return r.Show(p.credential(r, at, render.Form{}))
}

func (p *Credentials) proposeChange(r *page.Request, at core.CredentialID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := certify.ChangeInput{Action: certify.ProposalAction(f.Get("action")), Cause: f.Get("cause"), HolderName: f.Get("holder_name")}
			return func() (page.Next, error) {
				made, err := p.Certify.ProposeChange(r.Ctx(), r.Actor, at, in)
				return page.To(page.ProposalPath(made.ID), r.Say("certify.credentials.proposed_a_second_person_at")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = changeForm
			return p.credential(r, at, form)
		},
	})
}

func (p *Credentials) disclose(r *page.Request, at core.CredentialID) error {
	return disclose(r, func(in certify.ShowInput) (credential.Disclosure, error) {
		return p.Certify.Show(r.Ctx(), r.Actor, at, in)
	}, func(form render.Form) (page.View, error) { return p.credential(r, at, form) })
}

// downloadSessions prints a certificate with every session behind it.
func (p *Credentials) downloadSessions(r *page.Request, at core.CredentialID) error {
	pdf, err := p.Certify.PaperWithSessions(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	return r.Download("certificate-with-sessions-"+strings.ToLower(at.String()[:8])+".pdf", "application/pdf", pdf)
}

// heldPage is the record behind one's own certificate of a school that has closed
// elsewhere.
type heldPage struct {
	Title  string
	Public string
	None   bool // the certificate commits to no single hours
	recordShown
}

func (p *Credentials) held(r *page.Request, form render.Form) (page.View, error) {
	held, err := p.Certify.HeldBundle(r.Ctx(), r.Actor, r.Param("code"))
	if err != nil {
		return page.View{}, err
	}
	public := page.CertificatePath(held.Code)
	content := heldPage{Title: held.Title, Public: public, recordShown: recordShown{Show: form.At(showForm), Disclosure: public + "/hours"}}
	lines, err := held.Lines()
	if core.CodeOf(err) == "no_record" {
		content.None, err = true, nil
	}
	content.sort(lines)
	return page.View{Name: "certify/held", Title: r.Say("certify.credentials.the_hours_behind", "title", held.Title), Content: content}, err
}

func (p *Credentials) showHeld(r *page.Request) error { return r.Show(p.held(r, render.Form{})) }

func (p *Credentials) discloseHeld(r *page.Request) error {
	return disclose(r, func(in certify.ShowInput) (credential.Disclosure, error) {
		held, err := p.Certify.HeldBundle(r.Ctx(), r.Actor, r.Param("code"))
		if err != nil {
			return credential.Disclosure{}, err
		}
		return held.Show(in)
	}, func(form render.Form) (page.View, error) { return p.held(r, form) })
}

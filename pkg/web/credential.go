package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var credentialRoutes = []Route{
	{http.MethodGet, "/credentials/:credential", access.CredentialRead, (*request).showCredential},
	{http.MethodPost, "/credentials/:credential/changes", access.ProposalMake, (*request).proposeChange},
	{http.MethodPost, "/credentials/:credential/disclosure", access.CredentialRead, (*request).disclose},
	{http.MethodPost, "/enrollments/:enrollment/transcript", access.ProposalMake, (*request).proposeTranscript},
	{http.MethodPost, "/licenses/:license/propose", access.ProposalMake, (*request).proposeLicense},
	{http.MethodGet, "/o/:organization/keys", access.KeyRead, (*request).showKeys},
	{http.MethodPost, "/o/:organization/keys/rotate", access.KeyManage, (*request).rotateKeys},
	{http.MethodPost, "/o/:organization/keys/:key/revoke", access.KeyManage, (*request).revokeKey},
	{http.MethodPost, "/o/:organization/close", access.SchoolClose, (*request).closeSchool},
	{http.MethodGet, "/o/:organization/keys/:key/doubtful", access.KeyRead, (*request).showDoubtful},
}

func credentialPath(id core.CredentialID) string { return "/credentials/" + id.String() }

// credentialPage is a certificate with what stands behind it. Changed says why
// the record cannot be shown any more.
type credentialPage struct {
	core.Credential
	Path, Public, Replacement string
	LinkedIn, Wallet          string
	Zone                      string
	Own, MayChange            bool
	Changed                   string
	Actions                   []render.Option
	Form                      render.Form
	recordShown
}

var changeWords = []render.Option{
	{Value: string(core.ActionRevoke), Label: "Revoke it: it should never have been issued, or no longer holds"},
	{Value: string(core.ActionSuspend), Label: "Suspend it until something is cleared up"},
	{Value: string(core.ActionReinstate), Label: "Reinstate it after a suspension"},
	{Value: string(core.ActionReissue), Label: "Reissue it after a change of name"},
	{Value: string(core.ActionSupersede), Label: "Replace it by one that is judged again from the ledger"},
}

func (r *request) credentialPage() (credentialPage, error) {
	at, err := id[core.CredentialID](r, "credential")
	if err != nil {
		return credentialPage{}, err
	}
	c, err := r.web.Certify.Credential(r.ctx(), r.actor, at)
	if err != nil {
		return credentialPage{}, err
	}
	r.place = c.OrganizationID
	page := credentialPage{
		Credential: c, Path: credentialPath(at), Public: certificatePath(c.Code), Zone: r.zone(c.OrganizationID), Own: r.owns(c.TherapistID),
		Form: render.Form{ID: "change"}, recordShown: recordShown{Show: render.Form{ID: "show"}, Disclosure: credentialPath(at) + "/disclosure"},
	}
	page.MayChange = !page.Own && r.can(access.ProposalMake, c.OrganizationID)
	page.LinkedIn, page.Wallet = linkedIn(c, r.web.PublicURL+page.Public), wallet(r.web.PublicURL+page.Public, c.Code)
	if c.ReplacedByCode != "" {
		page.Replacement = certificatePath(c.ReplacedByCode)
	}
	for _, o := range changeWords {
		if certify.MayChange(c, core.ProposalAction(o.Value)) == nil {
			page.Actions = append(page.Actions, o)
		}
	}
	return page, page.readRecord(r)
}

// readRecord adds the lines of the record, where the certificate has one.
func (p *credentialPage) readRecord(r *request) error {
	lines, err := r.web.Certify.RecordOf(r.ctx(), r.actor, p.ID)
	switch core.CodeOf(err) {
	case "no_record":
		return nil
	case "record_changed":
		p.Changed = core.AsFault(err).Message
		return nil
	}
	if err != nil {
		return err
	}
	p.sort(lines)
	return nil
}

// linkedIn is the address at which LinkedIn takes a certificate into a profile.
func linkedIn(c core.Credential, link string) string {
	q := url.Values{
		"startTask": {"CERTIFICATION_NAME"}, "name": {c.Title}, "organizationName": {c.OrganizationName}, "certUrl": {link}, "certId": {c.Code},
		"issueYear": {c.IssuedAt.Format("2006")}, "issueMonth": {c.IssuedAt.Format("1")},
	}
	if !c.ValidUntil.IsZero() {
		q.Set("expirationYear", c.ValidUntil.Format("2006"))
		q.Set("expirationMonth", c.ValidUntil.Format("1"))
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

func (r *request) showCredential() error {
	page, err := r.credentialPage()
	if err != nil {
		return err
	}
	return r.page("attest/credential", page.Title+", "+page.SubjectName, page)
}

func (r *request) proposeChange() error {
	at, err := id[core.CredentialID](r, "credential")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	p, err := r.web.Certify.ProposeChange(r.ctx(), r.actor, at, certify.ChangeInput{
		Action: core.ProposalAction(f.Get("action")), Cause: f.Get("cause"), HolderName: f.Get("holder_name"),
	})
	if err == nil {
		return r.done(proposalPath(p.ID), "Proposed. Somebody else at the school decides.")
	}
	page, readErr := r.credentialPage()
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(f.Values, err)
	page.Form.ID = "change"
	return r.refill(err, "attest/credential", page.Title+", "+page.SubjectName, page)
}

// disclose hands out the certificate with the chosen lines as a file.
func (r *request) disclose() error {
	at, err := id[core.CredentialID](r, "credential")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	shown, err := r.web.Certify.Show(r.ctx(), r.actor, at, chosenIn(f))
	if err != nil {
		page, readErr := r.credentialPage()
		if readErr != nil {
			return readErr
		}
		page.Show = render.NewForm(f.Values, err)
		page.Show.ID = "show"
		return r.refill(err, "attest/credential", page.Title+", "+page.SubjectName, page)
	}
	return r.handLines(shown)
}

func (r *request) proposeTranscript() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	p, err := r.web.Certify.ProposeTranscript(r.ctx(), r.actor, enrollment)
	if err == nil {
		return r.done(proposalPath(p.ID), "The transcript is proposed. Somebody else at the school certifies it.")
	}
	page, readErr := r.enrollmentPage()
	if readErr != nil {
		return readErr
	}
	page.Proposal = missing(render.NewForm(nil, err))
	return r.refill(err, "student/enrollment", page.title(), page)
}

func (r *request) proposeLicense() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	p, err := r.web.Certify.ProposeLicense(r.ctx(), r.actor, license)
	if err != nil {
		return err
	}
	return r.done(proposalPath(p.ID), "The attestation is proposed. Somebody else at the school certifies it.")
}

type keysPage struct {
	Tab       orgTabs
	Path      string
	Zone      string
	Items     []core.SigningKey
	Issuer    string // the address of did.json; empty: there is none
	MayManage bool
	Stale     bool
	Rotate    render.Form
	Lost      render.Form
	School    core.Organization
	MayClose  bool
	Close     render.Form
}

func (r *request) keysPage() (keysPage, error) {
	org, err := r.organization()
	if err != nil {
		return keysPage{}, err
	}
	keys, err := r.web.Certify.Keys(r.ctx(), r.actor, org)
	if err != nil {
		return keysPage{}, err
	}
	slices.Reverse(keys)
	page := keysPage{
		Tab: r.tabs(org, "keys"), Path: orgPath(org, "keys"), Zone: r.zone(org), Items: keys, Stale: !r.fresh(),
		MayManage: r.can(access.KeyManage, org), Rotate: render.Form{ID: "rotate"}, Close: render.Form{ID: "close"},
	}
	if page.School, err = r.web.Account.Organization(r.ctx(), r.actor, org); err != nil {
		return keysPage{}, err
	}
	open := page.School.ClosedAt.IsZero()
	page.MayManage, page.MayClose = page.MayManage && open, open && r.can(access.SchoolClose, org)
	for _, k := range keys {
		if rest, web := strings.CutPrefix(k.DID, "did:web:"); web && k.RetiredAt.IsZero() {
			page.Issuer = "https://" + strings.ReplaceAll(rest, ":", "/") + "/did.json"
		}
	}
	return page, nil
}

// FormOf is the form that tells of the loss of a key.
func (p keysPage) FormOf(key string) render.Form {
	if p.Lost.ID == key {
		return p.Lost
	}
	return render.Form{ID: key}
}

func (r *request) showKeys() error {
	page, err := r.keysPage()
	if err != nil {
		return err
	}
	return r.page("organization/keys", "Signing keys", page)
}

func (r *request) rotateKeys() error {
	return r.changeKeys(func(org core.OrganizationID, _ *reading) (string, error) {
		_, err := r.web.Certify.RotateKeys(r.ctx(), r.actor, org)
		return "The school signs with new keys now. What the former keys signed stays valid.", err
	}, func(page *keysPage, f render.Form) {
		f.ID = "rotate"
		page.Rotate = f
	})
}

func (r *request) revokeKey() error {
	key := r.Param("key")
	return r.changeKeys(func(org core.OrganizationID, f *reading) (string, error) {
		since, err := core.ParseDate(f.text("lost_since"))
		if err != nil {
			return "", core.InvalidField("lost_since", "bad_date", "Say the first day on which somebody else may have had the key.")
		}
		loss, err := r.web.Certify.RevokeKey(r.ctx(), r.actor, org, key, since, f.Get("cause"))
		if loss.Total == 0 {
			return "The key is revoked. It had signed no certificate.", err
		}
		return "The key is revoked. " + render.Count(loss.Total, "certificate is", "certificates are") + " looked at now, one after the other; this page says how far it is.", err
	}, func(page *keysPage, f render.Form) {
		f.ID = key
		page.Lost = f
	})
}

func (r *request) closeSchool() error {
	return r.changeKeys(func(org core.OrganizationID, f *reading) (string, error) {
		_, err := r.web.Certify.CloseSchool(r.ctx(), r.actor, org, certify.CloseInput{Slug: f.text("slug"), Cause: f.Get("cause")})
		return "The school has closed. Its certificates go on being checked; the operator can write its escrow now.", err
	}, func(page *keysPage, f render.Form) {
		f.ID = "close"
		page.Close = f
	})
}

type doubtfulPage struct {
	Tab   orgTabs
	Keys  string
	Items []core.Doubt
	Zone  string
	Pager render.Pager
}

// showDoubtful lists what a lost key had signed and nobody has signed again.
func (r *request) showDoubtful() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Certify.Doubtful(r.ctx(), r.actor, org, r.Param("key"), r.part())
	if err != nil {
		return err
	}
	return r.page("organization/doubtful", "Certificates of a lost key", doubtfulPage{
		r.tabs(org, "keys"), orgPath(org, "keys"), list.Items, r.zone(org), r.pager(list.Next, "Pages of certificates"),
	})
}

func (r *request) changeKeys(command func(core.OrganizationID, *reading) (string, error), put func(*keysPage, render.Form)) error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	said := ""
	if err = r.confirm(f.Values); err == nil {
		said, err = command(org, f)
	}
	if err == nil {
		return r.done(orgPath(org, "keys"), said)
	}
	if core.CodeOf(err) == "school_closed" {
		return err // no form is left to say it beside
	}
	page, readErr := r.keysPage()
	if readErr != nil {
		return errors.Join(readErr)
	}
	put(&page, render.NewForm(f.Values, err))
	return r.refill(err, "organization/keys", "Signing keys", page)
}

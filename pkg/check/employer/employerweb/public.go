package employerweb

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/qr"
	"github.com/palmar/palmar/pkg/platform/render"
)

// checkCode leads from a typed code to its certificate.
func (p *Pages) checkCode(r *page.Request) error {
	text := strings.TrimSpace(r.FormValue("code"))
	if text == "" {
		return r.Page("employer/check", r.Say("shared.check_certificate"), render.Form{})
	}
	code, err := credential.ParseCode(codeIn(text))
	if err != nil {
		return noCertificate(r, text)
	}
	return r.Redirect(http.StatusSeeOther, page.CertificatePath(string(code)))
}

// codeIn is the code in what someone typed: the text, or the end of a
// certificate's link.
func codeIn(text string) string {
	if _, after, found := strings.Cut(text, "/c/"); found {
		text, _, _ = strings.Cut(after, "/")
	}
	return text
}

// noCertificate answers every code that leads to nothing alike.
func noCertificate(r *page.Request, text string) error {
	form := render.Form{Values: url.Values{"code": {text}}}
	return r.Answer(http.StatusNotFound, "employer/no-certificate", r.Say("employer.public.no_certificate_has_this_code"), form)
}

// unfound is noCertificate for the code in the address where that is the error.
func unfound(r *page.Request, err error) error {
	if f := core.AsFault(err); f != nil && (f.Kind == core.KindNotFound || f.Kind == core.KindInvalid) {
		return noCertificate(r, r.Param("code"))
	}
	return err
}

func (p *Pages) showCertificate(r *page.Request) error {
	c, err := p.Employer.Check(r.Ctx(), r.Param("code"))
	if f := core.AsFault(err); f != nil && f.Kind == core.KindUnavailable {
		content := certificatePage{Outcome: employer.CouldNotCheck, Reason: r.Language().Write(f.Sentence()), CheckedAt: r.Now(), Now: r.Now()}
		content.say(r.Language())
		return r.Answer(http.StatusServiceUnavailable, "employer/certificate", r.Say("employer.public.could_not_check"), content)
	}
	if err != nil {
		return unfound(r, err)
	}
	content := checkPage(r.Language(), c, r.Site.PublicURL, r.Now())
	if content.QR, err = qr.SVG(content.Link, r.Say("employer.public.qr_code_that_leads_to")); err != nil {
		return err
	}
	return r.Page("employer/certificate", content.Kind+" · "+content.Name, content)
}

func (p *Pages) showVerify(r *page.Request) error { return r.Show(verify(r)(render.Form{})) }

func verify(r *page.Request) func(render.Form) (page.View, error) {
	return func(form render.Form) (page.View, error) {
		form.Values = nil
		return page.View{Name: "employer/verify", Title: r.Say("employer.public.check_a_file"), Content: form}, nil
	}
}

func (p *Pages) verifyFile(r *page.Request) error {
	report, err := p.verifyUpload(r)
	if err != nil {
		return r.Refill(err, nil, verify(r))
	}
	return r.Page("employer/certificate", r.Say("employer.public.result_of_the_check"), reportPage(r.Language(), report, r.Now()))
}

func (p *Pages) verifyUpload(r *page.Request) (credential.Report, error) {
	_, raw, err := page.Upload(r, "file")
	switch {
	case err != nil:
		return credential.Report{}, err
	case len(raw) == 0:
		return credential.Report{}, core.InvalidField("file", "required.document")
	case len(raw) > largestCredential:
		return credential.Report{}, core.InvalidField("file", "too_large.file", "largestCredential", largestCredential>>10)
	}
	return p.Employer.VerifyFile(r.Ctx(), raw)
}

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
		return r.Page("employer/check", "Check a certificate", render.Form{})
	}
	code, err := credential.ParseCode(codeIn(text))
	if err != nil {
		return noCertificate(r, text)
	}
	return r.Redirect(http.StatusSeeOther, page.CertificatePath(string(code)))
}

// codeIn is the code in what somebody typed: the text, or the end of a
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
	return r.Answer(http.StatusNotFound, "employer/no-certificate", "No certificate has this code", form)
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
		content := certificatePage{Outcome: employer.CouldNotCheck, Reasons: []string{f.Message()}, CheckedAt: r.Now(), Now: r.Now()}
		content.say()
		return r.Answer(http.StatusServiceUnavailable, "employer/certificate", "Could not check", content)
	}
	if err != nil {
		return unfound(r, err)
	}
	content := checkPage(c, r.Site.PublicURL, r.Now())
	if content.QR, err = qr.SVG(content.Link, "QR code that leads to this page"); err != nil {
		return err
	}
	return r.Page("employer/certificate", content.Kind+" · "+content.Name, content)
}

func (p *Pages) showVerify(r *page.Request) error { return r.Show(verify(render.Form{})) }

func verify(form render.Form) (page.View, error) {
	form.Values = nil
	return page.View{Name: "employer/verify", Title: "Check a file", Content: form}, nil
}

func (p *Pages) verifyFile(r *page.Request) error {
	report, err := p.verifyUpload(r)
	if err != nil {
		return r.Mend(err, nil, verify)
	}
	return r.Page("employer/certificate", "Result of the check", reportPage(report, r.Now()))
}

func (p *Pages) verifyUpload(r *page.Request) (credential.Report, error) {
	_, raw, err := r.Upload("file")
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

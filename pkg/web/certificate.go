package web

import (
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/qr"
	"github.com/palmar/palmar/pkg/web/render"
)

// largestCredential bounds an uploaded credential, in bytes.
const largestCredential = 256 << 10

// checkCode leads from a typed code to its certificate.
func (r *request) checkCode() error {
	text := strings.TrimSpace(r.FormValue("code"))
	if text == "" {
		return r.page("public/check", "Check a certificate", render.Form{})
	}
	code, err := credential.ParseCode(codeIn(text))
	if err != nil {
		return r.noCertificate(text)
	}
	return r.Redirect(http.StatusSeeOther, certificatePath(string(code)))
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
func (r *request) noCertificate(text string) error {
	form := render.Form{Values: url.Values{"code": {text}}}
	return r.answer(http.StatusNotFound, "public/no-certificate", "No certificate has this code", form)
}

// certificatePage is what a check says, in the order in which it is read.
// Document is set where an uploaded file was checked, which has no code.
type certificatePage struct {
	Outcome, Title, Text string
	Reasons              []string
	Kind, Program, Name  string
	Issuer, IssuerDID    string
	Minutes              core.Minutes
	IssuedAt, ValidUntil time.Time
	Started, Ended       core.Date
	Code, Link, Path     string
	QR                   template.HTML // leads to Link
	Subjects             []hoursLine
	Replacement          string // the page of the certificate that took its place
	Hours                string // where the holder finds the hours, of a school that has closed elsewhere
	Checks               []checkLine
	CheckedAt, Now       time.Time
	Form                 render.Form
}

// hoursLine is the hours of one subject that were certified.
type hoursLine struct {
	Name              string
	Minutes, Required core.Minutes
}

type checkLine struct{ What, Outcome, Detail string }

// Answer is the outcome as an answer to What.
func (l checkLine) Answer() string {
	switch l.Outcome {
	case employer.Valid:
		return "Yes"
	case employer.NotValid:
		return "No"
	}
	return "Could not check"
}

// Trusted tells whether what the certificate says may be relied on.
func (p certificatePage) Trusted() bool { return p.Outcome == employer.Valid }

var checkWords = map[string]string{
	credential.CheckFormat:     "It has the form of a credential",
	credential.CheckIssuer:     "The issuer’s key is known",
	credential.CheckSignature:  "Nothing was changed since it was signed",
	credential.CheckDates:      "It is valid today",
	credential.CheckStatus:     "It was not withdrawn",
	credential.CheckSuspension: "It is not suspended",
	credential.CheckTrust:      "The issuer is known here",
	credential.CheckLog:        "Its issue is in the public log",
	credential.CheckLines:      "The hours shown are those that were certified",
	employer.CheckRecord:       "The record shown is what was signed",
}

// reportPage lays out what a document says and how it was checked.
func reportPage(report credential.Report, now time.Time) certificatePage {
	p := certificatePage{
		Outcome: string(report.Outcome), Program: report.Title, Name: report.SubjectName, Issuer: report.IssuerName,
		IssuerDID: report.IssuerID, Minutes: core.Minutes(report.Minutes), IssuedAt: report.ValidFrom,
		ValidUntil: report.ValidUntil, CheckedAt: now, Now: now, Kind: "Certificate",
	}
	p.Started, _ = core.ParseDate(report.Started)
	p.Ended, _ = core.ParseDate(report.Ended)
	switch report.Kind {
	case "CertificateOfCompletion":
		p.Kind = "Certificate of completion"
	case "Certification":
		p.Kind = "Specialty certificate"
	case "License":
		p.Kind = "Licence attestation"
	case "ext:Transcript":
		p.Kind = "Transcript"
	}
	for _, c := range report.Checks {
		what := checkWords[c.Name]
		if what == "" {
			what = c.Name
		}
		p.Checks = append(p.Checks, checkLine{what, string(c.Outcome), sentence(c.Detail)})
	}
	if failed, ok := report.Failed(); ok {
		p.Reasons = []string{sentence(failed.Detail)}
	}
	p.say()
	return p
}

// checkPage lays out the check of a code.
func checkPage(c employer.Check, publicURL string, now time.Time) certificatePage {
	p := reportPage(c.Report, now)
	p.Outcome, p.CheckedAt = c.Outcome, c.CheckedAt
	for i, check := range c.Report.Checks {
		if check.Name == credential.CheckTrust && check.Outcome == credential.Valid {
			p.Checks[i].Detail = sentence("it is " + c.Credential.OrganizationName + ", which issued the certificate")
		}
	}
	if len(c.Reasons) > 0 && len(p.Reasons) == 0 {
		p.Reasons = c.Reasons
	}
	kept := c.Credential
	p.Code = kept.Code
	p.Path = certificatePath(kept.Code)
	p.Link = publicURL + p.Path
	if kept.ReplacedByCode != "" {
		p.Replacement = certificatePath(kept.ReplacedByCode)
	}
	if kept.ID.IsZero() {
		p.Hours = p.Path + "/hours"
	}
	if p.Program == "" {
		p.Program, p.Name, p.Issuer, p.IssuerDID = kept.Title, kept.SubjectName, kept.OrganizationName, kept.IssuerDID
		p.Minutes, p.IssuedAt, p.ValidUntil = kept.Minutes, kept.IssuedAt, kept.ValidUntil
	}
	if claim, err := credential.ClaimOf(kept.Document); err == nil && claim.Hours != nil {
		for _, line := range claim.Hours.Subjects {
			p.Subjects = append(p.Subjects, hoursLine{line.Name, core.Minutes(line.Minutes), core.Minutes(line.Required)})
		}
	}
	p.say()
	return p
}

func (p *certificatePage) say() {
	p.Title, p.Text = "", ""
	switch p.Outcome {
	case employer.Valid:
		p.Title = p.Name + " · " + p.Program
		if p.Minutes > 0 {
			p.Text = p.Minutes.String() + " certified by " + p.Issuer + "."
		} else {
			p.Text = "Certified by " + p.Issuer + "."
		}
	case employer.NotValid:
		p.Title, p.Text = "Do not rely on it.", strings.Join(p.Reasons, " ")
	default:
		p.Title = "This says nothing for or against the certificate."
		p.Text = strings.Join(p.Reasons, " ")
	}
}

// certificatePath is the page of the certificate with a code.
func certificatePath(code string) string { return "/c/" + credential.Code(code).Compact() }

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

func (r *request) showCertificate() error {
	c, err := r.web.Employer.Check(r.ctx(), r.Param("code"))
	if f := core.AsFault(err); f != nil && f.Kind == core.KindUnavailable {
		p := certificatePage{Outcome: employer.CouldNotCheck, Reasons: []string{f.Message}, CheckedAt: r.now(), Now: r.now()}
		p.say()
		return r.answer(http.StatusServiceUnavailable, "public/certificate", "Could not check", p)
	} else if f != nil && (f.Kind == core.KindNotFound || f.Kind == core.KindInvalid) {
		return r.noCertificate(r.Param("code"))
	}
	if err != nil {
		return err
	}
	p := checkPage(c, r.web.PublicURL, r.now())
	if p.QR, err = qr.SVG(p.Link, "QR code that leads to this page"); err != nil {
		return err
	}
	return r.page("public/certificate", p.Kind+" · "+p.Name, p)
}

func (r *request) downloadCredential() error {
	document, err := r.web.Employer.Document(r.ctx(), r.Param("code"))
	return r.download(err, ".json", "application/vc+ld+json", document)
}

// sendToWallet answers a wallet that asks for the certificate.
func (r *request) sendToWallet() error {
	document, err := r.web.Employer.Document(r.ctx(), r.Param("code"))
	if err != nil {
		return err
	}
	return r.Blob(http.StatusOK, "application/json", document)
}

func (r *request) downloadJWT() error {
	p, err := r.web.Certify.Package(r.ctx(), r.Param("code"))
	if err == nil && p.JWT == "" {
		err = core.NotFound("JWT")
	}
	return r.download(err, ".jwt", "application/vc+jwt", []byte(p.JWT))
}

// downloadPackage hands out everything that is needed to check a certificate
// later and elsewhere.
func (r *request) downloadPackage() error {
	p, err := r.web.Certify.Package(r.ctx(), r.Param("code"))
	if err != nil {
		return r.download(err, "", "", nil)
	}
	raw, err := json.MarshalIndent(p, "", "  ") //nolint:gosec // the JWT in it is the certificate, which is public
	return r.download(err, "-package.json", "application/json", raw)
}

// download answers with a file of the certificate whose code the address has.
func (r *request) download(err error, end, mediaType string, raw []byte) error {
	if f := core.AsFault(err); f != nil && (f.Kind == core.KindNotFound || f.Kind == core.KindInvalid) {
		return r.noCertificate(r.Param("code"))
	}
	if err != nil {
		return err
	}
	name := "certificate"
	if code, err := credential.ParseCode(r.Param("code")); err == nil {
		name += "-" + code.Compact()[:8]
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+end+`"`)
	return r.Blob(http.StatusOK, mediaType, raw)
}

func (r *request) showVerify() error {
	return r.page("public/verify", "Check a file", render.Form{})
}

func (r *request) verifyFile() error {
	raw, err := r.upload("file", largestCredential)
	if err != nil {
		return r.refill(err, "public/verify", "Check a file", render.NewForm(nil, err))
	}
	report, err := r.web.Employer.VerifyFile(r.ctx(), raw)
	if err != nil {
		return r.refill(err, "public/verify", "Check a file", render.NewForm(nil, err))
	}
	return r.page("public/certificate", "Result of the check", reportPage(report, r.now()))
}

// upload reads a file of at most limit bytes from a form.
func (r *request) upload(name string, limit int64) ([]byte, error) {
	header, err := r.FormFile(name)
	if f := core.AsFault(err); f != nil {
		return nil, f
	}
	if err != nil || header.Size == 0 {
		return nil, core.InvalidField(name, "required", "Choose a file that is not empty.")
	}
	if header.Size > limit {
		return nil, core.InvalidField(name, "too_large", "This file is too large to be a credential: at most %d kB are read.", limit>>10)
	}
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}

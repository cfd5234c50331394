package employerweb

import (
	"html/template"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

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
func (c certificatePage) Trusted() bool { return c.Outcome == employer.Valid }

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
		p.Kind = "License attestation"
	case "ext:Transcript":
		p.Kind = "Transcript"
	}
	for _, c := range report.Checks {
		what := checkWords[c.Name]
		if what == "" {
			what = c.Name
		}
		p.Checks = append(p.Checks, checkLine{what, string(c.Outcome), render.Sentence(c.Detail)})
	}
	if failed, ok := report.Failed(); ok {
		p.Reasons = []string{render.Sentence(failed.Detail)}
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
			p.Checks[i].Detail = render.Sentence("it is " + c.Credential.OrganizationName + ", which issued the certificate")
		}
	}
	if len(c.Reasons) > 0 && len(p.Reasons) == 0 {
		p.Reasons = c.Reasons
	}
	kept := c.Credential
	p.Code = kept.Code
	p.Path = page.CertificatePath(kept.Code)
	p.Link = publicURL + p.Path
	if kept.ReplacedByCode != "" {
		p.Replacement = page.CertificatePath(kept.ReplacedByCode)
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

func (c *certificatePage) say() {
	c.Title, c.Text = "", ""
	switch c.Outcome {
	case employer.Valid:
		c.Title = c.Name + " · " + c.Program
		if c.Minutes > 0 {
			c.Text = c.Minutes.String() + " certified by " + c.Issuer + "."
		} else {
			c.Text = "Certified by " + c.Issuer + "."
		}
	case employer.NotValid:
		c.Title, c.Text = "Don’t rely on it.", strings.Join(c.Reasons, " ")
	default:
		c.Title = "This says nothing for or against the certificate."
		c.Text = strings.Join(c.Reasons, " ")
	}
}

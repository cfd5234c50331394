package employerweb

import (
	"html/template"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/words"
)

// certificatePage is what a check says, in the order in which it is read.
// Document is set where an uploaded file was checked, which has no code.
type certificatePage struct {
	Outcome, Title, Text string
	Reason               string
	Kind, Program, Name  string
	Issuer, IssuerDID    string
	Minutes              core.Minutes
	IssuedAt, ValidUntil time.Time
	Started, Ended       core.Date
	Code, Link, Path     string
	Zone                 string        // of the school, as on the paper
	QR                   template.HTML // leads to Link
	Subjects             []hoursLine
	States               []stateLine
	Replacement          string // the page of the certificate that took its place
	Hours                string // where the holder finds the hours, of a school that has closed elsewhere
	Checks               []checkLine
	CheckedAt, Now       time.Time
	// Found is what the school found of a license, when and where.
	Found string
	// Compare is the name that a PDF has to show, where one was checked.
	Compare string
	core.Disputed
}

// hoursLine is the hours of one subject that were certified.
type hoursLine struct {
	Name              string
	Minutes, Required core.Minutes
}

// stateLine is what became of a claim about a state, when it was certified.
type stateLine struct {
	Name, Outcome string
	Details       []string
	By            string // by which source, and on which day
}

func stateLines(claim credential.Claim) (lines []stateLine) {
	for _, s := range claim.States {
		all := strings.Split(s.Text, "\n")
		last := len(all) - 1
		lines = append(lines, stateLine{s.State, s.Outcome, all[:last], all[last]})
	}
	return lines
}

type checkLine struct{ What, Outcome, Detail string }

// Answer is the id of the outcome as an answer to What.
func (l checkLine) Answer() string {
	switch l.Outcome {
	case employer.Valid:
		return "answer.yes"
	case employer.NotValid:
		return "answer.no"
	}
	return "answer.unchecked"
}

// Trusted tells whether what the certificate says may be relied on.
func (c certificatePage) Trusted() bool { return c.Outcome == employer.Valid }

var checkWords = map[string]string{
	credential.CheckFormat:     "check_shows.format",
	credential.CheckIssuer:     "check_shows.issuer",
	credential.CheckSignature:  "check_shows.signature",
	credential.CheckDates:      "check_shows.dates",
	credential.CheckStatus:     "check_shows.status",
	credential.CheckSuspension: "check_shows.suspension",
	credential.CheckTrust:      "check_shows.trust",
	credential.CheckLog:        "check_shows.log",
	credential.CheckLines:      "check_shows.lines",
	employer.CheckRecord:       "check_shows.record",
	employer.CheckIssued:       "check_shows.issued",
}

// kindWords are the sentences of the kinds of credentials.
var kindWords = map[string]string{
	"CertificateOfCompletion": "choice.kind_completion", "Certification": "choice.kind_specialty",
	"License": "choice.kind_license", "ext:Transcript": "choice.kind_transcript",
}

// reportPage lays out what a document says and how it was checked.
func reportPage(l *words.Language, report credential.Report, now time.Time) certificatePage {
	p := certificatePage{
		Outcome: string(report.Outcome), Program: report.Title, Name: report.SubjectName, Issuer: report.IssuerName,
		IssuerDID: report.IssuerID, Minutes: core.Minutes(report.Minutes), IssuedAt: report.ValidFrom,
		ValidUntil: report.ValidUntil, Found: report.Found, CheckedAt: now, Now: now, Zone: "UTC", Kind: l.Say("employer.certificate.certificate"),
	}
	p.Started, _ = core.ParseDate(report.Started)
	p.Ended, _ = core.ParseDate(report.Ended)
	if id, ok := kindWords[report.Kind]; ok {
		p.Kind = l.Say(id)
	}
	for _, c := range report.Checks {
		what := c.Name
		if id, ok := checkWords[c.Name]; ok {
			what = l.Say(id)
		}
		p.Checks = append(p.Checks, checkLine{what, string(c.Outcome), c.In(l)})
	}
	if failed, ok := report.Failed(); ok {
		p.Reason = failed.In(l)
	}
	if report.Container == credential.InPDF && report.Outcome != credential.NotValid && report.SubjectName != "" {
		p.Compare = report.SubjectName
	}
	p.say(l)
	return p
}

// checkPage lays out the check of a code.
func checkPage(l *words.Language, c employer.Check, publicURL string, now time.Time) certificatePage {
	p := reportPage(l, c.Report, now)
	p.Outcome, p.CheckedAt = c.Outcome, c.CheckedAt
	for i, check := range c.Report.Checks {
		if check.Name == credential.CheckTrust && check.Outcome == credential.Valid {
			p.Checks[i].Detail = l.Say("employer.certificate.known_issuer", "issuer", c.Credential.OrganizationName)
		}
	}
	if p.Reason == "" {
		p.Reason = c.Why(l)
	}
	kept := c.Credential
	p.Code, p.Disputed = kept.Code, kept.Disputed
	if kept.Zone != "" {
		p.Zone = kept.Zone
	}
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
		p.States = stateLines(claim)
		for _, line := range claim.Hours.Subjects {
			p.Subjects = append(p.Subjects, hoursLine{line.Name, core.Minutes(line.Minutes), core.Minutes(line.Required)})
		}
	}
	p.say(l)
	return p
}

func (c *certificatePage) say(l *words.Language) {
	switch {
	case c.Outcome == employer.NotValid:
		c.Title, c.Text = l.Say("employer.certificate.dont_rely_on_it"), c.Reason
	case c.Outcome != employer.Valid:
		c.Title, c.Text = l.Say("employer.certificate.says_nothing"), c.Reason
	case c.Minutes > 0:
		c.Title, c.Text = c.Name+" · "+c.Program, l.Say("employer.certificate.hours_certified_by", "minutes", c.Minutes, "issuer", c.Issuer)
	default:
		c.Title, c.Text = c.Name+" · "+c.Program, l.Say("employer.certificate.certified_by", "issuer", c.Issuer)
	}
}

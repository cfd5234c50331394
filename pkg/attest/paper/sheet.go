package paper

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"

	"github.com/carlos7ags/folio/document"
	foliohtml "github.com/carlos7ags/folio/html"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/qr"
	"github.com/palmar/palmar/pkg/words"
	"github.com/palmar/palmar/templates"
)

// Sheet is what is printed. The QR code holds the credential's id, which is the
// address of its public page. Sessions, if any, follow the hours by subject one
// by one. Notice is printed over everything: that a certificate was revoked, or
// that this is a sample.
type Sheet struct {
	Document []byte // the signed credential
	Code     string // in groups of four
	KeyID    string
	SignedAt time.Time
	Zone     string // of the school, in which days are written; empty: UTC
	Language string // of the school's papers, by tag; empty: English
	Style    Style
	Notice   string
	Disputed string // by the holder
	Sessions []Session
}

// Session is one line of a transcript, in whole minutes.
type Session struct {
	Date, Subject, Where string
	Minutes              core.Minutes
}

// AttachmentName is the file within the PDF that holds the signed credential.
const AttachmentName = "credential.json"

// atOnce bounds the sheets in print: each takes some ten megabytes for some
// fifty milliseconds, and anybody may ask for one.
var atOnce = make(chan struct{}, 4)

// PDF prints a sheet. The same sheet gives the same bytes. Code: unprintable
// where no font has a character.
func PDF(ctx context.Context, s Sheet) ([]byte, error) {
	select {
	case atOnce <- struct{}{}:
		defer func() { <-atOnce }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	claim, err := credential.ClaimOf(s.Document)
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	doc, err := printed(s, claim)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(s.Document)
	doc.SetFileID(digest[:16])
	doc.AttachFile(document.FileAttachment{
		FileName: AttachmentName, MIMEType: "application/vc+ld+json", Description: "The signed credential", AFRelationship: "Source",
		Data: s.Document, CreationDate: s.SignedAt,
	})
	return doc.ToBytes()
}

func printed(s Sheet, claim credential.Claim) (*document.Document, error) {
	v, err := viewOf(s, claim)
	if err != nil {
		return nil, err
	}
	var page strings.Builder
	if err := sheetsIn(v.l).ExecuteTemplate(&page, v.Layout, v); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	if v.wrong != nil {
		return nil, v.wrong
	}
	doc := document.NewDocument(v.paper())
	doc.Info = document.Info{
		Title: v.Heading + ": " + claim.Title + ", " + claim.Subject.Name, Author: claim.Issuer.Name, Subject: claim.ID,
		Creator: "Palmar", Language: v.l.Tag(), CreationDate: s.SignedAt, ModDate: s.SignedAt,
	}
	doc.SetTagged(true)
	// Scripts whose marks change places are read from the actual text; readers
	// that reorder it write Arabic backwards.
	doc.SetActualText(v.used["devanagari"] && !v.used["arabic"] && !v.used["hebrew"])
	doc.SetViewerPreferences(document.ViewerPreferences{DisplayDocTitle: true})
	doc.SetMargins(v.margins())
	if err := doc.AddHTML(page.String(), &foliohtml.Options{BaseFS: fonts, StrictAssets: true, PageWidth: v.paper().Width, PageHeight: v.paper().Height}); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	v.decorate(doc)
	return doc, nil
}

var sheets sync.Map // *words.Language -> *template.Template

// sheetsIn are the templates of papers in a language.
func sheetsIn(l *words.Language) *template.Template {
	if known, ok := sheets.Load(l); ok {
		return known.(*template.Template)
	}
	t := template.Must(template.New("paper").Funcs(template.FuncMap{"hours": credential.HoursText, "say": l.Say}).ParseFS(templates.FS, "paper/*.html"))
	sheets.Store(l, t)
	return t
}

// view is what the templates of templates/paper see. Text in any script goes
// through T.
type view struct {
	Sheet
	l         *words.Language
	Claim     credential.Claim
	Layout    string // the template
	Heading   string
	Landscape bool
	QR        template.HTML
	Logo      template.URL
	Footer    []string
	used      map[string]bool // faces, by class
	wrong     error
}

var headings = map[credential.Kind]string{
	credential.Completion: "paper.heading_completion", credential.Specialty: "paper.heading_specialty",
	credential.License: "paper.heading_license", credential.Transcript: "paper.heading_transcript",
}

func viewOf(s Sheet, claim credential.Claim) (*view, error) {
	l := words.Of(s.Language)
	v := &view{Sheet: s, l: l, Claim: claim, Layout: "certificate.html", Heading: l.Say(headings[claim.Kind]), Landscape: true, used: map[string]bool{}}
	if claim.Kind == credential.Transcript || len(s.Sessions) > 0 {
		v.Layout, v.Landscape = "transcript.html", false
	}
	if strings.HasPrefix(claim.ID, "http") {
		code, err := qr.SVG(claim.ID, l.Say("paper.qr", "address", claim.ID))
		if err != nil {
			return nil, err
		}
		v.QR = template.HTML(strings.Replace(string(code), "<svg ", `<svg width="112" height="112" `, 1)) //nolint:gosec // drawn here
	}
	if len(s.Style.Logo) > 0 {
		v.Logo = template.URL("data:" + s.Style.LogoType + ";base64," + base64.StdEncoding.EncodeToString(s.Style.Logo)) //nolint:gosec // an image of a checked type
	}
	if s.Style.Footer != "" {
		v.Footer = strings.Split(s.Style.Footer, "\n")
	}
	return v, nil
}

// T writes a text in the faces that its scripts need.
func (v *view) T(text string) template.HTML {
	out, err := runs(text, v.used)
	if err != nil {
		v.wrong = err
	}
	return out
}

// RTL tells whether a text is written from right to left.
func (v *view) RTL(text string) bool { return rightToLeft(text) }

// NameSize is the size of the name in points: long names are set smaller.
func (v *view) NameSize() int {
	switch n := len([]rune(v.Claim.Subject.Name)); {
	case n <= 26:
		return 34
	case n <= 40:
		return 26
	case n <= 64:
		return 19
	}
	return 16
}

// WallHeight is what the words of a certificate have of the page, in points.
func (v *view) WallHeight() float64 {
	taken := 124.0 // signatures, code and footer
	for _, notice := range []string{v.Notice, v.Disputed} {
		if notice != "" {
			taken += 44
		}
	}
	m := v.margins()
	return v.paper().Height - m.Top - m.Bottom - taken
}

// Day writes the day that an instant of the claim has at the school.
func (v *view) Day(t time.Time) string { return v.l.Day(t.In(v.location())) }

func (s Sheet) location() *time.Location { return core.Organization{Zone: s.Zone}.Location() }

// Date writes a local date of the claim.
func (v *view) Date(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return v.l.Day(t)
}

// Span is when the instruction began and ended.
func (v *view) Span() string {
	if v.Claim.Ended == "" {
		return v.Date(v.Claim.Started)
	}
	return v.l.Say("paper.span", "from", v.Date(v.Claim.Started), "to", v.Date(v.Claim.Ended))
}

// Dates is the line of days: of the instruction, the issue and the end.
func (v *view) Dates() string {
	l, c := v.l, v.Claim
	parts := []string{l.Say("paper.issued", "date", v.Day(c.ValidFrom))}
	switch {
	case c.Started != "":
		parts = append([]string{v.Span()}, parts...)
	case c.Ended != "":
		parts = append([]string{v.Date(c.Ended)}, parts...)
	}
	if !c.ValidUntil.IsZero() {
		parts = append(parts, l.Say("paper.valid_until", "date", core.LastDay(c.ValidUntil)))
	}
	return strings.Join(parts, " · ")
}

var stateAnswers = map[string]string{"met": "paper.state_met", "less": "paper.state_less", "not_known": "paper.state_not_known"}

// StateAnswer is what became of a claim about a state.
func (v *view) StateAnswer(outcome string) string { return v.l.Say(stateAnswers[outcome]) }

// Lines are the lines of a text.
func (v *view) Lines(text string) []string { return strings.Split(text, "\n") }

// ShortKey is enough of a key to compare by eye.
func (v *view) ShortKey() string {
	if len(v.KeyID) <= 20 {
		return v.KeyID
	}
	return v.KeyID[:12] + "…" + v.KeyID[len(v.KeyID)-8:]
}

// SheetOf is what is printed of a kept credential. What stands in its way, or that its
// holder disputes it, is printed over it.
func SheetOf(c core.Credential, style Style) Sheet {
	s := Sheet{Document: c.Document, Code: c.Code, KeyID: c.KeyID, SignedAt: c.SignedAt, Zone: c.Zone, Language: c.Language, Style: style}
	l := words.Of(c.Language)
	if c.IsDisputed() {
		s.Disputed = l.Say("paper.disputed", "date", l.Day(c.DisputedAt.In(s.location())))
	}
	if c.State != core.CredentialActive {
		s.Notice = l.Say("paper.not_valid_since", "state", words.S("past_state."+string(c.State)), "date", l.Day(c.StateSince.In(s.location())), "cause", c.Cause)
	}
	return s
}

package paper

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/carlos7ags/folio/document"
	foliohtml "github.com/carlos7ags/folio/html"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/qr"
	"github.com/palmar/palmar/templates"
)

// Sheet is what is printed. Link leads to the public page of the credential and
// stands in the QR code. Sessions, if any, follow the hours by subject one by
// one. Notice is printed over everything: that a certificate was revoked, or
// that this is a sample.
type Sheet struct {
	Document []byte // the signed credential
	Code     string // in groups of four
	Link     string
	KeyID    string
	SignedAt time.Time
	Style    core.PaperStyle
	Notice   string
	Sessions []Session
}

// Session is one line of a transcript, in whole minutes.
type Session struct {
	Date, Subject, Where string
	Minutes              core.Minutes
}

// AttachmentName is the file within the PDF that holds the signed credential.
const AttachmentName = "credential.json"

// PDF prints a sheet. The same sheet makes the same claim on paper; a document
// that is no credential of ours, or a character that no font has
// (*UnprintableError), is an error.
func PDF(s Sheet) ([]byte, error) {
	claim, err := credential.ClaimOf(s.Document)
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	v, err := viewOf(s, claim)
	if err != nil {
		return nil, err
	}
	var page strings.Builder
	if err := sheets.ExecuteTemplate(&page, v.Layout, v); err != nil {
		return nil, errors.Join(v.unprintable(), err)
	}
	if err := v.unprintable(); err != nil {
		return nil, err
	}
	doc := document.NewDocument(v.paper())
	doc.Info = document.Info{
		Title: v.Heading + ": " + claim.Title + ", " + claim.Subject.Name, Author: claim.Issuer.Name, Subject: s.Link,
		Creator: "Palmar", Language: "en-US", CreationDate: s.SignedAt, ModDate: s.SignedAt,
	}
	digest := sha256.Sum256(s.Document)
	doc.SetFileID(digest[:16])
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
	doc.AttachFile(document.FileAttachment{
		FileName: AttachmentName, MIMEType: "application/vc+ld+json", Description: "The signed credential", AFRelationship: "Source",
		Data: s.Document, CreationDate: s.SignedAt,
	})
	return doc.ToBytes()
}

var sheets = template.Must(template.New("paper").Funcs(template.FuncMap{"hours": credential.HoursText}).ParseFS(templates.FS, "paper/*.html"))

// view is what the templates of templates/paper see. Text in any script goes
// through T.
type view struct {
	Sheet
	Claim     credential.Claim
	Layout    string // the template
	Heading   string
	Landscape bool
	QR        template.HTML
	Logo      template.URL
	Footer    []string
	used      map[string]bool // faces, by class
	wrong     *UnprintableError
}

var headings = map[credential.Kind]string{
	credential.Completion: "Certificate of Completion", credential.Specialty: "Specialty Certificate",
	credential.License: "Attestation of a Licence", credential.Transcript: "Transcript",
}

func viewOf(s Sheet, claim credential.Claim) (*view, error) {
	v := &view{Sheet: s, Claim: claim, Layout: "certificate.html", Heading: headings[claim.Kind], Landscape: true, used: map[string]bool{}}
	if claim.Kind == credential.Transcript || len(s.Sessions) > 0 {
		v.Layout, v.Landscape = "transcript.html", false
	}
	if s.Link != "" {
		code, err := qr.SVG(s.Link, "QR code that leads to "+s.Link)
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
	if err != nil && v.wrong == nil {
		v.wrong, _ = errors.AsType[*UnprintableError](err)
	}
	return out
}

func (v *view) unprintable() error {
	if v.wrong == nil {
		return nil
	}
	return v.wrong
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
	if v.Notice != "" {
		taken += 44
	}
	m := v.margins()
	return v.paper().Height - m.Top - m.Bottom - taken
}

// Day writes an instant of the claim as a date of UTC, as it is signed.
func (v *view) Day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// Date writes a local date of the claim.
func (v *view) Date(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("2 January 2006")
}

// Lines are the lines of a text.
func (v *view) Lines(text string) []string { return strings.Split(text, "\n") }

// ShortKey is enough of a key to compare by eye.
func (v *view) ShortKey() string {
	if len(v.KeyID) <= 20 {
		return v.KeyID
	}
	return v.KeyID[:12] + "…" + v.KeyID[len(v.KeyID)-8:]
}

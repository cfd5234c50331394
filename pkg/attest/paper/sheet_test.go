package paper_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

var issued = time.Date(2026, 9, 14, 15, 4, 5, 0, time.UTC)

func claimFor(kind credential.Kind, name string) credential.Claim {
	c := credential.Claim{
		ID: "https://palmar.example/c/0123456789ABCDEFGHJKMNPQRSTV", Kind: kind,
		Issuer:        credential.Issuer{Name: "Brightwater School of Massage", URL: "https://brightwater.example"},
		Subject:       credential.Subject{ID: "urn:uuid:018f2b6e-0000-7000-8000-000000000001", Name: name},
		AchievementID: "urn:uuid:018f2b6e-0000-7000-8000-000000000002", Title: "Medical Massage Foundations",
		Description: "Completed the program Medical Massage Foundations with 612 h 30 min of supervised instruction.", Criteria: "Met every rule.",
		Alignments: []credential.Alignment{credential.MassageTherapists},
		Started:    "2025-09-02", Ended: "2026-08-28", ValidFrom: issued,
		Hours: &credential.Hours{
			Total: credential.HoursLine{Name: "Supervised instruction", Minutes: 36750, Required: 36000},
			Subjects: []credential.HoursLine{
				{Name: "Anatomy & Physiology", Minutes: 7530, Required: 7500}, {Name: "Kinesiology", Minutes: 3000, Required: 3000},
				{Name: "Pathology", Minutes: 3121, Required: 3000}, {Name: "Massage Theory and Practice", Minutes: 12000, Required: 12000},
				{Name: "Hydrotherapy", Minutes: 900, Required: 900}, {Name: "Ethics, Law and Business", Minutes: 2700, Required: 2700},
				{Name: "Clinical Practice", Minutes: 7499, Required: 6000},
			},
		},
	}
	switch kind {
	case credential.Specialty:
		c.Title, c.Hours, c.Started = "Manual Lymphatic Drainage", &credential.Hours{Total: credential.HoursLine{Name: "Instruction", Minutes: 2400, Required: 2400}}, ""
	case credential.License:
		c.Title, c.Hours, c.LicenseNumber, c.Ended = "Massage Therapist, FL", nil, "MA 12345", ""
		c.ValidUntil = issued.AddDate(1, 0, 0)
	case credential.Transcript:
		c.Title = "Transcript: Medical Massage Foundations"
	}
	return c
}

func sheet(t testing.TB, kind credential.Kind, name string) paper.Sheet {
	t.Helper()
	return sheetOf(t, claimFor(kind, name))
}

func sheetOf(t testing.TB, c credential.Claim) paper.Sheet {
	t.Helper()
	key, err := signing.KeyFromSeed(bytes.Repeat([]byte{7}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	c.Issuer.DID = credential.DIDKey(key.Public())
	document, err := credential.Issue(c, key, issued)
	if err != nil {
		t.Fatal(err)
	}
	style := paper.DefaultPaperStyle(core.OrganizationID{})
	style.Footer = "12 Harbor Road, Portland ME · State license 4711\nbrightwater.example"
	style.Signatories = []paper.Signatory{{Name: "Gwen Whitlock", Role: "Registrar"}, {Name: "Samuel Adeyemi", Role: "Director of Education"}}
	style.Logo, style.LogoType = logo(t), "image/png"
	return paper.Sheet{
		Document: document, Code: "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV", KeyID: key.Multikey(), SignedAt: issued, Style: style,
	}
}

func logo(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 120, 120))
	for y := range 120 {
		for x := range 120 {
			if (x-60)*(x-60)+(y-60)*(y-60) < 58*58 {
				m.Set(x, y, color.NRGBA{0x1c, 0x5d, uint8(0x55 + x), 0xff})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const longName = "María de los Ángeles Guadalupe Fernández-Villanueva y Rodríguez de la Torre-Montenegro"

// names are what a registrar meets; each has to come out of the PDF again.
var names = map[string]string{
	"plain":      "Ana Ortega",
	"long":       longName,
	"vietnamese": "Nguyễn Thị Phương Thảo",
	"arabic":     "محمد عبد الله الأنصاري",
	"mixed":      "Maria (مريم) Haddad",
	"hebrew":     "שרה בת־שבע כהן",
	"chinese":    "李小龍 (Li Xiaolong)",
	"cyrillic":   "Ольга Ковальчук",
	"devanagari": "सीता देवी",
	"escapes":    `Zoë <b>& "O'Neil"`,
}

// extracted is the text of a PDF as pdftotext reads it, in Unicode's
// compatibility form: Arabic letters come out in the shape that they have in
// the word. Spaces fold, and marks that steer the direction of writing go.
func extracted(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		testkit.Need(t, "poppler", "install pdftotext, for example with: apt-get install poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", file, "-")
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("pdftotext: %v %s", err, &complaints)
	}
	return plain(string(out))
}

func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

func TestPDF_TextIsTheRecord(t *testing.T) {
	for label, name := range names {
		for _, kind := range []credential.Kind{credential.Completion, credential.Specialty, credential.License, credential.Transcript} {
			t.Run(label+"/"+string(kind), func(t *testing.T) {
				s := sheet(t, kind, name)
				pdf, err := paper.PDF(context.Background(), s)
				if err != nil {
					t.Fatal(err)
				}
				keep(t, label+"-"+string(kind), pdf)
				text := extracted(t, pdf)
				claim := claimFor(kind, name)
				wants := []string{claim.Title, claim.Issuer.Name, s.Code, claim.ID, "Sep 14, 2026", "Gwen Whitlock", "State license 4711"}
				if label == "mixed" {
					// Which side of a change of direction a bracket is on, pdftotext
					// guesses from where it stands.
					wants = append(wants, "Maria (", "مريم", "Haddad")
				} else {
					wants = append(wants, name)
				}
				if claim.Hours != nil {
					wants = append(wants, credential.HoursText(claim.Hours.Total.Minutes))
					for _, line := range claim.Hours.Subjects {
						wants = append(wants, line.Name+" "+credential.HoursText(line.Required)+" "+credential.HoursText(line.Minutes))
					}
				}
				if claim.LicenseNumber != "" {
					wants = append(wants, claim.LicenseNumber)
				}
				for _, want := range wants {
					if !strings.Contains(text, plain(want)) {
						t.Errorf("the text lacks %q:\n%s", plain(want), text)
					}
				}
			})
		}
	}
}

// keep leaves a PDF where PALMAR_TEST_SCREENSHOTS says, to be looked at.
func keep(t *testing.T, name string, pdf []byte) {
	t.Helper()
	folder := os.Getenv("PALMAR_TEST_SCREENSHOTS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPDF_CarriesTheCredential(t *testing.T) {
	s := sheet(t, credential.Completion, "Ana Ortega")
	pdf, err := paper.PDF(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := paper.PDF(context.Background(), s); err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same sheet printed twice differs (%v)", err)
	}
	if _, err := exec.LookPath("pdfdetach"); err != nil {
		testkit.Need(t, "poppler", "install pdfdetach, for example with: apt-get install poppler-utils")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "sheet.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pdfdetach", "-saveall", "-o", folder, file).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	attached, err := os.ReadFile(filepath.Join(folder, paper.AttachmentName))
	if err != nil || !bytes.Equal(attached, s.Document) {
		t.Errorf("the attachment is not the signed document (%v)", err)
	}
	info, err := exec.Command("pdfinfo", file).CombinedOutput()
	for _, want := range []string{"Tagged:          yes", "Pages:           2", "Certificate of Completion: Medical Massage Foundations, Ana Ortega", "792 x 612 pts (letter)"} {
		if err != nil || !strings.Contains(string(info), want) {
			t.Errorf("pdfinfo lacks %q (%v):\n%s", want, err, info)
		}
	}
}

func TestPDF_Styles(t *testing.T) {
	s := sheet(t, credential.Completion, "Nguyễn Thị Phương Thảo")
	s.Style.Layout, s.Style.Size, s.Style.Accent, s.Style.Signatories, s.Style.Logo = "modern", "a4", "#7a1f3d", nil, nil
	s.Notice = "Sample: proves nothing"
	pdf, err := paper.PDF(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "modern", pdf)
	if text := extracted(t, pdf); !strings.Contains(text, s.Notice) || !strings.Contains(text, "Page 2 of 2") || strings.Contains(text, "Whitlock") {
		t.Error(text)
	}
}

// What became of claims about states stands with the hours by subject, and not on the
// diploma; a certificate without any says nothing of states.
func TestPDF_States(t *testing.T) {
	c := claimFor(credential.Completion, "Ana Ortega")
	c.States = []credential.StateClaim{
		{State: "New Jersey", Outcome: "met", Text: "By N.J.S.A. 45:11-75, judged on Sep 14, 2026."},
		{State: "Texas", Outcome: "less", Text: "At least 125 h of the techniques are Swedish massage. Here: 0 min.\nAt least 50 h of internship are valid. Here: 0 min.\nBy 16 Tex. Admin. Code 117.x, judged on Sep 14, 2026."},
		{State: "New York", Outcome: "not_known", Text: "1,000 h by a secondary source of 2024. Ask the board.\nBy 8 NYCRR 52.15, judged on Sep 14, 2026."},
	}
	s := sheetOf(t, c)
	sessions := s
	sessions.Sessions = []paper.Session{{Date: "2026-03-02", Subject: "Kinesiology", Where: "classroom", Minutes: 95}}
	for name, s := range map[string]paper.Sheet{"states": s, "states-sessions": sessions} {
		pdf, err := paper.PDF(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, name, pdf)
		text := extracted(t, pdf)
		for _, want := range []string{"New Jersey Met By N.J.S.A. 45:11-75, judged on Sep 14, 2026.", "Texas Less", "Swedish massage. Here: 0 min.", "Not known", "1,000 h by a secondary source of 2024."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in %s", name, want, text)
			}
		}
		diploma, _, _ := strings.Cut(text, "Page 1 of 2")
		if name == "states" && (diploma == text || strings.Contains(diploma, "New Jersey")) {
			t.Errorf("the diploma says %s", diploma)
		}
	}
	for _, kind := range []credential.Kind{credential.Completion, credential.Transcript} {
		pdf, err := paper.PDF(context.Background(), sheet(t, kind, "Ana Ortega"))
		if err != nil {
			t.Fatal(err)
		}
		if text := extracted(t, pdf); strings.Contains(text, testkit.Says("paper.states")) {
			t.Errorf("a %s without claims says %s", kind, text)
		}
	}
}

// What its holder disputes says so, beside what else is wrong with it.
func TestPDF_Disputed(t *testing.T) {
	for _, kind := range []credential.Kind{credential.Completion, credential.Transcript} {
		s := sheet(t, kind, "Ana Ortega")
		c := core.Credential{Document: s.Document, Code: s.Code, KeyID: s.KeyID, SignedAt: s.SignedAt, State: core.CredentialSuspended, StateSince: issued, Cause: "An audit."}
		c.DisputedAt = issued.AddDate(0, 0, 2)
		kept := paper.SheetOf(c, s.Style)
		kept.Sessions = []paper.Session{{Date: "2026-03-02", Subject: "Kinesiology", Where: "classroom", Minutes: 95}}
		pdf, err := paper.PDF(context.Background(), kept)
		if err != nil {
			t.Fatal(err)
		}
		if text := extracted(t, pdf); !strings.Contains(text, words.English().Say("paper.disputed", "date", "Sep 16, 2026")) || !strings.Contains(text, "An audit.") {
			t.Errorf("%s: %s", kind, text)
		}
		c.DisputedAt = time.Time{}
		if kept := paper.SheetOf(c, s.Style); kept.Disputed != "" {
			t.Errorf("undisputed it says %q", kept.Disputed)
		}
	}
}

func TestPDF_Sessions(t *testing.T) {
	s := sheet(t, credential.Transcript, "Ana Ortega")
	for range 150 {
		s.Sessions = append(s.Sessions, paper.Session{Date: "2026-03-02", Subject: "Kinesiology", Where: "classroom", Minutes: 95})
	}
	pdf, err := paper.PDF(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "sessions", pdf)
	if text := extracted(t, pdf); strings.Count(text, "Mar 2, 2026 Kinesiology classroom 1 h 35 min") != 150 || !strings.Contains(text, "Page 6 of 6") {
		t.Error(text)
	}
}

// TestPDF_Zone wants the day that it is at the school.
func TestPDF_Zone(t *testing.T) {
	s := sheet(t, credential.Completion, "Ana Ortega")
	s.Zone = "Pacific/Kiritimati" // 14 hours ahead of UTC
	pdf, err := paper.PDF(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if text := extracted(t, pdf); !strings.Contains(text, "Issued Sep 15, 2026") {
		t.Error(text)
	}
}

// TestPDF_Language wants a paper in the language of its school.
func TestPDF_Language(t *testing.T) {
	s := sheet(t, credential.Completion, "Ana Ortega")
	s.Language = "en-XA"
	pdf, err := paper.PDF(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(extracted(t, pdf)), " ")
	if heading := words.Of("en-XA").Say("paper.heading_completion"); !strings.Contains(text, heading) {
		t.Errorf("no %q in %s", heading, text)
	}
	if heading := words.English().Say("paper.has_completed"); strings.Contains(text, heading) {
		t.Errorf("%q is left in %s", heading, text)
	}
}

func TestSample(t *testing.T) {
	for _, kind := range []credential.Kind{credential.Completion, credential.Specialty, credential.License, credential.Transcript} {
		pdf, err := paper.Sample(paper.DefaultPaperStyle(core.OrganizationID{}), kind, core.Organization{Name: "Brightwater"}, issued)
		if err != nil {
			t.Fatal(err)
		}
		if text := extracted(t, pdf); !strings.Contains(text, testkit.Says("paper.sample")) || !strings.Contains(text, "Brightwater") {
			t.Errorf("%s: %s", kind, text)
		}
	}
}

func TestPDF_Err(t *testing.T) {
	s := sheet(t, credential.Completion, "Ana \U000126ff")
	_, err := paper.PDF(context.Background(), s)
	if core.CodeOf(err) != "unprintable" || !strings.Contains(err.Error(), "U+126FF") {
		t.Errorf("a character that no font has: %v", err)
	}
	if _, err := paper.PDF(context.Background(), paper.Sheet{Document: []byte(`{"type":"badge"}`), Style: s.Style}); err == nil {
		t.Error("something that is no credential was printed")
	}
}

func BenchmarkPDF(b *testing.B) {
	s := sheet(b, credential.Completion, "Nguyễn Thị Phương Thảo")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := paper.PDF(context.Background(), s); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzPDF prints whatever name and footer a school has: either it is refused or
// it is a PDF whose attachment is the signed document.
func FuzzPDF(f *testing.F) {
	for _, name := range names {
		f.Add(name, "12 Harbor Road")
	}
	f.Add("Ana\u202eOrtega", "</style><script>alert(1)</script>")
	f.Add("a\u0301\u0301\u0301", "{{.}}")
	f.Fuzz(func(t *testing.T, name, footer string) {
		claim := claimFor(credential.Completion, name)
		key, _ := signing.KeyFromSeed(bytes.Repeat([]byte{7}, signing.SeedSize))
		claim.Issuer.DID = credential.DIDKey(key.Public())
		document, err := credential.Issue(claim, key, issued)
		style := paper.DefaultPaperStyle(core.OrganizationID{})
		style.Footer = footer
		if err != nil || style.Check() != nil {
			return
		}
		pdf, err := paper.PDF(context.Background(), paper.Sheet{Document: document, Style: style})
		if core.CodeOf(err) == "unprintable" {
			return
		}
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("%%EOF")) {
			t.Fatalf("%q, %q: %v", name, footer, err)
		}
	})
}

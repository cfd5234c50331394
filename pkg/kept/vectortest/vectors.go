// Package vectortest is the one table of what is asked of every verifier: documents, and
// the answer and its reason, which the command, the server and the offline page give
// alike. It knows no verifier.
package vectortest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/testkit"
)

// Base is where the school of the table is reached.
const Base = "https://palmar.example"

// Vector is a file with the answer to it.
type Vector struct {
	Name string
	File []byte
	Answer
	// Server is the answer of the school's own server where it knows more than the
	// file and the keys say: what was issued, and what became of it.
	Server *Answer
	// Page is the answer of the offline page where it reads less: it knows the shape
	// of what Palmar issues, and the schools of its installation alone.
	Page *Answer
}

// Answer is an outcome, and the id of the first reason for it that is not good.
type Answer struct {
	Outcome credential.Outcome
	Reason  string
}

// Of is the answer in a report.
func Of(r credential.Report) Answer {
	failed, _ := r.Failed()
	return Answer{r.Outcome, failed.Reason.ID}
}

func yes() Answer               { return Answer{credential.Valid, ""} }
func no(reason string) Answer   { return Answer{credential.NotValid, reason} }
func gray(reason string) Answer { return Answer{credential.CouldNotCheck, reason} }
func but(a Answer) *Answer      { return &a }

// maker writes the files of a world with one certificate.
type maker struct {
	t      testing.TB
	w      *certifytest.World
	c      core.Credential
	pack   certify.Package
	key    signing.Key
	jwtKey signing.JWTKey
	out    []Vector
}

// Table makes the world that the vectors are about, and them.
func Table(t testing.TB, w *certifytest.World) []Vector {
	t.Helper()
	m := &maker{t: t, w: w, c: w.Certified()}
	var err error
	if m.pack, err = w.Certify.Package(t.Context(), m.c.Code); err != nil {
		t.Fatal(err)
	}
	var sealed, sealedJWT []byte
	for id, into := range map[string]*[]byte{m.c.KeyID: &sealed, m.c.JWTKeyID: &sealedJWT} {
		if err := w.SQL.QueryRow("SELECT sealed FROM signing_keys WHERE id = '" + id + "'").Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	if m.key, err = signing.Open(certifytest.Secret, m.c.KeyID, sealed); err != nil {
		t.Fatal(err)
	}
	if m.jwtKey, err = signing.OpenJWTKey(certifytest.Secret, m.c.JWTKeyID, sealedJWT); err != nil {
		t.Fatal(err)
	}
	m.containers()
	m.changed()
	m.jwt()
	m.keys()
	m.stolen()
	m.lists()
	m.logs()
	m.foreign()
	return m.out
}

func (m *maker) add(name string, file []byte, a Answer) *Vector {
	m.out = append(m.out, Vector{Name: name, File: file, Answer: a})
	return &m.out[len(m.out)-1]
}

func (m *maker) json(value any) []byte {
	m.t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		m.t.Fatal(err)
	}
	return raw
}

// packed is the certificate's package with something else in it.
func (m *maker) packed(change func(*certify.Package)) []byte {
	p := m.pack
	if p.Log != nil {
		inclusion := *p.Log
		p.Log = &inclusion
	}
	change(&p)
	return m.json(p)
}

// with is the package with the document changed as text.
func (m *maker) with(old, new string) []byte {
	m.t.Helper()
	document := string(m.c.Document)
	if !strings.Contains(document, old) {
		m.t.Fatalf("no %s to change", old)
	}
	return m.packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = strings.Replace(document, old, new, 1), "", nil })
}

// signed is the package with a document that the school's own key has signed.
func (m *maker) signed(change func(*credential.Claim), key signing.Key, at time.Time) []byte {
	m.t.Helper()
	claim, err := credential.ClaimOf(m.c.Document)
	if err != nil {
		m.t.Fatal(err)
	}
	change(&claim)
	raw, err := credential.Issue(claim, key, at)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = string(raw), "", nil })
}

// containers are the ways in which people hold a certificate.
func (m *maker) containers() {
	whole := m.json(m.pack)
	document := string(m.c.Document)
	m.add("package", whole, yes())
	m.add("package with a byte order mark", append([]byte("\xef\xbb\xbf"), whole...), yes())
	m.add("package with white space around it", []byte("\r\n\t "+string(whole)+" \r\n"), yes())
	m.add("package in UTF-16, big end first", wide(string(whole), true, true), yes())
	m.add("package in UTF-16, little end first", wide(string(whole), false, true), yes())
	m.add("package in UTF-16 without a mark", wide(string(whole), false, false), yes())
	m.add("document alone", m.c.Document, gray("reason.revocation_unseen")).Server = but(yes())
	m.add("JWT alone", []byte(m.c.JWT), gray("reason.revocation_unseen")).Server = but(yes())
	m.add("JWT with a line end after it", []byte(m.c.JWT+"\r\n"), gray("reason.revocation_unseen")).Server = but(yes())
	m.add("package of the JWT", m.packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = p.JWT, "", nil }), yes())
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		m.t.Fatal(err)
	}
	m.add("PNG with the package", credential.BakePNG(picture.Bytes(), whole), yes())
	m.add("PNG without", picture.Bytes(), gray("reason.picture_has_none"))
	m.add("photo", []byte("\xff\xd8\xff\xe0 and so on"), gray("reason.picture_has_none"))
	m.add("PDF with the package", pdf(whole), yes())
	m.add("PDF with the package, packed", pdfPacked(whole), yes())
	m.add("PDF that was printed again", []byte("%PDF-1.7\n1 0 obj\n<< /Type /Page >>\nendobj\n"), gray("reason.pdf_has_none"))
	m.add("PDF with two certificates", append(pdf(whole), pdf(m.c.Document)...), gray("reason.pdf_has_several"))
	m.add("plain text", []byte("Certificate of completion, 600 hours"), gray("reason.no_certificate"))
	m.add("web page", []byte("<!doctype html><p>Certificate</p>"), gray("reason.no_certificate"))
	m.add("nothing", []byte{}, gray("reason.no_certificate"))
	m.add("another JSON file", []byte(`{"name": "palmar", "version": "1.0"}`), gray("reason.no_certificate"))
	m.add("a list of JSON", []byte(`[1, 2]`), gray("reason.no_certificate"))
	m.add("cut off", []byte(document[:len(document)/2]), gray("reason.not_json"))
	m.add("in Windows-1252", []byte(strings.Replace(document, "Ada", "Ad\xe9", 1)), gray("reason.not_utf8"))
	m.add("too large", []byte("{"+strings.Repeat(" ", credential.MaxDocumentBytes)+document[1:]), gray("reason.too_large"))
	m.add("nested too deep", []byte(strings.Repeat(`{"a":`, 100)+"1"+strings.Repeat("}", 100)), gray("reason.too_deep"))
}

func wide(text string, big, mark bool) []byte {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

func pdf(file []byte) []byte { return pdfWith(fmt.Sprintf("/Length %d", len(file)), file) }

func pdfPacked(file []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(file) // a buffer takes all
	_ = w.Close()
	return pdfWith(fmt.Sprintf("/Filter /FlateDecode /Length %d", packed.Len()), packed.Bytes())
}

func pdfWith(about string, file []byte) []byte {
	return fmt.Appendf(nil, "%%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile %s >>\nstream\n%s\nendstream\nendobj\n", about, file)
}

// Foreign are the credentials of others, by the names of their files, or nothing where
// they are not beside the repository.
func Foreign(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		testkit.Need(t, "vectors", "put credentials of other issuers at ../shared/data/foreign, beside the repository")
	}
	out := map[string][]byte{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = raw
	}
	return out
}

package pages

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// The page and the program say the same of the same documents, with the same
// keys: one of a school under a did:web, with lines whose text JSON can write in
// several ways.
func TestOffline_Differ(t *testing.T) {
	t.Parallel()
	node := needNode(t)
	s := newSite(t, func(o *Options) { o.PublicURL = "https://palmar.example" })
	c := s.Certified()
	elsewhere := s.takeIn(t)
	pinned := pinnedIn(t, s.stranger().get("/verify/offline").Body.Bytes())
	pack, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	s.change(c, certify.ActionSuspend)
	suspended, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	s.change(c, certify.ActionReinstate)
	cases := append(packageCases(t, s, c, pack), disclosureCases(t, s, c)...)
	cases = append(cases,
		offlineCase{name: "suspended", text: asText(t, suspended), want: credential.NotValid},
		offlineCase{name: "of a school in escrow", text: asText(t, elsewhere), want: credential.Valid},
		offlineCase{name: "of a school in escrow, changed", text: strings.Replace(asText(t, elsewhere), "Ada Example", "Eve Example", 1), want: credential.NotValid},
	)
	agree(t, offlineScript{t, node, s.Src.Now()}, pinned, cases)
	agree(t, offlineScript{t, node, s.Src.Now().Add(8 * 24 * time.Hour)}, pinned, []offlineCase{
		{name: "a package whose list has run out", text: asText(t, pack), want: credential.CouldNotCheck},
	})
}

// takeIn has the site go on showing a school that has closed elsewhere, and gives
// the package of its certificate as the site does.
func (s *site) takeIn(t *testing.T) certify.Package {
	t.Helper()
	other := certifytest.SQLite(t, "https://closed.example")
	c := other.Certified()
	var file bytes.Buffer
	other.Close("The owner retires.")
	_, err := other.Certify.ExportEscrow(t.Context(), access.System, other.School.Slug, &file)
	if err == nil {
		_, err = s.Certify.ImportEscrow(t.Context(), access.System, bytes.NewReader(file.Bytes()), int64(file.Len()))
	}
	if err != nil {
		t.Fatal(err)
	}
	pack, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// change changes a certificate by two persons.
func (s *site) change(c core.Credential, action certify.ProposalAction) {
	s.T.Helper()
	p, err := s.Certify.ProposeChange(s.T.Context(), s.Registrar, c.ID, certify.ChangeInput{Action: action, Cause: "For the test."})
	if err != nil {
		s.T.Fatal(err)
	}
	if _, err := s.Certify.Certify(s.T.Context(), s.Second, p.ID, p.Version); err != nil {
		s.T.Fatal(err)
	}
}

func asText(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func packageCases(t *testing.T, s *site, c core.Credential, pack certify.Package) []offlineCase {
	t.Helper()
	packed := func(change func(*certify.Package)) string {
		p := pack
		change(&p)
		return asText(t, p)
	}
	signed := func(change func(*credential.Claim)) string {
		claim, err := credential.ClaimOf(c.Document)
		if err != nil {
			t.Fatal(err)
		}
		change(&claim)
		raw, err := credential.Issue(claim, s.signingKey(), s.Src.Now())
		if err != nil {
			t.Fatal(err)
		}
		return packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = string(raw), "", nil })
	}
	document := string(c.Document)
	swap := func(old, new string) string {
		if !strings.Contains(document, old) {
			t.Fatalf("no %s to change", old)
		}
		return packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = strings.Replace(document, old, new, 1), "", nil })
	}
	return []offlineCase{
		{name: "package", text: asText(t, pack), want: credential.Valid},
		{name: "package, signed once more", text: signed(func(*credential.Claim) {}), want: credential.Valid},
		{name: "package of the JWT", text: packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = p.JWT, "", nil }), want: credential.Valid},
		{name: "document alone", text: document, want: credential.CouldNotCheck},
		{name: "JWT alone", text: c.JWT, want: credential.CouldNotCheck},
		{name: "no list", text: packed(func(p *certify.Package) { p.StatusList = "" }), want: credential.CouldNotCheck},
		{name: "no list of suspensions", text: packed(func(p *certify.Package) { p.Suspensions = "" }), want: credential.CouldNotCheck},
		{name: "one list for both", text: packed(func(p *certify.Package) { p.Suspensions = p.StatusList }), want: credential.CouldNotCheck},
		{name: "the lists exchanged", text: packed(func(p *certify.Package) { p.Suspensions, p.StatusList = p.StatusList, p.Suspensions }), want: credential.CouldNotCheck},
		{name: "the list of nobody", text: packed(func(p *certify.Package) { p.StatusList = "{}" }), want: credential.CouldNotCheck},
		{name: "the certificate as its list", text: packed(func(p *certify.Package) { p.StatusList = p.Document }), want: credential.CouldNotCheck},
		{name: "a name with <, > and &", text: signed(func(c *credential.Claim) { c.Subject.Name = "Ada <Body & Mind> \u2028 Nguyễn" }), want: credential.Valid},
		{name: "expired", text: signed(func(c *credential.Claim) {
			c.ValidFrom, c.ValidUntil = s.Src.Now().Add(-time.Hour), s.Src.Now().Add(-time.Minute)
		}), want: credential.NotValid},
		{name: "not yet valid", text: signed(func(c *credential.Claim) { c.ValidFrom = s.Src.Now().Add(time.Hour) }), want: credential.NotValid},
		{name: "of a stranger", text: strings.ReplaceAll(document, c.IssuerDID, "did:web:stranger.example"), want: credential.CouldNotCheck},
		{name: "value", text: swap(`"36000"`, `"46000"`), want: credential.NotValid},
		{name: "name", text: swap("Ada Example", "Eve Example"), want: credential.NotValid},
		{name: "status of one in a list", text: swap(`"credentialStatus": {`, `"credentialStatus": [{`), want: credential.CouldNotCheck},
		{name: "a name twice", text: swap(`"validFrom"`, `"validFrom": "2020-01-01T00:00:00Z", "validFrom"`), want: credential.NotValid},
		{name: "null", text: swap(`"validFrom"`, `"validUntil": null, "validFrom"`), want: credential.CouldNotCheck},
		{name: "no proof", text: swap(`"proof"`, `"evidence2"`), want: credential.NotValid},
		{name: "proof of another kind", text: swap("eddsa-rdfc-2022", "ecdsa-rdfc-2019"), want: credential.CouldNotCheck},
		{name: "JWT of another kind", text: "eyJhbGciOiJSUzI1NiJ9.e30.AA", want: credential.CouldNotCheck},
		{name: "JWT of no kind", text: "eyJhbGciOiJub25lIn0.e30.", want: credential.NotValid},
		{name: "half a JWT", text: c.JWT[:len(c.JWT)/2], want: credential.CouldNotCheck},
		{name: "the document twice in the package", text: strings.Replace(asText(t, pack), `{`, `{"document":"{}",`, 1), want: credential.NotValid},
		{name: "an empty package", text: `{"document":""}`, want: credential.CouldNotCheck},
		{name: "too large", text: strings.Replace(document, "{", "{"+strings.Repeat(" ", credential.MaxDocumentBytes), 1), want: credential.CouldNotCheck},
		{name: "nested", text: strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), want: credential.CouldNotCheck},
	}
}

// bodyAndMind are lines with characters that Go, browsers and other programs
// write in JSON in different ways.
var bodyAndMind = []json.RawMessage{
	json.RawMessage(`{"kind":"total","minutes":36000}`),
	json.RawMessage(`{"kind":"session","school":"Body \u0026 Mind \u003cMassage\u003e","minutes":60}`),
	json.RawMessage(`{"kind":"session","school":"one\u2028two\u2029three\t\"four\" \\ / é 𝄞","minutes":90}`),
}

func disclosureCases(t *testing.T, s *site, c core.Credential) []offlineCase {
	t.Helper()
	record, err := credential.NewRecord(make([]byte, 32), bodyAndMind)
	if err != nil {
		t.Fatal(err)
	}
	commitment, err := record.Commitment()
	if err != nil {
		t.Fatal(err)
	}
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		t.Fatal(err)
	}
	claim.Record, claim.Status = &commitment, nil // no status, so that the lines alone decide
	document, err := credential.Issue(claim, s.signingKey(), s.Src.Now())
	if err != nil {
		t.Fatal(err)
	}
	shown, err := record.Show(0, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	one := func(change func(*credential.Shown)) string {
		line := shown[1]
		change(&line)
		return asText(t, credential.Disclosure{Credential: document, Lines: []credential.Shown{line}})
	}
	all := asText(t, credential.Disclosure{Credential: document, Lines: shown})
	swap := func(old, new string) string {
		if !strings.Contains(all, old) {
			t.Fatalf("no %s to change", old)
		}
		return strings.Replace(all, old, new, 1)
	}
	return []offlineCase{
		{name: "lines", text: all, want: credential.Valid},
		{name: "lines, one of them", text: one(func(*credential.Shown) {}), want: credential.Valid},
		{name: "lines, as another program writes them", text: strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, `\u003E`, `\u2028`, "\u2028", "é", `\u00e9`, "𝄞", `\ud834\udd1e`, " / ", ` \/ `).Replace(all), want: credential.Valid},
		{name: "lines in a package", text: asText(t, certify.Package{Document: all}), want: credential.Valid},
		{name: "lines with white space", text: strings.NewReplacer(`"minutes":`, `"minutes" : `, `"lines":[`, "\n\"lines\": [\r\n").Replace(all), want: credential.Valid},
		{name: "lines, a minute more", text: swap(`"minutes":60`, `"minutes":61`), want: credential.NotValid},
		{name: "lines, a number written otherwise", text: swap(`"minutes":60`, `"minutes":6e1`), want: credential.NotValid},
		{name: "lines, in another order", text: swap(`"kind":"total","minutes":36000`, `"minutes":36000,"kind":"total"`), want: credential.NotValid},
		{name: "lines, one with two minutes", text: swap(`"minutes":60`, `"minutes":60,"minutes":600`), want: credential.NotValid},
		{name: "lines, another school", text: swap(`Body \u0026 Mind`, `Body and Mind`), want: credential.NotValid},
		{name: "lines, one twice", text: asText(t, credential.Disclosure{Credential: document, Lines: append(shown[:3:3], shown[0])}), want: credential.NotValid},
		{name: "lines, none", text: strings.Replace(one(func(*credential.Shown) {}), asText(t, shown[1]), "", 1), want: credential.CouldNotCheck},
		{name: "lines twice", text: swap(`"lines":`, `"lines":[],"lines":`), want: credential.NotValid},
		{name: "lines, a line twice", text: swap(`"line":`, `"line":{"minutes":1},"line":`), want: credential.NotValid},
		{name: "lines, no line", text: one(func(l *credential.Shown) { l.Line = json.RawMessage(`[]`) }), want: credential.NotValid},
		{name: "lines, another place", text: one(func(l *credential.Shown) { l.Index = 2 }), want: credential.NotValid},
		{name: "lines, beyond the end", text: one(func(l *credential.Shown) { l.Index = 3 }), want: credential.NotValid},
		{name: "lines, before the beginning", text: one(func(l *credential.Shown) { l.Index = -1 }), want: credential.NotValid},
		{name: "lines, a short salt", text: one(func(l *credential.Shown) { l.Salt = l.Salt[1:] }), want: credential.NotValid},
		{name: "lines, a long proof", text: one(func(l *credential.Shown) { l.Proof = append(l.Proof[:len(l.Proof):len(l.Proof)], l.Proof[0]) }), want: credential.NotValid},
		{name: "lines, a short proof", text: one(func(l *credential.Shown) { l.Proof = l.Proof[1:] }), want: credential.NotValid},
		{name: "lines of another certificate", text: asText(t, credential.Disclosure{Credential: c.Document, Lines: shown}), want: credential.NotValid},
		{name: "too many lines", text: asText(t, credential.Disclosure{Credential: document, Lines: make([]credential.Shown, 5001)}), want: credential.CouldNotCheck},
		{name: "lines of " + strconv.Itoa(len(shown)) + " in the JWT", text: asText(t, map[string]any{"credential": c.JWT, "lines": shown}), want: credential.NotValid},
	}
}

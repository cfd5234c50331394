package web

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// The page and the program say the same of the same documents, with the same
// keys: one of a school under a did:web, with lines whose text JSON can write in
// several ways.
func TestOffline_Differ(t *testing.T) {
	node := needNode(t)
	s := newSite(t, func(o *Options) { o.PublicURL = "https://palmar.example" })
	s.Certify = s.CertifyAt("https://palmar.example")
	s.web.Certify = s.Certify
	c := s.Certified()
	pinned := pinnedIn(t, s.stranger().get("/verify/offline").Body.Bytes())
	pack, err := s.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	cases := append(packageCases(t, s, c, pack), disclosureCases(t, s, c)...)
	agree(t, offlineScript{t, node, s.Src.Now()}, pinned, cases)
	agree(t, offlineScript{t, node, s.Src.Now().Add(8 * 24 * time.Hour)}, pinned, []offlineCase{
		{"a package whose list has run out", asText(t, pack), credential.CouldNotCheck},
	})
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
		{"package", asText(t, pack), credential.Valid},
		{"package, signed once more", signed(func(*credential.Claim) {}), credential.Valid},
		{"package of the JWT", packed(func(p *certify.Package) { p.Document, p.JWT, p.Log = p.JWT, "", nil }), credential.Valid},
		{"document alone", document, credential.CouldNotCheck},
		{"JWT alone", c.JWT, credential.CouldNotCheck},
		{"no list", packed(func(p *certify.Package) { p.StatusList = "" }), credential.CouldNotCheck},
		{"the list of nobody", packed(func(p *certify.Package) { p.StatusList = "{}" }), credential.CouldNotCheck},
		{"the certificate as its list", packed(func(p *certify.Package) { p.StatusList = p.Document }), credential.CouldNotCheck},
		{"a name with <, > and &", signed(func(c *credential.Claim) { c.Subject.Name = "Ada <Body & Mind> \u2028 Nguyễn" }), credential.Valid},
		{"expired", signed(func(c *credential.Claim) {
			c.ValidFrom, c.ValidUntil = s.Src.Now().Add(-time.Hour), s.Src.Now().Add(-time.Minute)
		}), credential.NotValid},
		{"not yet valid", signed(func(c *credential.Claim) { c.ValidFrom = s.Src.Now().Add(time.Hour) }), credential.NotValid},
		{"of a stranger", strings.ReplaceAll(document, c.IssuerDID, "did:web:stranger.example"), credential.CouldNotCheck},
		{"value", swap(`"36000"`, `"46000"`), credential.NotValid},
		{"name", swap("Ada Example", "Eve Example"), credential.NotValid},
		{"status of one in a list", swap(`"credentialStatus": {`, `"credentialStatus": [{`), credential.NotValid},
		{"a name twice", swap(`"validFrom"`, `"validFrom": "2020-01-01T00:00:00Z", "validFrom"`), credential.NotValid},
		{"null", swap(`"validFrom"`, `"validUntil": null, "validFrom"`), credential.CouldNotCheck},
		{"no proof", swap(`"proof"`, `"evidence2"`), credential.NotValid},
		{"proof of another kind", swap("eddsa-rdfc-2022", "ecdsa-rdfc-2019"), credential.CouldNotCheck},
		{"JWT of another kind", "eyJhbGciOiJSUzI1NiJ9.e30.AA", credential.CouldNotCheck},
		{"JWT of no kind", "eyJhbGciOiJub25lIn0.e30.", credential.NotValid},
		{"half a JWT", c.JWT[:len(c.JWT)/2], credential.NotValid},
		{"the document twice in the package", strings.Replace(asText(t, pack), `{`, `{"document":"{}",`, 1), credential.NotValid},
		{"an empty package", `{"document":""}`, credential.NotValid},
		{"too large", strings.Replace(document, "{", "{"+strings.Repeat(" ", credential.MaxDocumentBytes), 1), credential.CouldNotCheck},
		{"nested", strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), credential.CouldNotCheck},
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
		{"lines", all, credential.Valid},
		{"lines, one of them", one(func(*credential.Shown) {}), credential.Valid},
		{"lines, as another program writes them", strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, `\u003E`, `\u2028`, "\u2028", "é", `\u00e9`, "𝄞", `\ud834\udd1e`, " / ", ` \/ `).Replace(all), credential.Valid},
		{"lines in a package", asText(t, certify.Package{Document: all}), credential.Valid},
		{"lines with white space", strings.NewReplacer(`"minutes":`, `"minutes" : `, `"lines":[`, "\n\"lines\": [\r\n").Replace(all), credential.Valid},
		{"lines, a minute more", swap(`"minutes":60`, `"minutes":61`), credential.NotValid},
		{"lines, a number written otherwise", swap(`"minutes":60`, `"minutes":6e1`), credential.NotValid},
		{"lines, in another order", swap(`"kind":"total","minutes":36000`, `"minutes":36000,"kind":"total"`), credential.NotValid},
		{"lines, one with two minutes", swap(`"minutes":60`, `"minutes":60,"minutes":600`), credential.NotValid},
		{"lines, another school", swap(`Body \u0026 Mind`, `Body and Mind`), credential.NotValid},
		{"lines, one twice", asText(t, credential.Disclosure{Credential: document, Lines: append(shown[:3:3], shown[0])}), credential.NotValid},
		{"lines, none", strings.Replace(one(func(*credential.Shown) {}), asText(t, shown[1]), "", 1), credential.NotValid},
		{"lines twice", swap(`"lines":`, `"lines":[],"lines":`), credential.NotValid},
		{"lines, a line twice", swap(`"line":`, `"line":{"minutes":1},"line":`), credential.NotValid},
		{"lines, no line", one(func(l *credential.Shown) { l.Line = json.RawMessage(`[]`) }), credential.NotValid},
		{"lines, another place", one(func(l *credential.Shown) { l.Index = 2 }), credential.NotValid},
		{"lines, beyond the end", one(func(l *credential.Shown) { l.Index = 3 }), credential.NotValid},
		{"lines, before the beginning", one(func(l *credential.Shown) { l.Index = -1 }), credential.NotValid},
		{"lines, a short salt", one(func(l *credential.Shown) { l.Salt = l.Salt[1:] }), credential.NotValid},
		{"lines, a long proof", one(func(l *credential.Shown) { l.Proof = append(l.Proof[:len(l.Proof):len(l.Proof)], l.Proof[0]) }), credential.NotValid},
		{"lines, a short proof", one(func(l *credential.Shown) { l.Proof = l.Proof[1:] }), credential.NotValid},
		{"lines of another certificate", asText(t, credential.Disclosure{Credential: c.Document, Lines: shown}), credential.NotValid},
		{"too many lines", asText(t, credential.Disclosure{Credential: document, Lines: make([]credential.Shown, 5001)}), credential.CouldNotCheck},
		{"lines of " + strconv.Itoa(len(shown)) + " in the JWT", asText(t, map[string]any{"credential": c.JWT, "lines": shown}), credential.NotValid},
	}
}

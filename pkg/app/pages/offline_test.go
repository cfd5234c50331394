package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// The page that checks on its own gives the same answers as the program.
func TestOffline(t *testing.T) {
	t.Parallel()
	node := needNode(t)
	s := newSite(t)
	c := s.Certified()
	page := s.stranger().get("/verify/offline")
	wants(t, page, http.StatusOK, testkit.Says("offline.page.title"))
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'sha256-") || !strings.Contains(csp, "connect-src 'self';") {
		t.Errorf("its policy is %s", csp)
	}
	if size := packedSize(t, page.Body.Bytes()); size > 150_000 {
		t.Errorf("it has %d bytes when packed", size)
	}
	for _, tag := range []string{"style", "script"} {
		inner := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(page.Body.String())
		sum := sha256.Sum256([]byte(inner[1]))
		if !strings.Contains(page.Header().Get("Content-Security-Policy"), base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("its policy does not let its %s run", tag)
		}
	}
	pinned := pinnedIn(t, page.Body.Bytes())
	cases := offlineCases(t, s, c)
	answers := offlineScript{t, node, s.Src.Now()}.ask(pinned, cases)
	for i, one := range cases {
		if answers[i].Outcome != one.want {
			t.Errorf("%s: %s %+v, want %s", one.name, answers[i].Outcome, answers[i].Checks, one.want)
		}
		if said := string(answers[i].Says) != "null"; said && one.want == credential.NotValid || !said && one.want == credential.Valid {
			t.Errorf("%s: it says %s", one.name, answers[i].Says)
		}
	}
}

func packedSize(t *testing.T, page []byte) int {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(page)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}

type offlineCase struct {
	name, text string
	code       string // that was scanned
	want       credential.Outcome
}

func offlineCases(t *testing.T, s *site, c core.Credential) []offlineCase {
	t.Helper()
	pack := func() certify.Package {
		p, err := s.Certify.Package(t.Context(), c.Code)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	text := func(value any) string {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	good := pack()
	document := string(c.Document)
	lines, err := s.Certify.RecordOf(t.Context(), s.Student, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := s.Certify.Show(t.Context(), s.Student, c.ID, certify.ShowInput{Total: true, Sessions: []core.CreditID{*lines[len(lines)-1].Credit}})
	if err != nil {
		t.Fatal(err)
	}
	changed := func(old, new string) string {
		out := strings.Replace(document, old, new, 1)
		if out == document {
			t.Fatalf("no %s to change", old)
		}
		return out
	}
	in := func(change func(*certify.Package)) string {
		p := good
		inclusion := *good.Log
		p.Log = &inclusion
		change(&p)
		return text(p)
	}
	jwtParts := strings.Split(c.JWT, ".")
	other := s.Person("Bea Example", "bea@example.org", s.School, core.RoleStudent)
	s.Student, s.Enrollment = other, s.Enroll(other)
	second := s.Certified()
	swapped := document[:strings.Index(document, `"proofValue"`)] + string(second.Document)[strings.Index(string(second.Document), `"proofValue"`):]
	s.change(c, certify.ActionRevoke)
	revoked := pack()
	return []offlineCase{
		{name: "package", text: text(good), want: credential.Valid},
		{name: "package of the JWT alone, whose key is an issuer of its own", text: in(func(p *certify.Package) { p.Document, p.Log = p.JWT, nil }), want: credential.CouldNotCheck},
		{name: "document alone", text: document, want: credential.CouldNotCheck},
		{name: "JWT alone", text: c.JWT, want: credential.CouldNotCheck},
		{name: "hours shown", text: text(shown), want: credential.CouldNotCheck},
		{name: "revoked", text: text(revoked), want: credential.NotValid},
		{name: "hours", text: changed(`"36000"`, `"46000"`), want: credential.NotValid},
		{name: "name", text: changed("Ada Example", "Eve Example"), want: credential.NotValid},
		{name: "undefined term", text: changed(`"achievement": {`, `"achievement": {"grade": "A",`), want: credential.NotValid},
		{name: "name twice", text: changed(`"validFrom"`, `"validFrom": "2020-01-01T00:00:00Z", "validFrom"`), want: credential.NotValid},
		{name: "proof swapped", text: swapped, want: credential.NotValid},
		{name: "status stripped", text: changed(`"credentialStatus"`, `"refreshService"`), want: credential.NotValid},
		{name: "context", text: changed("context-3.0.3.json", "context-3.0.4.json"), want: credential.CouldNotCheck},
		{name: "lines changed", text: strings.Replace(text(shown), `"minutes":`, `"minutes":1`, 1), want: credential.NotValid},
		{name: "JWT changed", text: jwtParts[0] + "." + jwtParts[1][:40] + "A" + jwtParts[1][41:] + "." + jwtParts[2], want: credential.CouldNotCheck},
		{name: "list changed", text: in(func(p *certify.Package) { p.StatusList = strings.Replace(p.StatusList, "revocation", "suspension", 1) }), want: credential.CouldNotCheck},
		{name: "log changed", text: in(func(p *certify.Package) { p.Log.Payload = strings.Replace(p.Log.Payload, "issue", "issuf", 1) + " " }), want: credential.NotValid},
		{name: "log of another", text: in(func(p *certify.Package) { p.Log.Log = "x+1+y" }), want: credential.NotValid},
		{name: "no JSON", text: "hello", want: credential.CouldNotCheck},
		{name: "a list", text: "[]", want: credential.CouldNotCheck},
		{name: "an object", text: "{}", want: credential.CouldNotCheck},
	}
}

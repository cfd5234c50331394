package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/platform/signing"
)

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

type suiteOf struct {
	*testing.T
	*Service
	handler http.Handler
}

func newSuite(t *testing.T) *suiteOf {
	t.Helper()
	key, err := signing.KeyFromSeed(bytes.Repeat([]byte{5}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Key: key, Address: "https://127.0.0.1:8788", Now: func() time.Time { return now }})
	return &suiteOf{t, s, s.Handler()}
}

func (s *suiteOf) post(path string, in any) (int, map[string]any) {
	s.Helper()
	raw, ok := in.(string)
	if !ok {
		encoded, err := json.Marshal(in)
		if err != nil {
			s.Fatal(err)
		}
		raw = string(encoded)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(raw)))
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		s.Fatalf("%s: %v %s", path, err, w.Body)
	}
	return w.Code, out
}

func sample(did string, change func(map[string]any)) map[string]any {
	c := map[string]any{
		"@context": []any{contextV2, "https://www.w3.org/ns/credentials/examples/v2"},
		"id":       "urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b101", "type": []any{"VerifiableCredential", "ExampleCredential"},
		"issuer": did, "validFrom": "2026-01-01T00:00:00Z",
		"name":              []any{map[string]any{"@value": "Zeugnis", "@language": "de"}},
		"credentialSubject": map[string]any{"id": "did:example:subject", "name": "Zoë", "degree": map[string]any{"type": "ExampleDegree"}},
	}
	if change != nil {
		change(c)
	}
	return c
}

func TestIssue(t *testing.T) {
	s := newSuite(t)
	for name, test := range map[string]struct {
		change func(map[string]any)
		status int
	}{
		"good": {nil, 201},
		"own context": {func(c map[string]any) {
			c["@context"] = append(c["@context"].([]any), map[string]any{"rank": "https://x.example/rank"})
		}, 201},
		"version 1": {func(c map[string]any) {
			c["@context"] = []any{contextV1, "https://www.w3.org/ns/credentials/examples/v2"}
			delete(c, "validFrom")
			delete(c, "name")
		}, 201},
		"digest": {func(c map[string]any) {
			c["relatedResource"] = map[string]any{"id": contextV2, "digestMultibase": "u" + published[contextV2].sha256}
		}, 201},
		"no context": {func(c map[string]any) { delete(c, "@context") }, 400},
		"context order": {func(c map[string]any) {
			c["@context"] = []any{"https://www.w3.org/ns/credentials/examples/v2", contextV2}
		}, 400},
		"unknown context":  {func(c map[string]any) { c["@context"] = []any{contextV2, "https://x.example/v1"} }, 400},
		"context a number": {func(c map[string]any) { c["@context"] = []any{contextV2, 7} }, 400},
		"term redefined": {func(c map[string]any) {
			c["@context"] = []any{contextV2, map[string]any{"VerifiableCredential": "https://x.example/bad"}}
		}, 400},
		"undefined term": {func(c map[string]any) {
			c["@context"] = []any{contextV2}
			c["type"] = []any{"VerifiableCredential"}
			c["credentialSubject"].(map[string]any)["grade"] = "A"
		}, 400},
		"undefined type": {func(c map[string]any) { c["@context"] = []any{contextV2} }, 400},
		"no type":        {func(c map[string]any) { delete(c, "type") }, 400},
		"two ids":        {func(c map[string]any) { c["id"] = []any{"urn:a:b", "urn:c:d"} }, 400},
		"relative id":    {func(c map[string]any) { c["id"] = "b101" }, 400},
		"no issuer":      {func(c map[string]any) { delete(c, "issuer") }, 400},
		"issuer null":    {func(c map[string]any) { c["issuer"] = nil }, 400},
		"issuer no URL":  {func(c map[string]any) { c["issuer"] = map[string]any{"id": "me"} }, 400},
		"no subject":     {func(c map[string]any) { delete(c, "credentialSubject") }, 400},
		"empty subject": {func(c map[string]any) {
			c["credentialSubject"] = []any{map[string]any{"id": "urn:a:b"}, map[string]any{}}
		}, 400},
		"no zone":           {func(c map[string]any) { c["validFrom"] = "2026-01-01T00:00:00" }, 400},
		"until before from": {func(c map[string]any) { c["validUntil"] = "2025-01-01T00:00:00Z" }, 400},
		"name with more":    {func(c map[string]any) { c["name"] = map[string]any{"@value": "x", "url": "urn:a:b"} }, 400},
		"status no type":    {func(c map[string]any) { c["credentialStatus"] = map[string]any{"id": "urn:a:b"} }, 400},
		"status index": {func(c map[string]any) {
			c["credentialStatus"] = map[string]any{"type": statusEntry, "statusPurpose": "revocation", "statusListIndex": true, "statusListCredential": "https://x.example/1"}
		}, 400},
		"schema no id": {func(c map[string]any) { c["credentialSchema"] = map[string]any{"type": "JsonSchema"} }, 400},
		"wrong digest": {func(c map[string]any) {
			c["relatedResource"] = map[string]any{"id": contextV2, "digestSRI": "sha384-AAAA"}
		}, 400},
		"language with direction": {func(c map[string]any) {
			c["description"] = map[string]any{"@value": "x", "@language": "ar-EG", "@direction": "rtl"}
		}, 201},
		"language no tag":     {func(c map[string]any) { c["name"] = map[string]any{"@value": "x", "@language": "en us"} }, 400},
		"language a number":   {func(c map[string]any) { c["name"] = map[string]any{"@value": "x", "@language": 7} }, 400},
		"no such direction":   {func(c map[string]any) { c["name"] = map[string]any{"@value": "x", "@direction": "up"} }, 400},
		"render method":       {func(c map[string]any) { c["renderMethod"] = map[string]any{"type": "ExampleMethod"} }, 201},
		"render without type": {func(c map[string]any) { c["renderMethod"] = map[string]any{"id": "urn:a:b"} }, 400},
		"confidence a text":   {func(c map[string]any) { c["confidenceMethod"] = "urn:a:b" }, 400},
		"no evidence":         {func(c map[string]any) { c["evidence"] = []any{} }, 400},
		"evidence no URL":     {func(c map[string]any) { c["evidence"] = map[string]any{"id": "x", "type": "ExampleEvidence"} }, 400},
		"no digest":           {func(c map[string]any) { c["relatedResource"] = map[string]any{"id": contextV2} }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			status, out := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), test.change)})
			if status != test.status {
				t.Fatalf("%d %v", status, out)
			}
			if status != 201 {
				return
			}
			if status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": out}); status != 200 || out["verified"] != true {
				t.Errorf("verified: %d %v", status, out)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	s := newSuite(t)
	_, good := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
	proof := func(c map[string]any) map[string]any { return c["proof"].(map[string]any) }
	again, err := sign(good, s.options.Key, assertion, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": again}); status != 200 {
		t.Errorf("two proofs: %d %v", status, out)
	}
	for name, change := range map[string]func(map[string]any){
		"subject":         func(c map[string]any) { c["credentialSubject"].(map[string]any)["name"] = "Eve" },
		"term added":      func(c map[string]any) { c["credentialSubject"].(map[string]any)["note"] = "x" },
		"no proof":        func(c map[string]any) { delete(c, "proof") },
		"proof null":      func(c map[string]any) { c["proof"] = nil },
		"proof type":      func(c map[string]any) { proof(c)["type"] = "Ed25519Signature2020" },
		"suite":           func(c map[string]any) { proof(c)["cryptosuite"] = "eddsa-rdfc-2023" },
		"purpose":         func(c map[string]any) { proof(c)["proofPurpose"] = authentication },
		"no purpose":      func(c map[string]any) { delete(proof(c), "proofPurpose") },
		"no method":       func(c map[string]any) { delete(proof(c), "verificationMethod") },
		"method":          func(c map[string]any) { proof(c)["verificationMethod"] = "did:key:z6Mk#z6Mk" },
		"value":           func(c map[string]any) { proof(c)["proofValue"] = "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh" },
		"value's base":    func(c map[string]any) { proof(c)["proofValue"] = "u" + proof(c)["proofValue"].(string)[1:] },
		"created":         func(c map[string]any) { proof(c)["created"] = "yesterday" },
		"created changed": func(c map[string]any) { proof(c)["created"] = "2020-01-01T00:00:00Z" },
		"expired":         func(c map[string]any) { proof(c)["expires"] = "2020-01-01T00:00:00Z" },
		"previous proof":  func(c map[string]any) { proof(c)["previousProof"] = "urn:uuid:nowhere" },
		"status elsewhere": func(c map[string]any) {
			c["credentialStatus"].(map[string]any)["statusListCredential"] = "https://x.example/1"
		},
	} {
		c := copyOf(t, good)
		change(c)
		if status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": c}); status != 400 || out["verified"] != false {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	for name, raw := range map[string]string{
		"no JSON": "{", "a text": `{"verifiableCredential":"x"}`, "nothing": `{}`,
		"deep":         `{"verifiableCredential":` + strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 101),
		"deeper":       `{"verifiableCredential":` + strings.Repeat("[", 500_000),
		"a name twice": `{"verifiableCredential":{"a":1,"b":[{"c":1,"c":1}]}}`,
		"no UTF-8":     "{\"verifiableCredential\":{\"a\":\"\xff\"}}",
	} {
		if status, out := s.post("/credentials/verify", raw); status != 400 {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
}

func TestPresentation(t *testing.T) {
	s := newSuite(t)
	_, c := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
	p := map[string]any{"@context": []any{contextV2}, "type": []any{"VerifiablePresentation"}, "verifiableCredential": []any{c}}
	options := map[string]any{"challenge": "123", "domain": "x.example"}
	status, proved := s.post("/presentations/prove", map[string]any{"presentation": p, "options": options})
	if status != 201 {
		t.Fatalf("%d %v", status, proved)
	}
	verify := func(vp any, options map[string]any) int {
		status, _ := s.post("/presentations/verify", map[string]any{"verifiablePresentation": vp, "options": options})
		return status
	}
	vp := proved["verifiablePresentation"].(map[string]any)
	if verify(vp, options) != 200 || verify(vp, nil) != 200 {
		t.Error("a good presentation is refused")
	}
	if verify(vp, map[string]any{"challenge": "124"}) != 400 || verify(vp, map[string]any{"domain": "y.example"}) != 400 {
		t.Error("another challenge or domain passes")
	}
	changed := without(vp)
	inner := without(c)
	inner["validFrom"] = "2025-01-01T00:00:00Z"
	changed["verifiableCredential"] = []any{inner}
	if verify(changed, options) != 400 {
		t.Error("another credential passes")
	}
	changed["verifiableCredential"] = []any{}
	if verify(changed, options) != 400 {
		t.Error("a credential can be taken out")
	}
	if verify(map[string]any{"@context": []any{contextV2}, "type": envelopedPresentation, "id": "data:application/vp+jwt,x.y.z"}, nil) != 400 {
		t.Error("an envelope of nothing passes")
	}
}

func TestStatus(t *testing.T) {
	s := newSuite(t)
	_, c := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
	verify := func() int {
		status, _ := s.post("/credentials/verify", map[string]any{"verifiableCredential": c})
		return status
	}
	if verify() != 200 {
		t.Fatal("refused before it is revoked")
	}
	entry := c["credentialStatus"].(map[string]any)
	if status, out := s.post("/credentials/status", map[string]any{"credentialStatus": entry, "status": true}); status != 200 {
		t.Fatalf("%d %v", status, out)
	}
	if verify() != 400 {
		t.Error("valid after it was revoked")
	}
	s.options.Fetch = func(context.Context, string) ([]byte, error) { return nil, errors.New("no route to host") }
	entry["statusListCredential"] = "https://x.example/1"
	if verify() != 400 {
		t.Error("valid though its list cannot be read")
	}
	list, err := s.signedList()
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(list, &document); err != nil {
		t.Fatal(err)
	}
	if status, out := s.post("/credentials/verify", map[string]any{"verifiableCredential": document}); status != 200 {
		t.Errorf("the list itself: %d %v", status, out)
	}
}

// A stranger's document is worked through in bounded time and memory.
func TestBounds(t *testing.T) {
	s := newSuite(t)
	alike := make([]any, 60)
	for i := range alike {
		alike[i] = map[string]any{"type": "ExampleEvidence"}
	}
	many := make([]any, 5_000)
	for i := range many {
		many[i] = map[string]any{"type": "ExampleEvidence", "name": strings.Repeat("x", i%7)}
	}
	for name, evidence := range map[string][]any{"alike": alike, "many": many} {
		status, out := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), func(c map[string]any) { c["evidence"] = evidence })})
		if want := map[string]int{"alike": 201, "many": 400}[name]; status != want {
			t.Errorf("%s: %d %.100v", name, status, out)
		}
	}
}

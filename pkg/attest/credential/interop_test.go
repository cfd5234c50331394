package credential

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/testkit"
)

const interopHow = "install Node.js 20 or later and run: npm ci --prefix pkg/attest/credential/testdata/interop"

// interopAnswer is what two verifiers by others say of a credential.
type interopAnswer struct {
	VerifierCore, Digitalbazaar struct {
		Accepted, Revoked bool
		Detail            string
	}
}

type interopCase struct {
	name      string
	Raw       string                     `json:"raw"`
	Documents map[string]json.RawMessage `json:"documents,omitempty"`
	outcome   Outcome
	revoked   bool
}

const (
	interopIssuer = "https://palmar.example/schools/brightwater/did.json"
	interopOther  = "https://palmar.example/schools/stillwater/did.json"
)

// interop is a school with a did:web, its published files, and another school.
type interop struct {
	t            *testing.T
	key, other   signing.Key
	jwtKey       signing.JWTKey
	school       string
	otherSchool  string
	published    map[string]json.RawMessage
	list, revoke json.RawMessage
}

func newInterop(t *testing.T) *interop {
	in := &interop{t: t, key: testKey(t, 7), other: testKey(t, 8), jwtKey: testJWTKey(t, 7)}
	in.school, in.otherSchool = "did:web:palmar.example:schools:brightwater", "did:web:palmar.example:schools:stillwater"
	list := statusList(in.key, 3)
	list.Issuer.DID = in.school
	in.list = issueList(t, list, in.key)
	list.Bits.Set(94_567)
	in.revoke = issueList(t, list, in.key)
	in.published = map[string]json.RawMessage{
		interopIssuer: DIDDocument(in.school, DatedKey{Public: testKey(t, 9).Public()}, DatedKey{Public: in.key.Public()}, DatedKey{Public: in.jwtKey.Public()}),
		interopOther:  DIDDocument(in.otherSchool, DatedKey{Public: in.other.Public()}),
		listAddress:   in.list,
	}
	return in
}

func (in *interop) claim(claim Claim) Claim {
	claim.Issuer.DID = in.school
	claim.Status = &Status{ListURL: listAddress, Index: 94_567}
	return claim
}

func (in *interop) with(document json.RawMessage) map[string]json.RawMessage {
	return map[string]json.RawMessage{listAddress: document}
}

func (in *interop) cases() []interopCase {
	var cases []interopCase
	for _, kind := range []string{"completion", "specialty", "license", "transcript"} {
		claim := in.claim(samples(in.key)[kind])
		if claim.Hours != nil {
			commitment, err := testRecord(in.t, 20).Commitment()
			if err != nil {
				in.t.Fatal(err)
			}
			claim.Record = &commitment
		}
		raw := string(issue(in.t, claim, in.key))
		cases = append(cases, interopCase{kind, raw, nil, Valid, false}, interopCase{kind + " revoked", raw, in.with(in.revoke), NotValid, true})
	}
	byKey := completionClaim(in.key)
	cases = append(cases, interopCase{"did:key", string(issue(in.t, byKey, in.key)), nil, Valid, false})
	return append(cases, in.tampered(cases[0].Raw)...)
}

func (in *interop) tampered(good string) []interopCase {
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			in.t.Fatalf("no %s to change", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	expired, renamed, foreign := in.claim(completionClaim(in.key)), in.claim(completionClaim(in.key)), in.claim(completionClaim(in.key))
	expired.ValidFrom, expired.ValidUntil = issuedAt.AddDate(-10, 0, 0), issuedAt.AddDate(-9, 0, 0)
	renamed.Subject.Name = "Someone Else"
	swapped := string(issue(in.t, renamed, in.key))
	byOther := strings.Replace(string(issue(in.t, foreign, in.other)), in.school+"#", in.otherSchool+"#", 1)
	forged := statusList(in.other)
	forged.Issuer.DID = in.otherSchool
	cleared := bytes.Replace(in.revoke, []byte(bitsOf(in.t, in.revoke)), []byte(NewBitstring().Encode()), 1)
	status := good[strings.Index(good, `"credentialStatus"`):strings.Index(good, `"credentialSchema"`)]
	return []interopCase{
		{"value", swap(`"36750"`, `"66750"`), nil, NotValid, false},
		{"name", swap("Nakamura", "Nakamoto"), nil, NotValid, false},
		{"issuer's name", swap("Brightwater School", "Stillwater School"), nil, NotValid, false},
		{"issuer", swap(`"id": "`+in.school+`"`, `"id": "`+in.otherSchool+`"`), nil, NotValid, false},
		{"key of another school", byOther, nil, NotValid, false},
		{"key of another under the own id", string(issue(in.t, foreign, in.other)), nil, NotValid, false},
		{"expired", string(issue(in.t, expired, in.key)), nil, NotValid, false},
		{"status stripped", strings.Replace(good, status, "", 1), nil, NotValid, false},
		{"status list forged", good, in.with(cleared), CouldNotCheck, false},
		{"status list of another", good, in.with(issueList(in.t, forged, in.other)), CouldNotCheck, false},
		{"status list missing", good, in.with(json.RawMessage("null")), CouldNotCheck, false},
		{"commitment to the hours", swap("ni:///sha-256;", "ni:///sha-256;A"), nil, NotValid, false},
		{"undefined term", swap(`"achievement": {`, `"achievement": {"grade": "A",`), nil, NotValid, false},
		{"undefined outer term", swap(`"issuer": {`, `"licensed": "yes", "issuer": {`), nil, NotValid, false},
		{"proof swapped", good[:strings.Index(good, `"proofValue"`)] + swapped[strings.Index(swapped, `"proofValue"`):], nil, NotValid, false},
		{"duplicate keys", swap(`"validFrom": "2026-11-23T09:30:00Z"`, `"validFrom": "2026-11-23T09:30:00Z", "validFrom": "2020-01-01T00:00:00Z"`), nil, NotValid, false},
		{"wrong context", swap("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"), nil, CouldNotCheck, false},
	}
}

// bitsOf is the encodedList of a signed list.
func bitsOf(t *testing.T, list []byte) string {
	t.Helper()
	var document struct {
		CredentialSubject struct{ EncodedList string }
	}
	if err := json.Unmarshal(list, &document); err != nil {
		t.Fatal(err)
	}
	return document.CredentialSubject.EncodedList
}

// TestInterop shows credentials of every kind, whole, revoked and changed, to
// the verifiers @digitalcredentials/verifier-core and @digitalbazaar/vc, and
// holds this package to the same answers: it accepts what they accept and
// nothing that they refuse.
func TestInterop(t *testing.T) {
	node := interopNode(t)
	in := newInterop(t)
	cases := in.cases()
	answers := askNode(t, node, map[string]any{"documents": in.published, "credentials": cases}).Answers
	if len(answers) != len(cases) {
		t.Fatalf("%d answers to %d credentials", len(answers), len(cases))
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			core, bazaar := answers[i].VerifierCore, answers[i].Digitalbazaar
			accepted := c.outcome == Valid
			// verifier-core reads a list by any issuer whose signature is good.
			lenient := c.name == "status list of another"
			if core.Accepted != (accepted || lenient) || core.Revoked != c.revoked {
				t.Errorf("verifier-core: accepted %v, revoked %v: %s", core.Accepted, core.Revoked, core.Detail)
			}
			if bazaar.Accepted != accepted || bazaar.Revoked != c.revoked {
				t.Errorf("@digitalbazaar/vc: accepted %v, revoked %v: %s", bazaar.Accepted, bazaar.Revoked, bazaar.Detail)
			}
			if !accepted && (core.Detail == "" || bazaar.Detail == "") {
				t.Errorf("refused without a reason: %+v", answers[i])
			}
			if report := in.verify(c); report.Outcome != c.outcome {
				t.Errorf("this package: %+v", report)
			}
		})
	}
}

func (in *interop) verify(c interopCase) Report {
	file := func(address string) []byte {
		if own, ok := c.Documents[address]; ok {
			return own
		}
		return in.published[address]
	}
	web := resolverFunc(func(did string) (Document, error) {
		address, err := didWebURL(did)
		if err != nil {
			return Document{}, err
		}
		return readDIDDocument(did, file(address))
	})
	resolver := Resolvers{"key": KeyResolver{}, "web": web}
	lists := Lists{Now: nextDay, Resolver: resolver, Fetch: func(_ context.Context, address string) ([]byte, error) { return file(address), nil }}
	return Verify(in.t.Context(), []byte(c.Raw), Options{Now: nextDay, Resolver: resolver, Status: lists.Status})
}

// TestInterop_JWT shows JWTs, whole and changed, to jose.
func TestInterop_JWT(t *testing.T) {
	node := interopNode(t)
	in := newInterop(t)
	type token struct {
		JWT string          `json:"jwt"`
		JWK jose.JSONWebKey `json:"jwk"`
	}
	var tokens []token
	var want []bool
	for _, claim := range samples(in.key) {
		raw := string(issueJWT(t, in.claim(claim), in.jwtKey))
		parts := strings.Split(raw, ".")
		changed := parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte("{}")) + "." + parts[2]
		tokens = append(tokens, token{raw, jose.JSONWebKey{Key: in.jwtKey.Public()}}, token{changed, jose.JSONWebKey{Key: in.jwtKey.Public()}},
			token{raw, jose.JSONWebKey{Key: testJWTKey(t, 8).Public()}})
		want = append(want, true, false, false)
	}
	answers := askNode(t, node, map[string]any{"credentials": []any{}, "jwts": tokens}).JWTs
	for i, answer := range answers {
		if answer.Accepted != want[i] {
			t.Errorf("%d: accepted %v: %s", i, answer.Accepted, answer.Detail)
		}
	}
	if len(answers) != len(tokens) {
		t.Errorf("%d answers to %d", len(answers), len(tokens))
	}
}

func interopNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		testkit.Need(t, "node", interopHow)
	}
	if _, err := os.Stat(filepath.Join("testdata", "interop", "node_modules")); err != nil {
		testkit.Need(t, "node", interopHow)
	}
	return node
}

type nodeAnswer struct {
	Answers []interopAnswer
	JWTs    []struct {
		Accepted bool
		Detail   string
	}
}

// askNode has the verifiers by others answer as of nextDay.
func askNode(t *testing.T, node string, input map[string]any) nodeAnswer {
	t.Helper()
	input["now"] = nextDay
	raw, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	command := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "interop", "verify.mjs"))
	command.Stdin, command.Stderr = bytes.NewReader(raw), &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	var answer nodeAnswer
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	return answer
}

package credential

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/platform/signing"
)

func TestJWTKey(t *testing.T) {
	key, err := signing.GenerateJWTKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := signing.JWTKeyFromSeed(key.Seed())
	if err != nil || again.Multikey() != key.Multikey() || !strings.HasPrefix(key.Multikey(), "zDn") {
		t.Errorf("%v, %v", again, err)
	}
	public, err := PublicKey(key.Multikey())
	if err != nil || !key.Public().Equal(public) {
		t.Errorf("read back as %v, %v", public, err)
	}
	secret := bytes.Repeat([]byte{9}, signing.SecretSize)
	sealed, err := signing.Seal(rand.Reader, secret, "key-1", key)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := signing.OpenJWTKey(secret, "key-1", sealed); err != nil || opened.Multikey() != key.Multikey() {
		t.Errorf("opened as %v, %v", opened, err)
	}
	if _, err := signing.JWTKeyFromSeed(make([]byte, signing.SeedSize)); err == nil {
		t.Error("zero is a key")
	}
	known := testJWTKey(t, 'S')
	if printed := fmt.Sprintf("%v %+v %#v %s", known, known, known, known); strings.Contains(printed, "SSSS") || strings.Contains(printed, "83 83") {
		t.Errorf("printed %s", printed)
	}
}

func TestVerify_JWT(t *testing.T) {
	key, other := testJWTKey(t, 7), testJWTKey(t, 8)
	for name, claim := range samples(testKey(t, 7)) {
		claim.Issuer.DID = DIDKey(key.Public())
		raw := issueJWT(t, claim, key)
		if report := check(t, raw); report.Outcome != Valid || report.SubjectName != claim.Subject.Name || report.Title != claim.Title {
			t.Errorf("%s: %+v", name, report)
		}
	}
	claim := completionClaim(testKey(t, 7))
	claim.Issuer.DID = DIDKey(key.Public())
	good := string(issueJWT(t, claim, key))
	parts := strings.Split(good, ".")
	part := func(i int, change func(string) string) string {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Clone(change(string(raw)))
		out := append([]string{}, parts...)
		out[i] = base64.RawURLEncoding.EncodeToString([]byte(changed))
		return strings.Join(out, ".")
	}
	swap := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %s in %s", old, s)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	stolen := claim
	stolen.Subject.Name = "Someone Else"
	for name, test := range map[string]struct {
		raw     string
		outcome Outcome
		check   string
	}{
		"hours":         {part(1, swap(`"36750"`, `"66750"`)), NotValid, CheckSignature},
		"name":          {part(1, swap("Nakamura", "Nakamoto")), NotValid, CheckSignature},
		"other subject": {part(1, swap(`"sub":"urn:uuid:0193a5f0-5c1e-7d2a-9a52-1a6c51b3b102"`, `"sub":"urn:x:y"`)), NotValid, CheckFormat},
		"issuer":        {part(1, func(s string) string { return strings.ReplaceAll(s, key.Multikey(), other.Multikey()) }), NotValid, CheckIssuer},
		"other key":     {string(issueJWT(t, stolen, other)), NotValid, CheckIssuer},
		"proof swapped": {parts[0] + "." + parts[1] + "." + strings.Split(string(issueJWT(t, stolen, key)), ".")[2], NotValid, CheckSignature},
		"none":          {part(0, swap(`"ES256"`, `"none"`)), NotValid, CheckFormat},
		"HMAC":          {part(0, swap(`"ES256"`, `"HS256"`)), NotValid, CheckFormat},
		"RSA":           {part(0, swap(`"ES256"`, `"RS256"`)), CouldNotCheck, CheckFormat},
		"critical":      {part(0, swap(`{`, `{"crit":["x"],"x":1,`)), CouldNotCheck, CheckFormat},
		"own key":       {part(0, swap(`{`, `{"jwk":{},`)), CouldNotCheck, CheckFormat},
		"type":          {part(0, swap(`"JWT"`, `"at+jwt"`)), NotValid, CheckFormat},
		"name twice":    {part(1, swap(`{`, `{"name":"x",`)), NotValid, CheckFormat},
		"undefined":     {part(1, swap(`{`, `{"licensed":"yes",`)), NotValid, CheckFormat},
		"expired":       {part(1, swap(`{`, `{"exp":1000000000,`)), NotValid, CheckFormat},
		"cut":           {parts[0] + "." + parts[1], CouldNotCheck, CheckFormat},
		"unsigned":      {parts[0] + "." + parts[1] + ".", NotValid, CheckSignature},
		"padded":        {parts[0] + "=." + parts[1] + "." + parts[2], CouldNotCheck, CheckFormat},
		"untouched":     {" " + good + "\n", Valid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, []byte(test.raw))
			failed, _ := report.Failed()
			if report.Outcome != test.outcome || failed.Name != test.check {
				t.Errorf("got %s by %q (%s), want %s by %q", report.Outcome, failed.Name, failed.Detail(), test.outcome, test.check)
			}
		})
	}
}

// An Ed25519 key of the issuer does not sign JWTs, nor a P-256 key proofs.
func TestVerify_KeyOfOtherKind(t *testing.T) {
	const school = "did:web:palmar.example:schools:brightwater"
	ed, ec := testKey(t, 7), testJWTKey(t, 7)
	resolver := resolverFunc(func(did string) (Document, error) { return DocumentOf(did, ed.Public(), ec.Public()), nil })
	claim := completionClaim(ed)
	claim.Issuer.DID = school
	options := Options{Now: nextDay, Resolver: resolver}
	jwt, badge := string(issueJWT(t, claim, ec)), string(issue(t, claim, ed))
	for _, raw := range []string{jwt, badge} {
		if report := Verify(t.Context(), []byte(raw), options); report.Outcome != Valid {
			t.Errorf("%+v", report)
		}
	}
	crossed := strings.Replace(badge, KeyID(school, ed.Public()), KeyID(school, ec.Public()), 1)
	if report := Verify(t.Context(), []byte(crossed), options); report.Outcome != NotValid {
		t.Errorf("%+v", report)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: ed25519.NewKeyFromSeed(ed.Seed())}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	if report := Verify(t.Context(), []byte(raw), options); report.Outcome != CouldNotCheck {
		t.Errorf("%+v", report)
	}
}

func TestVerify_JWTDates(t *testing.T) {
	key := testJWTKey(t, 7)
	claim := specialtyClaim(testKey(t, 7))
	claim.Issuer.DID = DIDKey(key.Public())
	raw := issueJWT(t, claim, key)
	for now, want := range map[time.Time]Outcome{nextDay: Valid, claim.ValidUntil: NotValid, issuedAt.AddDate(0, 0, -1): NotValid, {}: CouldNotCheck} {
		if report := Verify(t.Context(), raw, Options{Now: now}); report.Outcome != want {
			t.Errorf("%s: %+v", now, report)
		}
	}
}

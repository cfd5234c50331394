package conformance

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/attest/credential"
)

// token signs claims as anyone who has the key of s.
func (s *suiteOf) token(claims map[string]any) string {
	s.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		s.Fatal(err)
	}
	options := new(jose.SignerOptions).WithHeader("kid", credential.KeyID(s.did(), s.options.Key.Public()))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: ed25519.NewKeyFromSeed(s.options.Key.Seed())}, options)
	if err != nil {
		s.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		s.Fatal(err)
	}
	out, err := signed.CompactSerialize()
	if err != nil {
		s.Fatal(err)
	}
	return out
}

func envelopeOf(kind, mediaType, token string) map[string]any {
	return map[string]any{"@context": []any{contextV2}, "type": kind, "id": "data:" + mediaType + "," + token}
}

func TestEnvelopedCredential(t *testing.T) {
	s := newSuite(t)
	for path, options := range map[string]any{
		"/credentials/issue": map[string]any{"envelope": true}, "/enveloped/credentials/issue": nil,
	} {
		status, c := s.post(path, map[string]any{"credential": sample(s.did(), nil), "options": options})
		if status != 201 || c["type"] != envelopedCredential || !s.verified(c) {
			t.Fatalf("%s: %d %v", path, status, c)
		}
	}
	undefined := sample(s.did(), func(c map[string]any) { c["@context"] = []any{contextV2} })
	if status, out := s.post("/enveloped/credentials/issue", map[string]any{"credential": undefined}); status != 400 {
		t.Errorf("an undefined term is enveloped: %d %v", status, out)
	}
	good := s.token(sample(s.did(), nil))
	cut := strings.LastIndexByte(good, '.')
	for name, test := range map[string]struct {
		document map[string]any
		ok       bool
	}{
		"good":            {envelopeOf(envelopedCredential, credentialJWT, good), true},
		"as before":       {envelopeOf(envelopedCredential, "application/jwt", s.token(map[string]any{"iss": s.did(), "vc": without(sample(s.did(), nil), "issuer")})), true},
		"no credential":   {envelopeOf(envelopedCredential, credentialJWT, s.token(map[string]any{"iss": s.did()})), false},
		"no issuer":       {envelopeOf(envelopedCredential, credentialJWT, s.token(without(sample(s.did(), nil), "issuer"))), false},
		"over":            {envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), func(c map[string]any) { c["validUntil"] = "2026-02-01T00:00:00Z" }))), false},
		"exp over":        {envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), func(c map[string]any) { c["exp"] = 1_700_000_000 }))), false},
		"exp a text":      {envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), func(c map[string]any) { c["exp"] = "never" }))), false},
		"nbf to come":     {envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), func(c map[string]any) { c["nbf"] = 2_000_000_000 }))), false},
		"other signature": {envelopeOf(envelopedCredential, credentialJWT, good[:cut-1]+"A"+good[cut:]), false},
		"presentation":    {envelopeOf(envelopedCredential, "application/vp+jwt", good), false},
		"no data URL":     {map[string]any{"@context": []any{contextV2}, "type": envelopedCredential, "id": good}, false},
		"no context":      {without(envelopeOf(envelopedCredential, credentialJWT, good), "@context"), false},
		"its status": {envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), func(c map[string]any) {
			c["credentialStatus"] = map[string]any{"type": statusEntry, "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": "https://x.example/1"}
		}))), false},
	} {
		if s.verified(test.document) != test.ok {
			t.Errorf("%s: not %v", name, test.ok)
		}
	}
}

func TestEnvelopedPresentation(t *testing.T) {
	s := newSuite(t)
	_, secured := s.post("/credentials/issue", map[string]any{"credential": sample(s.did(), nil)})
	presentation := func(change func(map[string]any)) string {
		p := map[string]any{
			"@context": []any{contextV2}, "type": []any{"VerifiablePresentation"}, "holder": s.did(), "nonce": "123", "aud": "x.example",
			"verifiableCredential": []any{secured, envelopeOf(envelopedCredential, credentialJWT, s.token(sample(s.did(), nil)))},
		}
		change(p)
		return s.token(p)
	}
	for name, test := range map[string]struct {
		token   string
		options map[string]any
		ok      bool
	}{
		"good":            {presentation(func(map[string]any) {}), map[string]any{"challenge": "123", "domain": "x.example"}, true},
		"other challenge": {presentation(func(map[string]any) {}), map[string]any{"challenge": "124"}, false},
		"other audience":  {presentation(func(map[string]any) {}), map[string]any{"domain": "y.example"}, false},
		"own claims":      {presentation(func(p map[string]any) { p["verifiableCredential"] = sample(s.did(), nil) }), nil, true},
		"others' claims":  {presentation(func(p map[string]any) { p["verifiableCredential"] = sample("did:example:other", nil) }), nil, false},
		"credential changed": {presentation(func(p map[string]any) {
			changed := without(secured)
			changed["validFrom"] = "2020-01-01T00:00:00Z"
			p["verifiableCredential"] = changed
		}), nil, false},
		"no presentation": {s.token(sample(s.did(), nil)), nil, false},
	} {
		status, out := s.post("/presentations/verify", map[string]any{
			"verifiablePresentation": envelopeOf(envelopedPresentation, "application/vp+jwt", test.token), "options": test.options,
		})
		if (status == 200) != test.ok {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
}

// What a holder says of themselves needs no proof of its own beside that of the
// presentation; what another is to have said does.
func TestPresentation_SelfAsserted(t *testing.T) {
	s := newSuite(t)
	for name, test := range map[string]struct {
		holder, issuer any
		ok             bool
	}{
		"own":             {s.did(), s.did(), true},
		"objects":         {map[string]any{"id": s.did()}, map[string]any{"id": s.did()}, true},
		"no holder":       {nil, s.did(), false},
		"another issuer":  {s.did(), "did:example:other", false},
		"another holder":  {"did:example:other", s.did(), false},
		"holder unproven": {"did:example:other", "did:example:other", false},
	} {
		p := map[string]any{
			"@context": []any{contextV2, "https://www.w3.org/ns/credentials/examples/v2"}, "type": []any{"VerifiablePresentation"},
			"verifiableCredential": []any{sample(s.did(), func(c map[string]any) { c["issuer"] = test.issuer })},
		}
		if test.holder != nil {
			p["holder"] = test.holder
		}
		proved, err := sign(p, s.options.Key, authentication, now, nil)
		if err != nil {
			t.Fatal(err)
		}
		status, out := s.post("/presentations/verify", map[string]any{"verifiablePresentation": proved})
		if (status == 200) != test.ok {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	for name, held := range map[string]any{
		"nothing": []any{}, "a text": "urn:x:y", "no credential": map[string]any{"@context": contextV2, "id": "data:application/vc+jwt,x.y.z"},
		"an unsecured one": sample("did:example:other", nil),
	} {
		p := map[string]any{"@context": []any{contextV2}, "type": []any{"VerifiablePresentation"}, "holder": s.did(), "verifiableCredential": held}
		if status, out := s.post("/presentations/prove", map[string]any{"presentation": p}); status != 400 {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
}

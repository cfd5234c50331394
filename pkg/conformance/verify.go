package conformance

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/credential"
)

const (
	envelopedCredential   = "EnvelopedVerifiableCredential"
	envelopedPresentation = "EnvelopedVerifiablePresentation"
)

func (s *Service) verifyCredential(ctx context.Context, c map[string]any, want expected) error {
	if has(c["type"], envelopedCredential) {
		return s.verifyEnvelope(c, envelopedCredential, "application/vc+jwt", "application/vc+ld+json+jwt", "application/jwt")
	}
	if err := checkCredential(c); err != nil {
		return err
	}
	want.Purpose = assertion
	if err := verifyProofs(c, want); err != nil {
		return err
	}
	if until, ok := parseStamp(c["validUntil"]); ok && !until.After(want.Now) {
		return wrong("PROOF_VERIFICATION_ERROR", "the credential was valid until %s", until)
	}
	return s.checkStatus(ctx, c, want)
}

func (s *Service) verifyPresentation(ctx context.Context, p map[string]any, want expected) error {
	if has(p["type"], envelopedPresentation) {
		return s.verifyEnvelope(p, envelopedPresentation, "application/vp+jwt", "application/vp+ld+json+jwt", "application/jwt")
	}
	if err := checkPresentation(p); err != nil {
		return err
	}
	for _, entry := range list(p["verifiableCredential"]) {
		if err := s.verifyCredential(ctx, entry.(map[string]any), expected{Now: want.Now}); err != nil {
			return err
		}
	}
	want.Purpose = authentication
	return verifyProofs(p, want)
}

// verifyEnvelope reads what is secured by JOSE: a data: URL whose JWS is signed
// with the key of a did:key that its header or its payload names.
func (s *Service) verifyEnvelope(e map[string]any, kind string, mediaTypes ...string) error {
	m := &model{}
	if contexts := m.contexts(e); m.err == nil && contexts[0] != contextV2 {
		m.fail("@context does not begin with that of the data model")
	}
	m.types(e, kind)
	if len(list(e["type"])) != 1 {
		m.fail("type is not %s alone", kind)
	}
	if m.err != nil {
		return m.err
	}
	id, _ := e["id"].(string)
	rest, ok := strings.CutPrefix(id, "data:")
	head, token, found := strings.Cut(rest, ",")
	mediaType, _, _ := strings.Cut(head, ";")
	if !ok || !found || !has(anys(mediaTypes), mediaType) {
		return wrong(malformed, "id is no data: URL of %s", mediaTypes[0])
	}
	if err := verifyJWS(token); err != nil {
		return err
	}
	return nil
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

func verifyJWS(token string) error {
	read, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256})
	if err != nil {
		return wrong("PARSING_ERROR", "the envelope holds no JWT signed with EdDSA or ES256")
	}
	var claims struct {
		Issuer string `json:"iss"`
		Inner  any    `json:"issuer"`
	}
	if err := json.Unmarshal(read.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return wrong("PARSING_ERROR", "the payload of the JWT is no JSON object")
	}
	for _, name := range []string{read.Signatures[0].Header.KeyID, claims.Issuer} {
		did, _, _ := strings.Cut(name, "#")
		multikey, isKey := strings.CutPrefix(did, "did:key:")
		if !isKey {
			continue
		}
		public, err := credential.PublicKey(multikey)
		if err != nil {
			return wrong(verification, "%v", err)
		}
		if _, err := read.Verify(public); err != nil {
			return wrong(verification, "the signature is not that of this JWT")
		}
		return nil
	}
	return wrong(verification, "the JWT names no did:key that signed it")
}

// own tells whether an address is one of this service's status lists.
func (s *Service) own(address string) bool {
	return s.options.Address != "" && address == s.listAddress()
}

// checkStatus looks up the entries of Bitstring Status Lists. A list that cannot
// be read is never taken for one that does not revoke.
func (s *Service) checkStatus(ctx context.Context, c map[string]any, want expected) error {
	for _, entry := range list(c["credentialStatus"]) {
		status, ok := entry.(map[string]any)
		if !ok || !has(status["type"], statusEntry) {
			continue // of kinds that nobody here reads, nothing is said
		}
		address, _ := status["statusListCredential"].(string)
		raw, err := s.list(ctx, address)
		if err != nil {
			return wrong("STATUS_RETRIEVAL_ERROR", "the status list could not be read: %v", err)
		}
		if err := readStatus(raw, status, want); err != nil {
			return err
		}
	}
	return nil
}

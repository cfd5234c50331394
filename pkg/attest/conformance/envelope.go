package conformance

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	envelopedCredential   = "EnvelopedVerifiableCredential"
	envelopedPresentation = "EnvelopedVerifiablePresentation"
	credentialJWT         = "application/vc+jwt"
)

// envelope secures a credential as a JWT with EdDSA (VC-JOSE-COSE) in an object
// that stands for it.
func envelope(c map[string]any, key signing.Key) (map[string]any, error) {
	if _, err := canonical(without(c, "proof")); err != nil {
		return nil, err
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return nil, wrong(generation, "the credential could not be written")
	}
	did := credential.DIDKey(key.Public())
	options := new(jose.SignerOptions).WithType("vc+jwt").WithHeader("kid", credential.KeyID(did, key.Public()))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: ed25519.NewKeyFromSeed(key.Seed())}, options)
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	token, err := signed.CompactSerialize()
	return map[string]any{"@context": []any{contextV2}, "type": envelopedCredential, "id": "data:" + credentialJWT + "," + token}, err
}

func (s *Service) verifyEnvelopedCredential(ctx context.Context, e map[string]any, want expected) ([]statusResult, error) {
	read, err := openEnvelope(e, envelopedCredential, want.Now, credentialJWT, "application/vc+ld+json+jwt", "application/jwt")
	if err != nil {
		return nil, err
	}
	c := read.document("vc")
	if err := checkCredential(c); err != nil {
		return nil, err
	}
	return s.current(ctx, c, want.Now)
}

func (s *Service) verifyEnvelopedPresentation(ctx context.Context, e map[string]any, want expected) error {
	read, err := openEnvelope(e, envelopedPresentation, want.Now, "application/vp+jwt", "application/vp+ld+json+jwt", "application/jwt")
	if err != nil {
		return err
	}
	if want.Challenge != "" && read.claims["nonce"] != want.Challenge {
		return wrong("INVALID_CHALLENGE_ERROR", "the nonce of the JWT is another")
	}
	if len(want.Domain) > 0 && !sameTexts(list(read.claims["aud"]), want.Domain) {
		return wrong("INVALID_DOMAIN_ERROR", "the JWT is for another audience")
	}
	p := read.document("vp")
	if err := checkPresentation(p); err != nil {
		return err
	}
	return s.verifyPresented(ctx, p, []string{read.signer}, want.Now)
}

// opened is the payload of a JWT, and the did:key that signed it.
type opened struct {
	claims map[string]any
	signer string
}

// document is what the JWT secures: its payload, or as before VC-JOSE-COSE a
// claim of it.
func (o opened) document(claim string) map[string]any {
	if inner, ok := o.claims[claim].(map[string]any); ok {
		return withIssuer(inner, o.claims["iss"])
	}
	return o.claims
}

// withIssuer fills in what a JWT of before VC-JOSE-COSE says as its iss alone.
func withIssuer(document map[string]any, issuer any) map[string]any {
	if _, present := document["issuer"]; present || issuer == nil || !has(document["type"], "VerifiableCredential") {
		return document
	}
	out := without(document)
	out["issuer"] = issuer
	return out
}

// openEnvelope reads what is secured by JOSE: a data: URL whose JWS is signed
// with the key of a did:key that its header or its payload names.
func openEnvelope(e map[string]any, kind string, now time.Time, mediaTypes ...string) (opened, error) {
	m := &model{}
	if contexts := m.contexts(e); m.err == nil && contexts[0] != contextV2 {
		m.fail("@context does not begin with that of the data model")
	}
	m.types(e, kind)
	if len(list(e["type"])) != 1 {
		m.fail("type is not %s alone", kind)
	}
	if m.err != nil {
		return opened{}, m.err
	}
	id, _ := e["id"].(string)
	rest, ok := strings.CutPrefix(id, "data:")
	head, token, found := strings.Cut(rest, ",")
	mediaType, _, _ := strings.Cut(head, ";")
	if !ok || !found || !has(anys(mediaTypes), mediaType) {
		return opened{}, wrong(malformed, "id is no data: URL of %s", mediaTypes[0])
	}
	read, err := verifyJWS(token)
	if err != nil {
		return opened{}, err
	}
	return read, read.inTime(now)
}

func verifyJWS(token string) (opened, error) {
	read, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256})
	if err != nil {
		return opened{}, wrong("PARSING_ERROR", "the envelope holds no JWT signed with EdDSA or ES256")
	}
	out := opened{}
	if out.claims, err = readObject(read.UnsafePayloadWithoutVerification()); err != nil {
		return opened{}, wrong("PARSING_ERROR", "the payload of the JWT: %v", err)
	}
	issuer, _ := out.claims["iss"].(string)
	for _, name := range []string{read.Signatures[0].Header.KeyID, issuer, idOf(out.claims["issuer"])} {
		did, _, _ := strings.Cut(name, "#")
		multikey, isKey := strings.CutPrefix(did, "did:key:")
		if !isKey {
			continue
		}
		public, err := credential.PublicKey(multikey)
		if err != nil {
			return opened{}, wrong(verification, "%v", err)
		}
		if _, err := read.Verify(public); err != nil {
			return opened{}, wrong(verification, "the signature is not that of this JWT")
		}
		out.signer = did
		return out, nil
	}
	return opened{}, wrong(verification, "the JWT names no did:key that signed it")
}

// inTime holds the registered claims nbf and exp against the time.
func (o opened) inTime(now time.Time) error {
	for _, name := range []string{"nbf", "exp"} {
		value, present := o.claims[name]
		if !present {
			continue
		}
		seconds, ok := value.(float64)
		if !ok {
			return wrong(verification, "the claim %s of the JWT is no number", name)
		}
		at := time.Unix(int64(seconds), 0)
		if name == "exp" && !at.After(now) || name == "nbf" && at.After(now.Add(clockSkew)) {
			return wrong(verification, "the JWT is not valid at this time (%s)", name)
		}
	}
	return nil
}

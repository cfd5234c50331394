package credential

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/words"
)

const (
	// jwtType is what Open Badges 3.0, section 8.2.1, wants where a type is named.
	jwtType = "JWT"
	// jwtTypeVC is that of VC-JOSE-COSE, section 3.1.1, which others write.
	jwtTypeVC = "vc+jwt"
	// MaxJWTBytes bounds the compact form of a credential.
	MaxJWTBytes = MaxDocumentBytes * 4 / 3
)

// IssueJWT writes and signs the credential of a claim as application/vc+jwt: a
// JWS in compact form with ES256 (VC-JOSE-COSE). Its payload is the same Open
// Badges 3.0 credential that Issue signs, without a proof, beside the claims
// that Open Badges 3.0, section 8.2.4.1, asks for (iss, jti, sub, nbf, exp),
// which repeat what the credential says, and iat, which is when it is signed. A
// claim that cannot be signed is refused with a *FieldError.
//
// The key signs as KeyID(claim.Issuer.DID, key.Public()).
func IssueJWT(claim Claim, key signing.JWTKey, at time.Time) (string, error) {
	if key.IsZero() {
		return "", ErrNoKey
	}
	document, err := checkedDocument(claim)
	if err != nil {
		return "", err
	}
	for name, value := range registeredClaims(document) {
		document[name] = value
	}
	document["iat"] = at.Unix()
	payload, err := json.Marshal(document)
	if err != nil {
		return "", err
	}
	options := new(jose.SignerOptions).WithType(jwtType).WithHeader("kid", KeyID(claim.Issuer.DID, key.Public()))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key.Signer()}, options)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// registeredClaims are the claims of a JWT that say what the credential says.
func registeredClaims(document map[string]any) map[string]any {
	claims := map[string]any{
		"iss": issuerID(document), "jti": text(document, "id"), "sub": text(inner(document, "credentialSubject"), "id"),
	}
	for claim, property := range map[string]string{"nbf": "validFrom", "exp": "validUntil"} {
		if at, err := instant(document[property]); err == nil {
			claims[claim] = float64(at.Unix())
		}
	}
	return claims
}

// looksLikeJWT tells a compact JWS, which begins with an encoded "{", from a
// JSON document.
func looksLikeJWT(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("ey"))
}

// jwtCredential is a JWT taken apart.
type jwtCredential struct {
	token    *jose.JSONWebSignature
	kid      string
	signedAt time.Time
}

// readJWT takes a JWT apart and fills in the report what it says.
func readJWT(raw []byte, report *Report) (*jwtCredential, error) {
	if len(raw) > MaxJWTBytes {
		return nil, unsupported("reason.too_large", "kilobytes", MaxJWTBytes>>10)
	}
	parts := strings.Split(string(raw), ".")
	if len(parts) != 3 || slices.ContainsFunc(parts, notBase64) {
		return nil, unsupported("reason.not_jwt")
	}
	kid, err := readJWTHeader(parts[0])
	if err != nil {
		return nil, err
	}
	token, err := jose.ParseSignedCompact(string(raw), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, unsupported("reason.not_jwt")
	}
	payload, err := parseObject(token.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	document := make(map[string]any, len(payload))
	for name, value := range payload {
		if !slices.Contains(jwtClaims, name) {
			document[name] = value
		}
	}
	if err := foreign(document); err != nil {
		return nil, err
	}
	if _, err := contextURLs(document); err != nil {
		return nil, err
	}
	if err := Lint(document); err != nil {
		return nil, err
	}
	if err := embeddedVocabulary().readable(document); err != nil {
		return nil, err
	}
	report.describe(document)
	report.statusEntry, _ = document["credentialStatus"].(map[string]any)
	return &jwtCredential{token, kid, signedAt(payload, report.ValidFrom)}, checkClaims(payload, document)
}

// jwtClaims are the registered claims that stand beside a credential.
var jwtClaims = []string{"iss", "jti", "sub", "nbf", "exp", "iat"}

func readJWTHeader(encoded string) (kid string, err error) {
	raw, err := base64Strict(encoded)
	if err != nil {
		return "", unsupported("reason.not_jwt")
	}
	header, err := parseObject(raw)
	if err != nil {
		return "", err
	}
	switch alg := text(header, "alg"); alg {
	case string(jose.ES256):
	case "RS256", "ES384", "EdDSA", "ES256K", "PS256":
		return "", unsupported("reason.jwt_other_algorithm", "algorithm", alg)
	default:
		return "", invalid("reason.jwt_not_signed")
	}
	if typ, ok := header["typ"]; ok && typ != jwtType && typ != jwtTypeVC {
		return "", invalid("reason.jwt_not_signed")
	}
	for name := range header {
		if !slices.Contains([]string{"alg", "typ", "cty", "kid", "iss"}, name) {
			return "", unsupported("reason.jwt_other_header", "header", abbreviate(name))
		}
	}
	return text(header, "kid"), nil
}

// signedAt is when a JWT says that it was signed, or else from when it is valid.
func signedAt(payload map[string]any, validFrom time.Time) time.Time {
	if at, ok := payload["iat"].(float64); ok && at > 0 && at < 1<<40 {
		return time.Unix(int64(at), 0)
	}
	return validFrom
}

// checkClaims refuses a JWT whose claims say otherwise than its credential.
func checkClaims(payload, document map[string]any) error {
	want := registeredClaims(document)
	for _, name := range jwtClaims {
		value, ok := payload[name]
		if ok && name != "iat" && value != want[name] {
			return invalid("reason.jwt_claim_differs", "claim", name)
		}
	}
	return nil
}

// key finds the key that signed, and when the issuer signs with it.
func (j *jwtCredential) key(ctx context.Context, issuer string, resolver Resolver) (*ecdsa.PublicKey, period, error) {
	public, used, err := issuerKey(ctx, j.kid, issuer, resolver)
	if err != nil {
		return nil, used, err
	}
	key, ok := public.(*ecdsa.PublicKey)
	if !ok {
		return nil, used, invalid("reason.key_not_for_format")
	}
	return key, used, nil
}

func (j *jwtCredential) verify(key *ecdsa.PublicKey) error {
	if _, err := j.token.Verify(key); err != nil {
		return invalid("reason.changed")
	}
	return nil
}

func verifyJWT(ctx context.Context, raw []byte, options Options) Report {
	report := &Report{}
	read, err := readJWT(raw, report)
	report.add(CheckFormat, err, words.S("reason.well_formed"))
	if err != nil {
		return report.done()
	}
	report.KeyID = read.kid
	key, used, err := read.key(ctx, report.IssuerID, options.Resolver)
	if err == nil {
		err = used.held(read.signedAt)
	}
	report.add(CheckIssuer, err, words.S("reason.issuers_key"))
	if err == nil {
		report.add(CheckSignature, read.verify(key), words.S("reason.signed"))
	}
	report.add(CheckDates, report.checkValidity(options.Now), words.S("reason.in_date"))
	return report.finish(ctx, options)
}

func notBase64(text string) bool {
	_, err := base64Strict(text)
	return err != nil
}

// checkValidity holds what the document says of its validity against a moment.
func (r *Report) checkValidity(now time.Time) error {
	if now.IsZero() {
		return unsupported("reason.no_time")
	}
	if r.ValidFrom.After(now.Add(clockSkew)) {
		return invalid("reason.not_valid_yet")
	}
	if !r.ValidUntil.IsZero() && !r.ValidUntil.After(now) {
		return invalid("reason.expired", "date", r.ValidUntil)
	}
	return nil
}

// base64Strict reads base64url as it is written in one way only: without line ends,
// which the decoder would skip, and without bits to spare.
func base64Strict(text string) ([]byte, error) {
	if at := strings.IndexAny(text, "\r\n"); at >= 0 {
		return nil, base64.CorruptInputError(at)
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

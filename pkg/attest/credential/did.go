package credential

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	contextDID      = "https://www.w3.org/ns/did/v1"
	contextMultikey = "https://w3id.org/security/multikey/v1"
	contextJWK      = "https://w3id.org/security/suites/jws-2020/v1"

	maxDIDLength = 512
)

// Document is what this package needs of a DID document: which keys may sign
// credentials in the name of ID.
type Document struct {
	ID                 string               `json:"id"`
	VerificationMethod []VerificationMethod `json:"verificationMethod"`
	AssertionMethod    []string             `json:"assertionMethod"`
}

// VerificationMethod is a public key in a DID document.
type VerificationMethod struct {
	ID                 string `json:"id"`
	Type               string `json:"type"`
	Controller         string `json:"controller"`
	PublicKeyMultibase string `json:"publicKeyMultibase,omitempty"`
	// PublicKeyJwk is a public key on P-256; Type is then JsonWebKey2020, or JsonWebKey.
	PublicKeyJwk *jose.JSONWebKey `json:"publicKeyJwk,omitempty"`
	// Expires is since when nothing is signed with the key any more, Revoked since
	// when nothing that it signed is good (Controlled Identifiers 1.0, section 2.2.1).
	Expires time.Time `json:"expires,omitzero"`
	Revoked time.Time `json:"revoked,omitzero"`
	// From and Through are when the issuer signs with the key, as Palmar writes it:
	// other verifiers refuse everything that a key with Expires has ever signed.
	From    time.Time `json:"https://schema.org/validFrom,omitzero"`
	Through time.Time `json:"https://schema.org/validThrough,omitzero"`
}

// Resolver finds the document of a DID. An error means that the document could
// not be had, which says nothing about credentials signed under it.
type Resolver interface {
	Resolve(ctx context.Context, did string) (Document, error)
}

// Resolvers chooses a resolver by the method of the DID ("key", "web").
type Resolvers map[string]Resolver

// Resolve implements Resolver.
func (r Resolvers) Resolve(ctx context.Context, did string) (Document, error) {
	method, err := didMethod(did)
	if err != nil {
		return Document{}, err
	}
	resolver, ok := r[method]
	if !ok {
		return Document{}, unsupported("reason.unknown_issuer", "issuer", abbreviate(did))
	}
	return resolver.Resolve(ctx, did)
}

// KeyResolver resolves did:key for Ed25519 and P-256 keys. It needs no network.
type KeyResolver struct{}

// Resolve implements Resolver.
func (KeyResolver) Resolve(_ context.Context, did string) (Document, error) {
	multikey, ok := strings.CutPrefix(did, "did:key:")
	if !ok {
		return Document{}, unsupported("reason.unknown_issuer", "issuer", abbreviate(did))
	}
	public, err := PublicKey(multikey)
	if err != nil {
		return Document{}, err
	}
	return DocumentOf(did, public), nil
}

func didMethod(did string) (string, error) {
	rest, ok := strings.CutPrefix(did, "did:")
	method, specific, found := strings.Cut(rest, ":")
	if !ok || !found || method == "" || specific == "" || len(did) > maxDIDLength {
		return "", invalid("reason.not_a_did", "text", abbreviate(did))
	}
	return method, nil
}

// DIDKey returns the did:key of a public key.
func DIDKey(public crypto.PublicKey) string { return "did:key:" + signing.Multikey(public) }

// KeyID returns the absolute id of a key under a DID, which is what a proof names as
// its verificationMethod: for a did:key the DID, "#", and the key itself as Multikey.
// For any other DID the fragment is the key's thumbprint (RFC 7638): a verifier that
// took the key from the fragment would accept one that the issuer never published.
func KeyID(did string, public crypto.PublicKey) string {
	if strings.HasPrefix(did, "did:key:") {
		return did + "#" + signing.Multikey(public)
	}
	thumbprint, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		panic(err) // the keys of this package all have one
	}
	return did + "#" + base64.RawURLEncoding.EncodeToString(thumbprint)
}

// DatedKey is a public key of an issuer, since when it signs (zero: not known), and
// since when it signs no more (zero: it signs).
type DatedKey struct {
	Public           crypto.PublicKey // ed25519.PublicKey or *ecdsa.PublicKey
	Created, Retired time.Time
}

// DocumentOf is the document of a DID with these keys (ed25519.PublicKey or
// *ecdsa.PublicKey), each of which may sign credentials.
func DocumentOf(did string, keys ...crypto.PublicKey) Document {
	dated := make([]DatedKey, len(keys))
	for i, public := range keys {
		dated[i].Public = public
	}
	return DatedDocument(did, dated...)
}

// DatedDocument is DocumentOf with the dates between which the keys sign: nothing
// that is dated otherwise is valid.
func DatedDocument(did string, keys ...DatedKey) Document {
	document := Document{ID: did}
	for _, key := range keys {
		public := key.Public
		method := VerificationMethod{ID: KeyID(did, public), Controller: did, From: key.Created, Through: key.Retired}
		switch public := public.(type) {
		case *ecdsa.PublicKey:
			// Who reads JWTs looks for a JWK, and many know it by the older of its names.
			method.Type, method.PublicKeyJwk = "JsonWebKey2020", &jose.JSONWebKey{Key: public, Algorithm: string(jose.ES256)}
		default:
			method.Type, method.PublicKeyMultibase = "Multikey", signing.Multikey(public)
		}
		document.AssertionMethod = append(document.AssertionMethod, method.ID)
		document.VerificationMethod = append(document.VerificationMethod, method)
	}
	return document
}

// DIDDocument writes the did.json of an issuer. Keep retired keys in it for as
// long as the credentials that they signed should verify; a revoked key has no
// place in it.
func DIDDocument(did string, keys ...DatedKey) []byte {
	return DatedDocument(did, keys...).JSON()
}

// JSON writes the document.
func (d Document) JSON() []byte {
	raw, err := marshal(struct {
		Context []string `json:"@context"`
		Document
	}{[]string{contextDID, contextMultikey, contextJWK}, d})
	if err != nil {
		panic(err) // strings and public keys always marshal
	}
	return raw
}

// ReadDocument reads the document of a DID that a verifier has kept.
func ReadDocument(raw []byte) (Document, error) {
	var d Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, fmt.Errorf("the document of a DID: %w", err)
	}
	_, err := didMethod(d.ID)
	return d, err
}

// Resolve implements Resolver for the document's own DID.
func (d Document) Resolve(_ context.Context, did string) (Document, error) {
	if did != d.ID {
		return Document{}, unsupported("reason.unknown_issuer", "issuer", abbreviate(did))
	}
	return d, nil
}

// assertionKey gives the key that the document lets sign credentials under an
// id, and when it signs.
func (d Document) assertionKey(id string) (key crypto.PublicKey, used period, err error) {
	if !slices.Contains(d.AssertionMethod, id) {
		return nil, used, invalid("reason.unknown_key")
	}
	for _, method := range d.VerificationMethod {
		if method.ID != id {
			continue
		}
		if method.Controller != d.ID {
			return nil, used, invalid("reason.key_of_another")
		}
		if !method.Revoked.IsZero() {
			return nil, used, invalid("reason.key_revoked")
		}
		used = period{method.From, method.Expires}
		if through := method.Through; used.until.IsZero() || !through.IsZero() && through.Before(used.until) {
			used.until = through
		}
		key, err = method.publicKey()
		return key, used, err
	}
	return nil, used, invalid("reason.unknown_key")
}

func (m VerificationMethod) publicKey() (crypto.PublicKey, error) {
	switch {
	case m.Type == "Multikey":
		return PublicKey(m.PublicKeyMultibase)
	case (m.Type == "JsonWebKey" || m.Type == "JsonWebKey2020") && m.PublicKeyJwk != nil:
		if public, ok := m.PublicKeyJwk.Key.(*ecdsa.PublicKey); ok && signing.Multikey(public) != "" {
			return public, nil
		}
	}
	return nil, unsupported("reason.other_key")
}

// DIDWeb returns the did:web for a public https address, with path elements
// below it: DIDWeb("https://palmar.example", "schools", "brightwater") is
// did:web:palmar.example:schools:brightwater. Other schemes, IP addresses,
// names without a dot and addresses with user, query or fragment are refused,
// since no verifier elsewhere could reach them.
func DIDWeb(baseURL string, elements ...string) (string, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return "", fmt.Errorf("did:web: %q is not an address", baseURL)
	}
	if base.Scheme != "https" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return "", fmt.Errorf("did:web: %q is not a plain https address", baseURL)
	}
	host := strings.ToLower(base.Hostname())
	if _, err := netip.ParseAddr(host); err == nil || !publicName(host) {
		return "", fmt.Errorf("did:web: %q is not a public host name", host)
	}
	if port := base.Port(); port != "" && port != "443" {
		host += "%3A" + port
	}
	if below := strings.TrimPrefix(strings.TrimSuffix(base.EscapedPath(), "/"), "/"); below != "" {
		elements = append(strings.Split(below, "/"), elements...)
	}
	parts := []string{"did:web:" + host}
	for _, element := range elements {
		if !plainElement(element) {
			return "", fmt.Errorf("did:web: %q cannot stand in an identifier", element)
		}
		parts = append(parts, element)
	}
	return strings.Join(parts, ":"), nil
}

// comparedDID is a DID, or the name of a key under it, as it is compared: the host
// in a did:web knows no case, all else does.
func comparedDID(did string) string {
	rest, ok := strings.CutPrefix(did, "did:web:")
	if !ok {
		return did
	}
	end := strings.IndexAny(rest, ":#/?")
	if end < 0 {
		end = len(rest)
	}
	return "did:web:" + strings.Replace(core.Host(rest[:end]), "%3a", "%3A", 1) + rest[end:]
}

// didWebURL gives the address where the document of a did:web lies.
func didWebURL(did string) (string, error) {
	rest, ok := strings.CutPrefix(did, "did:web:")
	if !ok || len(did) > maxDIDLength {
		return "", invalid("reason.not_a_did", "text", abbreviate(did))
	}
	parts := strings.Split(rest, ":")
	host, port, withPort := strings.Cut(strings.ToLower(parts[0]), "%3a")
	if !publicName(host) || withPort && !digits(port) {
		return "", invalid("reason.did_without_host", "text", abbreviate(did))
	}
	if withPort {
		host += ":" + port
	}
	if len(parts) == 1 {
		return "https://" + host + "/.well-known/did.json", nil
	}
	for _, element := range parts[1:] {
		if !plainElement(element) {
			return "", invalid("reason.not_a_did", "text", abbreviate(did))
		}
	}
	return "https://" + host + "/" + strings.Join(parts[1:], "/") + "/did.json", nil
}

func publicName(host string) bool {
	labels := strings.Split(host, ".")
	if len(labels) < 2 || len(host) > 253 || digits(labels[len(labels)-1]) {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	last := labels[len(labels)-1]
	return last != "localhost" && last != "local" && last != "internal"
}

func digits(text string) bool {
	return text != "" && len(text) <= 5 && strings.Trim(text, "0123456789") == ""
}

func plainElement(element string) bool {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	return element != "" && element != "." && element != ".." && strings.Trim(element, plain) == ""
}

// marshal writes JSON for people: indented, with a final newline, the same
// bytes for the same value.
func marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

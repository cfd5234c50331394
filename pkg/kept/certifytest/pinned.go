package certifytest

import (
	"context"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
)

// PinnedKeys resolves the issuers that the offline page knows, as the page does.
type PinnedKeys certify.Pinned

// Resolve implements credential.Resolver.
func (p PinnedKeys) Resolve(_ context.Context, did string) (credential.Document, error) {
	issuer, known := p.Issuers[did]
	if !known {
		return credential.Document{}, credential.CouldNot("reason.unknown_issuer", "issuer", did)
	}
	var keys []credential.DatedKey
	for _, k := range issuer.Keys {
		var jwk jose.JSONWebKey
		if err := jwk.UnmarshalJSON(k.JWK); err != nil {
			return credential.Document{}, err
		}
		keys = append(keys, credential.DatedKey{Public: jwk.Key, Created: k.From, Retired: k.Until})
	}
	return credential.DatedDocument(did, keys...), nil
}

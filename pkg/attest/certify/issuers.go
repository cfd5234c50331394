package certify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

// Pinned is what someone needs to check certificates without a network: the
// public keys of the schools here, and of those in escrow, that were not lost, by
// DID, and the keys of their logs.
type Pinned struct {
	Issuers map[string]PinnedIssuer `json:"issuers"`
	Logs    []string                `json:"logs"`
}

// PinnedIssuer is a school's name with its keys by key id.
type PinnedIssuer struct {
	Name string               `json:"name"`
	Keys map[string]PinnedKey `json:"keys"`
}

// PinnedKey is a key as JWK, and when its school signs with it: From is the second in
// which it was made, Until that after which it signs no more.
type PinnedKey struct {
	JWK   json.RawMessage `json:"jwk"`
	From  time.Time       `json:"from,omitzero"`
	Until time.Time       `json:"until,omitzero"`
}

// Pinned gives the keys of all schools. Public.
func (s *keys) Pinned(ctx context.Context) (Pinned, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (Pinned, error) {
		p := Pinned{Issuers: map[string]PinnedIssuer{}}
		keys, err := tx.IssuerKeys(ctx)
		if err != nil {
			return p, err
		}
		escrowed, logs, err := tx.EscrowedIssuers(ctx)
		if err != nil {
			return p, err
		}
		p.Logs = logs
		for _, k := range append(keys, escrowed...) {
			if err := p.add(k); err != nil {
				return p, err
			}
		}
		head, err := tx.LogHead(ctx)
		if errors.Is(err, core.ErrNotFound) {
			return p, nil
		}
		p.Logs = append(p.Logs, head.Public)
		return p, err
	})
}

func (p Pinned) add(k IssuerKey) error {
	key, err := k.Dated()
	if err != nil {
		return err
	}
	issuer, known := p.Issuers[k.DID]
	if !known {
		issuer = PinnedIssuer{Name: k.Organization, Keys: map[string]PinnedKey{}}
		p.Issuers[k.DID] = issuer
	}
	jwk, err := credential.JWK(key.Public)
	issuer.Keys[credential.KeyID(k.DID, key.Public)] = PinnedKey{jwk, key.Created, key.Retired}
	return err
}

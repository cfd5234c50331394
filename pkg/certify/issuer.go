package certify

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// signature is a signed document with the code by which it is found and the DID
// that signed it.
type signature struct {
	document []byte
	code     credential.Code
	issuer   string
}

// sign adds issuer, holder and address to a claim and signs it.
func (s *Service) sign(ctx context.Context, tx Tx, claim credential.Claim, org core.Organization, holder core.Therapist, now time.Time) (signature, error) {
	did, key, err := s.issuer(ctx, tx, org, now)
	if err != nil {
		return signature{}, err
	}
	code, err := credential.NewCode(s.src.Rand)
	if err != nil {
		return signature{}, err
	}
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.src.Rand, salt); err != nil {
		return signature{}, err
	}
	claim.ID = s.link(code)
	claim.Issuer = credential.Issuer{DID: did, Name: org.Name, URL: org.URL}
	claim.Subject = credential.Subject{
		ID: "urn:uuid:" + holder.ID.String(), Name: holder.Name, Email: holder.Email, Salt: hex.EncodeToString(salt),
	}
	claim.ValidFrom = now
	document, err := credential.Issue(claim, key, now)
	if field, ok := errors.AsType[*credential.FieldError](err); ok {
		return signature{}, core.Conflict("cannot_sign", "The certificate cannot be signed: %s %s. Change the record first.", field.Field, field.Reason)
	}
	return signature{document, code, did}, err
}

// link is the public page of a credential, and its id.
func (s *Service) link(code credential.Code) string { return s.base + "/c/" + code.Compact() }

// issuer is the DID and the key with which a school signs. A key belongs to the
// DID under which it was made: where the installation's address has become
// another did:web, the former key is retired, which leaves what it signed
// valid, and a new one is made. A did:key does not depend on the address.
func (s *Service) issuer(ctx context.Context, tx Tx, org core.Organization, now time.Time) (string, credential.Key, error) {
	kept, err := tx.SigningKey(ctx, org.ID)
	switch {
	case err == nil && kept.DID != s.did(org, ed25519.PublicKey(kept.Public)):
		if err := tx.RetireSigningKey(ctx, kept.ID, now); err != nil {
			return "", credential.Key{}, err
		}
		kept, err = s.newKey(ctx, tx, org, now)
	case errors.Is(err, core.NotFound("")):
		kept, err = s.newKey(ctx, tx, org, now)
	}
	if err != nil {
		return "", credential.Key{}, err
	}
	key, err := credential.Open(s.secret, kept.ID, kept.Sealed)
	if err != nil {
		return "", credential.Key{}, fmt.Errorf("open the signing key of organization %s: %w", org.ID, err)
	}
	return kept.DID, key, nil
}

// newKey makes a school's key, unless another transaction has just made one.
func (s *Service) newKey(ctx context.Context, tx Tx, org core.Organization, now time.Time) (core.SigningKey, error) {
	key, err := credential.GenerateKey(s.src.Rand)
	if err != nil {
		return core.SigningKey{}, err
	}
	id := key.Multikey()
	sealed, err := credential.Seal(s.src.Rand, s.secret, id, key)
	if err != nil {
		return core.SigningKey{}, err
	}
	err = tx.AddSigningKey(ctx, core.SigningKey{
		ID: id, OrganizationID: org.ID, DID: s.did(org, key.Public()), Public: key.Public(), Sealed: sealed, CreatedAt: now,
	})
	if err != nil {
		return core.SigningKey{}, err
	}
	return tx.SigningKey(ctx, org.ID)
}

// did is a did:web where the installation has a public https address, else the
// did:key of the key itself.
func (s *Service) did(org core.Organization, public crypto.PublicKey) string {
	if web, err := s.didWeb(org.Slug); err == nil {
		return web
	}
	return credential.DIDKey(public)
}

func (s *Service) didWeb(slug string) (string, error) {
	return credential.DIDWeb(s.base, "schools", slug)
}

// DIDDocument is the did.json of a school, with the keys that it signs and has
// signed with. Public. Code: not_found where the installation has no public
// https address, and until the school's first certificate.
func (s *Service) DIDDocument(ctx context.Context, slug string) ([]byte, error) {
	did, err := s.didWeb(slug)
	if err != nil {
		return nil, core.NotFound("issuer")
	}
	var keys []crypto.PublicKey
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		kept, err := tx.SigningKeysOf(ctx, did)
		for _, k := range kept {
			public, err := credential.PublicKey(k.ID)
			if err != nil {
				return fmt.Errorf("the key %s: %w", k.ID, err)
			}
			keys = append(keys, public)
		}
		return err
	})
	if err == nil && len(keys) == 0 {
		err = core.NotFound("issuer")
	}
	if err != nil {
		return nil, err
	}
	return credential.DIDDocument(did, keys...), nil
}

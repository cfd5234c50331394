package certify

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// issuer is what a school signs with: a proof in the name of DID, a JWT in that
// of JWTDID. Both are the same did:web where the installation has a public
// address, else the did:key of each key.
type issuer struct {
	DID, JWTDID string
	Key         credential.Key
	JWTKey      credential.JWTKey
}

// issuer finds the keys with which a school signs, and makes those that it has
// not. A key belongs to the DID under which it was made: where the
// installation's address has become another did:web, the former key is retired,
// which leaves what it signed valid, and a new one is made. A did:key does not
// depend on the address.
func (s *Service) issuer(ctx context.Context, tx Tx, org core.Organization, now time.Time) (issuer, error) {
	kept, err := s.current(ctx, tx, org, core.Ed25519, now)
	if err != nil {
		return issuer{}, err
	}
	keptJWT, err := s.current(ctx, tx, org, core.P256, now)
	if err != nil {
		return issuer{}, err
	}
	i := issuer{DID: kept.DID, JWTDID: keptJWT.DID}
	if i.Key, err = credential.Open(s.secret, kept.ID, kept.Sealed); err == nil {
		i.JWTKey, err = credential.OpenJWTKey(s.secret, keptJWT.ID, keptJWT.Sealed)
	}
	if err != nil {
		return issuer{}, fmt.Errorf("open the signing keys of organization %s: %w", org.ID, err)
	}
	return i, nil
}

func (s *Service) current(ctx context.Context, tx Tx, org core.Organization, algorithm core.KeyAlgorithm, now time.Time) (core.SigningKey, error) {
	kept, err := tx.SigningKey(ctx, org.ID, algorithm)
	if errors.Is(err, core.NotFound("")) {
		return s.newKey(ctx, tx, org, algorithm, now)
	}
	if err != nil {
		return core.SigningKey{}, err
	}
	public, err := credential.PublicKey(kept.ID)
	if err != nil || kept.DID == s.did(org, public) {
		return kept, err
	}
	if err := s.retire(ctx, tx, kept, s.src.Now()); err != nil {
		return core.SigningKey{}, err
	}
	return s.newKey(ctx, tx, org, algorithm, now)
}

func (s *Service) retire(ctx context.Context, tx Tx, k core.SigningKey, now time.Time) error {
	if err := tx.RetireSigningKey(ctx, k.ID, now); err != nil {
		return err
	}
	_, err := s.log.Append(ctx, tx, keyEvent(translog.EventKeyRetire, k, now))
	return err
}

// newKey makes a school's key, unless another transaction has just made one.
func (s *Service) newKey(ctx context.Context, tx Tx, org core.Organization, algorithm core.KeyAlgorithm, now time.Time) (core.SigningKey, error) {
	k := core.SigningKey{OrganizationID: org.ID, Algorithm: algorithm, CreatedAt: now}
	var public crypto.PublicKey
	var err error
	if algorithm == core.P256 {
		var key credential.JWTKey
		if key, err = credential.GenerateJWTKey(s.src.Rand); err != nil {
			return k, err
		}
		public, k.ID = key.Public(), key.Multikey()
		if k.Public, err = key.Public().Bytes(); err != nil {
			return k, err
		}
		k.Sealed, err = credential.Seal(s.src.Rand, s.secret, k.ID, key)
	} else {
		var key credential.Key
		if key, err = credential.GenerateKey(s.src.Rand); err != nil {
			return k, err
		}
		public, k.ID, k.Public = key.Public(), key.Multikey(), key.Public()
		k.Sealed, err = credential.Seal(s.src.Rand, s.secret, k.ID, key)
	}
	if err != nil {
		return k, err
	}
	k.DID = s.did(org, public)
	if err := tx.AddSigningKey(ctx, k); err != nil {
		return k, err
	}
	made, err := tx.SigningKey(ctx, org.ID, algorithm)
	if err == nil && made.ID == k.ID {
		_, err = s.log.Append(ctx, tx, keyEvent(translog.EventKeyAdd, k, now))
	}
	return made, err
}

// keyDetail is what the log commits to of a key.
type keyDetail struct {
	Key    string    `json:"key"`
	Issuer string    `json:"issuer"`
	At     time.Time `json:"at"`
	Since  time.Time `json:"lost_since,omitzero"`
}

func keyEvent(name string, k core.SigningKey, now time.Time) translog.Event {
	return translog.Event{Name: name, Subject: k.ID, Detail: keyDetail{Key: k.ID, Issuer: k.DID, At: now, Since: k.LostSince}}
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
// signed with; a revoked key is not among them. Host is the name by which it was
// asked for: a school that has closed elsewhere is found under the name at which
// it was reached, and its namesake here under any other. Public. Code: not_found
// where the installation has no public https address, and until the school's
// first certificate.
func (s *Service) DIDDocument(ctx context.Context, host, slug string) ([]byte, error) {
	did, kept, err := s.escrowedIssuer(ctx, host, slug)
	if err == nil && len(kept) == 0 {
		if did, err = s.didWeb(slug); err != nil {
			return nil, core.NotFound("issuer")
		}
		err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
			kept, err = tx.SigningKeysOf(ctx, did)
			return err
		})
		if err == nil && len(kept) == 0 {
			err = core.NotFound("issuer")
		}
	}
	if err != nil {
		return nil, err
	}
	var keys []crypto.PublicKey
	for _, k := range kept {
		if !k.RevokedAt.IsZero() {
			continue
		}
		public, err := credential.PublicKey(k.ID)
		if err != nil {
			return nil, fmt.Errorf("the key %s: %w", k.ID, err)
		}
		keys = append(keys, public)
	}
	return credential.DIDDocument(did, keys...), nil
}

// escrowedIssuer are the keys of a school that has closed elsewhere, at a host
// other than this installation's own.
func (s *Service) escrowedIssuer(ctx context.Context, host, slug string) (did string, keys []core.SigningKey, err error) {
	host = strings.ToLower(host)
	if own, err := url.Parse(s.base); host == "" || err == nil && own.Host == host {
		return "", nil, nil
	}
	at := "did:web:" + strings.ReplaceAll(host, ":", "%3A") + ":"
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		namesakes, err := tx.EscrowedSlug(ctx, slug)
		for _, k := range namesakes {
			if strings.HasPrefix(k.DID, at) && webOf(k.DID, slug) && (did == "" || did == k.DID) {
				did, keys = k.DID, append(keys, k)
			}
		}
		return err
	})
	return did, keys, err
}

// Keys are a school's keys, oldest first, without their private part.
// Permission: key.read. Code: not_found.
func (s *Service) Keys(ctx context.Context, a access.Actor, org core.OrganizationID) ([]core.SigningKey, error) {
	if err := access.Can(a, access.KeyRead, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	var keys []core.SigningKey
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		keys, err = tx.KeysOfOrganization(ctx, org)
		return err
	})
	for i := range keys {
		keys[i].Sealed = nil
	}
	return keys, err
}

// RotateKeys retires the keys with which a school signs and makes new ones.
// What the former keys signed stays valid: they stay in the school's did.json.
// Permission: key.manage by a person who gave the password within
// access.FreshFor. Codes: not_found, reauthentication_required.
func (s *Service) RotateKeys(ctx context.Context, a access.Actor, id core.OrganizationID) ([]core.SigningKey, error) {
	var keys []core.SigningKey
	err := s.manage(ctx, a, id, "key.rotate", func(ctx context.Context, tx Tx, org core.Organization, now time.Time) error {
		err := s.rotate(ctx, tx, org, now)
		if err != nil {
			return err
		}
		keys, err = tx.KeysOfOrganization(ctx, org.ID)
		return err
	})
	for i := range keys {
		keys[i].Sealed = nil
	}
	return keys, err
}

// KeysOf are the keys of a school by its short name. It is the operator's own
// command and asks no permission. Code: not_found.
func (s *Service) KeysOf(ctx context.Context, slug string) ([]core.SigningKey, error) {
	var keys []core.SigningKey
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		org, err := tx.OrganizationBySlug(ctx, slug)
		if err == nil {
			keys, err = tx.KeysOfOrganization(ctx, org.ID)
		}
		return err
	})
	return keys, err
}

// PublicKeys is the DID document of a school's keys, whatever the installation's
// address: the did.json of its did:web, or without one that of the did:key with
// which it signs now. It is the operator's own command. Code: not_found.
func (s *Service) PublicKeys(ctx context.Context, slug string) ([]byte, error) {
	document, err := s.DIDDocument(ctx, "", slug)
	if !errors.Is(err, core.NotFound("")) {
		return document, err
	}
	keys, err := s.KeysOf(ctx, slug)
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Backward(keys) {
		if public, err := credential.PublicKey(k.ID); err == nil && k.Algorithm == core.Ed25519 && k.RevokedAt.IsZero() {
			return credential.DIDDocument(k.DID, public), nil
		}
	}
	return nil, core.NotFound("key")
}

// DatedKeys is PublicKeys for a verifier to keep: with the dates of retired keys,
// after which nothing that they sign is valid. It is no did.json, since other
// verifiers refuse everything that a key with an end has signed. It is the
// operator's own command. Code: not_found.
func (s *Service) DatedKeys(ctx context.Context, slug string) ([]byte, error) {
	published, err := s.PublicKeys(ctx, slug)
	if err != nil {
		return nil, err
	}
	document, err := credential.ReadDocument(published)
	if err != nil {
		return nil, err
	}
	kept, err := s.KeysOf(ctx, slug)
	for _, k := range kept {
		for i, method := range document.VerificationMethod {
			if strings.HasSuffix(method.ID, "#"+k.ID) {
				document.VerificationMethod[i].Expires = k.RetiredAt
			}
		}
	}
	return document.JSON(), err
}

// RotateKeysOf is RotateKeys as the operator's own command, by the school's short
// name. Code: not_found.
func (s *Service) RotateKeysOf(ctx context.Context, slug string) error {
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		org, err := tx.OrganizationBySlug(ctx, slug)
		if err == nil {
			org, err = working(ctx, tx, org.ID)
		}
		if err != nil {
			return err
		}
		now := s.src.Now()
		if err := s.rotate(ctx, tx, org, now); err != nil {
			return err
		}
		operator := access.Actor{Name: "operator"}
		return s.audit(ctx, tx, operator, now, org.ID, "key.rotate", "organization", org.ID.String(), nil)
	})
}

func (s *Service) rotate(ctx context.Context, tx Tx, org core.Organization, now time.Time) error {
	for _, algorithm := range []core.KeyAlgorithm{core.Ed25519, core.P256} {
		kept, err := tx.SigningKey(ctx, org.ID, algorithm)
		if err == nil {
			// Nobody signs with the key any more now that it is held.
			err = s.retire(ctx, tx, kept, s.src.Now())
		}
		if err != nil && !errors.Is(err, core.NotFound("")) {
			return err
		}
	}
	_, err := s.issuer(ctx, tx, org, now)
	return err
}

// manage runs a change of a school's keys in one transaction and audits it.
func (s *Service) manage(ctx context.Context, a access.Actor, id core.OrganizationID, action string, change func(context.Context, Tx, core.Organization, time.Time) error) error {
	if err := access.Can(a, access.KeyManage, access.Target{Organization: id}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		org, err := working(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, org, now); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org.ID, action, "organization", org.ID.String(), nil)
	})
}

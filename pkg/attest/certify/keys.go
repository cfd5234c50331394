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
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/translog"
)

// issuer is what a school signs with: a proof in the name of DID, a JWT in that
// of JWTDID. Both are the same did:web where the installation has a public
// address, else the did:key of each key.
type issuer struct {
	DID, JWTDID string
	Key         signing.Key
	JWTKey      signing.JWTKey
}

// issuer finds the keys with which the school of a batch signs, and makes those
// that it has not. A key belongs to the DID under which it was made: where the
// installation's address has become another did:web, the former key is retired,
// which leaves what it signed valid, and a new one is made. A did:key does not
// depend on the address.
func (s *keys) issuer(ctx context.Context, tx Tx, b *batch) (issuer, error) {
	kept, err := s.current(ctx, tx, b, Ed25519)
	if err != nil {
		return issuer{}, err
	}
	keptJWT, err := s.current(ctx, tx, b, P256)
	if err != nil {
		return issuer{}, err
	}
	return s.opened(b.org, kept, keptJWT)
}

// opened are two keys of a school, ready to sign with.
func (s *keys) opened(org core.Organization, kept, keptJWT SigningKey) (i issuer, err error) {
	i.DID, i.JWTDID = kept.DID, keptJWT.DID
	if i.Key, err = signing.Open(s.secret, kept.ID, kept.Sealed); err == nil {
		i.JWTKey, err = signing.OpenJWTKey(s.secret, keptJWT.ID, keptJWT.Sealed)
	}
	if err != nil {
		return issuer{}, fmt.Errorf("open the signing keys of organization %s: %w", org.ID, err)
	}
	return i, nil
}

func (s *keys) current(ctx context.Context, tx Tx, b *batch, algorithm KeyAlgorithm) (SigningKey, error) {
	kept, err := tx.SigningKey(ctx, b.org.ID, algorithm)
	if errors.Is(err, core.ErrNotFound) {
		return s.newKey(ctx, tx, b, algorithm)
	}
	if err != nil {
		return SigningKey{}, err
	}
	public, err := credential.PublicKey(kept.ID)
	if err != nil || kept.DID == s.did(b.org, public) {
		return kept, err
	}
	if err := s.retire(ctx, tx, b, kept); err != nil {
		return SigningKey{}, err
	}
	return s.newKey(ctx, tx, b, algorithm)
}

// retire ends the signing of a key that is held, so that nobody signs with it any
// more: by now, and not by when the command began, it has signed all that it ever
// will.
func (s *keys) retire(ctx context.Context, tx Tx, b *batch, k SigningKey) error {
	now := s.src.Now()
	b.events = append(b.events, keyEvent(translog.EventKeyRetire, k, now))
	return tx.RetireSigningKey(ctx, k.ID, now)
}

// retireAll retires the keys with which the school of a batch signs.
func (s *keys) retireAll(ctx context.Context, tx Tx, b *batch) error {
	for _, algorithm := range []KeyAlgorithm{Ed25519, P256} {
		kept, err := tx.SigningKey(ctx, b.org.ID, algorithm)
		if err == nil {
			err = s.retire(ctx, tx, b, kept)
		}
		if err != nil && !errors.Is(err, core.ErrNotFound) {
			return err
		}
	}
	return nil
}

// newKey makes a school's key, unless another transaction has just made one.
func (s *keys) newKey(ctx context.Context, tx Tx, b *batch, algorithm KeyAlgorithm) (SigningKey, error) {
	k := SigningKey{OrganizationID: b.org.ID, Algorithm: algorithm, CreatedAt: b.now}
	var public crypto.PublicKey
	var err error
	if algorithm == P256 {
		var key signing.JWTKey
		if key, err = signing.GenerateJWTKey(s.src.Rand); err != nil {
			return k, err
		}
		public, k.ID = key.Public(), key.Multikey()
		if k.Public, err = key.Public().Bytes(); err != nil {
			return k, err
		}
		k.Sealed, err = signing.Seal(s.src.Rand, s.secret, k.ID, key)
	} else {
		var key signing.Key
		if key, err = signing.GenerateKey(s.src.Rand); err != nil {
			return k, err
		}
		public, k.ID, k.Public = key.Public(), key.Multikey(), key.Public()
		k.Sealed, err = signing.Seal(s.src.Rand, s.secret, k.ID, key)
	}
	if err != nil {
		return k, err
	}
	k.DID = s.did(b.org, public)
	if err := tx.AddSigningKey(ctx, k); err != nil {
		return k, err
	}
	made, err := tx.SigningKey(ctx, b.org.ID, algorithm)
	if err == nil && made.ID == k.ID {
		b.events = append(b.events, keyEvent(translog.EventKeyAdd, k, b.now))
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

func keyEvent(name string, k SigningKey, now time.Time) act.Leaf {
	return act.Leaf{Name: name, Subject: k.ID, Detail: keyDetail{Key: k.ID, Issuer: k.DID, At: now, Since: k.LostSince}}
}

// did is a did:web where the installation has a public https address, else the
// did:key of the key itself.
func (s *keys) did(org core.Organization, public crypto.PublicKey) string {
	if web, err := s.didWeb(org.Slug); err == nil {
		return web
	}
	return credential.DIDKey(public)
}

func (s *keys) didWeb(slug string) (string, error) {
	return credential.DIDWeb(s.base, "schools", slug)
}

// DIDDocument is the did.json of a school, with the keys that it signs and has
// signed with; a revoked key is not among them. Host is the name by which it was
// asked for: a school that has closed elsewhere is found under the name at which
// it was reached, and its namesake here under any other. Public. Code: not_found
// where the installation has no public https address, and until the school's
// first certificate.
func (s *keys) DIDDocument(ctx context.Context, host, slug string) ([]byte, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) ([]byte, error) { return s.didDocument(ctx, tx, host, slug) })
}

func (s *keys) didDocument(ctx context.Context, tx Tx, host, slug string) ([]byte, error) {
	did, kept, err := s.escrowedIssuer(ctx, tx, host, slug)
	if err == nil && len(kept) == 0 {
		if did, err = s.didWeb(slug); err != nil {
			return nil, core.NotFound("issuer")
		}
		if kept, err = tx.SigningKeysOf(ctx, did); err == nil && len(kept) == 0 {
			err = core.NotFound("issuer")
		}
	}
	if err != nil {
		return nil, err
	}
	var keys []credential.DatedKey
	for _, k := range kept {
		if !k.RevokedAt.IsZero() {
			continue
		}
		key, err := k.Dated()
		if err != nil {
			return nil, fmt.Errorf("the key %s: %w", k.ID, err)
		}
		keys = append(keys, key)
	}
	return credential.DIDDocument(did, keys...), nil
}

// escrowedIssuer are the keys of a school that has closed elsewhere, at a host
// other than this installation's own.
func (s *keys) escrowedIssuer(ctx context.Context, tx Tx, host, slug string) (did string, keys []SigningKey, err error) {
	host = core.Host(host)
	if own, err := url.Parse(s.base); host == "" || err == nil && core.Host(own.Host) == host {
		return "", nil, nil
	}
	at := core.Host("did:web:" + strings.ReplaceAll(host, ":", "%3A") + ":")
	namesakes, err := tx.EscrowedSlug(ctx, slug)
	for _, k := range namesakes {
		if strings.HasPrefix(core.Host(k.DID), at) && webOf(k.DID, slug) && (did == "" || did == k.DID) {
			did, keys = k.DID, append(keys, k)
		}
	}
	return did, keys, err
}

// Keys are a school's keys, oldest first, without their private part.
// Permission: key.read. Code: not_found.
func (s *keys) Keys(ctx context.Context, a access.Actor, org core.OrganizationID) ([]SigningKey, error) {
	return act.Look(ctx, s.act, a, access.KeyRead, func(ctx context.Context, r act.Reader[Tx]) ([]SigningKey, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return shownKeys(ctx, r.Tx, org)
	})
}

// shownKeys are a school's keys without their private part.
func shownKeys(ctx context.Context, tx Tx, org core.OrganizationID) ([]SigningKey, error) {
	keys, err := tx.KeysOfOrganization(ctx, org)
	for i := range keys {
		keys[i].Sealed = nil
	}
	return keys, err
}

var rotatesKeys = act.Declare(access.KeyManage, act.NewEvent("key.rotate", "organization"))

// RotateKeys retires the keys with which a school signs and makes new ones.
// What the former keys signed stays valid: they stay in the school's did.json.
// Permission: key.manage by a person who gave the password within
// access.FreshFor. Codes: not_found, school_closed, reauthentication_required.
func (s *keys) RotateKeys(ctx context.Context, a access.Actor, id core.OrganizationID) ([]SigningKey, error) {
	return act.Do(ctx, s.act, a, rotatesKeys, s.rotating(func(ctx context.Context, tx Tx) (core.Organization, error) {
		return tx.Organization(ctx, id)
	}))
}

// RotateKeysOf is RotateKeys as the operator's own command, by the school's short
// name. Code: not_found.
func (s *keys) RotateKeysOf(ctx context.Context, slug string) error {
	_, err := act.Do(ctx, s.act, access.System, rotatesKeys, s.rotating(func(ctx context.Context, tx Tx) (core.Organization, error) {
		return tx.OrganizationBySlug(ctx, slug)
	}))
	return err
}

// rotating is the command that gives a school new keys.
func (s *keys) rotating(find func(context.Context, Tx) (core.Organization, error)) act.Command[Tx, core.Organization, []SigningKey] {
	return managing(find, func(ctx context.Context, x act.Step[Tx], b *batch) ([]SigningKey, error) {
		err := s.retireAll(ctx, x.Tx, b)
		if err == nil {
			b.by, err = s.issuer(ctx, x.Tx, b)
		}
		if err != nil {
			return nil, err
		}
		return shownKeys(ctx, x.Tx, b.org.ID)
	})
}

// managing is a command that changes the keys of a school that works, by change.
func managing[R any](find func(context.Context, Tx) (core.Organization, error), change func(context.Context, act.Step[Tx], *batch) (R, error)) act.Command[Tx, core.Organization, R] {
	var b *batch
	return act.Command[Tx, core.Organization, R]{
		Find: foundSchool(find),
		Change: func(ctx context.Context, x act.Step[Tx], org core.Organization) (R, error) {
			if err := notClosed(org); err != nil {
				return *new(R), err
			}
			b = &batch{org: org, now: x.Now}
			return change(ctx, x, b)
		},
		Tell: func(org core.Organization, _ R) []act.Told {
			return []act.Told{{Subject: org.ID.String(), Leaves: b.events}}
		},
	}
}

// foundSchool is a command's Find of a school that is its own.
func foundSchool(find func(context.Context, Tx) (core.Organization, error)) func(context.Context, Tx) (act.Found[core.Organization], error) {
	return func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) {
		org, err := find(ctx, tx)
		return act.Found[core.Organization]{Thing: org, Owner: access.Target{Organization: org.ID}}, err
	}
}

// KeysOf are the keys of a school by its short name. It is the operator's own
// command and asks no permission. Code: not_found.
func (s *keys) KeysOf(ctx context.Context, slug string) ([]SigningKey, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) ([]SigningKey, error) { return keysBySlug(ctx, tx, slug) })
}

func keysBySlug(ctx context.Context, tx Tx, slug string) ([]SigningKey, error) {
	org, err := tx.OrganizationBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	return tx.KeysOfOrganization(ctx, org.ID)
}

// PublicKeys is the DID document of a school's keys, whatever the installation's
// address: the did.json of its did:web, or without one that of the did:key with
// which it signs now. It is the operator's own command. Code: not_found.
func (s *keys) PublicKeys(ctx context.Context, slug string) ([]byte, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) ([]byte, error) { return s.publicKeys(ctx, tx, slug) })
}

func (s *keys) publicKeys(ctx context.Context, tx Tx, slug string) ([]byte, error) {
	document, err := s.didDocument(ctx, tx, "", slug)
	if !errors.Is(err, core.ErrNotFound) {
		return document, err
	}
	keys, err := keysBySlug(ctx, tx, slug)
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Backward(keys) {
		if key, err := k.Dated(); err == nil && k.Algorithm == Ed25519 && k.RevokedAt.IsZero() {
			return credential.DIDDocument(k.DID, key), nil
		}
	}
	return nil, core.NotFound("key")
}

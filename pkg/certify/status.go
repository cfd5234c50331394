package certify

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

const (
	// listFull of 131,072: beyond that a random entry is seldom free, and an
	// entry would tell how late it was given out.
	listFull = credential.StatusListSize * 9 / 10
	// drawn at once, of which one is free in all but one of 10^11 full lists.
	drawn = 256
	// A list is good for listValid, and signed anew when half of that is over.
	// Readers may keep it for listTTL.
	listValid = 7 * 24 * time.Hour
	listTTL   = 5 * time.Minute
)

// statusEntry draws a free entry of a school's status list at random, so that
// the entries of one day are not neighbours.
func (s *Service) statusEntry(ctx context.Context, tx Tx, b *batch) (core.StatusList, int, error) {
	list, err := tx.OpenStatusList(ctx, b.org.ID, b.by.DID, listFull)
	if errors.Is(err, core.NotFound("")) || err == nil && list.Address != s.listURL(list.ID) {
		id := core.NewID[core.StatusListID](s.src)
		list = core.StatusList{ID: id, OrganizationID: b.org.ID, IssuerDID: b.by.DID, Address: s.listURL(id), CreatedAt: b.now}
		err = tx.InsertStatusList(ctx, list)
	}
	if err != nil {
		return list, 0, err
	}
	candidates, err := s.draw()
	if err != nil {
		return list, 0, err
	}
	taken, err := tx.StatusTaken(ctx, list.ID, candidates)
	if err != nil {
		return list, 0, err
	}
	free := slices.DeleteFunc(candidates, func(i int) bool { return slices.Contains(taken, i) })
	if len(free) == 0 {
		return list, 0, errors.New("no free entry of the status list was drawn")
	}
	return list, free[0], tx.CountStatus(ctx, list.ID, 1)
}

func (s *Service) draw() ([]int, error) {
	raw := make([]byte, 4*drawn)
	if _, err := io.ReadFull(s.src.Rand, raw); err != nil {
		return nil, err
	}
	out := make([]int, drawn)
	for i := range out {
		out[i] = int(binary.BigEndian.Uint32(raw[4*i:]) % credential.StatusListSize) // a power of two: no bias
	}
	return out, nil
}

// listURL is the address of a status list.
func (s *Service) listURL(id core.StatusListID) string { return s.base + "/status/" + id.String() }

// signList signs a status list as its credentials stand now.
func (s *Service) signList(ctx context.Context, tx Tx, list core.StatusList, now time.Time) (core.StatusList, error) {
	signed, err := s.signedLists(ctx, tx, []core.StatusList{list}, now, listValid)
	if err != nil {
		return list, err
	}
	return signed[0], tx.KeepStatusLists(ctx, signed)
}

// signedList is a status list, and the list of suspensions beside it, as the
// credentials stand now, good for a while.
func (s *Service) signedList(ctx context.Context, tx Tx, list core.StatusList, now time.Time, valid time.Duration) (core.StatusList, error) {
	signed, err := s.signedLists(ctx, tx, []core.StatusList{list}, now, valid)
	if err != nil {
		return list, err
	}
	return signed[0], nil
}

// signedLists is signedList for many, whose keys and states are read at once.
func (s *Service) signedLists(ctx context.Context, tx Tx, lists []core.StatusList, now time.Time, valid time.Duration) ([]core.StatusList, error) {
	ids, orgs := make([]core.StatusListID, len(lists)), make([]core.OrganizationID, len(lists))
	for i, list := range lists {
		ids[i], orgs[i] = list.ID, list.OrganizationID
	}
	keys, err := tx.KeysOfSchools(ctx, orgs)
	if err != nil {
		return nil, err
	}
	sets, err := tx.StatusSets(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(lists)
	for i, list := range lists {
		if out[i], err = s.signOne(ctx, list, keys[list.OrganizationID], sets[list.ID], now, valid); err != nil {
			return nil, fmt.Errorf("sign the status list %s: %w", list.ID, err)
		}
	}
	return out, nil
}

func (s *Service) signOne(ctx context.Context, list core.StatusList, keys []core.SigningKey, set core.StatusSet, now time.Time, valid time.Duration) (core.StatusList, error) {
	key, err := s.listKey(list.IssuerDID, keys)
	if err != nil {
		return list, err
	}
	revoked := s.revokedBits(ctx, list, keys, set.Revoked)
	list.SignedAt, list.ValidUntil = now, now.Add(valid)
	if list.Document, err = signedAs(list, key, list.Address, credential.Revocation, revoked); err == nil {
		list.Suspensions, err = signedAs(list, key, credential.SuspensionsAt(list.Address), credential.Suspension, bitsOf(set.Suspended))
	}
	return list, err
}

func signedAs(list core.StatusList, key credential.Key, address string, purpose credential.StatusPurpose, bits credential.Bitstring) ([]byte, error) {
	return credential.IssueStatusList(credential.StatusList{
		ID: address, Issuer: credential.Issuer{DID: list.IssuerDID}, Purpose: purpose, Bits: bits,
		ValidFrom: list.SignedAt, ValidUntil: list.ValidUntil, TTL: listTTL,
	}, key, list.SignedAt)
}

func bitsOf(set []int) credential.Bitstring {
	bits := credential.NewBitstring()
	for _, i := range set {
		bits.Set(i)
	}
	return bits
}

// revokedBits are the entries of a list whose credentials were revoked or
// replaced: set, by their states or as the log tells, and those that the list
// said when it was signed before. No entry is ever taken back, since no
// revocation is.
func (s *Service) revokedBits(ctx context.Context, list core.StatusList, keys []core.SigningKey, set []int) credential.Bitstring {
	bits := bitsOf(set)
	if list.Document == nil {
		return bits
	}
	before, err := credential.ReadStatusList(ctx, list.Document, s.ownKeys(keys), list.SignedAt)
	if err != nil || before.ID != list.Address || before.Bits.Len() != bits.Len() {
		return bits // it says nothing; the doctor names it
	}
	for i, set := range before.Bits {
		bits[i] |= set
	}
	return bits
}

// listKey is the newest key under a DID that signs documents and was not lost.
func (s *Service) listKey(did string, keys []core.SigningKey) (credential.Key, error) {
	for _, k := range slices.Backward(keys) {
		if k.DID == did && k.Algorithm == core.Ed25519 && k.RevokedAt.IsZero() {
			return credential.Open(s.secret, k.ID, k.Sealed)
		}
	}
	return credential.Key{}, core.NotFound("status list")
}

// StatusList is a signed status list with the list of suspensions beside it,
// never one that has run out. Public. Code:
// not_found.
func (s *Service) StatusList(ctx context.Context, id core.StatusListID) (core.StatusList, error) {
	var list core.StatusList
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		list, err = tx.StatusList(ctx, id)
		return err
	})
	if errors.Is(err, core.NotFound("")) {
		return s.escrowedList(ctx, id)
	}
	if err != nil || !s.due(list, s.src.Now()) {
		return list, err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		if list, err = tx.StatusList(ctx, id); err != nil || !s.due(list, now) {
			return err
		}
		if _, err := working(ctx, tx, list.OrganizationID); core.CodeOf(err) == "school_closed" {
			return nil // it was signed for good
		} else if err != nil {
			return err
		}
		list, err = s.signList(ctx, tx, list, now)
		return err
	})
	return list, err
}

// escrowedList is the last list of a school that has closed elsewhere.
func (s *Service) escrowedList(ctx context.Context, id core.StatusListID) (list core.StatusList, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		list, err = tx.EscrowedList(ctx, id)
		return err
	})
	return list, err
}

func (s *Service) due(list core.StatusList, now time.Time) bool {
	return list.ValidUntil.IsZero() || list.ValidUntil.Sub(now) < listValid/2
}

// RenewStatusLists signs the lists anew whose time is half over, and tells how
// many there were. It is run in the background.
func (s *Service) RenewStatusLists(ctx context.Context) (int, error) {
	const at = 50
	for n := 0; ; {
		var due []core.StatusList
		err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			now := s.src.Now()
			if due, err = tx.StatusListsDue(ctx, now.Add(listValid/2), at); err != nil {
				return err
			}
			signed, err := s.signedLists(ctx, tx, due, now, listValid)
			if err != nil || len(signed) == 0 {
				return err
			}
			return tx.KeepStatusLists(ctx, signed)
		})
		n += len(due)
		if err != nil || len(due) < at {
			return n, err
		}
	}
}

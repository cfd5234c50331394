package certify

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	// listFull of 131,072: beyond that a random entry is seldom free, and an
	// entry would tell how late it was given out.
	listFull = credential.StatusListSize * 9 / 10
	// drawn at once, of which one is free in all but one of 10^11 full lists.
	drawn = 256
	// A list is good for listValid, and signed again when half of that is over.
	// Readers may keep it for listTTL.
	listValid = 7 * 24 * time.Hour
	listTTL   = 5 * time.Minute
)

// statusEntry draws a free entry of a school's status list at random, so that
// the entries of one day are not neighbors.
func (s *lists) statusEntry(ctx context.Context, tx Tx, b *batch) (StatusList, int, error) {
	list, err := tx.OpenStatusList(ctx, b.org.ID, b.by.DID, listFull)
	if errors.Is(err, core.ErrNotFound) || err == nil && list.Address != s.listURL(list.ID) {
		id := core.NewID[core.StatusListID](s.src)
		list = StatusList{ID: id, OrganizationID: b.org.ID, IssuerDID: b.by.DID, Address: s.listURL(id), CreatedAt: b.now}
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

func (s *lists) draw() ([]int, error) {
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
func (s *lists) listURL(id core.StatusListID) string { return s.base + "/status/" + id.String() }

// signTouched signs each status list that a batch has changed, once, with the last
// of its changes. It is the end of the same transaction, so that nobody is ever
// shown a list that says otherwise than what is kept, and what was revoked stands
// in a signed list from then on, whatever becomes of the rows.
func (s *lists) signTouched(ctx context.Context, tx Tx, b *batch) error {
	if len(b.lists) == 0 {
		return nil
	}
	slices.SortFunc(b.lists, func(x, y core.StatusListID) int { return bytes.Compare(x[:], y[:]) }) // all lock them in one order
	lists := make([]StatusList, len(b.lists))
	for i, id := range b.lists {
		var err error
		if lists[i], err = tx.StatusList(ctx, id); err != nil {
			return err
		}
	}
	signed, err := s.signedLists(ctx, tx, lists, b.now, listValid)
	if err != nil {
		return err
	}
	return tx.KeepStatusLists(ctx, signed)
}

// markTouched is for one of many that are certified in a transaction each: it notes
// in the same transaction that the lists are due, and signMarked signs each once
// after the last. Nobody is shown a list that is due: StatusList signs it first,
// and where that cannot be there is no answer. So a revocation is seen as soon as
// one that is certified by itself.
func markTouched(ctx context.Context, tx Tx, b *batch) error {
	if err := tx.MarkStatusLists(ctx, b.lists); err != nil {
		return err
	}
	items := make([]act.Item, len(b.lists))
	for i, list := range b.lists {
		items[i] = act.Item{Work: workStatusLists, ID: list.String()}
	}
	return tx.Enqueue(ctx, items...)
}

// signMarked signs the lists of a school that many have left due. What was
// certified stands without it: a list that cannot be signed now goes on being due.
func (s *lists) signMarked(ctx context.Context, org core.OrganizationID) {
	_ = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		b := &batch{now: s.src.Now()}
		err := eachList(ctx, tx, org, func(list StatusList) error {
			if list.ValidUntil.IsZero() {
				b.touch(list.ID)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.signTouched(ctx, tx, b)
	})
}

// signedLists are status lists, each with the list of suspensions beside it, as the
// credentials stand now, good for a while. Their keys and states are read at once.
func (s *lists) signedLists(ctx context.Context, tx Tx, lists []StatusList, now time.Time, valid time.Duration) ([]StatusList, error) {
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

func (s *lists) signOne(ctx context.Context, list StatusList, keys []SigningKey, set StatusSet, now time.Time, valid time.Duration) (StatusList, error) {
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

func signedAs(list StatusList, key signing.Key, address string, purpose credential.StatusPurpose, bits credential.Bitstring) ([]byte, error) {
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
func (s *lists) revokedBits(ctx context.Context, list StatusList, keys []SigningKey, set []int) credential.Bitstring {
	bits := bitsOf(set)
	if list.Document == nil {
		return bits
	}
	before, err := credential.ReadStatusList(ctx, list.Document, s.genuine.ownKeys(keys), list.SignedAt)
	if err != nil || before.ID != list.Address || before.Bits.Len() != bits.Len() {
		return bits // it says nothing; the doctor names it
	}
	for i, set := range before.Bits {
		bits[i] |= set
	}
	return bits
}

// listKey is the newest key under a DID that signs documents and was not lost.
func (s *lists) listKey(did string, keys []SigningKey) (signing.Key, error) {
	for _, k := range slices.Backward(keys) {
		if k.DID == did && k.Algorithm == Ed25519 && k.RevokedAt.IsZero() {
			return signing.Open(s.secret, k.ID, k.Sealed)
		}
	}
	return signing.Key{}, core.NotFound("status list")
}

// StatusList is a signed status list with the list of suspensions beside it,
// never one that has run out or that was changed since. Public. Code: not_found.
func (s *lists) StatusList(ctx context.Context, id core.StatusListID) (StatusList, error) {
	list, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (StatusList, error) {
		list, err := tx.StatusList(ctx, id)
		if errors.Is(err, core.ErrNotFound) {
			return tx.EscrowedList(ctx, id)
		}
		return list, err
	})
	if err != nil {
		return list, err
	}
	return s.upToDate(ctx, list)
}

// upToDate is a list as it was read, or signed again where it is due.
func (s *lists) upToDate(ctx context.Context, list StatusList) (StatusList, error) {
	if !due(list, s.src.Now()) {
		return list, nil
	}
	err := act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
		now := s.src.Now()
		if list, err = tx.StatusList(ctx, list.ID); err != nil || !due(list, now) {
			return err
		}
		if _, err := working(ctx, tx, list.OrganizationID); core.CodeOf(err) == "school_closed" {
			return nil // it was signed for good
		} else if err != nil {
			return err
		}
		signed, err := s.signedLists(ctx, tx, []StatusList{list}, now, listValid)
		if err != nil {
			return err
		}
		list = signed[0]
		return tx.KeepStatusLists(ctx, signed)
	})
	return list, err
}

// due tells whether a list is to be signed before anybody reads it. One in escrow
// has no school here, and was signed for good.
func due(list StatusList, now time.Time) bool {
	return !list.OrganizationID.IsZero() && (list.ValidUntil.IsZero() || list.ValidUntil.Sub(now) < listValid/2)
}

func (s *lists) statusListsDue(ctx context.Context, add func(...string) error) error {
	before := s.src.Now().Add(listValid / 2)
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after core.StatusListID) ([]core.StatusListID, error) {
		return tx.StatusListsDue(ctx, before, after, examined)
	}, core.StatusListID.String, add)
}

// renewStatusList signs a list again whose time is half over, as a request for it
// would have it signed.
func (s *lists) renewStatusList(ctx context.Context, id string) error {
	list, err := core.ParseID[core.StatusListID](id)
	if err == nil {
		_, err = s.StatusList(ctx, list)
	}
	return err
}

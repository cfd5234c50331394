package certify

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

var losesKey = act.Declare(access.KeyManage, act.NewEvent("key.revoke", "organization"))

// RevokeKey says that a key was lost and that someone else may have had it
// since a day at the school. The key leaves the school's did.json at once, so
// nothing that it signed is valid any more, for any verifier, and the school's
// status lists are signed by another. However many certificates there are, it
// takes no longer: they are looked at in the background (signAgain), and the loss that
// is given says how many wait. Permission: key.manage by a person who gave the
// password within access.FreshFor. Codes: not_found, already_revoked,
// reauthentication_required, required, too_short, too_long, bad_character,
// in_future.
func (s *losses) RevokeKey(ctx context.Context, a access.Actor, id core.OrganizationID, key string, since core.Date, cause string) (KeyLoss, error) {
	return act.Do(ctx, s.act, a, losesKey, managing(func(ctx context.Context, tx Tx) (core.Organization, error) { return tx.Organization(ctx, id) },
		func(ctx context.Context, x act.Step[Tx], b *batch) (KeyLoss, error) {
			keys, err := x.Tx.KeysOfOrganization(ctx, b.org.ID)
			if err != nil {
				return KeyLoss{}, err
			}
			k, err := lost(b, keys, key, since)
			if err == nil {
				k.Cause, err = reasonOf("cause", cause)
			}
			if err == nil {
				err = x.Tx.RevokeSigningKey(ctx, k)
			}
			if err != nil {
				return KeyLoss{}, err
			}
			b.events = append(b.events, keyEvent(translog.EventKeyRevoke, k, b.now))
			return s.lose(ctx, x.Tx, b, k)
		}))
}

// lost is one of a school's keys as it is when it is lost since a day.
func lost(b *batch, keys []SigningKey, key string, since core.Date) (k SigningKey, err error) {
	lostSince := since.In(b.org.Location())
	i := slices.IndexFunc(keys, func(k SigningKey) bool { return k.ID == key })
	switch {
	case i < 0:
		return k, core.NotFound("key")
	case !keys[i].RevokedAt.IsZero():
		return k, core.Conflict("already_revoked")
	case since.IsZero():
		return k, core.InvalidField("lost_since", "required.lost_since")
	case lostSince.After(b.now):
		return k, core.InvalidField("lost_since", "in_future")
	}
	k = keys[i]
	k.RevokedAt, k.LostSince = b.now, lostSince
	return k, nil
}

// lose has the status lists of a school signed by another key, and queues what a
// lost key had signed.
func (s *losses) lose(ctx context.Context, tx Tx, b *batch, lost SigningKey) (KeyLoss, error) {
	by, err := s.keys.issuer(ctx, tx, b)
	if err != nil {
		return KeyLoss{}, err
	}
	if err := tx.UnsignStatusLists(ctx, b.org.ID, lost.DID, by.DID); err != nil {
		return KeyLoss{}, err
	}
	loss := KeyLoss{KeyID: lost.ID, OrganizationID: b.org.ID, LostSince: lost.LostSince, BegunAt: b.now}
	if loss.Total, err = tx.CountSignedBy(ctx, lost.ID); err != nil {
		return loss, err
	}
	if loss.Total == 0 {
		loss.FinishedAt = b.now
	}
	if err := tx.InsertKeyLoss(ctx, loss); err != nil || loss.Total == 0 {
		return loss, err
	}
	return loss, tx.Enqueue(ctx, act.Item{Work: workSignAgain, ID: loss.KeyID})
}

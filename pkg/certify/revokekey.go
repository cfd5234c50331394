package certify

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// RevokeKey says that a key was lost and that somebody else may have had it
// since a day at the school. The key leaves the school's did.json at once, so
// nothing that it signed is valid any more, for any verifier, and the school's
// status lists are signed by another. However many certificates there are, it
// takes no longer: SignAgain looks at them in the background, and the loss that
// is given says how many wait. Permission: key.manage by a person who gave the
// password within access.FreshFor. Codes: not_found, already_revoked,
// reauthentication_required, required, too_short, too_long, bad_character,
// in_future.
func (s *Service) RevokeKey(ctx context.Context, a access.Actor, id core.OrganizationID, key string, since core.Date, cause string) (core.KeyLoss, error) {
	var loss core.KeyLoss
	err := s.manage(ctx, a, id, "key.revoke", func(ctx context.Context, tx Tx, org core.Organization, now time.Time) error {
		keys, err := tx.KeysOfOrganization(ctx, org.ID)
		if err != nil {
			return err
		}
		lostSince := since.In(org.Location())
		i := slices.IndexFunc(keys, func(k core.SigningKey) bool { return k.ID == key })
		switch {
		case i < 0:
			return core.NotFound("key")
		case !keys[i].RevokedAt.IsZero():
			return core.Conflict("already_revoked", "This key was revoked already.")
		case since.IsZero():
			return core.InvalidField("lost_since", "required", "Say since when somebody else may have had the key.")
		case lostSince.After(now):
			return core.InvalidField("lost_since", "in_future", "The key cannot be lost from a day to come on.")
		}
		k := keys[i]
		if k.Cause, err = causeOf(cause); err != nil {
			return err
		}
		k.RevokedAt, k.LostSince = now, lostSince
		if err := tx.RevokeSigningKey(ctx, k); err != nil {
			return err
		}
		if _, err := s.log.Append(ctx, tx, keyEvent(translog.EventKeyRevoke, k, now)); err != nil {
			return err
		}
		loss, err = s.lose(ctx, tx, org, k, now)
		return err
	})
	return loss, err
}

// causeOf cleans the reason that is told to everybody.
func causeOf(text string) (string, error) {
	cause, err := core.CleanNote(text, 3, 500)
	if err != nil {
		f := core.AsFault(err)
		return "", core.InvalidField("cause", f.Code, "%s", f.Message)
	}
	return cause, nil
}

// lose has the status lists of a school signed by another key, and queues what a
// lost key had signed.
func (s *Service) lose(ctx context.Context, tx Tx, org core.Organization, lost core.SigningKey, now time.Time) (core.KeyLoss, error) {
	by, err := s.issuer(ctx, tx, org, now)
	if err != nil {
		return core.KeyLoss{}, err
	}
	if err := tx.UnsignStatusLists(ctx, org.ID, lost.DID, by.DID); err != nil {
		return core.KeyLoss{}, err
	}
	loss := core.KeyLoss{KeyID: lost.ID, OrganizationID: org.ID, LostSince: lost.LostSince, BegunAt: now}
	if loss.Total, err = tx.CountSignedBy(ctx, lost.ID); err != nil {
		return loss, err
	}
	if loss.Total == 0 {
		loss.FinishedAt = now
	}
	if err := tx.InsertKeyLoss(ctx, loss); err != nil || loss.Total == 0 {
		return loss, err
	}
	return loss, tx.QueueSignAgain(ctx)
}

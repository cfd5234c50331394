package certify

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// KeyLoss tells what became of the credentials that a lost key had signed.
// Doubtful are those issued since somebody else may have had the key: they are
// not valid any more, and the school has to look at each and supersede or
// revoke it.
type KeyLoss struct {
	Resigned int
	Doubtful []core.Credential
}

// RevokeKey says that a key was lost and that somebody else may have had it
// since a day at the school. The key leaves the school's did.json, so nothing that it
// signed is valid any more, for any verifier. Credentials that were issued
// before the loss, as the log shows, are signed once more with a new key in the
// same transaction: their codes and links stay, and whoever kept the file has
// to download it again. Those issued since then stay invalid. Permission:
// key.manage by a person who gave the password within access.FreshFor. Codes:
// not_found, already_revoked, reauthentication_required, required, too_short,
// too_long, bad_character, in_future.
func (s *Service) RevokeKey(ctx context.Context, a access.Actor, id core.OrganizationID, key string, since core.Date, cause string) (KeyLoss, error) {
	var loss KeyLoss
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
		loss, err = s.resign(ctx, tx, org, k, now)
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

// resign signs what a lost key had signed once more, as far as it was issued
// before the loss, and the school's status lists with it.
func (s *Service) resign(ctx context.Context, tx Tx, org core.Organization, lost core.SigningKey, now time.Time) (KeyLoss, error) {
	by, err := s.issuer(ctx, tx, org, now)
	if err != nil {
		return KeyLoss{}, err
	}
	if err := tx.UnsignStatusLists(ctx, org.ID, lost.DID, by.DID); err != nil {
		return KeyLoss{}, err
	}
	signed, err := tx.CredentialsSignedBy(ctx, lost.ID)
	if err != nil {
		return KeyLoss{}, err
	}
	found, err := s.evidence(ctx, tx, org.ID, signed)
	if err != nil {
		return KeyLoss{}, err
	}
	loss, events := KeyLoss{}, []translog.Event{}
	for _, c := range signed {
		if e := found[c.ID]; e.Err != nil || e.Issued.IsZero() || !e.Issued.Before(lost.LostSince) {
			loss.Doubtful = append(loss.Doubtful, c)
			continue
		}
		if err := s.signAgain(ctx, tx, &c, by, now); err != nil {
			return KeyLoss{}, err
		}
		loss.Resigned++
		events = append(events, issueEvent(translog.EventResign, s.link(c), c))
	}
	_, err = s.log.Append(ctx, tx, events...)
	return loss, err
}

package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// againAt is how many certificates of a lost key are looked at in one
// transaction: the log waits that long.
const againAt = 50

// DoubtIssuedSince is the reason of a certificate that was issued since the loss
// of its key, as far as the log tells.
const DoubtIssuedSince = "issued_since_loss"

// againTurn is how many batches are looked at before others have their turn.
const againTurn = 20

func (s *losses) lossesDue(ctx context.Context, add func(...string) error) error {
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after string) ([]string, error) {
		return tx.RunningKeyLosses(ctx, after, examined)
	}, func(key string) string { return key }, add)
}

// signAgain works off what a lost key had signed. Those certificates that were
// issued before the loss, as the log shows, and that are what was signed, get a
// new signature: their codes and links stay, and anyone who kept the file has to
// download it again. The others stay not valid, and Doubtful names them. Each
// batch is one transaction; a stop in between loses nothing and nothing is done
// twice. A school that has closed meanwhile does not lose by it: see signer.
func (s *losses) signAgain(ctx context.Context, key string) error {
	for range againTurn {
		var loss KeyLoss
		err := act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
			if loss, err = tx.KeyLoss(ctx, key); err != nil || !loss.Running() {
				return err
			}
			loss, err = s.againBatch(ctx, tx, loss)
			return err
		})
		if err != nil || !loss.Running() {
			return err
		}
	}
	return act.ErrMore
}

// againBatch looks at the next certificates of a lost key.
func (s *losses) againBatch(ctx context.Context, tx Tx, l KeyLoss) (KeyLoss, error) {
	page, err := tx.CredentialsSignedBy(ctx, l.KeyID, l.After, againAt)
	if err != nil {
		return l, err
	}
	if len(page) == 0 {
		return s.endLoss(ctx, tx, l)
	}
	b, err := s.signer(ctx, tx, l.OrganizationID, s.src.Now())
	if err != nil {
		return l, err
	}
	signed, doubts, err := s.sortOut(ctx, tx, b, l, page)
	if err != nil {
		return l, err
	}
	l.After, l.Resigned, l.Doubtful = page[len(page)-1].ID, l.Resigned+len(signed), l.Doubtful+len(doubts)
	if err := tx.AddDocuments(ctx, signed); err != nil {
		return l, err
	}
	if err := tx.InsertDoubts(ctx, l.KeyID, doubts); err != nil {
		return l, err
	}
	if err := tx.SetKeyLoss(ctx, l); err != nil {
		return l, err
	}
	return l, s.proposals.end(ctx, tx, b)
}

// signer begins a batch in the name of a school. One that has closed signs with
// the keys that it had then, which are not retired before its losses are worked
// off; it gets no other, and where they are gone nothing is signed.
func (s *losses) signer(ctx context.Context, tx Tx, id core.OrganizationID, now time.Time) (*batch, error) {
	org, err := tx.Organization(ctx, id)
	if err != nil {
		return nil, err
	}
	if org.ClosedAt.IsZero() {
		return s.proposals.begin(ctx, tx, id, now)
	}
	key, err := tx.SigningKey(ctx, id, Ed25519)
	if err != nil {
		return nil, err
	}
	second, err := tx.SigningKey(ctx, id, P256)
	if err != nil {
		return nil, err
	}
	by, err := s.keys.opened(org, key, second)
	return &batch{org: org, by: by, now: now}, err
}

// endLoss ends a loss all of whose certificates were looked at, and with the last
// one of a school that has closed the use of its keys. The school is locked, since
// it may be closing now, or another of its losses ending.
func (s *losses) endLoss(ctx context.Context, tx Tx, l KeyLoss) (KeyLoss, error) {
	if err := tx.LockOrganization(ctx, l.OrganizationID); err != nil {
		return l, err
	}
	org, err := tx.Organization(ctx, l.OrganizationID)
	if err != nil {
		return l, err
	}
	l.FinishedAt, l.Total = s.src.Now(), l.Done()
	if err := tx.SetKeyLoss(ctx, l); err != nil || org.ClosedAt.IsZero() {
		return l, err
	}
	b := &batch{org: org, now: l.FinishedAt}
	if err := s.retireLast(ctx, tx, b); err != nil {
		return l, err
	}
	return l, s.proposals.end(ctx, tx, b)
}

// retireLast retires the keys of a school that closes or has closed, unless
// certificates of a lost key wait to be signed again with them. The school is
// locked.
func (s *losses) retireLast(ctx context.Context, tx Tx, b *batch) error {
	if losses, err := tx.RunningKeyLossesOf(ctx, b.org.ID); err != nil || len(losses) > 0 {
		return err
	}
	return s.keys.retireAll(ctx, tx, b)
}

// sortOut signs those of some certificates that are beyond doubt.
func (s *losses) sortOut(ctx context.Context, tx Tx, b *batch, l KeyLoss, page []core.Credential) (signed []core.Credential, doubts []Doubt, err error) {
	found, err := s.genuine.evidence(ctx, tx, l.OrganizationID, page)
	if err != nil {
		return nil, nil, err
	}
	grown, err := tx.LogSizeAt(ctx, l.LostSince)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]core.TherapistID, len(page))
	for i, c := range page {
		ids[i] = c.TherapistID
	}
	holders, err := tx.TherapistsByID(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range page {
		err := found[c.ID].before(l.LostSince, grown)
		if err == nil {
			c, err = s.again(c, holders[c.TherapistID], b.by, b.now)
		}
		if f := core.AsFault(err); f != nil {
			doubts = append(doubts, Doubt{CredentialID: c.ID, Reason: f.Code, Message: f.Message()})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		signed = append(signed, c)
		b.events = append(b.events, issueEvent(translog.EventResign, s.proposals.link(c), c))
	}
	return signed, doubts, nil
}

// before is nil for a genuine certificate that the log tells was issued before
// an instant: by what the entry says, and by where it stands. At that instant
// the log had so many entries.
func (e evidence) before(lost time.Time, entries int64) error {
	if e.Err != nil {
		return e.Err
	}
	if e.Issued.IsZero() || !e.Issued.Before(lost) || e.Number >= entries {
		return core.Conflict(DoubtIssuedSince)
	}
	return nil
}

// again signs what a credential says once more, with other keys.
func (s *losses) again(c core.Credential, holder core.Therapist, by issuer, now time.Time) (core.Credential, error) {
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		return c, err
	}
	c.SignedAt, c.Resigned = now, c.Resigned+1
	return c, s.proposals.sign(&c, claim, holder, by)
}

// Doubtful lists the certificates of a lost key that were not signed again and
// so are not valid any more; the school has to look at each and supersede or
// revoke it. Permission: key.read. Code: bad_cursor.
func (s *losses) Doubtful(ctx context.Context, a access.Actor, org core.OrganizationID, key string, page core.Page) (core.List[Doubt], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.KeyRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.CredentialID, limit int) ([]Doubt, error) {
			return tx.Doubts(ctx, org, key, after, limit)
		},
		func(d Doubt) core.CredentialID { return d.CredentialID }))
}

package certify

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// againAt is how many certificates of a lost key are looked at in one
// transaction: the log waits that long.
const againAt = 50

// DoubtIssuedSince is the reason of a certificate that was issued since the loss
// of its key, as far as the log tells.
const DoubtIssuedSince = "issued_since_loss"

// SignAgain works off what lost keys had signed, and tells how many certificates
// were signed again. Those that were issued before the loss, as the log shows,
// and that are what was signed, get a new signature: their codes and links stay,
// and whoever kept the file has to download it again. The others stay not valid,
// and Doubtful names them. Each batch is one transaction; a stop in between
// loses nothing and nothing is done twice. It is run in the background.
func (s *Service) SignAgain(ctx context.Context) (int, error) {
	for n := 0; ; {
		var before, after core.KeyLoss
		err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
			if before, err = tx.NextKeyLoss(ctx); err != nil {
				return err
			}
			after, err = s.againBatch(ctx, tx, before)
			return err
		})
		if errors.Is(err, core.NotFound("")) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n += after.Resigned - before.Resigned
	}
}

// againBatch looks at the next certificates of a lost key.
func (s *Service) againBatch(ctx context.Context, tx Tx, l core.KeyLoss) (core.KeyLoss, error) {
	page, err := tx.CredentialsSignedBy(ctx, l.KeyID, l.After, againAt)
	if err != nil {
		return l, err
	}
	b, err := s.begin(ctx, tx, l.OrganizationID, s.src.Now())
	if err != nil {
		return l, err
	}
	if len(page) == 0 {
		l.FinishedAt, l.Total = b.now, l.Done()
		return l, tx.SetKeyLoss(ctx, l)
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
	return l, s.end(ctx, tx, b)
}

// sortOut signs those of some certificates that are beyond doubt.
func (s *Service) sortOut(ctx context.Context, tx Tx, b *batch, l core.KeyLoss, page []core.Credential) (signed []core.Credential, doubts []core.Doubt, err error) {
	found, err := s.evidence(ctx, tx, l.OrganizationID, page)
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
	holders, err := tx.Therapists(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range page {
		err := found[c.ID].before(l.LostSince, grown)
		if err == nil {
			c, err = s.again(c, holders[c.TherapistID], b.by, b.now)
		}
		if f := core.AsFault(err); f != nil {
			doubts = append(doubts, core.Doubt{CredentialID: c.ID, Reason: f.Code, Message: f.Message})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		signed = append(signed, c)
		b.events = append(b.events, issueEvent(translog.EventResign, s.link(c), c))
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
		return core.Conflict(DoubtIssuedSince, "The log does not tell that it was issued before the key was lost. Look at it, and replace or revoke it.")
	}
	return nil
}

// again signs what a credential says once more, with other keys.
func (s *Service) again(c core.Credential, holder core.Therapist, by issuer, now time.Time) (core.Credential, error) {
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		return c, err
	}
	c.SignedAt, c.Resigned = now, c.Resigned+1
	return c, s.sign(&c, claim, holder, by)
}

// Doubtful lists the certificates of a lost key that were not signed again and
// so are not valid any more; the school has to look at each and supersede or
// revoke it. Permission: key.read. Code: bad_cursor.
func (s *Service) Doubtful(ctx context.Context, a access.Actor, org core.OrganizationID, key string, page core.Page) (core.List[core.Doubt], error) {
	if err := access.Can(a, access.KeyRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Doubt]{}, err
	}
	after, err := core.AfterID[core.CredentialID](page.Cursor)
	if err != nil {
		return core.List[core.Doubt]{}, err
	}
	var rows []core.Doubt
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.Doubts(ctx, org, key, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(d core.Doubt) string { return d.CredentialID.String() }), err
}

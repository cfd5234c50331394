package certify

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// examined is how many credentials are looked at at once.
const examined = 200

// Doctor examines everything that was attested: every signature, what the
// record shows beside it, the hours behind it, its state, the status lists, the
// keys and the log with its days; what is under a seal; and whether all that the log tells of is
// there, and nothing else; and what is kept in escrow. It names what differs and
// changes nothing, reads one moment while others write, and is the operator's own
// command, so that it asks no permission.
func (s *Service) Doctor(ctx context.Context) ([]words.Sentence, error) {
	d := &doctor{s: s, now: s.src.Now(), keysOf: map[core.OrganizationID]schoolKeys{}, known: map[string]bool{}, listed: map[core.StatusListID]int{}}
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) ([]words.Sentence, error) {
		for _, examine := range []func(context.Context, Tx) error{d.log, d.keys, d.credentials, d.lists, d.days, d.seals, d.told, d.escrows} {
			if err := examine(ctx, tx); err != nil {
				return d.found, err
			}
		}
		return d.found, nil
	})
}

type doctor struct {
	s       *Service
	now     time.Time
	found   []words.Sentence
	begun   time.Time                          // when the log began
	keysOf  map[core.OrganizationID]schoolKeys // every key that ever signed
	known   map[string]bool                    // the ids of these keys
	listed  map[core.StatusListID]int          // entries of status lists that credentials have
	closed  map[core.OrganizationID]closeDetail
	audited map[int64]bool // entries of the log that a day of the audit names
}

func (d *doctor) say(id string, args ...any) {
	d.found = append(d.found, words.S(id, args...))
}

func (d *doctor) log(ctx context.Context, tx Tx) error {
	found, err := translog.Examine(ctx, tx)
	if err != nil {
		return err
	}
	d.found = append(d.found, found...)
	first, err := tx.Checkpoints(ctx, 0, 1)
	if len(first) > 0 {
		d.begun = first[0].SignedAt
	}
	return err
}

// keys holds each key against its id and against the log.
func (d *doctor) keys(ctx context.Context, tx Tx) error {
	kept, err := tx.AllSigningKeys(ctx)
	if err != nil {
		return err
	}
	logged, err := openings(ctx, tx, kept, func(k SigningKey) string { return k.ID })
	if err != nil {
		return err
	}
	bySchool := map[core.OrganizationID][]SigningKey{}
	for _, k := range kept {
		public, err := credential.PublicKey(k.ID)
		if err != nil {
			d.say("doctor.key_unreadable", "key", k.ID, "err", err)
			continue
		}
		d.known[k.ID] = true
		bySchool[k.OrganizationID] = append(bySchool[k.OrganizationID], k)
		if ed, ok := public.(ed25519.PublicKey); ok && !bytes.Equal(ed, k.Public) {
			d.say("doctor.key_public", "key", k.ID)
		}
		d.key(k, logged[k.ID])
	}
	for school, keys := range bySchool {
		d.keysOf[school] = schoolKeysOf(keys)
	}
	return nil
}

// key holds a key against the newest that the log says of it. A key older than
// the log has no entry that tells of its making.
func (d *doctor) key(k SigningKey, logged []translog.Opening) {
	if !d.begun.IsZero() && !k.CreatedAt.Before(d.begun) && !slices.ContainsFunc(logged, func(o translog.Opening) bool { return o.Event == translog.EventKeyAdd }) {
		d.say("doctor.key_unlogged", "key", k.ID)
	}
	revoked := slices.ContainsFunc(logged, func(o translog.Opening) bool { return o.Event == translog.EventKeyRevoke })
	switch {
	case revoked && k.RevokedAt.IsZero():
		d.say("doctor.key_revoked_in_log", "key", k.ID)
	case !revoked && !k.RevokedAt.IsZero():
		d.say("doctor.key_revoked_here", "key", k.ID)
	}
	for _, o := range logged {
		var said keyDetail
		if err := o.Detail(&said); err != nil || said.Key != k.ID {
			d.say("doctor.key_foreign", "key", k.ID)
		} else if said.Issuer != k.DID {
			d.say("doctor.key_owner", "key", k.ID, "stored", k.DID, "logged", said.Issuer)
		}
	}
}

// openings reads what was logged of some things at once.
func openings[T any](ctx context.Context, tx Tx, things []T, subject func(T) string) (map[string][]translog.Opening, error) {
	out := map[string][]translog.Opening{}
	for part := range slices.Chunk(things, examined) {
		subjects := make([]string, len(part))
		for i, thing := range part {
			subjects[i] = subject(thing)
		}
		found, err := tx.OpeningsOfMany(ctx, subjects)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out[o.Subject] = append(out[o.Subject], o)
		}
	}
	return out, nil
}

func (d *doctor) credentials(ctx context.Context, tx Tx) error {
	for after := (core.CredentialID{}); ; {
		page, err := tx.CredentialsFrom(ctx, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		logged, err := openings(ctx, tx, page, func(c core.Credential) string { return c.ID.String() })
		if err != nil {
			return err
		}
		if err := d.entries(ctx, tx, page); err != nil {
			return err
		}
		for _, c := range page {
			for _, wrong := range append(differs(ctx, c, d.keysOf[c.OrganizationID]), historyOf(c, logged[c.ID.String()]).differs(c)...) {
				d.say("doctor.certificate", "id", c.ID, "what", wrong)
			}
		}
		if err := d.records(ctx, tx, page, logged); err != nil {
			return err
		}
		if err := d.formerForms(ctx, tx, page, logged); err != nil {
			return err
		}
	}
}

// entries counts what status lists have given out.
func (d *doctor) entries(ctx context.Context, tx Tx, page []core.Credential) error {
	ids := make([]core.CredentialID, len(page))
	for i, c := range page {
		ids[i] = c.ID
	}
	found, err := tx.EntriesOf(ctx, ids)
	for list, n := range found {
		d.listed[list] += n
	}
	return err
}

// records holds the ledger against what credentials commit to.
func (d *doctor) records(ctx context.Context, tx Tx, page []core.Credential, logged map[string][]translog.Opening) error {
	found := map[core.CredentialID]evidence{}
	if err := recordsHold(ctx, tx, page, logged, found); err != nil {
		return err
	}
	for _, c := range page {
		if _, bad := found[c.ID]; bad {
			d.say("doctor.certificate_hours", "id", c.ID)
		}
	}
	return nil
}

// formerForms holds those forms of credentials that another has taken the place
// of against the log.
func (d *doctor) formerForms(ctx context.Context, tx Tx, page []core.Credential, logged map[string][]translog.Opening) error {
	var again []core.CredentialID
	for _, c := range page {
		if c.Resigned > 0 {
			again = append(again, c.ID)
		}
	}
	if len(again) == 0 {
		return nil
	}
	former, err := tx.FormerForms(ctx, again)
	if err != nil {
		return err
	}
	for _, c := range page {
		forms := historyOf(c, logged[c.ID.String()]).forms
		if c.Resigned == 0 || len(forms) != c.Resigned+1 {
			continue // differs says so
		}
		same := len(former[c.ID]) == c.Resigned
		for i, f := range former[c.ID] {
			same = same && f.Resigned == i && forms[i].is(f)
		}
		if !same {
			d.say("doctor.certificate_forms", "id", c.ID)
		}
	}
	return nil
}

// recordsAtOnce is of how many credentials the ledgers are in memory at once.
const recordsAtOnce = 1

// eachRecord reads what opens the records of some credentials, and the ledgers
// behind them, some at once.
func eachRecord(ctx context.Context, tx Tx, page []core.Credential, do func(core.Credential, CredentialRecord, []core.Credit) error) error {
	for part := range slices.Chunk(page, recordsAtOnce) {
		if err := eachRecordOf(ctx, tx, part, do); err != nil {
			return err
		}
	}
	return nil
}

func eachRecordOf(ctx context.Context, tx Tx, page []core.Credential, do func(core.Credential, CredentialRecord, []core.Credit) error) error {
	byID := make(map[core.CredentialID]core.Credential, len(page))
	ids := make([]core.CredentialID, len(page))
	for i, c := range page {
		ids[i], byID[c.ID] = c.ID, c
	}
	kept, err := tx.CredentialRecords(ctx, ids)
	if err != nil || len(kept) == 0 {
		return err
	}
	enrollments := make([]core.EnrollmentID, len(kept))
	for i, k := range kept {
		enrollments[i] = byID[k.CredentialID].EnrollmentID
	}
	credits, err := tx.CreditsOfMany(ctx, enrollments)
	if err != nil {
		return err
	}
	by := map[core.EnrollmentID][]core.Credit{}
	for _, c := range credits {
		by[c.EnrollmentID] = append(by[c.EnrollmentID], c)
	}
	for _, k := range kept {
		c := byID[k.CredentialID]
		if err := do(c, k, by[c.EnrollmentID]); err != nil {
			return err
		}
	}
	return nil
}

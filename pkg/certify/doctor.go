package certify

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// examined is how many credentials are looked at at once.
const examined = 200

// Doctor examines everything that was attested: every signature, what the
// record shows beside it, the hours behind it, its state, the status lists, the
// keys and the log with its days, and what is kept in escrow. It names what differs and changes nothing. It
// is the operator's own command, so that it asks no permission.
func (s *Service) Doctor(ctx context.Context) ([]string, error) {
	d := &doctor{s: s, now: s.src.Now()}
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		for _, examine := range []func(context.Context, Tx) error{d.log, d.keys, d.credentials, d.lists, d.days, d.escrows} {
			if err := examine(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return d.found, err
}

type doctor struct {
	s        *Service
	now      time.Time
	found    []string
	document map[string]credential.Document // by DID, every key that ever signed
}

func (d *doctor) say(format string, args ...any) {
	d.found = append(d.found, fmt.Sprintf(format, args...))
}

func (d *doctor) log(ctx context.Context, tx Tx) error {
	found, err := translog.Examine(ctx, tx)
	d.found = append(d.found, found...)
	return err
}

// keys holds each key against its id and against the log.
func (d *doctor) keys(ctx context.Context, tx Tx) error {
	kept, err := tx.AllSigningKeys(ctx)
	if err != nil {
		return err
	}
	logged, err := openings(ctx, tx, kept, func(k core.SigningKey) string { return k.ID })
	if err != nil {
		return err
	}
	byDID := map[string][]crypto.PublicKey{}
	for _, k := range kept {
		public, err := credential.PublicKey(k.ID)
		if err != nil {
			d.say("key %s: %v", k.ID, err)
			continue
		}
		byDID[k.DID] = append(byDID[k.DID], public)
		if ed, ok := public.(ed25519.PublicKey); ok && !bytes.Equal(ed, k.Public) {
			d.say("key %s: its public part is another's", k.ID)
		}
		d.key(k, logged[k.ID])
	}
	d.document = make(map[string]credential.Document, len(byDID))
	for did, keys := range byDID {
		d.document[did] = credential.DocumentOf(did, keys...)
	}
	return nil
}

// key holds a key against the newest that the log says of it. A key older than
// the log has no entry.
func (d *doctor) key(k core.SigningKey, logged []translog.Opening) {
	revoked := slices.ContainsFunc(logged, func(o translog.Opening) bool { return o.Event == translog.EventKeyRevoke })
	if revoked == k.RevokedAt.IsZero() {
		d.say("key %s: kept as revoked %v, logged as revoked %v", k.ID, !k.RevokedAt.IsZero(), revoked)
	}
	for _, o := range logged {
		var said keyDetail
		if err := o.Detail(&said); err == nil && said.Issuer != k.DID {
			d.say("key %s: kept as a key of %s, logged as one of %s", k.ID, k.DID, said.Issuer)
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
		for _, c := range page {
			d.signatures(ctx, c)
			d.logged(c, logged[c.ID.String()])
		}
		if err := d.records(ctx, tx, page); err != nil {
			return err
		}
	}
}

// Resolve implements credential.Resolver with every key that ever signed, since
// a lost key's signatures are not forged for that.
func (d *doctor) Resolve(_ context.Context, did string) (credential.Document, error) {
	return d.document[did], nil
}

// signatures verifies both forms of a credential, and what is shown beside them.
func (d *doctor) signatures(ctx context.Context, c core.Credential) {
	options := credential.Options{Resolver: d, Now: c.SignedAt, Status: func(context.Context, string, map[string]any) (credential.Outcome, string) {
		return credential.Valid, ""
	}}
	forms := map[string][]byte{"document": c.Document}
	if c.JWT != "" {
		forms["JWT"] = []byte(c.JWT)
	}
	for form, raw := range forms {
		report := credential.Verify(ctx, raw, options)
		if failed, bad := report.Failed(); bad {
			d.say("certificate %s, %s: %s", c.ID, form, failed.Detail)
			continue
		}
		if report.SubjectName != c.SubjectName || report.Title != c.Title || report.Minutes != int64(c.Minutes) ||
			!report.ValidUntil.Equal(c.ValidUntil.Truncate(time.Second)) || form == "document" && report.IssuerID != c.IssuerDID {
			d.say("certificate %s, %s: the record beside it says otherwise", c.ID, form)
		}
	}
}

// logged holds a credential against what the log says of it. One that is older
// than the log has no entry.
func (d *doctor) logged(c core.Credential, logged []translog.Opening) {
	var issued *IssueDetail
	state := core.CredentialActive
	for _, o := range logged {
		switch o.Event {
		case translog.EventIssue, translog.EventResign:
			issued = &IssueDetail{}
			_ = o.Detail(issued) // what cannot be read differs below
		default:
			var change ChangeDetail
			_ = o.Detail(&change)
			state = core.CredentialState(change.State)
		}
	}
	switch {
	case issued == nil && !c.StatusListID.IsZero():
		d.say("certificate %s: its issue is not in the log", c.ID)
	case issued != nil && (issued.Document != Digest(c.Document) || issued.JWT != Digest([]byte(c.JWT))):
		d.say("certificate %s: it is not what the log says was issued", c.ID)
	}
	if c.State != state {
		d.say("certificate %s: kept as %s, logged as %s", c.ID, c.State, state)
	}
}

// records holds the ledger against what credentials commit to.
func (d *doctor) records(ctx context.Context, tx Tx, page []core.Credential) error {
	return eachRecord(ctx, tx, page, func(c core.Credential, kept core.CredentialRecord, credits []core.Credit) error {
		if _, _, err := reopen(c, kept, credits); err != nil {
			d.say("certificate %s: the hours in the ledger are not those that were certified", c.ID)
		}
		return nil
	})
}

// eachRecord reads what opens the records of some credentials, and the ledgers
// behind them, at once.
func eachRecord(ctx context.Context, tx Tx, page []core.Credential, do func(core.Credential, core.CredentialRecord, []core.Credit) error) error {
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

// lists verifies the signed status lists and holds them against the states.
func (d *doctor) lists(ctx context.Context, tx Tx) error {
	for after := (core.StatusListID{}); ; {
		page, err := tx.StatusListsFrom(ctx, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		for _, list := range page {
			if list.Document == nil || list.ValidUntil.IsZero() || !list.ValidUntil.After(d.now) {
				continue // it is signed anew before anybody reads it
			}
			revoked, suspended, err := tx.StatusSet(ctx, list.ID)
			if err != nil {
				return err
			}
			d.list(ctx, list, list.Document, list.Address, revoked)
			d.list(ctx, list, list.Suspensions, credential.SuspensionsAt(list.Address), suspended)
		}
	}
}

func (d *doctor) list(ctx context.Context, list core.StatusList, document []byte, address string, set []int) {
	read, err := credential.ReadStatusList(ctx, document, d, d.now)
	if err != nil {
		d.say("status list %s: %v", list.ID, err)
		return
	}
	if read.ID != address || !bytes.Equal(bitsOf(set), read.Bits) {
		d.say("status list %s: it does not say what is kept", list.ID)
	}
}

// days recomputes the roots of the days from the ledger.
func (d *doctor) days(ctx context.Context, tx Tx) error {
	for after := int64(-1); ; {
		page, err := tx.LoggedDays(ctx, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Number
		logged, err := openings(ctx, tx, page, func(l core.LoggedDay) string { return l.OrganizationID.String() })
		if err != nil {
			return err
		}
		for _, day := range page {
			if err := d.day(ctx, tx, day, logged[day.OrganizationID.String()]); err != nil {
				return err
			}
		}
	}
}

func (d *doctor) day(ctx context.Context, tx Tx, day core.LoggedDay, logged []translog.Opening) error {
	root, err := dayRoot(ctx, tx, day)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil || !bytes.Equal(root.Root[:], day.Root) {
		d.say("%s at school %s: the credits that were posted then are not what was logged", day.Day, day.OrganizationID)
	}
	for _, o := range logged {
		var said DayDetail
		if o.Number == day.Number && (o.Detail(&said) != nil || said != dayDetail(day)) {
			d.say("%s at school %s: the kept root is not what was logged", day.Day, day.OrganizationID)
		}
	}
	return nil
}

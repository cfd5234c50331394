package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/attest/credential"
)

// escrows verifies what is kept of schools that have closed elsewhere, as it was
// when it was taken in.
func (d *doctor) escrows(ctx context.Context, tx Tx) error {
	kept, err := tx.Escrows(ctx)
	if err != nil || len(kept) == 0 {
		return err
	}
	type school struct{ origin, slug string }
	checks := make(map[school]*escrowCheck, len(kept))
	for _, e := range kept {
		m := EscrowManifest{Origin: e.Origin, Slug: e.Slug, LogKey: e.LogKey}
		for _, k := range e.Keys {
			m.Keys = append(m.Keys, EscrowedKey{ID: k.ID, DID: k.DID, RevokedAt: k.RevokedAt})
		}
		check := newEscrowCheck(nil, m, d.now)
		for _, list := range e.Lists {
			check.list(ctx, "status list "+list.ID.String(), list)
		}
		checks[school{e.Origin, e.Slug}] = check
	}
	for after := ""; ; {
		page, err := tx.EscrowedFrom(ctx, after, keptAtOnce)
		if err != nil {
			return err
		}
		for _, c := range page {
			after = c.Code
			name := bundlesFolder + credential.Code(c.Code).Compact() + ".json"
			check := checks[school{c.Origin, c.Slug}]
			if _, err := check.bundle(ctx, name, c.Body); err != nil {
				check.say(name, "bad_escrow.entry")
			}
		}
		if len(page) < keptAtOnce {
			break
		}
	}
	for s, check := range checks {
		check.followers()
		for _, w := range check.wrong {
			d.say("doctor.escrow", "school", s.slug, "origin", s.origin, "name", w.Name, "text", w)
		}
	}
	return nil
}

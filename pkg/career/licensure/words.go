package licensure

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

// hearing is told, in the transaction, of which licenses something was recorded: what
// follows from them elsewhere is held against it. Nil hears nothing.
type hearing func(ctx context.Context, licenses []core.LicenseID) error

// keep is the only way in which words about licenses are kept.
func (h hearing) keep(ctx context.Context, tx Tx, events []core.LicenseEvent, looks []core.LicenseCheck) error {
	if err := tx.InsertLicenseEvents(ctx, events); err != nil {
		return err
	}
	if len(looks) > 0 {
		if err := tx.InsertLicenseChecks(ctx, looks); err != nil {
			return err
		}
	}
	var heard []core.LicenseID
	known := map[core.LicenseID]bool{}
	add := func(id core.LicenseID) {
		if !known[id] {
			known[id], heard = true, append(heard, id)
		}
	}
	for _, e := range events {
		add(e.LicenseID)
	}
	for _, k := range looks {
		add(k.LicenseID)
	}
	return h.tell(ctx, heard...)
}

// tell is for what is said of licenses otherwise than by words: whose they are.
func (h hearing) tell(ctx context.Context, licenses ...core.LicenseID) error {
	if h == nil || len(licenses) == 0 {
		return nil
	}
	return h(ctx, licenses)
}

package certify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"io"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// keptAtOnce is how many certificates of an escrow are held in memory.
const keptAtOnce = 50

var importsEscrow = act.Declare(access.EscrowImport, act.NewEvent("escrow.import", "escrow"))

// ImportEscrow takes in what ExportEscrow wrote, so that this installation goes
// on showing the certificates under the same codes. First all of it is verified
// with the keys in the escrow: the seal over every file and every field, which all
// of them have signed, both forms of each certificate, its code, its entry of the
// status lists, its record of hours and its place in the log. What a lost key had
// signed is taken in, and goes on being invalid. If anything is not what was
// signed, nothing is kept. Whether the keys are the school's own is
// the operator's to know. Permission: escrow.import. Codes: bad_escrow (a field
// for each file that is wrong), already_imported, code_taken, issuer_taken.
func (s *escrows) ImportEscrow(ctx context.Context, a access.Actor, file io.ReaderAt, size int64) (Escrow, error) {
	var e Escrow
	var bundles []verified
	return act.Do(ctx, s.act, a, importsEscrow, act.Command[Tx, struct{}, Escrow]{
		Prepare: func(ctx context.Context) error {
			in, err := openEscrow(file, size)
			if err == nil {
				e, bundles, err = s.checkEscrow(ctx, in)
			}
			return err
		},
		Change: func(context.Context, act.Step[Tx], struct{}) (Escrow, error) { return e, nil },
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, e Escrow) error {
			in, err := openEscrow(file, size) // once more from the beginning, if the transaction is
			if err != nil {
				return err
			}
			return keepEscrow(ctx, x.Tx, e, in, bundles)
		},
		Tell: func(_ struct{}, e Escrow) []act.Told {
			return act.Of(e.Slug, map[string]string{"origin": e.Origin, "credentials": strconv.Itoa(e.Credentials)})
		},
	})
}

// keepEscrow keeps what was verified, with the certificates from the file.
func keepEscrow(ctx context.Context, tx Tx, e Escrow, in *escrowFile, bundles []verified) error {
	if err := tx.InsertEscrow(ctx, e); err != nil {
		return err
	}
	if err := issuersFree(ctx, tx, e); err != nil {
		return err
	}
	if err := tx.InsertEscrowKeys(ctx, e); err != nil {
		return err
	}
	return keepBundles(ctx, tx, e, in, bundles)
}

// verified is a file of an escrow as it was verified.
type verified struct {
	name string
	code string
	sum  [sha256.Size]byte
}

// checkEscrow verifies an escrow, one certificate after the other. All that is
// found to be wrong is told together.
func (s *escrows) checkEscrow(ctx context.Context, in *escrowFile) (Escrow, []verified, error) {
	raw, err := in.manifest()
	if err != nil {
		return Escrow{}, nil, err
	}
	seal, err := in.seal()
	if err != nil {
		return Escrow{}, nil, err
	}
	check := newEscrowCheck(in, EscrowManifest{}, s.src.Now())
	check.fields(manifestName, seal.Manifest, raw)
	if check.manifest, err = readManifest(raw); err != nil {
		return Escrow{}, nil, cmp.Or(check.fault(), err)
	}
	check.signatures(seal)
	if err := check.files(ctx, seal); err != nil {
		return Escrow{}, nil, err
	}
	bundles, err := check.contents(ctx, seal)
	if err != nil {
		return Escrow{}, nil, err
	}
	check.issuer()
	check.followers()
	return check.escrow(), bundles, check.fault()
}

// escrow is what is kept of the escrow beside its certificates.
func (c *escrowCheck) escrow() Escrow {
	m := c.manifest
	e := Escrow{
		Origin: m.Origin, Slug: m.Slug, Name: m.Name, LogKey: m.LogKey, ExportedAt: m.ExportedAt, ImportedAt: c.now, Credentials: m.Credentials,
	}
	for _, k := range m.Keys {
		e.Keys = append(e.Keys, SigningKey{ID: k.ID, DID: k.DID, RevokedAt: k.RevokedAt})
	}
	for _, l := range c.lists {
		e.Lists = append(e.Lists, l.kept)
	}
	return e
}

// issuersFree refuses an escrow that speaks for a school of this installation, or
// for another in escrow: nobody adds keys to theirs.
func issuersFree(ctx context.Context, tx Tx, e Escrow) error {
	asked := map[string]bool{}
	for _, k := range e.Keys {
		if asked[k.DID] {
			continue
		}
		asked[k.DID] = true
		known, err := tx.SigningKeysOf(ctx, k.DID)
		if err == nil && len(known) == 0 {
			_, known, err = tx.EscrowedKeys(ctx, k.DID)
		}
		if err == nil && len(known) > 0 {
			err = core.Conflict("issuer_taken", "did", k.DID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keepBundles keeps the certificates of an escrow, some at a time.
func keepBundles(ctx context.Context, tx Tx, e Escrow, in *escrowFile, bundles []verified) error {
	for len(bundles) > 0 {
		n := min(keptAtOnce, len(bundles))
		codes, rows := make([]string, n), make([]EscrowedCredential, n)
		for i, b := range bundles[:n] {
			raw, err := in.read(b.name)
			if err != nil {
				return err
			}
			if sha256.Sum256(raw) != b.sum {
				return core.Invalid("bad_escrow.file_changed")
			}
			codes[i], rows[i] = b.code, EscrowedCredential{Code: b.code, Body: raw}
		}
		taken, err := tx.CodesTaken(ctx, codes)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return core.Conflict("code_taken", "taken", strings.Join(taken, ", "))
		}
		if err := tx.InsertEscrowed(ctx, e, rows); err != nil {
			return err
		}
		bundles = bundles[n:]
	}
	return nil
}

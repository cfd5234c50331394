package certify

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

var exportsEscrow = act.Declare(access.EscrowExport, act.NewEvent("escrow.export", "organization"))

// ExportEscrow writes everything that a closed school has certified into a ZIP,
// for another installation to go on showing: each certificate with its package
// and the record behind it, the public keys, and the status lists as they were
// signed for good. All of it is sealed with the school's keys. No private key
// leaves. The audit event is written before the first byte. Permission:
// escrow.export. Codes: not_found, school_open, signing_again, nothing_certified.
func (s *escrows) ExportEscrow(ctx context.Context, a access.Actor, slug string, w io.Writer) (EscrowManifest, error) {
	org, err := act.Do(ctx, s.act, a, exportsEscrow, act.Command[Tx, core.Organization, core.Organization]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) { // the operator's own, and no member's
			org, err := tx.OrganizationBySlug(ctx, slug)
			return act.Found[core.Organization]{Thing: org}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], org core.Organization) (core.Organization, error) {
			if org.ClosedAt.IsZero() {
				return org, core.Conflict("school_open", "name", org.Name)
			}
			losses, err := x.Tx.RunningKeyLossesOf(ctx, org.ID)
			if err == nil && len(losses) > 0 {
				err = core.Conflict("signing_again", "name", org.Name)
			}
			return org, err
		},
		Tell: func(_, org core.Organization) []act.Told {
			return []act.Told{{Owner: access.Target{Organization: org.ID}, Subject: org.ID.String()}}
		},
	})
	if err != nil {
		return EscrowManifest{}, err
	}
	return s.writeEscrow(ctx, org, w)
}

// escrowWriter writes the files of an escrow, and remembers their digests.
type escrowWriter struct {
	zip      *zip.Writer
	manifest EscrowManifest
	keys     []SigningKey
	lists    map[core.StatusListID]StatusList
	names    []string // of the issuer, as the certificates have it
	seal     EscrowSeal
}

// writeEscrow writes the escrow of a school that has closed, as it is at one
// moment.
func (s *escrows) writeEscrow(ctx context.Context, org core.Organization, w io.Writer) (EscrowManifest, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (EscrowManifest, error) {
		out := &escrowWriter{
			zip: zip.NewWriter(w),
			manifest: EscrowManifest{
				Version: escrowVersion, Origin: s.base, Slug: org.Slug, Name: org.Name,
				ClosedAt: org.ClosedAt, ClosedCause: org.ClosedCause, ExportedAt: s.src.Now(),
			},
			lists: map[core.StatusListID]StatusList{}, seal: EscrowSeal{Files: map[string]string{}},
		}
		for _, write := range []func(context.Context, Tx, core.Organization) error{out.readKeys, out.writeLists, out.writeCredentials} {
			if err := write(ctx, tx, org); err != nil {
				return out.manifest, err
			}
		}
		if out.manifest.Credentials == 0 {
			return out.manifest, core.Conflict("nothing_certified", "name", org.Name)
		}
		return out.manifest, s.closeEscrow(out)
	})
}

// closeEscrow writes what an escrow says of itself, and seals it.
func (s *escrows) closeEscrow(out *escrowWriter) error {
	if n := len(out.names); n > 0 && !slices.Contains(out.names, out.manifest.Name) {
		out.manifest.Name = out.names[n-1] // it was renamed since, and no signature has the new name
	}
	raw, err := json.MarshalIndent(out.manifest, "", "  ")
	if err != nil {
		return err
	}
	if out.seal.Manifest, err = SealedFields(raw); err != nil {
		return err
	}
	if err := s.seal(&out.seal, out.keys); err != nil {
		return err
	}
	return errors.Join(writeFile(out.zip, manifestName, raw), writeJSON(out.zip, sealName, out.seal), out.zip.Close())
}

func (out *escrowWriter) readKeys(ctx context.Context, tx Tx, org core.Organization) (err error) {
	if out.keys, err = tx.KeysOfOrganization(ctx, org.ID); err != nil {
		return err
	}
	for _, k := range out.keys {
		out.manifest.Keys = append(out.manifest.Keys, EscrowedKey{k.ID, k.DID, k.CreatedAt, k.RetiredAt, k.RevokedAt})
	}
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) {
		return nil
	}
	out.manifest.LogKey = head.Public
	return err
}

// writeWhole writes a file that is sealed as one.
func (out *escrowWriter) writeWhole(name string, raw []byte) error {
	out.seal.Files[name] = digestOf(raw)
	return writeFile(out.zip, name, raw)
}

// writeLists writes the status lists of a school, as they were signed for good.
func (out *escrowWriter) writeLists(ctx context.Context, tx Tx, org core.Organization) error {
	return eachList(ctx, tx, org.ID, func(list StatusList) error {
		out.lists[list.ID] = list
		name := listsFolder + list.ID.String()
		return errors.Join(out.writeWhole(name+".json", list.Document), out.writeWhole(name+suspensionsEnd, list.Suspensions))
	})
}

// writeCredentials writes the certificates of a school, and after some of them the
// digests of their fields.
func (out *escrowWriter) writeCredentials(ctx context.Context, tx Tx, org core.Organization) error {
	for after := (core.CredentialID{}); ; {
		page, err := tx.CredentialsIssuedBy(ctx, org.ID, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		name := fmt.Sprintf("%s%06d.json", contentsFolder, out.manifest.Credentials)
		fields, err := out.writePage(ctx, tx, page)
		if err != nil {
			return err
		}
		raw, err := json.Marshal(fields)
		if err == nil {
			err = out.writeWhole(name, raw)
		}
		if err != nil {
			return err
		}
	}
}

func (out *escrowWriter) writePage(ctx context.Context, tx Tx, page []core.Credential) (sealed, error) {
	logged, err := openings(ctx, tx, page, func(c core.Credential) string { return c.ID.String() })
	if err != nil {
		return nil, err
	}
	records, err := openRecords(ctx, tx, page)
	if err != nil {
		return nil, err
	}
	fields := sealed{}
	for _, c := range page {
		b := bundleOf(c, out.lists[c.StatusListID], records[c.ID])
		if b.Package.Log, err = translog.Include(ctx, tx, logged[c.ID.String()], translog.EventIssue, translog.EventResign); err != nil {
			return nil, err
		}
		raw, err := json.MarshalIndent(b, "", "  ")
		if err != nil {
			return nil, err
		}
		name := bundlesFolder + credential.Code(c.Code).Compact() + ".json"
		if fields[name], err = SealedFields(raw); err != nil {
			return nil, err
		}
		if err := writeFile(out.zip, name, raw); err != nil {
			return nil, err
		}
		out.manifest.Credentials++
		out.note(c)
	}
	return fields, nil
}

// note remembers the name under which a certificate was issued, unless a lost key
// says so.
func (out *escrowWriter) note(c core.Credential) {
	lost := slices.ContainsFunc(out.keys, func(k SigningKey) bool { return k.ID == c.KeyID && !k.RevokedAt.IsZero() })
	if claim, err := credential.ClaimOf(c.Document); err == nil && !lost && !slices.Contains(out.names, claim.Issuer.Name) {
		out.names = append(out.names, claim.Issuer.Name)
	}
}

func bundleOf(c core.Credential, list StatusList, record []credential.Shown) Bundle {
	return Bundle{
		Code: c.Code, Kind: c.Kind, Title: c.Title, SubjectName: c.SubjectName, IssuerDID: c.IssuerDID, Minutes: c.Minutes,
		IssuedAt: c.IssuedAt, ValidUntil: c.ValidUntil, Zone: c.Zone, State: c.State, StateSince: c.StateSince, Cause: c.Cause, ReplacedBy: c.ReplacedByCode,
		Package: Package{Document: string(c.Document), JWT: c.JWT, StatusList: string(list.Document), Suspensions: string(list.Suspensions)}, Record: record,
	}
}

// openRecords opens every line of the records behind some credentials, as far as
// the ledger still is what was certified.
func openRecords(ctx context.Context, tx Tx, page []core.Credential) (map[core.CredentialID][]credential.Shown, error) {
	out := map[core.CredentialID][]credential.Shown{}
	err := eachRecord(ctx, tx, page, func(c core.Credential, kept CredentialRecord, credits []core.Credit) error {
		lines, record, err := reopen(c, kept, credits)
		if err == nil { // else the doctor names it, and nothing can be shown
			all := make([]int, len(lines))
			for i := range all {
				all[i] = i
			}
			out[c.ID], err = record.Show(all...)
		}
		if errors.Is(err, errRecordChanged) {
			err = nil
		}
		return err
	})
	return out, err
}

func writeJSON(out *zip.Writer, name string, value any) error {
	raw, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(out, name, raw)
}

func writeFile(out *zip.Writer, name string, raw []byte) error {
	file, err := out.Create(name)
	if err == nil {
		_, err = file.Write(raw)
	}
	return err
}

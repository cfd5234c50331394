package certify

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// ExportEscrow writes everything that a closed school has certified into a ZIP,
// for another installation to go on showing: each certificate with its package
// and the record behind it, the public keys, and the status lists as they were
// signed for good. No private key leaves. The audit event is written before the
// first byte. Permission: escrow.export. Codes: not_found, school_open,
// signing_again.
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

// writeEscrow writes the escrow of a school that has closed, as it is at one
// moment.
func (s *escrows) writeEscrow(ctx context.Context, org core.Organization, w io.Writer) (EscrowManifest, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (EscrowManifest, error) {
		m := EscrowManifest{
			Version: escrowVersion, Origin: s.base, Slug: org.Slug, Name: org.Name,
			ClosedAt: org.ClosedAt, ClosedCause: org.ClosedCause, ExportedAt: s.src.Now(),
		}
		out := zip.NewWriter(w)
		if err := escrowKeys(ctx, tx, org, &m); err != nil {
			return m, err
		}
		lists, err := escrowLists(ctx, tx, org, out)
		if err != nil {
			return m, err
		}
		if err := escrowCredentials(ctx, tx, org, lists, out, &m); err != nil {
			return m, err
		}
		return m, errors.Join(writeJSON(out, manifestName, m), out.Close())
	})
}

func escrowKeys(ctx context.Context, tx Tx, org core.Organization, m *EscrowManifest) error {
	keys, err := tx.KeysOfOrganization(ctx, org.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		m.Keys = append(m.Keys, EscrowedKey{k.ID, k.DID, k.CreatedAt, k.RetiredAt, k.RevokedAt})
	}
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) {
		return nil
	}
	m.LogKey = head.Public
	return err
}

// escrowLists writes the status lists of a school, as they were signed for good.
func escrowLists(ctx context.Context, tx Tx, org core.Organization, out *zip.Writer) (map[core.StatusListID]StatusList, error) {
	lists := map[core.StatusListID]StatusList{}
	return lists, eachList(ctx, tx, org.ID, func(list StatusList) error {
		lists[list.ID] = list
		name := listsFolder + list.ID.String()
		return errors.Join(writeFile(out, name+".json", list.Document), writeFile(out, name+suspensionsEnd, list.Suspensions))
	})
}

func escrowCredentials(ctx context.Context, tx Tx, org core.Organization, lists map[core.StatusListID]StatusList, out *zip.Writer, m *EscrowManifest) error {
	for after := (core.CredentialID{}); ; {
		page, err := tx.CredentialsIssuedBy(ctx, org.ID, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		logged, err := openings(ctx, tx, page, func(c core.Credential) string { return c.ID.String() })
		if err != nil {
			return err
		}
		records, err := openRecords(ctx, tx, page)
		if err != nil {
			return err
		}
		for _, c := range page {
			b := bundleOf(c, lists[c.StatusListID], records[c.ID])
			if b.Package.Log, err = translog.Include(ctx, tx, logged[c.ID.String()], translog.EventIssue, translog.EventResign); err != nil {
				return err
			}
			if err := writeJSON(out, bundlesFolder+credential.Code(c.Code).Compact()+".json", b); err != nil {
				return err
			}
			m.Credentials++
		}
	}
}

func bundleOf(c core.Credential, list StatusList, record []credential.Shown) Bundle {
	return Bundle{
		Code: c.Code, Kind: c.Kind, Title: c.Title, SubjectName: c.SubjectName, IssuerDID: c.IssuerDID, Minutes: c.Minutes,
		IssuedAt: c.IssuedAt, ValidUntil: c.ValidUntil, State: c.State, StateSince: c.StateSince, Cause: c.Cause, ReplacedBy: c.ReplacedByCode,
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

package certify

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// ExportEscrow writes everything that a closed school has certified into a ZIP,
// for another installation to go on showing: each certificate with its package
// and the record behind it, the public keys, and the status lists as they were
// signed for good. No private key leaves. The audit event is written before the
// first byte. Permission: escrow.export. Codes: not_found, school_open.
func (s *Service) ExportEscrow(ctx context.Context, a access.Actor, slug string, w io.Writer) (EscrowManifest, error) {
	if err := access.Can(a, access.EscrowExport, access.Target{}); err != nil {
		return EscrowManifest{}, err
	}
	var org core.Organization
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if org, err = tx.OrganizationBySlug(ctx, slug); err != nil {
			return err
		}
		if org.ClosedAt.IsZero() {
			return core.Conflict("school_open", "%s has not closed: it may still revoke what the escrow would call valid for thirty years. Close it first.", org.Name)
		}
		return s.audit(ctx, tx, a, s.src.Now(), org.ID, "escrow.export", "organization", org.ID.String(), nil)
	})
	if err != nil {
		return EscrowManifest{}, err
	}
	m := EscrowManifest{
		Version: escrowVersion, Origin: s.base, Slug: org.Slug, Name: org.Name,
		ClosedAt: org.ClosedAt, ClosedCause: org.ClosedCause, ExportedAt: s.src.Now(),
	}
	out := zip.NewWriter(w)
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error { // of a closed school nothing changes meanwhile
		if err := escrowKeys(ctx, tx, org, &m); err != nil {
			return err
		}
		lists, err := escrowLists(ctx, tx, org, out)
		if err != nil {
			return err
		}
		return escrowCredentials(ctx, tx, org, lists, out, &m)
	})
	if err != nil {
		return m, err
	}
	return m, errors.Join(writeJSON(out, manifestName, m), out.Close())
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
	if errors.Is(err, core.NotFound("")) {
		return nil
	}
	m.LogKey = head.Public
	return err
}

// escrowLists writes the status lists of a school, as they were signed for good.
func escrowLists(ctx context.Context, tx Tx, org core.Organization, out *zip.Writer) (map[core.StatusListID]core.StatusList, error) {
	lists := map[core.StatusListID]core.StatusList{}
	return lists, eachList(ctx, tx, org.ID, func(list core.StatusList) error {
		lists[list.ID] = list
		name := listsFolder + list.ID.String()
		return errors.Join(writeFile(out, name+".json", list.Document), writeFile(out, name+suspensionsEnd, list.Suspensions))
	})
}

func escrowCredentials(ctx context.Context, tx Tx, org core.Organization, lists map[core.StatusListID]core.StatusList, out *zip.Writer, m *EscrowManifest) error {
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

func bundleOf(c core.Credential, list core.StatusList, record []credential.Shown) Bundle {
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
	err := eachRecord(ctx, tx, page, func(c core.Credential, kept core.CredentialRecord, credits []core.Credit) error {
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

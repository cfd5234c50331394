package certify

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

const (
	escrowVersion  = 1
	manifestName   = "escrow.json"
	suspensionsEnd = ".suspension.json"
	// Bounds on an escrow from elsewhere.
	mostEscrowed    = 200_000
	mostEscrowBytes = 4 << 20 // of one file in it
)

// EscrowManifest is what an escrow says of itself.
type EscrowManifest struct {
	Version     int             `json:"version"`
	Origin      string          `json:"origin"`
	Slug        string          `json:"slug"`
	Name        string          `json:"name"`
	ExportedAt  time.Time       `json:"exported_at"`
	LogKey      string          `json:"log_key,omitempty"`
	DIDDocument json.RawMessage `json:"did_document,omitempty"`
	Keys        []EscrowedKey   `json:"keys"`
	Credentials int             `json:"credentials"`
}

// EscrowedKey is the public part of a key of a closed school.
type EscrowedKey struct {
	ID        string    `json:"id"`
	DID       string    `json:"did"`
	CreatedAt time.Time `json:"created_at"`
	RetiredAt time.Time `json:"retired_at,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// Bundle is one certificate in an escrow: what is shown of it, its package, and
// the record of hours behind it, which is the holder's own.
type Bundle struct {
	Code        string               `json:"code"`
	Kind        core.CredentialKind  `json:"kind"`
	Title       string               `json:"title"`
	SubjectName string               `json:"subject_name"`
	IssuerDID   string               `json:"issuer_did"`
	Minutes     core.Minutes         `json:"minutes"`
	IssuedAt    time.Time            `json:"issued_at"`
	ValidUntil  time.Time            `json:"valid_until,omitzero"`
	State       core.CredentialState `json:"state"`
	StateSince  time.Time            `json:"state_since,omitzero"`
	Cause       string               `json:"cause,omitempty"`
	ReplacedBy  string               `json:"replaced_by,omitempty"` // code
	Package     Package              `json:"package"`
	Record      []credential.Shown   `json:"record,omitempty"`
}

// Credential is a bundle as a check shows it.
func (b Bundle) Credential(school string) core.Credential {
	return core.Credential{
		OrganizationName: school, Kind: b.Kind, Code: b.Code, Title: b.Title, SubjectName: b.SubjectName, IssuerDID: b.IssuerDID,
		Minutes: b.Minutes, Document: []byte(b.Package.Document), JWT: b.Package.JWT, IssuedAt: b.IssuedAt, ValidUntil: b.ValidUntil,
		State: b.State, StateSince: b.StateSince, Cause: b.Cause, ReplacedByCode: b.ReplacedBy,
	}
}

// ExportEscrow writes everything that a school has certified into a ZIP, for
// another installation to go on showing: each certificate with its package and
// the record behind it, the public keys, and the status lists, signed for the
// last time. No private key leaves. It is the operator's own command and asks no
// permission. Code: not_found.
func (s *Service) ExportEscrow(ctx context.Context, slug string, w io.Writer) (EscrowManifest, error) {
	out := zip.NewWriter(w)
	var m EscrowManifest
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		org, err := tx.OrganizationBySlug(ctx, slug)
		if err != nil {
			return err
		}
		now := s.src.Now()
		m = EscrowManifest{Version: escrowVersion, Origin: s.base, Slug: org.Slug, Name: org.Name, ExportedAt: now}
		if err := s.escrowKeys(ctx, tx, org, &m); err != nil {
			return err
		}
		lists, err := s.escrowLists(ctx, tx, org, out, now)
		if err != nil {
			return err
		}
		return s.escrowCredentials(ctx, tx, org, lists, out, &m)
	})
	if err != nil {
		return m, err
	}
	return m, errors.Join(writeJSON(out, manifestName, m), out.Close())
}

func (s *Service) escrowKeys(ctx context.Context, tx Tx, org core.Organization, m *EscrowManifest) error {
	keys, err := tx.KeysOfOrganization(ctx, org.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		m.Keys = append(m.Keys, EscrowedKey{k.ID, k.DID, k.CreatedAt, k.RetiredAt, k.RevokedAt})
	}
	head, err := tx.LogHead(ctx)
	if err != nil && !errors.Is(err, core.NotFound("")) {
		return err
	}
	m.LogKey = head.Public
	document, err := s.DIDDocument(ctx, org.Slug)
	if errors.Is(err, core.NotFound("")) {
		return nil
	}
	m.DIDDocument = document
	return err
}

// escrowLists signs the status lists of a school for a long time.
func (s *Service) escrowLists(ctx context.Context, tx Tx, org core.Organization, out *zip.Writer, now time.Time) (map[core.StatusListID]core.StatusList, error) {
	signed := map[core.StatusListID]core.StatusList{}
	for after := (core.StatusListID{}); ; {
		page, err := tx.StatusListsFrom(ctx, after, examined)
		if err != nil || len(page) == 0 {
			return signed, err
		}
		after = page[len(page)-1].ID
		for _, list := range page {
			if list.OrganizationID != org.ID {
				continue
			}
			last, err := s.signedList(ctx, tx, list, now, finalValid)
			if err != nil {
				return nil, err
			}
			signed[list.ID] = last
			if err := writeFile(out, "status/"+list.ID.String()+".json", last.Document); err != nil {
				return nil, err
			}
			if err := writeFile(out, "status/"+list.ID.String()+suspensionsEnd, last.Suspensions); err != nil {
				return nil, err
			}
		}
	}
}

func (s *Service) escrowCredentials(ctx context.Context, tx Tx, org core.Organization, lists map[core.StatusListID]core.StatusList, out *zip.Writer, m *EscrowManifest) error {
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
			if err := writeJSON(out, "credentials/"+credential.Code(c.Code).Compact()+".json", b); err != nil {
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

var errEscrow = core.Invalid("bad_escrow", "This is no escrow of Palmar, or it is damaged.")

// ImportEscrow takes in what ExportEscrow wrote, so that this installation goes
// on showing the certificates under the same codes. Every certificate is
// verified first, with the keys in the escrow; one that does not verify is taken
// in as it is and says so when it is checked. It is the operator's own command
// and asks no permission. Codes: bad_escrow, already_imported, code_taken.
func (s *Service) ImportEscrow(ctx context.Context, file io.ReaderAt, size int64) (core.Escrow, error) {
	in, err := zip.NewReader(file, size)
	if err != nil {
		return core.Escrow{}, errEscrow
	}
	e, err := readEscrow(in)
	if err != nil {
		return core.Escrow{}, err
	}
	e.ImportedAt = s.src.Now()
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.InsertEscrow(ctx, e) })
	return e, err
}

func readEscrow(in *zip.Reader) (core.Escrow, error) {
	if len(in.File) > mostEscrowed {
		return core.Escrow{}, errEscrow
	}
	var m EscrowManifest
	var e core.Escrow
	lists := map[string]core.StatusList{}
	for _, f := range in.File {
		raw, err := readFile(f)
		if err != nil {
			return e, err
		}
		id, isList := strings.CutPrefix(f.Name, "status/")
		switch {
		case f.Name == manifestName:
			err = json.Unmarshal(raw, &m)
		case isList:
			name, beside := strings.CutSuffix(id, suspensionsEnd)
			list := lists[strings.TrimSuffix(name, ".json")]
			if beside {
				list.Suspensions = raw
			} else {
				list.Document = raw
			}
			list.ID, err = core.ParseID[core.StatusListID](strings.TrimSuffix(name, ".json"))
			lists[list.ID.String()] = list
		default:
			var b Bundle
			if err = json.Unmarshal(raw, &b); err == nil {
				_, err = credential.ParseCode(b.Code)
			}
			e.Credentials = append(e.Credentials, core.EscrowedCredential{Code: b.Code, Body: raw})
		}
		if err != nil {
			return e, errEscrow
		}
	}
	if m.Version != escrowVersion || m.Slug == "" || m.Credentials != len(e.Credentials) {
		return e, errEscrow
	}
	e.Origin, e.Slug, e.Name, e.ExportedAt, e.DIDDocument = m.Origin, m.Slug, m.Name, m.ExportedAt, m.DIDDocument
	for _, list := range lists {
		e.Lists = append(e.Lists, list)
	}
	for _, k := range m.Keys {
		e.Keys = append(e.Keys, core.SigningKey{ID: k.ID, DID: k.DID, RevokedAt: k.RevokedAt})
	}
	return e, nil
}

func readFile(f *zip.File) ([]byte, error) {
	opened, err := f.Open()
	if err != nil {
		return nil, errEscrow
	}
	defer opened.Close()
	raw, err := io.ReadAll(io.LimitReader(opened, mostEscrowBytes+1))
	if err != nil || len(raw) > mostEscrowBytes {
		return nil, errEscrow
	}
	return raw, nil
}

// escrowed finds a certificate in escrow.
func escrowed(ctx context.Context, tx Tx, code string) (Bundle, error) {
	raw, _, _, err := tx.EscrowedCredential(ctx, code)
	if err != nil {
		return Bundle{}, err
	}
	var b Bundle
	if err := json.Unmarshal(raw, &b); err != nil {
		return Bundle{}, fmt.Errorf("the certificate %s in escrow: %w", code, err)
	}
	return b, nil
}

// ReadBundle finds the bundle of one certificate in an escrow, such as its
// holder keeps. Code: not_found, bad_escrow.
func ReadBundle(in *zip.Reader, code string) (Bundle, error) {
	name := "credentials/" + credential.Code(code).Compact() + ".json"
	for _, f := range in.File {
		if f.Name != name {
			continue
		}
		raw, err := readFile(f)
		if err != nil {
			return Bundle{}, err
		}
		var b Bundle
		if err := json.Unmarshal(raw, &b); err != nil {
			return Bundle{}, errEscrow
		}
		return b, nil
	}
	return Bundle{}, core.NotFound("certificate")
}

package certify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

const (
	escrowVersion  = 3
	manifestName   = "escrow.json"
	listsFolder    = "status/"
	suspensionsEnd = ".suspension.json"
	bundlesFolder  = "credentials/"
)

// EscrowManifest is what an escrow says of itself.
type EscrowManifest struct {
	Version     int           `json:"version"`
	Origin      string        `json:"origin"`
	Slug        string        `json:"slug"`
	Name        string        `json:"name"`
	ClosedAt    time.Time     `json:"closed_at"`
	ClosedCause string        `json:"closed_cause"`
	ExportedAt  time.Time     `json:"exported_at"`
	LogKey      string        `json:"log_key,omitempty"`
	Keys        []EscrowedKey `json:"keys"`
	Credentials int           `json:"credentials"`
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
	Zone        string               `json:"zone,omitempty"` // the school's, in which days are told; absent from escrows of before
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
		Minutes: b.Minutes, Document: []byte(b.Package.Document), JWT: b.Package.JWT, IssuedAt: b.IssuedAt, ValidUntil: b.ValidUntil, Zone: b.Zone,
		State: b.State, StateSince: b.StateSince, Cause: b.Cause, ReplacedByCode: b.ReplacedBy,
	}
}

// escrowed finds a certificate in escrow by its code, however it is written.
func escrowed(ctx context.Context, tx Tx, code string) (Bundle, error) {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return Bundle{}, core.NotFound("certificate")
	}
	raw, _, _, err := tx.EscrowedCredential(ctx, string(parsed))
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
// holder keeps. Codes: not_found, bad_escrow.
func ReadBundle(file io.ReaderAt, size int64, code string) (Bundle, error) {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return Bundle{}, core.NotFound("certificate")
	}
	in, err := openEscrow(file, size)
	if err != nil {
		return Bundle{}, err
	}
	raw, err := in.read(bundlesFolder + parsed.Compact() + ".json")
	if err != nil {
		return Bundle{}, err
	}
	var b Bundle
	if err := json.Unmarshal(raw, &b); err != nil {
		return Bundle{}, errEscrow
	}
	return b, nil
}

var handsBundle = act.Declare(access.EscrowExport, act.NewEvent("escrow.bundle", "credential"))

// EscrowedBundle is the bundle of a certificate of a school that has closed
// elsewhere, for its holder: with the record of hours behind it. Permission:
// escrow.export. Code: not_found.
func (s *escrows) EscrowedBundle(ctx context.Context, a access.Actor, code string) (Bundle, error) {
	return act.Do(ctx, s.act, a, handsBundle, act.Command[Tx, struct{}, Bundle]{
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Bundle, error) {
			return escrowed(ctx, x.Tx, code)
		},
		Tell: func(_ struct{}, b Bundle) []act.Told { return act.Of(credential.Code(b.Code).Compact(), nil) },
	})
}

// Show makes a disclosure of a bundle: its credential with the chosen lines, which
// prove themselves. Codes: no_record, nothing_chosen, too_many.
func (b Bundle) Show(in ShowInput) (credential.Disclosure, error) { return b.show(in.wants) }

// ShowKinds is Show of all lines of some kinds: total, subject, session.
func (b Bundle) ShowKinds(kinds []string) (credential.Disclosure, error) {
	return b.show(func(line RecordLine) bool { return slices.Contains(kinds, line.Kind) })
}

func (b Bundle) show(wanted func(RecordLine) bool) (credential.Disclosure, error) {
	lines, err := b.Lines()
	if err != nil {
		return credential.Disclosure{}, err
	}
	d := credential.Disclosure{Credential: json.RawMessage(b.Package.Document)}
	for i, line := range lines {
		if wanted(line) {
			d.Lines = append(d.Lines, b.Record[i])
		}
	}
	return d, mayShow(len(d.Lines))
}

// Lines are the lines of the record in a bundle. Code: no_record.
func (b Bundle) Lines() ([]RecordLine, error) {
	if len(b.Record) == 0 {
		return nil, errNoRecord
	}
	lines := make([]RecordLine, len(b.Record))
	for i, shown := range b.Record {
		if err := json.Unmarshal(shown.Line, &lines[i]); err != nil {
			return nil, errEscrow
		}
	}
	return lines, nil
}

package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

type credentialRow struct {
	ID                 core.CredentialID   `gorm:"primaryKey"`
	OrganizationID     core.OrganizationID `gorm:"not null"`
	TherapistID        core.TherapistID    `gorm:"not null"`
	Kind               core.CredentialKind `gorm:"not null"`
	Code               string              `gorm:"not null"`
	Title              string              `gorm:"not null"`
	SubjectName        string              `gorm:"not null"`
	Minutes            core.Minutes        `gorm:"not null"`
	IssuedAt           moment              `gorm:"not null"`
	ValidUntil         moment
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	LicenseID          core.LicenseID
	ProposalID         core.ProposalID `gorm:"not null"`
	StatusListID       core.StatusListID
	StatusIndex        sql.NullInt64
}

type credentialDocumentRow struct {
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Number       int64             `gorm:"primaryKey"`
	IssuerDID    string            `gorm:"column:issuer_did;not null"`
	KeyID        string            `gorm:"not null"`
	Document     []byte            `gorm:"not null"`
	JWTKeyID     string            `gorm:"column:jwt_key_id;not null"`
	JWT          string            `gorm:"column:jwt;not null"`
	SignedAt     moment            `gorm:"not null"`
}

type credentialStateRow struct {
	CredentialID core.CredentialID    `gorm:"primaryKey"`
	State        core.CredentialState `gorm:"not null"`
	Since        moment               `gorm:"not null"`
	Cause        string               `gorm:"not null"`
	ProposalID   core.ProposalID      `gorm:"not null"`
	ReplacedBy   core.CredentialID
}

type credentialRecordRow struct {
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Seed         []byte            `gorm:"not null"`
	Credits      []byte            `gorm:"not null"`
	Lines        int64             `gorm:"not null"`
	Root         []byte            `gorm:"not null"`
}

type credentialView struct {
	credentialRow    `gorm:"embedded"`
	OrganizationName string
	Number           int64
	IssuerDID        string `gorm:"column:issuer_did"`
	KeyID            string
	Document         []byte
	JWTKeyID         string `gorm:"column:jwt_key_id"`
	JWT              string `gorm:"column:jwt"`
	SignedAt         moment
	State            core.CredentialState
	Since            moment
	Cause            string
	ReplacedBy       core.CredentialID
	ReplacedByCode   string
}

func (r credentialView) noun() core.Credential {
	return core.Credential{
		ID: r.ID, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName, TherapistID: r.TherapistID,
		Kind: r.Kind, Code: r.Code, Title: r.Title, SubjectName: r.SubjectName, IssuerDID: r.IssuerDID, Minutes: r.Minutes,
		Document: r.Document, JWT: r.JWT, KeyID: r.KeyID, JWTKeyID: r.JWTKeyID, SignedAt: r.SignedAt.Time, Resigned: int(r.Number) - 1,
		IssuedAt: r.IssuedAt.Time, ValidUntil: r.ValidUntil.Time,
		EnrollmentID: r.EnrollmentID, CourseCompletionID: r.CourseCompletionID, LicenseID: r.LicenseID, ProposalID: r.ProposalID,
		StatusListID: r.StatusListID, StatusIndex: int(r.StatusIndex.Int64),
		State: r.State, StateSince: r.Since.Time, Cause: r.Cause, ReplacedBy: r.ReplacedBy, ReplacedByCode: r.ReplacedByCode,
	}
}

// A credential has its newest signed form, and is active where nothing is said
// against it.
const (
	credentialColumns = `c.*, o.name AS organization_name, d.number, d.issuer_did, d.key_id, d.document, d.jwt_key_id, d.jwt, d.signed_at,
		COALESCE(s.state, 'active') AS state, s.since, COALESCE(s.cause, '') AS cause, s.replaced_by, COALESCE(n.code, '') AS replaced_by_code`
	credentialJoins = ` FROM credentials c
		JOIN organizations o ON o.id = c.organization_id
		JOIN credential_documents d ON d.credential_id = c.id
			AND d.number = (SELECT MAX(l.number) FROM credential_documents l WHERE l.credential_id = c.id)
		LEFT JOIN credential_states s ON s.credential_id = c.id
		LEFT JOIN credentials n ON n.id = s.replaced_by`
	selectCredentials = `SELECT ` + credentialColumns + credentialJoins
)

// InsertCredential keeps a credential for good, with its first signed form.
func (tx *Tx) InsertCredential(ctx context.Context, c core.Credential) error {
	err := tx.insert("credentials", &credentialRow{
		ID: c.ID, OrganizationID: c.OrganizationID, TherapistID: c.TherapistID, Kind: c.Kind, Code: c.Code, Title: c.Title,
		SubjectName: c.SubjectName, Minutes: c.Minutes, IssuedAt: at(c.IssuedAt), ValidUntil: at(c.ValidUntil),
		EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, LicenseID: c.LicenseID, ProposalID: c.ProposalID,
		StatusListID: c.StatusListID, StatusIndex: sql.NullInt64{Int64: int64(c.StatusIndex), Valid: !c.StatusListID.IsZero()},
	})
	if err != nil {
		return err
	}
	c.Resigned = 0
	if err := tx.AddDocument(ctx, c); err != nil || c.Kind != core.CredentialSpecialty {
		return err
	}
	return tx.RefreshAbilities(ctx, c.TherapistID)
}

// AddDocument keeps a signed form of a credential, the one after c.Resigned
// others. It never takes the place of one that is kept.
func (tx *Tx) AddDocument(_ context.Context, c core.Credential) error {
	return tx.insert("credential_documents", &credentialDocumentRow{
		CredentialID: c.ID, Number: int64(c.Resigned) + 1, IssuerDID: c.IssuerDID, KeyID: c.KeyID,
		Document: c.Document, JWT: c.JWT, JWTKeyID: c.JWTKeyID, SignedAt: at(c.SignedAt),
	})
}

// Credential finds a credential.
func (tx *Tx) Credential(_ context.Context, id core.CredentialID) (core.Credential, error) {
	r, err := one[credentialView](tx.g, "certificate", selectCredentials+` WHERE c.id = ?`, id)
	return r.noun(), err
}

// CredentialAt is the credential that has an entry of a status list.
func (tx *Tx) CredentialAt(_ context.Context, list core.StatusListID, index int) (core.Credential, error) {
	r, err := one[credentialView](tx.g, "certificate", selectCredentials+` WHERE c.status_list_id = ? AND c.status_index = ?`, list, index)
	return r.noun(), err
}

// CredentialsOf are all credentials of a therapist, oldest first.
func (tx *Tx) CredentialsOf(_ context.Context, therapist core.TherapistID) ([]core.Credential, error) {
	rows, err := many[credentialView](tx.g, selectCredentials+` WHERE c.therapist_id = ? ORDER BY c.id`, therapist)
	return mapped(rows, credentialView.noun), err
}

// CredentialsIssuedBy are at most limit credentials of a school, newest first,
// that follow the credential after.
func (tx *Tx) CredentialsIssuedBy(_ context.Context, org core.OrganizationID, after core.CredentialID, limit int) ([]core.Credential, error) {
	query, args := selectCredentials+` WHERE c.organization_id = ?`, []any{org}
	if !after.IsZero() {
		query, args = query+` AND c.id < ?`, append(args, after)
	}
	rows, err := many[credentialView](tx.g, query+` ORDER BY c.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, credentialView.noun), err
}

// CredentialsFrom are at most limit credentials of all schools after one, in
// the order of their issue.
func (tx *Tx) CredentialsFrom(_ context.Context, after core.CredentialID, limit int) ([]core.Credential, error) {
	rows, err := many[credentialView](tx.g, selectCredentials+` WHERE c.id > ? ORDER BY c.id LIMIT ?`, after.String(), limit)
	return mapped(rows, credentialView.noun), err
}

// CheckedCredential finds a credential by its code, with the keys that its
// school has under the issuer that it names, revoked ones included, in one query.
// Where no school here has issued it, it may be in escrow; it has no id then.
func (tx *Tx) CheckedCredential(ctx context.Context, code string) (core.Credential, []core.SigningKey, error) {
	type row struct {
		credentialView `gorm:"embedded"`
		IssuerKeyID    string
		IssuerRevoked  moment
		IssuerRetired  moment
	}
	rows, err := many[row](tx.g, `SELECT `+credentialColumns+`, COALESCE(k.id, '') AS issuer_key_id, k.revoked_at AS issuer_revoked, k.retired_at AS issuer_retired`+credentialJoins+`
		LEFT JOIN signing_keys k ON k.organization_id = c.organization_id AND k.did = d.issuer_did
		WHERE c.code = ? ORDER BY issuer_key_id`, code)
	if err != nil {
		return core.Credential{}, nil, err
	}
	if len(rows) == 0 {
		return tx.checkedInEscrow(ctx, code)
	}
	c := rows[0].noun()
	var keys []core.SigningKey
	for _, r := range rows {
		if r.IssuerKeyID != "" {
			keys = append(keys, core.SigningKey{ID: r.IssuerKeyID, OrganizationID: c.OrganizationID, DID: c.IssuerDID, RevokedAt: r.IssuerRevoked.Time, RetiredAt: r.IssuerRetired.Time})
		}
	}
	return c, keys, nil
}

// SetCredentialState says what stands in the way of a credential since when,
// or, with CredentialActive, that nothing does any more.
func (tx *Tx) SetCredentialState(ctx context.Context, c core.Credential, proposal core.ProposalID) error {
	if c.State == core.CredentialActive {
		if _, err := tx.exec(`DELETE FROM credential_states WHERE credential_id = ?`, c.ID); err != nil {
			return err
		}
		return tx.RefreshAbilities(ctx, c.TherapistID)
	}
	_, err := tx.exec(`INSERT INTO credential_states (credential_id, state, since, cause, proposal_id, replaced_by) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (credential_id) DO UPDATE SET state = excluded.state, since = excluded.since, cause = excluded.cause,
			proposal_id = excluded.proposal_id, replaced_by = excluded.replaced_by`,
		c.ID, c.State, at(c.StateSince), c.Cause, proposal, c.ReplacedBy)
	if err != nil {
		return err
	}
	return tx.RefreshAbilities(ctx, c.TherapistID)
}

func (r credentialRecordRow) noun() core.CredentialRecord {
	out := core.CredentialRecord{CredentialID: r.CredentialID, Seed: r.Seed, Lines: r.Lines, Root: r.Root}
	for id := range slices.Chunk(r.Credits, len(core.CreditID{})) {
		out.Credits = append(out.Credits, core.CreditID(append(id, make([]byte, 16)...)[:16]))
	}
	return out
}

// InsertCredentialRecord keeps what opens a credential's commitment.
func (tx *Tx) InsertCredentialRecord(_ context.Context, r core.CredentialRecord) error {
	ids := make([]byte, 0, len(r.Credits)*len(core.CreditID{}))
	for _, id := range r.Credits {
		ids = append(ids, id[:]...)
	}
	return tx.insert("credential_records", &credentialRecordRow{r.CredentialID, r.Seed, ids, r.Lines, r.Root})
}

// CredentialRecord is what opens a credential's commitment.
func (tx *Tx) CredentialRecord(_ context.Context, id core.CredentialID) (core.CredentialRecord, error) {
	r, err := one[credentialRecordRow](tx.g, "record", `SELECT * FROM credential_records WHERE credential_id = ?`, id)
	return r.noun(), err
}

// EraseCredentialRecord removes what opens a credential's commitment.
func (tx *Tx) EraseCredentialRecord(_ context.Context, id core.CredentialID) error {
	n, err := tx.exec(`DELETE FROM credential_records WHERE credential_id = ?`, id)
	if err == nil && n == 0 {
		return core.NotFound("record")
	}
	return err
}

// CredentialRecords are what opens the commitments of some credentials.
func (tx *Tx) CredentialRecords(_ context.Context, ids []core.CredentialID) ([]core.CredentialRecord, error) {
	condition, arg := in(tx, "credential_id", ids)
	rows, err := many[credentialRecordRow](tx.g, `SELECT * FROM credential_records WHERE `+condition, arg)
	return mapped(rows, credentialRecordRow.noun), err
}

// TherapistOrganizations are the schools that know a therapist by an enrollment
// or a completed course.
func (tx *Tx) TherapistOrganizations(_ context.Context, therapist core.TherapistID) ([]core.OrganizationID, error) {
	type row struct{ OrganizationID core.OrganizationID }
	rows, err := many[row](tx.g, `SELECT organization_id FROM enrollments WHERE therapist_id = ?
		UNION SELECT organization_id FROM course_completions WHERE therapist_id = ?`, therapist, therapist)
	return mapped(rows, func(r row) core.OrganizationID { return r.OrganizationID }), err
}

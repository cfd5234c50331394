package store

import (
	"context"

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
	IssuerDID          string              `gorm:"column:issuer_did;not null"`
	Minutes            core.Minutes        `gorm:"not null"`
	Document           []byte              `gorm:"not null"`
	IssuedAt           moment              `gorm:"not null"`
	ValidUntil         moment
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	ProposalID         core.ProposalID `gorm:"not null"`
}

type credentialView struct {
	credentialRow    `gorm:"embedded"`
	OrganizationName string
}

func (r credentialView) noun() core.Credential {
	return core.Credential{
		ID: r.ID, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName, TherapistID: r.TherapistID,
		Kind: r.Kind, Code: r.Code, Title: r.Title, SubjectName: r.SubjectName, IssuerDID: r.IssuerDID, Minutes: r.Minutes,
		Document: r.Document, IssuedAt: r.IssuedAt.Time, ValidUntil: r.ValidUntil.Time,
		EnrollmentID: r.EnrollmentID, CourseCompletionID: r.CourseCompletionID, ProposalID: r.ProposalID,
	}
}

const selectCredentials = `SELECT c.*, o.name AS organization_name
	FROM credentials c JOIN organizations o ON o.id = c.organization_id`

// InsertCredential keeps a credential for good.
func (tx *Tx) InsertCredential(_ context.Context, c core.Credential) error {
	return tx.insert("credentials", &credentialRow{
		ID: c.ID, OrganizationID: c.OrganizationID, TherapistID: c.TherapistID, Kind: c.Kind, Code: c.Code, Title: c.Title,
		SubjectName: c.SubjectName, IssuerDID: c.IssuerDID, Minutes: c.Minutes, Document: c.Document,
		IssuedAt: at(c.IssuedAt), ValidUntil: at(c.ValidUntil),
		EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, ProposalID: c.ProposalID,
	})
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

// CheckedCredential finds a credential by its code, with the keys that its
// school has under the issuer that it names, in one query.
func (tx *Tx) CheckedCredential(_ context.Context, code string) (core.Credential, []core.SigningKey, error) {
	type row struct {
		credentialView `gorm:"embedded"`
		KeyID          string
		KeyPublic      []byte
	}
	rows, err := many[row](tx.g, `SELECT c.*, o.name AS organization_name, COALESCE(k.id, '') AS key_id, k.public AS key_public
		FROM credentials c
		JOIN organizations o ON o.id = c.organization_id
		LEFT JOIN signing_keys k ON k.organization_id = c.organization_id AND k.did = c.issuer_did
		WHERE c.code = ? ORDER BY key_id`, code)
	if err != nil {
		return core.Credential{}, nil, err
	}
	if len(rows) == 0 {
		return core.Credential{}, nil, core.NotFound("certificate")
	}
	c := rows[0].noun()
	var keys []core.SigningKey
	for _, r := range rows {
		if r.KeyID != "" {
			keys = append(keys, core.SigningKey{ID: r.KeyID, OrganizationID: c.OrganizationID, DID: c.IssuerDID, Public: r.KeyPublic})
		}
	}
	return c, keys, nil
}

// TherapistOrganizations are the schools that know a therapist by an enrollment
// or a completed course.
func (tx *Tx) TherapistOrganizations(_ context.Context, therapist core.TherapistID) ([]core.OrganizationID, error) {
	type row struct{ OrganizationID core.OrganizationID }
	rows, err := many[row](tx.g, `SELECT organization_id FROM enrollments WHERE therapist_id = ?
		UNION SELECT organization_id FROM course_completions WHERE therapist_id = ?`, therapist, therapist)
	return mapped(rows, func(r row) core.OrganizationID { return r.OrganizationID }), err
}

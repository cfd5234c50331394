package certifydb

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Credential is a certificate that was issued.
type Credential struct {
	ID                 core.CredentialID   `gorm:"primaryKey"`
	OrganizationID     core.OrganizationID `gorm:"not null"`
	TherapistID        core.TherapistID    `gorm:"not null"`
	Kind               core.CredentialKind `gorm:"not null"`
	Code               string              `gorm:"not null"`
	Title              string              `gorm:"not null"`
	SubjectName        string              `gorm:"not null"`
	Minutes            core.Minutes        `gorm:"not null"`
	IssuedAt           store.Moment        `gorm:"not null"`
	ValidUntil         store.Moment
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	LicenseID          core.LicenseID
	ProposalID         core.ProposalID `gorm:"not null"`
	StatusListID       core.StatusListID
	StatusIndex        sql.NullInt64
}

// TableName implements schema.Tabler.
func (Credential) TableName() string { return "credentials" }

// CredentialState is what stands in the way of a credential.
type CredentialState struct {
	CredentialID core.CredentialID    `gorm:"primaryKey"`
	State        core.CredentialState `gorm:"not null"`
	Since        store.Moment         `gorm:"not null"`
	Cause        string               `gorm:"not null"`
	ProposalID   core.ProposalID      `gorm:"not null"`
	ReplacedBy   core.CredentialID
}

// TableName implements schema.Tabler.
func (CredentialState) TableName() string { return "credential_states" }

type shownCredential struct {
	Credential
	OrganizationName string
	Zone             string
	Language         string
	Number           int64
	IssuerDID        string `gorm:"column:issuer_did"`
	KeyID            string
	Document         []byte
	JWTKeyID         string `gorm:"column:jwt_key_id"`
	JWT              string `gorm:"column:jwt"`
	SignedAt         store.Moment
	State            core.CredentialState
	Since            store.Moment
	Cause            string
	ReplacedBy       core.CredentialID
	ReplacedByCode   string
	DisputedSince    store.Moment
	FormValidUntil   store.Moment
	FormListID       core.StatusListID
	FormIndex        sql.NullInt64
}

func (c shownCredential) toCore() core.Credential {
	if !c.FormValidUntil.IsZero() {
		c.ValidUntil = c.FormValidUntil
	}
	if !c.FormListID.IsZero() {
		c.StatusListID, c.StatusIndex = c.FormListID, c.FormIndex
	}
	return core.Credential{
		ID: c.ID, OrganizationID: c.OrganizationID, OrganizationName: c.OrganizationName, Zone: c.Zone, Language: c.Language, TherapistID: c.TherapistID,
		Kind: c.Kind, Code: c.Code, Title: c.Title, SubjectName: c.SubjectName, IssuerDID: c.IssuerDID, Minutes: c.Minutes,
		Document: c.Document, JWT: c.JWT, KeyID: c.KeyID, JWTKeyID: c.JWTKeyID, SignedAt: c.SignedAt.Time, Resigned: int(c.Number) - 1,
		IssuedAt: c.IssuedAt.Time, ValidUntil: c.ValidUntil.Time,
		EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, LicenseID: c.LicenseID, ProposalID: c.ProposalID,
		StatusListID: c.StatusListID, StatusIndex: int(c.StatusIndex.Int64),
		State: c.State, StateSince: c.Since.Time, Cause: c.Cause, ReplacedBy: c.ReplacedBy, ReplacedByCode: c.ReplacedByCode,
		Disputed: core.Disputed{DisputedAt: c.DisputedSince.Time},
	}
}

// A credential has its newest signed form, and is active where nothing is said
// against it.
var (
	credentialColumns = disputedb.Since(core.ItemCredential, "c.id") + `, c.*, o.name AS organization_name, o.zone, o.language, d.number, d.issuer_did, d.key_id, d.document, d.jwt_key_id, d.jwt, d.signed_at, d.valid_until AS form_valid_until, d.status_list_id AS form_list_id, d.status_index AS form_index,
		COALESCE(s.state, 'active') AS state, s.since, COALESCE(s.cause, '') AS cause, s.replaced_by, COALESCE(n.code, '') AS replaced_by_code`
	credentialJoins = `JOIN organizations o ON o.id = c.organization_id
		JOIN credential_documents d ON d.credential_id = c.id
			AND d.number = (SELECT MAX(l.number) FROM credential_documents l WHERE l.credential_id = c.id)
		LEFT JOIN credential_states s ON s.credential_id = c.id
		LEFT JOIN credentials n ON n.id = s.replaced_by`
)

// credentials are those of c with a signed form d.
func (t Certificates) credentials(columns string) *gorm.DB {
	return t.Gorm().Table("credentials c").Select(columns).Joins(credentialJoins)
}

// InsertCredential keeps a credential for good, with its first signed form.
func (t Certificates) InsertCredential(ctx context.Context, c core.Credential) error {
	err := store.Insert(t.Gorm(), &Credential{
		ID: c.ID, OrganizationID: c.OrganizationID, TherapistID: c.TherapistID, Kind: c.Kind, Code: c.Code, Title: c.Title,
		SubjectName: c.SubjectName, Minutes: c.Minutes, IssuedAt: store.At(c.IssuedAt), ValidUntil: store.At(c.ValidUntil),
		EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, LicenseID: c.LicenseID, ProposalID: c.ProposalID,
		StatusListID: c.StatusListID, StatusIndex: sql.NullInt64{Int64: int64(c.StatusIndex), Valid: !c.StatusListID.IsZero()},
	})
	if err != nil {
		return err
	}
	c.Resigned = 0
	if err := t.AddDocument(ctx, c); err != nil || c.Kind != core.CredentialSpecialty {
		return err
	}
	return specialtydb.Abilities{Tx: t.Tx}.RefreshAbilities(ctx, c.TherapistID)
}

// Credential finds a credential.
func (t Certificates) Credential(_ context.Context, id core.CredentialID) (core.Credential, error) {
	c, err := store.One[shownCredential](t.credentials(credentialColumns).Where("c.id = ?", id), "certificate")
	return c.toCore(), err
}

// CredentialAt is the credential that has an entry of a status list.
func (t Certificates) CredentialAt(_ context.Context, list core.StatusListID, index int) (core.Credential, error) {
	c, err := store.One[shownCredential](t.credentials(credentialColumns).
		Joins("JOIN status_entries e ON e.credential_id = c.id").Where("e.status_list_id = ? AND e.status_index = ?", list, index), "certificate")
	return c.toCore(), err
}

// CredentialsOf are all credentials of a therapist, oldest first.
func (t Certificates) CredentialsOf(_ context.Context, therapist core.TherapistID) ([]core.Credential, error) {
	found, err := store.All[shownCredential](t.credentials(credentialColumns).Where(accountdb.OfPerson("c.therapist_id", therapist)).Order("c.id"))
	return store.Each(found, shownCredential.toCore), err
}

// CredentialsIssuedBy are at most limit credentials of a school, newest first,
// that follow the credential after.
func (t Certificates) CredentialsIssuedBy(_ context.Context, org core.OrganizationID, after core.CredentialID, limit int) ([]core.Credential, error) {
	q := t.credentials(credentialColumns).Where("c.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("c.id < ?", after)
	}
	found, err := store.All[shownCredential](q.Order("c.id DESC").Limit(limit))
	return store.Each(found, shownCredential.toCore), err
}

// standing are attestations of licenses that nothing stands in the way of for good, and
// that are not over.
func (t Certificates) standing(columns string, now time.Time) *gorm.DB {
	return t.credentials(columns).Where("c.kind = ? AND COALESCE(d.valid_until, c.valid_until) > ? AND COALESCE(s.state, 'active') IN ('active', 'suspended')", core.CredentialLicense, store.At(now))
}

// Attestations are those of licenses that stand at an instant.
func (t Certificates) Attestations(_ context.Context, licenses []core.LicenseID, now time.Time) ([]core.Credential, error) {
	found, err := store.All[shownCredential](t.standing(credentialColumns, now).Where(store.In(t.Tx, "c.license_id", licenses)).Order("c.id"))
	return store.Each(found, shownCredential.toCore), err
}

// AttestationsTurning are those that stand, of licenses of which something began since
// the day on which they were certified and by the next one, wherever it is that already.
func (t Certificates) AttestationsTurning(_ context.Context, now time.Time, after core.CredentialID, limit int) ([]core.CredentialID, error) {
	return store.All[core.CredentialID](t.standing("c.id", now).
		Where("EXISTS (SELECT 1 FROM license_events e WHERE e.license_id = c.license_id AND e.effective_on BETWEEN ? AND ? AND e.effective_on >= c.issued_at)", core.DateOf(now).AddDays(-91), core.DateOf(now).AddDays(1)).
		Where("c.id > ?", after.String()).Order("c.id").Limit(limit))
}

// CredentialsFrom are at most limit credentials of all schools after one, in
// the order of their issue.
func (t Certificates) CredentialsFrom(_ context.Context, after core.CredentialID, limit int) ([]core.Credential, error) {
	found, err := store.All[shownCredential](t.credentials(credentialColumns).Where("c.id > ?", after.String()).Order("c.id").Limit(limit))
	return store.Each(found, shownCredential.toCore), err
}

// KnownCredentials tells which of some credentials are there with a signed form.
func (t Certificates) KnownCredentials(_ context.Context, ids []core.CredentialID) (map[core.CredentialID]bool, error) {
	if len(ids) == 0 {
		return map[core.CredentialID]bool{}, nil
	}
	known, err := store.All[core.CredentialID](t.credentials("c.id").Where(store.In(t.Tx, "c.id", ids)))
	return set(known), err
}

// CheckedCredential finds a credential by its code, with the keys that its
// school has under the issuer that it names, revoked ones included, in one query.
func (t Certificates) CheckedCredential(_ context.Context, code string) (core.Credential, []certify.SigningKey, error) {
	type row struct {
		ShownCredential shownCredential `gorm:"embedded"`
		IssuerKeyID     string
		IssuerCreated   store.Moment
		IssuerRevoked   store.Moment
		IssuerRetired   store.Moment
	}
	found, err := store.All[row](t.Gorm().Raw(`SELECT `+credentialColumns+`, COALESCE(k.id, '') AS issuer_key_id, k.created_at AS issuer_created, k.revoked_at AS issuer_revoked, k.retired_at AS issuer_retired FROM credentials c
		`+credentialJoins+`
		LEFT JOIN signing_keys k ON k.organization_id = c.organization_id AND k.did = d.issuer_did
		WHERE c.code = ? ORDER BY issuer_key_id`, code))
	if err != nil {
		return core.Credential{}, nil, err
	}
	if len(found) == 0 {
		return core.Credential{}, nil, core.NotFound("certificate")
	}
	c := found[0].ShownCredential.toCore()
	var keys []certify.SigningKey
	for _, r := range found {
		if r.IssuerKeyID != "" {
			keys = append(keys, certify.SigningKey{
				ID: r.IssuerKeyID, OrganizationID: c.OrganizationID, DID: c.IssuerDID,
				CreatedAt: r.IssuerCreated.Time, RevokedAt: r.IssuerRevoked.Time, RetiredAt: r.IssuerRetired.Time,
			})
		}
	}
	return c, keys, nil
}

// SetCredentialState says what stands in the way of a credential since when,
// or, with CredentialActive, that nothing does any more.
func (t Certificates) SetCredentialState(ctx context.Context, c core.Credential, proposal core.ProposalID) error {
	var err error
	if c.State == core.CredentialActive {
		_, err = store.Change(t.Gorm().Where("credential_id = ?", c.ID).Delete(&CredentialState{}))
	} else {
		err = store.Insert(t.Gorm().Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "credential_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"state", "since", "cause", "proposal_id", "replaced_by"}),
		}), &CredentialState{c.ID, c.State, store.At(c.StateSince), c.Cause, proposal, c.ReplacedBy})
	}
	if err != nil {
		return err
	}
	return specialtydb.Abilities{Tx: t.Tx}.RefreshAbilities(ctx, c.TherapistID)
}

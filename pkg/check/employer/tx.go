package employer

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/paper"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Certificates
	Record
	Disclosures
}

// Certificates are what is checked, and the keys to check it with.
type Certificates interface {
	// CheckedCredential finds a credential by its code, with the keys that its
	// school has under the issuer that it names.
	CheckedCredential(ctx context.Context, code string) (core.Credential, []certify.SigningKey, error)
	// CheckedInEscrow finds one of a school that has closed elsewhere; it has no id.
	CheckedInEscrow(ctx context.Context, code string) (core.Credential, []certify.SigningKey, error)
	// CredentialAt is the credential that has an entry of a status list.
	CredentialAt(ctx context.Context, list core.StatusListID, index int) (core.Credential, error)
	// EscrowedKeys are the keys under a DID of a school that has closed elsewhere.
	EscrowedKeys(ctx context.Context, did string) (school string, keys []certify.SigningKey, err error)
	EscrowedList(ctx context.Context, id core.StatusListID) (certify.StatusList, error)
	CredentialsOf(ctx context.Context, therapist core.TherapistID) ([]core.Credential, error)
	SigningKeysOf(ctx context.Context, did string) ([]certify.SigningKey, error)
	PaperStyle(ctx context.Context, org core.OrganizationID, stage paper.StyleStage) (paper.Style, error)
	// RestoredOver is the restore of the database by which what is dated at a moment
	// may have been lost; zero where there is none.
	RestoredOver(ctx context.Context, at time.Time) (certify.Restore, error)
	// LogHead is the state of the public log here, or not_found.
	LogHead(ctx context.Context) (translog.Head, error)
}

// Record is what else an employer sees of a therapist.
type Record interface {
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	HoldingsShown(ctx context.Context, therapist core.TherapistID, kinds []licensure.HoldingKind, by core.OrganizationID, after core.HoldingID, limit int) ([]licensure.Holding, error)
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
}

// Disclosures are the record of what was shown to whom.
type Disclosures interface {
	InsertDisclosure(ctx context.Context, d core.Disclosure) error
	// InsertEscrowDisclosure records who was shown a certificate in escrow.
	InsertEscrowDisclosure(ctx context.Context, d core.Disclosure, holder certify.EscrowHolder) error
	// EscrowHolders are whose the certificates in escrow are that someone was shown.
	EscrowHolders(ctx context.Context) ([]certify.EscrowHolder, error)
	DisclosuresTo(ctx context.Context, org core.OrganizationID, after core.DisclosureID, limit int) ([]core.Disclosure, error)
	// DisclosuresOf are those of a therapist's record, and of certificates in
	// escrow by their codes.
	DisclosuresOf(ctx context.Context, therapist core.TherapistID, codes []string, after core.DisclosureID, limit int) ([]core.Disclosure, error)
}

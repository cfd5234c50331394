// Package employerdb keeps what was disclosed to whom. It writes these tables
// alone, and must never know a rule of the record.
package employerdb

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Disclosures keeps who was shown what.
type Disclosures struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Disclosures { return Disclosures{tx} }

// Models are the models by table.
func Models() []any { return []any{Disclosure{}, EscrowDisclosure{}} }

// Disclosure is that someone was shown a certificate.
type Disclosure struct {
	ID             core.DisclosureID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	CredentialID   core.CredentialID   `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	At             store.Moment        `gorm:"not null"`
	Shown          string              `gorm:"not null"`
	Outcome        string              `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Disclosure) TableName() string { return "disclosures" }

// EscrowDisclosure is that someone was shown a certificate in escrow.
type EscrowDisclosure struct {
	ID             core.DisclosureID   `gorm:"primaryKey"`
	Code           string              `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	At             store.Moment        `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Name           string              `gorm:"not null"`
	Shown          string              `gorm:"not null"`
	Outcome        string              `gorm:"not null"`
	Holder         string              `gorm:"not null"`
	Salt           string              `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (EscrowDisclosure) TableName() string { return "escrow_disclosures" }

type shownDisclosure struct {
	Disclosure
	OrganizationName string
	Title            string
	Name             string
}

func (d shownDisclosure) toCore() core.Disclosure {
	return core.Disclosure{
		ID: d.ID, TherapistID: d.TherapistID, OrganizationID: d.OrganizationID, OrganizationName: d.OrganizationName,
		CredentialID: d.CredentialID, Title: d.Title, Name: d.Name, AccountID: d.AccountID, At: d.At.Time,
		Shown: strings.Fields(d.Shown), Outcome: d.Outcome,
	}
}

type shownEscrow struct {
	EscrowDisclosure
	OrganizationName string
}

func (d shownEscrow) toCore() core.Disclosure {
	return core.Disclosure{
		ID: d.ID, OrganizationID: d.OrganizationID, OrganizationName: d.OrganizationName, Title: d.Title, Name: d.Name,
		AccountID: d.AccountID, At: d.At.Time, Shown: strings.Fields(d.Shown), Outcome: d.Outcome,
	}
}

// InsertDisclosure records who was shown what.
func (t Disclosures) InsertDisclosure(ctx context.Context, d core.Disclosure) error {
	return t.InsertDisclosures(ctx, []core.Disclosure{d})
}

// InsertDisclosures is InsertDisclosure for many at once.
func (t Disclosures) InsertDisclosures(_ context.Context, all []core.Disclosure) error {
	return store.Insert(t.Gorm(), store.Each(all, func(d core.Disclosure) Disclosure {
		return Disclosure{
			ID: d.ID, TherapistID: d.TherapistID, OrganizationID: d.OrganizationID, CredentialID: d.CredentialID,
			AccountID: d.AccountID, At: store.At(d.At), Shown: strings.Join(d.Shown, " "), Outcome: d.Outcome,
		}
	}))
}

// InsertEscrowDisclosure records who was shown a certificate in escrow.
func (t Disclosures) InsertEscrowDisclosure(_ context.Context, d core.Disclosure, holder certify.EscrowHolder) error {
	return store.Insert(t.Gorm(), &EscrowDisclosure{
		ID: d.ID, Code: holder.Code, OrganizationID: d.OrganizationID, AccountID: d.AccountID, At: store.At(d.At), Title: d.Title, Name: d.Name,
		Shown: strings.Join(d.Shown, " "), Outcome: d.Outcome, Holder: holder.Hash, Salt: holder.Salt,
	})
}

// shown is a disclosure with what its certificate tells of it.
type shown interface {
	TableName() string
	toCore() core.Disclosure
}

// own are the disclosures of certificates that were issued here.
func (t Disclosures) own() *gorm.DB {
	return t.Gorm().Select("disclosures.*, o.name AS organization_name, c.title, c.subject_name AS name").
		Joins("JOIN organizations o ON o.id = disclosures.organization_id JOIN credentials c ON c.id = credential_id")
}

func (t Disclosures) escrowed() *gorm.DB {
	return t.Gorm().Select("escrow_disclosures.*, o.name AS organization_name").
		Joins("JOIN organizations o ON o.id = escrow_disclosures.organization_id")
}

// page are at most limit disclosures, newest first, that follow the disclosure
// after.
func page[T shown](q *gorm.DB, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	id := (*new(T)).TableName() + ".id"
	if !after.IsZero() {
		q = q.Where(id+" < ?", after)
	}
	found, err := store.All[T](q.Order(id + " DESC").Limit(limit))
	return store.Each(found, T.toCore), err
}

// DisclosuresTo are at most limit disclosures to an organization, newest first,
// that follow the disclosure after.
func (t Disclosures) DisclosuresTo(_ context.Context, org core.OrganizationID, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	own, err := page[shownDisclosure](t.own().Where("disclosures.organization_id = ?", org), after, limit)
	if err != nil {
		return nil, err
	}
	escrowed, err := page[shownEscrow](t.escrowed().Where("escrow_disclosures.organization_id = ?", org), after, limit)
	return newest(own, escrowed, limit), err
}

// DisclosuresOf are at most limit disclosures of a therapist's record, and of
// certificates in escrow by their codes, newest first, that follow the disclosure
// after.
func (t Disclosures) DisclosuresOf(_ context.Context, therapist core.TherapistID, codes []string, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	own, err := page[shownDisclosure](t.own().Where(accountdb.OfPerson("disclosures.therapist_id", therapist)), after, limit)
	if err != nil || len(codes) == 0 {
		return own, err
	}
	escrowed, err := page[shownEscrow](t.escrowed().Where(store.InTexts(t.Tx, "code", codes)), after, limit)
	return newest(own, escrowed, limit), err
}

// newest are at most limit of both, newest first as each of them is.
func newest(a, b []core.Disclosure, limit int) []core.Disclosure {
	if len(b) == 0 {
		return a
	}
	all := append(a, b...)
	slices.SortFunc(all, func(a, b core.Disclosure) int { return bytes.Compare(b.ID[:], a.ID[:]) })
	return all[:min(limit, len(all))]
}

// EscrowHolders are whose the certificates in escrow are that someone was shown.
func (t Disclosures) EscrowHolders(context.Context) ([]certify.EscrowHolder, error) {
	return store.All[certify.EscrowHolder](t.Gorm().Model(&EscrowDisclosure{}).Select("DISTINCT code, salt, holder AS hash").Where("holder <> ''"))
}

package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

type namedFile struct {
	Therapist
	OrganizationName string
	Contact          string
	ContactEmail     string
}

func (f namedFile) toCore() account.File {
	return account.File{
		ID: f.ID, PersonID: f.PersonID, AccountID: f.AccountID, OrganizationID: f.OrganizationID, OrganizationName: f.OrganizationName,
		Name: f.Name, Email: f.Email, CreatedAt: f.CreatedAt.Time, JoinedAt: f.JoinedAt.Time, DeclinedAt: f.DeclinedAt.Time,
		Contact: f.Contact, ContactEmail: f.ContactEmail,
	}
}

func (t Therapists) files() *gorm.DB {
	return t.Gorm().Select("therapists.*, o.name AS organization_name").Joins("JOIN organizations o ON o.id = therapists.organization_id")
}

// offered narrows to files that wait for whose they are.
func offered(email string) func(*gorm.DB) *gorm.DB {
	return func(g *gorm.DB) *gorm.DB {
		return g.Where("therapists.account_id IS NULL AND therapists.email = ? AND therapists.reused_at IS NULL", email)
	}
}

// FilesOffered are the files of schools with an address that wait for whose they are,
// and that nobody said to be another's.
func (t Therapists) FilesOffered(_ context.Context, email string) ([]account.File, error) {
	found, err := store.All[namedFile](t.files().Scopes(offered(email)).Where("therapists.declined_at IS NULL").Order("therapists.id").Limit(100))
	return store.Each(found, namedFile.toCore), err
}

// FileOffered finds one of them, or one that was declined.
func (t Therapists) FileOffered(_ context.Context, email string, id core.TherapistID) (account.File, error) {
	const inviter = `LEFT JOIN accounts c ON c.id = (SELECT m.account_id FROM members m
		LEFT JOIN invitations i ON i.organization_id = m.organization_id AND i.invited_by = m.account_id AND i.email = therapists.email
		WHERE m.organization_id = therapists.organization_id AND m.ended_at IS NULL AND m.role IN ('registrar', 'admin')
		ORDER BY CASE WHEN i.id IS NULL THEN 1 ELSE 0 END, i.id DESC, m.role DESC, m.id LIMIT 1)`
	found, err := store.One[namedFile](t.files().Select("therapists.*, o.name AS organization_name, COALESCE(c.name, '') AS contact, COALESCE(c.email, '') AS contact_email").
		Joins(inviter).Scopes(offered(email)).Where("therapists.id = ?", id), "student file")
	return found.toCore(), err
}

// JoinFile makes a file part of the record of an account, or its record where it has
// none. It gives stale where the file is part of one already.
func (t Therapists) JoinFile(_ context.Context, file core.TherapistID, account core.AccountID, now time.Time) error {
	own, err := store.All[core.TherapistID](t.Gorm().Model(&Therapist{}).Select("id").Where("account_id = ? AND person_id = id", account))
	if err != nil {
		return err
	}
	to := append(own, file)[0]
	return t.renamed(file, store.ChangeOne(t.Gorm().Model(&Therapist{}).Where("id = ? AND account_id IS NULL", file).
		Updates(map[string]any{"account_id": account, "person_id": to, "joined_at": store.At(now), "declined_at": nil})))
}

// DeclineFile notes that a file is not that of the person with its address.
func (t Therapists) DeclineFile(_ context.Context, file core.TherapistID, now time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Therapist{}).Where("id = ? AND account_id IS NULL", file).Update("declined_at", store.At(now)))
}

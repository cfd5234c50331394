package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

type therapistRow struct {
	ID        core.TherapistID `gorm:"primaryKey"`
	AccountID core.AccountID   `gorm:"not null"`
	BirthDate core.Date
	Zone      string `gorm:"not null"`
	CreatedAt moment `gorm:"not null"`
}

type therapistView struct {
	therapistRow `gorm:"embedded"`
	Name         string
	Email        string
}

func (r therapistView) noun() core.Therapist {
	return core.Therapist{
		ID: r.ID, AccountID: r.AccountID, Name: r.Name, Email: r.Email, BirthDate: r.BirthDate, Zone: r.Zone, CreatedAt: r.CreatedAt.Time,
	}
}

// Therapist finds a therapist.
func (tx *Tx) Therapist(_ context.Context, id core.TherapistID) (core.Therapist, error) {
	r, err := one[therapistView](tx.g, "therapist", `SELECT t.id, t.account_id, a.name, a.email, t.birth_date, t.zone, t.created_at
		FROM therapists t JOIN accounts a ON a.id = t.account_id WHERE t.id = ?`, id)
	return r.noun(), err
}

// SetTherapistDetails keeps when a therapist was born and in which zone they
// live.
func (tx *Tx) SetTherapistDetails(_ context.Context, t core.Therapist) error {
	return tx.changeOne(`UPDATE therapists SET birth_date = ?, zone = ? WHERE id = ?`, t.BirthDate, t.Zone, t.ID)
}

// PersonByEmail finds who has an address; the ID is zero for an account that is
// no therapist yet.
func (tx *Tx) PersonByEmail(_ context.Context, email string) (core.Therapist, error) {
	r, err := one[therapistView](tx.g, "person", `SELECT t.id, a.id AS account_id, a.name, a.email, t.birth_date, COALESCE(t.zone, '') AS zone, t.created_at
		FROM accounts a LEFT JOIN therapists t ON t.account_id = a.id WHERE a.email = ?`, email)
	return r.noun(), err
}

// EnsureStudent makes what is absent of a person's account, therapist and
// student membership of a school, with the identifiers given, and returns the
// therapist.
func (tx *Tx) EnsureStudent(ctx context.Context, org core.OrganizationID, member core.MemberID, t core.Therapist, now time.Time) (core.TherapistID, error) {
	made, err := tx.EnsureStudents(ctx, org, []logbook.Person{{
		AccountID: t.AccountID, TherapistID: t.ID, MemberID: member, Email: t.Email, Name: t.Name,
	}}, now)
	return made[t.Email], err
}

package account

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Seed is a person whom the demo or a test makes at once, without an
// invitation. PasswordHash comes from HashPassword, which is slow, and may be
// shared; without one the person cannot sign in. A person with the role of a
// student, or with Therapist set, has a record.
type Seed struct {
	Email        string
	Name         string
	PasswordHash string
	Operator     bool
	Therapist    bool
	Roles        []SeedRole
}

// SeedRole is one role in one organization.
type SeedRole struct {
	OrganizationID core.OrganizationID
	Role           core.Role
}

// Seeded are the identifiers of a seeded person; Members are in the order of
// their roles.
type Seeded struct {
	AccountID   core.AccountID
	TherapistID core.TherapistID
	Members     []core.MemberID
}

// HashPassword makes the hash of a password that people need not choose well,
// since the demo prints it.
func (s *Identity) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hasher.make(ctx, password)
}

// SeedPerson makes a person with roles. Only the program's own commands may
// call it; it joins the transaction of ctx. Codes: bad_email, duplicate.
func (s *Tenants) SeedPerson(ctx context.Context, in Seed) (Seeded, error) {
	email, err := core.NormalizeEmail(in.Email)
	if err != nil {
		return Seeded{}, err
	}
	var made Seeded
	err = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		made = Seeded{AccountID: newID[core.AccountID](s.desk)}
		if err := tx.InsertAccount(ctx, core.Account{
			ID: made.AccountID, Email: email, Name: in.Name, PasswordHash: in.PasswordHash, Operator: in.Operator, CreatedAt: now,
		}); err != nil {
			return err
		}
		therapist := in.Therapist
		for _, r := range in.Roles {
			id, err := tx.EnsureMember(ctx, core.Member{
				ID: newID[core.MemberID](s.desk), OrganizationID: r.OrganizationID, AccountID: made.AccountID, Role: r.Role, CreatedAt: now,
			})
			if err != nil {
				return err
			}
			made.Members = append(made.Members, id)
			therapist = therapist || r.Role == core.RoleStudent
		}
		if !therapist {
			return nil
		}
		made.TherapistID, err = tx.EnsureTherapist(ctx, core.Therapist{ID: newID[core.TherapistID](s.desk), AccountID: made.AccountID, CreatedAt: now})
		return err
	})
	return made, err
}

// SeedOrganization makes an organization without inviting anybody. Only the
// program's own commands may call it. Codes: those of CreateOrganization.
func (s *Tenants) SeedOrganization(ctx context.Context, in NewOrganization) (core.Organization, error) {
	o, err := s.organization(in)
	if err != nil {
		return core.Organization{}, err
	}
	return o, act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return insertOrganization(ctx, tx, o) })
}

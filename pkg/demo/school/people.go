package school

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo"
	"github.com/palmar/palmar/pkg/people/account"
)

// Password is everybody's in the demo.
const Password = "brightwater"

// Slug is the short name of the demo's school.
const Slug = "brightwater"

// The staff. Employer's domain ends in .example like the school's.
var (
	registrars = []demo.Person{
		{Name: "Grace Whitlock", Email: "g.whitlock@" + demo.Domain},
		{Name: "Samuel Adeyemi", Email: "s.adeyemi@" + demo.Domain},
	}
	admin    = demo.Person{Name: "Helen Marsh", Email: "h.marsh@" + demo.Domain}
	verifier = demo.Person{Name: "Dana Ruiz", Email: "d.ruiz@harborview.example"}
)

// Account is someone to sign in as.
type Account struct {
	Who   string `json:"who"`
	Email string `json:"email"`
}

// people makes both organizations and their staff.
func (b *builder) people(ctx context.Context) (err error) {
	b.school, err = b.Account.SeedOrganization(ctx, account.NewOrganization{
		Kind: core.School, Name: "Brightwater School of Massage", Slug: Slug, Zone: b.zone.String(), URL: "https://brightwater.example",
	})
	if err != nil {
		return err
	}
	b.employer, err = b.Account.SeedOrganization(ctx, account.NewOrganization{
		Kind: core.Employer, Name: "Harborview Clinic", Slug: "harborview", Zone: b.zone.String(), URL: "https://harborview.example",
	})
	if err != nil {
		return err
	}
	for _, p := range demo.Supervisors {
		made, err := b.person(ctx, p, b.school.ID, core.RoleSupervisor)
		if err != nil {
			return err
		}
		b.supervisors[p.Email] = made.Members[0]
	}
	for _, p := range registrars {
		if _, err := b.person(ctx, p, b.school.ID, core.RoleRegistrar); err != nil {
			return err
		}
	}
	if _, err := b.person(ctx, admin, b.school.ID, core.RoleAdmin); err != nil {
		return err
	}
	if _, err := b.person(ctx, verifier, b.employer.ID, core.RoleVerifier, core.RoleAdmin); err != nil {
		return err
	}
	return b.signIn(ctx)
}

func (b *builder) person(ctx context.Context, p demo.Person, org core.OrganizationID, roles ...core.Role) (account.Seeded, error) {
	in := account.Seed{Name: p.Name, Email: p.Email, PasswordHash: b.passwordHash, Operator: p == admin}
	for _, r := range roles {
		in.Roles = append(in.Roles, account.SeedRole{OrganizationID: org, Role: r})
	}
	return b.Account.SeedPerson(ctx, in)
}

// signIn finds out who the staff are to the services, and leaves no session.
func (b *builder) signIn(ctx context.Context) error {
	for _, p := range []demo.Person{registrars[0], registrars[1], verifier} {
		signed, err := b.Account.SignIn(ctx, account.SignIn{Email: p.Email, Password: Password, Agent: "palmar demo"})
		if err != nil {
			return err
		}
		if err := b.Account.SignOut(ctx, signed.Actor); err != nil {
			return err
		}
		b.actors[p.Email] = signed.Actor
	}
	return nil
}

// as is someone who has just given the password.
func (b *builder) as(p demo.Person) access.Actor {
	a := b.actors[p.Email]
	a.AuthenticatedAt = b.clock.Now()
	return a
}

// accounts are who the demo offers to sign in as.
func (b *builder) accounts() []Account {
	all := []Account{
		{"student in the middle of the program: " + b.students[0].Name, b.students[0].Email},
		{"student who has been certified: " + b.graduates[0].Name, b.graduates[0].Email},
		{"supervisor: " + demo.Supervisors[0].Name, demo.Supervisors[0].Email},
		{"registrar, who proposes: " + registrars[0].Name, registrars[0].Email},
		{"registrar, who certifies: " + registrars[1].Name, registrars[1].Email},
		{"administrator: " + admin.Name, admin.Email},
		{"employer, Harborview Clinic: " + verifier.Name, verifier.Email},
	}
	return all
}

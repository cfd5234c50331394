package grant

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Seed gives an organization a grant at once, without a mail. Only the program's own
// commands and tests may call it; it joins the transaction of ctx. Codes: those of Give.
func (s *Service) Seed(ctx context.Context, therapist core.TherapistID, to core.Organization, in Terms) error {
	var c core.Collect
	if in.check(&c); c.Err() != nil {
		return c.Err()
	}
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		if _, err := endFormer(ctx, tx, therapist, to.ID, now); err != nil {
			return err
		}
		return tx.InsertGrant(ctx, s.grant(words.English(), therapist, given{to: to}, in, now))
	})
}

// SeedFile makes a file part of an account's record, and its person a student of the
// school, without a mail. Only the program's own commands and tests may call it; it
// joins the transaction of ctx.
func (s *Service) SeedFile(ctx context.Context, account core.AccountID, org core.OrganizationID, file core.TherapistID) error {
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		if err := tx.JoinFile(ctx, file, account, now); err != nil {
			return err
		}
		_, err := tx.EnsureMember(ctx, core.Member{
			ID: core.NewID[core.MemberID](s.src), OrganizationID: org, AccountID: account, Role: core.RoleStudent, CreatedAt: now,
		})
		return err
	})
}

// Everything are terms that open all of a record for as long as any.
func Everything() Terms {
	return Terms{Scopes: access.Scopes, Purpose: PurposeEducation, Months: MostMonths}
}

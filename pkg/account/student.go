package account

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// InviteStudent sends a student who was enrolled the link to set a password,
// in the enrollment's transaction; one who can sign in already needs none. It
// wants enrollment.create, which the school's office has. Codes: those of
// Invite but already_member.
func (s *Service) InviteStudent(ctx context.Context, a access.Actor, org core.OrganizationID, email, name string) error {
	if err := access.Can(a, access.EnrollmentCreate, access.Target{Organization: org}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.Organization(ctx, org)
		if err == nil {
			_, err = s.invite(ctx, tx, a, o, Invite{Email: email, Name: name, Role: core.RoleStudent})
		}
		if core.CodeOf(err) == errMember.Code {
			return nil
		}
		return err
	})
}

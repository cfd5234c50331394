package account

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

var errSoon = errors.New("account: being written")

func (s *Service) SignIn(ctx context.Context, in SignIn) (Signed, error) { return Signed{}, errSoon }
func (s *Service) Authenticate(ctx context.Context, token string) (access.Actor, error) {
	return access.Actor{}, errSoon
}
func (s *Service) Confirm(ctx context.Context, a access.Actor, password string) (Signed, error) {
	return Signed{}, errSoon
}
func (s *Service) SignOut(ctx context.Context, a access.Actor) error           { return errSoon }
func (s *Service) SignOutEverywhere(ctx context.Context, a access.Actor) error { return errSoon }
func (s *Service) ChangePassword(ctx context.Context, a access.Actor, old, new string) (Signed, error) {
	return Signed{}, errSoon
}
func (s *Service) Sessions(ctx context.Context, a access.Actor) ([]core.UserSession, error) {
	return nil, errSoon
}
func (s *Service) Bootstrap(ctx context.Context) (token string, needed bool, err error) {
	return "", false, errSoon
}
func (s *Service) LookUpInvitation(ctx context.Context, token string) (InvitationView, error) {
	return InvitationView{}, errSoon
}
func (s *Service) Accept(ctx context.Context, in Accept) (Signed, error) { return Signed{}, errSoon }
func (s *Service) Invite(ctx context.Context, a access.Actor, org core.OrganizationID, in Invite) (core.Invitation, error) {
	return core.Invitation{}, errSoon
}
func (s *Service) Invitations(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Invitation], error) {
	return core.List[core.Invitation]{}, errSoon
}
func (s *Service) CreateOrganization(ctx context.Context, a access.Actor, in NewOrganization) (core.Organization, error) {
	return core.Organization{}, errSoon
}
func (s *Service) UpdateOrganization(ctx context.Context, a access.Actor, org core.OrganizationID, version int, in OrganizationChange) (core.Organization, error) {
	return core.Organization{}, errSoon
}
func (s *Service) Organization(ctx context.Context, a access.Actor, org core.OrganizationID) (core.Organization, error) {
	return core.Organization{}, errSoon
}
func (s *Service) Members(ctx context.Context, a access.Actor, org core.OrganizationID, role core.Role, page core.Page) (core.List[core.Member], error) {
	return core.List[core.Member]{}, errSoon
}
func (s *Service) Supervisors(ctx context.Context, a access.Actor, org core.OrganizationID) ([]core.Member, error) {
	return nil, errSoon
}
func (s *Service) EndMember(ctx context.Context, a access.Actor, member core.MemberID) error {
	return errSoon
}
func (s *Service) CreateToken(ctx context.Context, a access.Actor, in NewToken) (core.Token, string, error) {
	return core.Token{}, "", errSoon
}
func (s *Service) Tokens(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Token], error) {
	return core.List[core.Token]{}, errSoon
}
func (s *Service) RevokeToken(ctx context.Context, a access.Actor, id core.TokenID) error {
	return errSoon
}
func (s *Service) Audit(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.AuditEvent], error) {
	return core.List[core.AuditEvent]{}, errSoon
}
func (s *Service) ExportAudit(ctx context.Context, a access.Actor, org core.OrganizationID, each func(core.AuditEvent) error) error {
	return errSoon
}

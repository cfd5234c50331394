package account

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

const mostSupervisors = 200

// Members are the acting members of an organization by name, those with a role
// or all. It wants member.read. Code: bad_cursor.
func (s *Service) Members(ctx context.Context, a access.Actor, org core.OrganizationID, role core.Role, page core.Page) (core.List[core.Member], error) {
	if err := access.Can(a, access.MemberRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Member]{}, err
	}
	var list core.List[core.Member]
	key, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return list, err
	}
	name, after := "", core.MemberID{}
	if key != nil {
		name = key[0]
		if after, err = core.ParseID[core.MemberID](key[1]); err != nil {
			return list, errCursor
		}
	}
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Members(ctx, org, role, name, after, page.Size()+1)
		list = cut(rows, page.Size(), func(m core.Member) string { return core.EncodeCursor(m.Name, m.ID.String()) })
		return err
	})
	return list, err
}

// Supervisors are a school's acting supervisors by name, at most 200. It wants
// supervisor.read.
func (s *Service) Supervisors(ctx context.Context, a access.Actor, org core.OrganizationID) ([]core.Member, error) {
	if err := access.Can(a, access.SupervisorRead, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	var members []core.Member
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		members, err = tx.Members(ctx, org, core.RoleSupervisor, "", core.MemberID{}, mostSupervisors)
		return err
	})
	return members, err
}

// EndMember takes a role away; what the member signed stays. It wants
// member.end. Codes: last_admin, already_ended.
func (s *Service) EndMember(ctx context.Context, a access.Actor, member core.MemberID) error {
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		m, err := tx.Member(ctx, member)
		if err != nil && core.AsFault(err) == nil {
			return err
		}
		if err := access.Can(a, access.MemberEnd, access.Target{Organization: m.OrganizationID}); err != nil {
			return err
		}
		if m.Role == core.RoleAdmin {
			if err := s.notLast(ctx, tx, m); err != nil {
				return err
			}
		}
		now := s.src.Now()
		if err := tx.EndMember(ctx, member, now); core.CodeOf(err) == core.ErrStale.Code {
			return core.Conflict("already_ended", "This membership has ended already.")
		} else if err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, now, core.AuditEvent{
			OrganizationID: m.OrganizationID, Action: "member.end", TargetKind: "member", TargetID: member.String(),
			Detail: map[string]string{"role": string(m.Role)},
		}))
	})
}

// notLast refuses to leave an organization without an administrator, also when
// two are ended at once.
func (s *Service) notLast(ctx context.Context, tx Tx, m core.Member) error {
	if err := tx.LockOrganization(ctx, m.OrganizationID); err != nil {
		return err
	}
	n, err := tx.CountMembers(ctx, m.OrganizationID, core.RoleAdmin)
	if err == nil && n <= 1 && m.EndedAt.IsZero() {
		return core.Conflict("last_admin", "This is the last administrator. Make somebody else one first.")
	}
	return err
}

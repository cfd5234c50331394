package account

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const mostSupervisors = 200

// Members are the acting members of an organization by name, those with a role
// or all. It wants member.read. Code: bad_cursor.
func (s *Tenants) Members(ctx context.Context, a access.Actor, org core.OrganizationID, role core.Role, page core.Page) (core.List[core.Member], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.MemberRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.MemberID, limit int) ([]core.Member, error) {
			return tx.Members(ctx, org, role, after, limit)
		}, func(m core.Member) core.MemberID { return m.ID }))
}

// Supervisors are a school's acting supervisors by name, at most 200. It wants
// supervisor.read.
func (s *Tenants) Supervisors(ctx context.Context, a access.Actor, org core.OrganizationID) ([]core.Member, error) {
	return act.Look(ctx, s.act, a, access.SupervisorRead, func(ctx context.Context, r act.Reader[Tx]) ([]core.Member, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return r.Tx.Members(ctx, org, core.RoleSupervisor, core.MemberID{}, mostSupervisors)
	})
}

var endsMember = act.Declare(access.MemberEnd, act.NewEvent("member.end", "member"))

// EndMember takes a role away; what the member signed stays. It wants
// member.end. Codes: last_admin, already_ended.
func (s *Tenants) EndMember(ctx context.Context, a access.Actor, member core.MemberID) (core.Member, error) {
	return act.Do(ctx, s.act, a, endsMember, act.Command[Tx, core.Member, core.Member]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Member], error) {
			m, err := tx.Member(ctx, member)
			return act.Found[core.Member]{Thing: m, Owner: access.Target{Organization: m.OrganizationID}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], m core.Member) (core.Member, error) {
			if m.Role == core.RoleAdmin {
				if err := notLast(ctx, x.Tx, m); err != nil {
					return m, err
				}
			}
			m.EndedAt = x.Now
			return m, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, to core.Member) error {
			err := x.Tx.EndMember(ctx, member, to.EndedAt)
			if core.CodeOf(err) == core.ErrStale.Code {
				return core.Conflict("already_ended")
			}
			return err
		},
		Tell: func(_, to core.Member) []act.Told { return act.Of(member.String(), inRole(to.Role)) },
	})
}

// notLast refuses to leave an organization without an administrator, also when
// two are ended at once.
func notLast(ctx context.Context, tx Tx, m core.Member) error {
	if err := tx.LockOrganization(ctx, m.OrganizationID); err != nil {
		return err
	}
	n, err := tx.CountMembers(ctx, m.OrganizationID, core.RoleAdmin)
	if err == nil && n <= 1 && m.EndedAt.IsZero() {
		return core.Conflict("last_admin")
	}
	return err
}

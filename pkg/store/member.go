package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type memberRow struct {
	ID             core.MemberID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	Role           core.Role           `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	EndedAt        moment
}

type namedMember struct {
	memberRow `gorm:"embedded"`
	Name      string
	Email     string
}

func (r namedMember) noun() core.Member {
	return core.Member{
		ID: r.ID, OrganizationID: r.OrganizationID, AccountID: r.AccountID, Role: r.Role, Name: r.Name, Email: r.Email,
		CreatedAt: r.CreatedAt.Time, EndedAt: r.EndedAt.Time,
	}
}

const selectMember = "SELECT m.*, a.name, a.email FROM members m JOIN accounts a ON a.id = m.account_id"

// Member is a member by its identifier, ended or not, or not_found.
func (tx *Tx) Member(_ context.Context, id core.MemberID) (core.Member, error) {
	r, err := one[namedMember](tx.g, "member", selectMember+" WHERE m.id = ?", id)
	return r.noun(), err
}

// EnsureMember gives an account a role unless it has it already.
func (tx *Tx) EnsureMember(_ context.Context, m core.Member) (core.MemberID, error) {
	if _, err := tx.exec(`INSERT INTO members (id, organization_id, account_id, role, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organization_id, account_id, role) WHERE ended_at IS NULL DO NOTHING`,
		m.ID, m.OrganizationID, m.AccountID, m.Role, at(m.CreatedAt)); err != nil {
		return core.MemberID{}, err
	}
	return one[core.MemberID](tx.g, "member",
		"SELECT id FROM members WHERE organization_id = ? AND account_id = ? AND role = ? AND ended_at IS NULL",
		m.OrganizationID, m.AccountID, m.Role)
}

// EndMember takes a role away; stale when it has ended already.
func (tx *Tx) EndMember(_ context.Context, id core.MemberID, now time.Time) error {
	return tx.changeOne("UPDATE members SET ended_at = ? WHERE id = ? AND ended_at IS NULL", at(now), id)
}

// Members are at most limit acting members of an organization after a name, by
// name; an empty role means all.
func (tx *Tx) Members(_ context.Context, org core.OrganizationID, role core.Role, afterName string, after core.MemberID, limit int) ([]core.Member, error) {
	query, args := selectMember+" WHERE m.organization_id = ? AND m.ended_at IS NULL", []any{org}
	if role != "" {
		query, args = query+" AND m.role = ?", append(args, role)
	}
	if !after.IsZero() {
		query, args = query+" AND (a.name, m.id) > (?, ?)", append(args, afterName, after)
	}
	rows, err := many[namedMember](tx.g, query+" ORDER BY a.name, m.id LIMIT ?", append(args, limit)...)
	return mapped(rows, namedMember.noun), err
}

// CountMembers is how many acting members have a role.
func (tx *Tx) CountMembers(_ context.Context, org core.OrganizationID, role core.Role) (int, error) {
	return one[int](tx.g, "organization",
		"SELECT COUNT(*) FROM members WHERE organization_id = ? AND role = ? AND ended_at IS NULL", org, role)
}

// HasRole tells whether the account with an address can sign in and has a
// role. Whom a school entered without a password still needs an invitation.
func (tx *Tx) HasRole(_ context.Context, org core.OrganizationID, email string, role core.Role) (bool, error) {
	rows, err := many[core.MemberID](tx.g, `SELECT m.id FROM members m JOIN accounts a ON a.id = m.account_id
		WHERE m.organization_id = ? AND a.email = ? AND m.role = ? AND m.ended_at IS NULL AND a.password_hash <> ''`, org, email, role)
	return len(rows) > 0, err
}

package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Member is an account's role in an organization.
type Member struct {
	ID             core.MemberID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	Role           core.Role           `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	EndedAt        store.Moment
}

// TableName implements schema.Tabler.
func (Member) TableName() string { return "members" }

type namedMember struct {
	Member
	Name  string
	Email string
}

func (m namedMember) toCore() core.Member {
	return core.Member{
		ID: m.ID, OrganizationID: m.OrganizationID, AccountID: m.AccountID, Role: m.Role, Name: m.Name, Email: m.Email,
		CreatedAt: m.CreatedAt.Time, EndedAt: m.EndedAt.Time,
	}
}

func (t Organizations) members() *gorm.DB {
	return t.Gorm().Select("members.*, a.name, a.email").Joins("JOIN accounts a ON a.id = members.account_id")
}

// Member is a member by its identifier, ended or not, or not_found.
func (t Organizations) Member(_ context.Context, id core.MemberID) (core.Member, error) {
	m, err := store.One[namedMember](t.members().Where("members.id = ?", id), "member")
	return m.toCore(), err
}

// once keeps a role that someone acts in already.
var once = clause.OnConflict{
	Columns:     []clause.Column{{Name: "organization_id"}, {Name: "account_id"}, {Name: "role"}},
	TargetWhere: clause.Where{Exprs: []clause.Expression{gorm.Expr("ended_at IS NULL")}},
	DoNothing:   true,
}

// EnsureMember gives an account a role unless it has it already.
func (t Organizations) EnsureMember(_ context.Context, m core.Member) (core.MemberID, error) {
	err := store.Insert(t.Gorm().Clauses(once), &Member{
		ID: m.ID, OrganizationID: m.OrganizationID, AccountID: m.AccountID, Role: m.Role, CreatedAt: store.At(m.CreatedAt),
	})
	if err != nil {
		return core.MemberID{}, err
	}
	return store.One[core.MemberID](t.acting(m.OrganizationID, m.Role).Select("id").Where("account_id = ?", m.AccountID), "member")
}

// acting are those who have a role of an organization now.
func (t Organizations) acting(org core.OrganizationID, role core.Role) *gorm.DB {
	return t.Gorm().Model(&Member{}).Where("organization_id = ? AND role = ? AND ended_at IS NULL", org, role)
}

// EndMember takes a role away; stale when it has ended already.
func (t Organizations) EndMember(_ context.Context, id core.MemberID, now time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Member{}).Where("id = ? AND ended_at IS NULL", id).Update("ended_at", store.At(now)))
}

// Members are at most limit acting members of an organization after another, by
// name; an empty role means all.
func (t Organizations) Members(_ context.Context, org core.OrganizationID, role core.Role, after core.MemberID, limit int) ([]core.Member, error) {
	q := t.members().Where("members.organization_id = ? AND members.ended_at IS NULL", org)
	if role != "" {
		q = q.Where("members.role = ?", role)
	}
	if !after.IsZero() {
		name := t.Gorm().Table("members k").Select("l.name").Joins("JOIN accounts l ON l.id = k.account_id").
			Where("k.id = ? AND k.organization_id = ?", after, org)
		q = q.Where("(a.name, members.id) > ((?), ?)", name, after)
	}
	found, err := store.All[namedMember](q.Order("a.name, members.id").Limit(limit))
	return store.Each(found, namedMember.toCore), err
}

// SupervisorsOf are a school's acting supervisors, by name.
func (t Organizations) SupervisorsOf(_ context.Context, org core.OrganizationID) ([]core.Member, error) {
	found, err := store.All[namedMember](t.members().
		Where("members.organization_id = ? AND members.role = ? AND members.ended_at IS NULL", org, core.RoleSupervisor).
		Order("a.name, members.id"))
	return store.Each(found, namedMember.toCore), err
}

// Administrators are the acting administrators of an organization, by name.
func (t Organizations) Administrators(_ context.Context, org core.OrganizationID) ([]core.Account, error) {
	found, err := store.All[Account](t.Gorm().Where("id IN (?)", t.acting(org, core.RoleAdmin).Select("account_id")).Order("name, id"))
	return store.Each(found, Account.toCore), err
}

// CountMembers is how many acting members have a role.
func (t Organizations) CountMembers(_ context.Context, org core.OrganizationID, role core.Role) (int, error) {
	return store.One[int](t.acting(org, role).Select("COUNT(*)"), "organization")
}

// HasRole tells whether the account with an address can sign in and has a
// role. Whom a school entered without a password still needs an invitation.
func (t Organizations) HasRole(_ context.Context, org core.OrganizationID, email string, role core.Role) (bool, error) {
	return store.Found(t.acting(org, role).Joins("JOIN accounts a ON a.id = members.account_id").
		Where("a.email = ? AND a.password_hash <> ''", email))
}

package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Therapist is whose record it is.
type Therapist struct {
	ID        core.TherapistID `gorm:"primaryKey"`
	AccountID core.AccountID   `gorm:"not null"`
	BirthDate core.Date
	Zone      string       `gorm:"not null"`
	CreatedAt store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Therapist) TableName() string { return "therapists" }

type namedTherapist struct {
	Therapist
	Name     string
	Email    string
	Language string
}

func (t namedTherapist) toCore() core.Therapist {
	return core.Therapist{
		ID: t.ID, AccountID: t.AccountID, Name: t.Name, Email: t.Email, BirthDate: t.BirthDate, Zone: t.Zone, Language: t.Language, CreatedAt: t.CreatedAt.Time,
	}
}

func (t Therapists) named() *gorm.DB {
	return t.Gorm().Select("therapists.*, a.name, a.email, a.language").Joins("JOIN accounts a ON a.id = therapists.account_id")
}

// Therapist finds a therapist.
func (t Therapists) Therapist(_ context.Context, id core.TherapistID) (core.Therapist, error) {
	found, err := store.One[namedTherapist](t.named().Where("therapists.id = ?", id), "therapist")
	return found.toCore(), err
}

// TherapistsByID finds many therapists.
func (t Therapists) TherapistsByID(_ context.Context, ids []core.TherapistID) (map[core.TherapistID]core.Therapist, error) {
	all, err := store.All[namedTherapist](t.named().Where(store.In(t.Tx, "therapists.id", ids)))
	found := make(map[core.TherapistID]core.Therapist, len(all))
	for _, a := range all {
		found[a.ID] = a.toCore()
	}
	return found, err
}

// PersonByEmail finds who has an address; the ID is zero for an account that is
// no therapist yet.
func (t Therapists) PersonByEmail(_ context.Context, email string) (core.Therapist, error) {
	found, err := store.One[namedTherapist](t.Gorm().Table("accounts a").
		Select("t.id, a.id AS account_id, a.name, a.email, t.birth_date, t.zone, t.created_at").
		Joins("LEFT JOIN therapists t ON t.account_id = a.id").Where("a.email = ?", email), "person")
	return found.toCore(), err
}

// SetTherapistDetails keeps when a therapist was born and in which zone they
// live.
func (t Therapists) SetTherapistDetails(_ context.Context, is core.Therapist) error {
	return store.ChangeOne(t.Gorm().Model(&Therapist{}).Where("id = ?", is.ID).
		Updates(map[string]any{"birth_date": is.BirthDate, "zone": is.Zone}))
}

// EnsureTherapist makes an account a therapist if it is none yet.
func (t Therapists) EnsureTherapist(_ context.Context, is core.Therapist) (core.TherapistID, error) {
	err := store.Insert(t.Gorm().Clauses(ignoring("account_id")), &Therapist{ID: is.ID, AccountID: is.AccountID, CreatedAt: store.At(is.CreatedAt)})
	if err != nil {
		return core.TherapistID{}, err
	}
	return store.One[core.TherapistID](t.Gorm().Model(&Therapist{}).Select("id").Where("account_id = ?", is.AccountID), "therapist")
}

// ignoring leaves a row as it is that has the same value in a column.
func ignoring(column string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: column}}, DoNothing: true}
}

// EnsureStudents makes what is absent of accounts without a password,
// therapists and student members, and gives the therapist of each address.
func (t Therapists) EnsureStudents(_ context.Context, org core.OrganizationID, people []account.Person, now time.Time) (map[string]core.TherapistID, error) {
	if len(people) == 0 {
		return map[string]core.TherapistID{}, nil
	}
	emails, accounts, byEmail := make([]string, len(people)), make([]Account, len(people)), map[string]account.Person{}
	for i, p := range people {
		emails[i], byEmail[p.Email] = p.Email, p
		accounts[i] = Account{ID: p.AccountID, Email: p.Email, Name: p.Name, CreatedAt: store.At(now), Version: 1}
	}
	if err := store.Insert(t.Gorm().Clauses(ignoring("email")), accounts); err != nil {
		return nil, err
	}
	kept, err := store.All[Account](t.Gorm().Select("id, email").Where(store.InTexts(t.Tx, "email", emails)))
	if err != nil {
		return nil, err
	}
	therapists, members := make([]Therapist, len(kept)), make([]Member, len(kept))
	for i, k := range kept {
		p := byEmail[k.Email]
		therapists[i] = Therapist{ID: p.TherapistID, AccountID: k.ID, CreatedAt: store.At(now)}
		members[i] = Member{ID: p.MemberID, OrganizationID: org, AccountID: k.ID, Role: core.RoleStudent, CreatedAt: store.At(now)}
	}
	if err := store.Insert(t.Gorm().Clauses(ignoring("account_id")), therapists); err != nil {
		return nil, err
	}
	if err := store.Insert(t.Gorm().Clauses(once), members); err != nil {
		return nil, err
	}
	return t.byEmail(emails)
}

func (t Therapists) byEmail(emails []string) (map[string]core.TherapistID, error) {
	found, err := store.All[namedTherapist](t.named().Where(store.InTexts(t.Tx, "a.email", emails)))
	out := make(map[string]core.TherapistID, len(found))
	for _, f := range found {
		out[f.Email] = f.ID
	}
	return out, err
}

// EnsureStudent makes what is absent of a person's account, therapist and
// student membership of a school, with the identifiers given, and returns the
// therapist.
func (t Therapists) EnsureStudent(ctx context.Context, org core.OrganizationID, member core.MemberID, is core.Therapist, now time.Time) (core.TherapistID, error) {
	made, err := t.EnsureStudents(ctx, org, []account.Person{{
		AccountID: is.AccountID, TherapistID: is.ID, MemberID: member, Email: is.Email, Name: is.Name,
	}}, now)
	return made[is.Email], err
}

// TherapistOrganizations are the schools that keep a file of a therapist: an
// enrollment or a completed course.
func (t Therapists) TherapistOrganizations(_ context.Context, therapist core.TherapistID) ([]core.OrganizationID, error) {
	known := func(table string) *gorm.DB {
		return t.Gorm().Table(table).Select("organization_id").Where("therapist_id = ?", therapist)
	}
	return store.All[core.OrganizationID](t.Gorm().Table("(? UNION ?) k", known("enrollments"), known("course_completions")))
}

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

// Therapist is a person's own record, or a school's file of one: see core.Therapist.
// Name and Email are as the school wrote them. The view people says what a record is
// called.
type Therapist struct {
	ID             core.TherapistID `gorm:"primaryKey"`
	AccountID      core.AccountID
	BirthDate      core.Date
	Zone           string           `gorm:"not null"`
	CreatedAt      store.Moment     `gorm:"not null"`
	PersonID       core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Name           string `gorm:"not null"`
	Email          string `gorm:"not null"`
	JoinedAt       store.Moment
	DeclinedAt     store.Moment
	ReusedAt       store.Moment
	LeftAt         store.Moment
}

// TableName implements schema.Tabler.
func (Therapist) TableName() string { return "therapists" }

// person is a row of the view people.
type person struct {
	ID             core.TherapistID
	PersonID       core.TherapistID
	AccountID      core.AccountID
	OrganizationID core.OrganizationID
	BirthDate      core.Date
	Zone           string
	CreatedAt      store.Moment
	Name           string
	Email          string
	Reach          string
	Language       string
}

func (p person) toCore() core.Therapist {
	return core.Therapist{
		ID: p.ID, PersonID: p.PersonID, AccountID: p.AccountID, OrganizationID: p.OrganizationID, Name: p.Name, Email: p.Email, Reach: p.Reach,
		BirthDate: p.BirthDate, Zone: p.Zone, Language: p.Language, CreatedAt: p.CreatedAt.Time,
	}
}

// OfPerson is the condition that a column has the record of a person, or a file that
// is part of it, of which one is known.
func OfPerson(column string, one core.TherapistID) clause.Expr {
	return gorm.Expr(column+" IN (SELECT r.id FROM therapists me JOIN therapists r ON r.person_id = me.person_id WHERE me.id = ?)", one)
}

// Therapist finds a therapist.
func (t Therapists) Therapist(_ context.Context, id core.TherapistID) (core.Therapist, error) {
	found, err := store.One[person](t.Gorm().Table("people").Where("id = ?", id), "therapist")
	return found.toCore(), err
}

// TherapistsByID finds many therapists.
func (t Therapists) TherapistsByID(_ context.Context, ids []core.TherapistID) (map[core.TherapistID]core.Therapist, error) {
	all, err := store.All[person](t.Gorm().Table("people").Where(store.In(t.Tx, "id", ids)))
	found := make(map[core.TherapistID]core.Therapist, len(all))
	for _, p := range all {
		found[p.ID] = p.toCore()
	}
	return found, err
}

// SetTherapistDetails keeps when a therapist was born and in which zone they
// live.
func (t Therapists) SetTherapistDetails(_ context.Context, is core.Therapist) error {
	return store.ChangeOne(t.Gorm().Model(&Therapist{}).Where("id = ?", is.ID).
		Updates(map[string]any{"birth_date": is.BirthDate, "zone": is.Zone}))
}

// EnsureTherapist gives an account a record of its own if it has none yet.
func (t Therapists) EnsureTherapist(_ context.Context, is core.Therapist) (core.TherapistID, error) {
	own := clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}}, TargetWhere: clause.Where{Exprs: []clause.Expression{gorm.Expr("person_id = id")}}, DoNothing: true,
	}
	err := store.Insert(t.Gorm().Clauses(own), &Therapist{ID: is.ID, PersonID: is.ID, AccountID: is.AccountID, CreatedAt: store.At(is.CreatedAt)})
	if err != nil {
		return core.TherapistID{}, err
	}
	return store.One[core.TherapistID](t.Gorm().Model(&Therapist{}).Select("id").Where("account_id = ? AND person_id = id", is.AccountID), "therapist")
}

// studentsOf are the files that a school has, or the records of people's own into
// which it wrote, by the address.
const studentsOf = `SELECT t.id, t.email, p.name, t.left_at FROM therapists t JOIN people p ON p.id = t.id
		WHERE t.organization_id = ? AND t.reused_at IS NULL AND ?
	UNION ALL SELECT t.id, a.email, a.name, t.left_at FROM accounts a JOIN therapists t ON t.account_id = a.id AND t.person_id = t.id
		WHERE ? AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = t.id AND e.organization_id = ?)
			OR EXISTS (SELECT 1 FROM course_completions c WHERE c.therapist_id = t.id AND c.organization_id = ?)
			OR EXISTS (SELECT 1 FROM section_places l JOIN sections s ON s.id = l.section_id WHERE l.therapist_id = t.id AND s.organization_id = ?))`

// StudentsByEmail are those whom a school has under some addresses.
func (t Therapists) StudentsByEmail(_ context.Context, org core.OrganizationID, emails []string) (map[string]account.Student, error) {
	type row struct {
		ID     core.TherapistID
		Email  string
		Name   string
		LeftAt store.Moment
	}
	all, err := store.All[row](t.Gorm().Raw(studentsOf, org, store.InTexts(t.Tx, "t.email", emails), store.InTexts(t.Tx, "a.email", emails), org, org, org))
	found := make(map[string]account.Student, len(all))
	for _, r := range all {
		if _, first := found[r.Email]; !first {
			found[r.Email] = account.Student{TherapistID: r.ID, Name: r.Name, LeftAt: r.LeftAt.Time}
		}
	}
	return found, err
}

// InsertFiles makes files of people whom a school does not have yet. It neither makes
// accounts nor looks for any.
func (t Therapists) InsertFiles(_ context.Context, org core.OrganizationID, people []account.Person, now time.Time) error {
	return store.Insert(t.Gorm(), store.Each(people, func(p account.Person) Therapist {
		return Therapist{ID: p.TherapistID, PersonID: p.TherapistID, OrganizationID: org, Name: p.Name, Email: p.Email, CreatedAt: store.At(now)}
	}))
}

// ReuseAddress lets a school have the address of a file for another person.
func (t Therapists) ReuseAddress(_ context.Context, org core.OrganizationID, file core.TherapistID, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Therapist{}).Where("id = ? AND organization_id = ?", file, org).Update("reused_at", store.At(now)))
	return err
}

// CorrectFile changes how a school wrote the name and the address of a file; stale
// where the record is the person's own.
func (t Therapists) CorrectFile(_ context.Context, org core.OrganizationID, file core.TherapistID, name, email string) error {
	return t.renamed(file, store.ChangeOne(t.Gorm().Model(&Therapist{}).Where("id = ? AND organization_id = ? AND (account_id IS NULL OR person_id <> id)", file, org).
		Updates(map[string]any{"name": name, "email": email})))
}

// renamed writes the words of a file again, unless the change failed.
func (t Therapists) renamed(file core.TherapistID, err error) error {
	if err != nil {
		return err
	}
	return WriteNames(t.Tx, "e.therapist_id = ?", file)
}

// LeaveFiles notes that a person left a school: see account.Student.
func (t Therapists) LeaveFiles(_ context.Context, person core.TherapistID, org core.OrganizationID, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Therapist{}).Where("person_id = ? AND organization_id = ? AND account_id IS NOT NULL AND left_at IS NULL", person, org).
		Update("left_at", store.At(now)))
	return err
}

// ReturnFiles notes that an account's person is a student of a school again.
func (t Therapists) ReturnFiles(_ context.Context, account core.AccountID, org core.OrganizationID) error {
	_, err := store.Change(t.Gorm().Model(&Therapist{}).Where("account_id = ? AND organization_id = ? AND left_at IS NOT NULL", account, org).Update("left_at", nil))
	return err
}

// Writers are the schools that have this very file, or wrote into this very record, and
// not only into another of the same person.
func (t Therapists) Writers(_ context.Context, therapist core.TherapistID) ([]core.OrganizationID, error) {
	wrote := func(table, column string) *gorm.DB {
		return t.Gorm().Table(table).Select("organization_id").Where(column+" = ?", therapist)
	}
	return store.All[core.OrganizationID](t.Gorm().Table("(? UNION ? UNION ?) k",
		wrote("enrollments", "therapist_id"), wrote("course_completions", "therapist_id"), wrote("therapists", "id").Where("organization_id IS NOT NULL")))
}

// FileAt is the file that a school has of a person, of whom the record or this very file
// is known; not_found where it has none, or the person left.
func (t Therapists) FileAt(_ context.Context, org core.OrganizationID, therapist core.TherapistID) (core.TherapistID, error) {
	wrote := func(table string) *gorm.DB {
		return t.Gorm().Table(table+" w").Select("1").Where("w.therapist_id = r.id AND w.organization_id = ?", org)
	}
	return store.One[core.TherapistID](t.Gorm().Table("therapists me").Select("r.id").
		Joins("JOIN therapists r ON r.person_id = me.person_id AND (r.id = me.id OR me.id = me.person_id)").
		Where("me.id = ? AND r.left_at IS NULL AND (r.organization_id = ? OR r.organization_id IS NULL AND (EXISTS (?) OR EXISTS (?)))",
			therapist, org, wrote("enrollments"), wrote("course_completions")).Order("r.id DESC").Limit(1), "therapist")
}

// TherapistOrganizations are the schools that keep something of a person: a file, an
// enrollment or a completed course, in the order in which they came here.
func (t Therapists) TherapistOrganizations(_ context.Context, therapist core.TherapistID) ([]core.OrganizationID, error) {
	known := func(table, column string) *gorm.DB {
		return t.Gorm().Table(table).Select("organization_id").Where(OfPerson(column, therapist))
	}
	return store.All[core.OrganizationID](t.Gorm().Table("(? UNION ? UNION ?) k",
		known("enrollments", "therapist_id"), known("course_completions", "therapist_id"), known("therapists", "id").Where("organization_id IS NOT NULL")).Order("organization_id"))
}

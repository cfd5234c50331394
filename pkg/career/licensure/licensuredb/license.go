package licensuredb

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/platform/store"
)

var errWithdrawn = core.Conflict("already_withdrawn")

// License is a license without its histories.
type License struct {
	ID             core.LicenseID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Jurisdiction   string `gorm:"not null"`
	Title          string `gorm:"not null"`
	Number         string `gorm:"not null"`
	Canonical      string `gorm:"not null"` // the number as it is compared
	IssuedOn       core.Date
	ExpiresOn      core.Date
	CreatedAt      store.Moment   `gorm:"not null"`
	CreatedBy      core.AccountID `gorm:"not null"`
	Version        int            `gorm:"not null"`
	store.Sealed
}

// TableName implements schema.Tabler.
func (License) TableName() string { return "licenses" }

// Under implements store.Sealable: all but the last day, which is that of the terms, and
// the number as it is compared, which follows from the number.
func (l *License) Under(b *core.Sealed) {
	b.ID("id", l.ID[:])
	b.ID("therapist", l.TherapistID[:])
	b.ID("organization", l.OrganizationID[:])
	b.Text("jurisdiction", l.Jurisdiction)
	b.Text("title", l.Title)
	b.Text("number", l.Number)
	b.Date("issued_on", l.IssuedOn)
	b.Moment("created_at", l.CreatedAt.Time)
	b.ID("created_by", l.CreatedBy[:])
}

// Vouched implements store.Sealable.
func (l *License) Vouched() string { return "licenses/" + l.ID.String() }

func (l License) toCore() core.License {
	return core.License{
		ID: l.ID, TherapistID: l.TherapistID, OrganizationID: l.OrganizationID, Jurisdiction: l.Jurisdiction, Title: l.Title,
		Number: l.Number, IssuedOn: l.IssuedOn, ExpiresOn: l.ExpiresOn, CreatedAt: l.CreatedAt.Time, CreatedBy: l.CreatedBy,
		Version: l.Version,
	}
}

func newLicense(l core.License) License {
	return License{
		ID: l.ID, TherapistID: l.TherapistID, OrganizationID: l.OrganizationID, Jurisdiction: l.Jurisdiction, Title: l.Title,
		Number: l.Number, Canonical: license.Canonical(l.Jurisdiction, l.Number), IssuedOn: l.IssuedOn, ExpiresOn: l.ExpiresOn,
		CreatedAt: store.At(l.CreatedAt), CreatedBy: l.CreatedBy, Version: l.Version,
	}
}

// Event is a line of one of a license's histories.
type Event struct {
	ID          core.LicenseEventID `gorm:"primaryKey"`
	LicenseID   core.LicenseID      `gorm:"not null"`
	Axis        core.Axis           `gorm:"not null"`
	Status      string              `gorm:"not null"`
	EffectiveOn core.Date           `gorm:"not null"`
	Until       core.Date
	Method      string    `gorm:"not null"`
	Source      string    `gorm:"not null"`
	CheckedOn   core.Date `gorm:"not null"`
	Note        string    `gorm:"not null"`
	WithdrawsID core.LicenseEventID
	RecordedAt  store.Moment   `gorm:"not null"`
	RecordedBy  core.AccountID `gorm:"not null"`
	// OrganizationID is whose member recorded it.
	OrganizationID core.OrganizationID
	Register       bool   `gorm:"not null"`
	Authority      string `gorm:"not null"`
	LiftsID        core.LicenseEventID
	store.Sealed
}

// TableName implements schema.Tabler.
func (Event) TableName() string { return "license_events" }

// Under implements store.Sealable.
func (e *Event) Under(b *core.Sealed) {
	b.ID("id", e.ID[:])
	b.ID("license", e.LicenseID[:])
	b.Text("axis", string(e.Axis))
	b.Text("status", e.Status)
	b.Date("effective_on", e.EffectiveOn)
	b.Date("until", e.Until)
	b.Text("method", e.Method)
	b.Text("source", e.Source)
	b.Date("checked_on", e.CheckedOn)
	b.Text("note", e.Note)
	b.ID("withdraws", e.WithdrawsID[:])
	b.Moment("recorded_at", e.RecordedAt.Time)
	b.ID("recorded_by", e.RecordedBy[:])
	b.ID("organization", e.OrganizationID[:])
	b.True("register", e.Register)
	b.Text("authority", e.Authority)
	b.ID("lifts", e.LiftsID[:])
}

// Vouched implements store.Sealable.
func (e *Event) Vouched() string { return "license_events/" + e.ID.String() }

type namedEvent struct {
	Event
	RecordedByName   string
	RecorderID       core.OrganizationID
	OrganizationName string
	DisputedSince    store.Moment
}

func (e namedEvent) toCore() core.LicenseEvent {
	return core.LicenseEvent{
		ID: e.ID, LicenseID: e.LicenseID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, Method: e.Method,
		Source: e.Source, CheckedOn: e.CheckedOn, Note: e.Note, Withdraws: e.WithdrawsID, RecordedAt: e.RecordedAt.Time, RecordedBy: e.RecordedBy,
		RecordedByName: e.RecordedByName, Register: e.Register, Authority: e.Authority, Lifts: e.LiftsID, OrganizationID: e.RecorderID, OrganizationName: e.OrganizationName,
		Disputed: core.Disputed{DisputedAt: e.DisputedSince.Time},
	}
}

// recorder is whose member recorded an event: of those that are older than the column
// it is whom the license names, unless the therapist did. Nobody's member is a register
// that the operator asked.
const recorder = `COALESCE(license_events.organization_id, CASE WHEN NOT license_events.register AND license_events.recorded_by IS DISTINCT FROM t.account_id THEN l.organization_id END)`

func newEvent(e core.LicenseEvent) Event {
	return Event{
		ID: e.ID, LicenseID: e.LicenseID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, Method: e.Method,
		Source: e.Source, CheckedOn: e.CheckedOn, Note: e.Note, WithdrawsID: e.Withdraws, RecordedAt: store.At(e.RecordedAt), RecordedBy: e.RecordedBy,
		OrganizationID: e.OrganizationID, Register: e.Register, Authority: e.Authority, LiftsID: e.Lifts,
	}
}

// Check is what a source said of a license.
type Check struct {
	ID         core.LicenseCheckID `gorm:"primaryKey"`
	LicenseID  core.LicenseID      `gorm:"not null"`
	At         store.Moment        `gorm:"not null"`
	CheckedOn  core.Date           `gorm:"not null"`
	Source     string              `gorm:"not null"`
	Outcome    core.CheckOutcome   `gorm:"not null"`
	Detail     string              `gorm:"not null"`
	RecordedBy core.AccountID      `gorm:"not null"`
	Register   bool                `gorm:"not null"`
	// OrganizationID is whose member looked.
	OrganizationID core.OrganizationID
	Lifecycle      string `gorm:"not null"`
	Discipline     string `gorm:"not null"`
	ExpiresOn      core.Date
	Address        string `gorm:"not null"`
	DocumentID     core.DocumentID
}

// TableName implements schema.Tabler.
func (Check) TableName() string { return "license_checks" }

// namedCheck is a look with the name of the organization, the Nth newest of its sort.
type namedCheck struct {
	Check
	OrganizationName string
	DocumentName     string
}

// looksKept is how many looks of one sort, by one organization or by registers, are read
// with a license: as many as an answer about a day of the last weeks needs.
const looksKept = 12

func (c namedCheck) toCore() core.LicenseCheck {
	return core.LicenseCheck{
		OrganizationName: c.OrganizationName, DocumentName: c.DocumentName,
		ID: c.ID, LicenseID: c.LicenseID, At: c.At.Time, CheckedOn: c.CheckedOn, Source: c.Source, Outcome: c.Outcome,
		Detail: c.Detail, RecordedBy: c.RecordedBy, Register: c.Register, OrganizationID: c.OrganizationID,
		Lifecycle: c.Lifecycle, Discipline: c.Discipline, ExpiresOn: c.ExpiresOn, Address: c.Address, DocumentID: c.DocumentID,
	}
}

func newCheck(c core.LicenseCheck) Check {
	return Check{
		ID: c.ID, LicenseID: c.LicenseID, At: store.At(c.At), CheckedOn: c.CheckedOn, Source: c.Source, Outcome: c.Outcome,
		Detail: c.Detail, RecordedBy: c.RecordedBy, Register: c.Register, OrganizationID: c.OrganizationID,
		Lifecycle: c.Lifecycle, Discipline: c.Discipline, ExpiresOn: c.ExpiresOn, Address: c.Address, DocumentID: c.DocumentID,
	}
}

// InsertLicense gives stale where someone recorded it for the therapist meanwhile. Its
// events are inserted on their own.
func (t Licenses) InsertLicense(ctx context.Context, l core.License) error {
	return t.InsertLicenses(ctx, []core.License{l})
}

// InsertLicenses writes licenses without their events; one that someone recorded for the
// therapist meanwhile gives stale.
func (t Licenses) InsertLicenses(_ context.Context, licenses []core.License) error {
	return store.Breach(store.InsertSealed(t.Tx, store.Each(licenses, newLicense)), core.ErrStale,
		"licenses_therapist_id_jurisdiction_title_number_key", "licenses.therapist_id, licenses.jurisdiction, licenses.title, licenses.number")
}

// InsertLicenseEvents adds to the histories of many licenses. A second withdrawal
// of one record gives already_withdrawn.
func (t Licenses) InsertLicenseEvents(_ context.Context, events []core.LicenseEvent) error {
	return store.Breach(store.InsertSealed(t.Tx, store.Each(events, newEvent)), errWithdrawn,
		"license_events_withdraws_id_key", "license_events.withdraws_id")
}

// InsertLicenseChecks keeps that sources were asked; what a list said of one
// day is kept once.
func (t Licenses) InsertLicenseChecks(_ context.Context, checks []core.LicenseCheck) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}), store.Each(checks, newCheck))
}

// LicenseCheck finds a look at a license, however old.
func (t Licenses) LicenseCheck(_ context.Context, id core.LicenseCheckID) (core.LicenseCheck, error) {
	c, err := store.One[Check](t.Gorm().Where("id = ?", id), "look")
	return namedCheck{Check: c}.toCore(), err
}

// TouchLicense raises a license's version and keeps the last day of its terms;
// it gives stale where the version is another.
func (t Licenses) TouchLicense(_ context.Context, id core.LicenseID, version int, expiresOn core.Date) error {
	return store.ChangeOne(t.Gorm().Model(&License{}).Where("id = ? AND version = ?", id, version).
		Updates(map[string]any{"expires_on": expiresOn, "version": store.Next}))
}

// RefreshTerms raises the version of licenses and keeps the last day of the
// terms that nobody withdrew.
func (t Licenses) RefreshTerms(_ context.Context, licenses []core.LicenseID) error {
	_, err := store.Change(t.Gorm().Model(&License{}).Where(store.In(t.Tx, "id", licenses)).
		Updates(map[string]any{"expires_on": gorm.Expr("(?)", t.lastDay()), "version": store.Next}))
	return err
}

// lastDay is the last day of the term that was said last and nobody withdrew.
func (t Licenses) lastDay() *gorm.DB {
	return t.Gorm().Table("license_events e").Select("e.until").
		Where("e.license_id = licenses.id AND e.axis = 'term' AND e.status <> 'withdrawn'").
		Where("NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = e.id)").
		Order("e.checked_on DESC, e.recorded_at DESC, e.id DESC").Limit(1)
}

// UnsoundTerms are licenses that end on another day than their terms.
func (t Licenses) UnsoundTerms(context.Context) ([]core.LicenseID, error) {
	return store.All[core.LicenseID](t.Gorm().Model(&License{}).Select("id").Where("expires_on IS DISTINCT FROM (?)", t.lastDay()).Order("id"))
}

// License finds a license with its events, in the order of their recording, and
// its newest checks.
func (t Licenses) License(_ context.Context, id core.LicenseID) (core.License, error) {
	found, err := t.licenses(t.Gorm().Where("id = ?", id))
	if err == nil && len(found) == 0 {
		err = core.NotFound("license")
	}
	if err != nil {
		return core.License{}, err
	}
	return found[0], nil
}

// LicensesOf are all licenses of a therapist with their events and newest
// checks, oldest record first.
func (t Licenses) LicensesOf(_ context.Context, therapist core.TherapistID) ([]core.License, error) {
	return t.licenses(t.Gorm().Where(accountdb.OfPerson("therapist_id", therapist)))
}

// LicensesOfPeople are all licenses of people, by person: of every file that is part of
// their records.
func (t Licenses) LicensesOfPeople(_ context.Context, people []core.TherapistID) (map[core.TherapistID][]core.License, error) {
	type file struct{ ID, PersonID core.TherapistID }
	files, err := store.All[file](t.Gorm().Table("therapists").Select("id, person_id").Where(store.In(t.Tx, "person_id", people)))
	if err != nil {
		return nil, err
	}
	person := make(map[core.TherapistID]core.TherapistID, len(files))
	for _, f := range files {
		person[f.ID] = f.PersonID
	}
	licenses, err := t.licenses(t.Gorm().Where(store.In(t.Tx, "therapist_id", slices.Collect(maps.Keys(person)))))
	by := map[core.TherapistID][]core.License{}
	for _, l := range licenses {
		by[person[l.TherapistID]] = append(by[person[l.TherapistID]], l)
	}
	return by, err
}

// LicensesShared are the licenses of people, or of files of theirs, by whom they were asked
// of, without those of whom they do not let an organization see them.
func (t Licenses) LicensesShared(_ context.Context, org core.OrganizationID, people []core.TherapistID, now time.Time) (map[core.TherapistID][]core.License, error) {
	type file struct{ ID, Asked core.TherapistID }
	files, err := store.All[file](t.Gorm().Table("therapists a").Select("f.id, a.id AS asked").Joins("JOIN therapists f ON f.person_id = a.person_id").
		Where(store.In(t.Tx, "a.id", people)).Scopes(Opened(org, "a.id", now, access.ScopeLicenses)).Order("a.id, f.id"))
	if err != nil || len(files) == 0 {
		return nil, err
	}
	of := make([]core.TherapistID, len(files))
	for i, f := range files {
		of[i] = f.ID
	}
	licenses, err := t.licenses(t.Gorm().Where(store.In(t.Tx, "therapist_id", of)))
	by := map[core.TherapistID][]core.License{}
	for _, l := range licenses {
		for _, f := range files {
			if f.ID == l.TherapistID {
				by[f.Asked] = append(by[f.Asked], l)
			}
		}
	}
	return by, err
}

// LicensesByNumber are the licenses of a jurisdiction with these numbers, however they
// are written, of any title and therapist.
func (t Licenses) LicensesByNumber(_ context.Context, jurisdiction string, numbers []string) ([]core.License, error) {
	compared := make([]string, len(numbers))
	for i, n := range numbers {
		compared[i] = license.Canonical(jurisdiction, n)
	}
	return t.licenses(t.Gorm().Where("jurisdiction = ?", jurisdiction).Where(store.InTexts(t.Tx, "canonical", compared)))
}

// LicensesOfMany are the licenses of a jurisdiction that these therapists have.
func (t Licenses) LicensesOfMany(_ context.Context, jurisdiction string, therapists []core.TherapistID) ([]core.License, error) {
	return t.licenses(t.Gorm().Where("jurisdiction = ?", jurisdiction).Where(store.In(t.Tx, "therapist_id", therapists)))
}

// LicensesIn are licenses with their events, in three queries.
func (t Licenses) LicensesIn(_ context.Context, licenses []core.LicenseID) ([]core.License, error) {
	return t.licenses(t.Gorm().Where(store.In(t.Tx, "id", licenses)))
}

// LicensesAudited are the licenses of a jurisdiction whose holders let an organization
// see their continuing education and licenses, without their events, each with its
// holder's birth date.
func (t Licenses) LicensesAudited(_ context.Context, org core.OrganizationID, jurisdiction string, now time.Time) (licenses []core.License, born map[core.TherapistID]core.Date, err error) {
	type row struct {
		License
		BirthDate core.Date
	}
	found, err := store.All[row](t.Gorm().Select("licenses.*, p.birth_date").Joins("JOIN therapists t ON t.id = licenses.therapist_id JOIN therapists p ON p.id = t.person_id").
		Where("licenses.jurisdiction = ?", jurisdiction).Scopes(Opened(org, "licenses.therapist_id", now, access.ScopeCE, access.ScopeLicenses)).Order("licenses.id"))
	born = map[core.TherapistID]core.Date{}
	for _, r := range found {
		licenses = append(licenses, r.toCore())
		born[r.TherapistID] = r.BirthDate
	}
	return licenses, born, err
}

// licenses reads licenses in three queries, whatever their number.
func (t Licenses) licenses(query *gorm.DB) ([]core.License, error) {
	type row struct {
		License
		DisputedSince store.Moment
		Holder        core.HolderState
	}
	found, err := store.All[row](query.Select("licenses.*, " + disputedb.Since(core.ItemLicense, "licenses.id") + ", " + holder).Order("id"))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	licenses := store.Each(found, func(r row) core.License {
		l := r.toCore()
		l.DisputedAt, l.Holder = r.DisputedSince.Time, r.Holder
		return l
	})
	at, ids := make(map[core.LicenseID]int, len(licenses)), make([]core.LicenseID, len(licenses))
	for i, l := range licenses {
		at[l.ID], ids[i] = i, l.ID
	}
	events, err := store.All[namedEvent](t.Gorm().Select("license_events.*, a.name AS recorded_by_name, " + recorder + " AS recorder_id, COALESCE(o.name, '') AS organization_name, " + disputedb.Since(core.ItemEvent, "license_events.id")).
		Joins("JOIN accounts a ON a.id = license_events.recorded_by").Joins("JOIN licenses l ON l.id = license_events.license_id").
		Joins("JOIN therapists t ON t.id = l.therapist_id").Joins("LEFT JOIN organizations o ON o.id = " + recorder).
		Where(store.In(t.Tx, "license_events.license_id", ids)).Order("license_events.id"))
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		l := &licenses[at[e.LicenseID]]
		l.Events = append(l.Events, e.toCore())
	}
	checks, err := store.All[namedCheck](t.Gorm().Table("(?) license_checks", t.Gorm().Model(&Check{}).
		Select("license_checks.*, ROW_NUMBER() OVER (PARTITION BY license_id, outcome, register, organization_id ORDER BY id DESC) AS place").
		Where(store.In(t.Tx, "license_id", ids))).
		Select("license_checks.*, COALESCE(o.name, '') AS organization_name, COALESCE(d.name, '') AS document_name").
		Joins("LEFT JOIN organizations o ON o.id = license_checks.organization_id").Joins("LEFT JOIN documents d ON d.id = license_checks.document_id").
		Where("place <= ?", looksKept).Order("license_checks.id"))
	for _, c := range checks {
		l := &licenses[at[c.LicenseID]]
		l.Checks = append(l.Checks, c.toCore())
	}
	return licenses, err
}

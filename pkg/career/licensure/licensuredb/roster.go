package licensuredb

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Source is how a school reads a board's lists.
type Source struct {
	ID             core.RosterSourceID         `gorm:"primaryKey"`
	OrganizationID core.OrganizationID         `gorm:"not null"`
	Name           string                      `gorm:"not null"`
	Jurisdiction   string                      `gorm:"not null"`
	Title          string                      `gorm:"not null"`
	Mapping        store.JSON[json.RawMessage] `gorm:"not null" of:"roster_sources"`
	CreatedAt      store.Moment                `gorm:"not null"`
	CreatedBy      core.AccountID              `gorm:"not null"`
	Version        int                         `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Source) TableName() string { return "roster_sources" }

func (s Source) toCore() licensure.RosterSource {
	return licensure.RosterSource{
		ID: s.ID, OrganizationID: s.OrganizationID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title,
		Mapping: s.Mapping.V, CreatedAt: s.CreatedAt.Time, CreatedBy: s.CreatedBy, Version: s.Version,
	}
}

// InsertRosterSource gives duplicate where the school has one of that name.
func (t Rosters) InsertRosterSource(_ context.Context, s licensure.RosterSource) error {
	return store.Insert(t.Gorm(), &Source{
		ID: s.ID, OrganizationID: s.OrganizationID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title,
		Mapping: store.JSON[json.RawMessage]{V: s.Mapping}, CreatedAt: store.At(s.CreatedAt), CreatedBy: s.CreatedBy, Version: s.Version,
	})
}

// UpdateRosterSource changes a source of the same version.
func (t Rosters) UpdateRosterSource(_ context.Context, s licensure.RosterSource) error {
	return store.ChangeOne(t.Gorm().Model(&Source{}).Where("id = ? AND version = ?", s.ID, s.Version).Updates(map[string]any{
		"name": s.Name, "title": s.Title, "mapping": store.JSON[json.RawMessage]{V: s.Mapping}, "version": store.Next,
	}))
}

// RosterSource finds a source.
func (t Rosters) RosterSource(_ context.Context, id core.RosterSourceID) (licensure.RosterSource, error) {
	s, err := store.One[Source](t.Gorm().Where("id = ?", id), "roster source")
	return s.toCore(), err
}

// RosterSourceByName finds a school's source by its name.
func (t Rosters) RosterSourceByName(_ context.Context, org core.OrganizationID, name string) (licensure.RosterSource, error) {
	s, err := store.One[Source](t.Gorm().Where("organization_id = ? AND name = ?", org, name), "roster source")
	return s.toCore(), err
}

// RosterSources are a school's sources, oldest first.
func (t Rosters) RosterSources(_ context.Context, org core.OrganizationID, after core.RosterSourceID, limit int) ([]licensure.RosterSource, error) {
	found, err := store.All[Source](t.Gorm().Where("organization_id = ? AND id > ?", org, after.String()).Order("id").Limit(limit))
	return store.Each(found, Source.toCore), err
}

// Roster is an import of a board's list.
type Roster struct {
	ID             core.RosterID               `gorm:"primaryKey"`
	OrganizationID core.OrganizationID         `gorm:"not null"`
	SourceID       core.RosterSourceID         `gorm:"not null"`
	State          licensure.RosterState       `gorm:"not null"`
	Filename       string                      `gorm:"not null"`
	Digest         string                      `gorm:"not null"`
	AsOf           core.Date                   `gorm:"not null"`
	Records        int                         `gorm:"not null"`
	Matched        int                         `gorm:"not null"`
	Changed        int                         `gorm:"not null"`
	Doubtful       int                         `gorm:"not null"`
	Unknown        int                         `gorm:"not null"`
	Refused        int                         `gorm:"not null"`
	Refusals       store.JSON[json.RawMessage] `gorm:"not null" of:"rosters"`
	Failure        string                      `gorm:"not null"`
	StartedBy      core.AccountID              `gorm:"not null"`
	StartedAt      store.Moment                `gorm:"not null"`
	FinishedAt     store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Roster) TableName() string { return "rosters" }

type namedRoster struct {
	Roster
	SourceName    string
	StartedByName string
}

func (r namedRoster) toCore() licensure.Roster {
	return licensure.Roster{
		ID: r.ID, OrganizationID: r.OrganizationID, SourceID: r.SourceID, SourceName: r.SourceName, State: r.State, Filename: r.Filename,
		Digest: r.Digest, AsOf: r.AsOf, Records: r.Records, Matched: r.Matched, Changed: r.Changed, Doubtful: r.Doubtful, Unknown: r.Unknown,
		Refused: r.Refused, Refusals: r.Refusals.V, Failure: r.Failure, StartedBy: r.StartedBy, StartedByName: r.StartedByName,
		StartedAt: r.StartedAt.Time, FinishedAt: r.FinishedAt.Time, Version: r.Version,
	}
}

func (t Rosters) rosters() *gorm.DB {
	return t.Gorm().Select("rosters.*, s.name AS source_name, a.name AS started_by_name").
		Joins("JOIN roster_sources s ON s.id = rosters.source_id").Joins("JOIN accounts a ON a.id = rosters.started_by")
}

// InsertRoster begins an import.
func (t Rosters) InsertRoster(_ context.Context, r licensure.Roster) error {
	return store.Insert(t.Gorm(), &Roster{
		ID: r.ID, OrganizationID: r.OrganizationID, SourceID: r.SourceID, State: r.State, Filename: r.Filename, AsOf: r.AsOf,
		Refusals: store.JSON[json.RawMessage]{V: r.Refusals}, StartedBy: r.StartedBy, StartedAt: store.At(r.StartedAt), Version: r.Version,
	})
}

// UpdateRoster keeps how far an import has come.
func (t Rosters) UpdateRoster(_ context.Context, r licensure.Roster) error {
	return store.ChangeOne(t.Gorm().Model(&Roster{}).Where("id = ?", r.ID).Updates(map[string]any{
		"state": r.State, "digest": r.Digest, "records": r.Records, "matched": r.Matched, "changed": r.Changed, "doubtful": r.Doubtful,
		"unknown": r.Unknown, "refused": r.Refused, "refusals": store.JSON[json.RawMessage]{V: r.Refusals}, "failure": r.Failure,
		"finished_at": store.At(r.FinishedAt), "version": store.Next,
	}))
}

// BoardRoster finds an import.
func (t Rosters) BoardRoster(_ context.Context, id core.RosterID) (licensure.Roster, error) {
	r, err := store.One[namedRoster](t.rosters().Where("rosters.id = ?", id), "roster")
	return r.toCore(), err
}

// BoardRosters lists a school's imports, newest first.
func (t Rosters) BoardRosters(_ context.Context, org core.OrganizationID, after core.RosterID, limit int) ([]licensure.Roster, error) {
	q := t.rosters().Where("rosters.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("rosters.id < ?", after)
	}
	found, err := store.All[namedRoster](q.Order("rosters.id DESC").Limit(limit))
	return store.Each(found, namedRoster.toCore), err
}

// RosterPeople are the therapists who let an organization see their licenses, by id.
func (t Rosters) RosterPeople(_ context.Context, org core.OrganizationID, now time.Time, after core.TherapistID, limit int) ([]licensure.RosterPerson, error) {
	type row struct {
		ID        core.TherapistID
		Name      string
		BirthDate core.Date
	}
	found, err := store.All[row](t.Gorm().Table("people t").Select("t.id, t.name, t.birth_date").
		Where("t.id > ? AND t.person_id = t.id", after.String()).Scopes(Opened(org, "t.id", now, access.ScopeLicenses)).Order("t.id").Limit(limit))
	return store.Each(found, func(r row) licensure.RosterPerson {
		return licensure.RosterPerson{TherapistID: r.ID, Name: r.Name, BirthYear: r.BirthDate.Year}
	}), err
}

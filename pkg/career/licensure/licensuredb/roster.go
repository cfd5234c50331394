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

// Source is how a school, or without one the operator, reads a board's lists.
type Source struct {
	ID                core.RosterSourceID `gorm:"primaryKey"`
	OrganizationID    core.OrganizationID
	Name              string                      `gorm:"not null"`
	Jurisdiction      string                      `gorm:"not null"`
	Title             string                      `gorm:"not null"`
	Mapping           store.JSON[json.RawMessage] `gorm:"not null" of:"roster_sources"`
	Authority         string                      `gorm:"not null"`
	Addresses         store.JSON[[]string]        `gorm:"not null" of:"roster_sources"`
	AnswersStatus     bool                        `gorm:"not null"`
	AnswersExpiration bool                        `gorm:"not null"`
	AnswersDiscipline bool                        `gorm:"not null"`
	ActiveIsClear     bool                        `gorm:"not null"`
	CreatedAt         store.Moment                `gorm:"not null"`
	CreatedBy         core.AccountID              `gorm:"not null"`
	ApprovedAt        store.Moment
	ApprovedBy        core.AccountID
	WithdrawnAt       store.Moment
	WithdrawnBy       core.AccountID
	Version           int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Source) TableName() string { return "roster_sources" }

type namedSource struct {
	Source
	ApprovedByName string
	LastID         core.RosterID
	LastAsOf       core.Date
	LastAt         store.Moment
}

func (s namedSource) toCore() licensure.RosterSource {
	return licensure.RosterSource{
		ID: s.ID, OrganizationID: s.OrganizationID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title,
		Mapping: s.Mapping.V, Authority: s.Authority, Addresses: s.Addresses.V,
		Answers:   licensure.Answers{Status: s.AnswersStatus, Expiration: s.AnswersExpiration, Discipline: s.AnswersDiscipline, ActiveIsClear: s.ActiveIsClear},
		CreatedAt: s.CreatedAt.Time, CreatedBy: s.CreatedBy, ApprovedAt: s.ApprovedAt.Time, ApprovedBy: s.ApprovedBy, ApprovedByName: s.ApprovedByName,
		WithdrawnAt: s.WithdrawnAt.Time, WithdrawnBy: s.WithdrawnBy, LastRoster: s.LastID, LastAsOf: s.LastAsOf, LastAt: s.LastAt.Time, Version: s.Version,
	}
}

// sources are sources with who approved them, and the operator's last import of each that
// came to its end.
func (t Rosters) sources() *gorm.DB {
	return t.Gorm().Model(&Source{}).Select("roster_sources.*, COALESCE(a.name, '') AS approved_by_name, l.id AS last_id, l.as_of AS last_as_of, l.finished_at AS last_at").
		Joins("LEFT JOIN accounts a ON a.id = roster_sources.approved_by").
		Joins(`LEFT JOIN rosters l ON l.id = (SELECT r.id FROM rosters r WHERE r.source_id = roster_sources.id AND r.state = 'done' AND r.organization_id IS NULL
			ORDER BY r.id DESC LIMIT 1)`)
}

// InsertRosterSource gives duplicate where the school has one of that name, or the
// operator one of the jurisdiction.
func (t Rosters) InsertRosterSource(_ context.Context, s licensure.RosterSource) error {
	return store.Insert(t.Gorm(), &Source{
		ID: s.ID, OrganizationID: s.OrganizationID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title,
		Mapping: store.JSON[json.RawMessage]{V: s.Mapping}, Authority: s.Authority, Addresses: addresses(s),
		AnswersStatus: s.Answers.Status, AnswersExpiration: s.Answers.Expiration, AnswersDiscipline: s.Answers.Discipline, ActiveIsClear: s.Answers.ActiveIsClear,
		CreatedAt: store.At(s.CreatedAt), CreatedBy: s.CreatedBy, ApprovedAt: store.At(s.ApprovedAt), ApprovedBy: s.ApprovedBy, Version: s.Version,
	})
}

func addresses(s licensure.RosterSource) store.JSON[[]string] {
	return store.JSON[[]string]{V: append([]string{}, s.Addresses...)}
}

// UpdateRosterSource changes a source of the same version.
func (t Rosters) UpdateRosterSource(_ context.Context, s licensure.RosterSource) error {
	return store.ChangeOne(t.Gorm().Model(&Source{}).Where("id = ? AND version = ?", s.ID, s.Version).Updates(map[string]any{
		"name": s.Name, "title": s.Title, "mapping": store.JSON[json.RawMessage]{V: s.Mapping}, "authority": s.Authority, "addresses": addresses(s),
		"answers_status": s.Answers.Status, "answers_expiration": s.Answers.Expiration, "answers_discipline": s.Answers.Discipline,
		"active_is_clear": s.Answers.ActiveIsClear, "approved_at": store.At(s.ApprovedAt), "approved_by": s.ApprovedBy,
		"withdrawn_at": store.At(s.WithdrawnAt), "withdrawn_by": s.WithdrawnBy, "version": store.Next,
	}))
}

// RosterSource finds a source.
func (t Rosters) RosterSource(_ context.Context, id core.RosterSourceID) (licensure.RosterSource, error) {
	s, err := store.One[namedSource](t.sources().Where("roster_sources.id = ?", id), "roster source")
	return s.toCore(), err
}

// RosterSourceByName finds a school's source by its name.
func (t Rosters) RosterSourceByName(_ context.Context, org core.OrganizationID, name string) (licensure.RosterSource, error) {
	s, err := store.One[namedSource](t.sources().Where("roster_sources.organization_id = ? AND roster_sources.name = ?", org, name), "roster source")
	return s.toCore(), err
}

// RosterSources are a school's sources, oldest first.
func (t Rosters) RosterSources(_ context.Context, org core.OrganizationID, after core.RosterSourceID, limit int) ([]licensure.RosterSource, error) {
	found, err := store.All[namedSource](t.sources().Where("roster_sources.organization_id = ? AND roster_sources.id > ?", org, after.String()).Order("roster_sources.id").Limit(limit))
	return store.Each(found, namedSource.toCore), err
}

// ApprovedSources are the operator's sources by jurisdiction, after one of it.
func (t Rosters) ApprovedSources(_ context.Context, jurisdiction string, after core.RosterSourceID, limit int) ([]licensure.RosterSource, error) {
	found, err := store.All[namedSource](t.sources().Where("roster_sources.organization_id IS NULL").
		Where("roster_sources.jurisdiction > ? OR roster_sources.jurisdiction = ? AND roster_sources.id > ?", jurisdiction, jurisdiction, after.String()).
		Order("roster_sources.jurisdiction, roster_sources.id").Limit(limit))
	return store.Each(found, namedSource.toCore), err
}

// OpenSources are the operator's sources that are not withdrawn, by jurisdiction.
func (t Rosters) OpenSources(context.Context) ([]licensure.RosterSource, error) {
	found, err := store.All[namedSource](t.sources().Where("roster_sources.organization_id IS NULL AND roster_sources.withdrawn_at IS NULL").
		Order("roster_sources.jurisdiction, roster_sources.name"))
	return store.Each(found, namedSource.toCore), err
}

// ApprovedByName finds the operator's source of a name; false where there is none.
func (t Rosters) ApprovedByName(_ context.Context, jurisdiction, name string) (licensure.RosterSource, bool, error) {
	found, err := store.All[namedSource](t.sources().Where("roster_sources.organization_id IS NULL AND roster_sources.jurisdiction = ? AND roster_sources.name = ?", jurisdiction, name))
	if err != nil || len(found) == 0 {
		return licensure.RosterSource{}, false, err
	}
	return found[0].toCore(), true, nil
}

// Roster is an import of a board's list.
type Roster struct {
	ID             core.RosterID               `gorm:"primaryKey"`
	OrganizationID core.OrganizationID         // zero: the operator took it in
	SourceID       core.RosterSourceID         `gorm:"not null"`
	State          licensure.RosterState       `gorm:"not null"`
	Filename       string                      `gorm:"not null"`
	Address        string                      `gorm:"not null"`
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
		Address: r.Address, Digest: r.Digest, AsOf: r.AsOf, Records: r.Records, Matched: r.Matched, Changed: r.Changed, Doubtful: r.Doubtful, Unknown: r.Unknown,
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
		ID: r.ID, OrganizationID: r.OrganizationID, SourceID: r.SourceID, State: r.State, Filename: r.Filename, Address: r.Address, AsOf: r.AsOf,
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

// SourceRosters lists the operator's imports of a source, newest first.
func (t Rosters) SourceRosters(_ context.Context, source core.RosterSourceID, after core.RosterID, limit int) ([]licensure.Roster, error) {
	q := t.rosters().Where("rosters.organization_id IS NULL AND rosters.source_id = ?", source)
	if !after.IsZero() {
		q = q.Where("rosters.id < ?", after)
	}
	found, err := store.All[namedRoster](q.Order("rosters.id DESC").Limit(limit))
	return store.Each(found, namedRoster.toCore), err
}

// Part is a part of a list itself, as gzip packed it.
type Part struct {
	RosterID core.RosterID `gorm:"primaryKey"`
	Part     int           `gorm:"primaryKey;autoIncrement:false"`
	Body     []byte        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Part) TableName() string { return "roster_parts" }

// InsertRosterPart keeps the next part of a list.
func (t Rosters) InsertRosterPart(_ context.Context, id core.RosterID, part int, body []byte) error {
	return store.Insert(t.Gorm(), &Part{RosterID: id, Part: part, Body: body})
}

// RosterParts are the parts of a list in their order.
func (t Rosters) RosterParts(_ context.Context, id core.RosterID) ([][]byte, error) {
	found, err := store.All[Part](t.Gorm().Where("roster_id = ?", id).Order("part"))
	return store.Each(found, func(p Part) []byte { return p.Body }), err
}

// LicenseHolders are the people of whose records files are a part, by file.
func (t Rosters) LicenseHolders(_ context.Context, files []core.TherapistID) (map[core.TherapistID]licensure.RosterPerson, error) {
	type row struct {
		File, ID  core.TherapistID
		Name      string
		BirthDate core.Date
	}
	found, err := store.All[row](t.Gorm().Table("therapists f").Select("f.id AS file, p.id, p.name, p.birth_date").
		Joins("JOIN people p ON p.id = f.person_id").Where(store.In(t.Tx, "f.id", files)))
	holders := make(map[core.TherapistID]licensure.RosterPerson, len(found))
	for _, r := range found {
		holders[r.File] = licensure.RosterPerson{TherapistID: r.ID, Name: r.Name, BirthYear: r.BirthDate.Year}
	}
	return holders, err
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

package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/core"
)

type licenseCheckRow struct {
	ID         core.LicenseCheckID `gorm:"primaryKey"`
	LicenseID  core.LicenseID      `gorm:"not null"`
	At         moment              `gorm:"not null"`
	CheckedOn  core.Date           `gorm:"not null"`
	Source     string              `gorm:"not null"`
	Outcome    core.CheckOutcome   `gorm:"not null"`
	Detail     string              `gorm:"not null"`
	RecordedBy core.AccountID      `gorm:"not null"`
}

func (r licenseCheckRow) noun() core.LicenseCheck {
	return core.LicenseCheck{
		ID: r.ID, LicenseID: r.LicenseID, At: r.At.Time, CheckedOn: r.CheckedOn, Source: r.Source, Outcome: r.Outcome,
		Detail: r.Detail, RecordedBy: r.RecordedBy,
	}
}

type rosterSourceRow struct {
	ID             core.RosterSourceID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Name           string              `gorm:"not null"`
	Jurisdiction   string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Mapping        string              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
	Version        int                 `gorm:"not null"`
}

func (r rosterSourceRow) noun() core.RosterSource {
	return core.RosterSource{
		ID: r.ID, OrganizationID: r.OrganizationID, Name: r.Name, Jurisdiction: r.Jurisdiction, Title: r.Title,
		Mapping: []byte(r.Mapping), CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, Version: r.Version,
	}
}

type rosterRow struct {
	ID             core.RosterID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	SourceID       core.RosterSourceID `gorm:"not null"`
	State          core.RosterState    `gorm:"not null"`
	Filename       string              `gorm:"not null"`
	Digest         string              `gorm:"not null"`
	AsOf           core.Date           `gorm:"not null"`
	Records        int                 `gorm:"not null"`
	Matched        int                 `gorm:"not null"`
	Changed        int                 `gorm:"not null"`
	Doubtful       int                 `gorm:"not null"`
	Unknown        int                 `gorm:"not null"`
	Refused        int                 `gorm:"not null"`
	Refusals       string              `gorm:"not null"`
	Failure        string              `gorm:"not null"`
	StartedBy      core.AccountID      `gorm:"not null"`
	StartedAt      moment              `gorm:"not null"`
	FinishedAt     moment
	Version        int `gorm:"not null"`
}

type rosterView struct {
	rosterRow     `gorm:"embedded"`
	SourceName    string
	StartedByName string
}

func (r rosterView) noun() core.Roster {
	return core.Roster{
		ID: r.ID, OrganizationID: r.OrganizationID, SourceID: r.SourceID, SourceName: r.SourceName, State: r.State, Filename: r.Filename,
		Digest: r.Digest, AsOf: r.AsOf, Records: r.Records, Matched: r.Matched, Changed: r.Changed, Doubtful: r.Doubtful, Unknown: r.Unknown,
		Refused: r.Refused, Refusals: []byte(r.Refusals), Failure: r.Failure, StartedBy: r.StartedBy, StartedByName: r.StartedByName,
		StartedAt: r.StartedAt.Time, FinishedAt: r.FinishedAt.Time, Version: r.Version,
	}
}

type rosterMatchRow struct {
	ID             core.RosterMatchID  `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	RosterID       core.RosterID       `gorm:"not null"`
	SourceID       core.RosterSourceID `gorm:"not null"`
	AsOf           core.Date           `gorm:"not null"`
	Jurisdiction   string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Number         string              `gorm:"not null"`
	Line           string              `gorm:"not null"`
	Doubt          core.RosterDoubt    `gorm:"not null"`
	Candidates     string              `gorm:"not null"`
	State          core.MatchState     `gorm:"not null"`
	LicenseID      core.LicenseID
	DecidedBy      core.AccountID
	DecidedAt      moment
	CreatedAt      moment `gorm:"not null"`
	Version        int    `gorm:"not null"`
}

type rosterMatchView struct {
	rosterMatchRow `gorm:"embedded"`
	DecidedByName  string
}

func (r rosterMatchView) noun() core.RosterMatch {
	m := core.RosterMatch{
		ID: r.ID, OrganizationID: r.OrganizationID, RosterID: r.RosterID, SourceID: r.SourceID, AsOf: r.AsOf, Jurisdiction: r.Jurisdiction,
		Title: r.Title, Number: r.Number, Line: []byte(r.Line), Doubt: r.Doubt, State: r.State, LicenseID: r.LicenseID,
		DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time, CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
	_ = json.Unmarshal([]byte(r.Candidates), &m.Candidates) // written below
	return m
}

// InsertRosterSource gives duplicate where the school has one of that name.
func (tx *Tx) InsertRosterSource(_ context.Context, s core.RosterSource) error {
	return tx.insert("roster_sources", &rosterSourceRow{
		ID: s.ID, OrganizationID: s.OrganizationID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title, Mapping: string(s.Mapping),
		CreatedAt: at(s.CreatedAt), CreatedBy: s.CreatedBy, Version: s.Version,
	})
}

// UpdateRosterSource changes a source of the same version.
func (tx *Tx) UpdateRosterSource(_ context.Context, s core.RosterSource) error {
	return tx.changeOne(`UPDATE roster_sources SET name = ?, title = ?, mapping = ?, version = version + 1 WHERE id = ? AND version = ?`,
		s.Name, s.Title, string(s.Mapping), s.ID, s.Version)
}

// RosterSource finds a source.
func (tx *Tx) RosterSource(_ context.Context, id core.RosterSourceID) (core.RosterSource, error) {
	r, err := one[rosterSourceRow](tx.g, "roster source", `SELECT * FROM roster_sources WHERE id = ?`, id)
	return r.noun(), err
}

// RosterSourceByName finds a school's source by its name.
func (tx *Tx) RosterSourceByName(_ context.Context, org core.OrganizationID, name string) (core.RosterSource, error) {
	r, err := one[rosterSourceRow](tx.g, "roster source", `SELECT * FROM roster_sources WHERE organization_id = ? AND name = ?`, org, name)
	return r.noun(), err
}

// RosterSources are a school's sources, oldest first.
func (tx *Tx) RosterSources(_ context.Context, org core.OrganizationID, after core.RosterSourceID, limit int) ([]core.RosterSource, error) {
	rows, err := many[rosterSourceRow](tx.g, `SELECT * FROM roster_sources WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?`, org, keyOf(after), limit)
	return mapped(rows, rosterSourceRow.noun), err
}

// keyOf is an identifier to compare with: one that is none is below all others.
func keyOf[K any](id core.ID[K]) string { return id.String() }

// InsertRoster begins an import.
func (tx *Tx) InsertRoster(_ context.Context, r core.Roster) error {
	return tx.insert("rosters", &rosterRow{
		ID: r.ID, OrganizationID: r.OrganizationID, SourceID: r.SourceID, State: r.State, Filename: r.Filename, AsOf: r.AsOf,
		Refusals: string(r.Refusals), StartedBy: r.StartedBy, StartedAt: at(r.StartedAt), Version: r.Version,
	})
}

// UpdateRoster keeps how far an import has come.
func (tx *Tx) UpdateRoster(_ context.Context, r core.Roster) error {
	return tx.changeOne(`UPDATE rosters SET state = ?, digest = ?, records = ?, matched = ?, changed = ?, doubtful = ?, unknown = ?, refused = ?,
		refusals = ?, failure = ?, finished_at = ?, version = version + 1 WHERE id = ?`, r.State, r.Digest, r.Records, r.Matched, r.Changed, r.Doubtful,
		r.Unknown, r.Refused, string(r.Refusals), r.Failure, at(r.FinishedAt), r.ID)
}

const rosterSelect = `SELECT r.*, s.name AS source_name, a.name AS started_by_name FROM rosters r
	JOIN roster_sources s ON s.id = r.source_id JOIN accounts a ON a.id = r.started_by `

// BoardRoster finds an import.
func (tx *Tx) BoardRoster(_ context.Context, id core.RosterID) (core.Roster, error) {
	r, err := one[rosterView](tx.g, "roster", rosterSelect+`WHERE r.id = ?`, id)
	return r.noun(), err
}

// BoardRosters lists a school's imports, newest first.
func (tx *Tx) BoardRosters(_ context.Context, org core.OrganizationID, after core.RosterID, limit int) ([]core.Roster, error) {
	query, args := rosterSelect+"WHERE r.organization_id = ?", []any{org}
	if !after.IsZero() {
		query, args = query+" AND r.id < ?", append(args, after)
	}
	rows, err := many[rosterView](tx.g, query+" ORDER BY r.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, rosterView.noun), err
}

// RosterPeople are the therapists whom a school knows, by id.
func (tx *Tx) RosterPeople(_ context.Context, org core.OrganizationID, after core.TherapistID, limit int) ([]core.RosterPerson, error) {
	type row struct {
		ID        core.TherapistID
		Name      string
		BirthDate core.Date
	}
	rows, err := many[row](tx.g, `SELECT t.id, a.name, t.birth_date FROM therapists t JOIN accounts a ON a.id = t.account_id
		WHERE t.id > ? AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = t.id AND e.organization_id = ?)
			OR EXISTS (SELECT 1 FROM course_completions c WHERE c.therapist_id = t.id AND c.organization_id = ?))
		ORDER BY t.id LIMIT ?`, keyOf(after), org, org, limit)
	return mapped(rows, func(r row) core.RosterPerson {
		return core.RosterPerson{TherapistID: r.ID, Name: r.Name, BirthYear: r.BirthDate.Year}
	}), err
}

// LicensesByNumber are the licences of a jurisdiction with these numbers, of any
// title and therapist.
func (tx *Tx) LicensesByNumber(_ context.Context, jurisdiction string, numbers []string) ([]core.License, error) {
	condition, arg := tx.inTexts("l.number", numbers)
	return tx.licensesWhere("l.jurisdiction = ? AND "+condition, jurisdiction, arg)
}

// LicensesOfMany are the licences of a jurisdiction that these therapists have.
func (tx *Tx) LicensesOfMany(_ context.Context, jurisdiction string, therapists []core.TherapistID) ([]core.License, error) {
	condition, arg := in(tx, "l.therapist_id", therapists)
	return tx.licensesWhere("l.jurisdiction = ? AND "+condition, jurisdiction, arg)
}

// InsertLicenses writes licences without their events; one whose jurisdiction,
// title and number are recorded gives license_exists.
func (tx *Tx) InsertLicenses(_ context.Context, licenses []core.License) error {
	rows := make([][]any, len(licenses))
	for i, l := range licenses {
		rows[i] = []any{l.ID, l.TherapistID, l.OrganizationID, l.Jurisdiction, l.Title, l.Number, l.IssuedOn, l.ExpiresOn, at(l.CreatedAt), l.CreatedBy, l.Version}
	}
	return tx.insertMany("licenses", "id, therapist_id, organization_id, jurisdiction, title, number, issued_on, expires_on, created_at, created_by, version", rows, "")
}

// InsertLicenseEvents adds to the histories of many licences.
func (tx *Tx) InsertLicenseEvents(_ context.Context, events []core.LicenseEvent) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		rows[i] = []any{e.ID, e.LicenseID, e.Axis, e.Status, e.EffectiveOn, e.Until, e.Method, e.Source, e.CheckedOn, e.Note, e.Withdraws, at(e.RecordedAt), e.RecordedBy}
	}
	return tx.insertMany("license_events", "id, license_id, axis, status, effective_on, until, method, source, checked_on, note, withdraws_id, recorded_at, recorded_by", rows, "")
}

// InsertLicenseChecks keeps that sources were asked; what a list said of one
// day is kept once.
func (tx *Tx) InsertLicenseChecks(_ context.Context, checks []core.LicenseCheck) error {
	rows := make([][]any, len(checks))
	for i, c := range checks {
		rows[i] = []any{c.ID, c.LicenseID, at(c.At), c.CheckedOn, c.Source, c.Outcome, c.Detail, c.RecordedBy}
	}
	return tx.insertMany("license_checks", "id, license_id, at, checked_on, source, outcome, detail, recorded_by", rows,
		"ON CONFLICT (license_id, source, checked_on) WHERE outcome IN ('same', 'changed') AND detail = '' DO NOTHING")
}

// RefreshTerms raises the version of licences and keeps the last day of the
// terms that nobody withdrew.
func (tx *Tx) RefreshTerms(_ context.Context, licenses []core.LicenseID) error {
	condition, arg := in(tx, "id", licenses)
	_, err := tx.exec(`UPDATE licenses SET version = version + 1, expires_on = (
			SELECT MAX(e.until) FROM license_events e WHERE e.license_id = licenses.id AND e.axis = 'term' AND e.status <> 'withdrawn'
			AND NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = e.id))
		WHERE `+condition, arg)
	return err
}

// InsertRosterMatches adds lines to decide; one that is known with the same
// doubt stays as it is.
func (tx *Tx) InsertRosterMatches(_ context.Context, matches []core.RosterMatch) error {
	rows := make([][]any, len(matches))
	for i, m := range matches {
		candidates, err := json.Marshal(m.Candidates)
		if err != nil {
			return err
		}
		rows[i] = []any{m.ID, m.OrganizationID, m.RosterID, m.SourceID, m.AsOf, m.Jurisdiction, m.Title, m.Number, string(m.Line), m.Doubt, string(candidates), m.State, at(m.CreatedAt)}
	}
	return tx.insertMany("roster_matches", "id, organization_id, roster_id, source_id, as_of, jurisdiction, title, number, line, doubt, candidates, state, created_at", rows,
		"ON CONFLICT (organization_id, jurisdiction, title, number, doubt) DO NOTHING")
}

const rosterMatchSelect = `SELECT m.*, COALESCE(a.name, '') AS decided_by_name FROM roster_matches m LEFT JOIN accounts a ON a.id = m.decided_by `

// RosterMatchesOf are the lines of a school with these numbers, decided or not.
func (tx *Tx) RosterMatchesOf(_ context.Context, org core.OrganizationID, jurisdiction string, numbers []string) ([]core.RosterMatch, error) {
	condition, arg := tx.inTexts("m.number", numbers)
	rows, err := many[rosterMatchView](tx.g, rosterMatchSelect+"WHERE m.organization_id = ? AND m.jurisdiction = ? AND "+condition, org, jurisdiction, arg)
	return mapped(rows, rosterMatchView.noun), err
}

// RosterMatch finds a line and locks it for the transaction.
func (tx *Tx) RosterMatch(_ context.Context, id core.RosterMatchID) (core.RosterMatch, error) {
	r, err := one[rosterMatchView](tx.g, "roster match", rosterMatchSelect+"WHERE m.id = ?"+tx.locked("m"), id)
	return r.noun(), err
}

// RosterMatches lists a school's lines in a state, oldest first.
func (tx *Tx) RosterMatches(_ context.Context, org core.OrganizationID, state core.MatchState, after core.RosterMatchID, limit int) ([]core.RosterMatch, error) {
	rows, err := many[rosterMatchView](tx.g, rosterMatchSelect+"WHERE m.organization_id = ? AND m.state = ? AND m.id > ? ORDER BY m.id LIMIT ?", org, state, keyOf(after), limit)
	return mapped(rows, rosterMatchView.noun), err
}

// DecideRosterMatch writes the decision on an open line of the same version.
func (tx *Tx) DecideRosterMatch(_ context.Context, m core.RosterMatch) error {
	return tx.changeOne(`UPDATE roster_matches SET state = ?, license_id = ?, decided_by = ?, decided_at = ?, version = version + 1
		WHERE id = ? AND state = 'open' AND version = ?`, m.State, m.LicenseID, m.DecidedBy, at(m.DecidedAt), m.ID, m.Version)
}

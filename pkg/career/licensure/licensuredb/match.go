package licensuredb

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Match is a line of a board's list that a person decides.
type Match struct {
	ID             core.RosterMatchID                   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID                  // zero: the operator decides
	RosterID       core.RosterID                        `gorm:"not null"`
	SourceID       core.RosterSourceID                  `gorm:"not null"`
	AsOf           core.Date                            `gorm:"not null"`
	Jurisdiction   string                               `gorm:"not null"`
	Title          string                               `gorm:"not null"`
	Number         string                               `gorm:"not null"`
	Line           store.JSON[json.RawMessage]          `gorm:"not null" of:"roster_matches"`
	Doubt          licensure.RosterDoubt                `gorm:"not null"`
	Candidates     store.JSON[[]licensure.RosterPerson] `gorm:"not null" of:"roster_matches"`
	State          licensure.MatchState                 `gorm:"not null"`
	LicenseID      core.LicenseID
	DecidedBy      core.AccountID
	DecidedAt      store.Moment
	CreatedAt      store.Moment `gorm:"not null"`
	Version        int          `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Match) TableName() string { return "roster_matches" }

type namedMatch struct {
	Match
	DecidedByName string
}

func (m namedMatch) toCore() licensure.RosterMatch {
	return licensure.RosterMatch{
		ID: m.ID, OrganizationID: m.OrganizationID, RosterID: m.RosterID, SourceID: m.SourceID, AsOf: m.AsOf, Jurisdiction: m.Jurisdiction,
		Title: m.Title, Number: m.Number, Line: m.Line.V, Doubt: m.Doubt, State: m.State, LicenseID: m.LicenseID,
		DecidedBy: m.DecidedBy, DecidedByName: m.DecidedByName, DecidedAt: m.DecidedAt.Time, CreatedAt: m.CreatedAt.Time, Version: m.Version,
		Candidates: m.Candidates.V,
	}
}

func (t Rosters) matches() *gorm.DB {
	return t.Gorm().Select("roster_matches.*, COALESCE(a.name, '') AS decided_by_name").
		Joins("LEFT JOIN accounts a ON a.id = roster_matches.decided_by")
}

// ofWhom is the condition that a column has an organization, or, where it is zero, that
// something is the operator's.
func ofWhom(column string, org core.OrganizationID) clause.Expr {
	if org.IsZero() {
		return gorm.Expr(column + " IS NULL")
	}
	return gorm.Expr(column+" = ?", org)
}

// InsertRosterMatches adds lines to decide; one that is known with the same
// doubt stays as it is.
func (t Rosters) InsertRosterMatches(_ context.Context, matches []licensure.RosterMatch) error {
	known := clause.OnConflict{DoNothing: true}
	return store.Insert(t.Gorm().Clauses(known), store.Each(matches, func(m licensure.RosterMatch) Match {
		return Match{
			ID: m.ID, OrganizationID: m.OrganizationID, RosterID: m.RosterID, SourceID: m.SourceID, AsOf: m.AsOf, Jurisdiction: m.Jurisdiction,
			Title: m.Title, Number: m.Number, Line: store.JSON[json.RawMessage]{V: m.Line}, Doubt: m.Doubt,
			Candidates: store.JSON[[]licensure.RosterPerson]{V: m.Candidates}, State: m.State, CreatedAt: store.At(m.CreatedAt), Version: 1,
		}
	}))
}

// RosterMatchesOf are the lines of a school with these numbers, decided or not.
func (t Rosters) RosterMatchesOf(_ context.Context, org core.OrganizationID, jurisdiction string, numbers []string) ([]licensure.RosterMatch, error) {
	found, err := store.All[namedMatch](t.matches().Where(ofWhom("roster_matches.organization_id", org)).Where("roster_matches.jurisdiction = ?", jurisdiction).
		Where(store.InTexts(t.Tx, "roster_matches.number", numbers)))
	return store.Each(found, namedMatch.toCore), err
}

// RosterMatch finds a line and locks it for the transaction.
func (t Rosters) RosterMatch(_ context.Context, id core.RosterMatchID) (licensure.RosterMatch, error) {
	m, err := store.One[namedMatch](t.matches().Where("roster_matches.id = ?", id).Scopes(t.Locked("roster_matches")), "roster match")
	return m.toCore(), err
}

// RosterMatches lists a school's lines, or the operator's, in a state, oldest first.
func (t Rosters) RosterMatches(_ context.Context, org core.OrganizationID, state licensure.MatchState, after core.RosterMatchID, limit int) ([]licensure.RosterMatch, error) {
	found, err := store.All[namedMatch](t.matches().Where(ofWhom("roster_matches.organization_id", org)).
		Where("roster_matches.state = ? AND roster_matches.id > ?", state, after.String()).
		Order("roster_matches.id").Limit(limit))
	return store.Each(found, namedMatch.toCore), err
}

// DecideRosterMatch writes the decision on an open line of the same version.
func (t Rosters) DecideRosterMatch(_ context.Context, m licensure.RosterMatch) error {
	return store.ChangeOne(t.Gorm().Model(&Match{}).Where("id = ? AND state = 'open' AND version = ?", m.ID, m.Version).Updates(map[string]any{
		"state": m.State, "license_id": m.LicenseID, "decided_by": m.DecidedBy, "decided_at": store.At(m.DecidedAt), "version": store.Next,
	}))
}

package licensure

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Licenses
	Claims
	Rosters
	Holdings
	Adverses
	People
}

// Licenses are the licenses and their histories.
type Licenses interface {
	InsertLicense(ctx context.Context, l core.License) error
	// TouchLicense keeps the last day of the terms too.
	TouchLicense(ctx context.Context, id core.LicenseID, version int, expiresOn core.Date) error
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	LicensesIn(ctx context.Context, licenses []core.LicenseID) ([]core.License, error)
	// LooksDue are, in the order of their Place, the licenses that may be due for a look:
	// all that are, and some that are not.
	LooksDue(ctx context.Context, q DueQuery) ([]DueCandidate, error)
	LicenseCheck(ctx context.Context, id core.LicenseCheckID) (core.LicenseCheck, error)
	CredentialsOf(ctx context.Context, therapist core.TherapistID) ([]core.Credential, error)
}

// Claims are the records of licenses of which several people have one.
type Claims interface {
	// Contested are licenses that another person's record names too, by id: those that an
	// organization recorded, or, where it is zero, one of each number.
	Contested(ctx context.Context, org core.OrganizationID, after core.LicenseID, limit int) ([]core.LicenseID, error)
	Claims(ctx context.Context, l core.License) ([]Claim, error)
	// ClaimsOn are the records of each of some licenses, by the license.
	ClaimsOn(ctx context.Context, licenses []core.LicenseID) (map[core.LicenseID][]Claim, error)
	InsertSetAside(ctx context.Context, s SetAside) error
	LiftSetAside(ctx context.Context, id core.SetAsideID, by core.AccountID, at time.Time) error
}

// Rosters are the lists of boards: how they are read, what came of them, and the
// lines that a person has to decide.
type Rosters interface {
	RosterSources
	RosterMatches
	InsertRoster(ctx context.Context, r Roster) error
	UpdateRoster(ctx context.Context, r Roster) error
	BoardRoster(ctx context.Context, id core.RosterID) (Roster, error)
	BoardRosters(ctx context.Context, org core.OrganizationID, after core.RosterID, limit int) ([]Roster, error)
	// SourceRosters are the operator's of a source, newest first.
	SourceRosters(ctx context.Context, source core.RosterSourceID, after core.RosterID, limit int) ([]Roster, error)
	InsertRosterPart(ctx context.Context, id core.RosterID, part int, body []byte) error
	// RosterParts are the parts of a list in their order, each as gzip packed it.
	RosterParts(ctx context.Context, id core.RosterID) ([][]byte, error)
	// RosterPeople are the therapists who let an organization see their licenses, by id.
	RosterPeople(ctx context.Context, org core.OrganizationID, now time.Time, after core.TherapistID, limit int) ([]RosterPerson, error)
	Bulk
}

// Bulk reads and writes many licenses at once. What a source said of one day is
// kept once; RefreshTerms keeps the last day of the terms.
type Bulk interface {
	// LicensesByNumber are those with the numbers, however they are written.
	LicensesByNumber(ctx context.Context, jurisdiction string, numbers []string) ([]core.License, error)
	// LicenseHolders are the people of whose records files are a part, by file.
	LicenseHolders(ctx context.Context, files []core.TherapistID) (map[core.TherapistID]RosterPerson, error)
	LicensesOfMany(ctx context.Context, jurisdiction string, therapists []core.TherapistID) ([]core.License, error)
	InsertLicenses(ctx context.Context, licenses []core.License) error
	InsertLicenseEvents(ctx context.Context, events []core.LicenseEvent) error
	InsertLicenseChecks(ctx context.Context, checks []core.LicenseCheck) error
	RefreshTerms(ctx context.Context, licenses []core.LicenseID) error
}

// RosterSources are how a school, or the operator, reads each board's lists.
type RosterSources interface {
	// ApprovedSources are the operator's by jurisdiction, after one of it.
	ApprovedSources(ctx context.Context, jurisdiction string, after core.RosterSourceID, limit int) ([]RosterSource, error)
	// OpenSources are those that the operator has approved and not withdrawn, by
	// jurisdiction.
	OpenSources(ctx context.Context) ([]RosterSource, error)
	// ApprovedByName finds the operator's source of a name; false where there is none.
	ApprovedByName(ctx context.Context, jurisdiction, name string) (RosterSource, bool, error)
	InsertRosterSource(ctx context.Context, s RosterSource) error
	UpdateRosterSource(ctx context.Context, s RosterSource) error
	RosterSource(ctx context.Context, id core.RosterSourceID) (RosterSource, error)
	RosterSources(ctx context.Context, org core.OrganizationID, after core.RosterSourceID, limit int) ([]RosterSource, error)
}

// RosterMatches are lines that a person has to decide. One that is known with
// the same doubt is not inserted again.
type RosterMatches interface {
	InsertRosterMatches(ctx context.Context, matches []RosterMatch) error
	RosterMatchesOf(ctx context.Context, org core.OrganizationID, jurisdiction string, numbers []string) ([]RosterMatch, error)
	RosterMatch(ctx context.Context, id core.RosterMatchID) (RosterMatch, error)
	RosterMatches(ctx context.Context, org core.OrganizationID, state MatchState, after core.RosterMatchID, limit int) ([]RosterMatch, error)
	DecideRosterMatch(ctx context.Context, m RosterMatch) error
}

// Holdings are what therapists hold beside licenses, with their evidence.
type Holdings interface {
	InsertHolding(ctx context.Context, h Holding) error
	UpdateHolding(ctx context.Context, h Holding) error
	Holding(ctx context.Context, id core.HoldingID) (Holding, error)
	HoldingsOf(ctx context.Context, therapist core.TherapistID, after core.HoldingID, limit int) ([]Holding, error)
	// HoldingsShown are those of some kinds, without failed attempts at examinations,
	// and those that an organization recorded.
	HoldingsShown(ctx context.Context, therapist core.TherapistID, kinds []HoldingKind, by core.OrganizationID, after core.HoldingID, limit int) ([]Holding, error)
	LongestHeld(ctx context.Context, therapist core.TherapistID, kind HoldingKind, on core.Date) ([]Holding, error)
	HoldingsDue(ctx context.Context, org core.OrganizationID, by core.Date, now time.Time, after core.HoldingID, limit int) ([]Holding, error)
	InsertDocument(ctx context.Context, d core.Document) error
	Document(ctx context.Context, id core.DocumentID) (core.Document, error)
}

// Adverses are what authorities did about licenses. AttachAdverse is stale where
// there is a document already.
type Adverses interface {
	InsertAdverse(ctx context.Context, v Adverse) error
	AttachAdverse(ctx context.Context, id core.AdverseID, document core.DocumentID) error
	Adverse(ctx context.Context, id core.AdverseID) (Adverse, error)
	// AdverseOf are those that an organization recorded, or, where it is zero, all.
	AdverseOf(ctx context.Context, therapist core.TherapistID, by core.OrganizationID, after core.AdverseID, limit int) ([]Adverse, error)
}

// People are the therapists, and the schools with those who are told what is added.
type People interface {
	notice.Tx
	// Writers are the schools that have this very file of a person.
	Writers(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
	SetTherapistDetails(ctx context.Context, t core.Therapist) error
}

package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
)

// Tx is what the service does with the database.
type Tx interface {
	act.Tx
	People
	Programs
	Enrollments
	Entries
	Calendars
	Waiting
	Ledger
	Standings
	Imports
	Staging
	Transfers
	Sources
	Drafts
	Doubts
	Mailed
	Examination
}

// People finds and makes students, and finds supervisors.
type People interface {
	account.Students
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	DropOpenInvitations(ctx context.Context, org core.OrganizationID, email string, role core.Role) error
	// CorrectFile is stale where the record is the person's own.
	CorrectFile(ctx context.Context, org core.OrganizationID, file core.TherapistID, name, email string) error
	// SupervisorsOf are the school's acting supervisors.
	SupervisorsOf(ctx context.Context, org core.OrganizationID) ([]core.Member, error)
}

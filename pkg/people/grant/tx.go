package grant

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
)

// Tx is what the service does with the database.
type Tx interface {
	act.Tx
	Grants
	Requests
	Links
	People
	Former
	account.Files
}

// Grants keeps what people agreed to. Lists are newest first.
type Grants interface {
	InsertGrant(ctx context.Context, g Grant) error
	EndGrant(ctx context.Context, g Grant) error
	// OpenGrants are those of an organization that nobody ended: one, or none.
	OpenGrants(ctx context.Context, therapist core.TherapistID, org core.OrganizationID) ([]Grant, error)
	Grant(ctx context.Context, id core.GrantID) (Grant, error)
	GivenBy(ctx context.Context, therapist core.TherapistID, after core.GrantID, limit int) ([]Grant, error)
	LooksAt(ctx context.Context, therapist core.TherapistID, after core.LookID, limit int) ([]Look, error)
	GivenTo(ctx context.Context, org core.OrganizationID, after core.GrantID, limit int) ([]Grant, error)
}

// Requests keeps what organizations asked for. Lists are newest first.
type Requests interface {
	InsertGrantRequest(ctx context.Context, r Request) error
	// AnswerGrantRequest is stale where it was answered before.
	AnswerGrantRequest(ctx context.Context, r Request) error
	WithdrawGrantRequest(ctx context.Context, id core.GrantRequestID, at time.Time) error
	GrantRequest(ctx context.Context, id core.GrantRequestID) (Request, error)
	LastGrantRequest(ctx context.Context, org core.OrganizationID, email string) ([]Request, error)
	GrantRequestsBy(ctx context.Context, org core.OrganizationID, after core.GrantRequestID, limit int) ([]Request, error)
	GrantRequestsTo(ctx context.Context, email string, since time.Time, after core.GrantRequestID, limit int) ([]Request, error)
}

// People are those who give and get grants.
type People interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	OrganizationBySlug(ctx context.Context, slug string) (core.Organization, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
	// Writers are the schools that have this very file of a person.
	Writers(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
	EnsureTherapist(ctx context.Context, t core.Therapist) (core.TherapistID, error)
	RelationsOf(ctx context.Context, therapist core.TherapistID, now time.Time) ([]Relation, error)
	EnsureMember(ctx context.Context, m core.Member) (core.MemberID, error)
	EndMember(ctx context.Context, id core.MemberID, now time.Time) error
	Administrators(ctx context.Context, org core.OrganizationID) ([]core.Account, error)
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
	SendMail(ctx context.Context, m core.Mail) error
}

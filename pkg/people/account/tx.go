package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Tx is what the service does with the database.
type Tx interface {
	act.Tx
	Accounts
	Sessions
	Invitations
	Links
	Tokens
	Organizations
	Members
	Guesses
	Files
	Outbox
}

// Accounts keeps who can sign in. A miss is not_found.
type Accounts interface {
	Account(ctx context.Context, id core.AccountID) (core.Account, error)
	AccountByEmail(ctx context.Context, email string) (core.Account, error)
	AnyAccount(ctx context.Context) (bool, error)
	InsertAccount(ctx context.Context, a core.Account) error
	UpdateAccount(ctx context.Context, a core.Account) error
	SetLanguage(ctx context.Context, a core.Account) error
	EnsureTherapist(ctx context.Context, t core.Therapist) (core.TherapistID, error)
}

// Sessions keeps who is signed in. A miss is not_found. SessionActor and TokenActor
// are one query each, and leave the memberships of a person to MembershipsOf.
type Sessions interface {
	InsertSession(ctx context.Context, s UserSession) error
	Session(ctx context.Context, id core.SessionID) (UserSession, error)
	RotateSession(ctx context.Context, s UserSession) error
	TouchSession(ctx context.Context, id core.SessionID, seen time.Time) error
	SessionsOf(ctx context.Context, account core.AccountID, now, idleSince time.Time) ([]UserSession, error)
	DeleteSession(ctx context.Context, id core.SessionID) error
	DeleteSessionsOf(ctx context.Context, account core.AccountID, except core.SessionID) (int64, error)
	SessionActor(ctx context.Context, tokenHash []byte) (access.Actor, UserSession, error)
	MembershipsOf(ctx context.Context, account core.AccountID) ([]access.Membership, error)
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
}

// Invitations keeps the one-time links.
type Invitations interface {
	InsertInvitation(ctx context.Context, i Invitation) error
	InvitationByToken(ctx context.Context, tokenHash []byte) (Invitation, error)
	AcceptInvitation(ctx context.Context, id core.InvitationID, account core.AccountID, now time.Time) error
	DropOpenInvitations(ctx context.Context, org core.OrganizationID, email string, role core.Role) error
	InvitationsOf(ctx context.Context, org core.OrganizationID, after core.InvitationID, limit int) ([]Invitation, error)
}

// Links keeps the one-time links to an account. A miss is not_found.
type Links interface {
	PutAccountLink(ctx context.Context, l Link) error
	AccountLink(ctx context.Context, tokenHash []byte) (Link, error)
	AccountLinkOf(ctx context.Context, account core.AccountID, purpose LinkPurpose) (Link, error)
	UseAccountLink(ctx context.Context, tokenHash []byte) error
	SetAccountEmail(ctx context.Context, a core.Account) error
}

// Tokens keeps the API tokens.
type Tokens interface {
	InsertToken(ctx context.Context, t Token) error
	Token(ctx context.Context, id core.TokenID) (Token, error)
	TokensOf(ctx context.Context, account core.AccountID, org core.OrganizationID, after core.TokenID, limit int) ([]Token, error)
	RevokeToken(ctx context.Context, id core.TokenID, now time.Time) error
	TouchToken(ctx context.Context, id core.TokenID, used time.Time) error
	TokenActor(ctx context.Context, tokenHash []byte) (access.Actor, Token, error)
}

// Organizations keeps the tenants and shows their audit.
type Organizations interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	InsertOrganization(ctx context.Context, o core.Organization) error
	UpdateOrganization(ctx context.Context, o core.Organization) error
	LockOrganization(ctx context.Context, id core.OrganizationID) error
	AuditEvents(ctx context.Context, org core.OrganizationID, after core.AuditID, limit int, oldestFirst bool) ([]core.AuditEvent, error)
}

// Members keeps who has which role where.
type Members interface {
	Member(ctx context.Context, id core.MemberID) (core.Member, error)
	EnsureMember(ctx context.Context, m core.Member) (core.MemberID, error)
	EndMember(ctx context.Context, id core.MemberID, now time.Time) error
	Members(ctx context.Context, org core.OrganizationID, role core.Role, after core.MemberID, limit int) ([]core.Member, error)
	HasRole(ctx context.Context, org core.OrganizationID, email string, role core.Role) (bool, error)
	CountMembers(ctx context.Context, org core.OrganizationID, role core.Role) (int, error)
}

// Guesses counts wrong passwords by subject, a hash of what is guessed at.
type Guesses interface {
	Guesses(ctx context.Context, subjects []string) (map[string]Guess, error)
	CountGuess(ctx context.Context, subject string, now, forgotten time.Time) (int, error)
	HoldGuesses(ctx context.Context, subject string, until time.Time) error
	PutGuess(ctx context.Context, subject string, g Guess) error
	DropGuesses(ctx context.Context, subjects []string) error
}

// Outbox hands mail to the background in the same transaction.
type Outbox interface {
	SendMail(ctx context.Context, m core.Mail) error
}

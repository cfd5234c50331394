package account

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// UserSession is a signed-in browser or client. AuthenticatedAt is when the
// password was last given.
type UserSession struct {
	ID              core.SessionID
	TokenHash       []byte
	AccountID       core.AccountID
	CreatedAt       time.Time
	AuthenticatedAt time.Time
	SeenAt          time.Time
	ExpiresAt       time.Time
	Address         string
	Agent           string
}

// Invitation lets someone set a password and take a role, once. Without an
// organization it is the link of the first administrator.
type Invitation struct {
	ID               core.InvitationID
	TokenHash        []byte
	OrganizationID   core.OrganizationID
	OrganizationName string
	AccountID        core.AccountID
	Email            string
	Name             string
	Role             core.Role
	InvitedBy        core.AccountID
	CreatedAt        time.Time
	ExpiresAt        time.Time
	AcceptedAt       time.Time
}

// Scopes of API tokens.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
)

// Token is an API token of a person, or of an organization when OrganizationID
// is set; the latter acts with Role.
type Token struct {
	ID             core.TokenID
	TokenHash      []byte
	AccountID      core.AccountID
	OrganizationID core.OrganizationID
	Role           core.Role
	Name           string
	Scopes         []string
	CreatedAt      time.Time
	ExpiresAt      time.Time
	UsedAt         time.Time
	RevokedAt      time.Time
}

// LinkPurpose is what a one-time link to an account is for.
type LinkPurpose string

// The purposes: another address for the account, or a new password.
const (
	LinkAddress  LinkPurpose = "address"
	LinkPassword LinkPurpose = "password"
)

// Link is a one-time link that was mailed to Email.
type Link struct {
	TokenHash []byte
	AccountID core.AccountID
	Purpose   LinkPurpose
	Email     string
	CreatedAt time.Time
	ExpiresAt time.Time
}

package account

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// SignIn is what someone types to sign in; Agent names the browser or client.
type SignIn struct{ Email, Password, Agent string }

// InvitationView is what the page behind a link shows. First is the first
// administrator's link. KnownAccount has a password already, which has to be
// given to accept.
type InvitationView struct {
	Email            string
	Name             string
	OrganizationName string
	Role             core.Role
	First            bool
	KnownAccount     bool
	ExpiresAt        time.Time
}

// Accept answers a link. Email, OrganizationName, Kind and Zone belong to the
// first administrator's link only, whose account becomes an operator and the
// administrator of that organization.
type Accept struct{ Token, Name, Email, Password, OrganizationName, Kind, Zone string }

// Invite offers someone a role.
type Invite struct {
	Email string
	Name  string
	Role  core.Role
}

// NewOrganization is a tenant to be made and the person who is invited to be
// its first administrator.
type NewOrganization struct {
	Kind                                         core.OrganizationKind
	Name, Slug, Zone, URL, AdminEmail, AdminName string
}

// OrganizationChange is what an administrator may change.
// Language is the tag of that of its papers and of mails to those who have chosen
// none; empty: English. CheckpointRecipient gets the checkpoints of the public log for
// a school; empty: its administrators.
type OrganizationChange struct{ Name, Zone, URL, Language, CheckpointRecipient string }

// NewToken is an API token to be made: a person's own, or an organization's
// when OrganizationID is set, which acts with Role (registrar or verifier).
// Days is how long it is good, 1 to 366.
type NewToken struct {
	OrganizationID core.OrganizationID
	Name           string
	Role           core.Role
	Scopes         []string
	Days           int
}

// Person is a student to be.
type Person struct {
	AccountID   core.AccountID
	TherapistID core.TherapistID
	MemberID    core.MemberID
	Email       string
	Name        string
}

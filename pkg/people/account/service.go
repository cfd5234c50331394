package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Lifetimes of what lets someone in.
const (
	SessionIdle        = 12 * time.Hour
	SessionLongest     = 30 * 24 * time.Hour
	InvitationLifetime = 14 * 24 * time.Hour
	BootstrapLifetime  = 24 * time.Hour
	touchEvery         = time.Minute
)

// Options say how the installation is reached.
type Options struct {
	BaseURL   string   // of the pages, without a slash at the end
	Languages []string // that may be chosen, by tag
	// Cost is what the hash of a password takes. The program leaves it out and
	// has the OWASP minimum; tests that sign in often take accounttest.Cheap.
	Cost Cost
	// Joined is called, in the transaction, when a student's file has become part of
	// their record.
	Joined func(ctx context.Context, file core.TherapistID) error
}

// Service is all that is known of accounts. Every method names the permission it
// wants; what a stranger may do is done by the program, and told of the person
// that it turns out to be.
type Service struct {
	*Identity
	*Tenants
	*APITokens
}

// Identity knows who someone is: sign-in, sessions, passwords, and the links that
// stand for them.
type Identity struct{ *desk }

// Tenants knows the organizations: their members, who is invited, and the audit.
type Tenants struct{ *desk }

// APITokens knows what programs may do for a person or an organization.
type APITokens struct{ *desk }

// desk is what they work with.
type desk struct {
	act       *act.Kernel[Tx]
	src       core.Source
	base      string
	languages []string
	hasher    *hasher
	joined    func(ctx context.Context, file core.TherapistID) error
}

// New makes the service.
func New(store act.Store[Tx], src core.Source, o Options) *Service {
	if o.Joined == nil {
		o.Joined = func(context.Context, core.TherapistID) error { return nil }
	}
	d := &desk{act: act.New(store, src, nil), src: src, base: o.BaseURL, languages: o.Languages, hasher: newHasher(o.Cost), joined: o.Joined}
	return &Service{&Identity{d}, &Tenants{d}, &APITokens{d}}
}

// none is what a command finds, or becomes, where that is nothing.
type none struct{}

// Signed is a session that was just made or rotated. Token is shown this once.
type Signed struct {
	Token     string
	Actor     access.Actor
	ExpiresAt time.Time
}

// newID makes an identifier of any kind from the service's source.
func newID[I ~[16]byte](d *desk) I { return core.NewID[I](d.src) }

// byAccount is who has proved to be an account's owner, or failed to.
func byAccount(account core.Account) *access.Actor { return &access.Actor{AccountID: account.ID} }

// idText is an identifier in the audit, empty for none.
func idText[K any](id core.ID[K]) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// person refuses an API token, which is for the record and not for what guards an
// account.
func person(a access.Actor) error {
	if a.Token {
		return core.Forbidden("person_required")
	}
	return nil
}

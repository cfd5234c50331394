package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Lifetimes of what lets somebody in.
const (
	SessionIdle        = 12 * time.Hour
	SessionLongest     = 30 * 24 * time.Hour
	InvitationLifetime = 14 * 24 * time.Hour
	BootstrapLifetime  = 24 * time.Hour
	touchEvery         = time.Minute
)

// Options say how the installation is reached.
type Options struct {
	BaseURL string // of the pages, without a slash at the end
}

// Service is the account service. Every method names the permission it wants
// in its first line.
type Service struct {
	store  core.Transactor[Tx]
	src    core.Source
	base   string
	hasher *hasher
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, o Options) *Service {
	return &Service{store: store, src: src, base: o.BaseURL, hasher: newHasher()}
}

// Signed is a session that was just made or rotated. Token is shown this once.
type Signed struct {
	Token     string
	Actor     access.Actor
	ExpiresAt time.Time
}

// newID makes an identifier of any kind from the service's source.
func newID[I ~[16]byte](s *Service) I { return core.NewID[I](s.src) }

// event fills an audit event with who, when and from where.
func (s *Service) event(ctx context.Context, a access.Actor, now time.Time, e core.AuditEvent) core.AuditEvent {
	origin := core.OriginOf(ctx)
	e.ID, e.At, e.Via, e.Address = newID[core.AuditID](s), now, origin.Via, origin.Address
	if a.AccountID != access.System.AccountID {
		e.AccountID = a.AccountID
	}
	if e.Via == "" {
		e.Via = "command"
	}
	return e
}

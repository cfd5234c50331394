package logbook

import (
	"context"
	"sync"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Invite sends a student who was enrolled the link to set a password. It runs
// in the enrollment's transaction.
type Invite func(ctx context.Context, a access.Actor, org core.OrganizationID, email, name string) error

// Service is the logbook.
type Service struct {
	store     core.Transactor[Tx]
	src       core.Source
	invite    Invite
	standards sync.Map // core.StandardID -> *standard.Standard; a published one never changes
	standings remembered
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service {
	return &Service{store: store, src: src}
}

// Inviting sets how enrolled students are invited and returns the service.
func (s *Service) Inviting(fn Invite) *Service {
	s.invite = fn
	return s
}

func newID[I ~[16]byte](s *Service) I { return core.NewID[I](s.src) }

// audit records a command on a target.
func (s *Service) audit(ctx context.Context, tx Audits, a access.Actor, now time.Time, org core.OrganizationID, action access.Action, kind, id string, detail map[string]string) error {
	return tx.Audit(ctx, s.event(ctx, a, now, org, action, kind, id, detail))
}

func (s *Service) event(ctx context.Context, a access.Actor, now time.Time, org core.OrganizationID, action access.Action, kind, id string, detail map[string]string) core.AuditEvent {
	origin := core.OriginOf(ctx)
	if origin.Via == "" {
		origin.Via = "command"
	}
	return core.AuditEvent{
		ID: newID[core.AuditID](s), At: now, OrganizationID: org, AccountID: a.AccountID, Via: origin.Via, Address: origin.Address,
		Action: string(action), TargetKind: kind, TargetID: id, Detail: detail,
	}
}

// standardOf is the parsed standard of an enrollment or a program version.
func (s *Service) standardOf(ctx context.Context, tx Programs, id core.StandardID) (*standard.Standard, error) {
	if kept, ok := s.standards.Load(id); ok {
		return kept.(*standard.Standard), nil
	}
	body, err := tx.StandardBody(ctx, id)
	if err != nil {
		return nil, err
	}
	std, err := standard.Parse(body)
	if err != nil {
		return nil, err
	}
	s.standards.Store(id, &std)
	return &std, nil
}

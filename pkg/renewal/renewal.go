package renewal

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Options say where the pages are, for links in mails and calendars.
type Options struct {
	// BaseURL has no slash at its end.
	BaseURL string
}

// Service keeps reminders, calendars and checklists of renewals.
type Service struct {
	store   core.Transactor[Tx]
	src     core.Source
	o       Options
	sources map[string]Source
	dates   []Dates
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, o Options) *Service {
	return &Service{store: store, src: src, o: o, sources: map[string]Source{}}
}

// allowed is access.CanAny for a therapist, who belongs to the schools where
// they are enrolled or finished a course.
func allowed(ctx context.Context, tx Tx, a access.Actor, action access.Action, therapist core.TherapistID) error {
	orgs, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return err
	}
	return access.CanAny(a, action, orgs, therapist)
}

func (s *Service) audit(ctx context.Context, tx Tx, a access.Actor, now time.Time, action, kind, target string, detail map[string]string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: action, TargetKind: kind, TargetID: target, Detail: detail,
	})
}

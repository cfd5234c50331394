package specialty

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Service keeps specialties.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service { return &Service{store, src} }

// allowed is access.CanAny for a therapist. It gives the schools of which the
// actor may see what was earned there: all, where it is their own record.
func allowed(ctx context.Context, tx People, a access.Actor, action access.Action, therapist core.TherapistID) ([]core.OrganizationID, error) {
	orgs, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return nil, err
	}
	if err := access.CanAny(a, action, orgs, therapist); err != nil || a.TherapistID == therapist {
		return orgs, err
	}
	var seen []core.OrganizationID
	for _, org := range orgs {
		if access.Can(a, action, access.Target{Organization: org, Therapist: therapist}) == nil {
			seen = append(seen, org)
		}
	}
	return seen, nil
}

func (s *Service) audit(ctx context.Context, tx People, a access.Actor, now time.Time, org core.OrganizationID, action, kind, target string, detail map[string]string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: action, TargetKind: kind, TargetID: target, Detail: detail,
	})
}

// line cleans a text of one line and notes what is wrong with it.
func line(c *core.Collect, name string, text *string, least, most int) {
	cleaned, err := core.CleanText(*text, least, most)
	_ = c.Check(name, err) // cleaning gives faults alone
	*text = cleaned
}

// note is line for a text of several lines.
func note(c *core.Collect, name string, text *string, most int) {
	cleaned, err := core.CleanNote(*text, 0, most)
	_ = c.Check(name, err)
	*text = cleaned
}

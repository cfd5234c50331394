package continuing

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Service keeps continuing education.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service { return &Service{store, src} }

// mayAs is access.CanAny for a therapist, who belongs to the schools that know
// them. It gives the school for which the actor acts: the first whose role allows
// it, or for the therapist the first that knows them; zero where none does.
func mayAs(ctx context.Context, tx People, a access.Actor, action access.Action, therapist core.TherapistID) (core.OrganizationID, error) {
	orgs, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return core.OrganizationID{}, err
	}
	refusal := access.CanAny(a, action, orgs, therapist)
	for _, org := range orgs {
		if err := access.Can(a, action, access.Target{Organization: org, Therapist: therapist}); refusal != nil && core.CodeOf(err) == "own_record" {
			refusal = err // says more than that the role does not allow it
		}
	}
	if refusal != nil || len(orgs) == 0 {
		return core.OrganizationID{}, refusal
	}
	if a.TherapistID == therapist {
		return orgs[0], nil
	}
	at := slices.IndexFunc(orgs, func(org core.OrganizationID) bool {
		return access.Can(a, action, access.Target{Organization: org, Therapist: therapist}) == nil
	})
	return orgs[max(0, at)], nil
}

func (s *Service) audit(ctx context.Context, tx People, a access.Actor, now time.Time, org core.OrganizationID, action access.Action, kind, target string, detail map[string]string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: string(action), TargetKind: kind, TargetID: target, Detail: detail,
	})
}

// zoneOf is where a therapist lives: their own zone, otherwise that of the school.
func zoneOf(t core.Therapist, org core.Organization) core.Organization {
	if t.Zone != "" {
		org.Zone = t.Zone
	}
	return org
}

// form gathers what is wrong with an input while its texts are cleaned.
type form struct{ core.Collect }

func (f *form) line(name string, text *string, least, most int) {
	clean, err := core.CleanText(*text, least, most)
	_ = f.Check(name, err) // cleaning gives faults alone
	*text = clean
}

// longestNote is how many characters a reason or a note has at the most.
const longestNote = 500

func (f *form) note(name string, text *string, least int) {
	clean, err := core.CleanNote(*text, least, longestNote)
	_ = f.Check(name, err)
	*text = clean
}

// day wants a date that can be right.
func (f *form) day(name string, d core.Date) {
	switch {
	case d.IsZero():
		f.Add(name, "required", "This date is needed.")
	case d.Year < 1950 || d.Year > 2200:
		f.Add(name, "bad_date", "%s cannot be right.", d)
	}
}

// stale compares the version that a change is of with the version there is; 0 is
// not compared.
func stale(version, is int) error {
	if version != 0 && version != is {
		return core.ErrStale
	}
	return nil
}

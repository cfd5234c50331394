package licensure

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Service keeps courses and licences.
type Service struct {
	store   core.Transactor[Tx]
	src     core.Source
	primary Primary
}

// New makes the service. It asks no primary source until Ask says which.
func New(store core.Transactor[Tx], src core.Source) *Service { return &Service{store, src, nobody{}} }

// Therapist finds a person. Permission: license.read. Code: not_found.
func (s *Service) Therapist(ctx context.Context, a access.Actor, id core.TherapistID) (core.Therapist, error) {
	var t core.Therapist
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := allowed(ctx, tx, a, access.LicenseRead, id); err != nil {
			return err
		}
		t, err = tx.Therapist(ctx, id)
		return err
	})
	return t, err
}

// allowed is access.CanAny for a therapist, who belongs to the schools where
// they are enrolled or finished a course. It gives the first of them where the
// actor may do it by a role; none, where it is the actor's own record.
func allowed(ctx context.Context, tx Tx, a access.Actor, action access.Action, therapist core.TherapistID) (core.OrganizationID, error) {
	orgs, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return core.OrganizationID{}, err
	}
	if err := access.CanAny(a, action, orgs, therapist); err != nil || a.TherapistID == therapist {
		return core.OrganizationID{}, err
	}
	for _, org := range orgs {
		if access.Can(a, action, access.Target{Organization: org, Therapist: therapist}) == nil {
			return org, nil
		}
	}
	return core.OrganizationID{}, nil
}

func (s *Service) audit(ctx context.Context, tx Tx, a access.Actor, now time.Time, org core.OrganizationID, action, kind, target string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: action, TargetKind: kind, TargetID: target,
	})
}

// mostNote is how many characters a note has at the most.
const mostNote = 2_000

// form gathers what is wrong with an input while its texts are cleaned.
type form struct{ core.Collect }

func (f *form) line(name string, text *string, least, most int) {
	f.keep(name, text, func(s string) (string, error) { return core.CleanText(s, least, most) })
}

func (f *form) note(name string, text *string) {
	f.keep(name, text, func(s string) (string, error) { return core.CleanNote(s, 0, mostNote) })
}

func (f *form) keep(name string, text *string, clean func(string) (string, error)) {
	cleaned, err := clean(*text)
	_ = f.Check(name, err) // cleaning gives faults alone
	*text = cleaned
}

// day wants a date that is not after the last one; a zero last is no limit.
func (f *form) day(name string, d, last core.Date) {
	switch {
	case d.IsZero():
		f.Add(name, "required", "This date is needed.")
	case d.Year < 1900 || d.Year > 2200:
		f.Add(name, "bad_date", "%s cannot be right.", d)
	case !last.IsZero() && d.After(last):
		f.Add(name, "date_in_future", "%s has not come yet.", d)
	}
}

// regimeDay is the day that a jurisdiction has at an instant.
func regimeDay(jurisdiction string, at time.Time) core.Date {
	return standard.RegimeOf(jurisdiction).Day(at)
}

// latestToday is the day that it is somewhere on Earth already, for dates of
// places whose zone is not known.
func latestToday(now time.Time) core.Date { return core.DateOf(now.UTC().Add(14 * time.Hour)) }

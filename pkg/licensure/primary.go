package licensure

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/roster"
)

// Primary asks the authorities of jurisdictions about single licences.
type Primary interface {
	// Knows tells whether there is a source for a jurisdiction.
	Knows(jurisdiction string) bool
	// LookUp asks about a licence. ErrNotListed says that the source answered and
	// has no such licence; any other error that it could not be asked.
	LookUp(ctx context.Context, jurisdiction, title, number string) (Answer, error)
}

// Answer is what a primary source says of a licence. AsOf is the day of which it
// speaks, today in the jurisdiction where it is zero.
type Answer struct {
	roster.Line
	Source string
	AsOf   core.Date
}

// ErrNotListed is the answer of a source that has no such licence.
var ErrNotListed = errors.New("licensure: the source has no such licence")

// checkEvery is how long a source is left alone with the same licence.
const checkEvery = time.Minute

// nobody is asked where no source is configured.
type nobody struct{}

func (nobody) Knows(string) bool { return false }

func (nobody) LookUp(context.Context, string, string, string) (Answer, error) {
	return Answer{}, errors.New("licensure: no source is configured")
}

// Ask makes the service ask these sources.
func (s *Service) Ask(p Primary) *Service {
	s.primary = p
	return s
}

// MayCheck tells whether there is a primary source for a jurisdiction.
func (s *Service) MayCheck(jurisdiction string) bool { return s.primary.Knows(jurisdiction) }

// CheckNow asks the primary source about a licence. What it says and is not
// recorded yet becomes events; that it was asked is kept in any case. A source
// that could not be asked, or speaks of somebody else, says nothing of the
// licence: the outcome is could_not_check, never a refusal. Permission:
// license.record at any school that knows the therapist. Codes: not_found,
// no_source, checked_just_now.
func (s *Service) CheckNow(ctx context.Context, a access.Actor, license core.LicenseID) (core.LicenseCheck, error) {
	now := s.src.Now()
	var l core.License
	var holder core.Therapist
	var org core.OrganizationID
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.License(ctx, license); err != nil {
			return err
		}
		if org, err = allowed(ctx, tx, a, access.LicenseRecord, l.TherapistID); err != nil {
			return err
		}
		holder, err = tx.Therapist(ctx, l.TherapistID)
		return err
	})
	if err != nil {
		return core.LicenseCheck{}, err
	}
	if !s.primary.Knows(l.Jurisdiction) {
		return core.LicenseCheck{}, core.Conflict("no_source", "No register of %s is connected. Look there yourself, and record what you find.", l.Jurisdiction)
	}
	for _, c := range l.Checks {
		if c.Detail != "" && now.Sub(c.At) < checkEvery { // a list says nothing in detail
			return core.LicenseCheck{}, core.Conflict("checked_just_now", "The register was asked a moment ago. Try again in a minute.")
		}
	}
	answer, asked := s.primary.LookUp(ctx, l.Jurisdiction, l.Title, l.Number) // outside of any transaction
	check := core.LicenseCheck{ID: core.NewID[core.LicenseCheckID](s.src), LicenseID: l.ID, At: now, Source: answer.Source, RecordedBy: a.AccountID}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		current, err := tx.License(ctx, license)
		if err != nil {
			return err
		}
		w := s.weigh(a, current, holder, org, answer, asked, &check)
		if err := w.write(ctx, tx); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "license.check", "license", l.ID.String())
	})
	return check, err
}

// weigh says what an answer is worth, and what is written of it.
func (s *Service) weigh(a access.Actor, l core.License, holder core.Therapist, org core.OrganizationID, answer Answer, asked error, check *core.LicenseCheck) *rosterPart {
	today := regimeDay(l.Jurisdiction, check.At)
	if answer.AsOf.IsZero() || answer.AsOf.After(today) {
		answer.AsOf = today
	}
	if answer.Source == "" {
		check.Source = "The register of " + JurisdictionName(l.Jurisdiction)
	}
	check.CheckedOn = answer.AsOf
	w := &rosterPart{now: check.At, rosterImport: &rosterImport{
		s: s, a: a, source: core.RosterSource{Name: check.Source}, roster: core.Roster{OrganizationID: org, AsOf: answer.AsOf},
	}}
	switch {
	case errors.Is(asked, ErrNotListed):
		check.Outcome, check.Detail = core.CheckNotFound, "The register has no licence with this title and number."
	case asked != nil:
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register could not be asked."
	case answer.Name != "" && roster.NameKey(answer.Name) != roster.NameKey(holder.Name):
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register has the number for somebody with another name."
	case answer.BirthYear != 0 && !holder.BirthDate.IsZero() && answer.BirthYear != holder.BirthDate.Year:
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register has the number for somebody who was born in another year."
	default:
		events, _, earlier := found{answer.Line, check.Source, answer.AsOf}.news(l, false)
		check.Outcome, check.Detail = core.CheckSame, "The register says what is recorded."
		if len(events) > 0 {
			check.Outcome, check.Detail = core.CheckChanged, "The register says something new."
		}
		if earlier {
			check.Detail = "The register says an earlier last day, " + answer.ExpiresOn.String() + ". Look at it, and withdraw the later one if it is wrong."
		}
		w.record(l, false, events, nil)
	}
	w.checks = []core.LicenseCheck{*check}
	return w
}

package licensure

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
)

// Primary asks the authorities of jurisdictions about single licenses.
type Primary interface {
	// Knows tells whether there is a source for a jurisdiction.
	Knows(jurisdiction string) bool
	// LookUp asks about a license. ErrNotListed says that the source answered and
	// has no such license; any other error that it could not be asked.
	LookUp(ctx context.Context, jurisdiction, title, number string) (Answer, error)
}

// Answer is what a primary source says of a license. AsOf is the day of which it
// speaks, today in the jurisdiction where it is zero.
type Answer struct {
	roster.Line
	Source string
	AsOf   core.Date
}

// ErrNotListed is the answer of a source that has no such license.
var ErrNotListed = errors.New("licensure: the source has no such license")

// checkEvery is how long a source is left alone with the same license.
const checkEvery = time.Minute

// nobody is asked where no source is configured.
type nobody struct{}

func (nobody) Knows(string) bool { return false }

func (nobody) LookUp(context.Context, string, string, string) (Answer, error) {
	return Answer{}, errors.New("licensure: no source is configured")
}

// Ask makes the service ask these sources.
func (s *Service) Ask(p Primary) *Service {
	s.licenses.primary = p
	return s
}

// MayCheck tells whether there is a primary source for a jurisdiction.
func (s *licenses) MayCheck(jurisdiction string) bool { return s.primary.Knows(jurisdiction) }

var checksLicense = act.Declare(access.LicenseRecord, act.NewEvent("license.check", "license"))

// CheckNow asks the primary source about a license. What it says and is not
// recorded yet becomes events; that it was asked is kept in any case. A source
// that could not be asked, or speaks of someone else, says nothing of the
// license: the outcome is could_not_check, never a refusal. Permission:
// license.record, by the therapist or under a grant of licenses. Codes: not_found,
// no_source, checked_just_now.
func (s *licenses) CheckNow(ctx context.Context, a access.Actor, license core.LicenseID) (core.LicenseCheck, error) {
	var asked inquiry
	var news *rosterPart
	return act.Do(ctx, s.act, a, checksLicense, act.Command[Tx, core.License, core.LicenseCheck]{
		Prepare: func(ctx context.Context) (err error) {
			asked, err = s.ask(ctx, a, license)
			return err
		},
		Find: findLicense(license),
		Change: func(_ context.Context, x act.Step[Tx], l core.License) (core.LicenseCheck, error) {
			check := core.LicenseCheck{ID: core.NewID[core.LicenseCheckID](s.src), LicenseID: license, At: x.Now, Source: asked.answer.Source, RecordedBy: a.AccountID, Register: true, OrganizationID: x.For}
			news = asked.weigh(s.src, x, l, &check)
			news.notices, news.hearing = s.notices, s.hearing
			return check, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ core.License, _ core.LicenseCheck) error {
			return news.write(ctx, x.Tx)
		},
		Tell: func(core.License, core.LicenseCheck) []act.Told { return act.Of(license.String(), nil) },
	})
}

// inquiry is a question that a primary source was asked, about whose license, and
// what came of it.
type inquiry struct {
	holder core.Therapist
	answer Answer
	err    error
	mute   string // why the answer says nothing, though there is one
}

// ask asks the primary source about a license of which the actor may record
// something.
func (s *licenses) ask(ctx context.Context, a access.Actor, license core.LicenseID) (q inquiry, err error) {
	l, err := act.Read(ctx, s.act, a, access.LicenseRecord, func(ctx context.Context, r act.Reader[Tx]) (core.License, error) {
		l, err := r.Tx.License(ctx, license)
		if err == nil {
			err = r.May(ctx, licensesOf(l.TherapistID))
		}
		if err != nil {
			return l, err
		}
		q.holder, err = r.Tx.Therapist(ctx, l.TherapistID)
		return l, err
	})
	if err != nil {
		return q, err
	}
	if !s.primary.Knows(l.Jurisdiction) {
		return q, core.Conflict("no_source", "jurisdiction", l.Jurisdiction)
	}
	for _, c := range l.Checks {
		if c.Register && s.src.Now().Sub(c.At) < checkEvery {
			return q, core.Conflict("checked_just_now")
		}
	}
	q.answer, q.err = s.primary.LookUp(ctx, l.Jurisdiction, l.Title, l.Number)
	return q, s.hears(ctx, l.Jurisdiction, &q)
}

// hears keeps of an answer what its source answers, where the operator has approved one of
// its name. What another look-up says is as the program was configured.
func (s *licenses) hears(ctx context.Context, jurisdiction string, q *inquiry) error {
	type approved struct {
		RosterSource
		found bool
	}
	source, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (a approved, err error) {
		a.RosterSource, a.found, err = tx.ApprovedByName(ctx, jurisdiction, q.answer.Source)
		return a, err
	})
	switch {
	case err != nil || !source.found:
		return err
	case !source.WithdrawnAt.IsZero():
		q.mute = "The operator has withdrawn this source."
		return nil
	}
	line, refusal := source.hears(q.answer.Line)
	if refusal != nil {
		q.mute = refusal.Message
	}
	q.answer.Line = line
	return nil
}

// weigh says what an answer is worth, and what is written of it.
func (q inquiry) weigh(src core.Source, x act.Step[Tx], l core.License, check *core.LicenseCheck) *rosterPart {
	answer, holder := q.answer, q.holder
	today := regimeDay(l.Jurisdiction, check.At)
	if answer.AsOf.IsZero() || answer.AsOf.After(today) {
		answer.AsOf = today
	}
	if answer.Source == "" {
		check.Source = "The register of " + core.JurisdictionName(l.Jurisdiction)
	}
	check.CheckedOn = answer.AsOf
	w := &rosterPart{now: check.At, rosterImport: &rosterImport{
		src: src, a: x.Actor, source: RosterSource{Name: check.Source}, roster: Roster{OrganizationID: x.For, AsOf: answer.AsOf},
	}}
	switch {
	case q.mute != "":
		check.Outcome, check.Detail = core.CheckCouldNotCheck, q.mute
	case errors.Is(q.err, ErrNotListed):
		check.Outcome, check.Detail = core.CheckNotFound, "The register has no license with this title and number."
	case q.err != nil:
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register could not be asked."
	case answer.Name == "": // a number alone may be anyone's
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register does not say whose license it is."
	case core.NameKey(answer.Name) != core.NameKey(holder.Name):
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register has the number for someone with another name."
	case answer.BirthYear != 0 && !holder.BirthDate.IsZero() && answer.BirthYear != holder.BirthDate.Year:
		check.Outcome, check.Detail = core.CheckCouldNotCheck, "The register has the number for someone who was born in another year."
	default:
		f := found{Line: answer.Line, Source: check.Source, AsOf: answer.AsOf, Register: true, By: x.For}
		check.Detail = "The register says what is recorded."
		if w.record(f, l, false) {
			check.Detail = "The register says something new."
		}
		seen := &w.checks[0]
		seen.ID, seen.Detail = check.ID, check.Detail
		*check = *seen
		return w
	}
	w.checks = []core.LicenseCheck{*check}
	return w
}

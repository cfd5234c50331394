package licensure

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// found is what a primary source says of one license. Register tells that no person
// looked, but a program, at a source that the operator vouches for; else By's members
// did.
type found struct {
	roster.Line
	Source   string
	AsOf     core.Date
	Register bool
	By       core.OrganizationID
}

// news is what a source says that is not recorded yet, as events. What it says later
// replaces what was said before, an earlier last day included: the answer goes by the
// order of the looks.
func (f found) news(l core.License) (events []EventInput) {
	if f.Lifecycle != "" {
		events = append(events, f.status(l, core.Lifecycle, f.Lifecycle)...)
	}
	for _, status := range f.disciplines(l) {
		events = append(events, f.status(l, core.Discipline, status)...)
	}
	if !f.ExpiresOn.IsZero() {
		events = append(events, f.term(l)...)
	}
	return events
}

// disciplines are what the source says of discipline, and where its word for a status
// could say suspended and does not any more, that this has ended.
func (f found) disciplines(l core.License) []string {
	if f.Discipline != "" || !f.Lifts {
		return slices.DeleteFunc([]string{f.Discipline}, func(s string) bool { return s == "" })
	}
	if e := license.StatusAt(l, core.Discipline, f.asked()); e != nil && e.Status == "suspended" {
		return []string{core.Reinstated}
	}
	return nil
}

// asked is the question what the source's own words, and those of as strong ones, come to
// on the day of which it speaks.
func (f found) asked() license.Asked {
	q := standard.OnDay(f.AsOf, f.AsOf.In(time.UTC))
	q.For = f.By
	return q
}

// status is an event of an axis, unless a word as strong said so last.
func (f found) status(l core.License, axis core.Axis, status string) []EventInput {
	shown, known := license.Known(l, axis, f.asked())
	if !known && axis == core.Discipline && status == "none" || known && shown.Status == status && f.asStrong(shown) {
		return nil
	}
	e := f.event(axis, status, f.AsOf)
	switch {
	case (status == core.Expired || status == core.Delinquent) && !f.ExpiresOn.IsZero() && f.ExpiresOn.Before(f.AsOf):
		e.EffectiveOn = f.ExpiresOn.AddDays(1)
	case known && shown.Status == status && axis == core.Discipline: // the first look at an order that is known from elsewhere
		e.EffectiveOn = shown.Since
	case (!known || shown.Status == status) && axis == core.Lifecycle && status == core.Active && !f.IssuedOn.IsZero() && !f.IssuedOn.After(f.AsOf):
		e.EffectiveOn = f.IssuedOn
	}
	return []EventInput{e}
}

// asStrong tells whether what is known is known as well, to those to whom this would be.
func (f found) asStrong(s license.Source) bool {
	return s.Strength == license.Register || !f.Register && s.Strength == license.Seen && s.By == f.By
}

// term is the last day, unless a word as strong said so last.
func (f found) term(l core.License) []EventInput {
	shown, known := license.Known(l, core.Term, f.asked())
	e := f.event(core.Term, core.Issued, f.AsOf)
	e.Until = f.ExpiresOn
	switch {
	case known && shown.Until == f.ExpiresOn && f.asStrong(shown):
		return nil
	case known && shown.Until == f.ExpiresOn, known && f.ExpiresOn.Before(shown.Until):
		e.EffectiveOn = shown.Since
	case known:
		e.Status = core.Renewed
		if next := shown.Until.AddDays(1); next.Before(f.AsOf) {
			e.EffectiveOn = next
		}
	case !f.IssuedOn.IsZero():
		e.EffectiveOn = f.IssuedOn
	}
	if e.EffectiveOn.After(f.ExpiresOn) {
		e.EffectiveOn = f.ExpiresOn
	}
	return []EventInput{e}
}

func (f found) event(axis core.Axis, status string, on core.Date) EventInput {
	return EventInput{
		Axis: axis, Status: status, EffectiveOn: on, Method: core.MethodPrimarySource, Register: f.Register, Source: f.Source, CheckedOn: f.AsOf,
	}
}

// look is the look itself: what was seen, of whichever axis the source speaks.
func (f found) look(id core.LicenseCheckID, l core.LicenseID) core.LicenseCheck {
	return core.LicenseCheck{
		ID: id, LicenseID: l, CheckedOn: f.AsOf, Source: f.Source, Register: f.Register, OrganizationID: f.By,
		Lifecycle: f.Lifecycle, ExpiresOn: f.ExpiresOn, Discipline: f.Discipline,
	}
}

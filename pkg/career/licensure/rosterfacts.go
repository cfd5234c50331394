package licensure

import (
	"slices"

	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// found is what a primary source says of one license.
type found struct {
	roster.Line
	Source string
	AsOf   core.Date
}

// news is what a source says that is not recorded yet, as events. Of a last day
// earlier than the recorded one it says nothing unless that is certain; earlier
// tells that it was so.
func (f found) news(l core.License, certain bool) (events []EventInput, withdrawn []core.LicenseEvent, earlier bool) {
	if f.Lifecycle != "" {
		events = append(events, f.status(l, core.Lifecycle, f.Lifecycle)...)
	}
	discipline := f.Discipline
	if discipline == "none" && l.Last(core.Discipline) == nil {
		discipline = ""
	}
	if discipline != "" {
		events = append(events, f.status(l, core.Discipline, discipline)...)
	}
	good := l.GoodUntil(timeless)
	switch {
	case f.ExpiresOn.IsZero():
	case good.After(f.ExpiresOn) && !certain:
		return events, nil, true
	case good.After(f.ExpiresOn):
		for _, e := range l.Live(core.Term) {
			if e.Until.After(f.ExpiresOn) {
				withdrawn = append(withdrawn, e)
			}
		}
		events = append(events, f.term(core.Issued, withdrawn[0].EffectiveOn))
	default:
		events = append(events, f.renewal(l, good)...)
	}
	return events, withdrawn, false
}

// status is an event of an axis, unless a primary source said so last.
func (f found) status(l core.License, axis core.Axis, status string) []EventInput {
	last, counts := l.Last(axis), license.StatusAt(l, axis, standard.OnDay(f.AsOf))
	said := func(e *core.LicenseEvent) bool {
		return e != nil && e.Status == status && e.Method == core.MethodPrimarySource && (e.Until.IsZero() || !e.Until.Before(f.AsOf))
	}
	if said(counts) || said(last) {
		return nil
	}
	e := f.event(axis, status, f.AsOf)
	switch {
	case counts == nil && status == core.Active && !f.IssuedOn.IsZero():
		e.EffectiveOn = f.IssuedOn
	case (status == core.Expired || status == core.Delinquent) && !f.ExpiresOn.IsZero() && f.ExpiresOn.Before(f.AsOf):
		e.EffectiveOn = f.ExpiresOn.AddDays(1)
	}
	if last != nil && last.EffectiveOn.After(e.EffectiveOn) {
		e.EffectiveOn = last.EffectiveOn
	}
	return []EventInput{e}
}

// renewal is a term that lasts longer than what is recorded, or the first look
// at one that is.
func (f found) renewal(l core.License, good core.Date) []EventInput {
	terms := l.Live(core.Term)
	known := slices.ContainsFunc(terms, func(e core.LicenseEvent) bool {
		return e.Until == f.ExpiresOn && e.Method == core.MethodPrimarySource
	})
	switch i := slices.IndexFunc(terms, func(e core.LicenseEvent) bool { return e.Until == f.ExpiresOn }); {
	case known:
		return nil
	case i >= 0:
		return []EventInput{f.term(terms[i].Status, terms[i].EffectiveOn)}
	case good.IsZero():
		from := f.AsOf
		if !f.IssuedOn.IsZero() {
			from = f.IssuedOn
		}
		return []EventInput{f.term(core.Issued, from)}
	}
	return []EventInput{f.term(core.Renewed, good.AddDays(1))}
}

func (f found) term(status string, from core.Date) EventInput {
	if from.After(f.ExpiresOn) {
		from = f.ExpiresOn
	}
	e := f.event(core.Term, status, from)
	e.Until = f.ExpiresOn
	return e
}

func (f found) event(axis core.Axis, status string, on core.Date) EventInput {
	return EventInput{Axis: axis, Status: status, EffectiveOn: on, Method: core.MethodPrimarySource, Source: f.Source, CheckedOn: f.AsOf}
}

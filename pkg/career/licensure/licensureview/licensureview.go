// Package licensureview shows licenses and what else people hold in the models of
// the API, for the operations of every subject that answers with one.
package licensureview

import (
	"slices"
	"time"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

// License is a license with what it lets its holder do.
func License(w *words.Language, l core.License, p license.Practice) common.License {
	return common.License{
		Id: l.ID, TherapistId: l.TherapistID, Jurisdiction: l.Jurisdiction, Title: l.Title, Number: l.Number,
		IssuedOn: l.IssuedOn, ExpiresOn: l.ExpiresOn, Practice: practice(w, p), Version: l.Version,
		Checks: edge.Each(l.Checks, Check), Events: events(l.Events, p.Orders), DisputedAt: l.DisputedAt, AnswerDueAt: l.AnswerDue(),
	}
}

// Check is a look at an authority's register.
func Check(c core.LicenseCheck) common.LicenseCheck {
	return common.LicenseCheck{
		Id: c.ID, LicenseId: c.LicenseID, At: c.At, CheckedOn: c.CheckedOn, Source: c.Source, Outcome: common.LicenseCheckOutcome(c.Outcome), Detail: c.Detail,
		Strength: license.StrengthOf(core.MethodPrimarySource, c.Register).String(), OrganizationName: c.OrganizationName,
		Lifecycle: c.Lifecycle, ExpiresOn: c.ExpiresOn, Discipline: c.Discipline, Address: c.Address, DocumentName: c.DocumentName,
	}
}

// events adds to orders whether they are in force, and what lifted them.
func events(all []core.LicenseEvent, orders []license.Order) []common.LicenseEvent {
	out := edge.Each(all, event)
	for _, o := range orders {
		i := slices.IndexFunc(all, func(e core.LicenseEvent) bool { return e.ID == o.ID })
		if i < 0 {
			continue
		}
		out[i].InForce = o.InForce
		if o.LiftedBy != nil {
			out[i].LiftedById = o.LiftedBy.ID
		}
	}
	return out
}

func event(e core.LicenseEvent) common.LicenseEvent {
	return common.LicenseEvent{
		Authority: e.Authority, LiftsId: e.Lifts,
		Id: e.ID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, WithdrawsId: e.Withdraws,
		Method: common.LicenseEventMethod(e.Method), Source: e.Source, CheckedOn: e.CheckedOn, Note: e.Note,
		RecordedAt: e.RecordedAt, RecordedByName: e.RecordedByName, OrganizationName: e.OrganizationName, DisputedAt: e.DisputedAt, AnswerDueAt: e.AnswerDue(),
	}
}

// Places are the answers for each jurisdiction.
func Places(w *words.Language, places []license.Place) []common.LicensePlace {
	return edge.Each(places, func(p license.Place) common.LicensePlace {
		return common.LicensePlace{
			Jurisdiction: p.Jurisdiction, Answer: string(p.Answer), Reason: w.WriteAll(p.Decided.Because), ReasonId: p.Decided.Because[0].ID, Discipline: p.Discipline,
		}
	})
}

// Headline is the answers in one line.
func Headline(w *words.Language, places []license.Place) string {
	return w.WriteAll(license.Headline(places, core.JurisdictionName))
}

// practice adds the age of the source in days.
func practice(w *words.Language, p license.Practice) common.Practice {
	out := common.Practice{
		May: p.May(), Answer: string(p.Answer), Reason: w.WriteAll(p.Because), ReasonId: p.Because[0].ID, On: p.On, Lifecycle: p.Lifecycle, Discipline: p.Standing, Disciplined: p.Disciplined, Title: p.Title,
		LooksUntil: p.LooksUntil, ExpiresOn: p.ExpiresOn, RenewBy: p.RenewBy, KnownAt: p.KnownAt, WayBack: p.Back,
		CheckedOn: p.CheckedOn, Method: p.Method, Source: p.Source,
	}
	out.Sources = edge.Each(p.Sources, Source)
	if p.Rule != nil {
		out.Rule = common.RegimeRule{Id: p.Rule.ID, Text: p.Rule.Text, Source: p.Rule.Source, Confidence: common.RegimeRuleConfidence(p.Rule.Confidence)}
	}
	if !p.CheckedOn.IsZero() {
		out.AgeDays = max(0, int(p.On.In(time.UTC).Sub(p.CheckedOn.In(time.UTC))/(24*time.Hour)))
	}
	return out
}

// Source is what one axis of a license is known by.
func Source(s license.Source) common.PracticeSource {
	return common.PracticeSource{
		Axis: string(s.Axis), Status: s.Status, Until: s.Until, Strength: s.Strength.String(), OrganizationName: s.ByName, Source: s.Name, LookedOn: s.LookedOn, Counts: s.Counts,
	}
}

// Holding is what someone holds beside licenses, and whether it is good today.
func Holding(d licensure.Holding, today core.Date) common.Holding {
	return common.Holding{
		Id: d.ID, TherapistId: d.TherapistID, TherapistName: d.TherapistName, Kind: common.HoldingKind(d.Kind), Name: d.Name, Issuer: d.Issuer,
		Number: d.Number, Jurisdiction: d.Jurisdiction, Taxonomy: d.Taxonomy, ObtainedOn: d.ObtainedOn, ExpiresOn: d.ExpiresOn,
		Good: d.Good(today), Passed: d.Passed, Attempt: d.Attempt, EachClaim: d.EachClaim, Aggregate: d.Aggregate,
		Method: d.Method, Source: d.Source, CheckedOn: d.CheckedOn, CheckedByName: d.CheckedByName, NextCheck: d.NextCheck,
		DocumentName: d.DocumentName, Note: d.Note, RecordedByName: d.RecordedByName, RecordedAt: d.RecordedAt, Version: d.Version,
		DisputedAt: d.DisputedAt, AnswerDueAt: d.AnswerDue(),
	}
}

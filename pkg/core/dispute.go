package core

import "time"

// ItemKind is a kind of thing on a record that its therapist can dispute.
type ItemKind string

// The kinds.
const (
	ItemLicense    ItemKind = "license"
	ItemEvent      ItemKind = "license_event"
	ItemAdverse    ItemKind = "adverse_action"
	ItemHolding    ItemKind = "holding"
	ItemCompletion ItemKind = "course_completion"
	ItemCredential ItemKind = "certificate"
)

// ItemKinds are all kinds, in the order in which they are shown.
var ItemKinds = []ItemKind{ItemLicense, ItemEvent, ItemAdverse, ItemHolding, ItemCompletion, ItemCredential}

// AnswerWithin is how long who recorded a thing has to answer a dispute of it.
const AnswerWithin = 30 * 24 * time.Hour

// Disputed is since when a therapist disputes something; zero: there is no dispute that
// waits for an answer.
type Disputed struct{ DisputedAt time.Time }

// IsDisputed tells whether there is a dispute.
func (d Disputed) IsDisputed() bool { return !d.DisputedAt.IsZero() }

// AnswerDue is by when an answer is due; zero where there is no dispute.
func (d Disputed) AnswerDue() time.Time {
	if !d.IsDisputed() {
		return time.Time{}
	}
	return d.DisputedAt.Add(AnswerWithin)
}

// AnswerLate tells whether it was not answered in time.
func (d Disputed) AnswerLate(now time.Time) bool {
	return d.IsDisputed() && !now.Before(d.AnswerDue())
}

// DisputedOn and AnswerDueOn are the days of those moments.
func (d Disputed) DisputedOn() Date { return DateOf(d.DisputedAt) }

// AnswerDueOn is the day of AnswerDue.
func (d Disputed) AnswerDueOn() Date { return DateOf(d.AnswerDue()) }

// LateOn tells whether it was not answered before a day.
func (d Disputed) LateOn(day Date) bool { return d.IsDisputed() && day.After(d.AnswerDueOn()) }

package core

import "time"

// TopicKind is what a topic of the catalogue is.
type TopicKind string

// The kinds of topics. A course treats several conditions with several
// techniques and modalities, for several settings.
const (
	TopicTechnique TopicKind = "technique"
	TopicModality  TopicKind = "modality"
	TopicCondition TopicKind = "condition"
	TopicSetting   TopicKind = "setting"
)

// TopicKinds in the order in which they are shown.
var TopicKinds = []TopicKind{TopicCondition, TopicTechnique, TopicModality, TopicSetting}

// TopicRef names a topic.
type TopicRef struct {
	Kind TopicKind
	Code string
}

// Topic is a term of a school's catalogue: one that Palmar ships, or the
// school's own. A hidden one is offered no more; courses keep it. SchoolHours
// says that no national standard of hours was found for it.
type Topic struct {
	TopicRef
	Title       string
	Shipped     bool
	Hidden      bool
	SchoolHours bool
	CreatedAt   time.Time
}

// Lasting is how long an attestation is good: Months from a day on, with YearEnd
// until the last day of that year. No months are without end.
type Lasting struct {
	Months  int
	YearEnd bool
}

// Until is the last good day of what was attained on a day; zero is without end.
func (l Lasting) Until(attained Date) Date {
	if l.Months == 0 {
		return Date{}
	}
	after := attained.AddMonths(l.Months)
	if l.YearEnd {
		return Date{after.Year, time.December, 31}
	}
	return after.AddDays(-1)
}

// Ability is what somebody is trained for: a condition, a technique or modality
// (Means), or one with the other, by the certificate that stands behind it. An
// empty Condition or Means is any. It is good until the day ValidUntil begins,
// zero is without end.
type Ability struct {
	OrganizationID   OrganizationID
	OrganizationName string
	TherapistID      TherapistID
	Name             string
	Condition        string
	Means            string
	Area             string
	CredentialID     CredentialID
	Code             string
	Title            string
	IssuedAt         time.Time
	ValidUntil       time.Time
}

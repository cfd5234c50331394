package specialty

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// TopicKind is what a topic of the catalog is.
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

// Topic is a term of a school's catalog: one that Palmar ships, or the
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

// Ability is what someone is trained for: a condition, a technique or modality
// (Means), or one with the other, by the certificate that stands behind it. An
// empty Condition or Means is any. It is good until the day ValidUntil begins,
// zero is without end.
type Ability struct {
	OrganizationID   core.OrganizationID
	OrganizationName string
	TherapistID      core.TherapistID
	Name             string
	Condition        string
	Means            string
	Area             string
	CredentialID     core.CredentialID
	Code             string
	Title            string
	IssuedAt         time.Time
	ValidUntil       time.Time
	// Bars say where the therapist may not practice, to those who may know.
	Bars          []words.Sentence
	core.Disputed // the certificate is
}

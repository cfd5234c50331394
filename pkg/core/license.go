package core

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Axis is one of the two independent histories of a licence: probation can be
// active and disciplined at once, so one status cannot hold both.
type Axis string

// The axes.
const (
	Lifecycle  Axis = "lifecycle"
	Discipline Axis = "discipline"
)

// LifecycleStatuses and DisciplineStatuses are the words of each axis.
var (
	LifecycleStatuses  = []string{"pending", "active", "inactive", "delinquent", "expired", "retired", "null_and_void", "relinquished"}
	DisciplineStatuses = []string{"none", "conditions", "probation", "restricted", "suspended", "revoked", "surrendered"}
)

// Verification methods of a licence event.
const (
	MethodPrimarySource = "primary_source"
	MethodDocument      = "document"
	MethodSelfReport    = "self_report"
)

// Methods in the order of their weight.
var Methods = []string{MethodPrimarySource, MethodDocument, MethodSelfReport}

// License is a therapist's licence in a jurisdiction (two letters, such as
// FL). Number is opaque; it is unique with jurisdiction and title. ExpiresOn is
// the last day on which it is good.
type License struct {
	ID             LicenseID
	TherapistID    TherapistID
	OrganizationID OrganizationID
	Jurisdiction   string
	Title          string
	Number         string
	IssuedOn       Date
	ExpiresOn      Date
	CreatedAt      time.Time
	CreatedBy      AccountID
	Events         []LicenseEvent
	Version        int
}

// LicenseEvent is a dated fact of one axis and how it is known. EffectiveOn is
// when it was true, RecordedAt when Palmar learned of it, CheckedOn when the
// source was looked at. Events are never changed; a later one replaces what an
// earlier one said from its own day on.
type LicenseEvent struct {
	ID             LicenseEventID
	LicenseID      LicenseID
	Axis           Axis
	Status         string
	EffectiveOn    Date
	Method         string
	Source         string
	CheckedOn      Date
	Note           string
	RecordedAt     time.Time
	RecordedBy     AccountID
	RecordedByName string
}

// Practice says whether somebody may practise on a day, and why.
type Practice struct {
	May       bool
	Reason    string
	On        Date
	Lifecycle string
	Standing  string
	CheckedOn Date
	Method    string
	Source    string
}

// StatusAt is the last event of an axis that was effective on a day, or nil.
// Of two on one day the one recorded later counts.
func (l License) StatusAt(axis Axis, on Date) *LicenseEvent {
	events := slices.Clone(l.Events)
	slices.SortStableFunc(events, func(a, b LicenseEvent) int {
		return cmp.Or(a.EffectiveOn.Compare(b.EffectiveOn), a.RecordedAt.Compare(b.RecordedAt))
	})
	for _, e := range slices.Backward(events) {
		if e.Axis == axis && !e.EffectiveOn.After(on) {
			return &e
		}
	}
	return nil
}

// MayPractise answers from both axes and the dates whether the licence lets its
// holder practise on a day. Conditions, probation and restriction leave the
// right to practise and are named; suspension, revocation and surrender take it
// away. Grace periods of a jurisdiction are not assumed.
func (l License) MayPractise(on Date) Practice {
	p := Practice{On: on, Lifecycle: "unknown", Standing: "none"}
	life, disc := l.StatusAt(Lifecycle, on), l.StatusAt(Discipline, on)
	if life != nil {
		p.Lifecycle, p.CheckedOn, p.Method, p.Source = life.Status, life.CheckedOn, life.Method, life.Source
	}
	if disc != nil {
		p.Standing = disc.Status
		if disc.CheckedOn.After(p.CheckedOn) {
			p.CheckedOn, p.Method, p.Source = disc.CheckedOn, disc.Method, disc.Source
		}
	}
	name := fmt.Sprintf("%s %s %s", l.Jurisdiction, l.Title, l.Number)
	switch {
	case p.Standing == "suspended" || p.Standing == "revoked" || p.Standing == "surrendered":
		p.Reason = fmt.Sprintf("%s is %s since %s.", name, p.Standing, disc.EffectiveOn)
	case !l.IssuedOn.IsZero() && on.Before(l.IssuedOn):
		p.Reason = fmt.Sprintf("%s was issued on %s, after that day.", name, l.IssuedOn)
	case life == nil:
		p.Reason = fmt.Sprintf("No status of %s is known for that day.", name)
	case life.Status != "active":
		p.Reason = fmt.Sprintf("%s is %s since %s.", name, life.Status, life.EffectiveOn)
	case !l.ExpiresOn.IsZero() && on.After(l.ExpiresOn):
		p.Reason = fmt.Sprintf("%s expired on %s.", name, l.ExpiresOn)
	default:
		p.May = true
		p.Reason = fmt.Sprintf("%s is active.", name)
		if p.Standing != "none" {
			p.Reason = fmt.Sprintf("%s is active, with discipline: %s.", name, p.Standing)
		}
	}
	return p
}

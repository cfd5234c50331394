package core

import (
	"bytes"
	"cmp"
	"slices"
	"time"
)

// Axis is one of the independent histories of a license. Probation can be
// active and disciplined at once, so one status cannot hold both; a renewal
// changes neither, only until when the license is good.
type Axis string

// The axes. Term is the history of the terms: from when until when.
const (
	Lifecycle  Axis = "lifecycle"
	Discipline Axis = "discipline"
	Term       Axis = "term"
)

// The words of each axis; those of the discipline from the mildest on. An
// administrative suspension takes the right to practice away without being
// discipline.
var (
	LifecycleStatuses  = []string{Active, "pending", "inactive", Delinquent, Expired, "retired", "administrative_suspension", NullAndVoid, "relinquished", Reinstated}
	DisciplineStatuses = []string{"none", Reinstated, "conditions", "probation", "restricted", "suspended", "surrendered", "revoked"}
	TermStatuses       = []string{Issued, Renewed}
)

// The statuses that the law of terms knows by name, and Withdrawn, which says
// of an earlier record of any axis that it was an error.
const (
	Active      = "active"
	Delinquent  = "delinquent"
	Expired     = "expired"
	NullAndVoid = "null_and_void"
	// Reinstated is active again by a decision of the authority, which alone lifts what
	// is final; of the discipline it ends what takes the right to practice away.
	Reinstated = "reinstated"
	Issued     = "issued"
	Renewed    = "renewed"
	Withdrawn  = "withdrawn"
)

// Verification methods of a license event.
const (
	MethodPrimarySource = "primary_source"
	MethodDocument      = "document"
	MethodSelfReport    = "self_report"
)

// Methods in the order of their weight.
var Methods = []string{MethodPrimarySource, MethodDocument, MethodSelfReport}

// HolderState is whether a license is of the therapist for whom it was recorded.
type HolderState string

// The states. Contested is one that another person's record names too, and Disowned one
// of which the operator has decided that it is not this person's.
const (
	Contested HolderState = "contested"
	Disowned  HolderState = "disowned"
)

// License is a therapist's license in a jurisdiction (two letters, such as
// FL). Number is as it was written; how numbers are compared is license.Canonical.
// Two people may claim one, which Holder tells of. ExpiresOn is the last day on which it is good by all that is recorded now; what it was, and
// what was known of it, is in the events of Term.
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
	Checks         []LicenseCheck // the newest of each outcome, by whom
	Holder         HolderState    // empty: nobody else claims it
	Version        int
	// Partial says that Events are what one organization recorded, and others may have
	// recorded more: nothing follows from them.
	Partial bool
	Disputed
}

// LicenseEvent is a dated fact of one axis and how it is known. EffectiveOn is
// since when it was true, in the jurisdiction's calendar, and Until the last day
// of it: the end of a suspension for thirty days, the last good day of a term;
// zero where it has no end. RecordedAt is when Palmar learned of it, CheckedOn
// when the source was looked at. Events are never changed; a later one replaces
// what an earlier one said from its own day on, and one whose Withdraws is set
// says that the record which it names was an error from the beginning.
type LicenseEvent struct {
	ID          LicenseEventID
	LicenseID   LicenseID
	Axis        Axis
	Status      string
	EffectiveOn Date
	Until       Date
	Method      string
	Register    bool // no person looked, but a program, at a source that the operator vouches for
	Source      string
	CheckedOn   Date
	Note        string
	Withdraws   LicenseEventID
	// Authority is whose order it is, or who lifts one; empty: the board that issued the
	// license. Lifts is the order that a clear or a reinstatement ends; zero: each of its
	// authority that it can end.
	Authority      string
	Lifts          LicenseEventID
	RecordedAt     time.Time
	RecordedBy     AccountID
	RecordedByName string
	// OrganizationID is whose member recorded it; zero: the therapist did.
	OrganizationID   OrganizationID
	OrganizationName string
	Disputed
}

// EndedBy tells whether the event had an end before a day.
func (e LicenseEvent) EndedBy(on Date) bool { return !e.Until.IsZero() && on.After(e.Until) }

// Known are the events of an axis that were recorded by a moment (zero: all),
// without those that a record of that time withdraws, in the order in which
// they took effect; of two on one day the one recorded later comes last.
func (l License) Known(axis Axis, at time.Time) []*LicenseEvent {
	heard := func(e LicenseEvent) bool { return at.IsZero() || !e.RecordedAt.After(at) }
	withdrawn := map[LicenseEventID]bool{}
	for _, e := range l.Events {
		if !e.Withdraws.IsZero() && heard(e) {
			withdrawn[e.Withdraws] = true
		}
	}
	var events []*LicenseEvent
	for i := range l.Events {
		if e := &l.Events[i]; e.Axis == axis && e.Withdraws.IsZero() && heard(*e) && !withdrawn[e.ID] {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b *LicenseEvent) int {
		return cmp.Or(a.EffectiveOn.Compare(b.EffectiveOn), a.RecordedAt.Compare(b.RecordedAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return events
}

// GoodUntil is the last day of the term that was said last of those known at a moment
// (zero: all that are recorded), by the day of the look; zero where none is.
func (l License) GoodUntil(at time.Time) Date {
	terms := l.Known(Term, at)
	if len(terms) == 0 {
		return Date{}
	}
	return slices.MaxFunc(terms, func(a, b *LicenseEvent) int {
		return cmp.Or(a.CheckedOn.Compare(b.CheckedOn), a.RecordedAt.Compare(b.RecordedAt), bytes.Compare(a.ID[:], b.ID[:]))
	}).Until
}

// Last is the event of an axis that took effect last by all that is recorded,
// whether it counts or not; nil where there is none.
func (l License) Last(axis Axis) *LicenseEvent {
	events := l.Known(axis, time.Time{})
	if len(events) == 0 {
		return nil
	}
	return events[len(events)-1]
}

// Live are the events of an axis that nobody withdrew, in the order in which
// they took effect.
func (l License) Live(axis Axis) (live []LicenseEvent) {
	for _, e := range l.Known(axis, time.Time{}) {
		live = append(live, *e)
	}
	return live
}

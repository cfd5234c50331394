package core

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// StatusAt is the event of an axis that counts on a day, or nil: the last one
// that was effective, and of two on one day the one recorded later. Only a
// refusal is not lifted by a weaker method than its own.
func (l License) StatusAt(axis Axis, on Date) *LicenseEvent {
	counts, _ := l.statusAt(axis, on)
	return counts
}

// statusAt gives, beside the event that counts, the last one where it was too
// weak to lift that. Something weaker in between lifts nothing either.
func (l License) statusAt(axis Axis, on Date) (counts, tooWeak *LicenseEvent) {
	events := slices.DeleteFunc(slices.Clone(l.Events), func(e LicenseEvent) bool { return e.Axis != axis || e.EffectiveOn.After(on) })
	if len(events) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(events, func(a, b LicenseEvent) int {
		return cmp.Or(a.EffectiveOn.Compare(b.EffectiveOn), a.RecordedAt.Compare(b.RecordedAt))
	})
	last := &events[len(events)-1]
	strongest := last
	for i := len(events) - 1; i >= 0 && !last.refuses(); i-- {
		if e := &events[i]; e.strongerThan(strongest) {
			if e.refuses() {
				return e, last
			}
			strongest = e
		}
	}
	return last, nil
}

// refuses tells whether a status takes the right to practise away.
func (e LicenseEvent) refuses() bool {
	if e.Axis == Lifecycle {
		return e.Status != "active"
	}
	return e.Status == "suspended" || e.Status == "revoked" || e.Status == "surrendered"
}

// strongerThan compares methods; one that is not known is the weakest.
func (e LicenseEvent) strongerThan(other *LicenseEvent) bool {
	rank := func(method string) int {
		if i := slices.Index(Methods, method); i >= 0 {
			return i
		}
		return len(Methods)
	}
	return rank(e.Method) < rank(other.Method)
}

// MayPractise answers from both axes and the dates whether the licence lets its
// holder practise on a day. Conditions, probation and restriction leave the
// right to practise and are named; suspension, revocation and surrender take it
// away. On each axis the last event decides, whatever its method, when it
// refuses; one that allows does not lift an earlier refusal by a stronger
// method, such as a look-up at the authority, and the reason then says so.
// Grace periods of a jurisdiction are not assumed.
func (l License) MayPractise(on Date) Practice {
	p := Practice{On: on, Lifecycle: "unknown", Standing: "none"}
	life, lifeWeak := l.statusAt(Lifecycle, on)
	disc, discWeak := l.statusAt(Discipline, on)
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
	case disc != nil && disc.refuses():
		p.Reason = refusal(name, disc, discWeak)
	case !l.IssuedOn.IsZero() && on.Before(l.IssuedOn):
		p.Reason = fmt.Sprintf("%s was issued on %s, after that day.", name, l.IssuedOn)
	case life == nil:
		p.Reason = fmt.Sprintf("No status of %s is known for that day.", name)
	case life.refuses():
		p.Reason = refusal(name, life, lifeWeak)
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

var plainWords = strings.NewReplacer("self_report", "self-report", "_", " ")

func refusal(license string, e, tooWeak *LicenseEvent) string {
	reason := fmt.Sprintf("%s is %s since %s.", license, plainWords.Replace(e.Status), e.EffectiveOn)
	if tooWeak != nil {
		reason += fmt.Sprintf(" A later %s says %s; being weaker than the %s, it does not lift that.",
			plainWords.Replace(tooWeak.Method), plainWords.Replace(tooWeak.Status), plainWords.Replace(e.Method))
	}
	return reason
}

package licensure

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Asking is a question about a therapist's licenses as an actor asks it: as the holder,
// for an organization, whose own looks count for it, or as a stranger. The moment, day
// and time are those of the question.
func Asking(a access.Actor, therapist core.TherapistID, org access.Membership, q license.Asked) license.Asked {
	q.Regime = standard.RegimeOf
	if a.Is(therapist) {
		q.Own = true
		return q
	}
	return q.By(core.Organization{ID: org.OrganizationID, LookDays: org.LookDays, AcceptsLooks: org.AcceptsLooks})
}

// KnownBy refuses to ask what will be known: nobody can say that yet. Code: date_in_future
// (field).
func KnownBy(field string, at, now time.Time) error {
	if at.After(now) {
		return core.InvalidField(field, "date_in_future.known", "on", core.DateOf(at))
	}
	return nil
}

// Unnamed is a license as an actor is shown it. Who of another organization recorded
// something of it is told by the name of the organization alone; the holder is told all.
func Unnamed(a access.Actor, l core.License) core.License {
	if a.Is(l.TherapistID) {
		return l
	}
	l.Events = slices.Clone(l.Events)
	for i := range l.Events {
		if e := &l.Events[i]; foreign(a, e.OrganizationID) {
			e.RecordedByName = ""
		}
	}
	return l
}

// Unnamed is an action against a license of a therapist as an actor is shown it: see
// Unnamed.
func (v Adverse) Unnamed(a access.Actor, therapist core.TherapistID) Adverse {
	if !a.Is(therapist) && foreign(a, v.OrganizationID) {
		v.RecordedByName = ""
	}
	return v
}

// foreign tells whether something was recorded for an organization of which an actor is no
// member.
func foreign(a access.Actor, org core.OrganizationID) bool {
	return !org.IsZero() && len(a.Roles(org)) == 0
}

// Unnamed is a qualification as an actor is shown it: see Unnamed. Who looked at it is told
// to those who are told who recorded it, and where that was the same person.
func (h Holding) Unnamed(a access.Actor) Holding {
	if a.Is(h.TherapistID) {
		return h
	}
	same := h.CheckedBy == h.RecordedBy
	if foreign(a, h.OrganizationID) {
		h.RecordedByName = h.OrganizationName
	}
	switch {
	case h.CheckedBy == a.AccountID:
	case same:
		h.CheckedByName = h.RecordedByName
	default: // by whom of which organization is not kept
		h.CheckedByName = ""
	}
	return h
}

func unnamed(a access.Actor, all []Holding) []Holding {
	for i := range all {
		all[i] = all[i].Unnamed(a)
	}
	return all
}

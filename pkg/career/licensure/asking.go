package licensure

import (
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

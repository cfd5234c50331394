package page

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Can tells whether the actor may do something in an organization, so that a
// page offers no button that would be refused.
func (r *Request) Can(action access.Action, org core.OrganizationID) bool {
	return access.Can(r.Actor, action, access.Target{Organization: org}) == nil
}

// CanFor tells it of something about a therapist.
func (r *Request) CanFor(action access.Action, org core.OrganizationID, therapist core.TherapistID) bool {
	return access.Can(r.Actor, action, access.Target{Organization: org, Therapist: therapist}) == nil
}

// Opens tells whether a page leads to what was asked about: not where that is refused.
func Opens(refusal error) (bool, error) {
	if refused := core.AsFault(refusal); refused == nil {
		return refusal == nil, refusal
	}
	return false, nil
}

// Owns tells whether a therapist's record is the actor's own.
func (r *Request) Owns(therapist core.TherapistID) bool {
	return r.Actor.Is(therapist)
}

// OwnRecord refuses someone without a record of their own.
func (r *Request) OwnRecord() error {
	if r.Actor.TherapistID.IsZero() {
		return core.NotFound("record of yours")
	}
	return nil
}

// Organizations are an actor's organizations, each once.
func Organizations(a access.Actor) []access.Membership {
	var out []access.Membership
	for _, m := range a.Memberships {
		if len(out) == 0 || out[len(out)-1].OrganizationID != m.OrganizationID {
			out = append(out, m)
		}
	}
	return out
}

// CurrentOrganization is the one that the page is about or its address names,
// else the actor's first.
func (r *Request) CurrentOrganization() access.Membership {
	for _, m := range r.Actor.Memberships {
		if m.OrganizationID == r.Place || m.OrganizationID.String() == r.Param("organization") {
			return m
		}
	}
	if len(r.Actor.Memberships) > 0 {
		return r.Actor.Memberships[0]
	}
	return access.Membership{}
}

// StandIn puts the page into an organization if the actor may do something
// there.
func (r *Request) StandIn(org core.OrganizationID, action access.Action) {
	if r.Can(action, org) {
		r.Place = org
	}
}

// Zone is the time zone in which moments of an organization are shown.
func (r *Request) Zone(org core.OrganizationID) string {
	o, err := r.Site.Accounts.Organization(r.Ctx(), r.Actor, org)
	if err != nil {
		return "UTC"
	}
	return o.Zone
}

// Today is the day in the organization that the page is about.
func (r *Request) Today() core.Date {
	org := core.Organization{Zone: r.Zone(r.CurrentOrganization().OrganizationID)}
	return org.Today(r.Now())
}

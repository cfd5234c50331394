package rest_test

import (
	"slices"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
)

// shares: the student lets the school and an employer see the record. Before, and once
// that is ended, both are told that there is nobody.
func (s *story) shares() {
	licenses := "/v1/therapists/" + s.therapist + "/licenses"
	if l := as[licensureapi.Licenses](s.registrar.get(licenses).want(200)); len(l.Items) != 0 {
		s.t.Errorf("the school sees %+v", l)
	}
	s.registrar.post(licenses, map[string]any{"jurisdiction": "FL", "number": "MA9", "status": "active", "method": "document", "source": "Card", "checked_on": "2026-09-01", "effective_on": "2026-08-01"}).refused(404, "not_found")
	s.employer.get(licenses).refused(404, "not_found")

	slug := as[common.Organization](s.registrar.get("/v1/organizations/" + s.school).want(200)).Slug
	everything := map[string]any{"organization": slug, "scopes": access.Scopes, "purpose": "education", "months": 24}
	s.student.post("/v1/me/grants", map[string]any{"organization": "nowhere", "scopes": access.Scopes, "purpose": "education"}).refused(422, "unknown_organization")
	s.student.post("/v1/me/grants", map[string]any{"organization": slug, "scopes": []string{"everything"}, "purpose": "education"}).refused(422, "unknown_part")
	g := as[grantapi.Grant](s.student.post("/v1/me/grants", everything).want(201))
	if !g.Live || g.Words == "" || g.OrganizationId.String() != s.school {
		s.t.Errorf("given %+v", g)
	}
	s.registrar.get(licenses).want(200)
	ended := as[grantapi.Grant](s.student.post("/v1/grants/"+g.Id.String()+"/end", nil).want(200))
	if ended.Live || ended.EndedBy != "therapist" {
		s.t.Errorf("ended %+v", ended)
	}
	s.registrar.post(licenses, map[string]any{"jurisdiction": "FL", "number": "MA9", "status": "active", "method": "document", "source": "Card", "checked_on": "2026-09-01", "effective_on": "2026-08-01"}).refused(404, "not_found")
	s.student.post("/v1/grants/"+g.Id.String()+"/end", nil).refused(409, "grant_over")
	s.student.post("/v1/me/grants", everything).want(201)

	asked := func(c client, org, email string) grantapi.GrantRequest {
		return as[grantapi.GrantRequest](c.post("/v1/organizations/"+org+"/grant-requests", map[string]any{
			"email": email, "scopes": access.Scopes, "purpose": "employment", "months": 24, "note": "For your first day.",
		}).want(201))
	}
	accepted, refused, unknown := asked(s.employer, s.company, "ines@brightwater.example"), asked(s.registrar, s.school, "ines@brightwater.example"), asked(s.registrar, s.school, "nobody@nowhere.example")
	waiting := as[grantapi.ReceivedGrantRequestList](s.student.get("/v1/me/grant-requests").want(200))
	if len(waiting.Items) != 2 || !waiting.Items[0].Open || waiting.Items[1].OrganizationName != "Stillwater Spa" {
		s.t.Errorf("waiting %+v", waiting)
	}
	mine := "/v1/me/grant-requests/"
	s.supervisor.post(mine+accepted.Id.String()+"/accept", map[string]any{"scopes": access.Scopes}).refused(404, "not_found")
	s.student.post(mine+refused.Id.String()+"/refuse", nil).want(200)
	s.student.post(mine+refused.Id.String()+"/accept", map[string]any{"scopes": access.Scopes}).refused(409, "request_over")
	some := slices.DeleteFunc(slices.Clone(access.Scopes), func(s access.Scope) bool { return s == access.ScopeCE || s == access.ScopeHoursDetail })
	if g := as[grantapi.Grant](s.student.post(mine+accepted.Id.String()+"/accept", map[string]any{"scopes": some, "months": 24}).want(201)); g.Purpose != grant.PurposeEmployment {
		s.t.Errorf("accepted %+v", g)
	}
	if w := as[grantapi.GrantRequest](s.registrar.post("/v1/grant-requests/"+unknown.Id.String()+"/withdraw", nil).want(200)); w.Answer != "withdrawn" {
		s.t.Errorf("withdrawn %+v", w)
	}
	if all := as[grantapi.GrantRequestList](s.registrar.get("/v1/organizations/" + s.school + "/grant-requests").want(200)); len(all.Items) != 2 || all.Items[1].Answer != "none" {
		s.t.Errorf("a refusal is told: %+v", all)
	}
	if all := as[grantapi.GrantRequestList](s.employer.get("/v1/organizations/" + s.company + "/grant-requests").want(200)); len(all.Items) != 1 || all.Items[0].Answer != "accepted" {
		s.t.Errorf("asked %+v", all)
	}
	had := as[grantapi.GrantList](s.registrar.get("/v1/organizations/" + s.school + "/grants").want(200))
	if len(had.Items) != 2 || !had.Items[0].Live || had.Items[1].Live {
		s.t.Errorf("the school has %+v", had)
	}
	s.registrar.get("/v1/grants/" + had.Items[0].Id.String()).want(200)
	s.employer.get("/v1/grants/"+had.Items[0].Id.String()).refused(404, "not_found")
	if own := as[grantapi.GrantList](s.student.get("/v1/me/grants").want(200)); len(own.Items) != 3 {
		s.t.Errorf("given %+v", own)
	}
	if looks := as[grantapi.LookList](s.student.get("/v1/me/looks").want(200)); len(looks.Items) == 0 || looks.Items[0].OrganizationId.String() != s.school {
		s.t.Errorf("looks %+v", looks)
	}
	relations := as[grantapi.RelationList](s.student.get("/v1/me/relations").want(200))
	if len(relations.Items) != 2 || !relations.Items[0].KeepsFile || relations.Items[0].LookedAt.IsZero() || relations.Items[1].KeepsFile || len(relations.Items[1].Grants) != 1 {
		s.t.Errorf("relations %+v", relations)
	}
}

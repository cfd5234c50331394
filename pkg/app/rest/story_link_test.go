package rest_test

import (
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/home/shared/sharedapi"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
)

// links: the student makes a link, a stranger opens it as often as it may be, and each
// use is told.
func (s *story) links() {
	s.student = s.student.confirmed()
	in := map[string]any{"label": "Bay Street Clinic", "scopes": []access.Scope{access.ScopeCertificates, access.ScopeLicenses, access.ScopeCE, access.ScopeSpecialties, access.ScopeHoursDetail}, "purpose": "employment", "uses": 2}
	s.nobody.post("/v1/me/links", in).refused(401, "unauthenticated")
	s.student.post("/v1/me/links", map[string]any{"label": "x", "scopes": []string{"everything"}, "purpose": "employment"}).refused(422, "unknown_value")
	s.student.post("/v1/me/links", with(in, map[string]any{"uses": 0})).refused(422, "bad_uses")
	s.student.post("/v1/me/links", with(in, map[string]any{"months": 0})).refused(422, "bad_months")
	made := as[grantapi.MadeShareLink](s.student.post("/v1/me/links", in).want(201))
	if !strings.HasSuffix(made.Url, "/s/"+made.Secret) || !made.Link.Live || made.Link.Most != 2 || made.Link.Words == "" || made.Link.Purpose != grant.PurposeEmployment {
		s.t.Errorf("made %+v", made)
	}
	secret := map[string]string{"secret": made.Secret}
	for range 2 {
		if o := as[sharedapi.OfferedLink](s.nobody.post("/v1/shared/look-up", secret).want(200)); o.Name != "Inês Castro" || len(o.Scopes) != 5 {
			s.t.Errorf("offers %+v", o)
		}
	}
	before := len(as[grantapi.LookList](s.student.get("/v1/me/looks?limit=100").want(200)).Items)
	r := as[sharedapi.SharedRecord](s.nobody.post("/v1/shared/open", secret).want(200))
	if r.Name != "Inês Castro" || r.Email != "" || r.UsesLeft != 1 || len(r.Certificates) == 0 || len(r.Licenses) == 0 || len(r.Holdings) != 0 || len(r.Places) == 0 || len(r.Training) == 0 || r.Orders != nil || len(r.Hours) == 0 || len(r.Hours[0].Subjects) == 0 {
		s.t.Errorf("shows %+v", r)
	}
	looks := as[grantapi.LookList](s.student.get("/v1/me/looks?limit=100").want(200))
	if len(looks.Items) != min(before+1, 100) || looks.Items[0].LinkLabel != "Bay Street Clinic" || len(looks.Items[0].Scopes) != 5 || !looks.Items[0].OrganizationId.IsZero() {
		s.t.Errorf("looks are %+v", looks.Items[0])
	}
	s.nobody.post("/v1/shared/open", secret).want(200)
	gone := s.nobody.post("/v1/shared/open", secret)
	gone.refused(404, "link_gone")
	s.nobody.post("/v1/shared/look-up", map[string]string{"secret": "pll_none"}).refused(404, "link_gone")
	if list := as[grantapi.ShareLinkList](s.student.get("/v1/me/links").want(200)); len(list.Items) != 1 || list.Items[0].Used != 2 || list.Items[0].Live || list.Items[0].UsedAt.IsZero() {
		s.t.Errorf("lists %+v", list)
	}
	other := as[grantapi.MadeShareLink](s.student.post("/v1/me/links", in).want(201))
	end := "/v1/me/links/" + other.Link.Id.String() + "/end"
	s.registrar.post(end, nil).refused(404, "not_found")
	if ended := as[grantapi.ShareLink](s.student.post(end, nil).want(200)); ended.Live || ended.EndedAt.IsZero() {
		s.t.Errorf("ended %+v", ended)
	}
	s.nobody.post("/v1/shared/open", map[string]string{"secret": other.Secret}).refused(404, "link_gone")
}

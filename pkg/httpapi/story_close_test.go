package httpapi_test

import "github.com/palmar/palmar/api"

// closes: the school ends. What it certified stays; it attests nothing more.
func (s *story) closes() {
	path := "/v1/organizations/" + s.school
	slug := as[api.Organization](s.admin.get(path).want(200)).Slug
	s.registrar.post(path+"/close", map[string]string{"slug": slug, "cause": "The owner retires."}).refused(403, "forbidden")
	s.employer.post(path+"/close", map[string]string{"slug": slug, "cause": "The owner retires."}).refused(404, "not_found")
	s.admin = s.admin.confirmed()
	s.admin.post(path+"/close", map[string]string{"slug": "another", "cause": "The owner retires."}).refused(422, "not_confirmed")
	closed := as[api.Organization](s.admin.post(path+"/close", map[string]string{"slug": slug, "cause": "The owner retires."}).want(200))
	if closed.ClosedAt.IsZero() || closed.ClosedCause != "The owner retires." {
		s.t.Errorf("closed: %+v", closed)
	}
	s.admin.post(path+"/close", map[string]string{"slug": slug, "cause": "The owner retires."}).refused(409, "school_closed")
	s.admin.post(path+"/keys/rotate", nil).refused(409, "school_closed")
	s.registrar.post("/v1/credentials/"+s.current()+"/proposals", map[string]string{"action": "revoke", "cause": "After the end."}).refused(409, "school_closed")
}

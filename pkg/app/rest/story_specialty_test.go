package rest_test

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/career/specialty/specialtyapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
)

// specializes: a school runs a pathway in lymphatic drainage with a waiting list,
// to the certificate; then the employer asks who is ready.
func (s *story) specializes() {
	s.catalogs()
	first := s.courseAbout("MLD-1", nil, "after-surgery")
	second := s.courseAbout("MLD-2", []string{"MLD-1"}, "lymphedema")
	in := map[string]any{
		"code": "MLD-PATH", "title": "Lymphatic drainage", "specialty": "manual-lymphatic-drainage", "valid_months": 72, "year_end": true,
		"steps": []map[string]string{{"course_code": "MLD-1", "level": "advanced"}, {"course_code": "MLD-2", "level": "foundation"}},
	}
	paths := "/v1/organizations/" + s.school + "/pathways"
	if p := s.registrar.post(paths, in).refused(422, "bad_level"); p.field("steps[1].level") == "" {
		s.t.Errorf("levels that descend: %+v", p)
	}
	in["steps"] = []map[string]string{{"course_code": "MLD-1", "level": "foundation"}, {"course_code": "MLD-2", "level": "master"}}
	pathway := as[specialtyapi.Pathway](s.registrar.post(paths, in).want(201))
	one := "/v1/pathways/" + pathway.Id.String()
	in["description"] = "Two courses, one certificate."
	pathway = as[specialtyapi.Pathway](s.registrar.update("PUT", one, pathway.Version, in).want(200))
	s.registrar.update("PUT", one, 1, in).refused(412, "stale")
	if all := as[specialtyapi.PathwayList](s.student.get(paths).want(200)); len(all.Items) != 1 || len(all.Items[0].Steps) != 2 || all.Items[0].Minutes != 120 {
		s.t.Errorf("the pathways are %+v", all)
	}
	s.student.get(one).want(200)
	s.employer.get(one).refused(404, "not_found")

	s.teachesPathway(first, true)
	s.teachesPathway(second, false)
	progress := as[specialtyapi.PathwayProgress](s.student.get(one + "/progress/" + s.therapist).want(200))
	if !progress.Ready || len(progress.Steps) != 2 {
		s.t.Fatalf("after both courses: %+v", progress)
	}
	done := as[common.CourseCompletion](s.registrar.post(one+"/completions", map[string]string{"therapist_id": s.therapist, "instructor": "Pat Hale"}).want(201))
	s.registrar.post("/v1/course-completions/"+done.Id.String()+"/proposals", nil).refused(409, "prerequisite_missing")
	steps := as[specialtyapi.CourseCompletionList](s.registrar.get("/v1/organizations/" + s.school + "/course-completions").want(200)).Items
	for _, step := range slices.Backward(steps) { // a step counts once it is certified
		if slices.Contains([]string{"MLD-1", "MLD-2"}, step.CourseCode) {
			s.attested(step.Id.String())
		}
	}
	made := s.attested(done.Id.String())
	if made.Kind != core.CredentialSpecialty || made.Title != "Lymphatic drainage" || made.ValidUntil.IsZero() {
		s.t.Errorf("the pathway's certificate is %+v", made)
	}
	s.isReady()
	s.isFound()
}

// catalogs: topics, shipped and the school's own.
func (s *story) catalogs() {
	path := "/v1/organizations/" + s.school + "/topics"
	s.registrar.post(path, map[string]string{"kind": "condition", "code": "Frozen shoulder", "title": "Frozen shoulder"}).refused(422, "bad_code")
	s.registrar.post(path, map[string]string{"kind": "condition", "code": "frozen-shoulder", "title": "Frozen shoulder"}).want(201)
	s.registrar.do(http.MethodPut, path+"/condition/neck", call{body: map[string]string{"state": "hidden"}}).want(200)
	hidden := 0
	for _, t := range as[specialtyapi.TopicList](s.student.get(path).want(200)).Items {
		if t.Hidden {
			hidden++
		}
	}
	if hidden != 1 {
		s.t.Errorf("%d topics are hidden", hidden)
	}
	if all := as[specialtyapi.SpecialtyList](s.student.get("/v1/specialties").want(200)); len(all.Items) < 11 || all.Items[0].Source == "" {
		s.t.Errorf("the specialties are %+v", all)
	}
}

// courseAbout makes a course of an hour about a condition, in drainage.
func (s *story) courseAbout(code string, after []string, condition string) string {
	asks := []map[string]any{}
	for _, other := range after {
		asks = append(asks, map[string]any{"course_code": other})
	}
	c := as[common.Course](s.registrar.post("/v1/organizations/"+s.school+"/courses", map[string]any{
		"code": code, "title": "Drainage " + code, "specialty": "manual-lymphatic-drainage", "minutes": 60, "prerequisites": asks,
	}).want(201))
	path := "/v1/courses/" + c.Id.String()
	in := map[string]any{"topics": []map[string]string{
		{"kind": "condition", "code": condition}, {"kind": "technique", "code": "manual-lymphatic-drainage"}, {"kind": "modality", "code": "cold"},
	}}
	s.registrar.do(http.MethodPut, path+"/details", call{body: in}).refused(428, "precondition_required")
	d := as[specialtyapi.CourseDetails](s.registrar.update("PUT", path+"/details", c.Version, in).want(200))
	if len(d.Topics) != 3 || !d.SchoolHours {
		s.t.Errorf("the course is about %+v", d)
	}
	s.student.get(path + "/details").want(200)
	return c.Id.String()
}

// teachesPathway: a section with one seat, its waiting list, its sessions, the
// examination, a form, and its end.
func (s *story) teachesPathway(course string, exam bool) {
	in := map[string]any{"instructor_id": s.supervisorID, "starts_on": "2026-09-01", "ends_on": "2026-09-01", "place": "Room 3", "seats": 1, "exam": exam,
		"sessions": []map[string]any{{"date": "2026-09-01", "minutes": 40, "part": "theory", "setting": "classroom", "delivery": "in-person"}}}
	section := as[specialtyapi.Section](s.registrar.post("/v1/courses/"+course+"/sections", in).want(201))
	path := "/v1/sections/" + section.Id.String()
	if exam { // the student comes second, and gets the seat that becomes free
		bo := as[specialtyapi.Place](s.registrar.post(path+"/places", map[string]string{"whom": "somebody", "email": "bo@brightwater.example"}).want(201))
		if p := as[specialtyapi.Place](s.student.post(path+"/places", map[string]string{"whom": "me"}).want(201)); p.State != specialty.PlaceWaiting {
			s.t.Errorf("second of one seat: %+v", p)
		}
		s.student.post(path+"/places/"+bo.TherapistId.String()+"/withdraw", nil).refused(404, "not_found")
		s.registrar.post(path+"/places/"+bo.TherapistId.String()+"/withdraw", nil).want(200)
	} else {
		s.student.post(path+"/places", map[string]string{"whom": "me"}).want(201)
	}
	delete(in, "sessions")
	in["seats"] = 3
	section = as[specialtyapi.Section](s.registrar.update("PUT", path, section.Version, in).want(200))
	if section.Taken != 1 || section.Waiting != 0 {
		s.t.Errorf("the section is %+v", section)
	}
	added := as[specialtyapi.SectionSession](s.supervisor.post(path+"/sessions", map[string]any{
		"date": "2026-09-01", "minutes": 20, "part": "lab", "setting": "lab", "delivery": "in-person",
	}).want(201))
	if mine := as[specialtyapi.MySectionList](s.student.get("/v1/me/sections?limit=1").want(200)); len(mine.Items) != 1 || mine.Items[0].Place != specialty.PlaceSeated {
		s.t.Errorf("my sections are %+v", mine)
	}
	d := as[specialtyapi.SectionDetail](s.student.get(path).want(200))
	if len(d.Places) != 1 || d.Places[0].State != specialty.PlaceSeated || d.Teaches {
		s.t.Errorf("the student sees %+v", d)
	}
	for _, session := range []string{d.Sessions[0].Id.String(), added.Id.String()} {
		marks := map[string]any{"marks": []map[string]any{{"therapist_id": s.therapist, "mark": "present"}}}
		s.student.post("/v1/section-sessions/"+session+"/marks", marks).refused(403, "forbidden")
		s.supervisor.post("/v1/section-sessions/"+session+"/marks", marks).want(200)
	}
	if exam {
		s.examines(path)
	}
	finished := as[specialtyapi.SectionDetail](s.registrar.update("POST", path+"/finish", section.Version, nil).want(200))
	for _, p := range finished.Places {
		if p.TherapistId.String() == s.therapist && p.State != specialty.PlaceCompleted {
			s.t.Errorf("she has not completed it: %+v", p)
		}
	}
	in["seats"] = 2
	other := as[specialtyapi.Section](s.registrar.post("/v1/courses/"+course+"/sections", in).want(201))
	s.registrar.update("POST", "/v1/sections/"+other.Id.String()+"/cancel", other.Version, nil).want(200)
	all := as[specialtyapi.SectionList](s.student.get("/v1/organizations/" + s.school + "/sections?limit=1&course=" + course).want(200))
	if len(all.Items) != 1 || all.NextCursor == "" {
		s.t.Errorf("the sections are %+v", all)
	}
	s.student.get("/v1/organizations/" + s.school + "/sections?course=" + course + "&cursor=" + url.QueryEscape(all.NextCursor)).want(200)
}

func (s *story) examines(path string) {
	place := path + "/places/" + s.therapist
	failed := as[specialtyapi.ExamResult](s.supervisor.post(place+"/exams", map[string]any{"taken_on": "2026-09-01", "scored": true, "score": 55}).want(201))
	passed := as[specialtyapi.ExamResult](s.supervisor.post(place+"/exams", map[string]any{"taken_on": "2026-09-01", "passed": true, "scored": true, "score": 90}).want(201))
	if failed.Passed || passed.Attempt != 2 {
		s.t.Errorf("the attempts are %+v and %+v", failed, passed)
	}
	forms := "/v1/organizations/" + s.school + "/assessment-forms"
	form := as[specialtyapi.AssessmentForm](s.registrar.post(forms, map[string]any{"title": "Hands", "scale": 5, "competencies": []string{"Pressure", "Draping"}}).want(201))
	s.supervisor.get(forms).want(200)
	s.supervisor.post(place+"/assessments", map[string]any{"form_id": form.Id.String(), "scores": []int{5}}).refused(422, "bad_score")
	s.supervisor.post(place+"/assessments", map[string]any{"form_id": form.Id.String(), "scores": []int{5, 4}}).want(201)
	if all := as[specialtyapi.AssessmentList](s.student.get(path + "/assessments").want(200)); len(all.Items) != 1 || all.Items[0].Scores[1] != 4 {
		s.t.Errorf("the student reads %+v", all)
	}
}

// attested proposes and certifies a completion by two persons.
func (s *story) attested(completion string) common.Credential {
	p := as[certifyapi.Proposal](s.registrar.post("/v1/course-completions/"+completion+"/proposals", nil).want(201))
	s.admin = s.admin.confirmed()
	return as[common.Credential](s.admin.update("POST", "/v1/proposals/"+p.Id.String()+"/certify", p.Version, nil).want(201))
}

// isReady: the school and the employer ask who is trained; she is told.
func (s *story) isReady() {
	ask := "/v1/organizations/" + s.school + "/readiness"
	s.registrar.get(ask).refused(422, "required")
	found := as[specialtyapi.AbilityList](s.supervisor.get(ask + "?condition=after-surgery&means=manual-lymphatic-drainage").want(200))
	if len(found.Items) != 1 {
		s.t.Errorf("who is trained: %+v", found)
	}
	r := as[specialtyapi.Readiness](s.student.get("/v1/therapists/" + s.therapist + "/readiness").want(200))
	if len(r.Treats) != 2 || !r.Treats[0].Now || len(r.Places) == 0 {
		s.t.Errorf("what she may treat: %+v", r)
	}
	standings := as[specialtyapi.SpecialtyStandings](s.student.get("/v1/therapists/" + s.therapist + "/specialties").want(200))
	if len(standings.Items) < 11 {
		s.t.Errorf("%d standings", len(standings.Items))
	}
	before := len(as[grantapi.LookList](s.student.get("/v1/me/looks").want(200)).Items)
	staff := "/v1/organizations/" + s.company + "/staff-readiness"
	seen := as[specialtyapi.AbilityList](s.employer.post(staff, map[string]string{"condition": "lymphedema"}).want(200))
	if len(seen.Items) != 1 || seen.Items[0].Name != "Inês Castro" {
		s.t.Errorf("the employer sees %+v", seen)
	}
	if none := as[specialtyapi.AbilityList](s.employer.post(staff, map[string]string{"condition": "migraine"}).want(200)); len(none.Items) != 0 {
		s.t.Errorf("for migraine: %+v", none)
	}
	after := as[grantapi.LookList](s.student.get("/v1/me/looks").want(200))
	if len(after.Items) != before+1 || after.Items[0].Scope != access.ScopeSpecialties {
		s.t.Errorf("she is told %+v", after.Items[0])
	}
	s.employer.get(ask+"?condition=lymphedema").refused(404, "not_found")
}

// isFound: she lets herself be found, with what she chooses, and stops it.
func (s *story) isFound() {
	search := func(query string) []specialtyapi.DirectoryEntry {
		return as[specialtyapi.DirectoryList](s.nobody.get("/v1/directory?" + query).want(200)).Items
	}
	if len(search("")) != 0 {
		s.t.Error("someone is listed who never asked for it")
	}
	p := as[specialtyapi.DirectoryProfile](s.student.get("/v1/me/directory").want(200))
	in := map[string]any{
		"listed": true, "area": "fl", "place": "Tampa", "contact": "ines@example.org", "languages": []string{"Portuguese", "English"},
		"insurances": []string{"Acme Health"}, "mentor": true, "shown": []string{"area", "languages", "conditions"},
	}
	p = as[specialtyapi.DirectoryProfile](s.student.update("PUT", "/v1/me/directory", p.Version, in).want(200))
	found := search("area=FL&language=portuguese&condition=after-surgery")
	if len(found) != 1 || found[0].Name != p.Name || found[0].Contact != "" || found[0].Place != "" || len(found[0].Conditions) != 2 {
		s.t.Errorf("she is shown as %+v", found)
	}
	if len(search("mentor=true")) != 0 || len(search("insurance=acme+health")) != 0 || len(search("condition=migraine")) != 0 {
		s.t.Error("she is found by what she does not show")
	}
	p = s.isReported(found[0])
	in["listed"] = false
	s.student.update("PUT", "/v1/me/directory", p.Version, in).want(200)
	if len(search("")) != 0 || len(search("area=FL")) != 0 {
		s.t.Error("she is found after she stopped it")
	}
}

// isReported: strangers report her entry; the school and the operator take it down, and
// put it back.
func (s *story) isReported(entry specialtyapi.DirectoryEntry) specialtyapi.DirectoryProfile {
	at, office := "/v1/directory/"+entry.Id.String(), "/v1/organizations/"+s.school
	if one := as[specialtyapi.DirectoryEntry](s.nobody.get(at).want(200)); one.Name != entry.Name || one.Contact != "" || len(one.Conditions) != 2 {
		s.t.Errorf("alone she is shown as %+v", one)
	}
	s.nobody.get("/v1/directory/01900000-0000-7000-8000-00000000ffff").refused(404, "not_found")
	s.nobody.post(at+"/reports", map[string]string{"reason": "ugly"}).refused(422, "unknown_value")
	for range 3 {
		s.nobody.post(at+"/reports", map[string]string{"reason": "wrong_contact", "note": "It is my phone."}).want(204)
	}
	s.nobody.get(office+"/directory-reports").refused(401, "unauthenticated")
	s.student.get(office+"/directory-reports").refused(403, "forbidden")
	s.registrar.get("/v1/directory-reports").refused(404, "not_found")
	list := as[specialtyapi.DirectoryReportList](s.registrar.get(office + "/directory-reports?limit=2").want(200))
	if len(list.Items) != 2 || list.NextCursor == "" || list.Items[0].State != "open" || list.Items[0].Name != entry.Name || list.Items[0].Note != "It is my phone." {
		s.t.Errorf("the school reads %+v", list)
	}
	kept := as[specialtyapi.DirectoryReport](s.registrar.post(office+"/directory-reports/"+list.Items[0].Id.String()+"/keep", nil).want(200))
	if kept.State != "kept" || kept.DecidedFor == "" || kept.DecidedAt.IsZero() {
		s.t.Errorf("kept %+v", kept)
	}
	s.admin.post("/v1/directory-reports/"+kept.Id.String()+"/keep", nil).refused(409, "decided_already")
	other := as[specialtyapi.DirectoryReport](s.admin.post("/v1/directory-reports/"+list.Items[1].Id.String()+"/keep", nil).want(200))
	if other.DecidedFor != "" {
		s.t.Errorf("the operator kept %+v", other)
	}
	s.employer.post("/v1/organizations/"+s.company+"/directory/"+entry.Id.String()+"/take-down", map[string]string{"reason": "No."}).refused(404, "not_found")
	first := as[specialtyapi.TakeDown](s.registrar.post(office+"/directory/"+entry.Id.String()+"/take-down", map[string]string{"reason": "Wrong phone."}).want(201))
	second := as[specialtyapi.TakeDown](s.admin.post(at+"/take-down", map[string]string{"reason": "Asked by the court."}).want(201))
	if first.OrganizationId.String() != s.school || !second.OrganizationId.IsZero() {
		s.t.Errorf("taken down %+v and %+v", first, second)
	}
	s.nobody.get(at).refused(404, "not_found")
	s.nobody.post(at+"/reports", map[string]string{"reason": "other"}).refused(404, "not_found")
	if all := as[specialtyapi.DirectoryReportList](s.admin.get("/v1/directory-reports?state=decided").want(200)); len(all.Items) != 3 || all.Items[2].State != "taken_down" {
		s.t.Errorf("the operator reads %+v", all)
	}
	p := as[specialtyapi.DirectoryProfile](s.student.get("/v1/me/directory").want(200))
	if len(p.TakenDown) != 2 || p.TakenDown[0].Reason != "Wrong phone." {
		s.t.Errorf("she sees %+v", p.TakenDown)
	}
	s.student.update("PUT", "/v1/me/directory", p.Version, map[string]any{"listed": true, "shown": []string{}}).refused(422, "taken_down")
	if down := as[specialtyapi.TakeDownList](s.registrar.get(office + "/directory-take-downs").want(200)); len(down.Items) != 1 || down.Items[0].Id != first.Id {
		s.t.Errorf("down are %+v", down)
	}
	if down := as[specialtyapi.TakeDownList](s.admin.get("/v1/directory-take-downs").want(200)); len(down.Items) != 2 {
		s.t.Errorf("down are in all %+v", down)
	}
	lift := func(by client, d specialtyapi.TakeDown) *answer {
		return by.post("/v1/directory-take-downs/"+d.Id.String()+"/lift", nil)
	}
	lift(s.registrar, second).refused(404, "not_found")
	if lifted := as[specialtyapi.TakeDown](lift(s.registrar, first).want(200)); lifted.LiftedAt.IsZero() {
		s.t.Errorf("lifted %+v", lifted)
	}
	s.nobody.get(at).refused(404, "not_found")
	lift(s.admin, second).want(200)
	s.nobody.get(at).want(200)
	return p
}

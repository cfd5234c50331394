package rest_test

import (
	"net/http"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry/registryapi"
)

// pauses: the school's calendar, who is at risk, a leave and a withdrawal.
func (s *story) pauses() {
	calendar := "/v1/organizations/" + s.school + "/calendar"
	s.registrar.post(calendar, map[string]string{"first": "2026-12-23", "last": "2026-12-22", "reason": "Holidays"}).refused(422, "before_first")
	s.student.post(calendar, map[string]string{"first": "2026-12-23", "reason": "Holidays"}).refused(403, "forbidden")
	days := as[registryapi.ClosedDays](s.registrar.twice("POST", calendar, call{body: map[string]string{"first": "2026-12-23", "last": "2027-01-03", "reason": "Holidays"}}).want(201))
	if year := as[registryapi.CalendarYear](s.student.get(calendar + "?year=2027").want(200)); len(year.Items) != 1 || year.Items[0].Id != days.Id {
		s.t.Errorf("2027 is %+v", year)
	}
	s.registrar.twice(http.MethodDelete, "/v1/closed-days/"+days.Id.String(), call{}).want(204)
	s.registrar.do(http.MethodDelete, "/v1/closed-days/"+days.Id.String(), call{}).refused(404, "not_found")

	risks := as[registryapi.RiskList](s.registrar.get("/v1/organizations/" + s.school + "/at-risk").want(200))
	if len(risks.Items) != 1 || risks.Items[0].Enrollment.Name != "Inês Castro" || risks.Items[0].Recorded != 35_999+270 {
		s.t.Errorf("at risk are %+v", risks.Items)
	}
	cohorts := as[registryapi.Cohorts](s.registrar.get("/v1/organizations/" + s.school + "/cohorts").want(200))
	if len(cohorts.Items) != 1 || cohorts.Items[0].Month != "2026-03" || cohorts.Items[0].Median != 35_999+270 || cohorts.Items[0].Active != 1 {
		s.t.Errorf("the cohorts are %+v", cohorts.Items)
	}
	s.student.get("/v1/organizations/"+s.school+"/at-risk").refused(403, "forbidden")

	pauses, resume := "/v1/enrollments/"+s.enrollment+"/pauses", "/v1/enrollments/"+s.enrollment+"/resume"
	s.registrar.post(pauses, map[string]string{"kind": "leave", "first": "2026-08-20", "reason": "A child"}).refused(422, "required")
	s.registrar.twice("POST", pauses, call{body: map[string]string{"kind": "leave", "first": "2026-08-20", "last": "2026-09-20", "reason": "A child"}}).want(201)
	if risks := as[registryapi.RiskList](s.registrar.get("/v1/organizations/" + s.school + "/at-risk").want(200)); len(risks.Items) != 0 {
		s.t.Errorf("on leave and at risk: %+v", risks.Items)
	}
	s.registrar.post(pauses, map[string]string{"kind": "withdrawal", "first": "2026-08-21", "reason": "Moves away"}).refused(409, "already_paused")
	s.registrar.post(resume, map[string]string{"on": "2026-08-19"}).refused(422, "before_first")
	s.registrar.twice("POST", resume, call{body: map[string]string{"on": "2026-08-25"}}).want(204)
	s.registrar.post(resume, map[string]string{"on": "2026-08-25"}).refused(409, "not_paused")
	gone := as[registryapi.Pause](s.registrar.post(pauses, map[string]string{"kind": "withdrawal", "first": "2026-08-26", "reason": "Moves away"}).want(201))
	if e := as[common.Enrollment](s.student.get("/v1/enrollments/" + s.enrollment).want(200)); e.State != core.EnrollmentWithdrawn {
		s.t.Errorf("after the withdrawal the enrollment is %s", e.State)
	}
	s.student.post("/v1/enrollments/"+s.enrollment+"/entries", map[string]any{
		"date": "2026-08-27", "minutes": 60, "subject": "pathology", "setting": "lab", "delivery": "in-person", "supervisor_id": s.supervisorID,
	}).refused(409, "enrollment_closed")
	hours := "/v1/organizations/" + s.school + "/monthly-hours?month="
	s.registrar.get(hours+"2026-13").refused(422, "bad_month")
	s.student.get(hours+"2026-08").refused(403, "forbidden")
	file := string(s.registrar.get(hours + "2026-08").want(200).body)
	if !strings.Contains(file, "name,email,program,enrolled_on,status,withdrawn_on") || !strings.Contains(file, ",2026-03-02,withdrawn,2026-08-26,,") {
		s.t.Errorf("the hours of August are %s", file)
	}
	if file := string(s.registrar.get(hours + "2026-02").want(200).body); strings.Count(file, "\n") != 1 {
		s.t.Errorf("the hours before the enrollment are %s", file)
	}
	if all := as[registryapi.Pauses](s.student.get(pauses).want(200)); len(all.Items) != 2 || all.Items[0].Id != gone.Id {
		s.t.Errorf("the pauses are %+v", all.Items)
	}
	s.registrar.post(resume, map[string]string{"on": "2026-08-28"}).want(204)
}

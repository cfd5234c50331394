package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestCalendar(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	calendar := "/o/" + s.School.ID.String() + "/calendar"
	wants(t, registrar.get(calendar), http.StatusOK, testkit.Says("registry.calendar.calendar")+" 2026", testkit.Says("registry.calendar.school_never_closed_year"))
	in := url.Values{"first": {"2026-12-23"}, "last": {"2026-12-01"}, "reason": {"Holidays"}}
	wants(t, registrar.post(calendar, in), http.StatusUnprocessableEntity, testkit.Says("before_first.pause"))
	in.Set("last", "2027-01-03")
	leadsTo(t, registrar.post(calendar, in), calendar+"?year=2026")
	listed := registrar.get(calendar + "?year=2027")
	wants(t, listed, http.StatusOK, testkit.Says("registry.calendar.calendar")+" 2027", "Dec 23, 2026", "Holidays")
	reopen := regexp.MustCompile(`/closed-days/[0-9a-f-]{36}/reopen`).FindString(listed.Body.String())
	wants(t, s.as(s.Student.Email).get(calendar), http.StatusOK, "Holidays")
	wants(t, s.as(s.Student.Email).post(reopen, nil), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(calendar), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).post(reopen, nil), http.StatusNotFound)
	leadsTo(t, registrar.post(reopen, nil), calendar+"?year=2026")
	wants(t, registrar.get(calendar), http.StatusOK, testkit.Says("registry.calendar.school_never_closed_year"))
}

func TestPauses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	risk := "/o/" + s.School.ID.String() + "/at-risk"
	pauses, resume := enrollmentPath(s.Enrollment)+"/pauses", enrollmentPath(s.Enrollment)+"/resume"
	wants(t, registrar.get(risk), http.StatusOK, "Ada Example", "Absent", "16 TAC 117.67")
	cohorts := "/o/" + s.School.ID.String() + "/cohorts"
	wants(t, registrar.get(cohorts), http.StatusOK, "January 2025", "1 student")
	wants(t, s.as(s.Supervisor.Email).get(cohorts), http.StatusForbidden)
	wants(t, registrar.get(pauses), http.StatusOK, testkit.Says("registry.pauses.there_was_none"))
	in := url.Values{"kind": {"leave"}, "first": {"2026-11-02"}, "reason": {"A child"}}
	wants(t, registrar.post(pauses, in), http.StatusUnprocessableEntity, testkit.Says("required.last"))
	in.Set("last", "2026-12-01")
	leadsTo(t, registrar.post(pauses, in), pauses)
	wants(t, registrar.get(pauses), http.StatusOK, "Leave", "A child", "Open", testkit.Says("registry.pauses.take_program_up_again"))
	wants(t, registrar.get(risk), http.StatusOK, testkit.Says("registry.at_risk.no_active_student"))
	leadsTo(t, registrar.post(resume, url.Values{"on": {"2026-11-20"}}), pauses)
	in = url.Values{"kind": {"withdrawal"}, "first": {"2026-11-23"}, "reason": {"Moves away"}}
	leadsTo(t, registrar.post(pauses, in), pauses)
	wants(t, registrar.get(pauses), http.StatusOK, "Withdrawn", "Moves away")
	file := registrar.get("/o/" + s.School.ID.String() + "/hours.csv?month=2026-11")
	if body := file.Body.String(); file.Code != http.StatusOK || !strings.Contains(body, "Ada Example,") || !strings.Contains(body, ",withdrawn,2026-11-23,") {
		t.Errorf("the hours of November are %d %s", file.Code, body)
	}
	wants(t, registrar.get("/o/"+s.School.ID.String()+"/hours.csv?month=now"), http.StatusUnprocessableEntity, testkit.Says("bad_month"))
	wants(t, s.as(s.Supervisor.Email).get("/o/"+s.School.ID.String()+"/hours.csv?month=2026-11"), http.StatusForbidden)
	wants(t, s.as(s.Student.Email).get(pauses), http.StatusOK, "Moves away")
	wants(t, s.as(s.Student.Email).post(pauses, in), http.StatusForbidden)
	wants(t, s.as(s.Student.Email).get(risk), http.StatusForbidden)
	for _, path := range []string{risk, pauses, cohorts} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

// Who meets the standard waits for a certificate, and is not at risk.
func TestAtRisk_Met(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	risk := "/o/" + s.School.ID.String() + "/at-risk"
	s.EarnAll(s.Enrollment, s.Student, 900)
	wants(t, registrar.get(risk), http.StatusOK, "Ada Example")
	wants(t, registrar.get(enrollmentPath(s.Enrollment)), http.StatusOK, testkit.Says("logbook.enrollment.standard_met"))
	wants(t, registrar.get(enrollmentPath(s.Enrollment)+"/move"), http.StatusOK, // 600 h are met in Illinois, and nobody can tell of Ohio
		testkit.Says("logbook.outlook.the_hours_suffice"), testkit.Says("logbook.outlook.ask_the_board"), "Sources disagree: 750 h by", "Plan for 750 h", "Look again before then.")
	wants(t, registrar.get(risk), http.StatusOK, testkit.Says("registry.at_risk.no_active_student"))
}

package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/testkit"
)

// An employer sees the hours that a person lets it see, in a summary or by subject, and
// a school its own without being let; the person's page leads there where they are open.
func TestHours_Shared(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	there := s.SignedElsewhere(s.Student, 2)
	person := therapistPath(s.Student.TherapistID)
	hours, title := person+"/hours", testkit.Said("home.hours.title", "name", s.Student.Name)
	verifier := s.as(s.Verifier.Email)
	wants(t, verifier.get(hours), http.StatusNotFound)

	s.Grant(s.Student.TherapistID, s.Employer, access.ScopeLicenses)
	page := verifier.get(person)
	wants(t, page, http.StatusOK, s.Student.Name)
	if strings.Contains(page.Body.String(), hours) || strings.Contains(text(page), testkit.Says("shared.certificates")) {
		t.Error("a page leads to hours that are not shared, or tells of certificates")
	}
	wants(t, verifier.get(hours), http.StatusNotFound)

	s.Grant(s.Student.TherapistID, s.Employer, access.ScopeHoursSummary)
	marked(t, verifier.get("/o/"+s.Employer.ID.String()+"/grants"), `href="`+hours+`"`)
	summary := verifier.get(hours)
	wants(t, summary, http.StatusOK, title, s.School.Name, s.Other.Name, "Foundations", "4 h", testkit.Says("shared.counts"), testkit.Says("shared.hours_known.enrolled"))
	if strings.Contains(text(summary), testkit.Says("shared.hours_by_subject")) {
		t.Error("the summary shows subjects")
	}
	s.Grant(s.Student.TherapistID, s.Employer, access.ScopeHoursDetail, access.ScopeLicenses)
	marked(t, verifier.get(person), `href="`+hours+`"`)
	wants(t, verifier.get(hours), http.StatusOK, title, testkit.Says("shared.hours_by_subject"), "Massage Theory and Practice")
	wants(t, s.as(s.Student.Email).get("/record/sharing"), http.StatusOK, "total hours", testkit.Says("scope.hours_detail"))

	marked(t, s.as(s.Registrar.Email).get(person), `href="`+hours+`"`)
	marked(t, s.as(s.Registrar.Email).get(hours), `href="`+person+`"`)
	own := s.as(s.Stranger.Email).get(therapistPath(there.Student.Files[len(there.Student.Files)-1]) + "/hours")
	wants(t, own, http.StatusOK, s.Other.Name, "4 h", testkit.Says("shared.hours_by_subject"))
	if strings.Contains(own.Body.String(), "Medical Massage Foundations") {
		t.Error("a school sees the hours of another")
	}
	marked(t, s.as(s.Registrar.Email).get(person), `class="crumbs"><a href="/o/`+s.School.ID.String()+`/students"`)
	marked(t, s.as(s.Registrar.Email).get(person+"/readiness"), `href="`+person+`"`)
	leadsTo(t, s.as(s.Student.Email).get(hours), "/record")
	wants(t, s.as(s.Student.Email).get("/record"), http.StatusOK, ", "+s.School.Name, "Foundations, "+s.Other.Name, testkit.Said("logbook.record.since", "on", "Jan 1, 2025"))
	wants(t, s.as(s.Supervisor.Email).get(hours), http.StatusForbidden)
}

// Someone whom a school knows by another name is told whom of the school to write to.
func TestFile_OtherName(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.SignedElsewhere(s.Student, 1)
	office := s.as(s.Stranger.Email)
	enroll := "/o/" + s.Other.ID.String() + "/students/enroll"
	program := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(office.get(enroll).Body.String())
	res := office.post(enroll, url.Values{"email": {s.Supervisor.Email}, "name": {"Samuel Otherwise"}, "program_id": {program[1]}, "enrolled_on": {"2026-11-01"}})
	if res.Code != http.StatusSeeOther {
		t.Fatal(text(res))
	}
	supervisor := s.as(s.Supervisor.Email)
	file := regexp.MustCompile(`/record/sharing/files/[0-9a-f-]{36}`).FindString(supervisor.get("/record/sharing").Body.String())
	page := supervisor.get(file)
	wants(t, page, http.StatusOK, "Samuel Otherwise", "Write to "+s.Stranger.Name+" at "+s.Stranger.Email)
	marked(t, page, `href="mailto:`+s.Stranger.Email+`"`)
}

package pages

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

func (s *site) course(code string, prerequisites ...core.Prerequisite) core.Course {
	s.T.Helper()
	c, err := s.Specialty.CreateCourse(context.Background(), s.Registrar, s.School.ID, specialty.CourseInput{
		Code: code, Title: "Manual Lymphatic Drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40), Prerequisites: prerequisites,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}

func TestCourses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.course("BASE")
	office := s.as(s.Registrar.Email)
	courses := "/o/" + s.School.ID.String() + "/courses"
	form := url.Values{
		"title": {"Lymphatic Drainage II"}, "code": {"MLD-2"}, "specialty": {"Manual lymphatic drainage"}, "minutes": {"40 h"},
		"licensed": {"true"}, "certified": {"600 h"}, "courses": {"BASE, GONE"}, "description": {"Forty hours.\nBring a towel."},
	}
	res := office.post(courses+"/new", form)
	wants(t, res, http.StatusUnprocessableEntity, testkit.Says("unknown_course.code"))
	if body := res.Body.String(); !strings.Contains(body, `href="#f-courses"`) || !strings.Contains(body, `value="BASE, GONE"`) {
		t.Error("the form does not lead to the field, or lost what was typed")
	}
	wants(t, office.post(courses+"/new", url.Values{"minutes": {"40"}}), http.StatusUnprocessableEntity, testkit.Says("bad_minutes.unit"))
	form.Set("courses", "BASE")
	res = office.post(courses+"/new", form)
	course := res.Header().Get("Location")
	leadsTo(t, res, course)
	wants(t, office.get(course), http.StatusOK, testkit.Said("specialty.courses.is_added_with", "title", "Lymphatic Drainage II", "minutes", "40 h"), "Manual lymphatic drainage",
		testkit.Says("shared.afterschool.license_practice"), testkit.Said("shared.afterschool.certified_supervised_instruction", "minutes", "600 h"), testkit.Said("shared.afterschool.course_completed", "courseCode", "BASE"), "Bring a towel.", testkit.Says("specialty.course.nobody_yet_record_completion_when"))
	wants(t, office.get(courses), http.StatusOK, "Lymphatic Drainage II", "BASE", "New course")
	wants(t, office.get(courses+"?limit=1"), http.StatusOK, "More")

	page := office.get(course + "/edit").Body.String()
	for _, kept := range []string{`value="1"`, `value="40 h"`, `value="600 h"`, `value="manual lymphatic drainage"`, `value="true" checked`} {
		if !strings.Contains(page, kept) {
			t.Errorf("the form to change it lacks %s", kept)
		}
	}
	form.Set("version", "1")
	form.Set("minutes", "45 h")
	form.Del("licensed")
	leadsTo(t, office.post(course+"/edit", form), course)
	if read := text(office.get(course)); !strings.Contains(read, "45 h") || strings.Contains(read, testkit.Says("shared.afterschool.license_practice")) {
		t.Error(read)
	}
	form.Set("title", "Lost in between")
	wants(t, office.post(course+"/edit", form), http.StatusPreconditionFailed, testkit.Says("stale"), testkit.Says("specialty.course_form.load_course_as_now"))

	student := s.as(s.Student.Email)
	if read := text(student.get(courses)); !strings.Contains(read, "Lymphatic Drainage II") || strings.Contains(read, "New course") {
		t.Error("a student sees courses and adds none:", read)
	}
	stranger := s.as(s.Stranger.Email)
	for _, path := range []string{courses + "/new", course + "/edit", course + "/record"} {
		wants(t, student.get(path), http.StatusForbidden)
		wants(t, student.post(path, url.Values{}), http.StatusForbidden)
		wants(t, stranger.get(path), http.StatusNotFound)
		wants(t, stranger.post(path, form), http.StatusNotFound)
	}
	wants(t, stranger.get(course), http.StatusNotFound)
}

func TestCompletions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.course("MLD-1", core.Prerequisite{Licensed: true}, core.Prerequisite{Minutes: core.Hours(600)})
	office := s.as(s.Registrar.Email)
	record, list := coursePath(c.ID)+"/record", "/o/"+s.School.ID.String()+"/course-completions"
	wants(t, office.get(list), http.StatusOK, testkit.Says("certify.course_completions.no_completion_recorded_yet"))
	wants(t, office.get(record), http.StatusOK, "Manual Lymphatic Drainage (MLD-1), 40 h", testkit.Says("specialty.record.certificate_can_be_proposed_only"), testkit.Says("shared.afterschool.license_practice"))

	form := url.Values{"email": {"lena@example.net"}, "completed_on": {"2026-11-20"}, "instructor": {"Ines Instructor"}}
	wants(t, office.post(record, form), http.StatusUnprocessableEntity, testkit.Says("required.name"))
	wants(t, office.post(record, url.Values{"completed_on": {"yesterday"}, "minutes": {"42"}}), http.StatusUnprocessableEntity, testkit.Says("bad_date.core"), testkit.Says("bad_minutes.unit"))
	form.Set("email", s.Student.Email)
	form.Set("minutes", "1 h")
	wants(t, office.post(record, form), http.StatusUnprocessableEntity, testkit.Says("too_few_minutes"))
	form.Del("minutes")
	leadsTo(t, office.post(record, form), list)
	wants(t, office.get(list), http.StatusOK, testkit.Said("specialty.courses.recorded", "name", "Ada Example", "course", "Manual Lymphatic Drainage"), "Ines Instructor", "Nov 20, 2026", "Propose")
	wants(t, office.post(record, form), http.StatusConflict, testkit.Says("duplicate.completion"))
	wants(t, office.get(coursePath(c.ID)), http.StatusOK, "Ada Example", "Ines Instructor")

	done, err := s.Specialty.Completions(context.Background(), s.Registrar, s.School.ID, core.Page{})
	if err != nil || len(done.Items) != 1 {
		t.Fatal(done, err)
	}
	propose := "/course-completions/" + done.Items[0].ID.String() + "/propose"
	wants(t, office.post(propose, nil), http.StatusConflict, testkit.Said("certify.coursecompletions.cannot_be_proposed", "name", "Ada Example", "course", "Manual Lymphatic Drainage"),
		"may practice under an active license (No license is recorded)", "600 h of certified supervised instruction (0 min of 600 h are certified)", "Ines Instructor")

	s.Certified()
	s.license(t)
	res := office.post(propose, nil)
	proposals, err := s.Certify.Proposals(context.Background(), s.Registrar, s.School.ID, certify.ProposalOpen, core.Page{})
	if err != nil || len(proposals.Items) != 1 {
		t.Fatal(proposals, err, text(res))
	}
	leadsTo(t, res, "/completions/"+proposals.Items[0].ID.String())
	if body := office.get(list).Body.String(); !strings.Contains(body, `href="/completions/`+proposals.Items[0].ID.String()) || strings.Contains(body, "/propose") {
		t.Error("what is proposed is offered again")
	}
	wants(t, office.post(propose, nil), http.StatusConflict, testkit.Says("already_proposed"))

	student := s.as(s.Student.Email)
	if body := student.get(list).Body.String(); !strings.Contains(body, "Ines Instructor") || strings.Contains(body, "/propose") || strings.Contains(body, "/therapists/") {
		t.Error("a student sees their own completions and can do nothing with them")
	}
	wants(t, student.post(propose, nil), http.StatusForbidden)
	stranger := s.as(s.Stranger.Email)
	wants(t, stranger.get(list), http.StatusNotFound)
	wants(t, stranger.post(propose, nil), http.StatusNotFound)
	wants(t, s.as(s.Supervisor.Email).get(list), http.StatusForbidden)
}

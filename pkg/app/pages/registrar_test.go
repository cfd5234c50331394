package pages

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestStudents(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	students := "/o/" + s.School.ID.String() + "/students"
	wants(t, registrar.get(students), http.StatusOK, s.Student.Name, "600 h required", "Not met")
	wants(t, registrar.get(students+"?q=zzz"), http.StatusOK, testkit.Says("logbook.students.nobody_was_found"))

	form := registrar.get(students + "/enroll")
	wants(t, form, http.StatusOK, "Enroll a student")
	program := regexp.MustCompile(`<option value="([0-9a-f-]{36})" selected`).FindStringSubmatch(form.Body.String())[1]
	in := url.Values{"name": {"Nora New"}, "email": {"nora"}, "program_id": {program}, "enrolled_on": {"2026-13-01"}, "invite": {"true"}}
	wants(t, registrar.post(students+"/enroll", in), http.StatusUnprocessableEntity, "date")
	in.Set("enrolled_on", "2026-11-02")
	wants(t, registrar.post(students+"/enroll", in), http.StatusUnprocessableEntity, "email address")
	in.Set("email", "nora@example.org")
	enrolled := registrar.post(students+"/enroll", in)
	wants(t, registrar.get(enrolled.Header().Get("Location")), http.StatusOK, "Nora New is enrolled.", testkit.Says("logbook.enrollment.no_session_yet"))
	wants(t, registrar.get(students+"?q=nora"), http.StatusOK, "nora@example.org")

	supervisor := s.as(s.Supervisor.Email)
	wants(t, supervisor.get(students), http.StatusOK, "Nora New")
	wants(t, supervisor.post(students+"/enroll", in), http.StatusForbidden)
	stranger := s.as(s.Stranger.Email)
	for _, path := range []string{students, students + "/enroll", enrolled.Header().Get("Location")} {
		wants(t, stranger.get(path), http.StatusNotFound)
	}
}

// In the evening the school's day is not yet the next one.
func TestStudents_EnrolledInTheEvening(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Pass(11 * time.Hour)
	registrar := s.as(s.Registrar.Email)
	enroll := "/o/" + s.School.ID.String() + "/students/enroll"
	form := registrar.get(enroll)
	program := regexp.MustCompile(`<option value="([0-9a-f-]{36})" selected`).FindStringSubmatch(form.Body.String())[1]
	day := regexp.MustCompile(`name="enrolled_on" value="([0-9-]+)"`).FindStringSubmatch(form.Body.String())[1]
	if day != "2026-11-23" {
		t.Errorf("the first day is filled in as %s", day)
	}
	enrolled := registrar.post(enroll, url.Values{"name": {"Nora New"}, "email": {"nora@example.org"}, "program_id": {program}, "enrolled_on": {day}})
	wants(t, registrar.get(enrolled.Header().Get("Location")), http.StatusOK, "Nora New is enrolled.")
}

func TestPublish_Example(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	publish := "/o/" + s.School.ID.String() + "/programs/publish"
	res := registrar.get(publish)
	wants(t, res, http.StatusOK, testkit.Says("logbook.publish.rules_as_json_subjects_rules"))
	example := html.UnescapeString(regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindStringSubmatch(res.Body.String())[1])

	broken := strings.NewReplacer(`"minimum-kinesiology"`, `"total"`, `"hydrotherapy",`, `"kinesiology",`).Replace(example)
	for standard, words := range map[string][]string{
		strings.Replace(example, `"title": "Sample program"`, `"title": ""`, 1): {testkit.Says("required.field")},
		example:        {testkit.Says("sample_standard.key"), testkit.Says("sample_standard.source")},
		broken:         {testkit.Says("repeated.id"), testkit.Says("repeated.name")},
		`{"rule": []}`: {`There is no field "rule" here.`},
		`{`:            {testkit.Says("bad_json.document")},
	} {
		res := registrar.post(publish, url.Values{"code": {"short-course"}, "title": {"Short course"}, "standard": {standard}})
		wants(t, res, http.StatusUnprocessableEntity, words...)
		if !strings.Contains(res.Body.String(), `id="f-standard-error"`) || strings.Contains(res.Body.String(), `id="f-title-error"`) {
			t.Errorf("%q does not stand beside the standard alone", words)
		}
	}
	in := url.Values{"code": {"short-course"}, "title": {"Short course"}, "standard": {strings.NewReplacer(`"sample"`, `"short-course"`, "Sample: enter your catalog and page", "Catalog 2026, page 3").Replace(example)}}
	res = registrar.post(publish, in)
	wants(t, registrar.get(res.Header().Get("Location")), http.StatusOK, "600 h in 7 subjects", "Only supervised instruction counts.")
	wants(t, s.as(s.Supervisor.Email).get(publish), http.StatusForbidden)
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	programs := "/o/" + s.School.ID.String() + "/programs"
	listed := registrar.get(programs)
	wants(t, listed, http.StatusOK, "600 h")
	program := regexp.MustCompile(`/programs/[0-9a-f-]{36}`).FindString(listed.Body.String()[strings.Index(listed.Body.String(), "<main"):])
	shown := registrar.get(program)
	wants(t, shown, http.StatusOK, "Version 1", "Source")

	next := registrar.get(programs + "/publish?from=" + strings.TrimPrefix(program, "/programs/"))
	text := regexp.MustCompile(`(?s)<textarea[^>]*name="standard"[^>]*>(.*?)</textarea>`).FindStringSubmatch(next.Body.String())
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(next.Body.String())
	if code[1] != "mmf" {
		t.Errorf("the code is filled in as %q", code[1])
	}
	broken := url.Values{"code": {"Not A Code"}, "standard": {`{"key": 7}`}}
	wants(t, registrar.post(programs+"/publish", broken), http.StatusUnprocessableEntity, "key")
	in := url.Values{"code": {"long-course"}, "title": {"Long course"}, "standard": {html.UnescapeString(text[1])}}
	published := registrar.post(programs+"/publish", in)
	long := published.Header().Get("Location")
	wants(t, registrar.get(long), http.StatusOK, "Long course is published.", "Version 1", "600 h")
	wants(t, registrar.post(programs+"/publish", in), http.StatusConflict, testkit.Says("program_unchanged"))
	in.Set("standard", strings.Join(strings.Fields(in.Get("standard")), " "))
	wants(t, registrar.post(programs+"/publish", in), http.StatusConflict, testkit.Says("program_unchanged"))
	in.Set("standard", strings.Replace(in.Get("standard"), `36000`, `37200`, 1))
	leadsTo(t, registrar.post(programs+"/publish", in), long)
	wants(t, registrar.get(long), http.StatusOK, "Version 2", "620 h", "Version 1, published")

	wants(t, s.as(s.Supervisor.Email).post(programs+"/publish", in), http.StatusForbidden)
	stranger := s.as(s.Stranger.Email)
	for _, path := range []string{programs, program, programs + "/publish"} {
		wants(t, stranger.get(path), http.StatusNotFound)
	}
}

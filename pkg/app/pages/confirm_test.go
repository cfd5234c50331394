package pages

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// A version that one person published is marked wherever it matters, until a second
// one confirms it with their password; who published it is told why it is not them.
func TestPrograms_Confirm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar, second := s.as(s.Registrar.Email), s.as(s.Second.Email)
	base := "/o/" + s.School.ID.String()
	waits, count := testkit.Says("logbook.program.waits"), testkit.Said("logbook.unconfirmed.certification_waits", "count", 1)
	for _, path := range []string{"/students", "/completions", "/cohorts", "/programs"} {
		if body := registrar.get(base + path).Body.String(); strings.Contains(body, waits) || strings.Contains(body, count) {
			t.Errorf("%s says that something waits", path)
		}
	}

	listed := registrar.get(base + "/programs").Body.String()
	program := regexp.MustCompile(`/programs/[0-9a-f-]{36}`).FindString(listed[strings.Index(listed, "<main"):])
	form := registrar.get(base + "/programs/publish?from=" + strings.TrimPrefix(program, "/programs/"))
	text := regexp.MustCompile(`(?s)<textarea[^>]*name="standard"[^>]*>(.*?)</textarea>`).FindStringSubmatch(form.Body.String())
	in := url.Values{"code": {"mmf"}, "standard": {strings.Replace(html.UnescapeString(text[1]), `36000`, `35940`, 1)}}
	leadsTo(t, registrar.post(base+"/programs/publish", in), program)
	student := s.Person("Dora Vale", "dora@students.example", s.School, core.RoleStudent)
	enrollment := s.Enroll(student)
	s.EarnAll(enrollment, student, 900)
	wants(t, registrar.get(program), http.StatusOK, waits, testkit.Says("same_person.program"), testkit.Said("logbook.program.confirmed_by", "when", "Nov 23, 2026, 10:00 AM EST", "name", "Rob Registrar"))
	for _, path := range []string{"/students", "/completions", "/cohorts"} {
		wants(t, second.get(base+path), http.StatusOK, count, "Version 2")
	}
	wants(t, second.get(base+"/students"), http.StatusOK, testkit.Says("logbook.students.certification_waits"))
	wants(t, second.get(base+"/programs"), http.StatusOK, waits)
	at := "/enrollments/" + enrollment.String()
	page := registrar.get(at)
	if wants(t, page, http.StatusOK, "Certification waits until a second person confirms"); strings.Contains(page.Body.String(), at+"/propose\"") {
		t.Error("a completion that cannot be certified is offered to be proposed")
	}
	wants(t, registrar.post(at+"/propose", nil), http.StatusConflict, "a second person has to confirm it first")
	if body := s.as(s.Supervisor.Email).get(base + "/students").Body.String(); strings.Contains(body, count) {
		t.Error("a supervisor is told of what the office has to confirm")
	}

	one := regexp.MustCompile(`name="program_version" value="([^"]+)"`)
	shown := second.get(program).Body.String()
	chosen := url.Values{"program_version": {one.FindStringSubmatch(shown)[1]}}
	if one.MatchString(registrar.get(program).Body.String()) || strings.Contains(shown, `name="password"`) {
		t.Error("the publisher is offered to confirm, or a password is asked for that was given just now")
	}
	wants(t, registrar.post(program+"/confirm", chosen), http.StatusForbidden, testkit.Says("same_person.program"))
	wants(t, s.as(s.Stranger.Email).post(program+"/confirm", chosen), http.StatusNotFound)
	wants(t, s.as(s.Supervisor.Email).post(program+"/confirm", chosen), http.StatusForbidden)
	s.Pass(2 * access.FreshFor)
	wants(t, second.get(program), http.StatusOK, testkit.Says("shared.your_password"))
	wants(t, second.post(program+"/confirm", with(chosen, "password", "wrong")), http.StatusUnauthorized, testkit.Says("wrong_password.field"))
	leadsTo(t, second.post(program+"/confirm", with(chosen, "password", testPassword)), program)
	wants(t, second.get(program), http.StatusOK, testkit.Said("logbook.program.is_confirmed", "number", 2))
	wants(t, second.post(program+"/confirm", chosen), http.StatusConflict, testkit.Says("already_decided.program"))
	s.Pass(time.Minute)
	leadsToProposal := registrar.post(at+"/propose", nil)
	if !strings.HasPrefix(leadsToProposal.Header().Get("Location"), "/completions/") {
		t.Errorf("after it was confirmed: %s", leadsToProposal.Body)
	}
}

func with(in url.Values, name, value string) url.Values {
	out := url.Values{name: {value}}
	for k, v := range in {
		out[k] = v
	}
	return out
}

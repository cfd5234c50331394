package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestClasses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	teacher, student := s.as(s.Supervisor.Email), s.as(s.Student.Email)
	base := "/o/" + s.School.ID.String() + "/classes"
	wants(t, teacher.get(base), http.StatusOK, testkit.Says("classroom.classes.no_class_was_planned_yet"))
	wants(t, teacher.get(base+"/new"), http.StatusOK, testkit.Said("classroom.plan.all_active_students_roster", "label", "Medical Massage Foundations"))
	page := teacher.get(base + "/new").Body.String()
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("no %s on the page", pattern)
		}
		return found[1]
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	start := s.Src.Now().In(zone).Add(10 * time.Minute)
	in := url.Values{
		"program_id": {find(`name="program_id" value="([^"]+)"`)}, "instructor_id": {find(`(?s)name="instructor_id".*?<option value="([0-9a-f-]{36})" selected`)},
		"date": {start.Format("2006-01-02")}, "start": {start.Format("15:04")}, "end": {start.Add(time.Hour).Format("15:04")},
		"subject": {"kinesiology"}, "setting": {"classroom"}, "delivery": {"in-person"}, "mode": {"in_class"}, "check_in": {"tattoo"},
	}
	wants(t, teacher.post(base+"/new", in), http.StatusUnprocessableEntity, testkit.Says("unknown_check_in"))
	in.Set("check_in", "qr")
	planned := teacher.post(base+"/new", in)
	one := planned.Header().Get("Location")
	if !strings.HasPrefix(one, "/classes/") {
		t.Fatalf("planning led to %q: %s", one, text(planned))
	}
	wants(t, teacher.get(one), http.StatusOK, "Ada Example", "Not marked", testkit.Says("classroom.class.show_code"))
	screen := teacher.get(one + "/screen")
	wants(t, screen, http.StatusOK, testkit.Said("classroom.screen.of_are_in", "in", 0, "students", 1), "Count heads")
	link := regexp.MustCompile(`http://127.0.0.1:8080(/check-in/[^<" ]+)`).FindStringSubmatch(screen.Body.String())[1]
	wants(t, student.get(one+"/screen"), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(one), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).get(link), http.StatusNotFound)
	wants(t, teacher.get(link), http.StatusNotFound)
	leadsTo(t, s.stranger().get(link), "/sign-in?next="+url.QueryEscape(link))
	wants(t, student.get(link[:len(link)-2]+"xx"), http.StatusUnprocessableEntity, testkit.Says("classroom.refused.nothing_was_clocked"), testkit.Says("bad_code.classroom"))
	scanned := student.get(link)
	wants(t, scanned, http.StatusOK, testkit.Says("classroom.check_in.i_am_here_clock"))
	ticket := regexp.MustCompile(`name="ticket" value="([^"]+)"`).FindStringSubmatch(scanned.Body.String())[1]
	clock := link[:strings.LastIndex(link, "/")]
	wants(t, s.as(s.Student.Email).post(clock, url.Values{"direction": {"in"}, "ticket": {ticket}}), http.StatusUnprocessableEntity, testkit.Says("bad_ticket"))
	leadsTo(t, student.post(clock, url.Values{"direction": {"in"}, "ticket": {ticket}}), "/record/classes")
	wants(t, student.get("/record/classes"), http.StatusOK, testkit.Says("shared.classes.clocked_in"))
	wants(t, teacher.get(one+"/screen"), http.StatusOK, testkit.Said("classroom.screen.of_are_in", "in", 1, "students", 1))
	wants(t, teacher.get(one), http.StatusOK, "Present", "by code")
	wants(t, teacher.post(one+"/sign", url.Values{"version": {"1"}}), http.StatusConflict, testkit.Says("not_over.classroom"))
	late := teacher.post(one+"/roster", url.Values{"version": {"7"}})
	wants(t, late, http.StatusPreconditionFailed)
	if !strings.Contains(late.Body.String(), `/roster">
<input type="hidden" name="version" value="7">`) {
		t.Error("the roster sent again would overwrite what someone else marked")
	}
	leadsTo(t, teacher.post(one+"/cancel", url.Values{"version": {"1"}}), one)
	wants(t, teacher.get(one), http.StatusOK, "Canceled")
	wants(t, student.get("/record/classes"), http.StatusOK, testkit.Says("shared.classes.no_class_today"))
}

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// instructor signs a roster as one, and has a student check in by the code on
// the screen.
func instructor(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("r.alvarez@brightwater.example", school.Password)
	v.menu("Classes")
	v.sees(testkit.Says("classroom.classes.class_signed_as_one_its"))
	v.plan("2026-11-22", "19:00", "21:00", testkit.Says("classroom.plan.i_mark_the_roster"))
	v.sees("Class planned with", "Ana Ortega", "Not marked")
	v.write(testkit.Said("classroom.class.mark_2", "name", "Ana Ortega"), "Present")
	v.write(testkit.Said("classroom.class.out_2", "name", "Ana Ortega"), "20:30")
	v.write(testkit.Said("classroom.class.grade_2", "name", "Ana Ortega"), "91")
	v.press(testkit.Says("classroom.class.save_rest_absent"))
	v.sees("Roster saved.")
	v.press(testkit.Says("classroom.class.sign_roster"))
	v.sees("Signed. The hours are now in the students’ records.", "Present", "Absent", "8:30 PM")
	v.followIn("td[data-label=Session]")
	v.sees("1 h 30 min", "Signed")

	now := s.now(t)
	v.menu("Classes")
	v.plan(now.Add(5*time.Minute).Format(time.DateOnly), now.Add(5*time.Minute).Format("15:04"), now.Add(25*time.Minute).Format("15:04"), testkit.Says("classroom.plan.students_press_clock_in_and"))
	v.menu("Classes")
	v.plan(now.AddDate(0, 0, -1).Format(time.DateOnly), "03:00", "04:00", testkit.Says("classroom.plan.i_mark_the_roster"))
	v.press(testkit.Says("classroom.class.save_rest_absent"))
	v.press(testkit.Says("classroom.class.sign_roster"))

	v.menu("Classes")
	v.plan(now.Add(10*time.Minute).Format(time.DateOnly), now.Add(10*time.Minute).Format("15:04"), now.Add(70*time.Minute).Format("15:04"), testkit.Says("classroom.plan.students_scan_a_code_on"))
	v.follow(testkit.Says("classroom.class.show_code"))
	v.sees("Count heads")

	student := s.visitor(t)
	student.signIn("ana.ortega@brightwater.example", school.Password)
	student.open("/record/classes")
	student.sees("Scan the code on the instructor’s screen")
	student.press("Clock in")
	student.sees("You are clocked in.")
	student.press("Clock out")
	student.sees("You are clocked out.", "and out at")
	student.open(v.code())
	student.press(testkit.Says("classroom.check_in.i_am_here_clock"))
	student.sees("You are clocked in.", testkit.Says("shared.classes.clocked_in"))
	student.open(v.code()[:60] + "AAAAAAAAAAAAAAAA")
	student.sees(testkit.Says("classroom.refused.nothing_was_clocked"), testkit.Says("bad_code.classroom"))
	student.open("/record")
	student.follow("Requests to the office")
	student.write("Class", now.AddDate(0, 0, -1).Format("Jan 2, 2006"))
	student.write(testkit.Says("registry.requests_of.i_came_at"), "03:00")
	student.write(testkit.Says("registry.requests_of.i_left_at"), "03:50")
	student.write("What happened", "My telephone was empty.")
	student.press(testkit.Says("registry.requests_of.ask"))
	student.sees("The office has your request", "Missed punch", "Open")
	student.write(testkit.Says("registry.requests_of.what_wrong_what_right"), "March is missing.")
	student.press(testkit.Says("registry.requests_of.dispute"))
	student.sees("Dispute", "March is missing.")
	v.open(v.here())
	v.sees("1 of ", "Ana Ortega")
	v.follow(testkit.Says("classroom.screen.class"))
	v.press(testkit.Says("classroom.class.call_class_off"))
	v.sees("Canceled")
}

func (v *visitor) plan(date, start, end, checkIn string) {
	v.t.Helper()
	v.follow("Plan a class")
	v.write(testkit.Says("shared.day"), date)
	v.write("Start", start)
	v.write("End", end)
	v.write("Subject", "Kinesiology")
	v.tick(checkIn)
	v.press(testkit.Says("classroom.plan.plan_class_2"))
}

// code is where the code on the screen leads now: the page asks for it again.
func (v *visitor) code() string {
	v.t.Helper()
	link := ask[string](v, `fetch(location.pathname).then((r) => r.text()).then((t) => new DOMParser().parseFromString(t, "text/html").querySelector(".code-text").textContent.trim())`)
	return strings.TrimPrefix(link, v.base)
}

// here is the path of the page.
func (v *visitor) here() string { return ask[string](v, "location.pathname") }

// now is what a clock on the school's wall shows.
func (s *site) now(t *testing.T) time.Time {
	t.Helper()
	zone, err := time.LoadLocation(school.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return s.clock().In(zone)
}

func (s *site) today(t *testing.T) string {
	t.Helper()
	return s.now(t).Format(time.DateOnly)
}

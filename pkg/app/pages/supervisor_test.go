package pages

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/testkit"
)

// submits logs a session of the student and sends it to the supervisor.
func (s *site) submits(student access.Actor, enrollment core.EnrollmentID, date, start, end string) core.Entry {
	s.T.Helper()
	day, err := core.ParseDate(date)
	if err != nil {
		s.T.Fatal(err)
	}
	sam, _ := s.Supervisor.Member(s.School.ID, core.RoleSupervisor)
	e, err := s.web.Logbook.Log(context.Background(), student, enrollment, logbook.LogEntry{
		SupervisorID: sam, Note: "Draping & hygiene", Submit: true, SessionInput: core.SessionInput{
			Date: day, Start: start, End: end, Subject: "kinesiology", Setting: core.Lab, Delivery: core.InPerson,
		},
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return e
}

// stands is where the student's enrollment stands.
func (s *site) stands() (valid, waiting core.Minutes) {
	s.T.Helper()
	p, err := s.web.Logbook.Progress(context.Background(), s.Registrar, s.Enrollment)
	if err != nil {
		s.T.Fatal(err)
	}
	return p.Standing.Valid, p.Waiting
}

var groupBoxes = regexp.MustCompile(`name="group" value="([^"]+)"`)

func groupsOn(res *httptest.ResponseRecorder) []string {
	var groups []string
	for _, found := range groupBoxes.FindAllStringSubmatch(res.Body.String(), -1) {
		groups = append(groups, found[1])
	}
	return groups
}

func TestInbox_Sign(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	inbox := "/o/" + s.School.ID.String() + "/inbox"
	sam := s.as(s.Supervisor.Email)
	wants(t, sam.get(inbox), http.StatusOK, testkit.Says("logbook.inbox.nothing_waits_you"))
	s.submits(s.Student, s.Enrollment, "2026-11-16", "09:00", "12:00")
	s.submits(s.Student, s.Enrollment, "2026-11-17", "09:00", "12:30")
	late := s.submits(s.Student, s.Enrollment, "2026-10-20", "08:00", "17:30")

	page := sam.get(inbox)
	wants(t, page, http.StatusOK, testkit.Said("logbook.inbox.waiting", "count", 3, "minutes", "16 h"),
		"Ada Example, week of Nov 16, 2026", "The whole week: 2 sessions, 6 h 30 min", "Nov 17, 2026", "9:00 AM–12:30 PM", "Kinesiology", "Lab", "In person", "Draping & hygiene",
		"Ada Example, week of Oct 19, 2026", "Long", "9 h 30 min long", "Late", "Submitted 34 days after the session")
	if read := text(page); strings.Index(read, "19 Oct") > strings.Index(read, "16 Nov") {
		t.Error("the week with exceptions does not come first")
	}
	if !strings.Contains(page.Body.String(), `href="/entries/`+late.ID.String()+`"`) {
		t.Error("no link leads to the session")
	}
	if strings.Contains(text(page), "Your password") {
		t.Error("a fresh sign-in is asked for its password")
	}

	wants(t, sam.post(inbox+"/sign", nil), http.StatusUnprocessableEntity, testkit.Says("required.sessions_to_sign"))
	wants(t, sam.post(inbox+"/sign", url.Values{"entry": {"nonsense"}}), http.StatusUnprocessableEntity, testkit.Says("bad_choice.entries"))
	groups := groupsOn(page)
	week := url.Values{"group": groups, "entry": strings.Split(groups[0], ",")[:1]}
	leadsTo(t, sam.post(inbox+"/sign", week), inbox)
	wants(t, sam.get(inbox), http.StatusOK, "2 sessions signed, 6 h 30 min in all.", "1 session is waiting")
	if valid, waiting := s.stands(); valid != 390 || waiting != 570 {
		t.Errorf("%s count and %s wait", valid, waiting)
	}

	s.Pass(20 * time.Minute)
	one := url.Values{"entry": {refOf(late)}}
	wants(t, sam.get(inbox), http.StatusOK, testkit.Says("shared.form.confirm_you"))
	wants(t, sam.post(inbox+"/sign", one), http.StatusUnauthorized, "Enter your password again")
	one.Set("password", "seven lamps over sand")
	wrong := sam.post(inbox+"/sign", one)
	wants(t, wrong, http.StatusUnauthorized, testkit.Says("wrong_password.field"))
	if !strings.Contains(wrong.Body.String(), `value="`+refOf(late)+`" checked`) {
		t.Error("what was chosen is forgotten")
	}
	one.Set("password", testPassword)
	leadsTo(t, sam.post(inbox+"/sign", one), inbox)
	wants(t, sam.get(inbox), http.StatusOK, testkit.Said("logbook.inbox.sessions_signed", "count", 1, "total", "9 h 30 min"), testkit.Says("logbook.inbox.nothing_waits_you"))
	wants(t, sam.post(inbox+"/sign", url.Values{"entry": {refOf(late)}}), http.StatusConflict, testkit.Says("not_submitted"))
}

func TestInbox_Return(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	inbox := "/o/" + s.School.ID.String() + "/inbox"
	e := s.submits(s.Student, s.Enrollment, "2026-11-16", "09:00", "12:00")
	other := s.submits(s.Student, s.Enrollment, "2026-11-17", "09:00", "12:00")
	sam := s.as(s.Supervisor.Email)
	s.Pass(20 * time.Minute) // to return a session takes no password

	form := url.Values{"return": {refOf(e)}, "entry": {refOf(other)}, "reason-" + other.ID.String(): {"unsent"}}
	empty := sam.post(inbox+"/return", form)
	wants(t, empty, http.StatusUnprocessableEntity, "unsent")
	for _, part := range []string{`href="#f-reason-` + e.ID.String(), `<details class="tight" open>`, `value="` + refOf(other) + `" checked`} {
		if strings.Count(empty.Body.String(), part) != 1 {
			t.Errorf("%s is not on the page once", part)
		}
	}
	form.Set("reason-"+e.ID.String(), "The clinic was closed that day.")
	leadsTo(t, sam.post(inbox+"/return", form), inbox)
	wants(t, sam.get(inbox), http.StatusOK, "Returned to the student with your reason.", "1 session is waiting")
	detail, err := s.web.Logbook.Entry(context.Background(), s.Student, e.ID)
	if err != nil || detail.Entry.State != core.EntryReturned || detail.Entry.ReturnReason != "The clinic was closed that day." {
		t.Errorf("%+v %v", detail.Entry, err)
	}
	wants(t, sam.post(inbox+"/return", form), http.StatusConflict, testkit.Says("not_submitted"))
	wants(t, sam.post(inbox+"/return", url.Values{"return": {"nonsense"}}), http.StatusUnprocessableEntity, testkit.Says("bad_choice.entries"))
}

func TestInbox_Strangers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	inbox := "/o/" + s.School.ID.String() + "/inbox"
	e := s.submits(s.Student, s.Enrollment, "2026-11-16", "09:00", "12:00")
	form := url.Values{"entry": {refOf(e)}, "return": {refOf(e)}, "reason-" + e.ID.String(): {"No."}}
	for _, email := range []string{s.Registrar.Email, s.Student.Email} {
		b := s.as(email)
		wants(t, b.get(inbox), http.StatusForbidden)
		wants(t, b.post(inbox+"/sign", form), http.StatusForbidden)
		wants(t, b.post(inbox+"/return", form), http.StatusForbidden)
	}
	s.admin("olga@example.org", s.Other, core.RoleSupervisor)
	olga, own := s.as("olga@example.org"), "/o/"+s.Other.ID.String()+"/inbox"
	wants(t, olga.post(own+"/sign", form), http.StatusNotFound)
	wants(t, olga.post(own+"/return", form), http.StatusNotFound)
	if valid, waiting := s.stands(); valid != 0 || waiting != 180 {
		t.Errorf("%s count and %s wait", valid, waiting)
	}
}

func TestInbox_Pages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range groupsShown + 1 {
		day := core.Date{Year: 2026, Month: 3, Day: 2}.AddDays(7 * i)
		s.submits(s.Student, s.Enrollment, day.String(), "09:00", "10:00")
	}
	sam := s.as(s.Supervisor.Email)
	page := sam.get("/o/" + s.School.ID.String() + "/inbox")
	if n := strings.Count(page.Body.String(), "<legend><h2>"); n != groupsShown {
		t.Errorf("%d groups on the first page", n)
	}
	wants(t, page, http.StatusOK, testkit.Said("logbook.inbox.waiting_some_here", "count", 11, "entries", 10, "minutes", "10 h"))
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page.Body.String())
	if next == nil {
		t.Fatal("no way on")
	}
	second := sam.get(next[1])
	if n := strings.Count(second.Body.String(), "<legend><h2>"); n != 1 {
		t.Errorf("%d groups on the second page", n)
	}
	wants(t, second, http.StatusOK, "May 11, 2026", "Back to the first")
}

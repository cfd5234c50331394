package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

var entryLink = regexp.MustCompile(`/entries/[0-9a-f-]{36}`)

// supervisorOf is the value of the choice of the student's supervisor.
func (s *site) supervisorOf() string {
	member, _ := s.Supervisor.Member(s.School.ID, core.RoleSupervisor)
	return member.String()
}

func TestEntry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	student, supervisor := s.as(s.Student.Email), s.as(s.Supervisor.Email)
	enrollment := enrollmentPath(s.Enrollment)
	inbox := "/o/" + s.School.ID.String() + "/inbox"
	leadsTo(t, student.get("/record"), enrollment)
	wants(t, student.get(enrollment), http.StatusOK, "My hours", testkit.Says("logbook.enrollment.no_session_yet"), "Total: 600 h short of 600 h")

	in := url.Values{
		"date": {"2026-11-20"}, "start": {"13:00"}, "end": {"09:00"}, "subject": {""}, "setting": {"clinic"}, "delivery": {"in-person"},
		"supervisor_id": {s.supervisorOf()}, "break_minutes": {"15"}, "note": {"Three clients"}, "action": {"draft"},
	}
	wants(t, student.post(enrollment+"/log", in), http.StatusUnprocessableEntity, "subject")
	in.Set("subject", "kinesiology")
	in.Set("start", "09:00")
	in.Set("end", "11:30")
	in.Set("minutes", "2:00")
	wants(t, student.post(enrollment+"/log", in), http.StatusUnprocessableEntity, testkit.Says("bad_minutes.either"))
	in.Del("minutes")
	supervised := in.Get("supervisor_id")
	in.Del("supervisor_id")
	wants(t, student.post(enrollment+"/log", in), http.StatusUnprocessableEntity,
		testkit.Says("shared.form.please_mend_first")+" "+testkit.Says("shared.session.supervisor")+": "+testkit.Says("required.supervisor_id"))
	in.Set("supervisor_id", supervised)
	leadsTo(t, student.post(enrollment+"/log", in), enrollment)
	listed := student.get(enrollment)
	wants(t, listed, http.StatusOK, "Saved as a draft", "Draft", "2 h 15 min")
	entry := entryLink.FindString(listed.Body.String())

	edit := student.get(entry + "/edit")
	wants(t, edit, http.StatusOK, testkit.Says("logbook.session.change_a_session"), "Three clients")
	in.Set("version", versionOn(edit))
	in.Set("action", "submit")
	leadsTo(t, student.post(entry+"/edit", in), enrollment)
	wants(t, student.post(entry+"/submit", url.Values{"version": {"1"}}), http.StatusPreconditionFailed)

	ref := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(supervisor.get(entry).Body.String())[1]
	id := strings.TrimPrefix(entry, "/entries/")
	leadsTo(t, supervisor.post(inbox+"/return", url.Values{"return": {ref}, "reason-" + id: {"Which clients?"}}), inbox)
	back := student.get(enrollment)
	wants(t, back, http.StatusOK, "1 session was returned", "Which clients?")
	leadsTo(t, student.post(entry+"/submit", url.Values{"version": {versionOn(student.get(entry))}}), entry)
	ref = regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(supervisor.get(entry).Body.String())[1]
	leadsTo(t, supervisor.post(inbox+"/sign", url.Values{"entry": {ref}}), inbox)
	wants(t, student.get(entry), http.StatusOK, "Signed", testkit.Says("logbook.entry.posted_ledger"), testkit.Says("logbook.entry.correct"))
	wants(t, student.get(enrollment+"/ledger"), http.StatusOK, "2 h 15 min")
	leadsTo(t, student.get(entry+"/edit"), entry)

	correct := student.get(entry + "/correct")
	in.Set("version", versionOn(correct))
	in.Set("break_minutes", "0")
	wants(t, student.post(entry+"/correct", in), http.StatusUnprocessableEntity, testkit.Says("logbook.session.why_corrected"))
	in.Set("reason", "There was no break")
	corrected := student.post(entry+"/correct", in).Header().Get("Location")
	wants(t, student.get(corrected), http.StatusOK, "Until it is signed, the old session counts.", "There was no break")
	s.Pass(access.FreshFor)
	wants(t, supervisor.get(corrected), http.StatusOK, testkit.Says("shared.form.confirm_you"), "There was no break")
	ref = regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(supervisor.get(corrected).Body.String())[1]
	leadsTo(t, supervisor.post(inbox+"/sign", url.Values{"entry": {ref}, "password": {testPassword}}), inbox)
	wants(t, student.get(entry), http.StatusOK, testkit.Says("logbook.entry.correction_took_its_place_stays"), "Superseded")
	wants(t, student.get(enrollment), http.StatusOK, "2 h 30 min")
}

func TestEntry_NotTheirs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	enrollment := enrollmentPath(s.Enrollment)
	student := s.as(s.Student.Email)
	leadsTo(t, student.post(enrollment+"/log", url.Values{
		"date": {"2026-11-20"}, "minutes": {"2:30"}, "subject": {"kinesiology"}, "setting": {"clinic"}, "delivery": {"in-person"},
		"supervisor_id": {s.supervisorOf()}, "action": {"draft"},
	}), enrollment)
	entry := entryLink.FindString(student.get(enrollment).Body.String())
	other, registrar := s.as(s.Stranger.Email), s.as(s.Registrar.Email)
	for _, path := range []string{enrollment, enrollment + "/sessions", enrollment + "/uncounted", enrollment + "/ledger", enrollment + "/log", entry, entry + "/correct"} {
		wants(t, other.get(path), http.StatusNotFound)
		leadsTo(t, s.stranger().get(path), "/sign-in?next="+url.QueryEscape(path))
	}
	wants(t, registrar.get(enrollment), http.StatusOK, "Ada Example", "Licenses and certificates")
	wants(t, registrar.get(enrollment+"/log"), http.StatusForbidden)
	wants(t, registrar.get("/record/certificates"), http.StatusNotFound)
}

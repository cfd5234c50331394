package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestRenewal_Checklist(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	ada, path := s.as(s.Student.Email), "/licenses/"+l.ID.String()+"/renewal"
	wants(t, ada.get("/record/licenses"), http.StatusOK, "Renewal of FL MA1")
	res := ada.get(path)
	wants(t, res, http.StatusOK, testkit.Said("renewal.checklist.renewal", "state", "Florida"), "Massage Therapist MA1", testkit.Said("renewal.checklist.ends", "today", "in 9 months"), "0 of 6 steps done.", "At least 24 h in 2 years.", "Source: 64B7-28.009",
		"high confidence", testkit.Says("renewal.checklist.boards_own_pages"), "delinquent", "It is not known whether FL asks for it", "Only the holder knows")
	wants(t, ada.post(path+"/fee", url.Values{"done_on": {"tomorrow"}}), http.StatusUnprocessableEntity, testkit.Says("bad_date.core"))
	wants(t, ada.post(path+"/fee", url.Values{"done_on": {"2026-11-25"}}), http.StatusUnprocessableEntity, testkit.Says("date_in_future.done_on"))
	leadsTo(t, ada.post(path+"/fee", url.Values{"done_on": {"2026-11-20"}, "note": {"Receipt 77"}}), path)
	res = ada.get(path)
	wants(t, res, http.StatusOK, "1 of 6 steps done.", "Done on Nov 20, 2026 : Receipt 77", "own word", testkit.Says("renewal.checklist.undo"))
	leadsTo(t, ada.post(path+"/fee/undo", nil), path)
	wants(t, ada.get(path), http.StatusOK, "0 of 6 steps done.")
	wants(t, ada.post(path+"/dance", url.Values{"done_on": {"2026-11-20"}}), http.StatusUnprocessableEntity)

	office := s.as(s.Registrar.Email)
	res = office.get(path)
	wants(t, res, http.StatusOK, testkit.Said("renewal.checklist.renewal", "state", "Florida"))
	if strings.Contains(res.Body.String(), `name="done_on"`) {
		t.Error("the office ticks nothing")
	}
	wants(t, office.post(path+"/fee", url.Values{"done_on": {"2026-11-20"}}), http.StatusForbidden)
	for _, who := range []string{s.Stranger.Email, s.Verifier.Email} {
		wants(t, s.as(who).get(path), http.StatusNotFound)
		wants(t, s.as(who).post(path+"/fee", nil), http.StatusNotFound)
		wants(t, s.as(who).get("/licenses/"+l.ID.String()+"/renew"), http.StatusNotFound)
	}
}

func TestRenewal_Renew(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	ada, path := s.as(s.Student.Email), "/licenses/"+l.ID.String()+"/renew"
	wants(t, ada.get(path), http.StatusOK, "Current expiration date: Aug 31, 2027", testkit.Says("shared.license.what_you_enter_here_marked"))
	wants(t, ada.post(path, url.Values{"expires_on": {"2027-08-31"}, "renewed_on": {"2026-11-23"}, "version": {"1"}}), http.StatusUnprocessableEntity, testkit.Says("not_later.known"))
	wants(t, ada.post(path, url.Values{"expires_on": {"2029-08-31"}, "version": {"1"}}), http.StatusUnprocessableEntity, testkit.Says("required.date_needed"))
	leadsTo(t, ada.post(path, url.Values{"expires_on": {"2029-08-31"}, "renewed_on": {"2026-11-23"}, "version": {"1"}}), "/record/licenses")
	wants(t, ada.get("/record/licenses"), http.StatusOK, "It expires on Aug 31, 2029", "Term: Renewed from Nov 23, 2026 until Aug 31, 2029")
	wants(t, ada.post(path, url.Values{"expires_on": {"2031-08-31"}, "renewed_on": {"2026-11-23"}, "version": {"1"}}), http.StatusPreconditionFailed, testkit.Says("shared.load_license_as_now"))
	wants(t, ada.get("/record/renewals"), http.StatusOK, "FL Massage Therapist MA1", "Aug 31, 2029", testkit.Says("renewal.renewals.force"))
}

func TestReminders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.as(s.Student.Email)
	wants(t, ada.get("/record/renewals"), http.StatusOK, testkit.Says("renewal.renewals.nothing_yours_ends"))
	res := ada.get("/record/reminders")
	wants(t, res, http.StatusOK, "90 days before", "the day after", testkit.Said("renewal.reminders.at_present_mails_go_out", "inForce", "America/New_York"), testkit.Says("renewal.reminders.make_address"))
	if n := strings.Count(res.Body.String(), " checked"); n != 6 {
		t.Errorf("%d boxes are checked, want the switch and five days", n)
	}
	form := url.Values{"on": {"true"}, "quiet_from": {"20:00"}, "quiet_until": {"9 o'clock"}, "version": {"1"}}
	res = ada.post("/record/reminders", form)
	wants(t, res, http.StatusUnprocessableEntity, testkit.Says("bad_time.core"))
	form.Set("quiet_until", "09:30")
	wants(t, ada.post("/record/reminders", form), http.StatusUnprocessableEntity, "Choose at least one day")
	form["days"] = []string{"14", "-1"}
	form.Set("zone", "Mars/Olympus")
	wants(t, ada.post("/record/reminders", form), http.StatusUnprocessableEntity, testkit.Says("unknown_zone.renewal"))
	form.Set("zone", "America/Chicago")
	leadsTo(t, ada.post("/record/reminders", form), "/record/reminders")
	wants(t, ada.get("/record/reminders"), http.StatusOK, "Reminders saved.", testkit.Said("renewal.reminders.at_present_mails_go_out", "inForce", "America/Chicago"))
	wants(t, ada.post("/record/reminders", form), http.StatusPreconditionFailed, testkit.Says("renewal.reminders.load_your_settings_as_they"))
	wants(t, s.as(s.Registrar.Email).get("/record/reminders"), http.StatusNotFound)
}

func TestCalendarFeed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	ada := s.as(s.Student.Email)
	address := func() string {
		t.Helper()
		res := ada.post("/record/calendar", nil)
		wants(t, res, http.StatusOK, testkit.Says("renewal.reminders.copy_now_into_your_calendar"))
		found := regexp.MustCompile(`data-copy="` + testURL + `(/calendars/plc_[\w-]{43}\.ics)"`).FindStringSubmatch(res.Body.String())
		if found == nil {
			t.Fatalf("no address is shown: %s", text(res))
		}
		return found[1]
	}
	first := address()
	if strings.Contains(ada.get("/record/reminders").Body.String(), "plc_") {
		t.Error("the address is shown again")
	}
	program := s.stranger()
	res := program.get(first)
	if got := res.Header().Get("Content-Type"); res.Code != http.StatusOK || got != "text/calendar; charset=utf-8" {
		t.Fatalf("%d, %s", res.Code, got)
	}
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "UID:license-" + l.ID.String() + "@127.0.0.1\r\n", "DTSTART;VALUE=DATE:20270831\r\n", "TRIGGER:-P89DT16H\r\n"} {
		if !strings.Contains(res.Body.String(), want) {
			t.Errorf("the calendar lacks %q:\n%s", want, res.Body)
		}
	}
	for header, value := range map[string]string{"If-None-Match": res.Header().Get("ETag"), "If-Modified-Since": res.Header().Get("Last-Modified")} {
		req := httptest.NewRequest(http.MethodGet, first, nil)
		req.Header.Set(header, value)
		if again := program.send(req); again.Code != http.StatusNotModified || value == "" {
			t.Errorf("%s %q: %d", header, value, again.Code)
		}
	}
	second := address()
	wants(t, program.get(first), http.StatusNotFound)
	wants(t, program.get(second), http.StatusOK)
	leadsTo(t, ada.post("/record/calendar/revoke", nil), "/record/reminders")
	gone, wrong := program.get(second), program.get("/calendars/plc_"+strings.Repeat("A", 43)+".ics")
	wants(t, gone, http.StatusNotFound)
	if text(gone) != text(wrong) || wrong.Code != gone.Code {
		t.Error("a revoked address and a wrong one differ")
	}
	wants(t, s.as(s.Registrar.Email).post("/record/calendar", nil), http.StatusNotFound)
}

func TestExpiring(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.license(t)
	office, path := s.as(s.Registrar.Email), "/o/"+s.School.ID.String()+"/expiring"
	wants(t, office.get("/o/"+s.School.ID.String()+"/students"), http.StatusOK, testkit.Says("logbook.students.licenses_end"))
	wants(t, office.get(path), http.StatusOK, testkit.Says("renewal.expiring.no_license_ends_time"))
	wants(t, office.get(path+"?days=365"), http.StatusOK, "Ada Example", "ada@example.org", "FL Massage Therapist MA1", "Aug 31, 2027", "in 9 months")
	for _, days := range []string{"0", "soon", "731"} {
		wants(t, office.get(path+"?days="+days), http.StatusUnprocessableEntity)
	}
	wants(t, s.as(s.Student.Email).get(path), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
}

func TestRenewal_RenewByOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	office, path := s.as(s.Registrar.Email), "/licenses/"+l.ID.String()+"/renew"
	form := url.Values{"expires_on": {"2029-08-31"}, "renewed_on": {"2026-11-22"}, "checked_on": {"2026-11-23"}, "version": {"1"}}
	wants(t, office.post(path, form), http.StatusUnprocessableEntity, "Choose how it is known.")
	form.Set("method", "primary_source")
	form.Set("source", "Florida license search")
	leadsTo(t, office.post(path, form), "/therapists/"+s.Student.TherapistID.String())
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, "It expires on Aug 31, 2029", "Looked up with the licensing board on Nov 23, 2026")
}

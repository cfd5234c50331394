package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/testkit"
)

// marked wants pieces of HTML on a page.
func marked(t *testing.T, page *httptest.ResponseRecorder, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(page.Body.String(), piece) {
			t.Errorf("%s is not on the page", piece)
		}
	}
}

// A school asks for the detail of hours, sees those that another school signed, takes
// them over without a transcript, and is told when the other school reverses some.
func TestTransfers_FromCredits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	there := s.SignedElsewhere(s.Student, 2)
	registrar, second := s.as(s.Registrar.Email), s.as(s.Second.Email)
	list := enrollmentPath(s.Enrollment) + "/transfers"
	take := list + "/from/" + there.Enrollment.String()
	ask := "/o/" + s.School.ID.String() + "/grants?purpose=transfer&scope=hours_detail&student=" + s.Student.TherapistID.String()

	s.Grant(s.Student.TherapistID, s.School, access.ScopeHoursSummary)
	blind := registrar.get(list)
	wants(t, blind, http.StatusOK, testkit.Says("logbook.enrollment_transfers.ask"))
	marked(t, blind, `href="`+strings.ReplaceAll(ask, "&", "&amp;")+`"`)
	if strings.Contains(blind.Body.String(), s.Other.Name) {
		t.Error("without a grant the other school is named")
	}
	wants(t, registrar.get(take), http.StatusConflict, testkit.Says("grant_required"))
	marked(t, registrar.get(ask), `<details class="narrow" open>`, `value="transfer" selected`, `value="`+s.Student.Email+`"`)
	wants(t, s.as(s.Verifier.Email).get("/o/"+s.Employer.ID.String()+"/grants?purpose=transfer&scope=hours_detail&student="+s.Student.TherapistID.String()), http.StatusNotFound)

	s.Grant(s.Student.TherapistID, s.School, access.ScopeHoursDetail)
	seen := registrar.get(list)
	wants(t, seen, http.StatusOK, s.Other.Name, "4 h")
	marked(t, seen, `href="`+take+`"`)
	wants(t, s.as(s.Student.Email).get(take), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(take), http.StatusNotFound)
	wants(t, registrar.get(list+"/from/"+s.Enrollment.String()), http.StatusNotFound)
	form := registrar.get(take)
	wants(t, form, http.StatusOK, testkit.Says("logbook.take_over.leave_out"))
	marked(t, form, `value="massage-practice" selected`)
	in := url.Values{"to-massage-practice": {""}, "school_license": {"FL 7"}}
	wants(t, registrar.post(take, in), http.StatusUnprocessableEntity, testkit.Says("required.subject_pairs"))
	in.Set("to-massage-practice", "massage-practice")
	proposed := registrar.post(take, in)
	one := proposed.Header().Get("Location")
	if !strings.HasPrefix(one, "/transfers/") {
		t.Fatalf("proposing led to %q: %s", one, proposed.Body)
	}
	wants(t, registrar.get(list), http.StatusOK, testkit.Says("logbook.enrollment_transfers.nothing_elsewhere"))
	shown := second.get(one)
	wants(t, shown, http.StatusOK, testkit.Says("logbook.transfer.signed_hours"), testkit.Says("logbook.transfer.you_answer_signed_hours"))
	if strings.Contains(shown.Body.String(), testkit.Says("logbook.transfer.attach_transcript")) {
		t.Error("a transcript is asked for")
	}
	s.Grant(s.Student.TherapistID, s.School, access.ScopeHoursSummary)
	ended := second.get(one)
	wants(t, ended, http.StatusOK, testkit.Says("source_changed.grant"))
	if strings.Contains(ended.Body.String(), testkit.Says("logbook.transfer.accept_hours")) {
		t.Error("hours are to be accepted that the student shares no more")
	}
	wants(t, second.post(one+"/accept", url.Values{"version": {"1"}}), http.StatusConflict, testkit.Says("source_changed.grant"))
	leadsTo(t, second.post(one+"/decline", url.Values{"version": {"1"}, "reason": {"It ended."}}), one)
	s.Grant(s.Student.TherapistID, s.School, access.ScopeHoursDetail)
	one = registrar.post(take, in).Header().Get("Location")
	leadsTo(t, second.post(one+"/accept", url.Values{"version": {"1"}}), one)
	wants(t, s.as(s.Stranger.Email).get(one), http.StatusNotFound)

	// The other school and the student see to whom the hours were handed on.
	office := s.as(s.Stranger.Email)
	wants(t, office.get("/o/"+s.Other.ID.String()+"/handovers"), http.StatusOK, s.School.Name, s.Student.Name, "4 h", testkit.Says("purpose.transfer"))
	wants(t, registrar.get("/o/"+s.School.ID.String()+"/handovers"), http.StatusOK, testkit.Says("logbook.handovers.none"))
	wants(t, registrar.get("/o/"+s.Other.ID.String()+"/handovers"), http.StatusNotFound)
	wants(t, s.as(s.Student.Email).get("/record/disclosures"), http.StatusOK, testkit.Says("home.disclosures.hours_handed_on"), s.School.Name)

	there.Correct(0)
	wants(t, second.get(one), http.StatusOK, testkit.Says("logbook.transfer.stand_by"), "2 h of these hours stopped counting on")
	wants(t, second.get("/o/"+s.School.ID.String()+"/transfers"), http.StatusOK, testkit.Said("shared.transfer.lost", "hours", "2 h"))
	wants(t, second.post(one+"/stand-by", url.Values{"version": {"2"}}), http.StatusUnprocessableEntity, "Reason")
	leadsTo(t, second.post(one+"/stand-by", url.Values{"version": {"2"}, "reason": {"We saw the sheets."}}), one)
	wants(t, second.get(one), http.StatusOK, "We saw the sheets.", testkit.Says("logbook.transfer.stood_by_title"))
}

package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// A therapist disputes a license on its page; who recorded it answers.
func TestDisputes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	office, ada := s.as(s.Registrar.Email), s.as(s.Student.Email)
	list, form := "/o/"+s.School.ID.String()+"/disputes", "/dispute/license/"+l.ID.String()
	wants(t, office.get(list), http.StatusOK, testkit.Says("dispute.office.none"))
	wants(t, ada.get("/record/disputes"), http.StatusOK, testkit.Says("dispute.own.none"))
	wants(t, ada.get(form), http.StatusOK, testkit.Says("dispute.new.dispute_record"), "MA1")
	wants(t, ada.get("/dispute/planet/"+l.ID.String()), http.StatusNotFound)
	wants(t, office.get(form), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(form), http.StatusNotFound)
	wants(t, ada.post(form, url.Values{"reason": {""}}), http.StatusUnprocessableEntity, testkit.Says("dispute.new.dispute_this"))
	leadsTo(t, ada.post(form, url.Values{"reason": {"It is not mine."}}), "/record/disputes")
	wants(t, ada.get("/record/disputes"), http.StatusOK, "MA1", testkit.Says("dispute_state.open"), testkit.Says("dispute.own.withdraw"))
	wants(t, ada.post(form, url.Values{"reason": {"Again."}}), http.StatusConflict, testkit.Says("disputed_already"))

	disputed := testkit.Said("shared.disputed.open", "on", "Nov 23, 2026 ", "due", "Dec 23, 2026 ")
	person := "/therapists/" + s.Student.TherapistID.String()
	wants(t, ada.get("/record/licenses"), http.StatusOK, disputed)
	wants(t, office.get(person), http.StatusOK, disputed)

	res := office.get(list)
	wants(t, res, http.StatusOK, "MA1", s.Student.Name, testkit.Says("dispute.answer_due"))
	one := regexp.MustCompile(`/disputes/[0-9a-f-]{36}`).FindString(res.Body.String())
	wants(t, office.get(one), http.StatusOK, "It is not mine.", testkit.Says("dispute.one.answer_dispute"))
	wants(t, s.as(s.Stranger.Email).get(one), http.StatusNotFound)
	wants(t, office.post(one, url.Values{"version": {"1"}, "answer": {"corrected"}, "reason": {"A slip."}}), http.StatusConflict, testkit.Says("still_stands"))
	wants(t, office.post(one, url.Values{"version": {"1"}, "answer": {"upheld"}}), http.StatusUnprocessableEntity)
	leadsTo(t, office.post(one, url.Values{"version": {"1"}, "answer": {"upheld"}, "reason": {"The board lists it."}}), list)
	wants(t, office.get(list+"?state=closed"), http.StatusOK, "MA1", testkit.Says("dispute_state.upheld"))
	wants(t, ada.get(one), http.StatusOK, "The board lists it.")
	if res := office.get(person); strings.Contains(text(res), disputed) {
		t.Error("it is shown as disputed after the answer")
	}

	leadsTo(t, ada.post(form, url.Values{"reason": {"It is still not mine."}}), "/record/disputes")
	withdraw := regexp.MustCompile(`/disputes/[0-9a-f-]{36}/withdraw`).FindString(ada.get("/record/disputes").Body.String())
	leadsTo(t, ada.post(withdraw, url.Values{}), "/record/disputes")
	wants(t, ada.get("/record/disputes"), http.StatusOK, testkit.Says("dispute_state.withdrawn"))
}

// An employer, and anyone who checks the certificate, sees what is disputed, and that it
// was not answered in time.
func TestDisputes_Shown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, l := s.Certified(), s.license(t)
	s.Grant(s.Student.TherapistID, s.Employer)
	ada, verifier := s.as(s.Student.Email), s.as(s.Verifier.Email)
	for _, path := range []string{"/dispute/certificate/" + c.ID.String(), "/dispute/license/" + l.ID.String(), "/dispute/license_event/" + l.Events[0].ID.String()} {
		leadsTo(t, ada.post(path, url.Values{"reason": {"Wrong."}}), "/record/disputes")
	}
	disputed := testkit.Said("shared.disputed.open", "on", "Nov 23, 2026 ", "due", "Dec 23, 2026 ")
	checks := "/o/" + s.Employer.ID.String() + "/checks"
	res := verifier.post(checks, url.Values{"code": {c.Code}})
	if n := strings.Count(text(res), disputed); n < 3 {
		t.Errorf("the employer sees %d disputes: %s", n, text(res))
	}
	wants(t, s.stranger().get("/c/"+strings.ReplaceAll(c.Code, "-", "")), http.StatusOK, disputed)
	wants(t, ada.get("/record/certificates"), http.StatusOK, disputed)
	wants(t, ada.get("/credentials/"+c.ID.String()), http.StatusOK, disputed)

	s.Pass(core.AnswerWithin + 25*time.Hour)
	wants(t, s.stranger().get("/c/"+strings.ReplaceAll(c.Code, "-", "")), http.StatusOK, testkit.Said("shared.disputed.late", "on", "Nov 23, 2026 "))
	office := s.as(s.Registrar.Email)
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, testkit.Said("shared.disputed.late", "on", "Nov 23, 2026 "))
	wants(t, office.get("/o/"+s.School.ID.String()+"/disputes"), http.StatusOK, testkit.Says("dispute_state.late"))
}

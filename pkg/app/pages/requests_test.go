package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar, student := s.as(s.Registrar.Email), s.as(s.Student.Email)
	mine, office := enrollmentPath(s.Enrollment)+"/requests", "/o/"+s.School.ID.String()+"/requests"
	wants(t, registrar.get(office), http.StatusOK, testkit.Says("registry.requests.nothing_waits_answer"))
	wants(t, student.get(mine), http.StatusOK, testkit.Says("registry.requests_of.there_no_class_last_14"), testkit.Says("registry.requests_of.my_record_wrong"))
	wants(t, student.post(mine, url.Values{"kind": {"dispute"}}), http.StatusUnprocessableEntity, testkit.Says("shared.form.please_mend_first"))
	leadsTo(t, student.post(mine, url.Values{"kind": {"dispute"}, "text": {"March is missing."}}), mine)
	listed := registrar.get(office)
	wants(t, listed, http.StatusOK, "Dispute", "March is missing.", "Ada Example", "Open")
	one := regexp.MustCompile(`/requests/[0-9a-f-]{36}`).FindString(listed.Body.String())
	wants(t, student.get(one), http.StatusOK, testkit.Says("shared.take_back"))
	wants(t, student.post(one+"/grant", url.Values{"answer": {"Yes"}}), http.StatusForbidden)
	wants(t, registrar.post(one+"/grant", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, "Answer")
	leadsTo(t, registrar.post(one+"/grant", url.Values{"version": {"1"}, "answer": {"We imported March today."}}), one)
	wants(t, student.get(one), http.StatusOK, "Granted", "We imported March today.")
	wants(t, registrar.get(office+"?all=yes"), http.StatusOK, "Granted")
	for _, path := range []string{mine, one, office} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

func TestAbsences(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	page := enrollmentPath(s.Enrollment) + "/pauses"
	absences := enrollmentPath(s.Enrollment) + "/absences"
	wants(t, registrar.post(absences, url.Values{"first": {"2026-11-10"}, "last": {"2026-11-09"}, "reason": {"Ill"}}), http.StatusUnprocessableEntity, testkit.Says("before_first.pause"))
	leadsTo(t, registrar.post(absences, url.Values{"first": {"2026-11-10"}, "reason": {"Ill"}}), page)
	listed := s.as(s.Student.Email).get(page)
	wants(t, listed, http.StatusOK, "Nov 10, 2026", "Ill", "Rita Registrar")
	wants(t, registrar.get("/o/"+s.School.ID.String()+"/at-risk"), http.StatusOK, "1 of them excused")
	wants(t, s.as(s.Student.Email).post(absences, url.Values{"first": {"2026-11-10"}, "reason": {"Ill"}}), http.StatusForbidden)
	back := regexp.MustCompile(`/absences/[0-9a-f-]{36}/withdraw`).FindString(registrar.get(page).Body.String())
	wants(t, s.as(s.Stranger.Email).post(back, nil), http.StatusNotFound)
	leadsTo(t, registrar.post(back, nil), page)
	wants(t, registrar.get(page), http.StatusOK, testkit.Says("registry.pauses.there_was_none"))
}

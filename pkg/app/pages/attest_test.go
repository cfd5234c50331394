package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// versionOn is the version that a page's form was made from.
func versionOn(res *httptest.ResponseRecorder) string {
	m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(res.Body.String())
	if m == nil {
		return ""
	}
	return m[1]
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	enrollment := enrollmentPath(s.Enrollment)
	registrar, second := s.as(s.Registrar.Email), s.as(s.Second.Email)
	completions := "/o/" + s.School.ID.String() + "/completions"

	wants(t, registrar.get(completions), http.StatusOK, testkit.Says("shared.nothing_waits"))
	short := registrar.post(enrollment+"/propose", nil)
	wants(t, short, http.StatusConflict, "This can’t be certified yet", "Total: 600 h short of 600 h", "Kinesiology: 50 h short of 50 h")
	if strings.Contains(short.Body.String(), `href="#f-`) {
		t.Error("what is missing leads to inputs that the page does not have")
	}
	s.EarnAll(s.Enrollment, s.Student, core.Hours(15))
	wants(t, registrar.get(enrollment), http.StatusOK, "Propose completion")
	proposed := registrar.post(enrollment+"/propose", nil)
	proposal := proposed.Header().Get("Location")
	leadsTo(t, proposed, proposal)
	own := registrar.get(proposal)
	wants(t, own, http.StatusOK, testkit.Says("certify.proposal.you_have_proposed_so_somebody"), testkit.Says("certify.proposal.rule_by_rule_as_was"))
	wants(t, second.get(proposal), http.StatusOK, testkit.Said("certify.proposal.has_proposed_you_second_person", "proposedByName", "Rita Registrar", "whatHappens", testkit.Said("what_happens.certify_hours")))
	version := url.Values{"version": {versionOn(own)}}
	wants(t, registrar.post(proposal+"/certify", version), http.StatusForbidden, "Another registrar or administrator")
	wants(t, registrar.post(enrollment+"/propose", nil), http.StatusConflict, "already")

	wants(t, s.as(s.Student.Email).get(proposal), http.StatusForbidden)
	wants(t, s.as(s.Supervisor.Email).get(completions), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(proposal), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).post(proposal+"/certify", version), http.StatusNotFound)

	wants(t, second.get(completions), http.StatusOK, "Proposed")
	leadsTo(t, second.post(proposal+"/certify", version), proposal)
	done := second.get(proposal)
	wants(t, done, http.StatusOK, "Certified.", "Open the certificate")
	certificate := regexp.MustCompile(`/c/[0-9A-Z]{28}`).FindString(done.Body.String())
	wants(t, s.stranger().get(certificate), http.StatusOK, "Valid")
	wants(t, second.get("/o/"+s.School.ID.String()+"/certificates"), http.StatusOK, "Medical Massage")
	wants(t, s.as(s.Student.Email).get("/record/certificates"), http.StatusOK, "Medical Massage")
	wants(t, second.post(proposal+"/decline", url.Values{"reason": {"Too late"}}), http.StatusConflict, testkit.Says("already_decided.certify"))
}

func TestCompletion_OwnRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Join(s.Student, s.School, core.RoleRegistrar)
	s.EarnAll(s.Enrollment, s.Student, core.Hours(15))
	proposal := s.as(s.Registrar.Email).post(enrollmentPath(s.Enrollment)+"/propose", nil).Header().Get("Location")
	own := s.as(s.Student.Email)
	page := own.get(proposal)
	wants(t, page, http.StatusOK, "This is your own record")
	if strings.Contains(page.Body.String(), proposal+"/") {
		t.Error("it offers to decide on one's own record")
	}
	wants(t, own.post(proposal+"/certify", nil), http.StatusForbidden, testkit.Says("own_record.access"))
}

func TestCertificates_NewestFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Certified()
	bea := s.Person("Bea Later", "bea@example.org", s.School, core.RoleStudent)
	enrollment := s.Enroll(bea)
	s.EarnAll(enrollment, bea, core.Hours(15))
	proposal := s.as(s.Registrar.Email).post(enrollmentPath(enrollment)+"/propose", nil).Header().Get("Location")
	second := s.as(s.Second.Email)
	leadsTo(t, second.post(proposal+"/certify", nil), proposal)
	issued := second.get("/o/" + s.School.ID.String() + "/certificates")
	wants(t, issued, http.StatusOK, s.Student.Name, "Bea Later")
	if read := text(issued); strings.Index(read, "Bea Later") > strings.Index(read, s.Student.Name) {
		t.Error("the newest certificate is not the first")
	}
}

func TestCompletion_Declined(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.EarnAll(s.Enrollment, s.Student, core.Hours(15))
	registrar, second := s.as(s.Registrar.Email), s.as(s.Second.Email)
	proposal := registrar.post(enrollmentPath(s.Enrollment)+"/propose", nil).Header().Get("Location")

	s.Pass(access.FreshFor)
	wants(t, second.get(proposal), http.StatusOK, testkit.Says("shared.form.confirm_you"))
	wants(t, second.post(proposal+"/certify", url.Values{"password": {"not this one"}}), http.StatusUnauthorized, testkit.Says("wrong_password.field"))
	wants(t, second.post(proposal+"/decline", url.Values{"reason": {" "}}), http.StatusUnprocessableEntity, testkit.Says("certify.proposal.why"))
	leadsTo(t, second.post(proposal+"/decline", url.Values{"reason": {"One transcript is missing"}}), proposal)
	wants(t, second.get(proposal), http.StatusOK, "Declined", "One transcript is missing")
	again := registrar.post(enrollmentPath(s.Enrollment)+"/propose", nil)
	leadsTo(t, again, again.Header().Get("Location"))
}

func TestCompletion_Flagged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.EarnAll(s.Enrollment, s.Student, core.Hours(15))
	student, supervisor, second := s.as(s.Student.Email), s.as(s.Supervisor.Email), s.as(s.Second.Email)
	for _, length := range []string{"7:00", "6:00"} {
		leadsTo(t, student.post(enrollmentPath(s.Enrollment)+"/log", url.Values{
			"date": {"2026-11-20"}, "minutes": {length}, "subject": {"kinesiology"}, "setting": {"classroom"}, "delivery": {"in-person"},
			"supervisor_id": {s.supervisorOf()},
		}), enrollmentPath(s.Enrollment))
	}
	inbox := "/o/" + s.School.ID.String() + "/inbox"
	refs := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindAllStringSubmatch(supervisor.get(inbox).Body.String(), -1)
	leadsTo(t, supervisor.post(inbox+"/sign", url.Values{"entry": {refs[0][1], refs[1][1]}}), inbox)

	proposal := s.as(s.Registrar.Email).post(enrollmentPath(s.Enrollment)+"/propose", nil).Header().Get("Location")
	wants(t, second.get(proposal), http.StatusOK, testkit.Says("certify.proposal.look_at_first"), "More than 12 h of one day", "Nov 20, 2026", testkit.Said("certify.proposal.be_cleared_before_can_be", "count", 1))
	wants(t, second.post(proposal+"/certify", nil), http.StatusConflict, "More than 12 h of one day")
	flag := proposal + "/flags/impossible_pace/clear"
	wants(t, supervisor.post(flag, url.Values{"reason": {"It was so."}}), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).post(flag, url.Values{"reason": {"It was so."}}), http.StatusNotFound)
	wants(t, second.post(proposal+"/flags/none/clear", url.Values{"reason": {"It was so."}}), http.StatusNotFound)
	wants(t, second.post(flag, url.Values{"reason": {""}}), http.StatusUnprocessableEntity, testkit.Says("required.field"))
	leadsTo(t, second.post(flag, url.Values{"reason": {"An open day with two shifts."}}), proposal)
	wants(t, second.get(proposal), http.StatusOK, "Cleared by", "An open day with two shifts.")
	leadsTo(t, second.post(proposal+"/certify", nil), proposal)
}

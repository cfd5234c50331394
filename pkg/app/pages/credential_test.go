package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

func TestCredential(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.Certified()
	student, registrar, second := s.as(s.Student.Email), s.as(s.Registrar.Email), s.as(s.Second.Email)
	path := "/credentials/" + c.ID.String()
	wants(t, student.get("/record/certificates"), http.StatusOK, testkit.Says("home.certificates.download_show_hours"))
	own := student.get(path)
	wants(t, own, http.StatusOK, testkit.Says("certify.credential.hours_behind"), "kinesiology", "Add it to LinkedIn", "Learner Credential Wallet")
	wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	wants(t, s.as(s.Supervisor.Email).get(path), http.StatusForbidden)
	session := regexp.MustCompile(`name="session" value="([^"]+)"`).FindStringSubmatch(own.Body.String())[1]
	shown := student.post(path+"/disclosure", url.Values{"total": {"yes"}, "session": {session}})
	if shown.Code != http.StatusOK || !strings.Contains(shown.Header().Get("Content-Disposition"), "certificate-with-hours.json") {
		t.Fatalf("%d %s", shown.Code, text(shown))
	}
	report := credential.Verify(t.Context(), shown.Body.Bytes(), credential.Options{Now: s.Src.Now(), Status: s.Status})
	if report.Outcome != credential.Valid || len(report.Lines) != 2 {
		t.Errorf("%+v", report)
	}
	wants(t, student.post(path+"/disclosure", url.Values{}), http.StatusUnprocessableEntity, testkit.Says("nothing_chosen.lines"))
	wants(t, student.post(path+"/changes", url.Values{"action": {"revoke"}, "cause": {"I want it so."}}), http.StatusForbidden)

	for file, mediaType := range map[string]string{
		"credential.jwt": "application/vc+jwt", "package.json": "application/json", "badge.png": "image/png", "badge.svg": "image/svg+xml",
		"certificate.pdf": "application/pdf",
	} {
		got := s.stranger().get("/c/" + credential.Code(c.Code).Compact() + "/" + file)
		if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), mediaType) {
			t.Errorf("%s: %d %s", file, got.Code, got.Header().Get("Content-Type"))
		}
		if strings.HasPrefix(file, "badge") {
			if report := credential.Verify(t.Context(), got.Body.Bytes(), credential.Options{Now: s.Src.Now(), Status: s.Status}); report.Outcome != credential.Valid {
				t.Errorf("%s: %+v", file, report)
			}
		}
	}
	asked := s.stranger().post("/c/"+credential.Code(c.Code).Compact()+"/wallet", url.Values{})
	if asked.Code != http.StatusOK || asked.Body.String() != string(c.Document) || asked.Header().Get("Content-Type") != "application/json" {
		t.Errorf("a wallet gets %d %s", asked.Code, asked.Header().Get("Content-Type"))
	}
	for _, file := range []string{"badge.png", "certificate.pdf"} {
		wants(t, s.stranger().get("/c/"+strings.Repeat("0", 28)+"/"+file), http.StatusNotFound, "No certificate has this code")
	}
	wants(t, s.stranger().get(certificatePath(c.Code)), http.StatusOK, "Hours by subject", "QR code that leads to this page", "PDF")
	if sessions := student.get(path + "/sessions.pdf"); sessions.Code != http.StatusOK || !strings.HasPrefix(sessions.Body.String(), "%PDF-") {
		t.Errorf("with every session: %d", sessions.Code)
	}
	wants(t, s.as(s.Stranger.Email).get(path+"/sessions.pdf"), http.StatusNotFound)

	wants(t, registrar.post(path+"/changes", url.Values{"action": {"reissue"}, "cause": {"Married."}}), http.StatusUnprocessableEntity, "New name")
	proposed := registrar.post(path+"/changes", url.Values{"action": {"reissue"}, "cause": {"Married."}, "holder_name": {"Ada Nguyễn"}})
	proposal := proposed.Header().Get("Location")
	wants(t, registrar.get(proposal), http.StatusOK, "Reissue", "Married.", "Ada Nguyễn", testkit.Says("certify.proposal.you_have_proposed_so_somebody"))
	wants(t, second.get(proposal), http.StatusOK, "A new certificate with the new name replaces it", "Reissue")
	leadsTo(t, second.post(proposal+"/certify", url.Values{"version": {"1"}}), proposal)
	wants(t, s.stranger().get(certificatePath(c.Code)), http.StatusOK, "Not valid", "Married.", testkit.Says("employer.certificate.see_certificate_took_its_place"))
	wants(t, registrar.get(path), http.StatusOK, "Replaced", "The newer certificate")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.Join(s.Second, s.School, core.RoleAdmin)
	path := "/o/" + s.School.ID.String() + "/keys"
	wants(t, s.as(s.Registrar.Email).get(path), http.StatusOK, "No key yet")
	c := s.Certified()
	page := s.as(admin.Email).get(path)
	wants(t, page, http.StatusOK, "Ed25519", "P-256", testkit.Says("certify.keys.was_lost"))
	wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	wants(t, s.as(s.Registrar.Email).post(path+"/rotate", url.Values{}), http.StatusForbidden)
	ann := s.as(admin.Email)
	leadsTo(t, ann.post(path+"/rotate", url.Values{}), path)
	wants(t, ann.get(path), http.StatusOK, testkit.Says("certify.keys.signs_no_more_since"))
	wants(t, ann.post(path+"/"+c.KeyID+"/revoke", url.Values{"lost_since": {"yesterday"}, "cause": {"Stolen."}}), http.StatusUnprocessableEntity, testkit.Says("bad_date.lost_since"))
	leadsTo(t, ann.post(path+"/"+c.KeyID+"/revoke", url.Values{"lost_since": {"2026-11-23"}, "cause": {"Stolen."}}), path)
	wants(t, ann.get(path), http.StatusOK, "Stolen.", "0 of 1 "+testkit.Says("certify.keys.certificates_reviewed")+" so far")
	if _, err := s.WorkOff("sign-again"); err != nil {
		t.Fatal(err)
	}
	wants(t, ann.get(path), http.StatusOK, "1 of 1 "+testkit.Says("certify.keys.certificates_reviewed")+".", "1 certificate needs review")
	wants(t, ann.get(path+"/"+c.KeyID+"/doubtful"), http.StatusOK, "Ada Example", "before the key was lost")
	wants(t, s.as(s.Stranger.Email).get(path+"/"+c.KeyID+"/doubtful"), http.StatusNotFound)
	wants(t, s.stranger().get(certificatePath(c.Code)), http.StatusOK, "Don’t rely on it")
}

func TestPaper(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.Join(s.Second, s.School, core.RoleAdmin)
	path := "/o/" + s.School.ID.String() + "/paper"
	wants(t, s.as(s.Registrar.Email).get(path), http.StatusOK, testkit.Says("certify.paper.administrator_school_changes"))
	wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	wants(t, s.as(s.Registrar.Email).post(path, url.Values{}), http.StatusForbidden)
	ann := s.as(admin.Email)
	wants(t, ann.get(path), http.StatusOK, testkit.Says("certify.paper.school_has_not_chosen_style"))
	form := url.Values{
		"version": {"0"}, "layout": {"modern"}, "size": {"a4"}, "accent": {"#ffff00"}, "preamble": {"We certify that"},
		"signatory_1": {"Gwen"}, "role_1": {"Registrar"},
	}
	wants(t, ann.post(path, form), http.StatusUnprocessableEntity, testkit.Says("too_pale"))
	form.Set("accent", "#123456")
	leadsTo(t, ann.post(path, form), path)
	wants(t, ann.get(path), http.StatusOK, "Not in use yet")
	if sample := ann.get(path + "/preview.pdf?kind=license"); sample.Code != http.StatusOK || sample.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("the preview: %d %v", sample.Code, sample.Header())
	}
	wants(t, ann.post(path+"/use", url.Values{"version": {"7"}}), http.StatusPreconditionFailed, testkit.Says("stale"))
	leadsTo(t, ann.post(path+"/use", url.Values{"version": {"1"}}), path)
	wants(t, ann.get(path), http.StatusOK, "In use since")
}

func TestCloseSchool(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.Join(s.Second, s.School, core.RoleAdmin)
	other := s.Join(s.Supervisor, s.School, core.RoleAdmin)
	c := s.Certified()
	base := "/o/" + s.School.ID.String()
	in := url.Values{"slug": {"brightwater"}, "cause": {"The owner retires."}}
	wants(t, s.as(s.Registrar.Email).post(base+"/close", in), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).post(base+"/close", in), http.StatusNotFound)
	ann, abby := s.as(admin.Email), s.as(other.Email)
	wants(t, ann.get(base+"/keys"), http.StatusOK, testkit.Says("certify.keys.propose_closing"), testkit.Says("certify.keys.cannot_be_taken_back_from"))
	wants(t, ann.post(base+"/close", url.Values{"slug": {"stillwater"}, "cause": {"The owner retires."}}), http.StatusUnprocessableEntity, testkit.Says("not_confirmed"), "The owner retires.")
	wants(t, ann.post(base+"/close", url.Values{"slug": {"brightwater"}}), http.StatusUnprocessableEntity, "Close the school")
	leadsTo(t, ann.post(base+"/close", in), base+"/keys")
	wants(t, ann.get(base+"/keys"), http.StatusOK, testkit.Says("certify.keys.closing_needs_another"), "The owner retires.")
	wants(t, ann.post(base+"/close/confirm", in), http.StatusForbidden, testkit.Says("same_person.closing"))
	leadsTo(t, ann.post(base+"/close/withdraw", url.Values{}), base+"/keys")
	wants(t, abby.post(base+"/close/confirm", in), http.StatusNotFound)
	leadsTo(t, ann.post(base+"/close", in), base+"/keys")
	wants(t, abby.get(base+"/keys"), http.StatusOK, testkit.Says("certify.keys.confirm_closing"), "The owner retires.")
	wants(t, abby.post(base+"/close/confirm", url.Values{"slug": {"stillwater"}}), http.StatusUnprocessableEntity, testkit.Says("not_confirmed"))
	leadsTo(t, abby.post(base+"/close/confirm", in), base+"/keys")
	wants(t, ann.get(base+"/keys"), http.StatusOK, testkit.Says("certify.keys.school_is_closing"))
	if _, err := s.WorkOff("closing-transcripts", "closings"); err != nil {
		t.Fatal(err)
	}
	page := ann.get(base + "/keys")
	wants(t, page, http.StatusOK, testkit.Says("certify.keys.school_has_closed_attests_nothing"), "The owner retires.")
	for _, gone := range []string{testkit.Says("certify.keys.change_keys"), testkit.Says("certify.keys.was_lost"), base + "/close"} {
		if strings.Contains(page.Body.String(), gone) {
			t.Errorf("a closed school is still offered %q", gone)
		}
	}
	wants(t, ann.post(base+"/keys/rotate", url.Values{}), http.StatusConflict, testkit.Says("school_closed.certify"))
	wants(t, s.stranger().get(certificatePath(c.Code)), http.StatusOK, "Valid")
}

func TestPublished(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	wants(t, s.stranger().get("/log"), http.StatusOK, "The log is empty")
	wants(t, s.stranger().get("/log/checkpoint"), http.StatusNotFound)
	c := s.Certified()
	wants(t, s.stranger().get("/log"), http.StatusOK, "palmar log audit", "127.0.0.1:8080/log")
	list := s.stranger().get("/status/" + c.StatusListID.String())
	if list.Code != http.StatusOK || list.Header().Get("ETag") == "" || !strings.Contains(list.Header().Get("Cache-Control"), "max-age=300") {
		t.Fatalf("%d %v", list.Code, list.Header())
	}
	if read, err := credential.ReadStatusList(t.Context(), list.Body.Bytes(), nil, s.Src.Now()); err != nil || read.Bits.Get(c.StatusIndex) {
		t.Errorf("%+v, %v", read, err)
	}
	wants(t, s.stranger().get("/status/x"), http.StatusNotFound)
	wants(t, s.stranger().get("/status/"+c.StatusListID.String()+"/suspension"), http.StatusOK, `"statusPurpose": "suspension"`)
	wants(t, s.stranger().get("/status/x/suspension"), http.StatusNotFound)
	wants(t, s.stranger().get("/log/tile/0/000.p/3"), http.StatusOK)
	wants(t, s.stranger().get("/log/tile/0/000"), http.StatusNotFound)
	wants(t, s.stranger().get("/log/tile/entries/000.p/3"), http.StatusOK)
	wants(t, s.stranger().get("/log/tile/9/../../x"), http.StatusNotFound)
}

func TestCertifyMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.EarnAll(s.Enrollment, s.Student, 900)
	p, err := s.Certify.Propose(t.Context(), s.Registrar, s.Enrollment)
	if err != nil {
		t.Fatal(err)
	}
	path := "/o/" + s.School.ID.String() + "/completions"
	if page := s.as(s.Registrar.Email).get(path); strings.Contains(page.Body.String(), testkit.Says("certify.completions.certify_chosen")) {
		t.Error("the proposer can choose")
	}
	second := s.as(s.Second.Email)
	wants(t, second.get(path), http.StatusOK, testkit.Says("certify.completions.certify_chosen"))
	wants(t, second.post(path+"/certify", url.Values{}), http.StatusUnprocessableEntity, testkit.Says("nothing_chosen.proposals"))
	begun := second.post(path+"/certify", url.Values{"proposal": {p.ID.String() + "/1", s.Enrollment.String() + "/1", "x"}})
	run := begun.Header().Get("Location")
	wants(t, second.get(run), http.StatusOK, "0 of 2 "+testkit.Says("certify.run.proposals_reviewed")+" so far", "Ada Example", "Waiting")
	if n, err := s.WorkOff("certify"); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	wants(t, second.get(run), http.StatusOK, "2 of 2 "+testkit.Says("certify.run.proposals_reviewed"), "1 certificate issued. 1 proposal could not be certified", "The certificate", "Not certified")
	wants(t, second.get("/o/"+s.School.ID.String()+"/certifications"), http.StatusOK, "Rob Registrar", "1 of 2")
	wants(t, s.as(s.Stranger.Email).get(run), http.StatusNotFound)
	wants(t, s.as(s.Student.Email).get(run), http.StatusForbidden)

	s.Earn(s.Enrollment, s.Student, "kinesiology", 60)
	if _, err := s.Certify.ProposeTranscript(t.Context(), s.Registrar, s.Enrollment); err != nil {
		t.Fatal(err)
	}
	wants(t, s.as(s.Registrar.Email).post(path+"/certify", url.Values{"all": {"yes"}}), http.StatusUnprocessableEntity)
	all := second.post(path+"/certify", url.Values{"all": {"yes"}}).Header().Get("Location")
	if n, err := s.WorkOff("certify"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	wants(t, second.get(all), http.StatusOK, "1 of 1 "+testkit.Says("certify.run.proposals_reviewed"), "1 certificate issued")
}

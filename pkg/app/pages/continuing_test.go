package pages

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

const certificatePDF = "%PDF-1.7\ncertificate\n%%EOF"

// licensed gives the student a license of Florida.
func (s *site) licensed(t *testing.T) core.License {
	t.Helper()
	day := func(text string) core.Date {
		d, err := core.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	l, err := s.Licensure.RecordLicense(t.Context(), s.Registrar, s.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA1", IssuedOn: day("2020-01-01"), ExpiresOn: day("2027-08-31"), Status: "active",
		Method: core.MethodPrimarySource, Source: "Board", CheckedOn: day("2026-11-20"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A therapist plans a cycle by the pages, reports a course, and downloads the
// proof; the office decides, and draws an audit.
func TestContinuing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	student, registrar, second := s.as(s.Student.Email), s.as(s.Registrar.Email), s.as(s.Second.Email)
	wants(t, student.get("/record/ce"), http.StatusOK, testkit.Says("licensure.own.no_license_recorded_yet"))
	l := s.licensed(t)
	wants(t, student.get("/record/ce"), http.StatusOK, "FL MA1", testkit.Says("shared.continuing.not_enough_yet"), "At least 12 h in person.", "Plan or record a course")
	form := therapistPath(s.Student.TherapistID) + "/ce/new"
	wants(t, student.get(form), http.StatusOK, "Exact title", "Prevention of medical errors")
	filled(t, student.get(form), "Ada Example")
	in := url.Values{"title": {"Florida in a Day"}, "type": {"live"}, "on": {"2026-12-05"}, "amount": {"24"}, "hour": {"60"}}
	wants(t, student.post(form, in), http.StatusUnprocessableEntity, testkit.Says("unit_needed"), "contact hours, CEU")
	if strings.Contains(student.get(form).Body.String(), "ceu_meant") {
		t.Error("it is asked about CEU before anybody wrote of them")
	}
	in.Set("amount", "24 CEU")
	wants(t, student.post(form, in), http.StatusUnprocessableEntity, "24 CEU are 240 h", testkit.Says("continuing.form.ceu_meant"))
	in.Set("amount", "24 contact hours")
	in.Set("subject-ethics", "2 h")
	wants(t, student.post(form, in), http.StatusUnprocessableEntity, testkit.Says("not_the_amount"))
	for subject, hours := range map[string]string{"law": "2 h", "errors": "2 h", "trafficking": "1 h", "massage": "17 h"} {
		in.Set("subject-"+subject, hours)
	}
	planned := student.post(form, in)
	one := planned.Header().Get("Location")
	if !strings.HasPrefix(one, "/ce/activities/") {
		t.Fatalf("planning led to %q: %s", one, planned.Body)
	}
	wants(t, student.get("/record/ce"), http.StatusOK, testkit.Says("shared.continuing.enough_with_what_planned"), "Florida in a Day", "24 h, enough")
	in.Set("completed", "true")
	in.Set("on", "2026-11-01")
	in.Set("version", "1")
	leadsTo(t, student.post(one+"/edit", in), one)
	wants(t, student.get(one), http.StatusOK, "Still needed", "provider", "Attach the certificate", "by Dec 1, 2026")
	wants(t, student.post(one+"/report", url.Values{"version": {"2"}}), http.StatusUnprocessableEntity, testkit.Says("required.certificate_participant"))
	for name, value := range map[string]string{
		"participant": "Ada Example", "approved": "24 h", "provider_name": "Lakeside <Institute>", "provider_body": "FL", "provider_number": "50-1",
		"provider_contact": "office@lakeside.example", "signed": "true", "license_number": "MA1", "program_number": "20-1", "version": "2",
	} {
		in.Set(name, value)
	}
	leadsTo(t, student.post(one+"/edit", in), one)
	filled(t, student.get(one+"/edit"), "Lakeside &lt;Institute&gt;", "24 contact hours", "17 h")
	in.Set("version", "2")
	stale := student.post(one+"/edit", in)
	wants(t, stale, http.StatusPreconditionFailed)
	if !strings.Contains(stale.Body.String(), `<a href="/record/ce">Cancel</a>`) {
		t.Error("a course that could not be saved does not lead back to one's cycles")
	}

	wants(t, student.attachVersion(one+"/document", "3", "c.pdf", "<html><script>"), http.StatusUnprocessableEntity, testkit.Says("bad_document.type"))
	wants(t, student.attachVersion(one+"/document", "3", "c.pdf", "%PDF-1.7 <html>"), http.StatusUnprocessableEntity, testkit.Says("bad_document.polyglot"))
	leadsTo(t, student.attachVersion(one+"/document", "3", "..\\c\u202E.html", certificatePDF), one)
	file := registrar.get(one + "/document")
	for header, value := range core.DocumentHeaders() {
		if file.Header().Get(header) != value {
			t.Errorf("the certificate has %s: %s", header, file.Header().Get(header))
		}
	}
	if file.Header().Get("Content-Disposition") != "attachment; filename=c.pdf" || file.Body.String() != certificatePDF {
		t.Errorf("the certificate is %q with %v", file.Body, file.Header())
	}
	leadsTo(t, student.post(one+"/report", url.Values{"version": {"4"}}), one)
	wants(t, student.post(one+"/drop", url.Values{"version": {"5"}}), http.StatusConflict)
	queue := "/o/" + s.School.ID.String() + "/ce"
	wants(t, registrar.get(queue), http.StatusOK, "Florida in a Day", testkit.Says("shared.continuing.provider_not_recognized"))
	wants(t, registrar.get(one), http.StatusOK, "Provider not known", testkit.Says("continuing.activity.accept_2"))
	wants(t, registrar.post(one+"/reject", url.Values{"version": {"5"}}), http.StatusUnprocessableEntity, "Reason")
	leadsTo(t, registrar.post(one+"/accept", url.Values{"version": {"5"}}), one)
	wants(t, student.get("/record/ce"), http.StatusOK, testkit.Says("shared.continuing.proven"), "in full")
	wants(t, registrar.get(therapistPath(s.Student.TherapistID)+"/ce"), http.StatusOK, "Ada Example", testkit.Says("shared.continuing.proven"))
	proof := student.get("/licenses/" + l.ID.String() + "/ce/proof.zip?on=2026-11-23")
	if proof.Code != http.StatusOK || !bytes.HasPrefix(proof.Body.Bytes(), []byte("PK")) || proof.Header().Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
		t.Errorf("the proof is %d with %v", proof.Code, proof.Header())
	}
	gone := student.post(form, url.Values{"title": {"Mistake"}, "type": {"webinar"}, "on": {"2026-12-05"}, "amount": {"1 h"}, "hour": {"60"}}).Header().Get("Location")
	leadsTo(t, student.post(gone+"/drop", url.Values{"version": {"1"}}), "/record/ce")

	s.waivers(t, l, student, second)
	s.auditsCE(t, l, registrar)
	for _, path := range []string{one, one + "/document", one + "/edit", form, queue, therapistPath(s.Student.TherapistID) + "/ce", "/licenses/" + l.ID.String() + "/ce", "/licenses/" + l.ID.String() + "/ce/proof.zip"} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

func (s *site) waivers(t *testing.T, l core.License, student, office *browser) {
	t.Helper()
	past := "/licenses/" + l.ID.String() + "/ce"
	wants(t, student.get(past), http.StatusOK, "first cycle", testkit.Says("continuing.past.ask_waiver_or_extension"))
	wants(t, student.post(past+"/leaves", url.Values{"kind": {"extension"}, "reason": {"Illness"}}), http.StatusUnprocessableEntity, testkit.Says("required.until"))
	asked := student.post(past+"/leaves", url.Values{"kind": {"waiver"}, "minutes": {"6 h"}, "reason": {"Illness"}}).Header().Get("Location")
	wants(t, student.get(asked), http.StatusOK, testkit.Says("shared.asked"), "6 h")
	wants(t, office.post(asked+"/approve", url.Values{"version": {"1"}, "granted_on": {"2026-11-20"}}), http.StatusUnprocessableEntity, "Authority")
	leadsTo(t, office.post(asked+"/approve", url.Values{"version": {"1"}, "authority": {"Florida Board"}, "granted_on": {"2026-11-20"}}), asked)
	wants(t, student.get("/record/ce"), http.StatusOK, "Florida Board", "18 h")
	other := student.post(past+"/leaves", url.Values{"kind": {"extension"}, "until": {"2028-01-01"}, "reason": {"Illness"}}).Header().Get("Location")
	wants(t, office.post(other+"/decline", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, "Reason")
	leadsTo(t, office.post(other+"/decline", url.Values{"version": {"1"}, "reason": {"Refused."}}), other)
	wants(t, s.as(s.Stranger.Email).get(asked), http.StatusNotFound)
}

func (s *site) auditsCE(t *testing.T, l core.License, office *browser) {
	t.Helper()
	audits := "/o/" + s.School.ID.String() + "/ce/audits"
	wants(t, office.get(audits), http.StatusOK, testkit.Says("continuing.audits.begin_audit"))
	wants(t, office.post(audits, url.Values{"jurisdiction": {"FL"}, "ends_from": {"2027-08-31"}, "ends_to": {"2027-08-31"}, "percent": {"five"}}), http.StatusUnprocessableEntity, testkit.Says("bad_percent.number"))
	audit := office.post(audits, url.Values{"jurisdiction": {"FL"}, "ends_from": {"2027-08-31"}, "ends_to": {"2027-08-31"}}).Header().Get("Location")
	wants(t, office.get(audit), http.StatusOK, "Digest of the seed", testkit.Says("continuing.audit.public_word"))
	wants(t, office.get(audit+"/draw.json"), http.StatusConflict)
	wants(t, office.post(audit+"/draw", url.Values{"version": {"1"}, "word": {"x"}}), http.StatusUnprocessableEntity, testkit.Says("too_short"))
	leadsTo(t, office.post(audit+"/draw", url.Values{"version": {"1"}, "word": {"Powerball 2026-11-21"}}), audit)
	wants(t, office.get(audit), http.StatusOK, testkit.Says("continuing.audit.same_sample"), "Ada Example", testkit.Says("continuing.audit.be_decided"))
	wants(t, office.get(audit+"/draw.json"), http.StatusOK, `"seed"`)
	person := audit + "/people/" + l.ID.String()
	wants(t, office.get(person), http.StatusOK, "Ada Example", "Florida in a Day", "Download the evidence")
	wants(t, office.post(person+"/decision", url.Values{"outcome": {"rejected"}}), http.StatusUnprocessableEntity, "Reason")
	leadsTo(t, office.post(person+"/decision", url.Values{"outcome": {"accepted"}}), person)
	wants(t, office.get(audits), http.StatusOK, "drawn")
	wants(t, s.as(s.Student.Email).get("/record/ce"), http.StatusOK, "Audited")
	for _, path := range []string{audits, audit, person} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
		wants(t, s.as(s.Student.Email).get(path), http.StatusForbidden)
	}
}

func TestContinuing_Providers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office := s.as(s.Registrar.Email)
	list := "/o/" + s.School.ID.String() + "/ce/providers"
	in := url.Values{"name": {"Lakeside"}, "numbers": {"FL"}}
	wants(t, office.post(list, in), http.StatusUnprocessableEntity, testkit.Says("bad_line"))
	in.Set("numbers", "NCBTMB 451234-09 2026-12-31 2026-01-01\n")
	wants(t, office.post(list, in), http.StatusUnprocessableEntity, testkit.Says("bad_range.ends_to"))
	in.Set("numbers", "NCBTMB 451234-09 2026-01-01 2026-12-31\nFL 50-1\n")
	in.Set("hands_on_percent", "many")
	wants(t, office.post(list, in), http.StatusUnprocessableEntity, testkit.Says("bad_percent.hands_on"))
	in.Set("hands_on_percent", "80")
	leadsTo(t, office.post(list, in), list)
	page := office.get(list)
	wants(t, page, http.StatusOK, "NCBTMB 451234-09", "80%")
	_, rest, _ := strings.Cut(page.Body.String(), `href="/ce/providers/`)
	one := "/ce/providers/" + rest[:36]
	wants(t, office.get(one), http.StatusOK, "NCBTMB 451234-09 2026-01-01 2026-12-31", "Change Lakeside")
	in.Set("version", "1")
	in.Set("name", "")
	wants(t, office.post(one, in), http.StatusUnprocessableEntity, "Name")
	in.Set("name", "Lakeside Institute")
	leadsTo(t, office.post(one, in), list)
	wants(t, office.get(list), http.StatusOK, "Lakeside Institute")
	wants(t, s.as(s.Student.Email).get(list), http.StatusOK, "Lakeside Institute")
	wants(t, s.as(s.Student.Email).get(one), http.StatusForbidden)
	for _, path := range []string{list, one} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

func TestContinuing_Course(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office := s.as(s.Registrar.Email)
	c, err := s.Specialty.CreateCourse(t.Context(), s.Registrar, s.School.ID, specialty.CourseInput{Code: "ETH", Title: "Ethics", Specialty: "ethics", Minutes: core.Hours(8)})
	if err != nil {
		t.Fatal(err)
	}
	page := coursePath(c.ID) + "/ce"
	wants(t, office.get(page), http.StatusOK, testkit.Says("continuing.course.what_course_counts"), "8 h")
	wants(t, office.post(page, url.Values{"type": {"live"}, "subject-ethics": {"3 h"}}), http.StatusUnprocessableEntity, "add up to 3 h")
	leadsTo(t, office.post(page, url.Values{"type": {"live"}, "subject-ethics": {"3 h"}, "subject-massage": {"5 h"}, "hands_on": {"4 h"}}), coursePath(c.ID))
	filled(t, office.get(page), "3 h", "4 h")
	wants(t, s.as(s.Student.Email).get(page), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(page), http.StatusNotFound)
}

// filled wants inputs with these values.
func filled(t *testing.T, page *httptest.ResponseRecorder, values ...string) {
	t.Helper()
	for _, value := range values {
		if !strings.Contains(page.Body.String(), `value="`+value+`"`) {
			t.Errorf("%q is filled in nowhere", value)
		}
	}
}

// attachVersion posts a certificate to a version of an activity.
func (b *browser) attachVersion(path, version, name, body string) *httptest.ResponseRecorder {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("version", version)
	part, _ := w.CreateFormFile("document", name)
	_, _ = part.Write([]byte(body))
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

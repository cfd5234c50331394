package pages

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestLooks goes from the worklist of an employer to a look that takes a license off it.
func TestLooks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	due := "/o/" + s.Employer.ID.String() + "/looks-due"
	staff, office := s.as(s.Verifier.Email), s.as(s.Registrar.Email)
	wants(t, staff.get(due), http.StatusOK, testkit.Says("licensure.looks.none"))
	s.Grant(s.Student.TherapistID, s.Employer, access.ScopeLicenses)
	if res := staff.get("/o/" + s.Employer.ID.String() + "/checks"); !strings.Contains(res.Body.String(), `href="`+due+`"`) {
		t.Error("the menu does not lead to the worklist")
	}
	look := "/licenses/" + l.ID.String() + "/look"
	res := staff.get(due)
	wants(t, res, http.StatusOK, "Ada Example", "Florida MA1", testkit.Said("license.by.seen", "organization", s.School.Name, "source", "Florida license search", "date", "Nov 20, 2026"))
	if !strings.Contains(res.Body.String(), `href="`+look+`"`) {
		t.Error("no row leads to the form")
	}
	wants(t, office.get("/o/"+s.School.ID.String()+"/looks-due"), http.StatusOK, testkit.Says("licensure.looks.none"))
	wants(t, office.get("/o/"+s.School.ID.String()+"/rosters"), http.StatusOK, testkit.Says("licensure.looks.link"))
	wants(t, office.get(due), http.StatusNotFound)
	wants(t, s.as(s.Student.Email).get("/o/"+s.School.ID.String()+"/looks-due"), http.StatusForbidden)

	res = staff.get(look)
	wants(t, res, http.StatusOK, testkit.Said("licensure.look.open", "state", "Florida"), testkit.Says("licensure.look.copy_hint"))
	for _, part := range []string{`name="number" value="MA1" readonly`, `href="https://mqa-internet.doh.state.fl.us/MQASearchServices/HealthCareProviders"`, `name="checked_on" value="2026-11-23"`} {
		if !strings.Contains(res.Body.String(), part) {
			t.Errorf("the form has no %s", part)
		}
	}
	if strings.Contains(res.Body.String(), `value="2027-08-31"`) {
		t.Error("the form has an expiration that nobody read")
	}
	seen := func(evidence []byte, form url.Values) *httptest.ResponseRecorder {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for field := range form {
			_ = w.WriteField(field, form.Get(field))
		}
		if evidence != nil {
			part, err := w.CreateFormFile("evidence", "page.pdf")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write(evidence) // into memory
		}
		_ = w.Close()
		req := httptest.NewRequest(http.MethodPost, look, &body)
		req.Header.Set("Content-Type", w.FormDataContentType())
		return staff.send(req)
	}
	// What is wrong is told in the order of the fields.
	res = seen([]byte("text"), url.Values{"status": {"good"}, "discipline": {"odd"}, "address": {"board"}})
	wants(t, res, http.StatusUnprocessableEntity)
	last := 0
	for _, field := range []string{"status", "discipline", "address", "checked_on", "evidence"} {
		at := strings.Index(res.Body.String(), `<li><a href="#f-`+field)
		if at <= last {
			t.Errorf("%s is told at %d, after what is told at %d", field, at, last)
		}
		last = at
	}
	good := url.Values{"version": {"1"}, "status": {"active"}, "expires_on": {"2027-08-31"}, "discipline": {"none"}, "address": {"https://board.example/MA1"}, "checked_on": {"2026-11-23"}}
	res = seen(append([]byte("%PDF-1.7"), make([]byte, core.MostDocument)...), good)
	wants(t, res, http.StatusUnprocessableEntity, testkit.Said("too_large.document", "mostDocument", 5))
	if !strings.Contains(res.Body.String(), `value="https://board.example/MA1"`) || !strings.Contains(res.Body.String(), `<option value="active" selected>`) {
		t.Error("a file that is too large takes away what was typed")
	}
	leadsTo(t, seen([]byte("%PDF-1.7 page"), good), "/therapists/"+s.Student.TherapistID.String())
	wants(t, staff.get(due), http.StatusOK, testkit.Says("licensure.looks.none"))
	if res := staff.get(look); !strings.Contains(res.Body.String(), `href="https://board.example/MA1"`) {
		t.Error("the form does not lead to where it was seen last")
	}
	good.Set("checked_on", "2026-11-22")
	good.Set("version", "2")
	leadsTo(t, seen(nil, good), "/therapists/"+s.Student.TherapistID.String())

	// Newest first, and who of another organization recorded something is its name alone.
	res = staff.get("/therapists/" + s.Student.TherapistID.String())
	wants(t, res, http.StatusOK, testkit.Said("shared.license.recorded_by", "recordedByName", s.School.Name, "zone", "Nov 23, 2026"))
	page := text(res)
	if first, second := strings.Index(page, "board.example, Nov 23, 2026"), strings.Index(page, "board.example, Nov 22, 2026"); first < 0 || second < first {
		t.Errorf("the looks are told at %d and %d", first, second)
	}
	if strings.Contains(page, "Rita Registrar") {
		t.Error("an employer reads who of the school recorded it")
	}
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, "Rita Registrar")
	wants(t, s.as(s.Student.Email).get("/record/licenses"), http.StatusOK, "Rita Registrar")
	h, err := s.Licensure.RecordHolding(context.Background(), s.Registrar, s.Student.TherapistID, licensure.HoldingInput{
		Kind: licensure.HoldingNPI, Name: "NPI", Number: "1234567893",
		Verification: licensure.Verification{Method: core.MethodPrimarySource, Source: "NPPES", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Grant(s.Student.TherapistID, s.Employer)
	for _, path := range []string{"/qualifications/" + h.ID.String(), "/therapists/" + s.Student.TherapistID.String() + "/qualifications"} {
		res := staff.get(path)
		if wants(t, res, http.StatusOK, s.School.Name); strings.Contains(text(res), "Rita") {
			t.Errorf("%s tells an employer who of the school recorded it", path)
		}
		wants(t, office.get(path), http.StatusOK, "Rita Registrar")
	}

	// A day that cannot be read is no question, and has no answer.
	res = office.get("/therapists/" + s.Student.TherapistID.String() + "?on=abc")
	wants(t, res, http.StatusOK, testkit.Says("bad_date.core"))
	for _, answer := range []string{testkit.Says("employer.result.may_practice_today"), "MA1 is active", testkit.Says("chip.may_practice")} {
		if strings.Contains(text(res), answer) {
			t.Errorf("above the error it says %q", answer)
		}
	}
}

func TestSettings_lookDays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin := s.as("ana@example.org")
	settings := "/o/" + s.School.ID.String() + "/settings"
	form := url.Values{"name": {s.School.Name}, "zone": {s.School.Zone}, "accepts_looks": {"true"}}
	for _, days := range []string{"-1", "0", "91"} {
		form.Set("look_days", days)
		wants(t, admin.post(settings, form), http.StatusUnprocessableEntity, testkit.Said("bad_days.look", "most", core.MostLookDays))
	}
	form.Set("look_days", "90")
	leadsTo(t, admin.post(settings, form), settings)
	if res := admin.get(settings); !strings.Contains(res.Body.String(), `name="accepts_looks" value="true" checked`) || !strings.Contains(res.Body.String(), `name="look_days" value="90"`) {
		t.Error("what was chosen is not shown")
	}
}

func TestDirectory_state(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	res := s.stranger().get("/directory?area=XX")
	wants(t, res, http.StatusUnprocessableEntity, testkit.Said("unknown_jurisdiction.area", "area", "XX"))
	if !strings.Contains(res.Body.String(), `value="XX"`) {
		t.Error("what was asked is gone")
	}
}

package pages

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestTransfers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar, second := s.as(s.Registrar.Email), s.as(s.Second.Email)
	list := enrollmentPath(s.Enrollment) + "/transfers"
	wants(t, registrar.get(list), http.StatusOK, testkit.Says("logbook.enrollment_transfers.none_were_transferred"), testkit.Says("logbook.enrollment_transfers.propose_hours_another_school"))
	in := url.Values{
		"school": {"Lakeside School"}, "school_license": {"MS 0042"}, "transcript": {"T-118"}, "completed_on": {"2024-12-19"},
		"minutes-pathology": {"20:00"}, "grade-pathology": {"820"},
	}
	wants(t, registrar.post(list, in), http.StatusUnprocessableEntity, testkit.Says("bad_grade.subject"))
	in.Set("grade-pathology", "82")
	proposed := registrar.post(list, in)
	one := proposed.Header().Get("Location")
	if !strings.HasPrefix(one, "/transfers/") {
		t.Fatalf("proposing led to %q: %s", one, proposed.Body)
	}
	wants(t, second.get(one), http.StatusOK, "Lakeside School", "20 h", "82 %", "The transcript is missing")
	wants(t, second.post(one+"/accept", url.Values{"version": {"1"}}), http.StatusConflict, "Attach the other school")
	wants(t, registrar.attach(one+"/document", "document", "t.pdf", "<html>"), http.StatusUnprocessableEntity, testkit.Says("bad_document.type"))
	leadsTo(t, registrar.attach(one+"/document", "document", `..\t.html`, "%PDF-1.7"), one)
	wants(t, second.post(one+"/accept", url.Values{"version": {"1"}}), http.StatusPreconditionFailed)
	leadsTo(t, second.post(one+"/accept", url.Values{"version": {"2"}}), one)
	wants(t, s.as(s.Student.Email).get(one), http.StatusOK, "Accepted", "t.pdf")
	file := s.as(s.Student.Email).get(one + "/document")
	if file.Header().Get("Content-Disposition") != "attachment; filename=t.pdf" || file.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the file has the headers %v", file.Header())
	}
	wants(t, second.post(one+"/reverse", url.Values{"version": {"3"}}), http.StatusUnprocessableEntity, "Reason")
	leadsTo(t, second.post(one+"/reverse", url.Values{"version": {"3"}, "reason": {"Forged."}}), one)
	wants(t, registrar.get("/o/"+s.School.ID.String()+"/transfers"), http.StatusOK, "Lakeside School", testkit.Says("chip.reversed"))
	wants(t, s.as(s.Student.Email).post(list, in), http.StatusForbidden)
	for _, path := range []string{list, one, one + "/document", "/o/" + s.School.ID.String() + "/transfers"} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

// attach posts a file with version 1 of what it belongs to.
func (b *browser) attach(path, field, name, body string) *httptest.ResponseRecorder {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("version", "1")
	part, _ := w.CreateFormFile(field, name)
	_, _ = part.Write([]byte(body))
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

package pages

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

func TestHoldings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.Certified()
	ada, office := s.as(s.Student.Email), s.as(s.Registrar.Email)
	person := "/therapists/" + s.Student.TherapistID.String()
	wants(t, ada.get("/record/qualifications"), http.StatusOK, "My qualifications", testkit.Says("licensure.holdings.nothing_recorded_yet"), testkit.Says("licensure.holdings.what_you_enter_here_marked"))
	leadsTo(t, ada.get(person+"/qualifications"), "/record/qualifications")
	wants(t, office.get(person), http.StatusOK, "Qualifications")
	wants(t, office.get(person+"/qualifications"), http.StatusOK, "Qualifications of Ada Example", "How it is known")

	wants(t, ada.post(person+"/qualifications", url.Values{}), http.StatusUnprocessableEntity, testkit.Says("unknown_kind.holding"))
	form := url.Values{"kind": {"liability_insurance"}, "name": {"Professional liability"}, "issuer": {"ABMP"}, "number": {"P-1"}, "expires_on": {"2026-12-10"}, "each_claim": {"lots"}}
	wants(t, ada.post(person+"/qualifications", form), http.StatusUnprocessableEntity, testkit.Says("bad_number.page"))
	form.Set("each_claim", "$2,000,000")
	wants(t, ada.post(person+"/qualifications", form), http.StatusUnprocessableEntity, testkit.Says("bad_amount.aggregate"))
	form.Set("aggregate", "6,000,000")
	res := ada.post(person+"/qualifications", form)
	at := res.Header().Get("Location")
	if res.Code != http.StatusSeeOther {
		t.Fatal(res.Code, text(res))
	}
	wants(t, ada.get(at), http.StatusOK, testkit.Said("licensure.holding.each_claim_year", "eachClaim", "2,000,000", "aggregate", "6,000,000"), testkit.Says("how_known.self_report"), "Attach the evidence")
	wants(t, ada.post(at+"/verify", url.Values{"method": {"document"}}), http.StatusForbidden)
	leadsTo(t, ada.attached(at+"/document", "policy.html", "%PDF-1.7 policy", url.Values{"version": {"1"}}), at)
	got := office.get(at + "/document")
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/octet-stream" || got.Header().Get("Content-Disposition") != "attachment; filename=policy.pdf" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	wants(t, ada.attached(at+"/document", "policy.pdf", "<html>", url.Values{}), http.StatusUnprocessableEntity, testkit.Says("bad_document.type"))

	wants(t, office.post(at+"/verify", url.Values{"version": {"2"}}), http.StatusUnprocessableEntity, "Choose how it is known.", testkit.Says("required.date_needed"))
	leadsTo(t, office.post(at+"/verify", url.Values{"version": {"2"}, "method": {"primary_source"}, "source": {"ABMP"}, "checked_on": {"2026-11-23"}, "next_check": {"2026-12-01"}}), at)
	due := "/o/" + s.School.ID.String() + "/qualifications-due"
	wants(t, office.get(due), http.StatusOK, testkit.Says("shared.look_at_again"), "Ada Example", "Professional liability")
	wants(t, office.get(due+"?by=2026-11-30"), http.StatusOK, testkit.Says("licensure.due.nothing_due"))
	s.Grant(s.Student.TherapistID, s.Employer)
	wants(t, s.as(s.Verifier.Email).post("/o/"+s.Employer.ID.String()+"/checks", url.Values{"code": {c.Code}}), http.StatusOK, "Other qualifications", "Professional liability", testkit.Said("employer.result.each_claim", "eachClaim", "2,000,000"), testkit.Says("how_known.primary_source"))
	wants(t, office.post(at+"/end", url.Values{"version": {"3"}}), http.StatusNotFound)
	leadsTo(t, ada.post(at+"/end", url.Values{"version": {"3"}}), "/record/qualifications")
	wants(t, office.get(at), http.StatusNotFound)
	for _, path := range []string{person + "/qualifications", at, at + "/document", due} {
		wants(t, s.as(s.Stranger.Email).get(path), http.StatusNotFound)
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	office, ada := s.as(s.Registrar.Email), s.as(s.Student.Email)
	person, add := "/therapists/"+s.Student.TherapistID.String(), "/licenses/"+l.ID.String()+"/orders/new"
	wants(t, office.get(person), http.StatusOK, "Record an order")
	wants(t, office.get(add), http.StatusOK, "Record an order", "Surrender in lieu")
	wants(t, office.post(add, url.Values{}), http.StatusUnprocessableEntity, testkit.Says("unknown_kind.order"))
	order := url.Values{
		"version": {"1"}, "kind": {"suspension"}, "authority": {"Florida Board"}, "order_number": {"2026-7"}, "starts_on": {"2026-11-01"}, "ends_on": {"2026-12-31"},
		"method": {core.MethodDocument}, "checked_on": {"2026-11-20"},
	}
	wants(t, office.post(add, order), http.StatusUnprocessableEntity, testkit.Says("required.document"))
	wants(t, office.attached(add, "order.txt", "no order", order), http.StatusUnprocessableEntity, testkit.Says("bad_document.type"))
	leadsTo(t, office.attached(add, "order.pdf", "%PDF-1.7 order", order), person)
	res := office.get(person)
	wants(t, res, http.StatusOK, "No", "is suspended from Nov 1, 2026 until Dec 31, 2026", testkit.Says("shared.license.orders_authorities"), "2026-7")
	wants(t, office.post(add, order), http.StatusPreconditionFailed, testkit.Says("shared.load_license_as_now"))
	document := regexp.MustCompile(`/orders/[0-9a-f-]{36}/document`).FindString(res.Body.String())
	wants(t, office.attached(document, "order.pdf", "%PDF-1.7 order", url.Values{"therapist": {s.Student.TherapistID.String()}}), http.StatusConflict, testkit.Says("document_there"))
	wants(t, ada.get("/record/licenses"), http.StatusOK, "order.pdf")
	if got := ada.get(document); got.Code != http.StatusOK {
		t.Error(got.Code)
	}
	wants(t, ada.get(add), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(document), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).get(add), http.StatusNotFound)
}

// attached posts a form with a document.
func (b *browser) attached(path, name, content string, form url.Values) *httptest.ResponseRecorder {
	b.site.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("document", name)
	if err != nil {
		b.site.T.Fatal(err)
	}
	_, _ = part.Write([]byte(content)) // into memory
	for field := range form {
		_ = w.WriteField(field, form.Get(field))
	}
	_ = w.Close()
	req := httptest.NewRequest(http.MethodPost, path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(req)
}

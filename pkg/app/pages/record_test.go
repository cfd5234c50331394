package pages

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/testkit"
)

// The holder of a certificate of a school that has closed elsewhere shows the
// hours behind it, by an account with the address that the certificate bears.
func TestHeld(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pack := s.takeIn(t) // of ada@example.org
	claim, err := credential.ClaimOf([]byte(pack.Document))
	if err != nil {
		t.Fatal(err)
	}
	path := "/c/" + claim.ID[len("https://closed.example/c/"):]
	hours := path + "/hours"
	wants(t, s.stranger().get(path), http.StatusOK, "Is this one yours?")
	if to := s.stranger().get(hours); to.Code != http.StatusSeeOther {
		t.Errorf("a stranger gets %d", to.Code)
	}
	wants(t, s.as(s.Registrar.Email).get(hours), http.StatusForbidden, testkit.Says("not_the_holder"))
	ada := s.as(s.Student.Email)
	wants(t, ada.get(hours), http.StatusOK, "Total: 600 h", "By subject", testkit.Says("shared.lines.download_with_chosen_lines"))
	wants(t, ada.post(hours, url.Values{}), http.StatusUnprocessableEntity, testkit.Says("nothing_chosen.lines"))
	file := ada.post(hours, url.Values{"total": {"yes"}, "subject": {"kinesiology"}})
	wants(t, file, http.StatusOK)
	report, err := s.Check.VerifyFile(t.Context(), file.Body.Bytes())
	if err != nil || report.Outcome != credential.Valid || len(report.Lines) != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	wants(t, ada.get("/c/"+credential.Code("0000-0000").Compact()+"/hours"), http.StatusNotFound)
	c := s.Certified() // of a school that is here
	wants(t, ada.get(certificatePath(c.Code)+"/hours"), http.StatusNotFound)
}

package pages

import (
	"net/http"
	"strings"
	"testing"
)

// An office sees the certificates of its school beside someone's licenses.
func TestHome_Person(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := therapistPath(s.Student.TherapistID)
	office := s.as(s.Registrar.Email)
	wants(t, office.get(at), http.StatusOK, "No license is recorded", "Your school has not issued a certificate to Ada Example yet.")
	c := s.Certified()
	res := office.get(at)
	wants(t, res, http.StatusOK, "No license is recorded", c.Title, "600 h", s.School.Name)
	if want := `<a href="` + certificatePath(c.Code) + `">`; !strings.Contains(res.Body.String(), want) {
		t.Errorf("nothing leads to the certificate: %s", res.Body)
	}
	wants(t, s.as(s.Stranger.Email).get(at), http.StatusNotFound)
}

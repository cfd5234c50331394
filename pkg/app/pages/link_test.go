package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Certified()
	student := s.as(s.Student.Email)
	wants(t, student.post("/account/address", url.Values{"email": {"ada"}, "password": {testPassword}}), http.StatusUnprocessableEntity, testkit.Says("bad_email"))
	leadsTo(t, student.post("/account/address", url.Values{"email": {"ada@home.example"}, "password": {testPassword}}), "/account")
	link := s.mailedLink("/account/address/")
	wants(t, s.stranger().get(link), http.StatusOK, "ada@home.example", testkit.Says("account.address.make_my_address"))
	leadsTo(t, s.stranger().post(link, url.Values{}), "/account")
	wants(t, s.stranger().get(link), http.StatusNotFound, testkit.Says("account.invitation_invalid.link_opens_nothing_any_more"))
	wants(t, s.as("ada@home.example").get("/record/certificates"), http.StatusOK, "Medical Massage Foundations")

	wants(t, s.stranger().get("/sign-in"), http.StatusOK, testkit.Says("account.sign_in.i_forgot_my_password"))
	wants(t, s.stranger().post("/reset", url.Values{"email": {"?"}}), http.StatusUnprocessableEntity, testkit.Says("bad_email"))
	leadsTo(t, s.stranger().post("/reset", url.Values{"email": {"nobody@example.org"}}), "/sign-in")
	leadsTo(t, s.stranger().post("/reset", url.Values{"email": {"ada@home.example"}}), "/sign-in")
	link = s.mailedLink("/reset/")
	wants(t, s.stranger().get(link), http.StatusOK, testkit.Said("account.reset.account_every_device_will_be", "email", "ada@home.example"))
	wants(t, s.stranger().post(link, url.Values{"password": {"short"}}), http.StatusUnprocessableEntity, "at least 12 characters")
	leadsTo(t, s.stranger().post(link, url.Values{"password": {"velvet-lemur-anchor-3"}}), "/sign-in")
	wants(t, s.stranger().get(link), http.StatusNotFound, testkit.Says("account.invitation_invalid.link_opens_nothing_any_more"))
}

// mailedLink is the newest link of a kind that was mailed, without the host.
func (s *site) mailedLink(path string) string {
	s.T.Helper()
	mails := s.Mails()
	for i := len(mails) - 1; i >= 0; i-- {
		if found := regexp.MustCompile(path + `\S+`).FindString(mails[i].Text); found != "" {
			return found
		}
	}
	s.T.Fatalf("no mail has a link to %s", path)
	return ""
}

package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/testkit"
)

// Requests stand below the grants, and all of them on pages of their own.
func TestGrants_Requests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	service := granttest.New(s.DB, s.Src)
	for i := range 40 {
		_, err := service.Ask(t.Context(), s.Verifier, s.Employer.ID, grant.AskInput{
			Email: fmt.Sprintf("p%02d@example.org", i), Terms: grant.Terms{Scopes: []access.Scope{access.ScopeCPR}, Purpose: grant.PurposeEmployment},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	path := "/o/" + s.Employer.ID.String() + "/grants"
	verifier := s.as(s.Verifier.Email)
	wants(t, verifier.get(path), http.StatusOK, "p39@example.org", "p30@example.org", testkit.Says("grant.office.all_requests"), testkit.Says("grant.office.none"))
	all := verifier.get(path + "?requests=all")
	wants(t, all, http.StatusOK, "p39@example.org", "p20@example.org", "More")
	wants(t, s.as(s.Stranger.Email).get(path+"?requests=all"), http.StatusNotFound)
}

// An employer whose access has ended reads so on its list, with the day, asks again by the
// address that it asked before, and is told nothing that is new since.
func TestGrants_Ended(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	service := granttest.New(s.DB, s.Src)
	terms := grant.Terms{Scopes: []access.Scope{access.ScopeContact, access.ScopeLicenses}, Purpose: grant.PurposeEmployment, Months: 6}
	asked, err := service.Ask(t.Context(), s.Verifier, s.Employer.ID, grant.AskInput{Email: s.Student.Email, Terms: terms})
	if err != nil {
		t.Fatal(err)
	}
	student := s.Student
	student.AuthenticatedAt = s.Src.Now()
	given, err := service.Accept(t.Context(), student, asked.ID, terms)
	if err != nil {
		t.Fatal(err)
	}
	path := "/o/" + s.Employer.ID.String() + "/grants"
	verifier, again := s.as(s.Verifier.Email), path+"?again="+given.ID.String()
	if live := verifier.get(path); strings.Contains(live.Body.String(), again) {
		t.Error("who has access is to ask again")
	}
	if _, err := service.End(t.Context(), student, given.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SQL.Exec("UPDATE accounts SET email = 'ada@home.example' WHERE email = 'ada@example.org'"); err != nil {
		t.Fatal(err)
	}
	list := verifier.get(path)
	wants(t, list, http.StatusOK, s.Student.Name, testkit.Said("grant.office.ended_on", "day", "Nov 23, 2026"))
	marked(t, list, `href="`+again+`"`)
	form := verifier.get(again)
	marked(t, form, `<details class="narrow" open>`, `value="employment" selected`, `value="6"`, `value="ada@example.org"`)
	for _, page := range []string{list.Body.String(), form.Body.String()} {
		if strings.Contains(page, "ada@home.example") {
			t.Error("after the end it is told the person's new address")
		}
	}
	wants(t, verifier.get("/therapists/"+s.Student.TherapistID.String()), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).get("/o/"+s.Other.ID.String()+"/grants?again="+given.ID.String()), http.StatusNotFound)
}

// A person makes a link; what looks at its address uses nothing, and who opens it sees what
// was chosen and nothing else.
func TestLinks_Share(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.license(t)
	c := s.Certified()
	ada, anybody := s.as(s.Student.Email), s.stranger()
	wants(t, ada.get(grant.SharingPath), http.StatusOK, testkit.Says("grant.link.links"), testkit.Says("grant.link.make"))
	form := url.Values{"label": {"Bay Street Clinic"}, "scope_licenses": {"true"}, "purpose": {"employment"}, "months": {"12"}, "uses": {"51"}}
	wants(t, ada.post(grant.SharingPath+"/links", form), http.StatusUnprocessableEntity, testkit.Said("bad_uses", "most", grant.MostUses))
	form.Set("uses", "2")
	leadsTo(t, ada.post(grant.SharingPath+"/links", form), grant.SharingPath)
	if elsewhere := ada.get("/account"); strings.Contains(elsewhere.Body.String(), "/s/pll_") {
		t.Error("the address is shown on another page")
	}
	res := ada.get(grant.SharingPath)
	wants(t, res, http.StatusOK, testkit.Said("grant.link.made", "label", "Bay Street Clinic"), testkit.Said("grant.link.left", "left", 2, "most", 2))
	at := regexp.MustCompile(`/s/pll_[\w-]{43}`).FindString(res.Body.String())
	if at == "" {
		t.Fatal("no address is shown")
	}
	if again := ada.get(grant.SharingPath).Body.String(); strings.Contains(again, at) {
		t.Error("the address is shown twice")
	}
	for range 3 {
		res := anybody.get(at)
		wants(t, res, http.StatusOK, testkit.Said("shared_record.offers", "name", s.Student.Name), "licenses")
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"} {
			if got := res.Header().Get(name); got != want {
				t.Errorf("%s is %q", name, got)
			}
		}
		if strings.Contains(text(res), "MA1") {
			t.Error("it is shown before it is opened")
		}
	}
	wants(t, ada.get(grant.SharingPath), http.StatusOK, testkit.Said("grant.link.left", "left", 2, "most", 2))
	res = anybody.post(at, url.Values{})
	wants(t, res, http.StatusOK, s.Student.Name, "MA1", "Florida license search")
	for _, hidden := range []string{c.Title, s.Student.Email, testkit.Says("shared_record.training"), testkit.Says("shared.qualifications")} {
		if strings.Contains(text(res), hidden) {
			t.Errorf("it shows %q", hidden)
		}
	}
	wants(t, ada.get(grant.SharingPath), http.StatusOK, testkit.Said("grant.link.left", "left", 1, "most", 2), testkit.Said("grant.sharing.by_link", "label", "Bay Street Clinic"))
	wants(t, anybody.post(at, url.Values{}), http.StatusOK, "MA1")
	for _, gone := range []string{at, "/s/pll_" + strings.Repeat("x", 43), "/s/x"} {
		wants(t, anybody.get(gone), http.StatusNotFound, testkit.Says("link_gone"))
		wants(t, anybody.post(gone, url.Values{}), http.StatusNotFound, testkit.Says("link_gone"))
	}

	form.Set("scope_certificates", "true")
	at = s.linkOf(ada, form)
	wants(t, anybody.post(at, url.Values{}), http.StatusOK, c.Title, "MA1")
	end := regexp.MustCompile(`/record/sharing/links/[0-9a-f-]{36}/end`).FindString(ada.get(grant.SharingPath).Body.String())
	leadsTo(t, ada.post(end, url.Values{}), grant.SharingPath)
	wants(t, ada.get(grant.SharingPath), http.StatusOK, testkit.Said("grant.link.ended", "label", "Bay Street Clinic"))
	wants(t, anybody.get(at), http.StatusNotFound, testkit.Says("link_gone"))

	hours := url.Values{"label": {"A school"}, "scope_hours_summary": {"true"}, "purpose": {"education"}, "months": {"1"}, "uses": {"1"}}
	seen := anybody.post(s.linkOf(ada, hours), url.Values{})
	wants(t, seen, http.StatusOK, testkit.Says("shared.hours"), "Medical Massage Foundations", "600 h")
	if strings.Contains(text(seen), testkit.Says("shared.hours_by_subject")) || strings.Contains(text(seen), "MA1") {
		t.Error("a link of the summary of hours shows more")
	}
}

// linkOf is the address of a link that someone makes; to ask for the page again makes none.
func (s *site) linkOf(who *browser, form url.Values) string {
	s.T.Helper()
	leadsTo(s.T.(*testing.T), who.post(grant.SharingPath+"/links", form), grant.SharingPath)
	return regexp.MustCompile(`/s/pll_[\w-]{43}`).FindString(who.get(grant.SharingPath).Body.String())
}

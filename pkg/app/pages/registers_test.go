package pages

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// operator is a browser of the operator, who is a member of another school.
func (s *site) operator(t *testing.T) *browser {
	t.Helper()
	s.admin("opal@example.org", s.Other)
	if _, err := s.SQL.Exec("UPDATE accounts SET operator = true WHERE email = 'opal@example.org'"); err != nil {
		t.Fatal(err)
	}
	return s.as("opal@example.org")
}

func TestApprovedSources(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	operator, office := s.operator(t), s.as(s.Registrar.Email)
	for _, path := range []string{"/sources", "/sources/new", "/source-matches", "/license-contests"} {
		wants(t, office.get(path), http.StatusNotFound, testkit.Says("not_found.source"))
	}
	wants(t, operator.get("/organizations"), http.StatusOK, testkit.Says("licensure.approved.sources"))
	wants(t, operator.get("/sources"), http.StatusOK, testkit.Says("licensure.approved.none"))
	wants(t, operator.get("/sources/new"), http.StatusOK, testkit.Says("licensure.approved.active_is_clear"))
	form := url.Values{
		"name": {"Florida list"}, "jurisdiction": {"FL"}, "title": {"Massage Therapist"}, "dates": {"MM/DD/YYYY"}, "columns.number": {"No"}, "columns.name": {"Name"},
		"columns.status": {"Status"}, "columns.expires_on": {"Expires"}, "answers_status": {"true"}, "addresses": {"http://board.example/list"},
	}
	wants(t, operator.post("/sources/new", form), http.StatusUnprocessableEntity, testkit.Says("bad_url.source"), testkit.Says("unsaid.expiration_column"))
	form.Del("columns.expires_on")
	form.Set("answers_expiration", "true")
	wants(t, operator.post("/sources/new", form), http.StatusUnprocessableEntity, testkit.Says("unsaid.expiration"))
	form.Set("columns.expires_on", "Expires")
	form["addresses"], form["authority"], form["answers_expiration"] = []string{"https://board.example/list.csv"}, []string{"Florida Board of Massage Therapy"}, []string{"true"}
	wants(t, office.post("/sources/new", form), http.StatusNotFound)
	res := operator.post("/sources/new", form)
	one := res.Header().Get("Location")
	wants(t, operator.get(one), http.StatusOK, "Florida Board of Massage Therapy, FL", "https://board.example/list.csv", testkit.Says("licensure.approved.active_says_nothing"), testkit.Says("licensure.approved.not_listed"))
	wants(t, operator.get(one+"/edit"), http.StatusOK, "https://board.example/list.csv")
	form.Set("version", "1")
	form.Set("answers_discipline", "true")
	form.Set("active_is_clear", "true")
	leadsTo(t, operator.post(one+"/edit", form), one)
	wants(t, operator.post(one+"/edit", form), http.StatusPreconditionFailed, testkit.Says("shared.load_as_now"))
	wants(t, operator.post(one+"/fetch", url.Values{"address": {"https://elsewhere.example/"}}), http.StatusUnprocessableEntity, testkit.Says("not_an_address"))
	wants(t, operator.post(one+"/fetch", url.Values{"address": {"https://board.example/list.csv"}}), http.StatusConflict, "couldn’t be fetched")

	list := "No,Name,Status,Expires\nMA-001,Ada Example,active,08/31/2029\n"
	wants(t, operator.sends(one+"/rosters", "", "action", "try"), http.StatusUnprocessableEntity, testkit.Says("required.document"))
	wants(t, operator.sends(one+"/rosters", list, "action", "try", "as_of", "2026-11-22"), http.StatusOK, testkit.Says("licensure.rosters.what_list_would_bring"),
		testkit.Says("shared.roster.recorded_licenses"), testkit.Says("shared.roster.nobody_here"))
	wants(t, operator.sends(one+"/rosters", "x\n", "action", "try"), http.StatusUnprocessableEntity, "at most 64 MB. Error: The first line has no column")
	res = operator.sends(one+"/rosters", list, "action", "import", "as_of", "2026-11-22")
	roster := res.Header().Get("Location")
	wants(t, operator.get(roster), http.StatusOK, testkit.Says("licensure.roster.counts_for_everybody"), "november.csv Done")
	if file := operator.get(roster + "/file"); file.Body.String() != list || file.Header().Get("Content-Disposition") == "" {
		t.Errorf("the list: %d %q", file.Code, file.Body.String())
	}
	wants(t, office.get(roster), http.StatusNotFound)
	wants(t, office.get(roster+"/file"), http.StatusNotFound)
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, "Florida list")
	wants(t, operator.get("/sources"), http.StatusOK, "Florida list", "Ana Admin", "Nov 22, 2026")

	// The school takes the same list in, for itself.
	source := strings.TrimPrefix(one, "/sources/")
	base := "/o/" + s.School.ID.String()
	wants(t, office.get(base+"/rosters"), http.StatusOK, "Florida list, Florida Board of Massage Therapy")
	own := office.sends(base+"/rosters", list, "source_id", source, "action", "import", "as_of", "2026-11-22").Header().Get("Location")
	wants(t, office.get(own), http.StatusOK, testkit.Says("licensure.roster.counts_for_school"), testkit.Says("licensure.roster.file"))
	if file := office.get(own + "/file"); file.Body.String() != list {
		t.Errorf("the list: %d %q", file.Code, file.Body.String())
	}

	operator.sends(one+"/rosters", "No,Name,Status,Expires\nMA1,Eve Third,active,08/31/2029\n", "action", "import", "as_of", "2026-11-22")
	wants(t, operator.get("/sources"), http.StatusOK, testkit.Says("licensure.approved.rows_wait"))
	res = operator.get("/source-matches")
	wants(t, res, http.StatusOK, "Eve Third: FL Massage Therapist MA1", "Ada Example")
	link := found(t, regexp.MustCompile(`action="(/source-matches/[^"]+/link)"`), res)
	wants(t, operator.post(link, url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, testkit.Says("not_a_candidate"))
	leadsTo(t, operator.post(strings.Replace(link, "/link", "/dismiss", 1), url.Values{"version": {"1"}}), "/source-matches")
	wants(t, operator.post(link, url.Values{"version": {"1"}, "therapist_id": {l.TherapistID.String()}}), http.StatusConflict, testkit.Says("decided"))

	leadsTo(t, operator.post(one+"/withdraw", url.Values{"version": {"2"}}), one)
	wants(t, operator.post(one+"/withdraw", url.Values{"version": {"3"}}), http.StatusConflict, testkit.Says("source_withdrawn"))
	if read := text(office.get(base + "/rosters")); strings.Contains(read, "Florida list, Florida Board") {
		t.Error("a source that was withdrawn is offered to schools")
	}
}

func TestContests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.license(t)
	operator, office := s.operator(t), s.as(s.Registrar.Email)
	base := "/o/" + s.School.ID.String()
	wants(t, office.get(base+"/license-contests"), http.StatusOK, testkit.Says("shared.nothing_waits"))
	bob := s.Person("Bob Other", "bob@example.org", s.Other, core.RoleStudent)
	s.Grant(bob.TherapistID, s.Other)
	bobs, err := s.Licensure.RecordLicense(context.Background(), s.Stranger, bob.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "ma 01", Status: "active", EffectiveOn: l.IssuedOn, Method: core.MethodDocument, Source: "Card", CheckedOn: l.IssuedOn,
	})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, office.get(base+"/rosters"), http.StatusOK, testkit.Says("licensure.rosters.contested"))
	res := office.get(base + "/license-contests")
	wants(t, res, http.StatusOK, "FL Massage Therapist MA1", "1 other record names this license.")
	if read := text(res); strings.Contains(read, "Bob Other") || strings.Contains(read, s.Other.Name) {
		t.Errorf("a school sees another's record: %s", read)
	}
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, testkit.Said("license_holder.contested", "license", "FL Massage Therapist MA1"))
	wants(t, operator.get("/license-contests"), http.StatusOK, "Ada Example", "Bob Other", s.Other.Name)
	aside := "/licenses/" + bobs.ID.String() + "/set-aside"
	wants(t, office.post(aside, url.Values{"reason": {"Ours"}, "organization": {s.School.ID.String()}}), http.StatusNotFound)
	wants(t, operator.post(aside, url.Values{}), http.StatusUnprocessableEntity, "Bob Other")
	leadsTo(t, operator.post(aside, url.Values{"reason": {"The board says so"}}), "/license-contests")
	wants(t, operator.get("/license-contests"), http.StatusOK, testkit.Says("shared.nothing_waits"))
	leadsTo(t, operator.post("/licenses/"+bobs.ID.String()+"/lift-aside", url.Values{}), "/license-contests")
	mine := "/licenses/" + l.ID.String()
	leadsTo(t, office.post(mine+"/set-aside", url.Values{"reason": {"A typing error"}, "organization": {s.School.ID.String()}}), base+"/license-contests")
	wants(t, office.get(base+"/license-contests"), http.StatusOK, "A typing error")
	leadsTo(t, office.post(mine+"/lift-aside", url.Values{"organization": {s.School.ID.String()}}), base+"/license-contests")
}

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

// license is a license of the student that the office looked up.
func (s *site) license(t *testing.T) core.License {
	t.Helper()
	l, err := s.Licensure.RecordLicense(context.Background(), s.Registrar, s.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA1", IssuedOn: core.Date{Year: 2025, Month: 9, Day: 1}, ExpiresOn: core.Date{Year: 2027, Month: 8, Day: 31}, Status: "active",
		Discipline: "none", Method: core.MethodPrimarySource, Source: "Florida license search", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLicenses_Office(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Certified()
	office := s.as(s.Registrar.Email)
	person := "/therapists/" + s.Student.TherapistID.String()
	wants(t, office.get(person), http.StatusOK, "Ada Example", "Could not check", "No license is recorded.", "Certificates", "600 h")

	res := office.post(person+"/licenses/new", url.Values{"expires_on": {"31.8.2027"}})
	wants(t, res, http.StatusUnprocessableEntity, testkit.Says("bad_date.core"))
	res = office.post(person+"/licenses/new", url.Values{"title": {"LMT"}, "number": {"MA1"}})
	wants(t, res, http.StatusUnprocessableEntity, "Choose the state.", "Choose the status.", "Choose how it is known.", testkit.Says("required.date_needed"))
	if !strings.Contains(res.Body.String(), `value="MA1"`) {
		t.Error("the form forgot what was typed")
	}
	form := url.Values{
		"jurisdiction": {"FL"}, "title": {"Massage Therapist"}, "number": {"MA1"}, "issued_on": {"2025-09-01"}, "expires_on": {"2027-08-31"},
		"status": {"active"}, "discipline": {"none"}, "method": {"primary_source"}, "source": {"Florida license search"}, "checked_on": {"2026-11-20"},
	}
	leadsTo(t, office.post(person+"/licenses/new", form), person)
	res = office.get(person)
	wants(t, res, http.StatusOK, testkit.Said("licensure.forms.the_license_is_recorded", "jurisdiction", "FL", "number", "MA1"), "Yes", "Florida: Massage Therapist MA1", "FL Massage Therapist MA1 is active.",
		"Expires on Aug 31, 2027", "Looked up with the licensing board on Nov 20, 2026 (3 days ago): Florida license search", "Recorded by Rita Registrar", "counts today")
	if strings.Contains(text(res), "own word") {
		t.Error("what was looked up is nobody's own word")
	}
	wants(t, office.post(person+"/licenses/new", form), http.StatusConflict, testkit.Says("license_exists"))

	change := regexp.MustCompile(`/licenses/[0-9a-f-]{36}/events/new`).FindString(res.Body.String())
	wants(t, office.get(change), http.StatusOK, "Record a change", "FL Massage Therapist MA1 is active.", "Discipline: Suspended")
	event := url.Values{"version": {"1"}, "effective_on": {"2026-11-01"}, "method": {"primary_source"}, "source": {"Order 2026-7"}, "checked_on": {"2026-11-22"}}
	wants(t, office.post(change, event), http.StatusUnprocessableEntity, "Choose the status.")
	event.Set("status", "discipline:suspended")
	leadsTo(t, office.post(change, event), person)
	wants(t, office.get(person), http.StatusOK, "No", "has been suspended since Nov 1, 2026", "Discipline: Suspended since Nov 1, 2026", "Order 2026-7")
	wants(t, office.post(change, event), http.StatusPreconditionFailed, testkit.Says("stale"), testkit.Says("shared.load_license_as_now"))
	event.Set("version", "2")
	event.Set("status", "discipline:none")
	event.Set("method", "document")
	event.Set("effective_on", "2026-11-10")
	leadsTo(t, office.post(change, event), person)
	wants(t, office.get(person), http.StatusOK, testkit.Said("license.weaker_word", "date", "Nov 22, 2026"))

	// The suspension of November was heard of today.
	wants(t, office.get(person+"?on=2026-11-05"), http.StatusOK, "No", "has been suspended since Nov 1, 2026", "Back to today")
	wants(t, office.get(person+"?known=2026-12-24"), http.StatusOK, "Nobody knows yet what will be known on Dec 24, 2026.")
	wants(t, office.get(person+"?on=2026-11-05&known=2026-11-22"), http.StatusOK, "Florida Could not check", "not known then")
	wants(t, office.get(person+"?on=yesterday"), http.StatusOK, testkit.Says("bad_date.core"))
	wants(t, office.get(person+"?on=2027-09-01"), http.StatusOK, "No", "What the records say")
	withdraw := regexp.MustCompile(`/licenses/[0-9a-f-]{36}/events/[0-9a-f-]{36}/withdraw`).FindAllString(office.get(person).Body.String(), -1)[1]
	wants(t, office.post(withdraw, url.Values{"version": {"3"}}), http.StatusUnprocessableEntity, testkit.Says("required.field"))
	leadsTo(t, office.post(withdraw, url.Values{"version": {"3"}, "reason": {"Of another person."}}), person)
	wants(t, office.get(person), http.StatusOK, "Yes", "Withdrawn as an error", "Of another person.")
	wants(t, office.post(withdraw, url.Values{"reason": {"Again."}}), http.StatusConflict, testkit.Says("already_withdrawn"))
	renewal := url.Values{"version": {"4"}, "status": {"term:renewed"}, "effective_on": {"2027-09-01"}, "method": {"primary_source"}, "source": {"Register"}, "checked_on": {"2026-11-22"}}
	wants(t, office.post(change, renewal), http.StatusUnprocessableEntity, testkit.Says("required.expires_on"))
	renewal.Set("until", "2029-08-31")
	leadsTo(t, office.post(change, renewal), person)
	wants(t, office.get(person+"?on=2027-09-01"), http.StatusOK, "Could not check", "Term: Renewed from Sep 1, 2027 until Aug 31, 2029")

	wants(t, office.get(person), http.StatusOK, testkit.Said("shared.license.compact_not_met", "home", "FL"), "FL is not among the members that are known")
	details := person + "/details"
	wants(t, office.post(details, url.Values{"zone": {"America/Chicago"}}), http.StatusForbidden)
	ada := s.as(s.Student.Email)
	wants(t, ada.post(details, url.Values{"birth_date": {"1990-02-28"}, "zone": {"Mars"}}), http.StatusUnprocessableEntity, testkit.Says("unknown_zone.zone"))
	leadsTo(t, ada.post(details, url.Values{"birth_date": {"1990-02-28"}, "zone": {"America/Chicago"}}), "/record/licenses")
	wants(t, ada.get("/record/licenses"), http.StatusOK, "Details saved.", "America/Chicago")
	if page := office.get(person).Body.String(); strings.Contains(page, "America/Chicago") || strings.Contains(page, "1990-02-28") {
		t.Error("the office sees when and where someone was born and lives")
	}

	stranger, supervisor := s.as(s.Stranger.Email), s.as(s.Supervisor.Email)
	wants(t, stranger.post(withdraw, url.Values{"reason": {"No."}}), http.StatusNotFound)
	wants(t, supervisor.post(details, url.Values{}), http.StatusForbidden)
	for _, path := range []string{person + "/licenses/new", change} {
		for who, status := range map[*browser]int{stranger: http.StatusNotFound, supervisor: http.StatusForbidden} {
			wants(t, who.get(path), status)
			wants(t, who.post(path, form), status)
		}
	}
	wants(t, stranger.get(person), http.StatusNotFound)
	wants(t, supervisor.get(person), http.StatusForbidden)
	wants(t, s.as(s.Verifier.Email).get(person), http.StatusNotFound)
}

func TestLicenses_Own(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.as(s.Student.Email)
	add := "/therapists/" + s.Student.TherapistID.String() + "/licenses/new"
	leadsTo(t, ada.get("/therapists/"+s.Student.TherapistID.String()), "/record/licenses")
	wants(t, ada.get("/record/licenses"), http.StatusOK, testkit.Says("licensure.own.no_license_recorded_yet"), "Add a license")
	page := ada.get(add)
	wants(t, page, http.StatusOK, testkit.Says("shared.license.what_you_enter_here_marked"))
	if strings.Contains(page.Body.String(), `name="method"`) {
		t.Error("nobody chooses how their own word is known")
	}
	leadsTo(t, ada.post(add, url.Values{
		"jurisdiction": {"GA"}, "number": {"MT7"}, "issued_on": {"2026-01-05"}, "status": {"active"}, "method": {"primary_source"}, "source": {"Georgia board"},
	}), "/record/licenses")
	wants(t, ada.get("/record/licenses"), http.StatusOK, "Georgia Could not check", "Georgia: Massage Therapist MT7", testkit.Said("license.by.self_report", "date", "Nov 23, 2026"))
	wants(t, s.as(s.Registrar.Email).get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, testkit.Said("license.by.self_report", "date", "Nov 23, 2026"))

	l := s.license(t)
	change := "/licenses/" + l.ID.String() + "/events/new"
	if strings.Contains(text(ada.get(change)), "Discipline: Suspended") {
		t.Error("discipline is not for oneself to report")
	}
	retired := url.Values{"status": {"lifecycle:retired"}, "effective_on": {"2026-11-01"}, "version": {"1"}}
	leadsTo(t, ada.post(change, retired), "/record/licenses")
	wants(t, ada.get("/record/licenses"), http.StatusOK, "FL Massage Therapist MA1 has been retired since Nov 1, 2026.")
	wants(t, ada.post(change, url.Values{"status": {"discipline:none"}, "effective_on": {"2026-11-01"}}), http.StatusForbidden)

	wants(t, s.as(s.Registrar.Email).get("/record/licenses"), http.StatusNotFound)
}

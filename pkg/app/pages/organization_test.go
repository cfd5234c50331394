package pages

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

var invitationLink = regexp.MustCompile(`/invitations/[A-Za-z0-9_-]+`)

func TestInvitation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	members := "/o/" + s.School.ID.String() + "/members"
	admin := s.as("ana@example.org")
	invite := url.Values{"name": {"Nora New"}, "email": {"nora@example.org"}, "role": {"supervisor"}}

	wants(t, admin.post(members, url.Values{"name": {""}, "email": {"nora"}, "role": {"pope"}}), http.StatusUnprocessableEntity, testkit.Says("bad_email"))
	leadsTo(t, admin.post(members, invite), members)
	wants(t, admin.get(members), http.StatusOK, "An invitation is on its way to nora@example.org.", testkit.Says("account.members.invited_not_yet_here"), "Nora New")
	mails := s.Mails()
	link := invitationLink.FindString(mails[len(mails)-1].Text)

	nora := s.stranger()
	wants(t, nora.get(link), http.StatusOK, "Join Brightwater School of Massage", "nora@example.org", "Supervisor")
	wants(t, nora.post(link, url.Values{"name": {"Nora New"}, "password": {"short"}}), http.StatusUnprocessableEntity, "at least 12 characters")
	leadsTo(t, nora.post(link, url.Values{"name": {"Nora New"}, "password": {testPassword}}), "/o/"+s.School.ID.String()+"/inbox")
	wants(t, nora.get("/account"), http.StatusOK, "Welcome, Nora New.", "Supervisor at Brightwater")
	for _, dead := range []string{link, link + "x", "/invitations/none"} {
		wants(t, s.stranger().get(dead), http.StatusNotFound, testkit.Says("account.invitation_invalid.link_opens_nothing_any_more"))
		wants(t, s.stranger().post(dead, url.Values{"name": {"Eve"}, "password": {testPassword}}), http.StatusNotFound, testkit.Says("account.invitation_invalid.link_opens_nothing_any_more"))
	}
	s.as("nora@example.org")
}

func TestMembers_End(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin := s.as("ana@example.org")
	members := "/o/" + s.School.ID.String() + "/members"
	sam, _ := s.Supervisor.Member(s.School.ID, core.RoleSupervisor)
	supervisor := s.as(s.Supervisor.Email)
	wants(t, supervisor.get(members), http.StatusOK, "Sam Super")
	wants(t, supervisor.post(members+"/"+sam.String()+"/end", nil), http.StatusForbidden)
	leadsTo(t, admin.post(members+"/"+sam.String()+"/end", nil), members)
	wants(t, supervisor.get(members), http.StatusNotFound)
	wants(t, admin.get(members+"?role=supervisor"), http.StatusOK)
}

func TestOrganization_Settings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin := s.as("ana@example.org")
	settings := "/o/" + s.School.ID.String() + "/settings"
	wants(t, admin.get(settings), http.StatusOK, "Brightwater School of Massage", "Settings")
	wants(t, admin.post(settings, url.Values{"name": {"B"}, "zone": {"Mars/Base"}}), http.StatusUnprocessableEntity, testkit.Says("bad_zone"))
	leadsTo(t, admin.post(settings, url.Values{"name": {"Brightwater"}, "zone": {"America/Chicago"}}), settings)
	wants(t, admin.get(settings), http.StatusOK, "Settings saved.", "Brightwater")

	form := url.Values{"name": {"Brightwater"}, "zone": {"America/Chicago"}, "checkpoint_recipient": {"keeper"}}
	wants(t, admin.post(settings, form), http.StatusUnprocessableEntity, testkit.Says("bad_email"), testkit.Says("account.settings.checkpoint_recipient_hint"))
	form.Set("checkpoint_recipient", "keeper@example.com")
	leadsTo(t, admin.post(settings, form), settings)
	if !strings.Contains(admin.get(settings).Body.String(), `value="keeper@example.com"`) {
		t.Error("who gets checkpoints is not in the settings")
	}
	s.admin("eli@example.org", s.Employer)
	employer := s.as("eli@example.org").get("/o/" + s.Employer.ID.String() + "/settings").Body.String()
	if strings.Contains(employer, "checkpoint_recipient") {
		t.Error("an employer is asked who gets checkpoints")
	}
}

// What someone has chosen is the language of their pages, what a school has chosen
// that of its papers.
func TestLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin, settings := s.as("ana@example.org"), "/o/"+s.School.ID.String()+"/settings"
	wants(t, admin.post("/account/language", url.Values{"language": {"tlh"}}), http.StatusUnprocessableEntity, testkit.Says("unknown_language"))
	leadsTo(t, admin.post("/account/language", url.Values{"language": {"en-XA"}}), "/account")
	wants(t, admin.get("/account"), http.StatusOK, words.Of("en-XA").Say("account.account.where_you_signed"), words.Of("en-XA").Say("account.account.language_saved"))
	wants(t, admin.get("/nowhere"), http.StatusNotFound, words.Of("en-XA").Say("problem.404.todo"))
	wants(t, s.stranger().get("/nowhere"), http.StatusNotFound, testkit.Says("problem.404.todo"))
	leadsTo(t, admin.post("/account/language", url.Values{"language": {""}}), "/account")
	wants(t, admin.get("/account"), http.StatusOK, testkit.Says("account.account.where_you_signed"))

	form := url.Values{"name": {"Brightwater"}, "zone": {"America/Chicago"}, "language": {"tlh"}}
	wants(t, admin.post(settings, form), http.StatusUnprocessableEntity, testkit.Says("unknown_language"))
	form.Set("language", "en-XA")
	leadsTo(t, admin.post(settings, form), settings)
	if body := admin.get(settings).Body.String(); !strings.Contains(body, `<option value="en-XA" lang="en-XA" selected>`) {
		t.Error("the school's language is not chosen in its settings")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin := s.as("ana@example.org")
	tokens := "/o/" + s.School.ID.String() + "/tokens"
	for _, c := range []struct {
		path string
		who  *browser
		role string
	}{{tokens, admin, "registrar"}, {"/account/tokens", admin, ""}} {
		page := strings.TrimSuffix(c.path, "/tokens")
		if c.role != "" {
			page = c.path
		}
		wants(t, c.who.post(c.path, url.Values{"name": {"Timetable"}, "scope": {"read"}, "days": {"1000"}, "role": {c.role}}), http.StatusUnprocessableEntity, "1 to 366 days")
		res := c.who.post(c.path, url.Values{"name": {"Timetable"}, "scope": {"read"}, "days": {"30"}, "role": {c.role}})
		wants(t, res, http.StatusOK, "Copy it now", "Timetable")
		secret := regexp.MustCompile(`plt_[A-Za-z0-9_-]+`).FindString(res.Body.String())
		if _, err := s.accounts.Authenticate(context.Background(), secret); err != nil {
			t.Fatalf("%s: the token %q lets nobody in: %v", c.path, secret, err)
		}
		listed := c.who.get(page)
		wants(t, listed, http.StatusOK, "Timetable", "Active")
		if strings.Contains(listed.Body.String(), secret) {
			t.Errorf("%s: the secret is shown again", c.path)
		}
		revoke := regexp.MustCompile(c.path + `/[0-9a-f-]{36}/revoke`).FindString(listed.Body.String())
		leadsTo(t, c.who.post(revoke, nil), page)
		wants(t, c.who.get(page), http.StatusOK, "Revoked")
		if _, err := s.accounts.Authenticate(context.Background(), secret); err == nil {
			t.Errorf("%s: a revoked token lets someone in", c.path)
		}
		stolen := s.stranger()
		stolen.cookies["palmar"] = secret
		leadsTo(t, stolen.get("/account"), "/sign-in?next=%2Faccount")
	}
}

func TestAudit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@example.org", s.School)
	admin := s.as("ana@example.org")
	base := "/o/" + s.School.ID.String()
	s.Write(func(ctx context.Context, tx *store.Tx) error {
		return tx.Audit(ctx, core.AuditEvent{
			ID: core.NewID[core.AuditID](s.Src), At: s.Src.Now(), OrganizationID: s.School.ID, AccountID: s.Student.AccountID,
			ActorName: `=HYPERLINK("https://evil.example")`, Via: "page", Action: "entry.log", TargetKind: "entry", TargetID: "+1",
		})
	})
	for range 30 {
		leadsTo(t, admin.post(base+"/settings", url.Values{"name": {"Brightwater"}, "zone": {"America/Chicago"}}), base+"/settings")
	}
	page := admin.get(base + "/audit")
	wants(t, page, http.StatusOK, "organization.update", "Ana Admin", "More")
	next := regexp.MustCompile(`/audit\?cursor=[^"]+`).FindString(page.Body.String())
	wants(t, admin.get(base+next), http.StatusOK, "entry.log", "Back to the first")
	wants(t, admin.get(base+"/audit?cursor=nonsense"), http.StatusUnprocessableEntity)

	res := admin.get(base + "/audit.csv")
	if got := res.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("it is %s", got)
	}
	rows, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || len(rows) < 32 || rows[0][0] != "id" || rows[0][6] != "action" || len(rows[0]) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	registrar := s.as(s.Registrar.Email)
	wants(t, registrar.get(base+"/audit"), http.StatusForbidden)
	wants(t, registrar.get(base+"/audit.csv"), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(base+"/audit.csv"), http.StatusNotFound)
}

func TestEmployer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.Certified()
	checks := "/o/" + s.Employer.ID.String() + "/checks"
	verifier := s.as(s.Verifier.Email)
	wants(t, verifier.get(checks), http.StatusOK, testkit.Says("employer.checks.no_check_was_made_yet"))
	wants(t, verifier.post(checks, url.Values{"code": {"nonsense"}}), http.StatusNotFound, testkit.Says("not_found.code"))
	wants(t, verifier.post(checks, url.Values{"code": {string(codeLike(t))}}), http.StatusNotFound, testkit.Says("not_found.code"))
	alone := verifier.post(checks, url.Values{"code": {c.Code}})
	wants(t, alone, http.StatusOK, "Ada Example", "May practice today? Could not check", testkit.Says("employer.practice.not_shared"), testkit.Says("employer.result.ask_to_share"))
	if strings.Contains(alone.Body.String(), testkit.Says("employer.result.specialties")) {
		t.Error("a code shows more than the certificate")
	}
	s.Grant(s.Student.TherapistID, s.Employer)
	wants(t, verifier.post(checks, url.Values{"code": {c.Code}}), http.StatusOK,
		"Ada Example", "Hours certified 600 h", "Specialties None", "May practice today? Could not check", testkit.Says("employer.practice.no_license"), "No license is recorded here.")

	license := func(number, status, method string, expires core.Date) {
		t.Helper()
		_, err := s.Licensure.RecordLicense(context.Background(), s.Registrar, s.Student.TherapistID, licensure.LicenseInput{
			Jurisdiction: "FL", Title: "LMT", Number: number, IssuedOn: core.Date{Year: 2026, Month: 9, Day: 1}, ExpiresOn: expires,
			Status: status, EffectiveOn: core.Date{Year: 2026, Month: 9, Day: 1}, Method: method, Source: "Florida Department of Health",
			CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	license("MA 1", "inactive", core.MethodPrimarySource, core.Date{Year: 2028, Month: 8, Day: 31})
	wants(t, verifier.post(checks, url.Values{"code": {c.Code}}), http.StatusOK, "Could not check", "has been inactive since Sep 1, 2026")
	license("MA 2", "active", core.MethodPrimarySource, core.Date{Year: 2028, Month: 8, Day: 31})
	wants(t, verifier.post(checks, url.Values{"code": {"http://127.0.0.1:8080/c/" + credential.Code(c.Code).Compact()}}), http.StatusOK,
		"Could not check", testkit.Says("chip.seen"), "Florida Department of Health", "3 days ago")
	wants(t, verifier.post(checks, url.Values{"code": {c.Code}, "on": {"2024-01-01"}}), http.StatusOK, "What the records say", "Ask about another day")
	wants(t, verifier.post(checks, url.Values{"code": {c.Code}, "on": {"2026-11-23"}, "known": {"2026-11-22"}}), http.StatusOK, "What the records say Florida Could not check")
	wants(t, verifier.post(checks, url.Values{"code": {c.Code}, "on": {"soon"}}), http.StatusUnprocessableEntity, testkit.Says("bad_date.core"))
	wants(t, verifier.get(checks), http.StatusOK, "Ada Example", "Valid")

	wants(t, s.as(s.Registrar.Email).post(checks, url.Values{"code": {c.Code}}), http.StatusNotFound, "Page not found")
	wants(t, s.as(s.Stranger.Email).get(checks), http.StatusNotFound)
	leadsTo(t, s.stranger().post(checks, url.Values{"code": {c.Code}}), "/sign-in")
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	wants(t, s.as(s.Student.Email).get("/organizations"), http.StatusOK, "Brightwater School of Massage")
	wants(t, s.as(s.Student.Email).post("/organizations", url.Values{"name": {"X"}, "kind": {"school"}}), http.StatusNotFound)
}

func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	s := emptySite(t)
	token, needed, err := s.accounts.Bootstrap(context.Background())
	if err != nil || !needed {
		t.Fatal(needed, err)
	}
	link := "/invitations/" + token
	b := s.stranger()
	wants(t, b.get(link), http.StatusOK, testkit.Says("account.invitation.set_up_palmar"), testkit.Says("account.invitation.name_organization"))
	form := url.Values{"name": {"Ana Admin"}, "email": {"ana@example.org"}, "password": {testPassword}, "kind": {"school"}, "zone": {"America/New_York"}}
	missing := b.post(link, form)
	wants(t, missing, http.StatusUnprocessableEntity, testkit.Says("required.field"))
	if !strings.Contains(missing.Body.String(), `id="f-organization_name-error"`) {
		t.Error("what is wrong does not stand beside the organization's name")
	}
	form.Set("organization_name", "Brightwater")
	if res := b.post(link, form); res.Code != http.StatusSeeOther {
		t.Fatal(res.Code, text(res))
	}
	wants(t, b.get("/organizations"), http.StatusOK, "Brightwater", testkit.Says("account.organizations.set_up_another_organization"))
	leadsTo(t, b.post("/organizations", url.Values{"name": {"Harbor Clinic"}, "kind": {"employer"}, "zone": {"America/New_York"},
		"admin_name": {"Hal"}, "admin_email": {"hal@example.org"}}), "/organizations")
	wants(t, b.get("/organizations"), http.StatusOK, "Harbor Clinic is set up, and hal@example.org was invited")
	wants(t, s.stranger().get(link), http.StatusNotFound)
}

// TestRoutes walks every route as someone who is not signed in, and as a
// member of another organization.
// Pages for organizations of one kind are not there at one of the other, no matter who asks,
// and nothing on a page leads there.
func TestRoutes_Kinds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.admin("ana@harbor.example", s.Employer)
	s.admin("ada@brightwater.example", s.School)
	param := regexp.MustCompile(`:[a-z_]+`)
	for _, c := range []struct {
		at  core.Organization
		who []string
	}{
		{s.Employer, []string{"ana@harbor.example", s.Verifier.Email}},
		{s.School, []string{"ada@brightwater.example", s.Registrar.Email, s.Supervisor.Email, s.Student.Email}},
	} {
		for _, email := range c.who {
			b := s.as(email)
			base := "/o/" + c.at.ID.String()
			barred := map[string]bool{}
			for _, route := range s.web.Routes() {
				if !strings.HasPrefix(route.Path, "/o/:organization/") || access.Fits(route.Action, c.at.Kind) {
					continue
				}
				path := param.ReplaceAllString(strings.Replace(route.Path, "/o/:organization", base, 1), "01890a5d-ac96-774b-bcce-b302099a8057")
				barred[path] = true
				res := b.get(path)
				if route.Method == http.MethodPost {
					res = b.post(path, url.Values{})
				}
				if res.Code != http.StatusNotFound {
					t.Errorf("%s %s answers %s of the kind %s %d: %s", route.Method, route.Path, email, c.at.Kind, res.Code, text(res))
				}
			}
			if len(barred) == 0 {
				t.Errorf("no page is barred from %s", email)
			}
			for _, page := range []string{"/", base + "/members", base + "/settings", base + "/grants"} {
				for _, link := range regexp.MustCompile(`href="([^"?#]+)`).FindAllStringSubmatch(b.get(page).Body.String(), -1) {
					if barred[link[1]] {
						t.Errorf("%s leads %s to %s", page, email, link[1])
					}
				}
			}
		}
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	elsewhere := s.as(s.Stranger.Email)
	fill := strings.NewReplacer(":organization", s.School.ID.String(), ":enrollment", s.Enrollment.String(), ":therapist", s.Student.TherapistID.String())
	param := regexp.MustCompile(`:[a-z_]+`)
	known := map[access.Action]bool{}
	for _, a := range access.Actions() {
		known[a] = true
	}
	seen := map[string]bool{}
	for _, route := range s.web.Routes() {
		name := route.Method + " " + route.Path
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		if route.Action != page.Public && !known[route.Action] {
			t.Errorf("%s comes down to %q, for which there is no rule", name, route.Action)
		}
		if route.Action == page.Public {
			continue
		}
		path := param.ReplaceAllString(fill.Replace(route.Path), "01890a5d-ac96-774b-bcce-b302099a8057")
		visit := func(b *browser) (int, string) {
			res := b.get(path)
			if route.Method == http.MethodPost {
				res = b.post(path, url.Values{})
			}
			return res.Code, res.Header().Get("Location")
		}
		if status, to := visit(s.stranger()); status != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in") {
			t.Errorf("%s answers a stranger %d %s", name, status, to)
		}
		if strings.Contains(route.Path, ":") {
			if status, _ := visit(elsewhere); status != http.StatusNotFound {
				t.Errorf("%s answers someone of another organization %d", name, status)
			}
		}
	}
}

package rest_test

import (
	"context"
	"encoding/csv"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/words"
)

// goesOn: a license, a specialty course and its certificate.
func (s *story) goesOn() {
	course := as[common.Course](s.registrar.post("/v1/organizations/"+s.school+"/courses", map[string]any{
		"code": "mld", "title": "Manual Lymphatic Drainage", "specialty": "manual-lymphatic-drainage", "minutes": 2400,
		"prerequisites": []map[string]any{{"licensed": true}, {"minutes": 36_000}},
	}).want(201))
	path := "/v1/courses/" + course.Id.String()
	done := as[common.CourseCompletion](s.registrar.post(path+"/completions", map[string]any{
		"therapist_id": s.therapist, "completed_on": "2026-09-01", "instructor": "Pat Hale",
	}).want(201))
	propose := "/v1/course-completions/" + done.Id.String() + "/proposals"
	s.registrar.post(propose, nil).refused(409, "prerequisite_missing")

	licenses := "/v1/therapists/" + s.therapist + "/licenses"
	license := as[common.License](s.registrar.post(licenses, map[string]any{
		"jurisdiction": "FL", "number": "MA 12345", "issued_on": "2026-08-30", "expires_on": "2028-08-31", "status": "active",
		"effective_on": "2026-08-30", "method": "primary_source", "source": "Florida Department of Health", "checked_on": "2026-09-01",
	}).want(201))
	if license.Practice.Answer != "could_not_check" || license.Practice.ReasonId != "license_unlooked.discipline" {
		s.t.Errorf("discipline that nobody looked at: %+v", license.Practice)
	}
	s.registrar.post("/v1/licenses/"+license.Id.String()+"/proposals", nil).refused(409, "not_verified")
	license = s.looks(s.registrar, license, map[string]any{
		"status": "active", "expires_on": "2028-08-31", "discipline": "none", "address": "https://board.example/license/MA12345", "checked_on": "2026-09-01",
	})
	if !license.Practice.May || license.Practice.Answer != "yes" || len(license.Practice.Sources) != 3 || license.Practice.Sources[0].Strength != "seen" {
		s.t.Errorf("the license says %+v", license.Practice)
	}
	p := as[certifyapi.Proposal](s.registrar.post(propose, nil).want(201))
	if len(p.Prerequisites) != 2 || !p.Prerequisites[0].Met {
		s.t.Errorf("the proposal saw %+v", p.Prerequisites)
	}
	s.admin = s.admin.confirmed()
	made := as[common.Credential](s.admin.update("POST", "/v1/proposals/"+p.Id.String()+"/certify", p.Version, nil).want(201))
	s.specialtyCode = made.Code
	if made.Kind != core.CredentialSpecialty || made.Minutes != 2400 {
		s.t.Errorf("certified %+v", made)
	}
	attested := as[certifyapi.Proposal](s.registrar.post("/v1/licenses/"+license.Id.String()+"/proposals", nil).want(201))
	found := as[common.Credential](s.admin.update("POST", "/v1/proposals/"+attested.Id.String()+"/certify", attested.Version, nil).want(201))
	if found.Kind != core.CredentialLicense || found.ValidUntil.IsZero() {
		s.t.Errorf("the license is attested as %+v", found)
	}
	events := "/v1/licenses/" + license.Id.String() + "/events"
	probation := map[string]any{
		"axis": "discipline", "status": "probation", "effective_on": "2026-09-01", "method": "primary_source",
		"source": "Board minutes", "checked_on": "2026-09-01",
	}
	s.registrar.post(events, probation).refused(428, "precondition_required")
	license = as[common.License](s.registrar.update("POST", events, license.Version, probation).want(201))
	if !license.Practice.May || license.Practice.Discipline != "probation" {
		s.t.Errorf("on probation: %+v", license.Practice)
	}
	before := as[common.License](s.student.get("/v1/licenses/" + license.Id.String() + "?on=2026-08-01").want(200))
	if before.Practice.May {
		s.t.Error("the license allows practice before its issue")
	}
	if all := as[licensureapi.Licenses](s.student.get(licenses).want(200)); len(all.Places) != 1 || all.Places[0].Answer != "yes" || all.Headline != "Florida: yes, discipline on record: probation." || len(all.Items) != 1 {
		s.t.Errorf("the therapist sees %+v", all)
	}
	s.historyOf(license)
	course.Title = "Manual Lymphatic Drainage I"
	s.registrar.update("PUT", path, course.Version, map[string]any{
		"code": "mld", "title": course.Title, "specialty": course.Specialty, "minutes": 2400, "prerequisites": course.Prerequisites,
	}).want(200)
	s.student.get(path).want(200)
}

// looks: someone records what they saw on the board's page.
func (s *story) looks(who client, license common.License, look map[string]any) common.License {
	s.t.Helper()
	path := "/v1/licenses/" + license.Id.String()
	in := parted(s.t, "look", look, "evidence", "page.pdf", []byte("%PDF-1.7 page"))
	in.headers = of(license.Version, nil).headers
	k := as[common.LicenseCheck](who.do("POST", path+"/looks", in).want(201))
	if k.Strength != "seen" || k.Address == "" {
		s.t.Errorf("the look is %+v", k)
	}
	if got := s.student.get(path + "/looks/" + k.Id.String() + "/evidence").want(200); string(got.body) != "%PDF-1.7 page" {
		s.t.Errorf("the copy of the page is %q", got.body)
	}
	return as[common.License](who.get(path).want(200))
}

// due: who has looked is on no worklist; the clinic has the license on its own.
func (s *story) due() {
	if list := as[licensureapi.LookDueList](s.employer.get("/v1/organizations/" + s.company + "/looks-due?limit=1").want(200)); len(list.Items) != 1 || list.Items[0].Answer != "could_not_check" || list.Items[0].Last.Strength != "register" {
		s.t.Errorf("due at the clinic are %+v", list)
	}
	s.employer.get("/v1/organizations/"+s.school+"/looks-due").refused(404, "not_found")
	s.student.get("/v1/organizations/"+s.school+"/looks-due").refused(403, "forbidden")
}

// isInspected: the employer sees all three, and the holder sees that.
func (s *story) isInspected() {
	full := as[employerapi.FullCheck](s.employer.twice("POST", "/v1/organizations/"+s.company+"/checks", call{body: map[string]string{"code": s.code}}).want(201))
	if full.Check.Outcome != "valid" || full.CertifiedMinutes != 36_000 || len(full.Specialties) != 1 {
		s.t.Errorf("the employer sees %+v", full)
	}
	for _, p := range full.Places { // what the school saw does not count for the clinic
		if p.Answer != "could_not_check" {
			s.t.Errorf("for the clinic %+v", p)
		}
	}
	s.due()
	if len(full.Licenses) != 2 || full.Licenses[0].Practice.Source == "" {
		s.t.Errorf("the licenses are %+v", full.Licenses)
	}
	seen := as[employerapi.DisclosureList](s.student.get("/v1/me/disclosures").want(200))
	if len(seen.Items) != 1 || seen.Items[0].OrganizationName != "Stillwater Spa" || seen.Items[0].Id != full.DisclosureId {
		s.t.Errorf("the student sees %+v", seen)
	}
	s.employer.get("/v1/organizations/" + s.company + "/checks").want(200)
	s.employer.get("/v1/enrollments/"+s.enrollment).refused(404, "not_found")
}

// isAudited: the school's administrator reads and exports who did what.
func (s *story) isAudited() {
	export := s.admin.get("/v1/organizations/" + s.school + "/audit/export").want(200)
	rows, err := csv.NewReader(strings.NewReader(string(export.body))).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	actions := map[string]int{}
	for _, row := range rows[1:] {
		actions[row[6]]++
	}
	for _, action := range []string{"entry.log", "entry.sign", "entry.return", "import.propose", "import.approve", "credential.issue"} {
		if actions[action] == 0 {
			s.t.Errorf("the audit has no %s: %v", action, actions)
		}
	}
	total, path := 0, "/v1/organizations/"+s.school+"/audit?limit=10"
	for path != "" {
		part := s.admin.get(path).want(200)
		list := as[accountapi.AuditEventList](part)
		total += len(list.Items)
		if path = next(part.header.Get("Link")); (path == "") != (list.NextCursor == "") {
			s.t.Fatalf("Link is %q, next_cursor %q", part.header.Get("Link"), list.NextCursor)
		}
	}
	if total != len(rows)-1 {
		s.t.Errorf("the list has %d events, the export %d", total, len(rows)-1)
	}
	s.registrar.get("/v1/organizations/"+s.school+"/audit").refused(403, "forbidden")
	s.employer.get("/v1/organizations/"+s.school+"/audit/export").refused(404, "not_found")
}

func next(link string) string {
	target, _, found := strings.Cut(link, `>; rel="next"`)
	if !found {
		return ""
	}
	return strings.TrimPrefix(target, "<")
}

// looksAround reads what the story did not need.
func (s *story) looksAround() {
	school := "/v1/organizations/" + s.school
	for who, paths := range map[*client][]string{
		&s.admin: {
			"/v1/me", "/v1/sessions", "/v1/tokens", school, school + "/members?role=registrar&limit=1", school + "/members?limit=1", school + "/invitations",
			school + "/tokens", school + "/audit",
		},
		&s.registrar: {
			school + "/programs", "/v1/programs/" + s.program, school + "/enrollments?q=in&state=completed", school + "/enrollments?limit=1", school + "/proposals?limit=1", school + "/credentials?limit=1", school + "/imports",
			school + "/proposals?state=certified", school + "/credentials", school + "/courses", school + "/course-completions",
		},
		&s.student: {
			"/v1/enrollments/" + s.enrollment, "/v1/enrollments/" + s.enrollment + "/credits?limit=2", "/v1/enrollments/" + s.enrollment + "/prefill",
			"/v1/therapists/" + s.therapist, "/v1/therapists/" + s.therapist + "/credentials", "/v1/me/disclosures",
		},
	} {
		for _, path := range paths {
			who.get(path).want(200)
		}
	}
}

// endsThings changes the school, makes and revokes tokens, and signs out.
func (s *story) endsThings() {
	school := "/v1/organizations/" + s.school
	o := as[common.Organization](s.admin.get(school).want(200))
	change := map[string]string{"name": "Brightwater School of Massage", "zone": o.Zone}
	s.admin.update("PUT", school, o.Version, change).want(200)
	s.admin.update("PUT", school, o.Version, change).refused(412, "stale")

	s.admin.post(school+"/tokens", map[string]any{"name": "export", "scopes": []string{"read"}, "days": 30, "role": "registrar"}).want(201)
	token := as[accountapi.Token](s.student.post("/v1/tokens", map[string]any{"name": "phone", "scopes": []string{"read", "write"}, "days": 30}).want(201))
	program := client{s.world, token.Secret}
	if me := as[accountapi.Me](program.get("/v1/me").want(200)); me.TherapistId.String() != s.therapist {
		s.t.Errorf("the token is %+v", me)
	}
	s.student.delete("/v1/tokens/" + token.Id.String()).want(204)
	program.get("/v1/me").refused(401, "unauthenticated")

	members := as[accountapi.MemberList](s.admin.get(school + "/members?role=supervisor").want(200))
	s.admin.delete("/v1/members/" + members.Items[0].Id.String()).want(204)
	s.supervisor.get(school+"/inbox").refused(404, "not_found")

	s.chooses()
	s.student = client{s.world, as[accountapi.Session](s.student.do("PUT", "/v1/me/password", call{body: map[string]string{
		"old_password": password, "new_password": "amber-heron-quilt-7",
	}}).want(200)).Token}
	s.leaves(school)
	s.student.delete("/v1/sessions/current").want(204)
	s.student.get("/v1/me").refused(401, "unauthenticated")
	s.registrar.delete("/v1/sessions").want(204)
	s.registrar.get("/v1/me").refused(401, "unauthenticated")
	s.signIn("rita@brightwater.example").get("/v1/me").want(200)
}

// chooses: the student has chosen a language, in which answers come.
func (s *story) chooses() {
	choose := func(tag string) *answer {
		return s.student.do("PUT", "/v1/me/language", call{body: map[string]string{"language": tag}})
	}
	choose("tlh").refused(422, "unknown_language")
	choose("en-XA").want(204)
	if me := as[accountapi.Me](s.student.get("/v1/me").want(200)); me.Language != "en-XA" {
		s.t.Errorf("I am %+v", me)
	}
	lost := as[common.Problem](s.student.get("/v1/organizations/" + s.therapist).want(404))
	if want := words.Of("en-XA").Say("not_found.organization"); !strings.Contains(lost.Detail, want) {
		s.t.Errorf("the detail is %q, and lacks %q", lost.Detail, want)
	}
	choose("").want(204)
}

// leaves: the student takes another address, forgets the password and leaves
// the school, and the record stays theirs.
func (s *story) leaves(school string) {
	const former, now, other = "ines@brightwater.example", "ines@home.example", "velvet-lemur-anchor-3"
	s.student.post("/v1/me/address", map[string]string{"email": now, "password": "wrong-wrong-wrong"}).refused(401, "bad_credentials")
	s.student.post("/v1/me/address", map[string]string{"email": now, "password": "amber-heron-quilt-7"}).want(204)
	s.nobody.post("/v1/addresses/confirm", map[string]string{"token": s.letter(now)}).want(204)
	s.nobody.post("/v1/addresses/confirm", map[string]string{"token": s.letter(now)}).refused(404, "link_invalid")
	s.nobody.post("/v1/password-resets", map[string]string{"email": former}).want(204)
	s.nobody.post("/v1/password-resets", map[string]string{"email": now}).want(204)
	s.nobody.post("/v1/password-resets/complete", map[string]string{"token": s.letter(now), "password": other}).want(204)
	s.student.get("/v1/me").refused(401, "unauthenticated")
	s.student = client{s.world, as[accountapi.Session](s.nobody.post("/v1/sessions", map[string]string{"email": now, "password": other}).want(201)).Token}

	students := as[accountapi.MemberList](s.admin.get(school + "/members?role=student").want(200))
	for _, m := range students.Items {
		if m.Email == now {
			s.admin.delete("/v1/members/" + m.Id.String()).want(204)
		}
	}
	all := as[certifyapi.Credentials](s.student.get("/v1/therapists/" + s.therapist + "/credentials").want(200))
	if len(all.Items) == 0 {
		s.t.Fatal("anyone who has left has no certificate any more")
	}
	s.student.get("/v1/credentials/" + all.Items[0].Id.String() + "/record").want(200)
}

func (s *story) ledgerIsSound() {
	differences, err := s.services.Logbook.Doctor(context.Background())
	if err != nil || len(differences) > 0 {
		s.t.Errorf("the doctor finds %+v, %v", differences, err)
	}
}

package rest_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/continuing/continuingapi"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/career/specialty/specialtyapi"
	"github.com/palmar/palmar/pkg/judge/standard"
)

var certificate = []byte("%PDF-1.7\ncertificate\n%%EOF")

// attach uploads a certificate.
func (c client) attach(path, name string, version string, body []byte) *answer {
	return c.do("PUT", path+"/document?filename="+name, call{body: body, media: "application/octet-stream", headers: map[string]string{"If-Match": version}})
}

// keepsLearning: a therapist plans a cycle to the end, takes the courses, reports
// them, and exports the proof for an audit that a school draws.
func (s *story) keepsLearning() {
	person := "/v1/therapists/" + s.therapist
	license := as[licensureapi.Licenses](s.student.get(person + "/licenses").want(200)).Items[0]
	cycle := func() continuingapi.CECycle {
		return as[continuingapi.CECycles](s.student.get(person + "/ce/cycles").want(200)).Items[0]
	}
	// Licensed on Aug 30, 2026 in Florida: a first cycle to Aug 31, 2027 of 13 months or
	// part, less the completed course of this school, which counts at once.
	first := cycle()
	if !first.Known || first.To.String() != "2027-08-31" || !first.First || first.Done.Required != 780 || first.Done.Valid != 2400 || !first.Activities[0].Activity.CourseHere {
		s.t.Fatalf("the cycle is %+v", first)
	}
	if first.Done.Met || first.Projected.Met {
		s.t.Errorf("ethics, law, errors and trafficking are missing, and it is met")
	}
	s.providers()
	s.registrar.do("PUT", "/v1/courses/"+someID+"/ce", call{body: map[string]any{"type": "live"}}).refused(404, "not_found")
	courses := as[specialtyapi.CourseList](s.registrar.get("/v1/organizations/" + s.school + "/courses").want(200))
	s.registrar.do("PUT", "/v1/courses/"+courses.Items[0].Id.String()+"/ce", call{body: map[string]any{"type": "live", "hands_on": 1800}}).want(200)

	plan := map[string]any{
		"title": "Florida in a Day", "type": "live", "on": "2026-12-05", "amount": "7 contact hours",
		"lines": []map[string]any{{"subject": "errors", "minutes": 120}, {"subject": "law", "minutes": 120}, {"subject": "ethics", "minutes": 120}, {"subject": "trafficking", "minutes": 60}},
	}
	bad := map[string]any{"title": "x", "type": "dream", "on": "2026-12-05", "amount": "7"}
	if p := s.student.post(person+"/ce/activities", bad).refused(422, "invalid"); p.field("amount") == "" {
		s.t.Errorf("an amount without its unit is %+v", p)
	}
	a := as[continuingapi.CEActivity](s.student.post(person+"/ce/activities", plan).want(201))
	if a.State != continuing.CEPlanned || a.Minutes != 420 || a.Ces != "7 CEs" || a.Amount != "7 contact hours" {
		s.t.Errorf("planned is %+v", a)
	}
	if c := cycle(); !c.Planned || c.Done.Met || c.Projected.Answer != common.Ask || c.Projected.Met || len(c.Projected.Ask) != 1 { // no primary source says that the cycle ends in August
		s.t.Errorf("with the plan it would be enough: %+v", c.Projected)
	}
	one := "/v1/ce/activities/" + a.Id.String()
	s.student.update("POST", one+"/report", a.Version, nil).refused(409, "still_planned")
	plan["completed"], plan["on"] = true, "2026-09-01"
	a = as[continuingapi.CEActivity](s.student.update("PUT", one, a.Version, plan).want(200))
	if p := s.student.update("POST", one+"/report", a.Version, nil).refused(422, "invalid"); p.field("provider_number") == "" || p.field("program_number") == "" || p.field("document") == "" {
		s.t.Errorf("lacking is %+v", p)
	}
	for field, value := range map[string]any{
		"participant": "Inês Castro", "provider_name": "Lakeside Institute", "provider_body": "FL", "provider_number": "50-1234",
		"provider_contact": "office@lakeside.example", "signed": true, "approved": "0.7 CEU", "license_number": "MA 12345", "program_number": "20-1",
	} {
		plan[field] = value
	}
	a = as[continuingapi.CEActivity](s.student.update("PUT", one, a.Version, plan).want(200))
	a = as[continuingapi.CEActivity](s.student.attach(one, "certificate.pdf", `"3"`, certificate).want(200))
	file := s.student.get(one + "/document").want(200)
	if !bytes.Equal(file.body, certificate) || file.header.Get("Content-Type") != "application/octet-stream" ||
		file.header.Get("Content-Disposition") != "attachment; filename=certificate.pdf" || file.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" ||
		file.header.Get("X-Content-Type-Options") != "nosniff" {
		s.t.Errorf("the certificate has %v", file.header)
	}
	a = as[continuingapi.CEActivity](s.student.update("POST", one+"/report", a.Version, nil).want(200))
	if !a.ProviderKnown || a.State != continuing.CEReported {
		s.t.Errorf("reported is %+v", a)
	}
	if q := as[continuingapi.CEActivityList](s.registrar.get("/v1/organizations/" + s.school + "/ce/activities").want(200)); len(q.Items) != 1 || q.Items[0].Id != a.Id {
		s.t.Errorf("the school has to decide on %+v", q.Items)
	}
	s.student.update("POST", one+"/accept", a.Version, nil).refused(403, "forbidden")
	s.registrar = s.registrar.confirmed()
	a = as[continuingapi.CEActivity](s.registrar.update("POST", one+"/reject", a.Version, map[string]string{"reason": "Which instructor?"}).want(200))
	a = as[continuingapi.CEActivity](s.student.update("POST", one+"/report", a.Version, nil).want(200))
	a = as[continuingapi.CEActivity](s.registrar.update("POST", one+"/accept", a.Version, nil).want(200))
	c := cycle()
	if c.Proven.Answer != common.Ask || len(c.Activities) != 2 || c.Activities[1].Duties[0].Due.String() != "2026-10-01" {
		s.t.Errorf("the cycle is %+v", c)
	}
	s.drops(person)
	s.proves(license)
	s.isExcused(license)
	s.isDrawn(license, a)
}

// providers: one that the school knows, one that everybody knows.
func (s *story) providers() {
	path := "/v1/organizations/" + s.school + "/ce/providers"
	in := map[string]any{"name": "Lakeside", "numbers": []map[string]any{{"body": "FL", "number": "50-1234"}}}
	p := as[continuingapi.CEProvider](s.registrar.post(path, in).want(201))
	in["name"], in["contact"] = "Lakeside Institute", "office@lakeside.example"
	s.registrar.update("PUT", "/v1/ce/providers/"+p.Id.String(), p.Version, in).want(200)
	in["numbers"] = []map[string]any{{"body": "NCBTMB", "number": "451"}}
	s.registrar.post("/v1/ce/providers", in).refused(404, "not_found")
	if common := as[continuingapi.CEProvider](s.admin.post("/v1/ce/providers", in).want(201)); !common.Common {
		s.t.Errorf("for all schools it is %+v", common)
	}
	if all := as[continuingapi.CEProviderList](s.student.get(path).want(200)); len(all.Items) != 2 {
		s.t.Errorf("the student sees %+v", all)
	}
}

// drops: what was planned by mistake.
func (s *story) drops(person string) {
	a := as[continuingapi.CEActivity](s.student.post(person+"/ce/activities", map[string]any{"title": "Mistake", "type": "webinar", "on": "2026-12-01", "amount": "90 min"}).want(201))
	s.student.get("/v1/ce/activities/" + a.Id.String()).want(200)
	s.employer.get("/v1/ce/activities/"+a.Id.String()).refused(404, "not_found")
	s.student.update("DELETE", "/v1/ce/activities/"+a.Id.String(), a.Version, nil).want(204)
	if list := as[continuingapi.CEActivityList](s.student.get(person + "/ce/activities?state=accepted&limit=1").want(200)); len(list.Items) != 1 {
		s.t.Errorf("accepted are %+v", list.Items)
	}
}

// proves: the therapist's own export.
func (s *story) proves(license common.License) {
	past := as[continuingapi.CECycles](s.student.get("/v1/licenses/" + license.Id.String() + "/ce/cycles").want(200))
	if len(past.Items) != 1 || !past.Items[0].First {
		s.t.Errorf("the cycles are %+v", past.Items)
	}
	file := s.student.get("/v1/licenses/" + license.Id.String() + "/ce/proof").want(200)
	z, err := zip.NewReader(bytes.NewReader(file.body), int64(len(file.body)))
	if err != nil || !strings.Contains(file.header.Get("Content-Disposition"), "continuing-education.zip") {
		s.t.Fatal(err, file.header)
	}
	var proof continuing.Proof
	for _, f := range z.File {
		if f.Name == "proof.json" {
			r, err := f.Open()
			if err != nil {
				s.t.Fatal(err)
			}
			err = json.NewDecoder(r).Decode(&proof)
			if err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if len(z.File) != 3 || len(proof.Activities) != 2 || proof.Standing.Answer != standard.Ask || proof.Activities[0].Certificate != "certificates/01-certificate.pdf" {
		s.t.Errorf("the proof has %d files: %+v", len(z.File), proof)
	}
	s.employer.do(http.MethodGet, "/v1/licenses/"+license.Id.String()+"/ce/proof", call{}).refused(404, "not_found")
}

// isExcused: a waiver that an authority grants, and an extension that it refuses.
func (s *story) isExcused(license common.License) {
	path := "/v1/licenses/" + license.Id.String() + "/ce/leaves"
	waiver := as[continuingapi.CELeave](s.student.post(path, map[string]any{"kind": "waiver", "minutes": 60, "reason": "Illness"}).want(201))
	one := "/v1/ce/leaves/" + waiver.Id.String()
	s.registrar.update("POST", one+"/approve", waiver.Version, map[string]any{"authority": "", "granted_on": "2026-09-01"}).refused(422, "required")
	waiver = as[continuingapi.CELeave](s.registrar.update("POST", one+"/approve", waiver.Version, map[string]any{"authority": "Florida Board", "granted_on": "2026-09-01"}).want(200))
	if waiver.State != continuing.CELeaveApproved || waiver.CycleTo.String() != "2027-08-31" {
		s.t.Errorf("the waiver is %+v", waiver)
	}
	s.student.get(one).want(200)
	extension := as[continuingapi.CELeave](s.student.post(path, map[string]any{"kind": "extension", "until": "2027-12-31", "reason": "Illness"}).want(201))
	s.registrar.update("POST", "/v1/ce/leaves/"+extension.Id.String()+"/decline", extension.Version, map[string]string{"reason": "Refused by the board."}).want(200)
}

// isDrawn: the school audits the cycles that end in August, until the draw falls
// on this one.
func (s *story) isDrawn(license common.License, a continuingapi.CEActivity) {
	path := "/v1/organizations/" + s.school + "/ce/audits"
	one := ""
	for day := 1; one == "" && day < 30; day++ {
		one = s.draws(path, map[string]any{"jurisdiction": "FL", "ends_from": fmt.Sprintf("2027-08-%02d", day), "ends_to": "2027-08-31"}, license)
	}
	if one == "" {
		s.t.Fatal("nobody draws this cycle")
	}
	drawn := one + "/people/" + license.Id.String()
	if e := as[continuingapi.CEEvidence](s.registrar.get(drawn).want(200)); e.Cycle.Proven.Answer != common.Ask || len(e.Cycle.Activities) != 2 {
		s.t.Errorf("the evidence is %+v", e)
	}
	s.registrar.post(drawn+"/decision", map[string]string{"outcome": "rejected"}).refused(422, "required")
	s.registrar.post(drawn+"/decision", map[string]string{"outcome": "accepted"}).want(200)
	if got := as[continuingapi.CEActivity](s.student.get("/v1/ce/activities/" + a.Id.String()).want(200)); got.State != continuing.CEAudited {
		s.t.Errorf("after the audit it is %s", got.State)
	}
	s.student.get(one).refused(403, "forbidden")
	s.employer.get(one).refused(404, "not_found")
}

// draws begins an audit and draws; it gives the audit's path where the cycle of
// the license is drawn.
func (s *story) draws(path string, in map[string]any, license common.License) string {
	keyed := call{body: in, headers: map[string]string{"Idempotency-Key": fmt.Sprint(in["ends_from"])}}
	first, again := s.registrar.do("POST", path, keyed).want(201), s.registrar.do("POST", path, keyed).want(201)
	if again.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(first.body, again.body) { // where no seed is either
		s.t.Errorf("began %s\nagain %s", first.body, again.body)
	}
	audit := as[continuingapi.CEAudit](again)
	if audit.Seed != "" || audit.Population < 1 || audit.Percent != 10 {
		s.t.Errorf("the audit is %+v", audit)
	}
	s.registrar.post(path, in).refused(409, "duplicate")
	one := "/v1/ce/audits/" + audit.Id.String()
	s.registrar.get(one+"/draw").refused(409, "not_drawn")
	audit = as[continuingapi.CEAudit](s.registrar.update("POST", one+"/draw", audit.Version, map[string]string{"word": "Lotto 2026-08-31: 3 9 27"}).want(200))
	raw := s.registrar.get(one + "/draw").want(200)
	var draw continuing.CEDraw
	if err := json.Unmarshal(raw.body, &draw); err != nil || draw.Verify() != nil || audit.Seed == "" {
		s.t.Errorf("the draw is %s: %v, %v", raw.body, err, draw.Verify())
	}
	if all := as[continuingapi.CEAuditList](s.registrar.get(path).want(200)); len(all.Items) == 0 {
		s.t.Errorf("the audits are %+v", all)
	}
	s.registrar.get(one).want(200)
	sample := as[continuingapi.CESample](s.registrar.get(one + "/people").want(200))
	if len(sample.Items) != 1 {
		s.t.Fatalf("drawn are %+v", sample)
	}
	if sample.Items[0].LicenseId != license.Id {
		return ""
	}
	return one
}

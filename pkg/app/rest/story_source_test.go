package rest_test

import (
	"encoding/json"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
)

// movesSchool: a student goes to another school, which takes the signed hours over
// without paper, by their grant, and is told when the first school reverses some.
func (s *story) movesSchool() {
	bo := s.signIn("bo@brightwater.example")
	mine := as[logbookapi.EnrollmentRows](bo.get("/v1/me/enrollments").want(200))
	first := mine.Items[0].Enrollment
	var signed []logbookapi.Entry
	for _, day := range []string{"2026-08-20", "2026-08-21"} {
		e := as[logbookapi.Entry](bo.post("/v1/enrollments/"+first.Id.String()+"/entries", s.session(day, "09:00", "11:00")).want(201))
		s.signs(e)
		signed = append(signed, as[logbookapi.EntryDetail](bo.get("/v1/entries/"+e.Id.String()).want(200)).Entry)
	}
	operator := s.signIn("ada@brightwater.example")
	next := as[common.Organization](operator.post("/v1/organizations", map[string]string{
		"kind": "school", "name": "Lakeside School", "zone": "America/Chicago", "admin_email": "lou@lakeside.example", "admin_name": "Lou Lake",
	}).want(201))
	org := next.Id.String()
	lou := s.accepts("lou@lakeside.example", "Lou Lake")
	rae := lou.invited(org, "rae@lakeside.example", "Rae Lake", "registrar")
	rules, err := standard.Demo().Marshal()
	if err != nil {
		s.t.Fatal(err)
	}
	program := as[logbookapi.ProgramVersion](rae.post("/v1/organizations/"+org+"/programs", map[string]any{
		"code": "mmf", "title": "Foundations", "standard": json.RawMessage(rules),
	}).want(201))
	e := as[common.Enrollment](rae.post("/v1/organizations/"+org+"/enrollments", map[string]any{
		"email": "bo@brightwater.example", "name": "Bo Lind", "program_id": program.ProgramId, "enrolled_on": "2026-09-01",
	}).want(201))
	sources := "/v1/enrollments/" + e.Id.String() + "/transfer-sources"
	path := "/v1/enrollments/" + e.Id.String() + "/transfers/from-credits"
	in := map[string]any{
		"source_enrollment_id": first.Id, "school_license": "MS 0042", "subjects": []map[string]string{{"from": "massage-practice", "to": "massage-practice"}},
	}
	// Before the file is part of the record, and without a grant, nothing is told.
	if seen := as[logbookapi.TransferSources](rae.get(sources).want(200)); seen.Granted || len(seen.Items) != 0 {
		s.t.Errorf("told %+v", seen)
	}
	rae.post(path, in).refused(409, "grant_required")
	bo = bo.confirmed()
	as[grantapi.StudentFile](bo.post("/v1/me/student-files/"+e.TherapistId.String()+"/accept", map[string]any{"scopes": []string{"hours_detail"}}).want(200))
	seen := as[logbookapi.TransferSources](rae.get(sources).want(200))
	if !seen.Granted || len(seen.Items) != 1 || seen.Items[0].Minutes != 240 || seen.Items[0].School != "Brightwater School" || seen.Items[0].Lines[0].Sessions != 2 {
		s.t.Errorf("shown %+v", seen)
	}
	hours := "/v1/therapists/" + e.TherapistId.String() + "/hours"
	all := as[logbookapi.TherapistHours](rae.get(hours).want(200)).Items
	if len(all) != 2 || all[0].School != "Brightwater School" && all[1].School != "Brightwater School" || all[0].Recorded+all[1].Recorded != 240 || all[0].Shown != common.HoursDetail || len(all[1].Subjects) == 0 {
		s.t.Errorf("the hours are %+v", all)
	}
	if own := as[logbookapi.TherapistHours](bo.get(hours).want(200)).Items; len(own) != 2 {
		s.t.Errorf("their own hours are %+v", own)
	}
	s.nobody.get(hours).refused(401, "unauthenticated")
	s.employer.get(hours).refused(404, "not_found")
	s.registrar.get(sources).refused(404, "not_found")
	bo.get(sources).refused(403, "forbidden")

	in["subjects"] = []map[string]string{{"from": "massage-practice", "to": "juggling"}}
	if p := rae.post(path, in).refused(422, "unknown_subject"); p.field("subjects[0].to") == "" {
		s.t.Errorf("an unknown subject is %+v", p)
	}
	in["subjects"] = []map[string]string{{"from": "massage-practice", "to": "massage-practice"}}
	in["source_enrollment_id"] = s.enrollment
	rae.post(path, in).refused(404, "not_found")
	in["source_enrollment_id"] = first.Id
	t := as[logbookapi.Transfer](rae.post(path, in).want(201))
	if one := as[logbookapi.Transfer](rae.get("/v1/transfers/" + t.Id.String()).want(200)); len(one.Source.Subjects) != 1 || one.Source.Subjects[0].From != "massage-practice" || one.Source.Subjects[0].Minutes != 240 {
		s.t.Errorf("what becomes what: %+v", one.Source.Subjects)
	}
	if t.Minutes != 240 || t.Source.EnrollmentId != first.Id || t.Source.Digest == "" || t.HasDocument {
		s.t.Errorf("proposed %+v", t)
	}
	rae.post(path, in).refused(409, "nothing_to_transfer")
	one := "/v1/transfers/" + t.Id.String()
	rae, lou = rae.confirmed(), lou.confirmed()
	rae.update("POST", one+"/accept", t.Version, nil).refused(403, "same_person")
	t = as[logbookapi.Transfer](lou.update("POST", one+"/accept", t.Version, nil).want(200))
	s.registrar.get(one).refused(404, "not_found")

	handed := as[logbookapi.HandoverList](s.registrar.get("/v1/organizations/" + s.school + "/handovers").want(200))
	if len(handed.Items) != 1 || handed.Items[0].To != "Lakeside School" || handed.Items[0].Minutes != 240 || handed.Items[0].Interest != "transfer" {
		s.t.Errorf("handed on %+v", handed)
	}
	s.registrar.get("/v1/organizations/"+org+"/handovers").refused(404, "not_found")
	if own := as[logbookapi.HandoverList](bo.get("/v1/me/handovers").want(200)); len(own.Items) != 1 || own.Items[0].From != "Brightwater School" {
		s.t.Errorf("the student sees %+v", own)
	}
	if looks := as[grantapi.LookList](bo.get("/v1/me/looks").want(200)); len(looks.Items) == 0 || looks.Items[0].OrganizationId != next.Id || looks.Items[0].Scope != "hours_detail" {
		s.t.Errorf("looks %+v", looks)
	}

	lou.update("POST", one+"/stand-by", t.Version, map[string]string{"reason": "Nothing yet."}).refused(409, "nothing_lost")
	fixed := s.session("2026-08-20", "09:00", "10:00")
	delete(fixed, "submit")
	fixed["reason"] = "An hour earlier."
	s.signs(as[logbookapi.Entry](bo.update("POST", "/v1/entries/"+signed[0].Id.String()+"/corrections", signed[0].Version, fixed).want(201)))
	if lost := as[logbookapi.Transfer](rae.get(one).want(200)); lost.Source.Lost != 120 || lost.Source.LostAt.IsZero() {
		s.t.Errorf("lost %+v", lost.Source)
	}
	lou = lou.confirmed()
	kept := as[logbookapi.Transfer](lou.update("POST", one+"/stand-by", t.Version, map[string]string{"reason": "We saw the sheet."}).want(200))
	if kept.Source.Lost != 0 || kept.Source.StoodByName != "Lou Lake" || kept.Source.StoodByReason != "We saw the sheet." {
		s.t.Errorf("kept %+v", kept.Source)
	}
}

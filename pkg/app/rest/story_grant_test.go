package rest_test

import (
	"encoding/json"
	"slices"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
)

// shares: the student lets the school and an employer see the record. Before, and once
// that is ended, both are told that there is nobody.
func (s *story) shares() {
	licenses := "/v1/therapists/" + s.therapist + "/licenses"
	if l := as[licensureapi.Licenses](s.registrar.get(licenses).want(200)); len(l.Items) != 0 {
		s.t.Errorf("the school sees %+v", l)
	}
	s.registrar.post(licenses, map[string]any{"jurisdiction": "FL", "number": "MA9", "status": "active", "method": "document", "source": "Card", "checked_on": "2026-09-01", "effective_on": "2026-08-01"}).refused(404, "not_found")
	s.employer.get(licenses).refused(404, "not_found")

	slug := as[common.Organization](s.registrar.get("/v1/organizations/" + s.school).want(200)).Slug
	everything := map[string]any{"organization": slug, "scopes": access.Scopes, "purpose": "education", "months": 24}
	s.student.post("/v1/me/grants", map[string]any{"organization": "nowhere", "scopes": access.Scopes, "purpose": "education"}).refused(422, "unknown_organization")
	s.student.post("/v1/me/grants", map[string]any{"organization": slug, "scopes": []string{"everything"}, "purpose": "education"}).refused(422, "unknown_part")
	g := as[grantapi.Grant](s.student.post("/v1/me/grants", everything).want(201))
	if !g.Live || g.Words == "" || g.OrganizationId.String() != s.school {
		s.t.Errorf("given %+v", g)
	}
	s.registrar.get(licenses).want(200)
	ended := as[grantapi.Grant](s.student.post("/v1/grants/"+g.Id.String()+"/end", nil).want(200))
	if ended.Live || ended.EndedBy != "therapist" {
		s.t.Errorf("ended %+v", ended)
	}
	s.registrar.post(licenses, map[string]any{"jurisdiction": "FL", "number": "MA9", "status": "active", "method": "document", "source": "Card", "checked_on": "2026-09-01", "effective_on": "2026-08-01"}).refused(404, "not_found")
	s.student.post("/v1/grants/"+g.Id.String()+"/end", nil).refused(409, "grant_over")
	s.student.post("/v1/me/grants", everything).want(201)

	asked := func(c client, org, email string) grantapi.GrantRequest {
		return as[grantapi.GrantRequest](c.post("/v1/organizations/"+org+"/grant-requests", map[string]any{
			"email": email, "scopes": access.Scopes, "purpose": "employment", "months": 24, "note": "For your first day.",
		}).want(201))
	}
	accepted, refused, unknown := asked(s.employer, s.company, "ines@brightwater.example"), asked(s.registrar, s.school, "ines@brightwater.example"), asked(s.registrar, s.school, "nobody@nowhere.example")
	waiting := as[grantapi.ReceivedGrantRequestList](s.student.get("/v1/me/grant-requests").want(200))
	if len(waiting.Items) != 2 || !waiting.Items[0].Open || waiting.Items[1].OrganizationName != "Stillwater Spa" {
		s.t.Errorf("waiting %+v", waiting)
	}
	mine := "/v1/me/grant-requests/"
	s.supervisor.post(mine+accepted.Id.String()+"/accept", map[string]any{"scopes": access.Scopes}).refused(404, "not_found")
	s.student.post(mine+refused.Id.String()+"/refuse", nil).want(200)
	s.student.post(mine+refused.Id.String()+"/accept", map[string]any{"scopes": access.Scopes}).refused(409, "request_over")
	some := slices.DeleteFunc(slices.Clone(access.Scopes), func(s access.Scope) bool { return s == access.ScopeCE || s == access.ScopeHoursDetail })
	if g := as[grantapi.Grant](s.student.post(mine+accepted.Id.String()+"/accept", map[string]any{"scopes": some, "months": 24}).want(201)); g.Purpose != grant.PurposeEmployment {
		s.t.Errorf("accepted %+v", g)
	}
	if w := as[grantapi.GrantRequest](s.registrar.post("/v1/grant-requests/"+unknown.Id.String()+"/withdraw", nil).want(200)); w.Answer != "withdrawn" {
		s.t.Errorf("withdrawn %+v", w)
	}
	if all := as[grantapi.GrantRequestList](s.registrar.get("/v1/organizations/" + s.school + "/grant-requests").want(200)); len(all.Items) != 2 || all.Items[1].Answer != "none" {
		s.t.Errorf("a refusal is told: %+v", all)
	}
	if all := as[grantapi.GrantRequestList](s.employer.get("/v1/organizations/" + s.company + "/grant-requests").want(200)); len(all.Items) != 1 || all.Items[0].Answer != "accepted" {
		s.t.Errorf("asked %+v", all)
	}
	had := as[grantapi.GrantList](s.registrar.get("/v1/organizations/" + s.school + "/grants").want(200))
	if len(had.Items) != 2 || !had.Items[0].Live || had.Items[1].Live {
		s.t.Errorf("the school has %+v", had)
	}
	s.registrar.get("/v1/grants/" + had.Items[0].Id.String()).want(200)
	s.employer.get("/v1/grants/"+had.Items[0].Id.String()).refused(404, "not_found")
	if own := as[grantapi.GrantList](s.student.get("/v1/me/grants").want(200)); len(own.Items) != 3 {
		s.t.Errorf("given %+v", own)
	}
	if looks := as[grantapi.LookList](s.student.get("/v1/me/looks").want(200)); len(looks.Items) == 0 || looks.Items[0].OrganizationId.String() != s.school {
		s.t.Errorf("looks %+v", looks)
	}
	if hours := as[logbookapi.TherapistHours](s.employer.get("/v1/therapists/" + s.therapist + "/hours").want(200)).Items; len(hours) != 1 || hours[0].Shown != common.HoursSummary || hours[0].Subjects != nil || hours[0].Required == 0 {
		s.t.Errorf("the employer sees the hours %+v", hours)
	}
	if looks := as[grantapi.LookList](s.student.get("/v1/me/looks").want(200)); looks.Items[0].OrganizationId.String() != s.company || looks.Items[0].Scope != access.ScopeHoursSummary {
		s.t.Errorf("the look at hours is %+v", looks.Items[0])
	}
	relations := as[grantapi.RelationList](s.student.get("/v1/me/relations").want(200))
	if len(relations.Items) != 2 || !relations.Items[0].KeepsFile || relations.Items[0].LookedAt.IsZero() || relations.Items[1].KeepsFile || len(relations.Items[1].Grants) != 1 {
		s.t.Errorf("relations %+v", relations)
	}
}

// joins: a school's file of a person is part of their record once they accept it, and
// never of that of another who has the address now.
func (s *story) joins() {
	enroll := func(email, name string, same any) common.Enrollment {
		return as[common.Enrollment](s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
			"email": email, "name": name, "program_id": s.program, "enrolled_on": "2026-06-01", "same_person": same,
		}).want(201))
	}
	e := enroll("p.hale@brightwater.example", "Pat Hale", nil)
	if e.Name != "Pat Hale" {
		s.t.Errorf("enrolled %+v", e)
	}
	files := as[grantapi.StudentFileList](s.supervisor.get("/v1/me/student-files").want(200))
	if len(files.Items) != 1 || files.Items[0].TherapistId != e.TherapistId || files.Items[0].OrganizationId.String() != s.school {
		s.t.Fatalf("files %+v", files)
	}
	if mine := as[logbookapi.EnrollmentRows](s.supervisor.get("/v1/me/enrollments").want(200)); len(mine.Items) != 0 {
		s.t.Errorf("a file that is not accepted is part of the record: %+v", mine)
	}
	path := "/v1/me/student-files/" + e.TherapistId.String()
	s.student.post(path+"/accept", map[string]any{"scopes": []string{}}).refused(404, "not_found")
	s.supervisor.post(path+"/accept", map[string]any{}).refused(422, "required")
	if f := as[grantapi.StudentFile](s.supervisor.post(path+"/decline", nil).want(200)); f.DeclinedAt.IsZero() {
		s.t.Errorf("declined %+v", f)
	}
	if files := as[grantapi.StudentFileList](s.supervisor.get("/v1/me/student-files").want(200)); len(files.Items) != 0 {
		s.t.Errorf("who declined is asked again: %+v", files)
	}
	if f := as[grantapi.StudentFile](s.supervisor.post(path+"/accept", map[string]any{"scopes": []string{"specialties"}}).want(200)); f.JoinedAt.IsZero() {
		s.t.Errorf("accepted %+v", f)
	}
	s.supervisor.post(path+"/accept", map[string]any{"scopes": []string{}}).refused(404, "not_found")
	if mine := as[logbookapi.EnrollmentRows](s.supervisor.get("/v1/me/enrollments").want(200)); len(mine.Items) != 1 || mine.Items[0].Enrollment.Id != e.Id {
		s.t.Errorf("the record has %+v", mine)
	}
	leave := "/v1/me/schools/" + s.school + "/leave"
	s.supervisor.post(leave, nil).want(204)
	s.supervisor.post(leave, nil).refused(404, "not_found")
	if g := as[grantapi.GrantList](s.supervisor.get("/v1/me/grants").want(200)); len(g.Items) != 1 || g.Items[0].Live {
		s.t.Errorf("a school that was left sees %+v", g)
	}
	s.supervisor.get("/v1/enrollments/" + e.Id.String()).want(200)
	s.leftAndBack(e)

	// An address that another person has now.
	s.employer = s.signIn("eve@stillwater.example")
	other := enroll("eve@stillwater.example", "Adam Former", nil)
	s.employer.post("/v1/me/student-files/"+other.TherapistId.String()+"/accept", map[string]any{"scopes": []string{}}).refused(409, "other_holder")
	file := "/v1/enrollments/" + other.Id.String() + "/student"
	s.employer.update("PUT", file, 1, map[string]string{"name": "Eve Long", "email": "eve@stillwater.example"}).refused(404, "not_found")
	s.registrar.update("PUT", file, other.Version, map[string]string{"name": "Adam Former", "email": "ines@brightwater.example"}).refused(422, "email_of_other")
	s.registrar.do("PUT", file, call{body: map[string]string{"name": "Adam Q. Formerly", "email": "eve@stillwater.example"}}).refused(428, "precondition_required")
	if c := as[common.Enrollment](s.registrar.update("PUT", file, other.Version, map[string]string{"name": "Adam Q. Formerly", "email": "eve@stillwater.example"}).want(200)); c.Name != "Adam Q. Formerly" || c.Version != other.Version+1 {
		s.t.Errorf("corrected %+v", c)
	}
	s.registrar.update("PUT", file, other.Version, map[string]string{"name": "Adam Former", "email": "eve@stillwater.example"}).refused(412, "stale")
	s.registrar.do("PUT", "/v1/enrollments/"+e.Id.String()+"/student", call{body: map[string]string{"name": "Pat Hale", "email": "pat@elsewhere.example"}, headers: map[string]string{"If-Match": "*"}}).refused(409, "name_is_theirs")
	s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
		"email": "eve@stillwater.example", "name": "Eve Long", "program_id": s.program, "enrolled_on": "2026-06-01",
	}).refused(422, "other_name")
	own := enroll("eve@stillwater.example", "Eve Long", false)
	if own.TherapistId == other.TherapistId {
		s.t.Error("the new holder of an address has the file of the former")
	}
	s.doubts()
	files = as[grantapi.StudentFileList](s.employer.get("/v1/me/student-files").want(200))
	if len(files.Items) != 1 || files.Items[0].TherapistId != own.TherapistId {
		s.t.Errorf("files %+v", files)
	}
}

// leftAndBack: a school that was left keeps the file and what is in it, begins nothing on
// the person's record, and sends the link to come back.
func (s *story) leftAndBack(e common.Enrollment) {
	path := "/v1/enrollments/" + e.Id.String()
	if kept := as[common.Enrollment](s.registrar.get(path).want(200)); kept.StudentFile != common.StudentFileLeft {
		s.t.Errorf("the school sees %+v", kept)
	}
	s.supervisor.post(path+"/entries", map[string]any{
		"date": "2026-09-03", "start": "10:00", "end": "11:00", "subject": "pathology", "setting": "lab", "delivery": "in-person", "supervisor_id": s.supervisorID, "submit": true,
	}).refused(403, "student_left")
	s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
		"email": "p.hale@brightwater.example", "name": "Pat Hale", "program_id": s.program, "enrolled_on": "2026-07-01",
	}).refused(409, "still_enrolled")
	s.registrar.post(path+"/invitation", nil).want(200)
	s.supervisor.post("/v1/invitations/accept", map[string]string{"token": s.letter("p.hale@brightwater.example"), "password": password}).want(201)
	if back := as[common.Enrollment](s.registrar.get(path).want(200)); back.StudentFile != common.StudentFileAccepted {
		s.t.Errorf("back: %+v", back)
	}
	s.registrar.post(path+"/invitation", nil).refused(409, "already_joined")
	s.employer.post(path+"/invitation", nil).refused(404, "not_found")
	s.supervisor.post("/v1/me/schools/"+s.school+"/leave", nil).want(204)
}

// doubts: a session that the student has logged at another school, too, does not count
// there until that school has decided.
func (s *story) doubts() {
	made := as[common.Organization](s.admin.post("/v1/organizations", map[string]string{
		"kind": "school", "name": "Northlight School", "zone": "America/New_York", "admin_email": "nora@northlight.example", "admin_name": "Nora North",
	}).want(201))
	school := made.Id.String()
	nora := s.accepts("nora@northlight.example", "Nora North")
	teacher := nora.invited(school, "tess@northlight.example", "Tess Teach", "supervisor")
	v := as[logbookapi.ProgramVersion](nora.post("/v1/organizations/"+school+"/programs", map[string]any{
		"code": "mmf", "title": "Foundations", "standard": json.RawMessage(demoRules(s.t)),
	}).want(201))
	e := as[common.Enrollment](nora.post("/v1/organizations/"+school+"/enrollments", map[string]any{
		"email": "ines@brightwater.example", "name": "Inês Castro", "program_id": v.ProgramId, "enrolled_on": "2026-03-02", "invite": true,
	}).want(201))
	s.student.post("/v1/invitations/accept", map[string]string{"token": s.letter("ines@brightwater.example"), "password": password}).want(201)
	nora.get("/v1/therapists/" + e.TherapistId.String()).want(200)
	s.registrar.get("/v1/therapists/"+e.TherapistId.String()).refused(404, "not_found") // the file of another school of the same person
	members := as[accountapi.MemberList](nora.get("/v1/organizations/" + school + "/members?role=supervisor").want(200))
	again := as[logbookapi.Entry](s.student.post("/v1/enrollments/"+e.Id.String()+"/entries", map[string]any{
		"date": "2026-08-31", "start": "10:00", "end": "11:00", "subject": "pathology", "setting": "lab", "delivery": "in-person",
		"supervisor_id": members.Items[0].Id, "submit": true,
	}).want(201))
	teacher.post("/v1/organizations/"+school+"/signatures", map[string]any{"entries": []any{map[string]any{"id": again.Id, "version": again.Version}}}).want(200)
	path := "/v1/entries/" + again.Id.String()
	seen := as[logbookapi.EntryDetail](nora.get(path).want(200))
	if len(seen.Doubts) != 1 || seen.Doubts[0].OtherSchool != "" || len(seen.Posted) != 1 {
		s.t.Errorf("the office sees %+v", seen)
	}
	if d := as[logbookapi.Doubt](nora.post(path+"/doubt", map[string]any{"verdict": "does_not_count", "reason": "It was ours to teach on another day."}).want(200)); d.DecidedAt.IsZero() || d.Counts {
		s.t.Errorf("decided %+v", d)
	}
	nora.post(path+"/doubt", map[string]any{"verdict": "counts", "reason": "No."}).refused(409, "not_in_doubt")
}

package rest_test

import (
	"bytes"
	"time"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// holds: a school that has closed elsewhere is taken in, and the student shows the
// hours behind its certificate.
func (s *story) holds() {
	elsewhere := certifytest.SQLite(s.t, "https://closed.example")
	elsewhere.Pass(s.clock().Sub(certifytest.Start) - time.Hour)
	elsewhere.Student = elsewhere.Person("Inês Castro", "ines@brightwater.example", elsewhere.School, core.RoleStudent)
	elsewhere.Second.AuthenticatedAt = elsewhere.Src.Now()
	elsewhere.Enrollment = elsewhere.Enroll(elsewhere.Student)
	code := elsewhere.Certified().Code
	var file bytes.Buffer
	elsewhere.Close("The owner retires.")
	_, err := elsewhere.Certify.ExportEscrow(s.t.Context(), access.System, "brightwater", &file)
	if err == nil {
		_, err = s.services.Certify.ImportEscrow(s.t.Context(), access.System, bytes.NewReader(file.Bytes()), int64(file.Len()))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	path := "/v1/escrow/" + code
	record := as[certifyapi.CredentialRecord](s.student.get(path + "/record").want(200))
	if len(record.Lines) < 10 || record.Lines[0].Minutes != core.Hours(600) {
		s.t.Errorf("the record in escrow: %+v", record.Lines)
	}
	shown := s.student.post(path+"/disclosure", map[string]any{"total": true, "subjects": []string{}}).want(200)
	report := as[employerapi.FileReport](s.nobody.do("POST", "/v1/verify", call{body: shown.body, media: "application/octet-stream"}).want(200))
	if report.Outcome != "valid" {
		s.t.Errorf("what is shown of it: %+v", report)
	}
	s.student.post(path+"/disclosure", map[string]any{"subjects": []string{"astrology"}}).refused(422, "nothing_chosen")
	s.registrar.get(path+"/record").refused(403, "not_the_holder")
	s.student.get("/v1/escrow/"+s.code+"/record").refused(404, "not_found")
}

// closes: the school ends, by two persons. Who is enrolled gets a transcript. What it
// certified stays; it attests nothing more.
func (s *story) closes() {
	path := "/v1/organizations/" + s.school
	slug := as[common.Organization](s.admin.get(path).want(200)).Slug
	in := map[string]string{"slug": slug, "cause": "The owner retires."}
	s.registrar.post(path+"/closing", in).refused(403, "forbidden")
	s.employer.post(path+"/closing", in).refused(404, "not_found")
	s.admin.get(path+"/closing").refused(404, "not_found")
	s.admin = s.admin.confirmed()
	s.admin.post(path+"/closing", map[string]string{"slug": "another", "cause": "The owner retires."}).refused(422, "not_confirmed")
	proposed := as[certifyapi.Closing](s.admin.post(path+"/closing", in).want(201))
	if proposed.Cause != "The owner retires." || !proposed.ConfirmedAt.IsZero() {
		s.t.Errorf("proposed: %+v", proposed)
	}
	s.admin.post(path+"/closing", in).refused(409, "closing_proposed")
	s.admin.post(path+"/closing/confirm", map[string]string{"slug": slug}).refused(403, "same_person")
	s.admin.do("DELETE", path+"/closing", call{}).want(204)
	s.admin.post(path+"/closing", in).want(201)

	second := s.admin.invited(s.school, "abby@brightwater.example", "Abby Quinn", "admin").confirmed()
	second.post(path+"/closing/confirm", map[string]string{"slug": "another"}).refused(422, "not_confirmed")
	second.post(path+"/closing/confirm", map[string]string{"slug": slug}).want(200)
	second.do("DELETE", path+"/closing", call{}).refused(409, "closing_confirmed")
	if _, err := acttest.WorkOff(s.t.Context(), s.services.Certify.Works(), "closing-transcripts", "closings"); err != nil {
		s.t.Fatal(err)
	}
	if done := as[certifyapi.Closing](s.registrar.get(path + "/closing").want(200)); done.Waiting != 0 || done.Signed > done.Students {
		s.t.Errorf("closing: %+v", done)
	}
	if closed := as[common.Organization](s.admin.get(path).want(200)); closed.ClosedAt.IsZero() || closed.ClosedCause != "The owner retires." {
		s.t.Errorf("closed: %+v", closed)
	}
	s.admin.post(path+"/closing", in).refused(409, "school_closed")
	s.admin.post(path+"/keys/rotate", nil).refused(409, "school_closed")
	s.registrar.post("/v1/credentials/"+s.current()+"/proposals", map[string]string{"action": "revoke", "cause": "After the end."}).refused(409, "school_closed")
}

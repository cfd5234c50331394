package rest_test

import (
	"net/http"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
)

// transfers: hours of another school, proposed by one, accepted by another, and
// taken back.
func (s *story) transfers() {
	e := as[common.Enrollment](s.registrar.post("/v1/organizations/"+s.school+"/enrollments", map[string]any{
		"email": "bo@brightwater.example", "name": "Bo Lind", "program_id": s.program, "enrolled_on": "2026-08-01", "invite": true,
	}).want(201))
	bo := s.accepts("bo@brightwater.example", "Bo Lind")
	path := "/v1/enrollments/" + e.Id.String() + "/transfers"
	in := map[string]any{
		"school": "Lakeside School", "school_license": "MS 0042", "transcript": "T-2025-118", "completed_on": "2025-12-19",
		"lines": []map[string]any{{"subject": "pathology", "minutes": 1200, "grade": 82}, {"subject": "pathology", "minutes": 60}},
	}
	bo.post(path, in).refused(403, "forbidden")
	if p := s.registrar.post(path, in).refused(422, "repeated"); p.field("lines[1].subject") == "" {
		s.t.Errorf("a repeated line is %+v", p)
	}
	in["lines"] = []map[string]any{{"subject": "pathology", "minutes": 1200, "grade": 82}, {"subject": "juggling", "minutes": 60}}
	s.registrar.post(path, in).refused(422, "unknown_subject")
	in["lines"] = []map[string]any{{"subject": "pathology", "minutes": 1200, "grade": 82}, {"subject": "massage-practice", "setting": "lab", "minutes": 600}}
	t := as[logbookapi.Transfer](s.registrar.post(path, in).want(201))
	one := "/v1/transfers/" + t.Id.String()
	s.admin, s.registrar = s.admin.confirmed(), s.registrar.confirmed()
	s.admin.update("POST", one+"/accept", t.Version, nil).refused(409, "document_required")
	attach := func(body string) *answer {
		return s.registrar.do("PUT", one+"/document?filename=..%2Ftranscript.html", call{
			body: []byte(body), media: "application/octet-stream", headers: map[string]string{"If-Match": `"1"`},
		})
	}
	attach("<html><script>alert(1)</script>").refused(422, "bad_document")
	attach("%PDF-"+strings.Repeat("x", core.MostDocument)).refused(422, "too_large")
	t = as[logbookapi.Transfer](attach("%PDF-1.7 transcript").want(200))
	file := bo.get(one + "/document").want(200)
	if string(file.body) != "%PDF-1.7 transcript" || file.header.Get("Content-Disposition") != `attachment; filename=transcript.pdf` || t.DocumentType != "application/pdf" {
		s.t.Errorf("the transcript is %q with %v", file.body, file.header)
	}
	s.registrar.update("POST", one+"/accept", t.Version, nil).refused(403, "same_person")
	t = as[logbookapi.Transfer](s.admin.update("POST", one+"/accept", t.Version, nil).want(200))
	s.admin.update("POST", one+"/accept", t.Version, nil).refused(409, "already_decided")
	progress := func() logbookapi.Progress {
		return as[logbookapi.Progress](bo.get("/v1/enrollments/" + e.Id.String() + "/progress").want(200))
	}
	if p := progress(); p.Standing.Recorded != 1800 || p.Standing.Valid != 1800 {
		s.t.Errorf("after the transfer %d are recorded, %d valid", p.Standing.Recorded, p.Standing.Valid)
	}
	credits := as[logbookapi.CreditList](bo.get("/v1/enrollments/" + e.Id.String() + "/credits").want(200))
	if c := credits.Items[len(credits.Items)-1]; c.Kind != core.CreditTransfer || c.School != "Lakeside School" || c.Grade != 82 || c.TransferId != t.Id {
		s.t.Errorf("the credit is %+v", c)
	}
	s.registrar.update("POST", one+"/reverse", t.Version, map[string]string{"reason": ""}).refused(422, "required")
	t = as[logbookapi.Transfer](s.registrar.update("POST", one+"/reverse", t.Version, map[string]string{"reason": "The transcript was forged."}).want(200))
	if p := progress(); p.Standing.Recorded != 0 || t.State != logbook.TransferReversed {
		s.t.Errorf("after the reversal %d are recorded of a transfer that is %s", p.Standing.Recorded, t.State)
	}
	again := as[logbookapi.Transfer](s.registrar.post(path, in).want(201))
	s.admin.update("POST", "/v1/transfers/"+again.Id.String()+"/decline", again.Version, map[string]string{"reason": "No transcript."}).want(200)
	if all := as[logbookapi.TransferList](bo.get(path).want(200)); len(all.Items) != 2 || all.Items[0].State != logbook.TransferDeclined {
		s.t.Errorf("the student sees %+v", all.Items)
	}
	if all := as[logbookapi.TransferList](s.registrar.get("/v1/organizations/" + s.school + "/transfers?limit=1").want(200)); len(all.Items) != 1 || all.NextCursor == "" {
		s.t.Errorf("the school sees %+v", all)
	}
	bo.get(one).want(200)
	s.employer.do(http.MethodGet, one, call{}).refused(404, "not_found")
	s.student.get(one).refused(404, "not_found")
}

package rest_test

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/earn/registry/registryapi"
)

// asks: Dan forgot to clock in and out of the signed class, disputes, and was
// excused.
func (s *story) asks(class classroomapi.Class, dan client, start time.Time) {
	mine := as[logbookapi.EnrollmentRows](dan.get("/v1/me/enrollments").want(200))
	enrollment := "/v1/enrollments/" + mine.Items[0].Enrollment.Id.String()
	in := map[string]any{"kind": "missed_punch", "class_id": class.Id, "in": start.Format("15:04"), "out": start.Add(-time.Minute).Format("15:04"), "text": "My phone was empty."}
	dan.post(enrollment+"/requests", in).refused(422, "bad_time")
	in["out"] = start.Add(time.Hour).Format("15:04")
	s.student.post(enrollment+"/requests", in).refused(404, "not_found")
	s.registrar.post(enrollment+"/requests", in).refused(403, "forbidden")
	r := as[registryapi.Request](dan.twice("POST", enrollment+"/requests", call{body: in}).want(201))
	dan.post(enrollment+"/requests", in).refused(409, "duplicate")
	if r.DueOn != core.DateOf(s.clock().Add(-4*time.Hour)).AddDays(14) {
		s.t.Errorf("the request is due on %s", r.DueOn)
	}
	one := "/v1/requests/" + r.Id.String()
	open := as[registryapi.RequestList](s.registrar.get("/v1/organizations/" + s.school + "/requests").want(200))
	if len(open.Items) != 1 || open.Items[0].Name != "Dan Abbey" {
		s.t.Errorf("open are %+v", open.Items)
	}
	dan.update("POST", one+"/grant", r.Version, map[string]string{"answer": "Yes."}).refused(403, "forbidden")
	s.registrar.update("POST", one+"/grant", r.Version, map[string]string{"answer": ""}).refused(422, "required")
	r = as[registryapi.Request](s.registrar.twice("POST", one+"/grant", of(r.Version, map[string]string{"answer": "Pat remembers you."})).want(200))
	s.registrar.update("POST", one+"/decline", r.Version, map[string]string{"answer": "No."}).refused(409, "already_decided")
	waiting := as[logbookapi.EntryList](dan.get(enrollment + "/entries?state=submitted").want(200))
	if len(waiting.Items) != 1 || waiting.Items[0].Minutes != 50 || waiting.Items[0].SupervisorName != "Pat Hale" {
		s.t.Fatalf("the granted punch became %+v", waiting.Items)
	}
	dan.post(enrollment+"/requests", in).refused(409, "has_entry")
	s.signs(waiting.Items[0])

	dispute := map[string]any{"kind": "dispute", "entry_id": waiting.Items[0].Id, "text": "It was an hour."}
	d := as[registryapi.Request](dan.post(enrollment+"/requests", dispute).want(201))
	as[registryapi.Request](dan.get("/v1/requests/" + d.Id.String()).want(200))
	s.student.get("/v1/requests/"+d.Id.String()).refused(404, "not_found")
	d = as[registryapi.Request](s.registrar.twice("POST", "/v1/requests/"+d.Id.String()+"/decline", of(d.Version, map[string]string{"answer": "There was a break."})).want(200))
	again := as[registryapi.Request](dan.post(enrollment+"/requests", dispute).want(201))
	dan.twice("POST", "/v1/requests/"+again.Id.String()+"/withdraw", of(again.Version, nil)).want(200)
	if all := as[registryapi.RequestList](dan.get(enrollment + "/requests").want(200)); len(all.Items) != 3 || all.Items[0].State != registry.RequestWithdrawn {
		s.t.Errorf("Dan sees %+v", all.Items)
	}

	before := as[logbookapi.Progress](dan.get(enrollment + "/progress").want(200)).Standing
	s.registrar.post(enrollment+"/absences", map[string]string{"first": "2026-08-28", "last": "2026-08-27", "reason": "Ill"}).refused(422, "before_first")
	dan.post(enrollment+"/absences", map[string]string{"first": "2026-08-28", "reason": "Ill"}).refused(403, "forbidden")
	a := as[registryapi.Absence](s.registrar.twice("POST", enrollment+"/absences", call{body: map[string]string{"first": "2026-08-28", "reason": "Ill"}}).want(201))
	if all := as[registryapi.Absences](dan.get(enrollment + "/absences").want(200)); len(all.Items) != 1 || all.Items[0].Last != all.Items[0].First {
		s.t.Errorf("the absences are %+v", all.Items)
	}
	if after := as[logbookapi.Progress](dan.get(enrollment + "/progress").want(200)).Standing; after.Recorded != before.Recorded || after.Valid != before.Valid {
		s.t.Errorf("an excuse raised the hours from %d to %d", before.Recorded, after.Recorded)
	}
	s.employer.delete("/v1/absences/"+a.Id.String()).refused(404, "not_found")
	s.registrar.delete("/v1/absences/" + a.Id.String()).want(204)
}

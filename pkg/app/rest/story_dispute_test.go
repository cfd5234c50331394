package rest_test

import (
	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/people/dispute/disputeapi"
)

// disputes: the student disputes a license that the school recorded, and a record of
// it; the school answers one, and the student withdraws the other.
func (s *story) disputes(license common.License) {
	open := func(kind, id string) disputeapi.Dispute {
		s.t.Helper()
		return as[disputeapi.Dispute](s.student.post("/v1/disputes", map[string]any{"kind": kind, "item_id": id, "reason": "This is not mine."}).want(201))
	}
	s.employer.post("/v1/disputes", map[string]any{"kind": "license", "item_id": license.Id, "reason": "No."}).refused(404, "not_found")
	first, second := open("license", license.Id.String()), open("license_event", license.Events[0].Id.String())
	if first.State != "open" || first.Late || first.OrganizationId.String() != s.school || first.TherapistName == "" || !first.AnswerDueAt.After(first.OpenedAt) {
		s.t.Errorf("opened %+v", first)
	}
	shown := func(c client) common.License {
		s.t.Helper()
		return as[common.License](c.get("/v1/licenses/" + license.Id.String()).want(200))
	}
	for _, who := range []client{s.student, s.registrar} {
		if l := shown(who); !l.DisputedAt.Equal(first.OpenedAt) || !l.AnswerDueAt.Equal(first.AnswerDueAt) || l.Events[0].DisputedAt.IsZero() || !l.Events[1].DisputedAt.IsZero() {
			s.t.Errorf("the license is shown as %+v", l)
		}
	}
	s.student.post("/v1/disputes", map[string]any{"kind": "license", "item_id": license.Id, "reason": "Again."}).refused(409, "disputed_already")
	if list := as[disputeapi.DisputeList](s.registrar.get("/v1/organizations/" + s.school + "/disputes?limit=1").want(200)); len(list.Items) != 1 || list.NextCursor == "" {
		s.t.Errorf("the school reads %+v", list)
	}
	s.employer.get("/v1/organizations/"+s.company+"/disputes").refused(404, "not_found")
	at := "/v1/disputes/" + first.Id.String()
	s.supervisor.get(at).refused(403, "forbidden")
	s.registrar.get(at).want(200)
	s.registrar.update("POST", at+"/answer", first.Version, map[string]any{"answer": "corrected", "reason": "It was a slip."}).refused(409, "still_stands")
	answered := as[disputeapi.Dispute](s.registrar.update("POST", at+"/answer", first.Version, map[string]any{"answer": "upheld", "reason": "The board lists it."}).want(200))
	if answered.State != "upheld" || answered.Answer != "The board lists it." || answered.Version != 2 {
		s.t.Errorf("answered %+v", answered)
	}
	withdrawn := as[disputeapi.Dispute](s.student.post("/v1/disputes/"+second.Id.String()+"/withdraw", nil).want(200))
	if withdrawn.State != "withdrawn" {
		s.t.Errorf("withdrawn %+v", withdrawn)
	}
	if l := shown(s.student); !l.DisputedAt.IsZero() || !l.Events[0].DisputedAt.IsZero() {
		s.t.Errorf("then the license is shown as %+v", l)
	}
	if mine := as[disputeapi.DisputeList](s.student.get("/v1/me/disputes").want(200)); len(mine.Items) != 2 || mine.Items[0].Id != second.Id {
		s.t.Errorf("mine are %+v", mine)
	}
	if closed := as[disputeapi.DisputeList](s.registrar.get("/v1/organizations/" + s.school + "/disputes?state=closed").want(200)); len(closed.Items) != 2 {
		s.t.Errorf("closed are %+v", closed)
	}
}

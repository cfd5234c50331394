package httpapi_test

import (
	"net/url"
	"time"

	"github.com/palmar/palmar/api"
)

// historyOf: a suspension that was an error, a renewal, and what was known when.
func (s *story) historyOf(license api.License) {
	path := "/v1/licenses/" + license.Id.String()
	before := s.clock()
	suspended := as[api.License](s.registrar.update("POST", path+"/events", license.Version, map[string]any{
		"axis": "discipline", "status": "suspended", "effective_on": "2026-09-01", "until": "2026-12-31", "method": "document",
		"source": "Order 2026-7", "checked_on": "2026-09-01",
	}).want(201))
	if suspended.Practice.May || suspended.Practice.Until.String() != "2026-12-31" || suspended.Practice.Rule.Id != "" {
		s.t.Errorf("suspended it says %+v", suspended.Practice)
	}
	then := path + "?on=2026-09-01&known_at=" + url.QueryEscape(before.Format(time.RFC3339Nano))
	if l := as[api.License](s.student.get(then).want(200)); !l.Practice.May {
		s.t.Errorf("before it was known it says %+v", l.Practice)
	}
	if l := as[api.License](s.student.get(path + "?at=2028-09-01T03:59:59Z").want(200)); !l.Practice.May || l.Practice.On.String() != "2028-08-31" {
		s.t.Errorf("before midnight in Florida it says %+v", l.Practice)
	}
	if l := as[api.License](s.student.get(path + "?at=2028-09-01T04:00:00Z").want(200)); l.Practice.May || l.Practice.Lifecycle != "delinquent" || l.Practice.Rule.Source == "" {
		s.t.Errorf("at midnight in Florida it says %+v", l.Practice)
	}
	event := suspended.Events[len(suspended.Events)-1]
	s.student.update("POST", path+"/withdrawals", suspended.Version, map[string]any{"event_id": event.Id, "reason": "Not me."}).refused(403, "not_own_word")
	withdrawn := as[api.License](s.registrar.update("POST", path+"/withdrawals", suspended.Version, map[string]any{
		"event_id": event.Id, "reason": "The order names somebody else.",
	}).want(201))
	if last := withdrawn.Events[len(withdrawn.Events)-1]; !withdrawn.Practice.May || last.WithdrawsId != event.Id || last.Status != "withdrawn" {
		s.t.Errorf("withdrawn it says %+v", withdrawn)
	}
	renewed := as[api.License](s.registrar.update("POST", path+"/events", withdrawn.Version, map[string]any{
		"axis": "term", "status": "renewed", "effective_on": "2028-09-01", "until": "2030-08-31", "method": "primary_source",
		"source": "Florida Department of Health", "checked_on": "2026-09-01",
	}).want(201))
	if renewed.ExpiresOn.String() != "2030-08-31" {
		s.t.Errorf("renewed it says %+v", renewed)
	}

	person := "/v1/therapists/" + s.therapist
	s.student.do("PUT", person, call{body: map[string]any{"zone": "Mars/Olympus"}}).refused(422, "unknown_zone")
	told := as[api.Therapist](s.student.do("PUT", person, call{body: map[string]any{"birth_date": "1990-02-28", "zone": "America/New_York"}}).want(200))
	if told.BirthDate.String() != "1990-02-28" || told.Zone != "America/New_York" {
		s.t.Errorf("the therapist is %+v", told)
	}
}

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
	s.rosterOf(license)
}

// rosterOf: the board's list is read by a mapping, and a person decides a line.
func (s *story) rosterOf(license api.License) {
	school := "/v1/organizations/" + s.school
	mapping := map[string]any{
		"columns": map[string]string{"number": "No", "name": "Name", "birth_year": "Born", "status": "Status", "expires_on": "Expires"},
		"dates":   "MM/DD/YYYY", "words": map[string]string{"Clear": "lifecycle:active"},
	}
	input := map[string]any{"name": "Florida DOH", "jurisdiction": "FL", "mapping": mapping}
	source := as[api.RosterSource](s.registrar.post(school+"/roster-sources", input).want(201))
	s.registrar.post(school+"/roster-sources", input).refused(422, "duplicate")
	at := "/v1/roster-sources/" + source.Id.String()
	input["title"] = "Massage Therapist"
	source = as[api.RosterSource](s.registrar.update("PUT", at, source.Version, input).want(200))
	if got := as[api.RosterSource](s.registrar.get(at).want(200)); got.Mapping.Words["Clear"] != "lifecycle:active" || got.Version != 2 {
		s.t.Errorf("the source is %+v", got)
	}
	if list := as[api.RosterSourceList](s.registrar.get(school + "/roster-sources").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the sources are %+v", list)
	}

	name := as[api.Therapist](s.registrar.get("/v1/therapists/" + s.therapist).want(200)).Name
	file := call{media: "text/csv", body: []byte("No,Name,Born,Status,Expires\nMA 12345," + name + ",1990,Clear,08/31/2030\nMA 99," + name + ",,Clear,08/31/2030\nMA 98,Nobody Here,1950,Clear,\nMA 97,Bad,,Odd,\n")}
	target := school + "/rosters?source_id=" + source.Id.String() + "&filename=fl.csv&as_of=2026-09-01"
	tried := as[api.BoardRoster](s.registrar.do("POST", target+"&dry_run=true", file).want(200))
	made := as[api.BoardRoster](s.registrar.do("POST", target, file).want(201))
	if tried.Records != 4 || tried.Doubtful != 1 || made.Matched != 1 || made.Unknown != 1 || made.Refused != 1 || made.Refusals[0].Code != "unknown_status" {
		s.t.Errorf("tried %+v, made %+v", tried, made)
	}
	if got := as[api.BoardRoster](s.registrar.get("/v1/rosters/" + made.Id.String()).want(200)); got.State != "done" || got.Digest == "" {
		s.t.Errorf("the roster is %+v", got)
	}
	if list := as[api.BoardRosterList](s.registrar.get(school + "/rosters").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the rosters are %+v", list)
	}
	if l := as[api.License](s.registrar.get("/v1/licenses/" + license.Id.String()).want(200)); l.Practice.Source != "Florida DOH" && l.Practice.CheckedOn.String() != "2026-09-01" {
		s.t.Errorf("the licence says %+v", l.Practice)
	}
	open := as[api.RosterMatchList](s.registrar.get(school + "/roster-matches?state=open").want(200))
	if len(open.Items) != 1 || open.Items[0].Number != "MA 99" || len(open.Items[0].Candidates) != 1 {
		s.t.Fatalf("open are %+v", open)
	}
	m := open.Items[0]
	link := map[string]any{"therapist_id": m.Candidates[0].TherapistId}
	linked := as[api.RosterMatch](s.registrar.update("POST", "/v1/roster-matches/"+m.Id.String()+"/link", m.Version, link).want(200))
	if linked.State != "linked" || linked.LicenseId.IsZero() {
		s.t.Errorf("linked %+v", linked)
	}
	file.body = []byte("No,Name,Born,Status,Expires\nMA 12345,Somebody Else,1990,Clear,08/31/2030\n")
	s.registrar.do("POST", target, file).want(201)
	other := as[api.RosterMatchList](s.registrar.get(school + "/roster-matches").want(200)).Items[0]
	s.registrar.update("POST", "/v1/roster-matches/"+other.Id.String()+"/dismiss", other.Version, nil).want(200)
}

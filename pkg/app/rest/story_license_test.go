package rest_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"time"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
)

// historyOf: a suspension that was an error, a renewal, and what was known when.
func (s *story) historyOf(license common.License) {
	path := "/v1/licenses/" + license.Id.String()
	before := s.clock()
	suspended := as[common.License](s.registrar.update("POST", path+"/events", license.Version, map[string]any{
		"axis": "discipline", "status": "suspended", "effective_on": "2026-09-01", "until": "2026-12-31", "method": "document",
		"source": "Order 2026-7", "checked_on": "2026-09-01",
	}).want(201))
	if suspended.Practice.Answer != "could_not_check" || suspended.Practice.ReasonId != "license.refused_until" || suspended.Practice.Rule.Id != "" {
		s.t.Errorf("suspended it says %+v", suspended.Practice)
	}
	then := path + "?on=2026-09-01&known_at=" + url.QueryEscape(before.Format(time.RFC3339Nano))
	if l := as[common.License](s.student.get(then).want(200)); !l.Practice.May {
		s.t.Errorf("before it was known it says %+v", l.Practice)
	}
	if l := as[common.License](s.student.get(path + "?at=2028-09-01T03:59:59Z").want(200)); l.Practice.Answer != "could_not_check" || l.Practice.On.String() != "2028-08-31" {
		s.t.Errorf("before midnight in Florida it says %+v", l.Practice)
	}
	if l := as[common.License](s.student.get(path + "?at=2028-09-01T04:00:00Z").want(200)); l.Practice.Answer != "no" || l.Practice.Lifecycle != "delinquent" || l.Practice.Rule.Source == "" {
		s.t.Errorf("at midnight in Florida it says %+v", l.Practice)
	}
	if l := as[common.License](s.student.get(path + "?on=2026-12-31").want(200)); l.Practice.On.String() != "2026-12-31" || l.Practice.May {
		s.t.Errorf("on the last day of the suspension it says %+v", l.Practice)
	}
	for _, wrong := range []string{"?on=x", "?on=2026-13-40", "?on=0001-01-01", "?at=x"} {
		s.student.get(path+wrong).refused(422, "bad_parameter")
	}
	s.student.get(path+"?known_at=2099-01-01T00:00:00Z").refused(422, "date_in_future")
	event := suspended.Events[len(suspended.Events)-1]
	s.student.update("POST", path+"/withdrawals", suspended.Version, map[string]any{"event_id": event.Id, "reason": "Not me."}).refused(403, "not_own_word")
	withdrawn := as[common.License](s.registrar.update("POST", path+"/withdrawals", suspended.Version, map[string]any{
		"event_id": event.Id, "reason": "The order names someone else.",
	}).want(201))
	if last := withdrawn.Events[len(withdrawn.Events)-1]; !withdrawn.Practice.May || last.WithdrawsId != event.Id || last.Status != "withdrawn" {
		s.t.Errorf("withdrawn it says %+v", withdrawn)
	}
	renewed := as[common.License](s.registrar.update("POST", path+"/events", withdrawn.Version, map[string]any{
		"axis": "term", "status": "renewed", "effective_on": "2028-09-01", "until": "2030-08-31", "method": "primary_source",
		"source": "Florida Department of Health", "checked_on": "2026-09-01",
	}).want(201))
	if renewed.ExpiresOn.String() != "2030-08-31" {
		s.t.Errorf("renewed it says %+v", renewed)
	}

	person := "/v1/therapists/" + s.therapist
	s.student.do("PUT", person, call{body: map[string]any{"zone": "Mars/Olympus"}}).refused(422, "unknown_zone")
	told := as[licensureapi.Therapist](s.student.do("PUT", person, call{body: map[string]any{"birth_date": "1990-02-28", "zone": "America/New_York"}}).want(200))
	if told.BirthDate.String() != "1990-02-28" || told.Zone != "America/New_York" {
		s.t.Errorf("the therapist is %+v", told)
	}
	s.rosterOf(license)
	s.qualifies(license)
	compact := as[licensureapi.CompactStanding](s.student.get("/v1/therapists/" + s.therapist + "/compact?home=OH").want(200))
	if compact.Answer != "no" || len(compact.Items) < 5 {
		s.t.Errorf("the compact is %+v", compact)
	}
	s.student.get("/v1/therapists/"+s.therapist+"/compact?home=ZZ").refused(422, "unknown_jurisdiction")
}

// qualifies: an insurance with its evidence, and an order of the board.
func (s *story) qualifies(license common.License) {
	holdings := "/v1/therapists/" + s.therapist + "/holdings"
	input := map[string]any{
		"kind": "liability_insurance", "name": "Professional liability", "issuer": "ABMP", "number": "P-1", "expires_on": "2027-08-31",
		"each_claim": 2_000_000, "aggregate": 6_000_000, "method": "document", "source": "Certificate of insurance", "checked_on": "2026-09-01",
	}
	held := as[common.Holding](s.student.post(holdings, input).want(201))
	if held.Method != "self_report" || !held.Good {
		s.t.Errorf("held %+v", held)
	}
	s.student.post(holdings, map[string]any{"kind": "npi", "name": "NPI", "number": "1234567890", "method": "document", "source": "x", "checked_on": "2026-09-01"}).refused(422, "bad_npi")
	at := "/v1/holdings/" + held.Id.String()
	looked := map[string]any{"method": "primary_source", "source": "ABMP", "checked_on": "2026-09-01", "next_check": "2026-10-01"}
	s.student.update("POST", at+"/verifications", held.Version, looked).refused(403, "forbidden")
	held = as[common.Holding](s.registrar.update("POST", at+"/verifications", held.Version, looked).want(200))
	upload := call{media: "application/octet-stream", body: []byte("%PDF-1.7 policy"), headers: map[string]string{"If-Match": `"` + itoa(held.Version) + `"`}}
	held = as[common.Holding](s.student.do("PUT", at+"/document?filename=policy.pdf", upload).want(200))
	if got := s.registrar.get(at + "/document").want(200); string(got.body) != "%PDF-1.7 policy" {
		s.t.Errorf("the evidence is %q", got.body)
	}
	if due := as[licensureapi.HoldingList](s.registrar.get("/v1/organizations/" + s.school + "/holdings-due?by=2026-10-01").want(200)); len(due.Items) != 1 || due.Items[0].Id != held.Id {
		s.t.Errorf("due are %+v", due)
	}
	input["number"] = "P-2"
	wrong := as[common.Holding](s.student.post(holdings, input).want(201))
	if all := as[licensureapi.HoldingList](s.student.get(holdings + "?limit=1").want(200)); len(all.Items) != 1 || all.Items[0].Id != wrong.Id || all.NextCursor == "" {
		s.t.Errorf("held are %+v", all)
	}
	s.student.update("DELETE", "/v1/holdings/"+wrong.Id.String(), wrong.Version, nil).want(204)
	s.student.get("/v1/holdings/"+wrong.Id.String()).refused(404, "not_found")
	s.student.get(at).want(200)

	license = as[common.License](s.registrar.get("/v1/licenses/" + license.Id.String()).want(200))
	checked := as[common.LicenseCheck](s.registrar.post("/v1/licenses/"+license.Id.String()+"/checks", nil).want(201))
	if checked.Outcome != "changed" || checked.Strength != "register" || checked.Source != "Florida register" {
		s.t.Errorf("the register says %+v", checked)
	}
	s.registrar.post("/v1/licenses/"+license.Id.String()+"/checks", nil).refused(409, "checked_just_now")
	license = as[common.License](s.registrar.get("/v1/licenses/" + license.Id.String()).want(200))
	s.disputes(license)
	order := map[string]any{
		"kind": "monitoring", "authority": "Florida Board of Massage Therapy", "order_number": "2026-9", "starts_on": "2026-09-01", "ends_on": "2027-08-31",
		"method": "document", "checked_on": "2026-09-01",
	}
	orders := "/v1/licenses/" + license.Id.String() + "/adverse-actions"
	with := func(name string, file []byte) call {
		in := parted(s.t, "action", order, "document", name, file)
		in.headers = of(license.Version, nil).headers
		return in
	}
	if p := s.registrar.do("POST", orders, with("", nil)).refused(422, "required"); p.field("document") != "required" {
		s.t.Errorf("an action without its order: %+v", p)
	}
	s.registrar.do("POST", orders, call{body: []byte("--x"), media: "multipart/form-data; boundary=x", headers: of(license.Version, nil).headers}).refused(400, "bad_form")
	odd := parted(s.t, "deed", order, "document", "order.pdf", []byte("%PDF-1.7 order"))
	odd.headers = of(license.Version, nil).headers
	s.registrar.do("POST", orders, odd).refused(400, "unknown_field")
	action := as[licensureapi.Adverse](s.registrar.do("POST", orders, with("order.pdf", []byte("%PDF-1.7 order"))).want(201))
	if action.EventId.IsZero() || action.DocumentName != "order.pdf" {
		s.t.Errorf("the action is %+v", action)
	}
	upload.headers = nil
	document := "/v1/adverse-actions/" + action.Id.String() + "/document"
	s.registrar.do("PUT", document+"?filename=order.pdf", upload).refused(409, "document_there")
	if got := s.student.get(document).want(200); string(got.body) != "%PDF-1.7 order" {
		s.t.Errorf("the order is %q", got.body)
	}
	s.registrar.do("PUT", "/v1/adverse-actions/"+s.former(action).String()+"/document?filename=order.pdf", upload).want(200)
	if list := as[licensureapi.AdverseList](s.student.get("/v1/therapists/" + s.therapist + "/adverse-actions").want(200)); len(list.Items) != 2 || list.Items[0].DocumentName != "order.pdf" {
		s.t.Errorf("the actions are %+v", list)
	}
}

// former is an action like another, of a version that recorded them without the order.
func (s *story) former(like licensureapi.Adverse) core.AdverseID {
	s.t.Helper()
	who, err := s.services.Account.Authenticate(s.t.Context(), s.registrar.token)
	ok(s.t, err)
	school, err := core.ParseID[core.OrganizationID](s.school)
	ok(s.t, err)
	v := licensure.Adverse{
		ID: core.NewID[core.AdverseID](core.Source{Clock: s.clock, Rand: rand.Reader}), LicenseID: like.LicenseId, OrganizationID: school, Kind: core.AdverseKind(like.Kind),
		Authority: like.Authority, OrderNumber: "2019-1", StartsOn: like.StartsOn, RecordedBy: who.AccountID, RecordedAt: s.clock(),
	}
	ok(s.t, s.db.Write(s.t.Context(), func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertAdverse(ctx, v) }))
	return v.ID
}

// rosterOf: the board's list is read by a mapping, and a person decides a line.
func (s *story) rosterOf(license common.License) {
	school := "/v1/organizations/" + s.school
	mapping := map[string]any{
		"columns": map[string]string{"number": "No", "name": "Name", "birth_year": "Born", "status": "Status", "expires_on": "Expires"},
		"dates":   "MM/DD/YYYY", "words": map[string]string{"Clear": "lifecycle:active"},
	}
	input := map[string]any{"name": "Florida DOH", "jurisdiction": "FL", "mapping": mapping}
	source := as[licensureapi.RosterSource](s.registrar.post(school+"/roster-sources", input).want(201))
	s.registrar.post(school+"/roster-sources", input).refused(422, "duplicate")
	at := "/v1/roster-sources/" + source.Id.String()
	input["title"] = "Massage Therapist"
	source = as[licensureapi.RosterSource](s.registrar.update("PUT", at, source.Version, input).want(200))
	if got := as[licensureapi.RosterSource](s.registrar.get(at).want(200)); got.Mapping.Words["Clear"] != "lifecycle:active" || got.Version != 2 {
		s.t.Errorf("the source is %+v", got)
	}
	if list := as[licensureapi.RosterSourceList](s.registrar.get(school + "/roster-sources").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the sources are %+v", list)
	}

	name := as[licensureapi.Therapist](s.registrar.get("/v1/therapists/" + s.therapist).want(200)).Name
	file := call{media: "text/csv", body: []byte("No,Name,Born,Status,Expires\nMA 12345," + name + ",1990,Clear,08/31/2030\nMA 99," + name + ",,Clear,08/31/2030\nMA 98,Nobody Here,1950,Clear,\nMA 97,Bad,,Odd,\n")}
	target := school + "/rosters?source_id=" + source.Id.String() + "&filename=fl.csv&as_of=2026-09-01"
	tried := as[licensureapi.BoardRoster](s.registrar.do("POST", target+"&dry_run=true", file).want(200))
	made := as[licensureapi.BoardRoster](s.registrar.do("POST", target, file).want(201))
	if tried.Records != 4 || tried.Doubtful != 1 || made.Matched != 1 || made.Unknown != 1 || made.Refused != 1 || made.Refusals[0].Code != "unknown_status" {
		s.t.Errorf("tried %+v, made %+v", tried, made)
	}
	if got := as[licensureapi.BoardRoster](s.registrar.get("/v1/rosters/" + made.Id.String()).want(200)); got.State != "done" || got.Digest == "" {
		s.t.Errorf("the roster is %+v", got)
	}
	if list := as[licensureapi.BoardRosterList](s.registrar.get(school + "/rosters").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the rosters are %+v", list)
	}
	if l := as[common.License](s.registrar.get("/v1/licenses/" + license.Id.String()).want(200)); l.Practice.Source != "Florida DOH" && l.Practice.CheckedOn.String() != "2026-09-01" {
		s.t.Errorf("the license says %+v", l.Practice)
	}
	open := as[licensureapi.RosterMatchList](s.registrar.get(school + "/roster-matches?state=open").want(200))
	if len(open.Items) != 1 || open.Items[0].Number != "MA 99" || len(open.Items[0].Candidates) != 1 {
		s.t.Fatalf("open are %+v", open)
	}
	m := open.Items[0]
	link := map[string]any{"therapist_id": m.Candidates[0].TherapistId}
	linked := as[licensureapi.RosterMatch](s.registrar.update("POST", "/v1/roster-matches/"+m.Id.String()+"/link", m.Version, link).want(200))
	if linked.State != "linked" || linked.LicenseId.IsZero() {
		s.t.Errorf("linked %+v", linked)
	}
	file.body = []byte("No,Name,Born,Status,Expires\nMA 12345,Someone Else,1990,Clear,08/31/2030\n")
	s.registrar.do("POST", target, file).want(201)
	other := as[licensureapi.RosterMatchList](s.registrar.get(school + "/roster-matches").want(200)).Items[0]
	s.registrar.update("POST", "/v1/roster-matches/"+other.Id.String()+"/dismiss", other.Version, nil).want(200)
}

// register is a state's that says what is recorded.
type register struct{}

func (register) Knows(jurisdiction string) bool { return jurisdiction == "FL" }

func (register) LookUp(_ context.Context, _, _, number string) (licensure.Answer, error) {
	return licensure.Answer{Line: roster.Line{Number: number, Name: "Inês Castro", Lifecycle: "active"}, Source: "Florida register"}, nil
}

package rest_test

import (
	"context"
	"crypto/rand"
	"io"
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

const georgia = "No,Name,Born,Status,Expires\nMT-7,%s,1990,active,10/31/2030\n"

// lists are what sources have at their addresses.
type lists struct{}

func (lists) FetchList(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(strings.Replace(georgia, "%s", "Nobody Here", 1))), nil
}

// sourcesOf: the operator approves a source, whose list counts for everybody, and decides
// whose a license is that two people's records name.
func (s *story) sourcesOf() {
	school, address := "/v1/organizations/"+s.school, "https://board.example/massage.csv"
	input := map[string]any{
		"name": "Georgia list", "authority": "Georgia Board of Massage Therapy", "jurisdiction": "GA", "addresses": []string{address},
		"answers": map[string]bool{"status": true, "expiration": true, "discipline": true, "active_is_clear": true},
		"mapping": map[string]any{
			"columns": map[string]string{"number": "No", "name": "Name", "birth_year": "Born", "status": "Status", "expires_on": "Expires"}, "dates": "MM/DD/YYYY",
		},
	}
	s.nobody.post("/v1/sources", input).refused(401, "unauthenticated")
	s.registrar.post("/v1/sources", input).refused(404, "not_found")
	source := as[licensureapi.Source](s.admin.post("/v1/sources", input).want(201))
	at := "/v1/sources/" + source.Id.String()
	input["title"] = "Licensed Massage Therapist"
	s.admin.update("PUT", at, 9, input).refused(412, "stale")
	source = as[licensureapi.Source](s.admin.update("PUT", at, source.Version, input).want(200))
	if got := as[licensureapi.Source](s.admin.get(at).want(200)); got.Title != "Licensed Massage Therapist" || !got.Answers.ActiveIsClear || got.Mapping.Dates != "MM/DD/YYYY" || got.ApprovedByName == "" {
		s.t.Errorf("the source is %+v", got)
	}
	if list := as[licensureapi.SourceList](s.admin.get("/v1/sources?limit=5").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the sources are %+v", list)
	}
	if list := as[licensureapi.SourceList](s.registrar.get(school + "/approved-sources").want(200)); len(list.Items) != 1 {
		s.t.Errorf("the sources for a school are %+v", list)
	}

	person := as[licensureapi.Therapist](s.registrar.get("/v1/therapists/" + s.therapist).want(200))
	own := map[string]any{
		"jurisdiction": "GA", "title": "Licensed Massage Therapist", "number": "MT-7", "status": "active", "effective_on": "2025-01-01",
		"method": "self_report", "source": "x", "checked_on": "2026-09-01",
	}
	license := as[common.License](s.student.post("/v1/therapists/"+s.therapist+"/licenses", own).want(201))
	own["number"] = "mt 7"
	s.registrar.post("/v1/therapists/"+s.therapist+"/licenses", own).refused(409, "license_exists")
	s.admin.post("/v1/licenses/"+license.Id.String()+"/set-aside", map[string]any{"reason": "Typed wrongly"}).refused(409, "not_contested")
	s.admin.post("/v1/licenses/"+license.Id.String()+"/lift-aside", nil).refused(409, "not_set_aside")
	for _, list := range []*answer{s.admin.get("/v1/license-contests"), s.registrar.get(school + "/license-contests")} {
		if got := as[licensureapi.LicenseContestList](list.want(200)); len(got.Items) != 0 {
			s.t.Errorf("contested are %+v", got)
		}
	}

	body := strings.Replace(georgia, "%s", person.Name, 1) + "MT8,Eve Third,1990,active,\n"
	file := call{media: "text/csv", body: []byte(body)}
	target := at + "/rosters?filename=ga.csv&as_of=2026-09-01"
	s.registrar.do("POST", target, file).refused(404, "not_found")
	if tried := as[licensureapi.BoardRoster](s.admin.do("POST", target+"&dry_run=true", file).want(200)); tried.Matched != 1 || tried.Unknown != 1 {
		s.t.Errorf("tried %+v", tried)
	}
	made := as[licensureapi.BoardRoster](s.admin.do("POST", target, file).want(201))
	one := "/v1/source-rosters/" + made.Id.String()
	if got := as[licensureapi.BoardRoster](s.admin.get(one).want(200)); got.State != "done" || got.Matched != 1 {
		s.t.Errorf("the roster is %+v", got)
	}
	if got := s.admin.get(one + "/file").want(200); string(got.body) != body {
		s.t.Errorf("the list is %q", got.body)
	}
	s.registrar.get("/v1/rosters/"+made.Id.String()+"/file").refused(404, "not_found")
	s.admin.post(at+"/fetch", map[string]any{"address": "https://elsewhere.example/"}).refused(422, "not_an_address")
	if got := as[licensureapi.BoardRoster](s.admin.post(at+"/fetch", map[string]any{"address": address}).want(201)); got.Address != address || got.Doubtful != 1 {
		s.t.Errorf("fetched %+v", got)
	}
	if list := as[licensureapi.BoardRosterList](s.admin.get(at + "/rosters").want(200)); len(list.Items) != 2 {
		s.t.Errorf("the rosters are %+v", list)
	}
	if l := as[common.License](s.registrar.get("/v1/licenses/" + license.Id.String()).want(200)); l.Practice.Source != "Georgia list" {
		s.t.Errorf("the license says %+v", l.Practice)
	}

	body = strings.Replace(georgia, "%s", "Eve Third", 1) + "MT8,Eve Third,1990,active,\n"
	file.body = []byte(body)
	s.admin.do("POST", target, file).want(201)
	open := as[licensureapi.RosterMatchList](s.admin.get("/v1/source-matches").want(200))
	if len(open.Items) != 1 || open.Items[0].Doubt != "other_name" {
		s.t.Fatalf("open are %+v", open)
	}
	m := open.Items[0]
	s.registrar.update("POST", "/v1/source-matches/"+m.Id.String()+"/dismiss", m.Version, nil).refused(404, "not_found")
	s.admin.update("POST", "/v1/source-matches/"+m.Id.String()+"/link", m.Version, map[string]any{"therapist_id": m.Candidates[0].TherapistId}).want(200)
	s.admin.update("POST", "/v1/source-matches/"+m.Id.String()+"/dismiss", m.Version, nil).refused(409, "decided")

	other := s.alsoHolds("mt.7", "MT-9")
	s.settles(other)
	file.body = []byte("No,Name,Born,Status,Expires\nMT-9,Someone Else,1990,active,\n")
	s.admin.do("POST", target, file).want(201)
	m = as[licensureapi.RosterMatchList](s.admin.get("/v1/source-matches").want(200)).Items[0]
	s.admin.update("POST", "/v1/source-matches/"+m.Id.String()+"/dismiss", m.Version, nil).want(200)
	file.body = []byte(body)

	source = as[licensureapi.Source](s.admin.get(at).want(200))
	if source.LastImport.IsZero() || source.LastImportAsOf.String() != "2026-09-01" {
		s.t.Errorf("the last import is not told: %+v", source)
	}
	seen := as[licensureapi.BoardRoster](s.registrar.do("POST", school+"/rosters?source_id="+source.Id.String()+"&filename=ga.csv&as_of=2026-09-01", file).want(201))
	if got := s.registrar.get("/v1/rosters/" + seen.Id.String() + "/file").want(200); string(got.body) != body {
		s.t.Errorf("the list is %q", got.body)
	}
	s.admin.update("POST", at+"/withdraw", source.Version, nil).want(200)
	s.admin.do("POST", target, file).refused(409, "source_withdrawn")
}

// alsoHolds are licenses that the school recorded for someone else.
func (s *story) alsoHolds(numbers ...string) core.LicenseID {
	s.t.Helper()
	who, err := s.services.Account.Authenticate(s.t.Context(), s.registrar.token)
	ok(s.t, err)
	school, err := core.ParseID[core.OrganizationID](s.school)
	ok(s.t, err)
	src := core.Source{Clock: s.clock, Rand: rand.Reader}
	file := account.Person{TherapistID: core.NewID[core.TherapistID](src), Email: "also@brightwater.example", Name: "Eve Third"}
	var first core.LicenseID
	ok(s.t, s.db.Write(s.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		first = core.LicenseID{}
		if err := kept.On(tx).InsertFiles(ctx, school, []account.Person{file}, s.clock()); err != nil {
			return err
		}
		for _, number := range numbers {
			l := core.License{
				ID: core.NewID[core.LicenseID](src), TherapistID: file.TherapistID, OrganizationID: school, Jurisdiction: "GA", Title: "Licensed Massage Therapist",
				Number: number, CreatedAt: s.clock(), CreatedBy: who.AccountID, Version: 1,
			}
			if first.IsZero() {
				first = l.ID
			}
			if err := kept.On(tx).InsertLicense(ctx, l); err != nil {
				return err
			}
		}
		return nil
	}))
	return first
}

// settles: a school sees its own record and how many others there are, the operator all of
// them, and either sets one aside.
func (s *story) settles(other core.LicenseID) {
	all := as[licensureapi.LicenseContestList](s.admin.get("/v1/license-contests?limit=3").want(200))
	if len(all.Items) != 1 || len(all.Items[0].Claims) != 2 || all.Items[0].Claims[1].HolderName == "" {
		s.t.Errorf("contested are %+v", all)
	}
	mine := as[licensureapi.LicenseContestList](s.registrar.get("/v1/organizations/" + s.school + "/license-contests").want(200))
	if len(mine.Items) != 1 || mine.Items[0].Others != 1 || mine.Items[0].Claims[0].LicenseId != other {
		s.t.Errorf("contested are %+v", mine)
	}
	at, why := "/v1/licenses/"+other.String(), map[string]any{"reason": "A typing error"}
	s.registrar.post(at+"/set-aside", map[string]any{"reason": ""}).refused(422, "required")
	if got := as[licensureapi.LicenseClaim](s.registrar.post(at+"/set-aside", why).want(200)); got.Holder != "contested" {
		s.t.Errorf("set aside: %+v", got)
	}
	s.registrar.post(at+"/lift-aside", nil).want(200)
	if got := as[licensureapi.LicenseClaim](s.admin.post(at+"/set-aside", why).want(200)); got.Holder != "disowned" {
		s.t.Errorf("set aside: %+v", got)
	}
}

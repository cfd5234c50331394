package rest_test

import (
	"strings"

	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// drafts: the school writes the next version of its rules with cases, tries it
// on its students and publishes it.
func (s *story) drafts() {
	drafts := "/v1/organizations/" + s.school + "/drafts"
	s.student.post(drafts, map[string]string{"code": "mmf"}).refused(403, "forbidden")
	s.registrar.post(drafts, map[string]string{"code": "M M F"}).refused(422, "bad_code")
	sample := as[logbookapi.Draft](s.registrar.post(drafts, map[string]string{"code": "mmf"}).want(201))
	if !sample.Ready || sample.Cases < 20 {
		s.t.Errorf("a draft of the sample is %+v", sample)
	}
	s.registrar.update("POST", "/v1/drafts/"+sample.Id.String()+"/publish", sample.Version, nil).refused(422, "invalid")
	s.registrar.update("DELETE", "/v1/drafts/"+sample.Id.String(), sample.Version, nil).want(204)
	first, err := standard.WritePack(standard.Demo())
	if err != nil {
		s.t.Fatal(err)
	}
	d := as[logbookapi.Draft](s.registrar.post(drafts, map[string]string{"code": "mmf", "body": string(first)}).want(201))
	one := "/v1/drafts/" + d.Id.String()
	if d.Cases != 1 || !d.Ready || len(d.Problems) != 0 {
		s.t.Errorf("a new draft is %+v", d)
	}
	s.registrar.update("POST", one+"/publish", d.Version, nil).refused(409, "program_unchanged")

	save := func(body string) {
		d = as[logbookapi.Draft](s.registrar.update("PUT", one, d.Version, map[string]string{"code": "mmf", "body": body}).want(200))
	}
	good := d.Body
	save(strings.Replace(good, "minutes: 36000", "minutes: many", 1))
	if d.Ready || len(d.Problems) != 1 || !strings.HasPrefix(d.Problems[0].Message, "line ") {
		s.t.Errorf("a wrong draft is %+v", d.Problems)
	}
	s.registrar.update("POST", one+"/publish", d.Version, nil).refused(409, "draft_invalid")
	s.registrar.get(one+"/back-test").refused(409, "draft_invalid")
	longer := strings.NewReplacer("minutes: 36000", "minutes: 36060", `version: "1"`, `version: "2"`, "version: 1\n", "version: \"2\"\n").Replace(good)
	save(longer)
	if len(d.Failures) != 1 || d.Failures[0].Line == 0 || !strings.Contains(d.Failures[0].What, "short is 601 h, must be 600 h") {
		s.t.Errorf("the cases that fail are %+v", d.Failures)
	}
	s.registrar.update("POST", one+"/publish", d.Version, nil).refused(409, "cases_failed")
	save(strings.Replace(longer, "short: 36000", "short: 36060", 1))
	back := as[logbookapi.BackTest](s.registrar.get(one + "/back-test").want(200))
	var ines *logbookapi.Shift
	for i := range back.Changed {
		if back.Changed[i].Name == "Inês Castro" {
			ines = &back.Changed[i]
		}
	}
	if back.Enrollments < 3 || ines == nil || !ines.MetBefore || ines.MetAfter || len(ines.Now) == 0 {
		s.t.Errorf("the back-test says %+v", back)
	}
	v := as[logbookapi.ProgramVersion](s.registrar.update("POST", one+"/publish", d.Version, nil).want(201))
	if v.Number < 2 || v.ProgramId.String() != s.program {
		s.t.Errorf("published %+v", v)
	}
	s.registrar.update("PUT", one, d.Version+1, map[string]string{"code": "mmf", "body": good}).refused(409, "draft_published")
	if got := as[logbookapi.Draft](s.registrar.get(one).want(200)); got.PublishedId != v.Id || got.Ready {
		s.t.Errorf("the published draft is %+v", got)
	}
	other := as[logbookapi.Draft](s.registrar.post(drafts, map[string]string{"code": "new", "title": "New", "body": "key: ["}).want(201))
	if len(other.Problems) != 1 {
		s.t.Errorf("what is no YAML has %+v", other.Problems)
	}
	s.employer.get("/v1/drafts/"+other.Id.String()).refused(404, "not_found")
	s.registrar.update("DELETE", "/v1/drafts/"+other.Id.String(), other.Version, nil).want(204)
	if list := as[logbookapi.DraftList](s.registrar.get(drafts).want(200)); len(list.Items) != 1 || list.Items[0].PublishedId.IsZero() {
		s.t.Errorf("the drafts are %+v", list.Items)
	}
}

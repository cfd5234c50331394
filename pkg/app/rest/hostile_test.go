package rest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// requestID is what differs between two equal answers: its name, and the moment.
var requestID = regexp.MustCompile(`"(request_id|checked_at|evaluated_at)":"[^"]+",?`)

func said(a *answer) string {
	return string(requestID.ReplaceAll(a.body, nil))
}

// picture is what everything that can be read of the person says to the person, to the
// school and to a stranger.
func (o *office) picture(code string) map[string]string {
	out := map[string]string{}
	each(o.t, func(method, path string, op *openapi3.Operation) {
		about := ofPerson(path)
		// getCEProof is a file with the moment in it.
		if op.OperationID == "getCEProof" || method != http.MethodGet || !about && !strings.HasPrefix(path, "/v1/me/enrollments") {
			return
		}
		to, in := o.request(path, op)
		for name, who := range map[string]client{"student": o.student, "school": o.admin} {
			if actions(o.t)[op.OperationID].Action != edge.Public {
				out[name+" "+op.OperationID] = said(who.do(method, to, in))
			}
		}
	})
	out["stranger"] = said(o.nobody.get("/v1/check/" + code))
	return out
}

// owned gives the student's record what a hostile school would like to have: a license,
// a vaccination and the day of birth.
func (o *office) owned() {
	person := "/v1/therapists/" + o.ids["therapist"]
	known := map[string]any{"method": "self_report", "source": "My card", "checked_on": "2026-08-28"}
	l := as[common.License](o.student.post(person+"/licenses", with(known, map[string]any{"jurisdiction": "FL", "number": "MA1", "status": "active", "effective_on": "2026-08-01", "expires_on": "2028-08-31"})).want(201))
	h := as[common.Holding](o.student.post(person+"/holdings", with(known, map[string]any{"kind": "immunization", "name": "Hepatitis B", "issuer": "Red Cross", "obtained_on": "2026-08-01"})).want(201))
	o.student.do("PUT", person, call{body: map[string]string{"birth_date": "1990-05-06", "zone": "America/New_York"}}).want(200)
	o.ids["license"], o.ids["holding"] = l.Id.String(), h.Id.String()
}

// A hostile school enrolls the address of another school's student, records a course for
// it, and tries everything that there is: it reads nothing and changes nothing, the
// person is told, and everyone else has the answers of before.
func TestStory_HostileSchool(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		o.owned()
		code := o.graduate()
		o.student = o.signIn("student@here.example")
		before, mails := o.picture(code), len(o.mails)

		there := "/v1/organizations/" + o.other
		v := as[struct {
			ProgramID string `json:"program_id"`
		}](o.stranger.post(there+"/programs", map[string]any{"code": "mmf", "title": "Foundations", "standard": json.RawMessage(demoRules(t))}).want(201))
		e := as[common.Enrollment](o.stranger.post(there+"/enrollments", map[string]any{
			"email": "student@here.example", "name": "Some Body", "program_id": v.ProgramID, "enrolled_on": "2026-06-01", "invite": true,
		}).want(201))
		course := as[struct{ ID string }](o.stranger.post(there+"/courses", map[string]any{
			"code": "mld", "title": "Drainage", "specialty": "manual-lymphatic-drainage", "minutes": 2400, "prerequisites": []string{},
		}).want(201))
		o.stranger.post("/v1/courses/"+course.ID+"/completions", map[string]any{
			"email": "student@here.example", "name": "Some Body", "completed_on": "2026-08-20", "instructor": "Nobody",
		}).want(201)
		o.stranger.post("/v1/courses/"+course.ID+"/completions", map[string]any{
			"therapist_id": o.ids["therapist"], "completed_on": "2026-08-20", "instructor": "Nobody",
		}).refused(404, "not_found")

		// Everything on the record, and on the file that it made itself.
		file := e.TherapistId.String()
		each(t, func(method, path string, op *openapi3.Operation) {
			if !ofPerson(path) {
				return
			}
			to, in := o.request(path, op)
			in.headers["If-Match"] = "*"
			if a := o.stranger.do(method, to, in); a.status != http.StatusNotFound {
				t.Errorf("%s answers %d %s", op.OperationID, a.status, a.body)
			}
			own := o.stranger.do(method, strings.ReplaceAll(to, o.ids["therapist"], file), in)
			for _, secret := range []string{"MA1", "My card", "Hepatitis", "Red Cross", "1990", code} {
				if strings.Contains(said(own), secret) {
					t.Errorf("%s of its own file shows %s: %s", op.OperationID, secret, own.body)
				}
			}
		})

		// The person is told, and says no.
		told := slices.ContainsFunc(o.mails[mails:], func(m core.Mail) bool { return m.To == "student@here.example" && strings.Contains(m.Text, "Elsewhere") })
		files := as[grantapi.StudentFileList](o.student.get("/v1/me/student-files").want(200))
		if !told || len(files.Items) != 1 || files.Items[0].OrganizationName != "Elsewhere" {
			t.Errorf("the person is told %v, and sees %+v", told, files.Items)
		}
		after := o.picture(code)
		for _, name := range slices.Sorted(maps.Keys(before)) {
			if before[name] != after[name] {
				t.Errorf("%s is answered\n%s\nand was\n%s", name, after[name], before[name])
			}
		}
		o.student.post("/v1/me/student-files/"+file+"/decline", nil).want(200)
		if left := as[grantapi.StudentFileList](o.student.get("/v1/me/student-files").want(200)); len(left.Items) != 0 {
			t.Errorf("who declined is asked again: %+v", left.Items)
		}
	})
}

// An employer with a code that stands in the directory has what a stranger has, and may
// not ask again who was not answered.
func TestStory_EmployerWithCode(t *testing.T) {
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, newWorld(t, db))
		o.owned()
		code := o.graduate()
		clinic := o.clinic()
		employer, _ := o.someone(clinic, core.RoleAdmin)
		checks := "/v1/organizations/" + clinic + "/checks"
		if one, other := said(employer.get("/v1/check/"+code).want(200)), said(o.nobody.get("/v1/check/"+code).want(200)); one != other {
			t.Errorf("the employer is answered\n%s\na stranger\n%s", one, other)
		}
		full := as[employerapi.FullCheck](employer.post(checks, map[string]string{"code": code}).want(201))
		if len(full.Licenses) != 0 || len(full.Specialties) != 0 || len(full.Places) != 0 {
			t.Errorf("the employer sees %+v", full)
		}
		for _, secret := range []string{"MA1", "My card", "Hepatitis", "Red Cross", "1990", "student@here.example"} {
			if strings.Contains(said(employer.post(checks, map[string]string{"code": code})), secret) {
				t.Errorf("the employer is shown %s", secret)
			}
		}
		each(t, func(method, path string, op *openapi3.Operation) {
			if ofPerson(path) {
				to, in := o.request(path, op)
				employer.do(method, to, in).refused(404, "not_found")
			}
		})
		ask := map[string]any{"email": "student@here.example", "scopes": []string{"licenses"}, "purpose": "employment"}
		made := as[grantapi.GrantRequest](employer.post("/v1/organizations/"+clinic+"/grant-requests", ask).want(201))
		o.student = o.signIn("student@here.example")
		o.student.post("/v1/me/grant-requests/"+made.Id.String()+"/refuse", nil).want(200)
		employer.post("/v1/organizations/"+clinic+"/grant-requests", ask).refused(422, "asked_lately")
	})
}

// Package persontest makes one of each thing that a school has of a person, for tests
// that ask who may see or do what with it by every path there is.
package persontest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// Nobodys are the parameters of paths that name nothing of one person's, each with the
// reason.
var Nobodys = map[string]string{
	"organization":    "a school or an employer; each has its own office",
	"program":         "a school's course of study",
	"program_version": "a version of it",
	"draft":           "the next version of a program, with its made-up cases",
	"course":          "a school's course, before anybody is in it",
	"pathway":         "several courses of a school",
	"topic":           "a word of the catalog",
	"closed_days":     "days in a school's calendar",
	"provider":        "who gives continuing education",
	"member":          "who works at an organization",
	"key":             "what a school signs with",
	"slug":            "a school's public key, for anyone",
	"list":            "a status list, for anyone",
	"secret":          "a link is the right itself, for all who have it; its own tests are TestLinks",
	"calendar":        "a calendar's address is the right itself, for all who have it",
	"token":           "a letter or a token is the right itself",
}

// Unknown says what is wrong with the parameters of paths: each stands for something of
// the person (a value) or is one of Nobodys, and not both.
func Unknown(t testing.TB, parameters []string, values map[string]string) {
	t.Helper()
	slices.Sort(parameters)
	for _, name := range slices.Compact(parameters) {
		_, ofPerson := values[name]
		if _, nobodys := Nobodys[name]; ofPerson == nobodys {
			t.Errorf("the paths' parameter %q: persontest.Make has to make one of the person, or persontest.Nobodys to say why it is nobody's", name)
		}
	}
}

// World is a school whose student has an enrollment in a program and everything still
// ahead. The people are tokens of the API; the office is two persons. Submitted is a
// session that waits for the teacher; Graduate has the student earn and be given a
// certificate.
type World struct {
	testing.TB
	API                                                    http.Handler
	Host                                                   string
	Student, Office, Second, Teacher                       string
	School, Program, Enrollment, Therapist, Email, Teaches string
	Today                                                  core.Date
	Graduate                                               func() (code string)
}

type call struct {
	body    any
	media   string
	version string
}

type object = map[string]any

func (w World) send(token, method, path string, in call) object {
	w.Helper()
	var body io.Reader
	switch b := in.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		w.must(err)
		body, in.media = bytes.NewReader(raw), "application/json"
	}
	r := httptest.NewRequest(method, w.Host+"/v1"+path, body)
	r.RemoteAddr = "192.0.2.8:4711"
	if in.media != "" {
		r.Header.Set("Content-Type", in.media)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if in.version != "" {
		r.Header.Set("If-Match", in.version)
	}
	rec := httptest.NewRecorder()
	w.API.ServeHTTP(rec, r)
	if rec.Code >= 300 {
		w.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	var out object
	if rec.Body.Len() > 0 {
		w.must(json.Unmarshal(rec.Body.Bytes(), &out))
	}
	return out
}

func (w World) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w World) post(token, path string, body any) object {
	w.Helper()
	return w.send(token, http.MethodPost, path, call{body: body, version: "*"})
}

func id(of object) string { return of["id"].(string) }

func (w World) first(token, path string) object {
	w.Helper()
	items := w.send(token, http.MethodGet, path, call{})["items"].([]any)
	if len(items) == 0 {
		w.Fatalf("%s has nothing", path)
	}
	return items[0].(object)
}

func (w World) day(days int) string { return w.Today.AddDays(days).String() }

// Make makes one of each thing, by the parameter of the paths that name it.
func (w World) Make() map[string]string {
	w.Helper()
	made := map[string]string{"enrollment": w.Enrollment, "therapist": w.Therapist, "directory_entry": w.Therapist, "step": "ce", "flag": "impossible_pace"}
	w.atSchool(made)
	w.courses(made)
	made["code"] = w.Graduate()
	w.career(made)
	w.attested(made)
	w.shared(made)
	return made
}

// atSchool are sessions and classes, and what is asked and taken over.
func (w World) atSchool(made map[string]string) {
	school, enrollment := "/organizations/"+w.School, "/enrollments/"+w.Enrollment
	session := object{"date": w.day(-4), "minutes": 60, "subject": "pathology", "setting": "lab", "delivery": "in-person", "supervisor_id": w.Teaches, "submit": true}
	entry := w.post(w.Student, enrollment+"/entries", session)
	w.post(w.Teacher, school+"/signatures", object{"entries": []object{{"id": entry["id"], "version": entry["version"]}}})
	made["request_id"] = id(w.post(w.Student, enrollment+"/requests", object{"kind": "dispute", "entry_id": entry["id"], "text": "It was two hours."}))
	session["date"] = w.day(-5)
	made["entry"] = id(w.post(w.Student, enrollment+"/entries", session))
	made["absence"] = id(w.post(w.Office, enrollment+"/absences", object{"first": w.day(-3), "reason": "Ill"}))
	made["class"] = id(w.post(w.Teacher, school+"/classes", object{
		"program_id": w.Program, "date": w.day(0), "start": "20:00", "end": "21:00", "subject": "kinesiology", "setting": "classroom", "delivery": "in-person", "mode": "in_class", "check_in": "qr",
	}))
	transfer := w.post(w.Office, enrollment+"/transfers", object{
		"school": "Lakeside School", "school_license": "MS 0042", "transcript": "T-1", "completed_on": w.day(-300), "lines": []object{{"subject": "pathology", "minutes": 60}},
	})
	made["transfer"] = id(transfer)
	w.send(w.Office, http.MethodPut, "/transfers/"+made["transfer"]+"/document?filename=t.pdf", call{body: []byte("%PDF-1.7"), media: "application/octet-stream", version: "*"})
	lines := "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
		w.Email + ",Some Body," + w.day(-6) + ",09:00,10:00,0,kinesiology,lab,in-person,nobody@nowhere.example,\n"
	made["import"] = id(w.send(w.Office, http.MethodPost, school+"/imports?program_id="+w.Program+"&filename=x.csv", call{body: []byte(lines), media: "text/csv"}))
}

// courses are a place in a section, and a course that was completed.
func (w World) courses(made map[string]string) {
	school := "/organizations/" + w.School
	course := id(w.post(w.Office, school+"/courses", object{"code": "mld", "title": "Drainage", "specialty": "manual-lymphatic-drainage", "minutes": 60, "prerequisites": []string{}}))
	section := w.post(w.Office, "/courses/"+course+"/sections", object{"instructor_id": w.Teaches, "starts_on": w.day(0), "ends_on": w.day(0), "seats": 1, "exam": true})
	made["section"] = id(section)
	at := "/sections/" + made["section"]
	made["session"] = id(w.post(w.Teacher, at+"/sessions", object{"date": w.day(0), "minutes": 60, "part": "lab", "setting": "lab", "delivery": "in-person"}))
	w.post(w.Student, at+"/places", object{"whom": "me"})
	for _, name := range []string{"course_completion", "completion"} {
		made[name] = id(w.post(w.Office, "/courses/"+course+"/completions", object{"therapist_id": w.Therapist, "completed_on": w.day(-2 - len(made)), "instructor": "Somebody"}))
	}
}

// career is a license with its order, a qualification, and continuing education.
func (w World) career(made map[string]string) {
	school, person := "/organizations/"+w.School, "/therapists/"+w.Therapist
	card := func(more object) object {
		out := object{"method": "self_report", "source": "My card", "checked_on": w.day(-4)}
		for name, value := range more {
			out[name] = value
		}
		return out
	}
	made["license"] = id(w.post(w.Student, person+"/licenses", card(object{"jurisdiction": "FL", "number": "MA1", "status": "active", "effective_on": w.day(-31), "expires_on": w.day(730)})))
	made["holding"] = id(w.post(w.Student, person+"/holdings", card(object{"kind": "cpr", "name": "BLS", "issuer": "Red Cross", "obtained_on": w.day(-31), "expires_on": w.day(700)})))
	license := "/licenses/" + made["license"]
	made["adverse"] = id(w.order(license))
	made["look"] = id(w.upload(license+"/looks", "look", object{"status": "active", "address": "https://board.example", "checked_on": w.day(-4)}, "evidence"))
	made["event"] = w.send(w.Student, http.MethodGet, license, call{})["events"].([]any)[0].(object)["id"].(string)
	made["activity"] = id(w.post(w.Student, person+"/ce/activities", object{"completed": true, "title": "My card", "type": "live", "on": w.day(-31), "amount": "1 h"}))
	made["leave"] = id(w.post(w.Student, license+"/ce/leaves", w.leave()))
	made["audit"] = id(w.post(w.Office, school+"/ce/audits", object{"jurisdiction": "FL", "ends_from": w.day(0), "ends_to": w.day(900)}))
	made["source"] = id(w.post(w.Office, school+"/roster-sources", object{"name": "Florida DOH", "jurisdiction": "FL", "mapping": object{
		"columns": object{"number": "No", "name": "Name", "birth_year": "Born", "status": "Status", "expires_on": "Expires"},
		"dates":   "MM/DD/YYYY", "words": object{"Clear": "lifecycle:active"},
	}}))
	name := w.send(w.Office, http.MethodGet, person, call{})["name"].(string)
	list := call{body: []byte("No,Name,Born,Status,Expires\nMA 99," + name + ",,Clear,08/31/2030\n"), media: "text/csv"}
	made["roster"] = id(w.send(w.Office, http.MethodPost, school+"/rosters?source_id="+made["source"]+"&filename=fl.csv&as_of="+w.day(0), list))
	made["match"] = id(w.first(w.Office, school+"/roster-matches?state=open"))
}

func (w World) leave() object {
	return object{"kind": "waiver", "minutes": 60, "reason": "Illness"}
}

func (w World) order(license string) object {
	return w.upload(license+"/adverse-actions", "action", object{
		"kind": "probation", "authority": "Red Cross", "order_number": "7", "starts_on": w.day(-31), "method": "document", "checked_on": w.day(-4),
	}, "document")
}

// upload has the office send an object with a file.
func (w World) upload(path, field string, in object, file string) object {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	data, err := form.CreateFormField(field)
	w.must(err)
	w.must(json.NewEncoder(data).Encode(in))
	upload, err := form.CreateFormFile(file, "order.pdf")
	w.must(err)
	_, err = io.Copy(upload, strings.NewReader("%PDF-1.7"))
	w.must(err)
	w.must(form.Close())
	return w.send(w.Office, http.MethodPost, path, call{body: body.Bytes(), media: form.FormDataContentType(), version: "*"})
}

// attested are the certificate, a proposal of another, and a run.
func (w World) attested(made map[string]string) {
	made["credential"] = id(w.first(w.Student, "/therapists/"+w.Therapist+"/credentials"))
	proposal := w.post(w.Office, "/enrollments/"+w.Enrollment+"/transcripts", nil)
	made["proposal"] = id(proposal)
	made["run"] = id(w.post(w.Second, "/organizations/"+w.School+"/certification-runs", object{"proposals": []object{{"id": proposal["id"], "version": proposal["version"]}}}))
}

// shared is what the person lets others see, and disputes, and how others find them.
func (w World) shared(made map[string]string) {
	school := "/organizations/" + w.School
	made["file"] = w.Therapist
	made["grant"] = id(w.first(w.Office, school+"/grants"))
	made["request"] = id(w.post(w.Office, school+"/grant-requests", object{"email": w.Email, "scopes": []string{"licenses"}, "purpose": "education"}))
	made["link"] = id(w.post(w.Student, "/me/links", object{"label": "Bay Street Clinic", "scopes": []string{"licenses"}, "purpose": "employment"})["link"].(object))
	made["dispute"] = id(w.post(w.Student, "/disputes", object{"kind": "adverse_action", "item_id": made["adverse"], "reason": "This is not mine."}))
	made["kind"], made["item"] = "license", made["license"]
	w.send(w.Student, http.MethodPut, "/me/directory", call{version: "*", body: object{"listed": true, "area": "FL", "shown": []string{"area"}}})
	w.post("", "/directory/"+w.Therapist+"/reports", object{"reason": "other", "note": "Who is it?"})
	made["report"] = id(w.first(w.Office, school+"/directory-reports"))
	made["take_down"] = id(w.post(w.Office, school+"/directory/"+w.Therapist+"/take-down", object{"reason": "Wrong area."}))
	w.post(w.Office, "/directory-take-downs/"+made["take_down"]+"/lift", nil)
}

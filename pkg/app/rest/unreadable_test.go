package rest_test

import (
	"database/sql"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/platform/store"
)

// TestUnreadable breaks JSON that the record keeps. Anyone who asks is told that
// something went wrong here and nothing else, the log says where; above all no
// prerequisite is lost without a word.
func TestUnreadable(t *testing.T) {
	eachRaw(t, true, func(t *testing.T, db *store.DB, raw *sql.DB) {
		o := newOffice(t, newWorld(t, db))
		office, school := o.admin.confirmed(), "/v1/organizations/"+o.school

		course := as[common.Course](office.post(school+"/courses", map[string]any{
			"code": "mld", "title": "Lymph", "specialty": "manual-lymphatic-drainage", "minutes": 2400, "prerequisites": []map[string]any{{"licensed": true}},
		}).want(201))
		done := as[common.CourseCompletion](office.post("/v1/courses/"+course.Id.String()+"/completions", map[string]any{
			"therapist_id": o.ids["therapist"], "completed_on": "2026-09-01", "instructor": "Pat Hale",
		}).want(201))
		propose := "/v1/course-completions/" + done.Id.String() + "/proposals"
		office.post(propose, nil).refused(409, "prerequisite_missing")

		source := as[licensureapi.RosterSource](office.post(school+"/roster-sources", map[string]any{"name": "DOH", "jurisdiction": "FL", "mapping": map[string]any{
			"columns": map[string]string{"number": "No", "name": "Name", "status": "Status"}, "dates": "MM/DD/YYYY", "words": map[string]string{"Clear": "lifecycle:active"},
		}}).want(201))
		list := as[licensureapi.BoardRoster](office.do("POST", school+"/rosters?source_id="+source.Id.String()+"&filename=fl.csv&as_of=2026-09-01",
			call{media: "text/csv", body: []byte("No,Name,Status\nMA 99,Some Body,Clear\n")}).want(201))
		imported := as[logbookapi.Import](office.do("POST", school+"/imports?filename=a.csv&program_id="+o.ids["program"], call{media: "text/csv", body: []byte(
			"email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
				"student@here.example,Some Body,2026-08-20,09:00,10:00,0,juggling,lab,in-person,super@here.example,\n")}).want(201))

		for _, c := range []struct{ column, value, method, path string }{
			{"courses.prerequisites", `[{"licensed"`, "POST", propose},
			{"courses.prerequisites", ``, "GET", "/v1/courses/" + course.Id.String()},
			{"courses.prerequisites", `"x"`, "GET", school + "/courses"},
			{"roster_sources.mapping", `{"columns": 5}`, "GET", "/v1/roster-sources/" + source.Id.String()},
			{"roster_sources.mapping", `{"columns": {`, "GET", school + "/roster-sources"},
			{"rosters.refusals", `{}`, "GET", "/v1/rosters/" + list.Id.String()},
			{"rosters.refusals", `[{"code": 5}]`, "GET", school + "/rosters"},
			{"roster_matches.line", `[]`, "GET", school + "/roster-matches"},
			{"roster_matches.candidates", `{}`, "GET", school + "/roster-matches"},
			{"imports.report", `[]`, "GET", "/v1/imports/" + imported.Id.String()},
			{"imports.report", `{"tally": `, "GET", school + "/imports"},
		} {
			table, column, _ := strings.Cut(c.column, ".")
			var good string
			ok(t, raw.QueryRow("SELECT "+column+" FROM "+table).Scan(&good))
			set := func(value string) {
				_, err := raw.Exec("UPDATE " + table + " SET " + column + " = '" + strings.ReplaceAll(value, "'", "''") + "'")
				ok(t, err)
			}
			set(c.value)
			o.log.Reset()
			status, body := o.bare(office.token, c.method, c.path)
			if status != 500 || !strings.Contains(body, `"internal"`) || strings.Contains(body, column) || strings.Contains(body, "JSON") || strings.Contains(body, "json") {
				t.Errorf("%s is %s: %s %s gives %d %s", c.column, c.value, c.method, c.path, status, body)
			}
			if said := o.log.String(); !strings.Contains(said, c.column+" of ") {
				t.Errorf("%s is %s: the log says %s", c.column, c.value, said)
			}
			set(good)
		}
	})
}

// bare sends a request whose answer need not be a good one.
func (w *world) bare(token, method, path string) (int, string) {
	r := httptest.NewRequest(method, base+path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

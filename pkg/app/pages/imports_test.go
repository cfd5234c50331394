package pages

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/testkit"
)

const attendanceHeader = "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n"

// attendanceFile has one record for each of some students, and refused further
// ones whose setting is unknown.
func attendanceFile(refused int, students ...string) string {
	var b strings.Builder
	b.WriteString(attendanceHeader)
	for i, student := range students {
		fmt.Fprintf(&b, "%s@example.org,%s Example,2026-11-%02d,09:00,12:00,,kinesiology,lab,in-person,sam@example.org,\n", student, student, i+2)
	}
	for i := range refused {
		fmt.Fprintf(&b, "ada@example.org,Ada Example,2026-11-01,09:00,12:00,%d,kinesiology,spa,in-person,sam@example.org,\n", i)
	}
	return b.String()
}

// sends posts a form with an attendance file.
func (b *browser) sends(path, file string, fields ...string) *httptest.ResponseRecorder {
	b.site.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "november.csv")
	if err != nil {
		b.site.T.Fatal(err)
	}
	_, _ = part.Write([]byte(file)) // into memory
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	_ = w.Close()
	req := httptest.NewRequest(http.MethodPost, path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(req)
}

var (
	programBox = regexp.MustCompile(`name="program_id" value="([^"]+)"`)
	triedBox   = regexp.MustCompile(`name="tried" value="([^"]+)"`)
)

func found(t testing.TB, pattern *regexp.Regexp, res *httptest.ResponseRecorder) string {
	t.Helper()
	m := pattern.FindStringSubmatch(res.Body.String())
	if m == nil {
		t.Fatalf("%s is not on the page: %s", pattern, text(res))
	}
	return m[1]
}

// imported has the registrar try a file and import it; it gives the import's
// address.
func (b *browser) imported(imports, file string) string {
	b.site.T.Helper()
	program := found(b.site.T, programBox, b.get(imports))
	tried := found(b.site.T, triedBox, b.sends(imports, file, "action", "try", "program_id", program))
	res := b.sends(imports, file, "action", "import", "program_id", program, "tried", tried)
	at := res.Header().Get("Location")
	if res.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
		b.site.T.Fatalf("the file is not imported: %d %s", res.Code, text(res))
	}
	return at
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	imports := "/o/" + s.School.ID.String() + "/imports"
	rita := s.as(s.Registrar.Email)
	page := rita.get(imports)
	wants(t, page, http.StatusOK, testkit.Says("logbook.imports.no_file_was_imported_yet"), testkit.Says("logbook.imports.judge_as"))
	program := found(t, programBox, page)
	file := attendanceFile(1, "ada", "ben")

	report := rita.sends(imports, file, "action", "try", "program_id", program)
	wants(t, report, http.StatusOK, testkit.Says("logbook.import_report.was_try_nothing_recorded_file"), testkit.Says("shared.import.records_in_file")+" 3", "Accepted 2", "Refused 1",
		"november.csv", "Unknown setting 1", "Row 3", "“spa”", "ada@example.org", "ben@example.org", "3 h", testkit.Said("logbook.import_report.import_2", "count", 2))
	if _, waiting := s.stands(); waiting != 0 {
		t.Error("a try has recorded something")
	}
	tried := found(t, triedBox, report)
	if !strings.Contains(text(report), tried) {
		t.Error("the file's digest is not shown")
	}

	another := rita.sends(imports, attendanceFile(0, "ada"), "action", "import", "program_id", program, "tried", tried)
	wants(t, another, http.StatusOK, testkit.Says("logbook.import_report.another_file_than_one_you"), testkit.Said("logbook.import_report.import_2", "count", 1))
	res := rita.sends(imports, file, "action", "import", "program_id", program, "tried", tried)
	at := res.Header().Get("Location")
	leadsTo(t, res, at)
	wants(t, rita.get(at), http.StatusOK, "File imported.", testkit.Says("shared.import.waits_approval"), "by Rita Registrar", "Row 3", testkit.Says("logbook.import.you_imported_file_so_somebody"))
	leadsTo(t, rita.sends(imports, file, "action", "import", "program_id", program, "tried", tried), at)
	wants(t, rita.get(at), http.StatusOK, "This file was already imported, so nothing changed.")
	wants(t, rita.sends(imports, file, "action", "try", "program_id", program), http.StatusOK, "There is nothing to import", "Already recorded 2")
	if valid, waiting := s.stands(); valid != 0 || waiting != 180 {
		t.Errorf("before the approval %s count and %s wait", valid, waiting)
	}
	wants(t, rita.post(at+"/approve", nil), http.StatusForbidden, testkit.Says("same_person.import"))

	rob := s.as(s.Second.Email)
	wants(t, rob.get(imports), http.StatusOK, "november.csv", testkit.Says("shared.import.waits_approval"), "2 accepted")
	s.Pass(20 * time.Minute)
	wants(t, rob.get(at), http.StatusOK, "Approve the import", testkit.Says("shared.form.confirm_you"))
	wrong := rob.post(at+"/approve", url.Values{"password": {"seven lamps over sand"}})
	wants(t, wrong, http.StatusUnauthorized, testkit.Says("wrong_password.field"))
	if !strings.Contains(wrong.Body.String(), `href="#approve-password"`) {
		t.Error("the summary does not lead to the password")
	}
	wants(t, rob.post(at+"/approve", url.Values{"version": {"9"}, "password": {testPassword}}), http.StatusPreconditionFailed, testkit.Says("stale"))
	leadsTo(t, rob.post(at+"/approve", url.Values{"version": {"1"}}), at)
	wants(t, rob.get(at), http.StatusOK, "Import approved.", "by Rob Registrar")
	if valid, waiting := s.stands(); valid != 180 || waiting != 0 {
		t.Errorf("after the approval %s count and %s wait", valid, waiting)
	}
	wants(t, rob.post(at+"/reject", url.Values{"reason": {"Too late."}}), http.StatusConflict, testkit.Says("already_decided.import"))
}

func TestImport_Reject(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	imports := "/o/" + s.School.ID.String() + "/imports"
	rita, rob := s.as(s.Registrar.Email), s.as(s.Second.Email)
	file := attendanceFile(0, "ada")
	at := rita.imported(imports, file)
	wants(t, rob.post(at+"/reject", nil), http.StatusUnprocessableEntity)
	leadsTo(t, rob.post(at+"/reject", url.Values{"reason": {"This is last month’s file."}}), at)
	wants(t, rita.get(at), http.StatusOK, "Rejected", "This is last month’s file.", "by Rob Registrar")
	if valid, waiting := s.stands(); valid != 0 || waiting != 0 {
		t.Errorf("%s count and %s wait", valid, waiting)
	}
	if again := rita.imported(imports, file); again == at {
		t.Error("a rejected file cannot be imported again")
	}
}

func TestImport_ManyRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	imports := "/o/" + s.School.ID.String() + "/imports"
	rita := s.as(s.Registrar.Email)
	file := attendanceFile(rowsShown+1, "ada")
	program := found(t, programBox, rita.get(imports))
	wants(t, rita.sends(imports, file, "action", "try", "program_id", program), http.StatusOK, "Showing the first 100 of 101.", testkit.Said("logbook.import_report.save", "count", 101))
	at := rita.imported(imports, file)
	first := rita.get(at)
	next := found(t, regexp.MustCompile(`href="([^"]+)" rel="next"`), first)
	if second := rita.get(next); strings.Contains(text(first), "Row 102") || !strings.Contains(text(second), "Row 102") {
		t.Errorf("the last refused record is not on the second page: %s", text(second))
	}
	for name, res := range map[string]*httptest.ResponseRecorder{
		"of a try":     rita.sends(imports, file, "action", "refused", "program_id", program),
		"of an import": rita.get(at + "/refused.csv"),
	} {
		rows, err := csv.NewReader(res.Body).ReadAll()
		if err != nil || len(rows) != rowsShown+2 || strings.Join(rows[1][:4], " ") != "2 3 setting unknown_setting" {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
}

func TestImport_Wrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	imports := "/o/" + s.School.ID.String() + "/imports"
	rita := s.as(s.Registrar.Email)
	program := found(t, programBox, rita.get(imports))
	file := attendanceFile(0, "ada")
	wants(t, rita.sends(imports, "", "program_id", program), http.StatusUnprocessableEntity, testkit.Says("required.document"))
	wants(t, rita.post(imports, nil), http.StatusUnprocessableEntity, "Choose a file", "Choose the program")
	wants(t, rita.sends(imports, file, "program_id", s.School.ID.String()), http.StatusUnprocessableEntity, "This school has no such program.")
	wants(t, rita.sends(imports, file, "program_id", program, "as_of", "soon"), http.StatusUnprocessableEntity)
	wants(t, rita.sends(imports, "a,b\n1,2\n", "program_id", program), http.StatusUnprocessableEntity, "column")
	wants(t, rita.sends(imports, attendanceHeader+"\"open", "program_id", program), http.StatusUnprocessableEntity, testkit.Says("bad_csv"))
	wants(t, rita.sends(imports, file, "action", "import", "program_id", program), http.StatusOK, testkit.Says("logbook.import_report.was_try_nothing_recorded_file"))
	wants(t, rita.get(imports), http.StatusOK, testkit.Says("logbook.imports.no_file_was_imported_yet"))

	at := rita.imported(imports, file)
	sam, otto := s.as(s.Supervisor.Email), s.as(s.Stranger.Email)
	wants(t, sam.get(imports), http.StatusForbidden)
	wants(t, sam.sends(imports, file, "program_id", program), http.StatusForbidden)
	wants(t, otto.sends(imports, file, "program_id", program), http.StatusNotFound)
	for _, path := range []string{at, at + "/refused.csv"} {
		wants(t, sam.get(path), http.StatusForbidden)
		wants(t, otto.get(path), http.StatusNotFound)
	}
	for _, path := range []string{at + "/approve", at + "/reject"} {
		wants(t, sam.post(path, url.Values{"reason": {"No."}}), http.StatusForbidden)
		wants(t, otto.post(path, url.Values{"reason": {"No."}}), http.StatusNotFound)
	}
}

// A file whose letters can be read in several ways is asked about once, and read as it
// is answered; a list of another kind is told how to be saved.
func TestImports_Written(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	office, imports := s.as(s.Registrar.Email), "/o/"+s.School.ID.String()+"/imports"
	program := found(t, programBox, office.get(imports))
	mac := attendanceHeader + "zoe@example.org,Jos\x8e Example,2026-11-02,09:00,12:00,,kinesiology,lab,in-person,sam@example.org,\n"
	asked := office.sends(imports, mac, "action", "try", "program_id", program)
	if page := asked.Body.String(); asked.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "JosŽ") || !strings.Contains(page, `name="encoding"`) {
		t.Fatalf("%d %s", asked.Code, text(asked))
	}
	tried := office.sends(imports, mac, "action", "try", "program_id", program, "encoding", "macintosh")
	if page := tried.Body.String(); tried.Code != http.StatusOK || !strings.Contains(page, "José Example") || !strings.Contains(page, `name="encoding" value="macintosh"`) {
		t.Fatalf("%d %s", tried.Code, text(tried))
	}
	pdf := office.sends(imports, "%PDF-1.7", "action", "try", "program_id", program)
	if pdf.Code != http.StatusBadRequest && pdf.Code != http.StatusUnprocessableEntity || !strings.Contains(text(pdf), "This is a PDF") {
		t.Errorf("%d %s", pdf.Code, text(pdf))
	}
}

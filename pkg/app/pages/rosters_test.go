package pages

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestRosters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.license(t)
	office, base := s.as(s.Registrar.Email), "/o/"+s.School.ID.String()
	wants(t, office.get(base+"/imports"), http.StatusOK, "board lists")
	wants(t, office.get(base+"/rosters"), http.StatusOK, testkit.Says("licensure.rosters.no_boards_list_can_be"), "Add a board", testkit.Says("licensure.rosters.qualifications_look_at_again"))
	wants(t, office.get(base+"/roster-sources/new"), http.StatusOK, testkit.Says("licensure.source.say_once_which_column_boards"), "Year of birth")

	form := url.Values{"name": {"Florida list"}, "title": {"Massage Therapist"}, "dates": {"MM/DD/YYYY"}, "columns.number": {"No"}, "words": {"Clear"}}
	wants(t, office.post(base+"/roster-sources/new", form), http.StatusUnprocessableEntity, testkit.Says("bad_word"))
	form.Set("words", "Clear = lifecycle:active\nGone = lifecycle:zombie")
	wants(t, office.post(base+"/roster-sources/new", form), http.StatusUnprocessableEntity, testkit.Says("required.name_column"), testkit.Says("unknown_status.words"), testkit.Says("unknown_jurisdiction.code"))
	form.Set("words", "Clear = lifecycle:active")
	for field, value := range map[string]string{"jurisdiction": "FL", "columns.name": "Name", "columns.birth_year": "Born", "columns.status": "Status", "columns.expires_on": "Ends"} {
		form.Set(field, value)
	}
	leadsTo(t, office.post(base+"/roster-sources/new", form), base+"/rosters")
	res := office.get(base + "/rosters")
	wants(t, res, http.StatusOK, "Lists from Florida list can now be imported.", "Florida list (FL)", testkit.Says("licensure.rosters.try_list_2"))
	edit := found(t, regexp.MustCompile(`href="(/roster-sources/[^"]+)"`), res)
	wants(t, office.get(edit), http.StatusOK, "Clear = lifecycle:active")
	form.Set("version", "1")
	form.Set("columns.expires_on", "Expires")
	leadsTo(t, office.post(edit, form), base+"/rosters")
	wants(t, office.post(edit, form), http.StatusPreconditionFailed, testkit.Says("shared.load_as_now"))

	source := strings.TrimSuffix(strings.TrimPrefix(edit, "/roster-sources/"), "/edit")
	file := "No,Name,Born,Status,Expires\nMA1,Ada Example,,Clear,08/31/2029\nMA2,Ada Example,,Clear,08/31/2029\nMA3,Odd One,,Odd,\n"
	wants(t, office.sends(base+"/rosters", "", "source_id", source, "action", "try"), http.StatusUnprocessableEntity, testkit.Says("required.document"))
	wants(t, office.sends(base+"/rosters", "x\n", "source_id", source, "action", "try"), http.StatusUnprocessableEntity, "at most 64 MB. Error: The first line has no column")
	res = office.sends(base+"/rosters", file, "source_id", source, "action", "try", "as_of", "2026-11-22")
	wants(t, res, http.StatusOK, testkit.Says("licensure.rosters.what_list_would_bring"), testkit.Said("shared.roster.which_with_something_new", "matched", 1, "changed", 1), "is not among the words of this list", testkit.Says("licensure.rosters.same_file_again"))
	res = office.sends(base+"/rosters", file, "source_id", source, "action", "import", "as_of", "2026-11-22")
	if res.Code != http.StatusSeeOther {
		t.Fatal(res.Code, text(res))
	}
	wants(t, office.get(res.Header().Get("Location")), http.StatusOK, "november.csv Done", "List imported.", testkit.Says("licensure.roster.decide_whose_doubtful_lines"))
	wants(t, office.get("/therapists/"+s.Student.TherapistID.String()), http.StatusOK, "Term: Renewed from Nov 22, 2026 until Aug 31, 2029", "Florida list")

	queue := base + "/roster-matches"
	res = office.get(queue)
	wants(t, res, http.StatusOK, "Ada Example: FL Massage Therapist MA2", "one of the two has no year of birth", "Record what the list says")
	link := found(t, regexp.MustCompile(`action="(/roster-matches/[^"]+/link)"`), res)
	in := url.Values{"organization": {s.School.ID.String()}, "version": {"1"}}
	wants(t, office.post(link, in), http.StatusUnprocessableEntity, testkit.Says("not_a_candidate"))
	in.Set("therapist_id", s.Student.TherapistID.String())
	stranger := s.as(s.Stranger.Email)
	wants(t, stranger.post(link, in), http.StatusNotFound)
	leadsTo(t, office.post(link, in), queue)
	wants(t, office.get(queue), http.StatusOK, testkit.Says("licensure.holdings.recorded"), testkit.Says("shared.nothing_waits"))
	wants(t, office.post(strings.Replace(link, "/link", "/dismiss", 1), in), http.StatusConflict, testkit.Says("decided"))
	office.sends(base+"/rosters", "No,Name,Born,Status,Expires\nMA2,Bob Other,,Clear,\n", "source_id", source, "action", "import", "as_of", "2026-11-22")
	dismiss := found(t, regexp.MustCompile(`action="(/roster-matches/[^"]+/dismiss)"`), office.get(queue))
	leadsTo(t, office.post(dismiss, in), queue)

	for _, path := range []string{base + "/rosters", base + "/roster-sources/new", edit, queue} {
		wants(t, stranger.get(path), http.StatusNotFound)
		wants(t, s.as(s.Supervisor.Email).get(path), http.StatusForbidden)
	}
}

package pages

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestDrafts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	base := "/o/" + s.School.ID.String() + "/drafts"
	wants(t, registrar.get(base), http.StatusOK, testkit.Says("logbook.drafts.there_no_draft"))
	program := regexp.MustCompile(`/programs/([0-9a-f-]{36})`).FindStringSubmatch(registrar.get("/o/" + s.School.ID.String() + "/programs").Body.String())[1]
	fresh := registrar.get(base + "/new?from=" + program)
	wants(t, fresh, http.StatusOK, testkit.Says("logbook.draft.new_draft"))
	body := html.UnescapeString(regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindStringSubmatch(fresh.Body.String())[1])
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(fresh.Body.String())[1]
	wants(t, registrar.post(base+"/new", url.Values{"code": {"No Code"}, "body": {body}}), http.StatusUnprocessableEntity, testkit.Says("bad_code.logbook"))
	made := registrar.post(base+"/new", url.Values{"code": {code}, "body": {body}})
	one := made.Header().Get("Location")
	if !strings.HasPrefix(one, "/drafts/") {
		t.Fatalf("a new draft led to %q: %s", one, text(made))
	}
	wants(t, registrar.get(one), http.StatusOK, "1 test case passes", testkit.Says("logbook.draft.publish_2"))
	wants(t, registrar.post(one+"/publish", url.Values{"version": {"1"}}), http.StatusConflict, testkit.Says("program_unchanged"))
	leadsTo(t, registrar.post(one, url.Values{"version": {"1"}, "code": {code}, "body": {strings.Replace(body, "minutes: 36000", "minutes: lots", 1)}}), one)
	wants(t, registrar.get(one), http.StatusOK, testkit.Says("logbook.draft.cannot_be_read_yet"), "line ")
	wants(t, registrar.get(one+"/back-test"), http.StatusConflict, testkit.Says("logbook.draft.cannot_be_read_yet"))
	longer := strings.Replace(body, "minutes: 36000", "minutes: 39000", 1)
	leadsTo(t, registrar.post(one, url.Values{"version": {"2"}, "code": {code}, "body": {longer}}), one)
	wants(t, registrar.get(one), http.StatusOK, testkit.Says("logbook.draft.what_differs"), "short is 650 h, must be 600 h")
	late := registrar.post(one, url.Values{"version": {"2"}, "code": {code}, "body": {longer}})
	wants(t, late, http.StatusPreconditionFailed)
	if versions := regexp.MustCompile(`action="` + one + `">\s*<input type="hidden" name="version" value="([^"]+)"`).FindStringSubmatch(late.Body.String()); len(versions) == 0 || versions[1] != "2" {
		t.Errorf("sent again, it would overwrite what someone else saved: %q", versions)
	}
	leadsTo(t, registrar.post(one, url.Values{"version": {"3"}, "code": {code}, "body": {strings.Replace(longer, "short: 36000", "short: 39000", 1)}}), one)
	wants(t, registrar.get(one+"/back-test"), http.StatusOK, "1 of 1 enrollments", "Ada Example", "Not met")
	leadsTo(t, registrar.post(one+"/publish", url.Values{"version": {"4"}}), "/programs/"+program)
	wants(t, registrar.get(one), http.StatusOK, "Published")
	wants(t, s.as(s.Student.Email).get(one), http.StatusForbidden)
	wants(t, s.as(s.Stranger.Email).get(one), http.StatusNotFound)
	wants(t, s.as(s.Stranger.Email).get(base), http.StatusNotFound)
}

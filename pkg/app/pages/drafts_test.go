package pages

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
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
	if chosen := registrar.get(base + "/new?from=" + program).Body.String(); !strings.Contains(chosen, `value="program:`+program+`" selected`) {
		t.Error("a draft of a program does not begin with a copy of it")
	}
	fresh := registrar.get(base + "/new?yaml=1&from=" + program)
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

// A program is made by choosing alone: what is wrong is named by its field, each rule
// shows the sentence that it prints, and a sample is not published.
func TestDrafts_Choosing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	base := "/o/" + s.School.ID.String() + "/drafts"
	version := 1
	begin := func(code, start string) string {
		version = 1
		made := registrar.post(base+"/new", url.Values{"code": {code}, "title": {"Five Hundred"}, "start": {start}})
		if !strings.HasPrefix(made.Header().Get("Location"), "/drafts/") {
			t.Fatalf("a draft that begins with %s: %s", start, text(made))
		}
		return made.Header().Get("Location")
	}
	wants(t, registrar.post(base+"/new", url.Values{"code": {"x"}, "start": {"pack:nowhere"}}), http.StatusUnprocessableEntity, testkit.Says("bad_choice.page"))
	one := begin("five", "blank")
	do := func(what string, values url.Values) {
		t.Helper()
		values.Set("version", strconv.Itoa(version))
		leadsTo(t, registrar.post(one+"/"+what, values), one)
		version++
	}
	wants(t, registrar.get(one), http.StatusOK, testkit.Says("logbook.draft.no_subjects"), testkit.Says("logbook.draft.no_rules"))
	wants(t, registrar.post(one+"/rule", url.Values{"version": {"1"}, "kind": {"total"}, "minutes": {"500"}}), http.StatusUnprocessableEntity, testkit.Says("required.rule_source"))
	do("part", url.Values{"part": {"about"}, "title": {"Five Hundred"}, "version": {"2026"}, "source": {"Catalog 2026, page 3"}})
	do("part", url.Values{"part": {"subject"}, "title": {"Massage"}, "minutes": {"300"}})
	do("part", url.Values{"part": {"subject"}, "title": {"Anatomy & Physiology"}})
	do("part", url.Values{"part": {"subject"}, "title": {"Ethics"}})
	do("part", url.Values{"part": {"group"}, "title": {"Theory"}, "members": {"anatomy-physiology", "ethics"}})
	now := strconv.Itoa(version)
	wants(t, registrar.post(one+"/part", url.Values{"version": {now}, "part": {"subject"}, "title": {"massage"}}), http.StatusUnprocessableEntity, testkit.Says("repeated.name_of_part"))
	wants(t, registrar.post(one+"/rule", url.Values{"version": {now}, "kind": {"total"}}), http.StatusUnprocessableEntity, testkit.Says("rule_needs.minutes"))
	wants(t, registrar.post(one+"/rule", url.Values{"version": {now}, "kind": {"gate"}, "setting": {"externship"}}), http.StatusUnprocessableEntity, testkit.Says("rule_needs.after0"))
	wants(t, registrar.post(one+"/rule", url.Values{"version": {now}, "kind": {"maximum"}, "percent": {"50"}}), http.StatusUnprocessableEntity, testkit.Says("rule_needs.of"))
	do("rule", url.Values{"kind": {"total"}, "minutes": {"500"}})
	do("rule", url.Values{"kind": {"any_of"}})
	do("rule", url.Values{"kind": {"minimum"}, "in": {"any-of"}, "minutes": {"100"}, "of": {"group:theory"}})
	do("rule", url.Values{"kind": {"all_of"}, "in": {"any-of"}})
	do("rule", url.Values{"kind": {"pace"}, "in": {"all-of"}, "span": {"6"}, "unit": {"months"}})
	do("rule", url.Values{"kind": {"gate"}, "setting": {"externship"}, "after0": {"400"}})
	do("rule", url.Values{"kind": {"maximum"}, "earned": {"transfer"}, "percent": {"50"}})
	do("rule", url.Values{"kind": {"hour"}, "per_hour": {"50"}, "text": {"600 h and no less"}})
	wants(t, registrar.get(one+"?done=100"), http.StatusOK, "At least 500 h are valid.", "Time at an externship counts only after 400 h in all.",
		"At most 250 h transferred from other schools count: 50% of the total.", "At least 100 h of Theory are valid", "at least 6 months apart",
		"An hour is 50 min of instruction and up to 10 min of break.", testkit.Says("logbook.draft.preview"), "Passed")
	if form := registrar.get(one + "/rule?id=gate-externship").Body.String(); !strings.Contains(form, `value="400 h"`) || !strings.Contains(form, `value="externship" selected`) {
		t.Error("the form of a rule does not show it")
	}
	do("rule", url.Values{"kind": {"gate"}, "id": {"gate-externship"}, "setting": {"externship"}, "after0": {"400 h"}, "after1": {"10"}, "after_of1": {"subject:ethics"}})
	wants(t, registrar.get(one), http.StatusOK, "after 400 h in all and 10 h of Ethics")
	wants(t, registrar.post(one+"/remove", url.Values{"version": {strconv.Itoa(version)}, "part": {"subject"}, "code": {"ethics"}}), http.StatusConflict, testkit.Says("still_named"))
	do("remove", url.Values{"part": {"rule"}, "code": {"hour"}})
	leadsToProgram := registrar.post(one+"/publish", url.Values{"version": {strconv.Itoa(version)}})
	if !strings.HasPrefix(leadsToProgram.Header().Get("Location"), "/programs/") {
		t.Fatalf("publishing says %s", text(leadsToProgram))
	}
	one = begin("sample-school", "sample")
	wants(t, registrar.get(one), http.StatusOK, testkit.Says("logbook.draft.publish_2"))
	wants(t, registrar.post(one+"/publish", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, testkit.Says("sample_standard.key"))
	one = begin("new-york", "pack:new-york")
	wants(t, registrar.get(one), http.StatusOK, "At least 1,000 h", "Passed", "Hydrotherapy", "Kinesiology")
	wants(t, registrar.post(one+"/rule", url.Values{"version": {"1"}, "kind": {"unjudged"}}), http.StatusUnprocessableEntity, testkit.Says("rule_needs.text"))
	do("rule", url.Values{"kind": {"unjudged"}, "text": {"A portfolio is shown to the board."}})
	wants(t, registrar.get(one), http.StatusOK, testkit.Says("sentence.unjudged"), "A portfolio is shown to the board.")
	if form := registrar.get(one + "/rule?id=unjudged").Body.String(); strings.Count(form, `value="A portfolio is shown to the board."`) != 1 {
		t.Error("the form of what is asked does not show it once")
	}
}

// What is wrong with a draft is told by the part of the page that it is about, and to
// those who write YAML by its line.
func TestDrafts_Problems(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	body := `key: wrong
version: "1"
title: Wrong
source: Catalog
undated: true
confidence: H
subjects:
  - {code: massage, title: Massage}
  - {code: ethics, title: massage}
groups:
  - {code: all, title: All, members: [massage, nothing]}
rules:
  - {id: day, kind: day_cap, minutes: 480, subject: nowhere, source: Catalog}
  - id: ways
    kind: any_of
    source: Catalog
    rules:
      - {id: pace, kind: pace, weeks: 24, days: 3, source: Catalog}
cases:
  - {name: Nobody, with: [nobody]}
`
	made := registrar.post("/o/"+s.School.ID.String()+"/drafts/new", url.Values{"code": {"wrong"}, "body": {body}})
	one := made.Header().Get("Location")
	shown := registrar.get(one)
	wants(t, shown, http.StatusOK, testkit.Says("logbook.draft.cannot_be_read_yet"))
	list := regexp.MustCompile(`(?s)aria-labelledby="problems">(.*?)</section>`).FindStringSubmatch(shown.Body.String())
	if list == nil {
		t.Fatal("no problems are told")
	}
	told := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(list[1], ""))
	for _, want := range []string{
		"Subject “massage”: Subject “Massage” already has this name.", "Group “All”: ", "Rule “At most 8 h of nowhere of one date count.”: ", "Rule “The first and the last day that count are at least 24 weeks apart.”: ", "Test case “Nobody”: ",
		testkit.Says("logbook.draft.rules") + ": ",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told: %s", want, told)
		}
	}
	if strings.Contains(told, "line ") || strings.Contains(told, "rules[") {
		t.Errorf("lines are told to those who choose: %s", told)
	}
	if !strings.Contains(list[1], `href="`+one+`/rule?id=pace"`) {
		t.Error("a rule within another cannot be opened")
	}
	wants(t, shown, http.StatusOK, testkit.Says("logbook.draft.problem_lines"), "line 13: ")
}

// Hours are read as people write them, and a fault speaks of hours.
func TestDrafts_Hours(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	registrar := s.as(s.Registrar.Email)
	one := registrar.post("/o/"+s.School.ID.String()+"/drafts/new", url.Values{"code": {"hours"}, "start": {"sample"}}).Header().Get("Location")
	version := 1
	for _, c := range []struct{ text, said string }{
		{"1000", "1,000 h"}, {"1000 h", "1,000 h"}, {"1,000", "1,000 h"}, {"1,000 h", "1,000 h"}, {"1,000 Hours", "1,000 h"}, {"12,000", "12,000 h"}, {"600", "600 h"},
		{"600 h 30 min", "600 h 30 min"}, {"1,5", "1 h 30 min"}, {"1.5 h", "1 h 30 min"}, {"90 min", "1 h 30 min"},
	} {
		leadsTo(t, registrar.post(one+"/rule", url.Values{"version": {strconv.Itoa(version)}, "kind": {"total"}, "id": {"total"}, "minutes": {c.text}}), one)
		version++
		wants(t, registrar.get(one), http.StatusOK, "At least "+c.said)
	}
	for _, c := range []struct{ text, want string }{
		{"many", testkit.Said("bad_hours.unreadable", "text", "many")}, {"1,00 0", testkit.Said("bad_hours.unreadable", "text", "1,00 0")}, {"16667", testkit.Said("bad_hours.most", "most", 16666)},
	} {
		got := registrar.post(one+"/rule", url.Values{"version": {strconv.Itoa(version)}, "kind": {"total"}, "id": {"total"}, "minutes": {c.text}})
		wants(t, got, http.StatusUnprocessableEntity, c.want)
		got = registrar.post(one+"/part", url.Values{"version": {strconv.Itoa(version)}, "part": {"subject"}, "title": {"More"}, "minutes": {c.text}})
		wants(t, got, http.StatusUnprocessableEntity, c.want)
	}
}

package standard

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/palmar/palmar/pkg/judge/license"
)

// The look of a case sees what is so on its day: nothing where nothing was recorded,
// and neither what is still to come nor what is over.
func TestRegimeCase_Look(t *testing.T) {
	r := RegimeOf("XX")
	for _, tt := range []struct {
		name   string
		events []RegimeEvent
		want   string
	}{
		{"nothing", nil, ""},
		{"from that day on", []RegimeEvent{{Status: "active", On: day("2026-03-01")}}, "active"},
		{"from the next", []RegimeEvent{{Status: "active", On: day("2026-03-02")}}, ""},
		{"another to come", []RegimeEvent{{Status: "active", On: day("2025-01-01")}, {Status: "inactive", On: day("2026-06-01")}}, "active"},
		{"until that day", []RegimeEvent{{Status: "inactive", On: day("2025-01-01"), Until: day("2026-03-01")}}, "inactive"},
		{"until the day before", []RegimeEvent{{Status: "inactive", On: day("2025-01-01"), Until: day("2026-02-28")}}, ""},
	} {
		c := RegimeCase{On: day("2026-03-01"), Events: tt.events}
		if look := c.license(r).Checks[0]; look.Lifecycle != tt.want || look.ExpiresOn != day("2026-03-02") {
			t.Errorf("%s: it sees %q, and that it ends on %s", tt.name, look.Lifecycle, look.ExpiresOn)
		}
	}
	term := RegimeCase{On: day("2026-03-01"), Term: RegimeEvent{On: day("2025-01-01"), Until: day("2026-12-31")}}
	if look := term.license(r).Checks[0]; look.ExpiresOn != day("2026-12-31") {
		t.Errorf("the term ends on %s", look.ExpiresOn)
	}
}

// A case that is not so fails, and says in what.
func TestCheckRegime_Fails(t *testing.T) {
	all, err := RegimePacks()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(p RegimePack) bool { return p.Jurisdiction.Code == "AZ" })
	r, err := all[at].Regime()
	if err != nil {
		t.Fatal(err)
	}
	says := slices.IndexFunc(all[at].Cases, func(c RegimeCase) bool { return c.Says != "" && c.Rule != "" })
	for _, tt := range []struct {
		change func(*RegimeCase)
		want   string
	}{
		{func(*RegimeCase) {}, ""},
		{func(c *RegimeCase) { c.Says = "" }, ""},
		{func(c *RegimeCase) { c.Says = "moon" }, `must say "moon"`},
		{func(c *RegimeCase) { c.Rule = "moon" }, `must be "moon"`},
		{func(c *RegimeCase) { c.Title = "moon" }, "must be moon"},
		{func(c *RegimeCase) { c.May = !c.May }, "must be "},
		{func(c *RegimeCase) { c.Discipline = "moon" }, "must be moon"},
	} {
		p := all[at]
		c := p.Cases[says]
		tt.change(&c)
		p.Cases = []RegimeCase{c}
		failures := CheckRegime(p, r)
		if tt.want == "" && failures != nil || tt.want != "" && (len(failures) != 1 || !strings.Contains(failures[0].What, tt.want)) {
			t.Errorf("fails %v, want %q", failures, tt.want)
		}
	}
}

// A license is looked up where its own authority says, and has the zone of its place.
func TestRegimeOf_Places(t *testing.T) {
	if !strings.HasPrefix(SearchOf("FL"), "https://") || SearchOf("XX") != "" {
		t.Errorf("%q, %q", SearchOf("FL"), SearchOf("XX"))
	}
	for code, want := range map[string][]string{"PR": {"America/Puerto_Rico"}, "GU": {"Pacific/Guam"}, "XX": nil} {
		if got := RegimeOf(code); got.Name != code || !slices.Equal(got.Zones, want) {
			t.Errorf("%s is %q in %v", code, got.Name, got.Zones)
		}
	}
	p := RegimePack{Titles: []TitleList{{Kind: "moon", Titles: []string{"Moon"}}}}
	if _, err := p.Regime(); err == nil {
		t.Error("titles of no kind are taken")
	}
	p.Titles[0].Kind = license.Kinds[0]
	if r, err := p.Regime(); err != nil || r.Titles[license.FoldTitle("Moon")] != license.Kinds[0] {
		t.Errorf("%v, %v", r.Titles, err)
	}
}

// Of a folder every pack is read, a broken one too, and nothing that is none.
func TestEach(t *testing.T) {
	folder := fstest.MapFS{
		"a.yaml": {Data: []byte("key: [")}, "in/b.yaml": {Data: []byte(smallPack)}, "c.yml": {Data: []byte(smallPack)}, "notes.txt": {}, "d.yaml/e.txt": {},
	}
	var names []string
	if err := Each(folder, func(name string, p Pack, err error) {
		names = append(names, name)
		if (err == nil) != (name == "in/b.yaml") || err == nil && p.Key != "small" {
			t.Errorf("%s is read as %q, %v", name, p.Key, err)
		}
	}); err != nil || !slices.Equal(names, []string{"a.yaml", "in/b.yaml"}) {
		t.Errorf("%v, %v", names, err)
	}
}

package standard

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestPacks(t *testing.T) {
	all, err := Load(Packs())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 108 {
		t.Errorf("%d packs", len(all))
	}
	for _, p := range all {
		t.Run(p.Key, func(t *testing.T) {
			for _, f := range Check(p) {
				t.Error(f)
			}
			if p.Unknown {
				return
			}
			b, err := p.Standard.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			if again, err := Parse(b); err != nil || !reflect.DeepEqual(again, p.Standard.Worded()) {
				t.Errorf("published as JSON it is read back as %+v, %v", again, err)
			}
		})
	}
}

func TestCheck_Fails(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Case)
		what   string
	}{
		{"another number", func(c *Case) { c.Valid++ }, "valid is 600 h, must be 600 h 1 min"},
		{"met", func(c *Case) { c.Met = false }, "met is true, must be false"},
		{"a reason too many", func(c *Case) { c.Reasons = map[string]int{"day-cap": 1} }, "reasons is map[], must be map[day-cap:1]"},
		{"a rule that is not there", func(c *Case) { c.Rules = map[string]core.Minutes{"moon": 0} }, "rules is map[moon:-1 min], must be map[moon:0 min]"},
		{"an unmet rule", func(c *Case) { c.Unmet = []string{"pace"} }, "unmet is [], must be [pace]"},
		{"no time", func(c *Case) { c.Credits = []CaseCredit{{Start: "25:00"}} }, "bad_time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := demo()
			c := p.Cases[1]
			tt.change(&c)
			p.Cases = []Case{c}
			failures := Check(p)
			if len(failures) != 1 || !strings.Contains(failures[0].String(), tt.what) {
				t.Errorf("gives %v, want %q", failures, tt.what)
			}
		})
	}
}

func TestDemo(t *testing.T) {
	std := Demo()
	if std.Required() != core.Hours(600) {
		t.Errorf("the demo program requires %s", std.Required())
	}
	hours := map[string]int{
		"anatomy-physiology": 125, "kinesiology": 50, "pathology": 50, "massage-practice": 200,
		"hydrotherapy": 15, "ethics-law-business": 45, "clinical-practice": 100,
	}
	for code, h := range hours {
		if got := std.RequiredIn(code); got != core.Hours(h) {
			t.Errorf("%s requires %s, want %d h", code, got, h)
		}
	}
	if len(std.Subjects) != len(hours) {
		t.Errorf("%d subjects, want %d", len(std.Subjects), len(hours))
	}
	for _, as := range []string{"anatomy-physiology", "Anatomy & Physiology", "ANATOMY & PHYSIOLOGY"} {
		if code, ok := std.SubjectCode(as); !ok || code != "anatomy-physiology" {
			t.Errorf("%q is %q, %v", as, code, ok)
		}
	}
	if _, ok := std.SubjectCode("Aromatherapy"); ok {
		t.Error("Aromatherapy is no subject")
	}
	if std.SubjectTitle("pathology") != "Pathology" || std.SubjectTitle("alchemy") != "alchemy" {
		t.Error("titles of subjects are wrong")
	}
	if !slices.ContainsFunc(std.Rules, func(r Rule) bool { return r.Kind == SupervisedOnly }) {
		t.Error("unsupervised minutes would count")
	}
}

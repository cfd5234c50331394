package standard

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestPack_Cases(t *testing.T) {
	files, err := packs.ReadDir("packs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, f := range files {
		data, err := packs.ReadFile("packs/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParsePack(data)
		if err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		if len(p.Cases) == 0 {
			t.Errorf("%s has no cases", f.Name())
		}
		for _, c := range p.Cases {
			t.Run(f.Name()+"/"+c.Name, func(t *testing.T) {
				if err := p.Check(c); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestPack_ErrWrongCase(t *testing.T) {
	p := demo()
	c := p.Cases[1]
	c.Valid++
	if p.Check(c) == nil {
		t.Error("a case with a wrong number passes")
	}
	c.With = []string{"absent"}
	if p.Check(c) == nil {
		t.Error("a case with an absent fixture passes")
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

package standard

import (
	"bytes"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// Of every kind that a school's program may have, a figure that is changed by one,
// up or down, fails a proposed case.
func TestBoundaries_BothSides(t *testing.T) {
	figures := map[string]func(*Rule, int){
		"minutes":  func(r *Rule, by int) { r.Minutes += core.Minutes(by) },
		"percent":  func(r *Rule, by int) { r.Percent += by },
		"days":     func(r *Rule, by int) { r.Days += by },
		"weeks":    func(r *Rule, by int) { r.Weeks += by },
		"months":   func(r *Rule, by int) { r.Months += by },
		"after":    func(r *Rule, by int) { r.After = []Need{{Minutes: r.After[0].Minutes + core.Minutes(by)}} },
		"per_hour": func(r *Rule, by int) { r.PerHour += core.Minutes(by) },
		"from":     func(r *Rule, by int) { r.From = r.From.AddDays(by) },
		"to":       func(r *Rule, by int) { r.To = r.To.AddDays(by) },
		"rules": func(r *Rule, by int) {
			r.Rules = []Rule{r.Rules[0], r.Rules[1]}
			r.Rules[0].Minutes += core.Minutes(by)
		},
	}
	// Their other end is another matter, or they have no figure that is a boundary.
	skip := map[string]bool{"window/from": true, "excluded/to": true, "total/from": true}
	for _, kind := range Forms() {
		p := Pack{Standard: Standard{
			Key: "it", Version: "1", Title: "It", Subjects: []Subject{{Code: "theory", Title: "Theory"}, {Code: "massage", Title: "Massage"}},
			Rules: []Rule{{ID: "total", Kind: Total, Minutes: 600}},
		}}
		r := ruleOf(kind)
		if kind == Total {
			p.Rules = nil
		}
		if kind == Gate {
			r.Subject, r.Setting = "", core.Externship
		}
		p.Rules = append(p.Rules, r)
		p.Cases = p.Boundaries()
		if failed := Check(p); failed != nil {
			t.Errorf("%s fails from the start: %v", kind, failed)
		}
		set := r.fields()
		for field, change := range figures {
			if !set[field] || skip[string(kind)+"/"+field] {
				continue
			}
			for _, by := range []int{-1, 1} {
				other := p
				other.Rules = append([]Rule{}, p.Rules...)
				change(&other.Rules[len(other.Rules)-1], by)
				if Check(other) == nil {
					t.Errorf("%s: %s changed by %d fails no case of %d", kind, field, by, len(p.Cases))
				}
			}
		}
	}
}

// What is written is read as the same, and a pack that is half done too.
func TestPack_Write(t *testing.T) {
	all, err := Load(Packs())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(all, Sample(), Blank("new", "New")) {
		text, err := p.Write()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Sketch(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", p.Key, err, text)
		}
		again, err := back.Write()
		if err != nil || !bytes.Equal(text, again) {
			t.Errorf("%s is written again as\n%s\nfrom\n%s (%v)", p.Key, again, text, err)
		}
		if p.Unknown || p.Cases == nil {
			continue
		}
		whole, err := ParsePack(text)
		if err != nil {
			t.Errorf("%s: %v", p.Key, err)
			continue
		}
		a, _ := p.Marshal()
		b, _ := whole.Marshal()
		if !bytes.Equal(a, b) || Check(whole) != nil {
			t.Errorf("%s is read back as\n%s, not\n%s, and fails %v", p.Key, b, a, Check(whole))
		}
	}
}

func TestStandard_SampleOf(t *testing.T) {
	p := Sample()
	f := core.AsFault(p.SampleOf())
	if f == nil || len(f.Fields) != 2 || f.Fields[0].Code != "sample_standard" {
		t.Errorf("a sample is %v", f)
	}
	p.Key, p.Source = "ours", "Catalog 2026"
	for i := range p.Rules {
		p.Rules[i].Source = "Catalog 2026"
	}
	if err := p.SampleOf(); err != nil {
		t.Errorf("one's own program is %v", err)
	}
}

func TestStandard_Student(t *testing.T) {
	if s, _, err := Demo().Try(100); err != nil || s.Answer != Met || s.Valid != Demo().Required() {
		t.Errorf("one who has done all is %s with %s: %v", s.Answer, s.Valid, s.MissingText())
	}
	if s, _, err := Demo().Try(50); err != nil || s.Answer != Short || s.Valid == 0 {
		t.Errorf("one who has done half is %s with %s", s.Answer, s.Valid)
	}
	if all, err := Starts(core.Date{Year: 2026, Month: 11, Day: 30}); err != nil || len(all) < 45 {
		t.Errorf("%d packs to begin with, %v", len(all), err)
	}
}

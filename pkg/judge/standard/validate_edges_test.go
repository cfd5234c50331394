package standard

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// faultsOf are the fields that a standard is refused for, with their codes.
func faultsOf(err error) (all []string) {
	f := core.AsFault(err)
	if f == nil {
		return nil
	}
	for _, field := range f.Fields {
		all = append(all, field.Name+" "+field.Code)
	}
	return all
}

func ruleList(n int) (all []Rule) {
	for i := range n {
		all = append(all, Rule{ID: fmt.Sprintf("r-%d", i), Kind: DayCap, HandsOn: i%100 + 1, Days: 0, Minutes: 1, Source: "S", Setting: core.Settings[i/100]})
	}
	return all
}

// The most that a standard may have is allowed, and one more is not.
func TestValidate_Most(t *testing.T) {
	subjects := func(n int) (all []Subject) {
		for i := range n {
			all = append(all, Subject{Code: fmt.Sprintf("s-%d", i), Title: fmt.Sprintf("S %d", i)})
		}
		return all
	}
	groups := func(n int) (all []Group) {
		for i := range n {
			all = append(all, Group{Code: fmt.Sprintf("g-%d", i), Title: "G", Members: []string{"a"}})
		}
		return all
	}
	for _, tt := range []struct {
		name   string
		change func(*Standard)
		fault  string
	}{
		{"100 subjects", func(s *Standard) { s.Subjects = subjects(100) }, ""},
		{"101 subjects", func(s *Standard) { s.Subjects = subjects(101) }, "subjects too_many"},
		{"100 groups", func(s *Standard) { s.Groups = groups(100) }, ""},
		{"101 groups", func(s *Standard) { s.Groups = groups(101) }, "groups too_many"},
		{"a group of 100", func(s *Standard) {
			s.Subjects, s.Groups = subjects(100), []Group{{Code: "g", Title: "G", Members: codes(subjects(100))}}
		}, ""},
		{"a group of 101", func(s *Standard) {
			s.Subjects, s.Groups = subjects(100), []Group{{Code: "g", Title: "G", Members: append(codes(subjects(100)), "s-0")}}
		}, "groups[0].members required"},
		{"300 rules", func(s *Standard) { s.Rules = append(s.Rules, ruleList(299)...) }, ""},
		{"301 rules", func(s *Standard) { s.Rules = append(s.Rules, ruleList(300)...) }, "rules too_many"},
		{"a key of 64", func(s *Standard) { s.Key = strings.Repeat("k", 64) }, ""},
		{"a key of 65", func(s *Standard) { s.Key = strings.Repeat("k", 65) }, "key bad_key"},
		{"valid for a month", func(s *Standard) { s.Validity = &Validity{Months: 1, Text: "T", Source: "S"} }, ""},
		{"valid for 240", func(s *Standard) { s.Validity = &Validity{Months: 240, Text: "T", Source: "S"} }, ""},
		{"valid for none", func(s *Standard) { s.Validity = &Validity{Text: "T", Source: "S"} }, "validity.months bad_number"},
		{"valid for 241", func(s *Standard) { s.Validity = &Validity{Months: 241, Text: "T", Source: "S"} }, "validity.months bad_number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			std := standardOf(total(60, High))
			tt.change(&std)
			got := faultsOf(std.Validate())
			if tt.fault == "" && got != nil || tt.fault != "" && !slices.Contains(got, tt.fault) {
				t.Errorf("refused for %q, want %q", got, tt.fault)
			}
		})
	}
}

func codes(all []Subject) (out []string) {
	for _, s := range all {
		out = append(out, s.Code)
	}
	return out
}

// Choices may be many; another rule is refused a second time while the first is in force.
func TestValidate_Twice(t *testing.T) {
	choice := func(id string, kind Kind, days int) Rule {
		return Rule{ID: id, Kind: kind, Source: "S", Rules: []Rule{{ID: id + "-in", Kind: Pace, Days: days, Source: "S"}}}
	}
	for _, kind := range []Kind{AnyOf, AllOf} {
		if got := faultsOf(standardOf(total(60, High), choice("x", kind, 1), choice("y", kind, 2)).Validate()); got != nil {
			t.Errorf("two of %s: %q", kind, got)
		}
	}
	for _, tt := range []struct {
		to1, from2, to2 string
		meet            bool
	}{
		{"2026-01-31", "2026-01-31", "", true}, {"2026-01-31", "2026-02-01", "", false}, {"2026-01-31", "", "", true},
		{"", "2026-01-31", "", true}, {"", "", "2026-01-31", true},
	} {
		first, second := Rule{ID: "x", Kind: DayCap, Minutes: 1, Source: "S", EffectiveTo: on(tt.to1)}, Rule{ID: "y", Kind: DayCap, Minutes: 2, Source: "S", EffectiveFrom: on(tt.from2), EffectiveTo: on(tt.to2)}
		if got := slices.Contains(faultsOf(standardOf(total(60, High), first, second).Validate()), "rules[2].kind repeated"); got != tt.meet {
			t.Errorf("until %q and from %q until %q: %v", tt.to1, tt.from2, tt.to2, got)
		}
	}
}

// A cycle has no days of its own, and its total stands for itself.
func TestValidateCycle_Standard(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Pack)
		want   string
	}{
		{"as it is", func(*Pack) {}, ""},
		{"from a day", func(p *Pack) { p.EffectiveFrom = day("2026-01-01") }, "effective_from not_of_kind"},
		{"until a day", func(p *Pack) { p.EffectiveTo = day("2026-01-01") }, "effective_from not_of_kind"},
		{"a total within", func(p *Pack) { p.Rules = []Rule{{ID: "any", Kind: AnyOf, Rules: p.Rules}} }, "rules not_within"},
		{"no total", func(p *Pack) { p.Rules = nil }, ""},
		{"carries over", func(p *Pack) { p.Cycle.CarryOver = 60 }, ""},
		{"carries over what it measures", func(p *Pack) {
			p.Cycle.CarryOver, p.Rules = 60, append(p.Rules, Rule{ID: "hour", Kind: Hour, PerHour: 50})
		}, "cycle.carry_over not_of_kind"},
		{"measures", func(p *Pack) { p.Rules = append(p.Rules, Rule{ID: "hour", Kind: Hour, PerHour: 50}) }, ""},
		{"keeps a rule", func(p *Pack) { p.Cycle.First = relieved("total") }, ""},
		{"keeps none that is there", func(p *Pack) { p.Cycle.First = relieved("moon") }, "cycle.first.keep[0] unknown_value"},
		{"each odd year", func(p *Pack) { p.Cycle.Years = 1 }, "cycle.ends.parity not_of_kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := cyclic(total(60, High))
			p.Confidence = Low
			p.Cycle.Ends.Text, p.Cycle.Ends.Source = "T", "S"
			tt.change(&p)
			var c core.Collect
			p.validateCycle(&c)
			if got := strings.Join(faultsOf(c.Err()), ", "); got != tt.want {
				t.Errorf("refused for %q, want %q", got, tt.want)
			}
		})
	}
}

func relieved(keep string) *Relief {
	return &Relief{Exempt: true, Keep: []string{keep}, Text: "T", Source: "S"}
}

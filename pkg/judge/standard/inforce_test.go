package standard

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func day(s string) core.Date {
	d, err := core.ParseDate(s)
	if err != nil && s != "" {
		panic(err)
	}
	return d
}

// ruled are rules of a made-up standard, all of them, whatever the day.
func ruled(std Standard) Rules { return Rules{std: &std} }

func TestRulesFor(t *testing.T) {
	versions := []Standard{
		{Version: "1", EffectiveTo: day("2024-12-31")},
		{Version: "2", EffectiveFrom: day("2025-01-01"), EffectiveTo: day("2027-01-01")},
		{Version: "emergency", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-27")},
		{Version: "emergency-a", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-26")},
	}
	tests := []struct {
		name              string
		basis             Basis
		enrolled, applied string
		want              string
	}{
		{"enrolled on the last day of the old version", AtEnrollment, "2024-12-31", "2026-05-01", "1"},
		{"enrolled on the first day of the new one", AtEnrollment, "2025-01-01", "2026-05-01", "2"},
		{"enrolled under the old, applied under the new", AtApplication, "2024-12-31", "2026-05-01", "2"},
		{"without a basis as if applied", "", "2024-12-31", "2026-05-01", "2"},
		{"the emergency rule is the newest", AtApplication, "2024-12-31", "2025-02-27", "emergency"},
		{"of two that began on one day the greater version", AtApplication, "", "2025-02-26", "emergency-a"},
		{"the emergency rule ended", AtApplication, "2024-12-31", "2025-02-28", "2"},
		{"before the emergency", AtEnrollment, "2025-01-31", "", "2"},
		{"the sunset's day", AtEnrollment, "2027-01-01", "", "2"},
		{"after the sunset", AtEnrollment, "2027-01-02", "2025-05-01", ""},
		{"not applied yet", AtApplication, "2024-12-31", "", ""},
		{"not enrolled", AtEnrollment, "", "2025-05-01", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range versions {
				versions[i].Basis = tt.basis
			}
			for range 2 {
				slices.Reverse(versions)
				got, err := RulesFor(Days{Enrolled: day(tt.enrolled), Asked: day(tt.applied)}, versions...)
				if got.Standard().Version != tt.want || (err == nil) != (tt.want != "") {
					t.Errorf("gives %q, %v, want %q", got.Standard().Version, err, tt.want)
				}
			}
		})
	}
}

// A standard without dates needs no day; one with a date in any rule does.
func TestRulesFor_Day(t *testing.T) {
	for name, tt := range map[string]struct {
		std  Standard
		on   string
		want string
	}{
		"without dates":         {Standard{}, "", ""},
		"begins":                {Standard{EffectiveFrom: day("2025-01-01")}, "", "standard_not_in_force.day"},
		"ends":                  {Standard{EffectiveTo: day("2025-01-01")}, "", "standard_not_in_force.day"},
		"a rule begins":         {Standard{Rules: []Rule{{EffectiveFrom: day("2025-01-01")}}}, "", "standard_not_in_force.day"},
		"a rule in a rule ends": {Standard{Rules: []Rule{{Rules: []Rule{{EffectiveTo: day("2025-01-01")}}}}}, "", "standard_not_in_force.day"},
		"the day before":        {Standard{EffectiveFrom: day("2025-01-02")}, "2025-01-01", "standard_not_in_force.before"},
		"the first day":         {Standard{EffectiveFrom: day("2025-01-02")}, "2025-01-02", ""},
		"the last day":          {Standard{EffectiveTo: day("2025-01-02")}, "2025-01-02", ""},
		"the day after":         {Standard{EffectiveTo: day("2025-01-02")}, "2025-01-03", "standard_not_in_force.after"},
	} {
		for _, basis := range []Basis{AtEnrollment, AtApplication} {
			d := Days{Enrolled: day(tt.on), Asked: day("1999-01-01")}
			if basis == AtApplication {
				d = Days{Enrolled: day("1999-01-01"), Asked: day(tt.on)}
			}
			tt.std.Basis = basis
			rules, err := RulesFor(d, tt.std)
			id := ""
			if f := core.AsFault(err); f != nil {
				id = f.ID
				if core.CodeOf(err) != "standard_not_in_force" {
					t.Errorf("%s: %s", name, core.CodeOf(err))
				}
			}
			if id != tt.want || (rules.std == nil) != (tt.want != "") {
				t.Errorf("%s, by %s: %q, want %q", name, basis, id, tt.want)
			}
		}
	}
}

func TestRulesFor_Rules(t *testing.T) {
	std := Standard{EffectiveFrom: day("2020-01-01"), EffectiveTo: day("2025-12-31"), Rules: []Rule{
		{ID: "always"},
		{ID: "temporary", EffectiveFrom: day("2025-02-01"), EffectiveTo: day("2025-02-27")},
		{ID: "paths", Kind: AnyOf, Rules: []Rule{{ID: "old", EffectiveTo: day("2025-02-01")}, {ID: "older", EffectiveTo: day("2025-01-31")}}},
	}}
	for on, want := range map[string]struct {
		until string
		ids   []string
	}{
		"2025-01-30": {"2025-01-31", []string{"always", "paths", "old", "older"}},
		"2025-01-31": {"2025-01-31", []string{"always", "paths", "old", "older"}},
		"2025-02-01": {"2025-02-01", []string{"always", "temporary", "paths", "old"}},
		"2025-02-27": {"2025-02-27", []string{"always", "temporary"}},
		"2025-02-28": {"2025-12-31", []string{"always"}},
	} {
		for basis, until := range map[Basis]string{AtEnrollment: "", AtApplication: want.until} {
			std.Basis = basis
			rules, err := RulesFor(Days{Enrolled: day(on), Asked: day(on)}, std)
			if ids := idsOf(rules.Standard().Rules); err != nil || !slices.Equal(ids, want.ids) {
				t.Errorf("on %s %v are in force, want %v (%v)", on, ids, want.ids, err)
			}
			st := Evaluate(rules, nil)
			if st.Until != day(until) || !st.Holds(day(on)) || until != "" && (!st.Holds(st.Until) || st.Holds(st.Until.AddDays(1))) {
				t.Errorf("on %s it holds until %s, want %q by %s", on, st.Until, until, basis)
			}
		}
	}
	if ids := idsOf(std.Rules); len(ids) != 5 {
		t.Errorf("RulesFor changed the standard: %v", ids)
	}
	if got := Evaluate(Rules{}, []core.Credit{credit(1, "2026-03-02", 60, "a")}); !got.Answer.Lacks() || got.Recorded != 0 {
		t.Errorf("no rules answer %q", got.Answer)
	}
}

// Who judges takes Rules, whose fields are nobody else's; in this package too
// they are made where the day is asked for, and nowhere else.
func TestRules_Made(t *testing.T) {
	of := reflect.TypeFor[Rules]()
	for i := range of.NumField() {
		if of.Field(i).IsExported() {
			t.Errorf("anyone can set %s", of.Field(i).Name)
		}
	}
	for name, fn := range map[string]any{"Evaluate": Evaluate, "EvaluateWith": EvaluateWith, "Ordered.Evaluate": Ordered.Evaluate, "Ordered.EvaluateWith": Ordered.EvaluateWith} {
		typ, found := reflect.TypeOf(fn), 0
		for i := range typ.NumIn() {
			switch typ.In(i) {
			case of:
				found++
			case reflect.TypeFor[Standard](), reflect.TypeFor[*Standard](), reflect.TypeFor[Pack]():
				t.Errorf("%s takes rules of any day", name)
			}
		}
		if found != 1 {
			t.Errorf("%s takes no Rules", name)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "inforce.go" {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if made, ok := n.(*ast.CompositeLit); ok && len(made.Elts) > 0 {
				if name, ok := made.Type.(*ast.Ident); ok && name.Name == "Rules" {
					t.Errorf("%s makes Rules without asking for the day", file)
				}
			}
			return true
		})
	}
}

func idsOf(rules []Rule) (ids []string) {
	for _, r := range rules {
		ids = append(append(ids, r.ID), idsOf(r.Rules)...)
	}
	return ids
}

package standard

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

const textAndSource = `,"text":"T","source":"S"}`

// withRules is a standard of two subjects and two groups with more rules.
func withRules(rules ...string) string {
	return `{"key":"small","version":"1","title":"Small","subjects":[{"code":"a","title":"Aa","also":["a1"]},{"code":"b","title":"Bb"}],` +
		`"groups":[{"code":"ab","title":"Ab","members":["a","b"]},{"code":"all","title":"All","members":["ab"]}],` +
		`"rules":[{"id":"total","kind":"total","minutes":60` + textAndSource + "," + strings.Join(rules, ",") + `]}`
}

func rule(rest string) string { return `{"id":"r",` + rest + textAndSource }

func TestValidate_Kinds(t *testing.T) {
	good := map[string]string{
		"minimum of a group":         `"kind":"minimum","group":"all","minutes":1`,
		"minimum of everything":      `"kind":"minimum","minutes":1`,
		"extra":                      `"kind":"extra","subject":"a","minutes":1`,
		"pace":                       `"kind":"pace","months":9`,
		"minimum in percent":         `"kind":"minimum","setting":"lab","percent":50`,
		"within":                     `"kind":"within","months":24`,
		"age of transfers":           `"kind":"transfer_age","months":60,"subject":"a"`,
		"day cap of a delivery":      `"kind":"day_cap","delivery":"distance","minutes":1`,
		"week cap of a setting":      `"kind":"week_cap","setting":"lab","minutes":1`,
		"gate on a setting":          `"kind":"gate","setting":"externship","after":[{"minutes":1,"setting":"clinic","subject":"a"}]`,
		"maximum":                    `"kind":"maximum","mode":"available","percent":100`,
		"gate":                       `"kind":"gate","setting":"externship","after":[{"minutes":1},{"minutes":1,"group":"ab"}]`,
		"supervision":                `"kind":"supervision","modes":["in_class","on_premises","available"],"make_up":true`,
		"window open at one end":     `"kind":"window","to":"2026-01-01"`,
		"excluded day":               `"kind":"excluded","from":"2026-01-01","to":"2026-01-01"`,
		"hour":                       `"kind":"hour","per_hour":50,"block":180,"least":30,"round_to":30,"rounding":"up"`,
		"temporary":                  `"kind":"week_cap","minutes":1,"effective_from":"2026-01-01","effective_to":"2026-01-01"`,
		"choices within each other":  `"kind":"any_of","rules":[{"id":"x","kind":"all_of","rules":[{"id":"y","kind":"pace","days":1` + textAndSource + `]` + textAndSource + `]`,
		"the last of five, the pace": nested(5),
	}
	for name, rest := range good {
		if _, err := Parse([]byte(withRules(rule(rest)))); err != nil {
			t.Errorf("%s: %v", name, core.AsFault(err).Fields)
		}
	}
	first := `{"id":"first","kind":"month_cap","minutes":1,"effective_to":"2026-01-31"` + textAndSource
	after := `{"id":"r","kind":"month_cap","minutes":1,"effective_from":"2026-02-01"` + textAndSource
	if _, err := Parse([]byte(withRules(first, after))); err != nil {
		t.Errorf("one rule after the other: %v", err)
	}
}

// A total may be one way of a choice, but not for a time, and of no cycle.
func TestValidate_Total(t *testing.T) {
	total := `{"id":"total","kind":"total","minutes":60` + textAndSource
	ways := `{"id":"way","kind":"any_of","rules":[{"id":"all","kind":"all_of","rules":[` + total + `]` + textAndSource + `,{"id":"exam","kind":"holds","fact":"exam"` + textAndSource + `]`
	good := strings.Replace(withRules(ways+textAndSource), total+",", "", 1)
	std, err := Parse([]byte(good))
	if err != nil || std.Required() != 60 {
		t.Fatal(err, std.Required())
	}
	wantFault(t, strings.Replace(good, ways, ways+`,"effective_from":"2026-01-01"`, 1), "rules[0].effective_from", "not_of_kind")
	wantFault(t, strings.TrimSuffix(good, "]}")+`,{"id":"again","kind":"total","minutes":1`+textAndSource+`]}`, "rules[1].kind", "repeated")
}

// nested is a choice with so many levels of rules.
func nested(levels int) string {
	rest := `"kind":"pace","days":1`
	for i := range levels - 1 {
		rest = `"kind":"any_of","rules":[{"id":"r` + strings.Repeat("-r", i+1) + `",` + rest + textAndSource + `]`
	}
	return rest
}

func TestValidate_ErrKinds(t *testing.T) {
	tests := []struct{ name, rules, field, code string }{
		{"group that is not there", rule(`"kind":"minimum","group":"xy","minutes":1`), "rules[1].group", "unknown_group"},
		{"subject and group", rule(`"kind":"minimum","group":"ab","subject":"a","minutes":1`), "rules[1].group", "not_of_kind"},
		{"minimum of two amounts", rule(`"kind":"minimum","minutes":1,"percent":1`), "rules[1].minutes", "not_of_kind"},
		{"subject minimum in percent", rule(`"kind":"subject_minimum","subject":"a","minutes":1,"percent":1`), "rules[1].percent", "not_of_kind"},
		{"within no time", rule(`"kind":"within"`), "rules[1].days", "required"},
		{"within two times", rule(`"kind":"within","days":1,"months":1`), "rules[1].days", "not_of_kind"},
		{"within, of a setting", rule(`"kind":"within","days":1,"setting":"lab"`), "rules[1].setting", "not_of_kind"},
		{"transfers of any age", rule(`"kind":"transfer_age"`), "rules[1].months", "required"},
		{"within in a choice", rule(`"kind":"any_of","rules":[{"id":"x","kind":"within","days":1` + textAndSource + `]`), "rules[1].rules[0].kind", "not_within"},
		{"need of no setting", rule(`"kind":"gate","subject":"a","after":[{"minutes":1,"setting":"moon"}]`), "rules[1].after[0].setting", "unknown_value"},
		{"a second total within", rule(`"kind":"any_of","rules":[{"id":"x","kind":"total","minutes":1` + textAndSource + `]`), "rules[1].rules[0].kind", "repeated"},
		{"two hours that meet", `{"id":"x","kind":"hour","per_hour":50,"effective_from":"2026-01-01"` + textAndSource + `,{"id":"y","kind":"contact_hour","per_hour":50,"effective_to":"2026-01-01"` + textAndSource, "rules[2].kind", "repeated"},
		{"extra of everything", rule(`"kind":"extra","minutes":1`), "rules[1].subject", "required"},
		{"maximum of everything", rule(`"kind":"maximum","minutes":1`), "rules[1].subject", "required"},
		{"maximum of nothing", rule(`"kind":"maximum","subject":"a"`), "rules[1].minutes", "required"},
		{"two limits", rule(`"kind":"maximum","subject":"a","minutes":1,"percent":1`), "rules[1].minutes", "not_of_kind"},
		{"more than all", rule(`"kind":"maximum","subject":"a","percent":101`), "rules[1].percent", "bad_number"},
		{"less than nothing", rule(`"kind":"maximum","subject":"a","percent":-1`), "rules[1].percent", "bad_number"},
		{"two paces in one", rule(`"kind":"pace","days":1,"weeks":1`), "rules[1].days", "not_of_kind"},
		{"too long a pace", rule(`"kind":"pace","months":241`), "rules[1].months", "bad_number"},
		{"gate without needs", rule(`"kind":"gate","subject":"a","after":[]`), "rules[1].after", "required"},
		{"gate of nothing", rule(`"kind":"gate","after":[{"minutes":1}]`), "rules[1].subject", "required"},
		{"need without minutes", rule(`"kind":"gate","subject":"a","after":[{"minutes":0}]`), "rules[1].after[0].minutes", "required"},
		{"need of no subject", rule(`"kind":"gate","subject":"a","after":[{"minutes":1,"subject":"x"}]`), "rules[1].after[0].subject", "unknown_subject"},
		{"unsupervised permitted", rule(`"kind":"supervision","modes":["none"]`), "rules[1].modes[0]", "unknown_value"},
		{"no modes", rule(`"kind":"supervision","modes":[]`), "rules[1].modes", "required"},
		{"unknown mode", rule(`"kind":"maximum","minutes":1,"mode":"moon"`), "rules[1].mode", "unknown_value"},
		{"unknown way of earning", rule(`"kind":"maximum","minutes":1,"earned":"gift"`), "rules[1].earned", "unknown_value"},
		{"window that ends before it begins", rule(`"kind":"window","from":"2026-01-02","to":"2026-01-01"`), "rules[1].to", "bad_range"},
		{"window without ends", rule(`"kind":"window"`), "rules[1].from", "required"},
		{"excluded without end", rule(`"kind":"excluded","from":"2026-01-01"`), "rules[1].to", "required"},
		{"hour of 61", rule(`"kind":"hour","per_hour":61`), "rules[1].per_hour", "bad_minutes"},
		{"short block", rule(`"kind":"hour","per_hour":50,"block":59`), "rules[1].block", "bad_minutes"},
		{"unknown rounding", rule(`"kind":"hour","per_hour":50,"round_to":5,"rounding":"sideways"`), "rules[1].rounding", "unknown_value"},
		{"temporary total", rule(`"kind":"total","minutes":1,"effective_to":"2026-01-01"`), "rules[1].effective_from", "not_of_kind"},
		{"ends before it begins", rule(`"kind":"day_cap","minutes":1,"effective_from":"2026-01-02","effective_to":"2026-01-01"`), "rules[1].effective_to", "bad_range"},
		{"cap within a choice", rule(`"kind":"any_of","rules":[{"id":"x","kind":"day_cap","minutes":1` + textAndSource + `]`), "rules[1].rules[0].kind", "not_within"},
		{"no choice", rule(`"kind":"any_of","rules":[]`), "rules[1].rules", "required"},
		{"id of a rule within", rule(`"kind":"any_of","rules":[{"id":"total","kind":"pace","days":1` + textAndSource + `]`), "rules[1].rules[0].id", "repeated"},
		{"six levels", rule(nested(6)), "rules[1].rules[0].rules[0].rules[0].rules[0].rules", "too_many"},
		{"unknown confidence", rule(`"kind":"day_cap","minutes":1,"confidence":"X"`), "rules[1].confidence", "unknown_value"},
		{"long note", rule(`"kind":"day_cap","minutes":1,"note":"` + strings.Repeat("x", 1001) + `"`), "rules[1].note", "too_long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantFault(t, withRules(tt.rules), tt.field, tt.code) })
	}
}

func TestValidate_ErrNames(t *testing.T) {
	tests := []struct{ name, old, new, field, code string }{
		{"group with a subject's code", `"code":"all"`, `"code":"a1"`, "groups[1].code", "repeated"},
		{"another's other name", `{"code":"b","title":"Bb"}`, `{"code":"b","title":"Bb","also":["aa"]}`, "subjects[1].also[0]", "repeated"},
		{"no other name", `["a1"]`, `[]`, "subjects[0].also", "required"},
		{"group of itself", `["ab"]`, `["all"]`, "groups[1].members[0]", "unknown_member"},
		{"group that stands after", `["a","b"]`, `["a","all"]`, "groups[0].members[1]", "unknown_member"},
		{"group of none", `["a","b"]`, `[]`, "groups[0].members", "required"},
		{"group without title", `"title":"Ab"`, `"title":""`, "groups[0].title", "required"},
		{"claim of no state", `"title":"Small"`, `"title":"Small","claims":["TX","Texas"]`, "claims[1]", "unknown_value"},
		{"a claim twice", `"title":"Small"`, `"title":"Small","claims":["TX","OR","TX"]`, "claims[2]", "repeated"},
		{"an empty list of claims", `"title":"Small"`, `"title":"Small","claims":[]`, "claims", "required"},
		{"too many claims", `"title":"Small"`, `"title":"Small","claims":[` + strings.Repeat(`"TX",`, MostClaims) + `"OR"]`, "claims", "too_many"},
		{"unknown basis", `"title":"Small"`, `"title":"Small","basis":"birth"`, "basis", "unknown_value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFault(t, strings.Replace(withRules(rule(`"kind":"day_cap","minutes":1`)), tt.old, tt.new, 1), tt.field, tt.code)
		})
	}
}

func wantFault(t *testing.T, doc, field, code string) {
	t.Helper()
	_, err := Parse([]byte(doc))
	f := core.AsFault(err)
	if f == nil || !slices.ContainsFunc(f.Fields, func(x core.Field) bool { return x.Name == field && x.Code == code }) {
		t.Errorf("gives %+v, want %s at %s", err, code, field)
	}
}

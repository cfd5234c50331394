package standard

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/palmar/palmar/pkg/core"
)

var update = flag.Bool("update", false, "rewrite schema.json")

type object = map[string]any

// schema is the JSON schema of a pack, made from the types that are decoded and
// from the table of kinds.
func schema() object {
	pack := shape(reflect.TypeFor[Pack]())
	pack["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	pack["title"] = "A pack: a standard and the cases that prove it"
	pack["required"] = []string{"key", "version", "title", "source", "confidence"}
	pack["allOf"] = []object{
		oneNeeds([]string{"as_of"}, []string{"undated"}),
		oneNeeds([]string{"subjects", "rules", "cases"}, []string{"open_subjects", "rules", "cases"}, []string{"unknown", "note"}),
	}
	pack["$defs"] = object{"rule": ruleSchema(), "key": object{"type": "string", "pattern": keyShape.String(), "maxLength": 64}}
	properties := pack["properties"].(object)
	properties["key"] = object{"$ref": "#/$defs/key"}
	var codes []string
	for _, j := range core.Jurisdictions {
		codes = append(codes, j.Code)
	}
	properties["claims"] = object{"type": "array", "items": object{"enum": codes}, "minItems": 1, "maxItems": MostClaims, "uniqueItems": true}
	return pack
}

func oneNeeds(ways ...[]string) object {
	var any []object
	for _, fields := range ways {
		any = append(any, object{"required": fields})
	}
	return object{"anyOf": any}
}

// shape is the schema of a type by its yaml names.
func shape(t reflect.Type) object {
	switch {
	case t == reflect.TypeFor[Rule]():
		return object{"$ref": "#/$defs/rule"}
	case t == reflect.TypeFor[core.Date]():
		return object{"type": "string", "format": "date"}
	case known[t] != nil:
		return object{"enum": known[t]}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shape(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": shape(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": shape(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int:
		return object{"type": "integer", "minimum": 0}
	case reflect.Struct:
		return object{"type": "object", "additionalProperties": false, "properties": properties(t)}
	}
	return object{"type": "string"}
}

func properties(t reflect.Type) object {
	all := object{}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Anonymous {
			maps.Copy(all, properties(f.Type))
			continue
		}
		all[f.Tag.Get("yaml")] = shape(f.Type)
	}
	return all
}

// known is the values of types that have a few.
var known = map[reflect.Type]any{
	reflect.TypeFor[Kind]():                 slices.Sorted(maps.Keys(kinds)),
	reflect.TypeFor[Confidence]():           []Confidence{High, Medium, Low},
	reflect.TypeFor[Basis]():                []Basis{AtEnrollment, AtApplication},
	reflect.TypeFor[EndsBy]():               endings,
	reflect.TypeFor[Parity]():               parities,
	reflect.TypeFor[Turn]():                 turns,
	reflect.TypeFor[Rounding]():             []Rounding{RoundDown, RoundNearest, RoundUp},
	reflect.TypeFor[core.Setting]():         core.Settings,
	reflect.TypeFor[core.Delivery]():        core.Deliveries,
	reflect.TypeFor[core.SupervisionMode](): core.SupervisionModes,
	reflect.TypeFor[core.CreditKind]():      []core.CreditKind{core.CreditInstruction, core.CreditTransfer, core.CreditCourse, core.CreditCE},
}

// ruleSchema has for each kind what the kind needs and what it does not have.
func ruleSchema() object {
	t := reflect.TypeFor[Rule]()
	rule := object{
		"type": "object", "additionalProperties": false, "properties": properties(t),
		"required": []string{"id", "kind", "source"},
	}
	var byKind []object
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		form, then, has := kinds[kind], []object{}, map[string]bool{}
		for _, field := range form.may {
			has[field] = true
		}
		for _, need := range form.needs {
			choices := []object{}
			for _, field := range strings.FieldsFunc(need, func(r rune) bool { return r == '|' || r == '+' }) {
				has[field] = true
				choices = append(choices, object{"required": []string{field}})
			}
			if strings.Contains(need, "|") {
				then = append(then, object{"oneOf": choices})
			} else {
				then = append(then, object{"anyOf": choices})
			}
		}
		if kind == Unjudged {
			then = append(then, object{"required": []string{"text"}})
		}
		names := []string{"id", "kind", "text", "source", "confidence", "note", "effective_from", "effective_to"}
		then = append(then, object{"propertyNames": object{"enum": append(names, slices.Sorted(maps.Keys(has))...)}})
		byKind = append(byKind, object{"if": object{"properties": object{"kind": object{"const": kind}}}, "then": object{"allOf": then}})
	}
	rule["allOf"] = byKind
	return rule
}

func TestSchema(t *testing.T) {
	made := written(t, schema())
	if *update {
		if err := os.WriteFile("schema.json", made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("schema.json")
	if err != nil || !bytes.Equal(kept, made) {
		t.Fatalf("schema.json does not belong to the table of kinds; run go test ./pkg/judge/standard -run Schema -update (%v)", err)
	}
	checked := compiledSchema(t, kept)
	names, err := packNames(Packs())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(Packs(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := checked.Validate(plain(t, data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// written is JSON with what is short on one line.
func written(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return append(lines(doc, "\n"), '\n')
}

func lines(v any, indent string) []byte {
	short, _ := json.Marshal(v)
	if len(short) < 180 {
		return short
	}
	inner := indent + "  "
	var parts [][]byte
	switch v := v.(type) {
	case object:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, append(strconv.AppendQuote(nil, k), append([]byte(": "), lines(v[k], inner)...)...))
		}
		return []byte("{" + inner + string(bytes.Join(parts, []byte(","+inner))) + indent + "}")
	case []any:
		for _, item := range v {
			parts = append(parts, lines(item, inner))
		}
		return []byte("[" + inner + string(bytes.Join(parts, []byte(","+inner))) + indent + "]")
	}
	return short
}

func TestSchema_Refuses(t *testing.T) {
	kept, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	checked := compiledSchema(t, kept)
	if err := checked.Validate(plain(t, []byte(smallPack))); err != nil {
		t.Fatal(err)
	}
	for _, tt := range wrongPacks {
		if tt.schema {
			if checked.Validate(plain(t, []byte(strings.Replace(smallPack, tt.old, tt.new, 1)))) == nil {
				t.Errorf("%s: the schema accepts it", tt.name)
			}
		}
	}
}

func compiledSchema(t *testing.T, data []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	checked, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return checked
}

// plain is a YAML document as JSON has it: dates are text.
func plain(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(string(b), "T00:00:00Z\"", "\"")))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

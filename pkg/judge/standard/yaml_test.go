package standard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/palmar/palmar/pkg/core"
)

const smallPack = `key: small
version: "1"
title: Small
source: A book
as_of: 2026-01-01
confidence: M
subjects:
  - {code: a, title: Aa}
rules:
  - id: total
    kind: total
    minutes: 60
    text: T.
    source: S
  - {id: day, kind: day_cap, minutes: 5, text: T., source: S, confidence: H}
cases:
  - name: nothing
    short: 60
`

// wrongPacks are changes of smallPack; schema tells whether the JSON schema sees
// what is wrong too.
var wrongPacks = []struct {
	name, old, new, field, code string
	line                        int
	schema                      bool
}{
	{"unknown field", "    minutes: 60", "    hours: 1", "rules[0].hours", "unknown_field", 12, true},
	{"unknown field in a flow", "confidence: H", "confidences: H", "rules[1].confidences", "unknown_field", 15, true},
	{"text for a number", "minutes: 60", "minutes: sixty", "rules[0].minutes", "bad_type", 12, true},
	{"field twice", "    text: T.\n", "    text: T.\n    text: U.\n", "rules[0].text", "repeated", 0, false},
	{"no such day", "2026-01-01", "2026-02-30", "as_of", "bad_date", 5, false},
	{"missing field", "    minutes: 60\n", "", "rules[0].minutes", "required", 10, true},
	{"field of another kind", "kind: day_cap", "kind: supervised_only", "rules[1].minutes", "not_of_kind", 15, true},
	{"unknown kind", "kind: day_cap", "kind: moon", "rules[1].kind", "unknown_kind", 15, true},
	{"unknown confidence", "confidence: H", "confidence: X", "rules[1].confidence", "unknown_value", 15, true},
	{"claim of no state", "title: Small", "title: Small\nclaims: [TX, XX]", "claims[1]", "unknown_value", 4, true},
	{"no source", "source: A book\n", "", "source", "required", 1, true},
	{"no day", "as_of: 2026-01-01\n", "", "as_of", "required", 1, true},
	{"no confidence", "confidence: M\n", "", "confidence", "required", 1, true},
	{"no cases", "cases:\n  - name: nothing\n    short: 60\n", "", "cases", "required", 1, true},
	{"unknown fixture", "    short: 60", "    short: 60\n    with: [all]", "cases[0].with[0]", "unknown_fixture", 19, false},
	{"no YAML", "key: small", "key: [small", "", "bad_yaml", 0, false},
	{"nothing", smallPack, "", "", "bad_yaml", 0, false},
	{"two documents", "    short: 60\n", "    short: 60\n---\nkey: other\n", "", "bad_yaml", 0, false},
}

func TestParsePack(t *testing.T) {
	p, err := ParsePack([]byte(smallPack))
	if err != nil {
		t.Fatal(err)
	}
	if p.Rules[0].Confidence != Medium || p.Rules[1].Confidence != High {
		t.Errorf("confidences %+v", p.Rules)
	}
	if failures := Check(p); len(failures) != 0 {
		t.Errorf("fails %v", failures)
	}
}

func TestParsePack_Err(t *testing.T) {
	for _, tt := range wrongPacks {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(smallPack, tt.old) {
				t.Fatalf("%q is not in the pack", tt.old)
			}
			_, err := ParsePack([]byte(strings.Replace(smallPack, tt.old, tt.new, 1)))
			f := core.AsFault(err)
			if f == nil {
				t.Fatalf("gives %v", err)
			}
			if tt.field == "" {
				if f.Code != tt.code {
					t.Errorf("gives %v, want %s", f, tt.code)
				}
				return
			}
			i := slices.IndexFunc(f.Fields, func(x core.Field) bool { return x.Name == tt.field && x.Code == tt.code })
			if i < 0 {
				t.Fatalf("gives %+v, want %s at %s", f, tt.code, tt.field)
			}
			if tt.line > 0 && !strings.HasPrefix(f.Fields[i].Message(), fmt.Sprintf("line %d: %s: ", tt.line, tt.field)) {
				t.Errorf("says %q, want line %d", f.Fields[i].Message(), tt.line)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	folder := fstest.MapFS{"b.yaml": {Data: []byte(smallPack)}, "a.yaml": {Data: []byte(strings.Replace(smallPack, "key: small", "key: zebra", 1))}, "notes.txt": {}}
	all, err := Load(folder)
	if err != nil || len(all) != 2 || all[0].Key != "small" || all[1].Key != "zebra" {
		t.Errorf("gives %v, %v", all, err)
	}
	folder["c.yaml"] = folder["b.yaml"]
	if _, err := Load(folder); core.CodeOf(err) != "repeated" || !strings.Contains(err.Error(), "c.yaml: b.yaml") {
		t.Errorf("the same pack twice gives %v", err)
	}
	folder["c.yaml"] = &fstest.MapFile{Data: []byte("key: [")}
	if _, err := Load(folder); core.CodeOf(err) != "bad_yaml" || !strings.Contains(err.Error(), "c.yaml: ") {
		t.Errorf("a broken file gives %v", err)
	}
}

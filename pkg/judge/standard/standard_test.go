package standard

import (
	"reflect"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

const small = `{"key":"small","version":"1","title":"Small","subjects":[{"code":"a","title":"Aa"},{"code":"b","title":"Bb"}],` +
	`"rules":[{"id":"total","kind":"total","minutes":60,"text":"T","source":"S"},{"id":"r","kind":"day_cap","minutes":5,"text":"T","source":"S"}]}`

func TestParse(t *testing.T) {
	std, err := Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	b, err := std.Marshal()
	if err != nil || string(b) != small {
		t.Errorf("written as %s, %v", b, err)
	}
	again, err := Parse([]byte(strings.ReplaceAll(small, ",", " ,\n ")))
	if err != nil || !reflect.DeepEqual(again, std) {
		t.Errorf("with other white space %+v, %v", again, err)
	}
	d1, _ := std.Digest()
	d2, _ := again.Digest()
	again.Rules[1].Minutes++
	d3, _ := again.Digest()
	if d1 != d2 || d1 == d3 || len(d1) != 64 {
		t.Errorf("digests %s %s %s", d1, d2, d3)
	}
}

func TestParse_Err(t *testing.T) {
	tests := []struct{ name, old, new, field, code string }{
		{"no JSON", small, "hours: 600", "", "bad_json"},
		{"nothing", small, "", "", "bad_json"},
		{"two documents", small, small + small, "", "bad_json"},
		{"unknown field", `"id":"r"`, `"id":"r","pace":3`, "pace", "unknown_field"},
		{"text for a number", `"minutes":5`, `"minutes":"5"`, "rules.minutes", "bad_type"},
		{"fraction", `"minutes":5`, `"minutes":5.5`, "rules.minutes", "bad_type"},
		{"bad date", `"title":"Small"`, `"title":"Small","effective_from":"2026-02-30"`, "", "bad_date"},
		{"ends before it begins", `"title":"Small"`, `"title":"Small","effective_from":"2026-02-03","effective_to":"2026-02-02"`, "effective_to", "bad_range"},
		{"no key", `"key":"small"`, `"key":""`, "key", "required"},
		{"bad key", `"key":"small"`, `"key":"Small one"`, "key", "bad_key"},
		{"no version", `"version":"1"`, `"version":" "`, "version", "required"},
		{"no title", `"title":"Small"`, `"title":""`, "title", "required"},
		{"no subjects", `{"code":"a","title":"Aa"},{"code":"b","title":"Bb"}`, ``, "subjects", "required"},
		{"bad subject code", `"code":"b"`, `"code":"-b"`, "subjects[1].code", "bad_key"},
		{"repeated subject", `"code":"b"`, `"code":"a"`, "subjects[1].code", "repeated"},
		{"title is another's code", `"title":"Bb"`, `"title":"A"`, "subjects[1].title", "repeated"},
		{"no total", `"kind":"total"`, `"kind":"setting_cap","setting":"lab"`, "rules", "required"},
		{"unknown kind", `"kind":"day_cap"`, `"kind":"moon"`, "rules[1].kind", "unknown_kind"},
		{"repeated id", `"id":"r"`, `"id":"total"`, "rules[1].id", "repeated"},
		{"same rule twice", `"kind":"day_cap"`, `"kind":"total"`, "rules[1].kind", "repeated"},
		{"no minutes", `"minutes":5,`, ``, "rules[1].minutes", "required"},
		{"negative minutes", `"minutes":5`, `"minutes":-5`, "rules[1].minutes", "bad_minutes"},
		{"too many minutes", `"minutes":5`, `"minutes":1000001`, "rules[1].minutes", "bad_minutes"},
		{"minutes of no use", `"kind":"day_cap"`, `"kind":"supervised_only"`, "rules[1].minutes", "not_of_kind"},
		{"subject of no use", `"kind":"day_cap","minutes":5`, `"kind":"pace","days":5,"subject":"a"`, "rules[1].subject", "not_of_kind"},
		{"no subject", `"kind":"day_cap"`, `"kind":"subject_minimum"`, "rules[1].subject", "required"},
		{"unknown subject", `"kind":"day_cap"`, `"kind":"subject_minimum","subject":"z"`, "rules[1].subject", "unknown_subject"},
		{"unknown setting", `"kind":"day_cap"`, `"kind":"setting_cap","setting":"spa"`, "rules[1].setting", "unknown_setting"},
		{"unknown delivery", `"kind":"day_cap"`, `"kind":"delivery_cap","delivery":"fax"`, "rules[1].delivery", "unknown_delivery"},
		{"text of two lines", `"minutes":5,"text":"T"`, `"minutes":5,"text":"T\nU"`, "rules[1].text", "bad_character"},
		{"no source", `"minutes":5,"text":"T","source":"S"`, `"minutes":5,"text":"T","source":""`, "rules[1].source", "required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(small, tt.old) {
				t.Fatalf("%q is not in the document", tt.old)
			}
			_, err := Parse([]byte(strings.Replace(small, tt.old, tt.new, 1)))
			f := core.AsFault(err)
			if f == nil {
				t.Fatalf("gives %v, want the code %s", err, tt.code)
			}
			if tt.field == "" && f.Code == tt.code {
				return
			}
			for _, field := range f.Fields {
				if field.Name == tt.field && field.Code == tt.code {
					return
				}
			}
			t.Errorf("gives %+v, want %s at %s", f, tt.code, tt.field)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		std, err := Parse(data)
		if err != nil {
			if core.AsFault(err) == nil {
				t.Fatalf("gives no fault: %v", err)
			}
			return
		}
		b, err := std.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(b); err != nil || !reflect.DeepEqual(again, std) {
			t.Fatalf("%s is read back as %+v, %v", b, again, err)
		}
	})
}

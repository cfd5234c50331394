package standard

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// What is written is read as the same standard, and its cases pass.
func TestWritePack(t *testing.T) {
	all, err := Load(Packs())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Unknown || p.Cycle != nil { // a school's draft has no cycle
			continue
		}
		text, err := WritePack(p.Standard)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParsePack(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", p.Key, err, text)
		}
		a, _ := p.Marshal()
		b, _ := back.Marshal()
		if !bytes.Equal(a, b) || !reflect.DeepEqual(Check(back), []Failure(nil)) {
			t.Errorf("%s is read back as\n%s, and fails %v", p.Key, b, Check(back))
		}
	}
}

func TestParsePack_TooManyCredits(t *testing.T) {
	text, err := WritePack(Demo())
	if err != nil {
		t.Fatal(err)
	}
	long := string(text) + "  - name: forever\n    credits: [{date: 2026-01-05, days: 999999999, minutes: 60, subject: kinesiology}]\n"
	if _, err := ParsePack([]byte(long)); core.CodeOf(err) != "too_many" || !strings.Contains(err.Error(), "5,000 credits") {
		t.Errorf("a case without end is %v", err)
	}
}

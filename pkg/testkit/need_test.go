package testkit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

// said is a test that notes how it was ended, instead of ending.
type said struct {
	testing.TB
	how string
}

func (s *said) Helper()                        {}
func (s *said) Skipf(format string, in ...any) { s.note("skip: ", format, in) }
func (s *said) Fatalf(format string, in ...any) {
	s.note("fail: ", format, in)
}

func (s *said) note(what, format string, in []any) {
	if s.how == "" {
		s.how = what + fmt.Sprintf(format, in...)
	}
}

func TestNeed(t *testing.T) {
	for _, c := range []struct{ required, what, want string }{
		{"", "node", "skip: node is absent: get it"},
		{"postgres,browser", "node", "skip: "},
		{"postgres,node", "node", "fail: node is required here and absent: get it"},
		{"postgres,nod", "node", `fail: PALMAR_TEST_REQUIRE names "nod"`},
		{"", "nodejs", `fail: "nodejs" is not among`},
	} {
		t.Setenv("PALMAR_TEST_REQUIRE", c.required)
		s := &said{TB: t}
		if testkit.Need(s, c.what, "get it"); !strings.HasPrefix(s.how, c.want) {
			t.Errorf("%q required, %s absent: %q, want %q", c.required, c.what, s.how, c.want)
		}
	}
}

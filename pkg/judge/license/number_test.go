package license_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/judge/license"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ jurisdiction, a, b string }{
		{"GA", "DUP-1", "dup 1"},
		{"GA", "MT.00 12/3", "mt-00123"},
		{"FL", "MA12345", "12345"},
		{"FL", "ma 012345", "MA-12345"},
		{"FL", "MT12345", "0012345"},
		{"FL", "MA0", "ma 0"},
	} {
		if a, b := license.Canonical(c.jurisdiction, c.a), license.Canonical(c.jurisdiction, c.b); a != b {
			t.Errorf("%s: %q is %q, and %q is %q", c.jurisdiction, c.a, a, c.b, b)
		}
	}
	for _, c := range []struct{ jurisdiction, a, b string }{
		{"GA", "MT12", "12"},    // no rule says that the letters may be left out
		{"GA", "MT012", "MT12"}, // nor the zeros
		{"WA", "MA60555001", "60555001"},
		{"FL", "MM12345", "MA12345"}, // an establishment
		{"FL", "MA12345", "MA123450"},
		{"FL", "MAXIMA1", "XIMA1"},
		{"GA", "---", "-"},
		{"GA", "A1", "Ä1"},
	} {
		if a, b := license.Canonical(c.jurisdiction, c.a), license.Canonical(c.jurisdiction, c.b); a == b {
			t.Errorf("%s: %q and %q are both %q", c.jurisdiction, c.a, c.b, a)
		}
	}
	if got := license.Canonical("FL", "-"); got != "-" {
		t.Errorf("a number without a letter or a digit: %q", got)
	}
}

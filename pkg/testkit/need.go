// Package testkit holds what tests of several packages share. No program
// imports it.
package testkit

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// needs is what tests may need that is not in the repository.
var needs = []string{"postgres", "browser", "node", "poppler", "vectors"}

// Need ends a test that cannot run here because what, one of needs, is absent. It
// skips with how, the line that says how to get it; where PALMAR_TEST_REQUIRE
// lists what, it fails instead. A list that names anything else fails too, or a
// slip of the pen would let tests skip in silence.
func Need(t testing.TB, what, how string) {
	t.Helper()
	if !slices.Contains(needs, what) {
		t.Fatalf("%q is not among what tests may need: %q", what, needs)
	}
	for name := range strings.SplitSeq(os.Getenv("PALMAR_TEST_REQUIRE"), ",") {
		switch {
		case name == what:
			t.Fatalf("%s is required here and absent: %s", what, how)
		case name != "" && !slices.Contains(needs, name):
			t.Fatalf("PALMAR_TEST_REQUIRE names %q, which is not among %q", name, needs)
		}
	}
	t.Skipf("%s is absent: %s", what, how)
}

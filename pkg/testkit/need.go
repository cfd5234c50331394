// Package testkit holds what tests of several packages share. No program
// imports it.
package testkit

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Need ends a test that cannot run here because what (one of "postgres",
// "browser", "node", "poppler", "vectors") is absent. It skips with how, the line that
// says how to get it; where PALMAR_TEST_REQUIRE lists what, it fails instead.
func Need(t testing.TB, what, how string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PALMAR_TEST_REQUIRE"), ","), what) {
		t.Fatalf("%s is required here and absent: %s", what, how)
	}
	t.Skipf("%s is absent: %s", what, how)
}

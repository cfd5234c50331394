package testkit

import (
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// Full says whether the exhaustive part runs too: every bit instead of a
// sample, every width and scheme, and both databases where the SQL does not
// differ. PALMAR_TEST_FULL=1 asks for it; .ci/run does.
func Full() bool { return os.Getenv("PALMAR_TEST_FULL") == "1" }

// OnlyFull skips a test that belongs to the exhaustive part alone, and says
// why it does.
func OnlyFull(t testing.TB, why string) {
	t.Helper()
	if !Full() {
		t.Skipf("runs under PALMAR_TEST_FULL=1: %s", why)
	}
}

// Rand is a source of what a test draws. Its seed is always the same unless
// PALMAR_TEST_SEED gives another, and a test that fails tells it.
func Rand(t testing.TB) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(seed(t), 0))
}

// Coin draws one of two things for a test, not the same one for every test.
func Coin(t testing.TB) bool {
	t.Helper()
	h := fnv.New64a()
	h.Write([]byte(t.Name()))
	return rand.New(rand.NewPCG(seed(t), h.Sum64())).IntN(2) == 0
}

func seed(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(20261)
	if s := os.Getenv("PALMAR_TEST_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("PALMAR_TEST_SEED=%s is not a whole number", s)
		}
		seed = n
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("drawn with PALMAR_TEST_SEED=%d", seed)
		}
	})
	return seed
}

// Sample is the numbers 0 to all-1 in order under Full, and otherwise few of
// them, with the first and the last among them. It is for loops over every
// bit or every field of something.
func Sample(t testing.TB, few, all int) []int {
	t.Helper()
	numbers := make([]int, all)
	for i := range numbers {
		numbers[i] = i
	}
	if Full() || few >= all {
		return numbers
	}
	picked := []int{0, all - 1}
	for _, i := range Rand(t).Perm(max(all-2, 0)) {
		if len(picked) >= few {
			break
		}
		picked = append(picked, i+1)
	}
	slices.Sort(picked)
	return picked
}

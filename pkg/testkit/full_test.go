package testkit_test

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

func TestSample(t *testing.T) {
	t.Setenv("PALMAR_TEST_FULL", "")
	few := testkit.Sample(t, 8, 1000)
	if len(few) != 8 || few[0] != 0 || few[7] != 999 || !slices.IsSorted(few) || len(slices.Compact(slices.Clone(few))) != 8 {
		t.Errorf("a sample of 8 of 1000 is %v", few)
	}
	if again := testkit.Sample(t, 8, 1000); !slices.Equal(few, again) {
		t.Errorf("the same seed drew %v, then %v", few, again)
	}
	t.Setenv("PALMAR_TEST_SEED", "7")
	if other := testkit.Sample(t, 8, 1000); slices.Equal(few, other) {
		t.Errorf("another seed drew the same %v", other)
	}
	if all := testkit.Sample(t, 8, 5); len(all) != 5 {
		t.Errorf("a sample of 8 of 5 is %v", all)
	}
	t.Setenv("PALMAR_TEST_FULL", "1")
	if all := testkit.Sample(t, 8, 1000); len(all) != 1000 || all[999] != 999 {
		t.Errorf("the whole has %d numbers", len(all))
	}
}

func TestCoin(t *testing.T) {
	t.Setenv("PALMAR_TEST_SEED", "1")
	heads := 0
	for range 40 {
		t.Run("toss", func(t *testing.T) {
			one := testkit.Coin(t)
			if one != testkit.Coin(t) {
				t.Error("the same test drew another")
			}
			if one {
				heads++
			}
		})
	}
	if heads < 8 || heads > 32 {
		t.Errorf("%d of 40 tests drew the first", heads)
	}
}

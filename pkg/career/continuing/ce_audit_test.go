package continuing_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

func licenses(n int) []core.LicenseID {
	ids := make([]core.LicenseID, n)
	for i := range ids {
		ids[i][14], ids[i][15] = byte(i>>8), byte(i)
	}
	return ids
}

func TestSampleSize(t *testing.T) {
	for _, tt := range [][3]int{{1, 10, 1}, {9, 10, 1}, {10, 10, 1}, {11, 10, 2}, {100, 10, 10}, {101, 10, 11}, {5, 100, 5}, {3, 1, 1}, {0, 10, 0}} {
		if got := continuing.SampleSize(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%d %% of %d are %d, want %d", tt[1], tt[0], got, tt[2])
		}
	}
}

const seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// The draw never changes: a sample of years ago can be drawn again.
func TestDrawCE(t *testing.T) {
	got := continuing.DrawCE(seed, "4 8 15 16 23 42", licenses(40), 10)
	var places []string
	for _, id := range got {
		places = append(places, id.String()[34:])
	}
	if want := "25 1f 22 26"; strings.Join(places, " ") != want {
		t.Errorf("%v, want %s", places, want)
	}
}

func TestCEDraw_Verify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := licenses(rapid.IntRange(1, 300).Draw(t, "people"))
		percent, word := rapid.IntRange(1, 100).Draw(t, "percent"), rapid.String().Draw(t, "word")
		shuffled := rapid.Permutation(ids).Draw(t, "order")
		d := continuing.CEDraw{Percent: percent, Commitment: continuing.CommitCE(seed), Seed: seed, Word: word, PopulationDigest: continuing.DigestCE(ids), Licenses: shuffled, Sample: continuing.DrawCE(seed, word, ids, percent)}
		if err := d.Verify(); err != nil {
			t.Fatal(err)
		}
		seen := map[core.LicenseID]bool{}
		for _, id := range d.Sample {
			if seen[id] || !slices.Contains(ids, id) {
				t.Fatalf("%s was drawn twice or is nobody", id)
			}
			seen[id] = true
		}
		if len(d.Sample)*100 < len(ids)*percent || (len(d.Sample)-1)*100 >= len(ids)*percent && len(d.Sample) > 1 {
			t.Fatalf("%d of %d are not %d %%, rounded up", len(d.Sample), len(ids), percent)
		}
		for name, wrong := range map[string]struct {
			change func(*continuing.CEDraw)
			code   string
		}{
			"another seed":       {func(d *continuing.CEDraw) { d.Seed = strings.Repeat("0", 64) }, "bad_commitment"},
			"no seed":            {func(d *continuing.CEDraw) { d.Seed = "" }, "bad_commitment"},
			"no digits":          {func(d *continuing.CEDraw) { d.Seed, d.Commitment = "zz", "" }, "bad_sample"},
			"someone more":       {func(d *continuing.CEDraw) { d.Licenses = append(slices.Clone(d.Licenses), core.LicenseID{0: 9}) }, "bad_population"},
			"someone more drawn": {func(d *continuing.CEDraw) { d.Sample = append(slices.Clone(d.Sample), core.LicenseID{0: 9}) }, "bad_sample"},
			"someone else drawn": {func(d *continuing.CEDraw) { d.Sample = slices.Clone(d.Sample); d.Sample[0] = core.LicenseID{0: 9} }, "bad_sample"},
		} {
			bad := d
			wrong.change(&bad)
			if err := bad.Verify(); core.CodeOf(err) != wrong.code {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}

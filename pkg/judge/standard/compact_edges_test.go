package standard

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Were the hours read in the compact itself, its number would be enough and a minute
// less would say nothing; as long as nobody saw them they say nothing either way.
func TestCompact_Hours(t *testing.T) {
	q := OnDay(compactDay, compactDay.In(time.UTC).Add(20*time.Hour))
	for _, tt := range []struct {
		confidence Confidence
		certified  core.Minutes
		want       string
	}{
		{High, CompactHours, CompactYes}, {High, CompactHours - 1, CompactUnknown}, {Medium, CompactHours, CompactYes},
		{Low, CompactHours, CompactUnknown}, {Low, CompactHours - 1, CompactUnknown},
	} {
		f := compact()
		f.Items = slices.DeleteFunc(slices.Clone(f.Items), func(i CompactItem) bool { return i.ID != "hours" })
		f.Items[0].Confidence = tt.confidence
		if s := f.judge(nil, "OH", tt.certified, q); s.Answer != tt.want || s.Items[0].Answer != tt.want {
			t.Errorf("%s by %s: %s, want %s", tt.certified, tt.confidence, s.Items[0].Answer, tt.want)
		}
	}
}

package standard

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/judge/standard/facts"
)

// hoursToday is what a cautious school takes on 2026-11-30 for who enrolls today, and how sure it
// is. It was taken from the list of hours by state as that is, so it shows that nothing of the list
// was lost on the way, and not that the list was understood: what was read a second time and by
// hand is testdata/second-reading.csv.
const hoursToday = `
AK 625 H; AL 650 H; AR 500 M; AZ 700 H; CA 500 M; CO 650 H; CT 750 H; DC 500 M; DE 625 H
FL 500 L; GA 500 H; HI 570 M; IA 600 H; ID 500 M; IL 600 H; IN 625 H; KS none M; KY 600 H
LA 625 M; MA 650 M; MD 750 H; ME 500 M; MI 625 H; MN none M; MO 625 M; MS 550 H; MT 500 H
NC 650 M; ND 750 M; NE 1000 H; NH 750 H; NJ 600 H; NM 650 H; NV 625 M; NY 1000 M; OH 600 M
OK 500 M; OR 625 H; PA 600 H; RI 800 H; SC 650 H; SD 500 M; TN 650 M; TX 500 H; UT 600 H
VA 500 H; VT none H; WA 625 H; WI 600 H; WV 625 H; WY none M
`

// conflicts are the figures that another source gives.
var conflicts = map[string]string{"FL": "650 h", "LA": "500 h", "MO": "500 h", "NC": "500 h", "OH": "750 h"}

// TestFacts_Hours holds the table, and what the catalog judges by, against the
// figures of today.
func TestFacts_Hours(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	today := on("2026-11-30")
	all, err := Catalog(Days{Enrolled: today, Asked: today})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, word := range strings.FieldsFunc(hoursToday, func(r rune) bool { return r == ';' || r == '\n' }) {
		var state, hours string
		var confidence Confidence
		if _, err := fmt.Sscan(word, &state, &hours, &confidence); err != nil {
			t.Fatal(err)
		}
		n++
		if hours != "none" {
			hours += " h"
		}
		var values []string
		for _, r := range rows {
			if r.State == state && r.Field == "hours.total" && r.Unused == "" && spans(r.From, r.Until, today) {
				values = append(values, r.Value)
				if r.Value == hours && r.Confidence != string(confidence) {
					t.Errorf("line %d: the confidence is %s, must be %s", r.Line, r.Confidence, confidence)
				}
			}
		}
		want := []string{hours}
		if conflicts[state] != "" {
			want = append(want, conflicts[state])
		}
		slices.Sort(values)
		slices.Sort(want)
		if !slices.Equal(values, want) {
			t.Errorf("%s: the table has %q, must have %q", state, values, want)
		}
		at := slices.IndexFunc(all, func(j Jurisdiction) bool { return j.Code == state })
		j := all[at]
		if j.Known != (hours != "none") || j.Known && (amount(j.Standard.Required()) != slices.MaxFunc(want, longer) || totalIn(j.Standard.Rules).Confidence != confidence) {
			t.Errorf("%s: judged by %s with confidence %s", state, j.Standard.Required(), j.Confidence)
		}
	}
	if n != 51 {
		t.Errorf("%d states", n)
	}
}

func longer(a, b string) int {
	var x, y int
	_, _ = fmt.Sscan(a, &x)
	_, _ = fmt.Sscan(b, &y)
	return x - y
}

package attendance

import (
	"bytes"
	"testing"

	"github.com/palmar/palmar/pkg/judge/standard"
)

// A student is judged by the rules in force on the day of the first accepted session,
// or of the import; where none are, it is said and nothing is met.
func TestSummarize_InForce(t *testing.T) {
	opt, data := small(t)
	report, err := Read(bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	first := report.Accepted[0]
	for _, row := range report.Accepted {
		if row.Email == first.Email && row.Session.Date.Before(first.Session.Date) {
			first = row
		}
	}
	for _, basis := range []standard.Basis{standard.AtEnrollment, standard.AtApplication} {
		std := standard.Demo()
		std.Basis = basis
		on := opt.AsOf
		if basis == standard.AtEnrollment {
			on = first.Session.Date
		}
		std.EffectiveFrom, std.EffectiveTo = on, on
		if s := Summarize(report, std, opt.AsOf).Students[first.Email]; s.NotJudged != "" || s.Valid == 0 {
			t.Errorf("by %s, in force: %+v", basis, s)
		}
		std.EffectiveFrom, std.EffectiveTo = on.AddDays(1), on.AddDays(1)
		if s := Summarize(report, std, opt.AsOf).Students[first.Email]; s.NotJudged == "" || s.Answer != "" || s.Valid != 0 || s.Recorded == 0 {
			t.Errorf("by %s, not in force: %+v", basis, s)
		}
	}
}

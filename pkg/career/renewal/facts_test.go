package renewal

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/judge/standard/facts"
)

var today = core.Date{Year: 2026, Month: 11, Day: 30}

// Every row of the table about renewals is told by the checklist, as sure as the table
// is and with its source, and nothing else is.
func TestFacts_Rows(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]facts.Row{}
	for _, r := range rows {
		if strings.HasPrefix(r.Field, "renewal.") {
			in[r.State+" "+r.Field] = r
		}
	}
	for _, j := range core.Jurisdictions {
		for _, field := range facts.RenewalFields {
			r, has := in[j.Code+" "+field]
			if field == facts.RenewalBoard {
				if got := board(j.Code, today); got != r.Value {
					t.Errorf("%s: the board is at %q", j.Code, got)
				}
				continue
			}
			f := about(field)(j.Code, today)
			if has != (f != nil) {
				t.Errorf("%s %s: %+v", j.Code, field, f)
			} else if has && (f.Source != r.Citation || f.Confidence != confidences[r.Confidence] || !strings.Contains(strings.ToLower(f.Text), strings.ToLower(r.Value)) || !strings.HasSuffix(f.Text, ".")) {
				t.Errorf("line %d: told is %+v", r.Line, f)
			}
		}
	}
	for said, value := range map[string]string{"You can renew late for 30 days.": "30 days", "Licenses end.": "licenses end"} {
		if got := told(facts.RenewalLate, value); got != said {
			t.Errorf("%q says %q", value, got)
		}
	}
	if got := told(facts.RenewalInsurance, "$1,000,000"); got != "A liability policy of $1,000,000." {
		t.Error(got)
	}
}

// What a renewal takes of education is what the pack of the state judges by.
func TestFacts_Education(t *testing.T) {
	for _, j := range core.Jurisdictions {
		f := education(j.Code, today)
		switch p, known := standard.CE(j.Code); {
		case !known && (f != nil) != (p.Note != ""):
			t.Errorf("%s: %+v", j.Code, f)
		case known && (f.Minutes != p.Required() || f.Years != p.Cycle.Years || !strings.Contains(f.Text, p.Rules[0].Text) || !strings.Contains(f.Source, p.Source) || f.Confidence == ""):
			t.Errorf("%s: %+v", j.Code, f)
		}
	}
	for code, want := range map[string]Fact{
		"OH": {Text: "A secondary source says that Ohio asks for none. Check with the board.", Confidence: ConfidenceLow, Source: "massageschoolnotes.com, undated"},
		"KY": {Text: "At least 12 h in 2 years. At least 3 h of ethics.", Confidence: ConfidenceMedium, Source: "massageschoolnotes.com, 2021", Minutes: 720, Years: 2},
	} {
		if got := education(code, today); got == nil || *got != want {
			t.Errorf("%s: %+v", code, got)
		}
	}
	// as sure as the least sure of it
	if got := education("MI", today); got.Confidence != ConfidenceMedium {
		t.Errorf("%+v", got)
	}
	if got := education("ME", today); got != nil {
		t.Errorf("%+v", got)
	}
}

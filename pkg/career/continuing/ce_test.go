package continuing_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Ten contact hours of a certificate are ten hours wherever they count, and minutes
// of instruction are measured by the state's own hour.
func TestCEActivity_Credits_Certified(t *testing.T) {
	for _, tt := range []struct {
		text  string
		hour  core.Minutes
		texas core.Minutes
	}{
		{"10 contact hours", 60, 600}, {"10 contact hours", 50, 600}, {"1 CEU", 60, 600}, {"10 CEs", 0, 600}, {"500 min", 60, 600}, {"600 min", 60, 720}, {"8h20", 60, 600},
	} {
		amount, err := continuing.ParseCE(tt.text, tt.hour)
		if err != nil {
			t.Fatal(err)
		}
		a := continuing.CEActivity{Type: continuing.CELive, On: core.Date{Year: 2026, Month: 5, Day: 21}, Amount: amount, Lines: []continuing.CELine{{Subject: standard.Massage, Minutes: amount.Minutes}}}
		p, _ := standard.CE("TX")
		h := standard.Holder{Expires: core.Date{Year: 2027, Month: 6, Day: 30}}
		span, err := p.Cycle.Span(h, a.On)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Judge(h, span, standard.Leave{}, a.Credits()); got.Valid != tt.texas {
			t.Errorf("%s of %d min are %s in Texas, want %s", tt.text, tt.hour, got.Valid, tt.texas)
		}
	}
}

func TestParseCEType(t *testing.T) {
	for text, want := range map[string]continuing.CEType{
		"live": continuing.CELive, " Live ": continuing.CELive, "home study": continuing.CEHomeStudy, "Home-Study": continuing.CEHomeStudy, "webinar": continuing.CEWebinar,
		"recorded": continuing.CEHomeStudy, "Recorded webinar": continuing.CEHomeStudy, "on-demand": continuing.CEHomeStudy,
	} {
		if got, err := continuing.ParseCEType(text); err != nil || got != want {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	if _, err := continuing.ParseCEType("telepathy"); core.CodeOf(err) != "unknown_type" {
		t.Error(err)
	}
	if continuing.CELive.Delivery() != core.InPerson || continuing.CEWebinar.Delivery() != core.Distance || continuing.CEHomeStudy.Delivery() != core.Distance {
		t.Error("only what is live is in person")
	}
}

func TestCEActivity_Credits(t *testing.T) {
	a := continuing.CEActivity{
		Title: "Deep  Tissue", ProviderName: "Lakeside", Type: continuing.CELive, On: core.Date{Year: 2026, Month: time.May, Day: 2},
		Amount: continuing.CEAmount{Minutes: 480}, HandsOn: 335, Lines: []continuing.CELine{{Subject: "massage", Minutes: 420}, {Subject: "ethics", Minutes: 60}},
	}
	a.ID[15] = 1
	c := a.Credits()
	if len(c) != 2 || c[0].ID == c[1].ID || c[0].Minutes != 420 || c[1].Subject != "ethics" || c[0].HandsOn != 69 || c[0].Kind != core.CreditCE || c[0].Delivery != core.InPerson {
		t.Errorf("%+v", c)
	}
	other := a
	other.Title, other.ProviderName = "deep tissue ", "LAKESIDE"
	if other.Course() != a.Course() {
		t.Error("the same course is told apart by its spelling")
	}
	a.Provider.HandsOnPercent = 70
	if a.HandsOnShare() != 0 {
		t.Error("the provider's own rule is not heeded")
	}
	a.HandsOn = 336
	if a.HandsOnShare() != 70 {
		t.Errorf("%d %%", a.HandsOnShare())
	}
	if (continuing.CEActivity{}).HandsOnShare() != 0 {
		t.Error("of nothing nothing is hands-on")
	}
}

func TestCEProvider_Approved(t *testing.T) {
	day := func(d int) core.Date { return core.Date{Year: 2026, Month: time.May, Day: d} }
	p := continuing.CEProvider{Numbers: []continuing.CEApproval{{Body: "FL", Number: "50-1", From: day(2), To: day(4)}, {Body: "NCBTMB", Number: "451"}}}
	for d, want := range map[int]bool{1: false, 2: true, 4: true, 5: false} {
		if p.Approved("FL", day(d)) != want {
			t.Errorf("on %d May it is not %v", d, want)
		}
	}
	if !p.Approved("NCBTMB", day(1)) || p.Approved("TX", day(3)) {
		t.Error("an approval is of one body")
	}
}

func TestCEState_Counts(t *testing.T) {
	for _, s := range continuing.CEStates {
		if s.Counts() != (s != continuing.CEPlanned && s != continuing.CERejected) {
			t.Error(s)
		}
	}
}

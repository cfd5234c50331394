package standard

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// Each version holds on its days by its own basis.
func TestCatalog_Versions(t *testing.T) {
	tests := []struct {
		state, enrolled, on string
		hours               int
	}{
		{"MI", "2017-07-31", "2026-11-30", 500}, {"MI", "2017-08-01", "2026-11-30", 625}, {"MI", "2020-01-10", "2026-11-30", 625},
		{"WA", "2021-08-31", "2026-11-30", 500}, {"WA", "2021-09-01", "2026-11-30", 625},
		{"DE", "2024-06-30", "2026-11-30", 500}, {"DE", "2024-07-01", "2026-11-30", 625},
		{"MD", "2025-01-01", "2026-10-31", 600}, {"MD", "2025-01-01", "2026-11-01", 750},
		{"RI", "2023-01-01", "2024-12-31", 650}, {"RI", "2023-01-01", "2025-01-01", 800},
		{"NJ", "2023-01-01", "2024-07-09", 500}, {"NJ", "2023-01-01", "2024-07-10", 600},
		{"SC", "2023-01-01", "2023-05-12", 500}, {"SC", "2023-01-01", "2023-05-13", 650},
		{"CO", "2023-01-01", "2024-06-30", 500}, {"CO", "2023-01-01", "2024-07-01", 650},
		{"MD", "", "2026-11-01", 750}, // nobody enrolled: the day of asking decides
		{"MI", "", "2026-11-30", 0}, {"IN", "2018-01-01", "2019-06-30", 0}, {"IN", "2018-01-01", "2019-07-01", 625},
	}
	for _, tt := range tests {
		enrolled := core.Date{}
		if tt.enrolled != "" {
			enrolled = on(tt.enrolled)
		}
		all, err := Catalog(Days{Enrolled: enrolled, Asked: on(tt.on)})
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range all {
			if j.Code != tt.state {
				continue
			}
			if j.Standard.Required() != core.Hours(tt.hours) || j.Known != (tt.hours > 0) || j.Standard.Note == "" && !j.Known {
				t.Errorf("%s, enrolled %s, asks for %s on %s, want %d h", tt.state, tt.enrolled, j.Standard.Required(), tt.on, tt.hours)
			}
			if !j.Known && j.Answer(Standing{Answer: Met}) != "" {
				t.Error("no version is in force, and it answers")
			}
		}
	}
}

// A day on which a law ends by some source ends no standard: it is told, and from
// then on the board has to be asked.
func TestJurisdiction_Sunset(t *testing.T) {
	for day, want := range map[string]Answer{"2026-12-31": Met, "2027-01-01": Ask, "2028-01-01": Ask} {
		all, err := Catalog(Days{Enrolled: on("2025-01-01"), Asked: on(day)})
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range all {
			text := strings.Join(j.AskText(Standing{Answer: Met}), " ")
			switch j.Code {
			case "IL":
				if !j.Known || j.Answer(Standing{Answer: Met}) != want || j.Answer(Standing{Answer: Short}) != Short || !strings.Contains(text, "Look again") {
					t.Errorf("on %s Illinois is %v, %s, %q", day, j.Known, j.Answer(Standing{Answer: Met}), text)
				}
			case "CA":
				if !j.Known || j.Answer(Standing{Answer: Met}) != want || !strings.Contains(text, "Jan 1, 2027") || !strings.Contains(text, "Jan 1, 2030") {
					t.Errorf("on %s California is %v, %s, %q", day, j.Known, j.Answer(Standing{Answer: Met}), text)
				}
			case "TX":
				if text != "" {
					t.Errorf("Texas says %q", text)
				}
			}
		}
	}
}

// When its cycle ends by a weak source a standing asks, unless the license itself
// ends on that day.
func TestCycle_Doubt(t *testing.T) {
	p, _ := CE("NE")
	h := Holder{Issued: on("2015-03-10")}
	span, err := p.Cycle.Span(h, on("2026-11-25"))
	if err != nil {
		t.Fatal(err)
	}
	ethics, massage := credit(1, "2026-05-21", 180, "ethics"), credit(2, "2026-05-21", 780, "massage")
	ethics.HandsOn, massage.HandsOn = 100, 100
	credits := []core.Credit{ethics, massage}
	asks := p.Judge(h, span, Leave{}, credits)
	if asks.Answer != Ask || len(asks.AskText()) != 1 {
		t.Errorf("%s %q", asks.Answer, asks.AskText())
	}
	h.Expires = span.To
	if sure := p.Judge(h, span, Leave{}, credits); sure.Answer != Met || sure.AskText() != nil {
		t.Errorf("%s %q", sure.Answer, sure.AskText())
	}
	if short := p.Judge(Holder{Issued: on("2015-03-10")}, span, Leave{}, nil); short.Answer != Short || short.Ends != "" {
		t.Errorf("%s", short.Answer)
	}
	if waived := p.Judge(h, span, Leave{All: true}, nil); waived.Answer != Met {
		t.Errorf("what the authority waived is %s", waived.Answer)
	}
	if text := strings.Join(p.Judge(h, span, Leave{}, append(credits, credits...)).AskText(), ""); text != "" {
		t.Errorf("enough without the repetition, and says %q", text)
	}
}

// A course that is taken twice is asked about where no rule tells.
func TestCycle_Repeats(t *testing.T) {
	p, _ := CE("DE")
	h := Holder{Issued: on("2015-03-10"), Expires: on("2027-06-30")}
	span, err := p.Cycle.Span(h, on("2026-11-25"))
	if err != nil {
		t.Fatal(err)
	}
	a, b := credit(1, "2026-05-21", 720, "massage"), credit(2, "2026-05-22", 720, "massage")
	a.Course, b.Course = "x", "x"
	if j := p.Judge(h, span, Leave{}, []core.Credit{a, b}); j.Answer != Ask || !j.Repeats || len(j.AskText()) != 1 {
		t.Errorf("%s %q", j.Answer, j.AskText())
	}
	b.Course = "y"
	if j := p.Judge(h, span, Leave{}, []core.Credit{a, b}); j.Answer != Met || j.Repeats {
		t.Errorf("two courses are %s", j.Answer)
	}
}

package logbook

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

func TestState(t *testing.T) {
	std := standard.Standard{Key: "k", Version: "1", Title: "T", Subjects: []standard.Subject{{Code: "a", Title: "A"}, {Code: "b", Title: "B"}}, Rules: []standard.Rule{
		{ID: "total", Kind: standard.Total, Minutes: 6000, Text: "t", Source: "s"}, {ID: "day", Kind: standard.DayCap, Minutes: 480, Text: "d", Source: "s"},
	}}
	credit := func(n byte, day int, subject string, minutes core.Minutes) core.Credit {
		return core.Credit{ID: core.CreditID{n}, Kind: core.CreditInstruction, Supervised: true, Subject: subject, Date: monday.AddDays(day), Minutes: minutes}
	}
	credits := []core.Credit{credit(1, 0, "a", 600), credit(2, 30, "a", 500), credit(3, 31, "b", 60), credit(4, 60, "a", 60)}
	rules, err := standard.RulesFor(standard.Days{}, std)
	if err != nil {
		t.Fatal(err)
	}
	st := state(rules, upTo(credits, monday.AddDays(59)), monday.AddDays(28))
	if m := st.Month; m.Recorded != 560 || m.Valid != 540 || m.RecordedInAll != 1160 || m.ValidInAll != 1020 || m.Required != 6000 {
		t.Errorf("the month is %+v", m)
	}
	if a := st.Lines[0]; a.Recorded != 500 || a.Valid != 480 || a.RecordedInAll != 1100 || a.ValidInAll != 960 {
		t.Errorf("the subject is %+v", a)
	}
	if len(st.Uncounted) != 1 || st.Uncounted[0].CreditID != (core.CreditID{2}) {
		t.Errorf("does not count: %+v", st.Uncounted)
	}
}

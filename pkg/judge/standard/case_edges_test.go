package standard

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// fails are what the cases of a pack are said to differ in, one after the other.
func fails(std Standard, cycle *Cycle, cases ...Case) (what []string) {
	for _, f := range Check(Pack{Standard: std, Cycle: cycle, Cases: cases}) {
		if f.Line != 0 {
			what = append(what, "a line of no file")
		}
		what = append(what, f.What)
	}
	return what
}

// A case may say that no version is in force on its day, and is wrong where one is.
func TestCheck_NotInForce(t *testing.T) {
	std := standardOf(total(60, High))
	std.EffectiveFrom = day("2026-01-01")
	before, after := day("2025-12-31"), day("2026-01-01")
	for _, tt := range []struct {
		on   core.Date
		says bool
		want string
	}{
		{before, true, ""}, {before, false, "standard_not_in_force"}, {after, true, "standard_in_force"}, {after, false, ""},
	} {
		got := fails(std, nil, Case{Name: "c", On: tt.on, NotInForce: tt.says, Short: 60})
		if tt.want == "" && got != nil || tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], tt.want+":")) {
			t.Errorf("on %s, not in force %v: %q, want %q", tt.on, tt.says, got, tt.want)
		}
	}
}

// Of a choice that was made no other way is unmet; of one that was not, each.
func TestCheck_Unmet(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "a", Kind: SubjectMinimum, Subject: "a", Minutes: 30, Text: "T", Source: "S"},
		Rule{ID: "any", Kind: AnyOf, Text: "T", Source: "S", Rules: []Rule{
			{ID: "long", Kind: Pace, Days: 9, Text: "T", Source: "S"}, {ID: "lab", Kind: Minimum, Setting: core.Lab, Minutes: 20, Text: "T", Source: "S"},
		}},
		Rule{ID: "both", Kind: AllOf, Text: "T", Source: "S", Rules: []Rule{
			{ID: "slow", Kind: Pace, Days: 2, Text: "T", Source: "S"}, {ID: "b", Kind: SubjectMinimum, Subject: "b", Minutes: 10, Text: "T", Source: "S"},
		}})
	first := CaseCredit{Date: day("2026-03-02"), Minutes: 20, Subject: "a"}
	lab, late := first, first
	lab.Setting, late.Date = core.Lab, day("2026-03-10")
	none := Case{Name: "one day", Credits: []CaseCredit{first}, Recorded: 20, Valid: 20, Short: 40,
		Missing: map[string]core.Minutes{"a": 10}, Unmet: []string{"any", "long", "lab", "both", "slow"}}
	made := Case{Name: "in the lab", Credits: []CaseCredit{lab}, Recorded: 20, Valid: 20, Short: 40,
		Missing: none.Missing, Unmet: []string{"both", "slow"}}
	paced := Case{Name: "nine days", Credits: []CaseCredit{first, late}, Recorded: 40, Valid: 40, Short: 20,
		Unmet: []string{"both"}}
	if got := fails(std, nil, none, made, paced); got != nil {
		t.Error(got)
	}
}

// What a case's credit does not tell is the usual: instruction in a classroom, in person.
func TestCheck_Credit(t *testing.T) {
	std := standardOf(total(60, High),
		Rule{ID: "earned", Kind: Minimum, Earned: core.CreditInstruction, Minutes: 1, Text: "T", Source: "S"},
		Rule{ID: "room", Kind: Minimum, Setting: core.Classroom, Minutes: 1, Text: "T", Source: "S"},
		Rule{ID: "person", Kind: Minimum, Delivery: core.InPerson, Minutes: 1, Text: "T", Source: "S"},
		Rule{ID: "transfer", Kind: Minimum, Earned: core.CreditTransfer, Minutes: 1, Text: "T", Source: "S"},
		Rule{ID: "lab", Kind: Minimum, Setting: core.Lab, Minutes: 1, Text: "T", Source: "S"},
		Rule{ID: "far", Kind: Minimum, Delivery: core.Distance, Minutes: 1, Text: "T", Source: "S"})
	usual := CaseCredit{Date: day("2026-03-02"), Minutes: 60, Subject: "a"}
	other := usual
	other.Earned, other.Setting, other.Delivery = core.CreditTransfer, core.Lab, core.Distance
	if got := fails(std, nil,
		Case{Name: "usual", Credits: []CaseCredit{usual}, Recorded: 60, Valid: 60, Rules: map[string]core.Minutes{"earned": 60, "room": 60, "person": 60}, Unmet: []string{"far", "lab", "transfer"}},
		Case{Name: "other", Credits: []CaseCredit{other}, Recorded: 60, Valid: 60, Rules: map[string]core.Minutes{"far": 60, "lab": 60, "transfer": 60}, Unmet: []string{"earned", "person", "room"}},
	); got != nil {
		t.Error(got)
	}
}

// Of two credits of one day the one that begins first is counted first, and one
// without a start before both.
func TestCheck_Start(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "day", Kind: DayCap, Minutes: 60, Text: "T", Source: "S"})
	at := func(start, subject string) CaseCredit {
		return CaseCredit{Date: day("2026-03-02"), Start: start, Minutes: 60, Subject: subject}
	}
	reasons := map[string]int{"day": 1}
	if got := fails(std, nil,
		Case{Name: "later first", Credits: []CaseCredit{at("10:00", "a"), at("09:00", "b")}, Met: true, Recorded: 120, Valid: 60, Subjects: map[string]core.Minutes{"a": 0, "b": 60}, Reasons: reasons},
		Case{Name: "without a start", Credits: []CaseCredit{at("09:00", "a"), at("", "b")}, Met: true, Recorded: 120, Valid: 60, Subjects: map[string]core.Minutes{"a": 0, "b": 60}, Reasons: reasons},
	); got != nil {
		t.Error(got)
	}
}

// A case of a cycle that cannot be judged fails, and so does one that says too much.
func TestCheck_Cycle(t *testing.T) {
	cycle := &Cycle{Years: 2, Ends: Ends{By: EndsFixed, Month: 12, Day: 31, Parity: ParityOdd}}
	std := standardOf(total(60, High), Rule{ID: "in", Kind: InCycle, Text: "T", Source: "S"})
	good := Case{Name: "nothing", Holder: &CaseHolder{On: day("2026-06-01")}, From: day("2026-01-01"), To: day("2027-12-31"), Short: 60}
	met := good
	met.Met = true
	met.From = core.Date{}
	if got := fails(std, cycle, good, met, Case{Name: "nobody"}); len(got) != 2 || got[0] != "met is false, must be true" || !strings.HasPrefix(got[1], "required:") {
		t.Errorf("%q", got)
	}
}

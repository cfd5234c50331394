package standard

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestRule_Clock(t *testing.T) {
	tests := []struct {
		name                   string
		rule                   Rule
		taught, elapsed, pause core.Minutes
		want                   core.Minutes
	}{
		{"an hour has 60", Rule{PerHour: 60}, 50, 60, 10, 50},
		{"50 in 60", Rule{PerHour: 50}, 50, 60, 10, 60},
		{"four minutes pay for nothing", Rule{PerHour: 50}, 4, 14, 10, 4},
		{"five pay for one", Rule{PerHour: 50}, 5, 15, 10, 6},
		{"elapsed unknown", Rule{PerHour: 50}, 50, 0, 10, 60},
		{"neither known", Rule{PerHour: 50}, 50, 0, 0, 50},
		{"never more than elapsed", Rule{PerHour: 60}, 50, 49, 0, 49},
		{"a block exactly", Rule{PerHour: 50, Block: 180}, 150, 180, 30, 180},
		{"a block and a minute", Rule{PerHour: 50, Block: 180}, 155, 186, 31, 185},
		{"the least", Rule{PerHour: 60, Least: 30}, 30, 30, 0, 30},
		{"less than the least", Rule{PerHour: 60, Least: 30}, 29, 60, 0, 0},
		{"down", Rule{PerHour: 60, RoundTo: 15}, 44, 60, 0, 30},
		{"down from itself", Rule{PerHour: 60, RoundTo: 15, Rounding: RoundDown}, 45, 60, 0, 45},
		{"nearest, below the half", Rule{PerHour: 60, RoundTo: 30, Rounding: RoundNearest}, 44, 60, 0, 30},
		{"nearest, the half", Rule{PerHour: 60, RoundTo: 30, Rounding: RoundNearest}, 45, 60, 0, 60},
		{"up", Rule{PerHour: 60, RoundTo: 30, Rounding: RoundUp}, 31, 60, 0, 60},
		{"up from itself", Rule{PerHour: 60, RoundTo: 30, Rounding: RoundUp}, 30, 60, 0, 30},
		{"up, but never more than elapsed", Rule{PerHour: 60, RoundTo: 30, Rounding: RoundUp}, 31, 40, 0, 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.rule.clock(tt.taught, tt.elapsed, tt.pause); got != tt.want {
				t.Errorf("%d min make %d, want %d", tt.taught, got, tt.want)
			}
		})
	}
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-01-31", 3, "2026-04-30"},
		{"2026-01-15", 0, "2026-01-15"}, {"2025-12-31", 2, "2026-02-28"}, {"2025-04-30", 9, "2026-01-30"},
	} {
		if got := day(tt.from).AddMonths(tt.n); got != day(tt.want) {
			t.Errorf("%d months from %s is %s, want %s", tt.n, tt.from, got, tt.want)
		}
	}
}

// sentences is a standard whose every rule has something to say.
func sentences() Standard {
	return Standard{
		Key: "sentences", Version: "1", Title: "Sentences", Subjects: []Subject{{Code: "a", Title: "Aa"}, {Code: "b", Title: "Bb"}},
		Rules: []Rule{
			{ID: "total", Kind: Total, Minutes: 600, Text: "Ten hours.", Source: "S"},
			{ID: "b-least", Kind: SubjectMinimum, Subject: "b", Minutes: 60, Text: "An hour of b.", Source: "S"},
			{ID: "lab", Kind: Minimum, Setting: core.Lab, Minutes: 30, Text: "30 min in the lab.", Source: "S", Confidence: Low, Note: "Or 40."},
			{ID: "gate", Kind: Gate, Setting: core.Clinic, After: []Need{{Minutes: 60, Subject: "a"}, {Minutes: 90}}, Text: "The clinic comes later.", Source: "S"},
			{ID: "week", Kind: WeekCap, Minutes: 100, Text: "100 min a week.", Source: "S"},
			{ID: "month", Kind: MonthCap, Minutes: 160, Text: "160 min a month.", Source: "S"},
			{ID: "hour", Kind: Hour, PerHour: 50, RoundTo: 10, Text: "Tens.", Source: "S"},
			{ID: "pace", Kind: Pace, Months: 1, Text: "A month.", Source: "S"},
			{ID: "either", Kind: AnyOf, Text: "This or that.", Source: "S", Rules: []Rule{{ID: "this", Kind: Pace, Weeks: 9, Text: "Nine weeks.", Source: "S"}}},
		},
	}
}

func TestStanding_Sentences(t *testing.T) {
	clinic := credit(1, "2026-03-02", 30, "a")
	clinic.Setting = core.Clinic
	again := credit(3, "2026-03-04", 30, "a")
	again.Setting = core.Clinic
	s := Evaluate(ruled(sentences()), []core.Credit{
		clinic, credit(2, "2026-03-03", 61, "a"), again,
		credit(4, "2026-03-05", 50, "b"), credit(5, "2026-03-09", 70, "b"), credit(6, "2026-03-30", 10, "b"),
	})
	var got []string
	for _, u := range s.Uncounted {
		for _, r := range u.Reasons {
			got = append(got, u.Date.String()+" "+r.Rule+": "+r.Text)
		}
	}
	want := []string{
		"2026-03-02 gate: The clinic comes later. Before it 0 min of 1 h were valid.",
		"2026-03-03 hour: Tens. Of 1 h 1 min that leaves 1 h.",
		"2026-03-04 gate: The clinic comes later. Before it 1 h of 1 h 30 min was valid.",
		"2026-03-05 week: 100 min a week. Of that 40 min were left in the week of 2026-03-02.",
		"2026-03-09 month: 160 min a month. Of that 1 h was left in March 2026.",
		"2026-03-30 month: 160 min a month. Nothing of that was left in March 2026.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("says\n%q, want\n%q", got, want)
	}
	missing := []string{
		"Total: 7 h 20 min short of 10 h", "30 min in the lab. Short of that by 30 min.", "A month. That is not before Apr 2, 2026.", "This or that.",
	}
	if got := s.MissingText(); !slices.Equal(got, missing) {
		t.Errorf("misses %q, want %q", got, missing)
	}
	if u := s.Uncounted[1]; u.Clock != 60 || u.Valid != 60 || u.Recorded != 61 {
		t.Errorf("rounded %+v", u)
	}
	if either := s.Rules[8]; either.Recorded != 0 || either.Valid != 0 {
		t.Errorf("a choice has minutes of its own: %+v", either)
	}
	lab := s.Rules[2]
	if lab.Confidence != Low || lab.Note != "Or 40." || lab.Missing != 30 || s.Rules[7].First != day("2026-03-03") || s.Rules[7].Last != day("2026-03-09") {
		t.Errorf("rules %+v", s.Rules)
	}
}

func TestStanding_JSONOfNewKinds(t *testing.T) {
	s := Evaluate(ruled(sentences()), []core.Credit{credit(1, "2026-03-02", 61, "a")})
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Standing
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

// What was kept of a standing before these kinds came has to stay the same,
// byte for byte: the doctor compares it with a new one.
func TestStanding_JSONOfOldKinds(t *testing.T) {
	std, err := Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", 6, "a")}))
	const want = `{"standard":"small","version":"1","title":"Small","met":false,"recorded":6,"valid":5,"required":60,"missing":55,` +
		`"subjects":[{"code":"a","title":"Aa","recorded":6,"valid":5,"required":0,"missing":0},{"code":"b","title":"Bb","recorded":0,"valid":0,"required":0,"missing":0}],` +
		`"rules":[{"id":"total","kind":"total","met":false,"recorded":6,"valid":5,"limit":60,"missing":55,"text":"At least 1 h is valid.","remark":"T","source":"S"},` +
		`{"id":"r","kind":"day_cap","met":true,"recorded":6,"valid":5,"limit":5,"missing":0,"text":"At most 5 min of one date count.","remark":"T","source":"S"}],` +
		`"uncounted":[{"credit_id":"00000000-0000-0000-0000-000000000001","date":"2026-03-02","recorded":6,"valid":5,` +
		`"reasons":[{"rule":"r","text":"At most 5 min of one date count. Of that 5 min were left on 2026-03-02."}]}]}`
	if err != nil || string(b) != want {
		t.Errorf("writes\n%s, want\n%s (%v)", b, want, err)
	}
}

package standard

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

var claimed = core.Date{Year: 2026, Month: time.November, Day: 28}

// stateOf is the pack of a jurisdiction in force on the day of the claims.
func stateOf(t *testing.T, code string) Jurisdiction {
	t.Helper()
	all, err := Catalog(Days{Enrolled: claimed, Asked: claimed})
	if err != nil {
		t.Fatal(err)
	}
	return all[slices.IndexFunc(all, func(j Jurisdiction) bool { return j.Code == code })]
}

// plainProgram asks for hours in all, all of them supervised.
func plainProgram(hours core.Minutes, subjects ...Subject) Standard {
	if subjects == nil {
		subjects = []Subject{{Code: "massage-practice", Title: "Massage"}}
	}
	return Standard{Key: "own", Version: "1", Title: "Own", Subjects: subjects, Rules: []Rule{
		{ID: "total", Kind: Total, Minutes: hours * 60, Source: "Catalog"},
		{ID: "supervised", Kind: SupervisedOnly, Source: "Catalog"},
	}}
}

func (s Standard) plus(rules ...Rule) Standard {
	s.Rules = append(slices.Clone(s.Rules), rules...)
	return s
}

// begunWith is a program that has the rules of a state, and others.
func begunWith(t *testing.T, code string, rules ...Rule) Standard {
	t.Helper()
	s := DraftOf(stateOf(t, code).Standard).Standard
	s.EffectiveFrom, s.EffectiveTo = core.Date{}, core.Date{}
	return s.plus(rules...)
}

func TestGuarantees(t *testing.T) {
	five, brightwater := plainProgram(500), Demo()
	tests := []struct {
		name    string
		std     Standard
		state   string
		outcome Outcome
		less    []string // the rules
		why     string   // of what is not known
	}{
		{"as many hours as are asked for", five, "MT", ClaimMet, nil, ""},
		{"an hour less", plainProgram(499), "MT", ClaimLess, []string{"total"}, ""},
		{"500 h where 1,000 are asked for, by a secondary source", five, "NY", ClaimLess, []string{"total"}, ""},
		{"1,000 h by a secondary source", plainProgram(1000), "NY", ClaimNotKnown, nil, "secondary source"},
		{"no state license", plainProgram(1000), "KS", ClaimNotKnown, nil, "license"},
		{"a territory without a pack", plainProgram(1000), "GU", ClaimNotKnown, nil, "Guam"},
		{"500 h and 650 h by sources that conflict", five, "FL", ClaimLess, []string{"anatomy-physiology", "clinical-practicum", "allied-modalities", "business", "hydrotherapy", "law", "ethics", "hiv", "medical-errors"}, ""},
		{"the rules of Florida and 650 h", begunWith(t, "FL"), "FL", ClaimNotKnown, nil, "Sources disagree"},
		{"sources that conflict between their figures", plainProgram(600), "NC", ClaimNotKnown, nil, "Sources disagree"},
		{"less than each of the sources that conflict", plainProgram(100), "NC", ClaimLess, []string{"total"}, ""},
		{"the rules of Texas", begunWith(t, "TX"), "TX", ClaimMet, nil, ""},
		{"the rules of Texas and more", begunWith(t, "TX", Rule{ID: "grade", Kind: GradeMinimum, Percent: 70, Source: "Catalog"}, Rule{ID: "day", Kind: DayCap, Minutes: 360, Source: "Catalog"}), "TX", ClaimMet, nil, ""},
		{"500 h of massage in Texas", five, "TX", ClaimLess, []string{"swedish", "anatomy", "physiology", "kinesiology", "pathology", "hydrotherapy", "law-business-ethics", "health-cpr", "internship", "internship-hands-on"}, ""},
		{"subjects under names of its own in Texas", plainProgram(500, Subject{Code: "everything", Title: "Everything"}), "TX", ClaimNotKnown, nil, "Everything"},
		{"600 h in Texas, not in its subjects", brightwater, "TX", ClaimLess, []string{"swedish"}, ""},
		{"600 h in New Jersey", brightwater, "NJ", ClaimMet, nil, ""},
		{"no passing grade", brightwater, "IL", ClaimNotKnown, nil, "grade"},
		{"unsupervised hours", Standard{Key: "own", Version: "1", Title: "Own", OpenSubjects: true, Rules: []Rule{{ID: "total", Kind: Total, Minutes: 60000, Source: "Catalog"}}}, "MT", ClaimNotKnown, nil, "Unsupervised time never counts"},
		{"an hour of its own", plainProgram(500).plus(Rule{ID: "hour", Kind: Hour, PerHour: 50, Source: "Catalog"}), "MT", ClaimNotKnown, nil, "its own way"},
		{"no pace", plainProgram(625), "WA", ClaimNotKnown, nil, "24 weeks"},
		{"a pace", plainProgram(625).plus(Rule{ID: "pace", Kind: Pace, Weeks: 24, Source: "Catalog"}), "WA", ClaimMet, nil, ""},
		{"a pace in months", plainProgram(625).plus(Rule{ID: "pace", Kind: Pace, Months: 6, Source: "Catalog"}), "WA", ClaimMet, nil, ""},
		{"a cap on what another school gave", plainProgram(1000).plus(Rule{ID: "total-too", Kind: Pace, Weeks: 1, Source: "Catalog"}), "OH", ClaimNotKnown, nil, "Sources disagree"},
		{"a minimum", plainProgram(650, Subject{Code: "anatomy", Title: "Anatomy"}, Subject{Code: "clinical-practice", Title: "Clinic"}, Subject{Code: "ethics", Title: "Ethics"}).plus(
			Rule{ID: "a", Kind: SubjectMinimum, Subject: "anatomy", Minutes: 6000, Source: "Catalog"},
			Rule{ID: "c", Kind: SubjectMinimum, Subject: "clinical-practice", Minutes: 15000, Source: "Catalog"},
			Rule{ID: "e", Kind: SubjectMinimum, Subject: "ethics", Minutes: 3000, Source: "Catalog"}), "AL", ClaimMet, nil, ""},
		{"a minimum a minute lower", plainProgram(650, Subject{Code: "anatomy", Title: "Anatomy"}, Subject{Code: "clinical-practice", Title: "Clinic"}, Subject{Code: "ethics", Title: "Ethics"}).plus(
			Rule{ID: "a", Kind: SubjectMinimum, Subject: "anatomy", Minutes: 5999, Source: "Catalog"},
			Rule{ID: "c", Kind: SubjectMinimum, Subject: "clinical-practice", Minutes: 15000, Source: "Catalog"},
			Rule{ID: "e", Kind: SubjectMinimum, Subject: "ethics", Minutes: 3000, Source: "Catalog"}), "AL", ClaimLess, []string{"anatomy-physiology"}, ""},
		{"another way of hours", plainProgram(500).plus(Rule{ID: "ways", Kind: AnyOf, Source: "Catalog", Rules: []Rule{{ID: "x", Kind: Minimum, Setting: core.Clinic, Minutes: 60, Source: "Catalog"}}}), "AL", ClaimLess, []string{"total"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.std.Claims = []string{tt.state}
			if err := tt.std.Validate(); err != nil {
				t.Fatal(err)
			}
			all, err := Guarantees(tt.std.Worded(), claimed)
			if err != nil {
				t.Fatal(err)
			}
			c := all[0]
			var less []string
			for _, s := range c.Less {
				less = append(less, s.Rule)
			}
			if c.Outcome != tt.outcome || !slices.Equal(less, tt.less) || !strings.Contains(strings.Join(c.Why, " "), tt.why) {
				t.Errorf("%s: %q %q", c.Outcome, c.Less, c.Why)
			}
			if (c.Outcome == ClaimMet) != (len(c.Details()) == 0) || c.Name == "" || c.On != claimed || !strings.Contains(c.By(), "November 28, 2026") && !strings.Contains(c.By(), "2026") {
				t.Errorf("it says %q by %q", c.Details(), c.By())
			}
		})
	}
}

// An act that may end on a day guarantees nothing from then on.
func TestGuarantees_Sunset(t *testing.T) {
	std := begunWith(t, "IL")
	std.Claims = []string{"IL"}
	for on, want := range map[core.Date]Outcome{claimed: ClaimMet, {Year: 2027, Month: time.January, Day: 1}: ClaimNotKnown} {
		all, err := Guarantees(std, on)
		if err != nil || all[0].Outcome != want || (want == ClaimMet) != (all[0].Why == nil) {
			t.Errorf("on %s: %+v, %v", on, all, err)
		}
	}
}

func TestClaimsBy(t *testing.T) {
	hours := func(subject string, h int) (all []core.Credit) {
		for n := range h {
			c, err := CaseCredit{Date: monday.AddDays(n), Minutes: 60, Subject: subject}.credit(0, n+1)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		return all
	}
	tests := []struct {
		name, state string
		credits     []core.Credit
		outcome     Outcome
		less        int
		why         string
	}{
		{"enough", "MT", hours("massage", 500), ClaimMet, 0, ""},
		{"an hour less", "MT", hours("massage", 499), ClaimLess, 1, ""},
		{"enough by a secondary source", "NY", hours("massage", 1000), ClaimNotKnown, 0, "secondary source"},
		{"half of it by a secondary source", "NY", hours("massage", 500), ClaimLess, 1, ""},
		{"no state license", "KS", hours("massage", 500), ClaimNotKnown, 0, "license"},
		{"a conflict", "NC", hours("massage", 600), ClaimNotKnown, 0, "Sources disagree"},
		{"subjects that the state does not know", "TX", hours("massage", 600), ClaimNotKnown, 0, "Massage as we call it"},
		{"too few, whatever they are", "TX", hours("massage", 30), ClaimLess, 9, ""},
		{"an examination may be another way", "ME", hours("massage", 400), ClaimLess, 1, ""},
		{"nothing", "AL", nil, ClaimLess, 4, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			std := plainProgram(500, Subject{Code: "massage", Title: "Massage as we call it"})
			std.Claims = []string{tt.state}
			all, err := ClaimsBy(std, tt.credits, Days{Enrolled: monday, Asked: claimed})
			if err != nil {
				t.Fatal(err)
			}
			if c := all[0]; c.Outcome != tt.outcome || len(c.Less) != tt.less || !strings.Contains(strings.Join(c.Why, " "), tt.why) {
				t.Errorf("%s: %q %q", c.Outcome, c.Less, c.Why)
			}
		})
	}
	if all, err := ClaimsBy(plainProgram(500), nil, Days{Asked: claimed}); all != nil || err != nil {
		t.Errorf("of nothing claimed: %v, %v", all, err)
	}
}

// What is claimed as met holds for everybody who meets the program.
func TestGuarantees_HoldForEachLedger(t *testing.T) {
	outcomes, judged := map[Outcome]int{}, 0
	most := uint64(2000)
	if testkit.Full() {
		most *= 20
	}
	for seed := uint64(0); seed < most || judged < 1000; seed++ {
		r := chance{rand.New(rand.NewPCG(seed, 29))}
		own := r.standard()
		if seed%4 > 0 {
			own = r.small()
		}
		if r.often(30) {
			own.Subjects = append(slices.Clone(own.Subjects), Subject{Code: "d", Title: "Dd"})
		}
		state := own
		if r.often(10) {
			state = r.standard()
		}
		state.Rules, state.EffectiveFrom, state.EffectiveTo = r.lenient(state.Rules), core.Date{}, core.Date{}
		state.Subjects = slices.Clone(state.Subjects[:3])
		if r.often(30) {
			state.OpenSubjects = !state.OpenSubjects
		}
		if r.often(20) {
			state.Subjects[r.IntN(3)].Also = nil
		}
		if r.often(20) {
			state.Subjects[r.IntN(3)].Also = []string{"d"}
		}
		on := start.AddDays(r.IntN(60))
		d := Days{Enrolled: on, Asked: on}
		ours, err := RulesFor(d, own)
		rules, stateErr := RulesFor(d, state)
		if err != nil || stateErr != nil || totalIn(rules.std.Rules) == nil {
			continue
		}
		c := Claim{Outcome: ClaimNotKnown, On: on}
		guaranteed(own, Jurisdiction{Known: true, Standard: *rules.std, Rules: rules, On: on}, &c)
		if outcomes[c.Outcome]++; c.Outcome != ClaimMet {
			continue
		}
		for range 30 {
			credits := r.credits()
			for i := range credits { // as sessions are
				if credits[i].Elapsed > 0 {
					credits[i].Elapsed = max(credits[i].Elapsed, credits[i].Minutes)
				}
			}
			if !Evaluate(ours, credits).Answer.Met() {
				continue
			}
			judged++
			if got := Evaluate(rules, credits); !got.Answer.Met() {
				t.Fatalf("seed %d: claimed as met, and %s\nprogram %+v\nstate %+v\n%+v", seed, got.Answer, ours.std.Rules, rules.std.Rules, got.Rules)
			}
		}
	}
	t.Logf("%v, %d ledgers", outcomes, judged)
	for _, o := range Outcomes {
		if outcomes[o] < 20 {
			t.Errorf("only %d claims are %s", outcomes[o], o)
		}
	}
}

// small is a program of few rules that claims can be held against.
func (r chance) small() Standard {
	std := r.standard()
	std.EffectiveFrom, std.EffectiveTo = core.Date{}, core.Date{}
	std.Rules = []Rule{{Kind: Total, Minutes: r.minutes(300)}}
	for range 1 + r.IntN(3) {
		rule := r.rule(one(r, SupervisedOnly, Supervision, GradeMinimum, Disallowed, Gate, Gate, Window, Excluded, TransferRecord, SubjectMinimum, Minimum, Minimum, Pace, Hour), 3)
		for i := range rule.After {
			rule.After[i].Minutes = 1 + rule.After[i].Minutes/4
		}
		if r.often(40) {
			rule.Minutes /= 3
		}
		with := std
		with.Rules = append(slices.Clone(std.Rules), rule)
		n := 0
		for i := range with.Rules {
			name(&with.Rules[i], &n)
		}
		if with.Validate() == nil {
			std = with
		}
	}
	return std
}

// other is a rule with another figure or about other hours.
func (r chance) other(rule Rule) Rule {
	was := rule
	switch {
	case rule.Percent > 0 && r.often(50):
		rule.Percent = 1 + r.IntN(99)
	case rule.Modes != nil && r.often(50):
		rule.Modes = r.rule(Supervision, 3).Modes
	case rule.After != nil && r.often(60):
		rule.After = slices.Clone(rule.After)
		for i := range rule.After {
			rule.After[i].Minutes = max(1, rule.After[i].Minutes+core.Minutes(r.IntN(60)-30))
		}
	case FieldsOf(rule.Kind)["hands_on"]:
		rule.Subject, rule.Group, rule.Setting, rule.Delivery, rule.Earned, rule.Mode, rule.MakeUp, rule.HandsOn = "", "", "", "", "", "", false, 0
		r.choose(&rule)
	}
	std := Standard{Key: "x", Version: "1", Title: "X", Subjects: r.standard().Subjects, Groups: r.standard().Groups, Rules: []Rule{rule}}
	if !std.valid() {
		return was
	}
	return rule
}

// lenient drops some rules, asks for less in others, and changes a few.
func (r chance) lenient(rules []Rule) (left []Rule) {
	for _, rule := range rules {
		if totalIn([]Rule{rule}) == nil && r.often(35) {
			continue
		}
		if totalIn([]Rule{rule}) == nil && r.often(25) {
			rule = r.other(rule)
		}
		if rule.Minutes > 1 && r.often(60) {
			rule.Minutes -= core.Minutes(r.IntN(int(rule.Minutes)))
		}
		if rule.Confidence == Medium || rule.Confidence == Low {
			rule.Confidence = one(r, High, rule.Confidence)
		}
		if r.often(50) {
			rule.Figures = nil
		}
		rule.Rules = r.lenient(rule.Rules)
		if rule.Rules == nil && (rule.Kind == AnyOf || rule.Kind == AllOf) {
			continue
		}
		left = append(left, rule)
	}
	return left
}

package standard

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// chance makes random standards and credits, small enough that rules bind and
// meet each other.
type chance struct{ *rand.Rand }

func (r chance) minutes(most int) core.Minutes { return core.Minutes(1 + r.IntN(most)) }
func (r chance) often(percent int) bool        { return r.IntN(100) < percent }

func one[T any](r chance, of ...T) T { return of[r.IntN(len(of))] }

func (r chance) standard() Standard {
	std := Standard{
		Key: "random", Version: "1", Title: "Random", OpenSubjects: r.often(30),
		Subjects: []Subject{{Code: "a", Title: "Aa", Also: []string{"a1"}}, {Code: "b", Title: "Bb"}, {Code: "c", Title: "Cc", Also: []string{"c1", "c2"}}},
		Groups:   []Group{{Code: "ab", Title: "Ab", Members: []string{"a", "b"}}, {Code: "abc", Title: "Abc", Members: []string{"c", "ab"}}},
	}
	rules := []Rule{{Kind: Total, Minutes: r.minutes(1200)}}
	for r.often(25) {
		rules[0].Figures = append(rules[0].Figures, Figure{Minutes: rules[0].Minutes%1200 + r.minutes(400), Source: "Another"})
	}
	if r.often(20) {
		rules[0] = r.ways(rules[0])
	}
	if r.often(20) {
		std.EffectiveFrom = start.AddDays(r.IntN(60) - 30)
	}
	if r.often(20) {
		std.EffectiveTo = start.AddDays(30 + r.IntN(90))
	}
	std.Basis = one(r, "", AtEnrollment, AtApplication)
	for range r.IntN(9) {
		rules = append(rules, r.rule(one(r, Within, TransferAge, Minimum, SubjectMinimum, Extra, Pace, AnyOf, AllOf, Maximum, Maximum, SettingCap, DeliveryCap,
			DayCap, WeekCap, MonthCap, Gate, Gate, SupervisedOnly, Supervision, Window, Excluded, GradeMinimum, TransferRecord, Hour, Hour, InCycle, Once, Once, Disallowed, ContactHour, Holds, Since, OneProgram, Unjudged), 1))
	}
	r.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
	n := 0
	for _, rule := range rules {
		r.date(&rule)
		name(&rule, &n)
		with := std
		with.Rules = append(slices.Clone(std.Rules), rule)
		if totalIn([]Rule{rule}) != nil || with.valid() {
			std = with
		}
	}
	for i := range std.Rules {
		if rule := &std.Rules[i]; rule.Kind == InCycle && r.often(80) { // as Bind fills it in
			rule.From, rule.To = start.AddDays(r.IntN(20)), start.AddDays(20+r.IntN(40))
		}
	}
	r.confide(std.Rules)
	return std
}

// ways puts a total beside other ways, at times with a subject's minimum.
func (r chance) ways(total Rule) Rule {
	way := total
	if r.often(50) {
		way = Rule{Kind: AllOf, Rules: []Rule{total, r.rule(SubjectMinimum, 3), r.rule(one(r, Minimum, Pace), 3)}}
	}
	if r.often(20) {
		return way
	}
	all := []Rule{way, r.rule(one(r, Holds, Holds, Minimum), 3)}
	if r.often(30) {
		all = append(all, r.rule(Pace, 3))
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return Rule{Kind: AnyOf, Rules: all}
}

// date makes some rules temporary, and some within others.
func (r chance) date(rule *Rule) {
	if totalIn([]Rule{*rule}) == nil && r.often(15) {
		rule.EffectiveFrom = one(r, core.Date{}, start.AddDays(r.IntN(60)-20))
		rule.EffectiveTo = one(r, core.Date{}, start.AddDays(40+r.IntN(60)))
	}
	for i := range rule.Rules {
		r.date(&rule.Rules[i])
	}
}

// when is a day of enrollment and a later one of asking.
func (r chance) when() Days {
	enrolled := start.AddDays(r.IntN(40) - 20)
	return Days{Enrolled: enrolled, Asked: enrolled.AddDays(r.IntN(120))}
}

// confide lets most rules be sure, so that standards are at times.
func (r chance) confide(rules []Rule) {
	for i := range rules {
		rules[i].Confidence = one(r, "", "", High, High, High, High, High, High, Medium, Low)
		r.confide(rules[i].Rules)
	}
}

// valid tells whether the standard so far would be, with a total.
func (s Standard) valid() bool {
	if s.Required() == 0 {
		s.Rules = append(slices.Clone(s.Rules), Rule{ID: "the-total", Kind: Total, Minutes: 1, Text: "Text.", Source: "Source"})
	}
	return s.Validate() == nil
}

func name(r *Rule, n *int) {
	*n++
	r.ID, r.Text, r.Source = fmt.Sprintf("r-%d", *n), "Text.", "Source"
	for i := range r.Rules {
		name(&r.Rules[i], n)
	}
}

func (r chance) rule(kind Kind, depth int) Rule {
	rule := Rule{Kind: kind}
	switch kind {
	case Minimum, Extra:
		if rule.Minutes = r.minutes(300); kind == Minimum && r.often(40) {
			rule.Minutes, rule.Percent = 0, 1+r.IntN(60)
		}
	case Unjudged:
		if r.often(60) {
			return rule
		}
		if r.often(60) {
			rule.Minutes = r.minutes(200)
		}
		if r.often(30) && rule.Minutes > 0 {
			return rule
		}
	case SubjectMinimum:
		rule.Minutes, rule.Subject = r.minutes(300), one(r, "a", "b", "c")
		return rule
	case TransferAge:
		rule.Months = 1 + r.IntN(3)
		if r.often(60) {
			return rule
		}
	case Pace, Within:
		switch r.IntN(3) {
		case 0:
			rule.Days = 1 + r.IntN(40)
		case 1:
			rule.Weeks = 1 + r.IntN(6)
		default:
			rule.Months = 1 + r.IntN(2)
		}
		return rule
	case AnyOf, AllOf:
		for range 1 + r.IntN(3) {
			kinds := []Kind{Minimum, SubjectMinimum, Pace, Extra, Holds, Unjudged, AnyOf, AllOf}
			rule.Rules = append(rule.Rules, r.rule(kinds[r.IntN(len(kinds)-2*(depth/3))], depth+1))
		}
		return rule
	case Maximum:
		if rule.Minutes = r.minutes(400); r.often(40) {
			rule.Minutes, rule.Percent = 0, 1+r.IntN(60)
		}
	case SettingCap:
		rule.Minutes, rule.Setting = r.minutes(300), one(r, core.Settings...)
		return rule
	case DeliveryCap:
		rule.Minutes, rule.Delivery = r.minutes(300), one(r, core.Deliveries...)
		return rule
	case DayCap, WeekCap, MonthCap:
		rule.Minutes = r.minutes(map[Kind]int{DayCap: 150, WeekCap: 300, MonthCap: 500}[kind])
		if r.often(60) {
			return rule
		}
	case Gate:
		for range 1 + r.IntN(2) {
			need := Need{Minutes: r.minutes(300)}
			switch r.IntN(3) {
			case 0:
				need.Subject = one(r, "a", "b", "c")
			case 1:
				need.Group = one(r, "ab", "abc")
			}
			if r.often(40) {
				need.Setting = one(r, core.Settings...)
			}
			rule.After = append(rule.After, need)
		}
	case Supervision:
		rule.Modes = [][]core.SupervisionMode{{core.SupervisionInClass}, {core.SupervisionInClass, core.SupervisionOnPremises}, {core.SupervisionAvailable}}[r.IntN(3)]
	case Once, InCycle:
	case Disallowed:
		rule.Subject, rule.Delivery = one(r, "a", "b", "c"), one(r, core.Deliveries...)
		return rule
	case ContactHour:
		rule.PerHour = one[core.Minutes](r, 50, 60, 45)
		if r.often(40) {
			rule.Least = r.minutes(40)
		}
		if r.often(50) {
			rule.RoundTo, rule.Rounding = one[core.Minutes](r, 15, 30, 7), one(r, "", RoundDown, RoundNearest, RoundUp)
		}
		return rule
	case Window, Excluded:
		rule.From = start.AddDays(r.IntN(60))
		rule.To = rule.From.AddDays(r.IntN(30))
		if kind == Window {
			rule.From, rule.To = start.AddDays(r.IntN(20)), start.AddDays(40+r.IntN(20))
			if r.often(30) {
				rule.To = core.Date{}
			} else if r.often(30) {
				rule.From = core.Date{}
			}
		}
	case GradeMinimum:
		rule.Percent = one(r, 70, 50)
	case Holds:
		if rule.Fact = one(r, "x", "y"); r.often(40) {
			rule.Months = 1 + r.IntN(3)
		}
		return rule
	case Since:
		rule.Fact = one(r, "x", "y")
	case OneProgram:
		if r.often(50) {
			return rule
		}
	case TransferRecord:
		return rule
	case Hour:
		rule.PerHour = one[core.Minutes](r, 50, 60, 45)
		if r.often(50) {
			rule.Block = one[core.Minutes](r, 60, 120)
		}
		if r.often(40) {
			rule.Least = r.minutes(40)
		}
		if r.often(50) {
			rule.RoundTo, rule.Rounding = one[core.Minutes](r, 15, 30, 7), one(r, "", RoundDown, RoundNearest, RoundUp)
		}
		return rule
	}
	r.choose(&rule)
	return rule
}

func (r chance) choose(rule *Rule) {
	for range 1 + r.IntN(2) {
		switch r.IntN(9) {
		case 8:
			rule.HandsOn = one(r, 50, 70, 75)
		case 0:
			rule.Subject, rule.Group = one(r, "a", "b", "c"), ""
		case 1, 2:
			rule.Group, rule.Subject = one(r, "ab", "abc"), ""
		case 3:
			rule.Setting = one(r, core.Clinic, core.Lab)
		case 4:
			rule.Delivery = one(r, core.Deliveries...)
		case 5:
			rule.Earned = one(r, core.CreditTransfer, core.CreditInstruction)
		case 6:
			rule.Mode = one(r, core.SupervisionModes...)
		default:
			rule.MakeUp = true
		}
	}
}

var start = core.Date{Year: 2026, Month: time.January, Day: 20}

func (r chance) credits() []core.Credit {
	credits := make([]core.Credit, r.IntN(30))
	days := 1 + r.IntN(70)
	for i := range credits {
		c := core.Credit{
			Kind: one(r, core.CreditInstruction, core.CreditInstruction, core.CreditTransfer, core.CreditCourse), Minutes: r.minutes(150),
			Subject: one(r, "a", "a1", "b", "b", "c", "c2", "d"), Setting: one(r, core.Settings...), Delivery: one(r, core.Deliveries...),
			Supervised: r.often(85), Mode: one(r, "", "", core.SupervisionInClass, core.SupervisionOnPremises, core.SupervisionAvailable, core.SupervisionNone),
			Course: one(r, "", "", "x", "x", "y"), HandsOn: one(r, 0, 49, 50, 69, 70, 75),
			Date: start.AddDays(r.IntN(days)), MakeUp: r.often(20), Graded: r.often(30), Grade: one(r, 49, 50, 51, 69, 70, 71),
		}
		c.ID[15] = byte(i + 1)
		if r.often(60) {
			c.Start = c.Date.In(time.UTC).Add(time.Duration(r.IntN(6)) * time.Hour)
		}
		if r.often(60) {
			c.Break = core.Minutes(r.IntN(40))
			c.Elapsed = one(r, 0, c.Minutes+c.Break, c.Minutes+c.Break+10, max(1, c.Minutes-5))
		}
		c.Certified = one(r, 0, 0, c.Minutes, c.Minutes*6/5)
		c.Program = one(r, "", "p", "p", "q", "r")
		c.Transfer = core.Transfer{School: one(r, "", "S", "S", "S"), License: one(r, "", "L", "L", "L"), Transcript: one(r, "", "T", "T", "T"), AcceptedBy: one(r, "", "R", "R", "R")}
		credits[i] = c
		if i > 0 && r.often(5) {
			credits[i] = credits[i-1].Reversal(c.ID, core.AccountID{}, time.Time{})
		}
	}
	return credits
}

// facts are some of x and y, before, within and after the days of the credits.
func (r chance) facts() Facts {
	f := Facts{On: start.AddDays(r.IntN(120))}
	for range r.IntN(4) {
		fact := Fact{Code: one(r, "x", "x", "y")}
		if r.often(85) {
			fact.From = start.AddDays(r.IntN(150) - 60)
		}
		if r.often(40) {
			fact.To = start.AddDays(r.IntN(150))
		}
		f.Held = append(f.Held, fact)
	}
	return f
}

// pairs is how many random pairs both evaluators judge where everything is asked
// for, and a tenth of them otherwise.
const pairs = 10_000

func TestEvaluate_AgreesWithBruteForce(t *testing.T) {
	seen, answers, not := map[Kind]int{}, map[Answer]int{}, 0
	n := uint64(pairs)
	if !testkit.Full() {
		n /= 10
	}
	for seed := range n {
		r := chance{rand.New(rand.NewPCG(seed, 7))}
		std, credits, facts, days := r.standard(), r.credits(), r.facts(), r.when()
		rules, err := RulesFor(days, std)
		if b := judgeByHand(std, days, credits, facts); (err != nil) != (b == nil) {
			t.Fatalf("seed %d: %v, by hand %v, from %s to %s by %q on %v", seed, err, b, std.EffectiveFrom, std.EffectiveTo, std.Basis, days)
		}
		if err != nil {
			not++
			continue
		}
		got := EvaluateWith(rules, credits, facts)
		if differ := compare(std, days, credits, facts, got); differ != "" {
			t.Fatalf("seed %d: %s\nrules %+v\ndays %v\ncredits %+v", seed, differ, std.Rules, days, credits)
		}
		for _, rule := range rules.Standard().Rules {
			seen[rule.Kind]++
		}
		answers[got.Answer]++
		shuffled := slices.Clone(credits)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again := EvaluateWith(rules, shuffled, facts); !reflect.DeepEqual(got, again) {
			t.Fatalf("seed %d: in another order\n%+v, before\n%+v", seed, again, got)
		}
		// What is kept holds as long as it says, and the back-test of that day finds the same.
		later := Days{Enrolled: days.Enrolled, Asked: days.Asked.AddDays(r.IntN(100))}
		for _, d := range []Days{later, {Enrolled: days.Enrolled, Asked: got.Until}} {
			if d.Asked.IsZero() || !got.Holds(d.Asked) {
				continue
			}
			rules, err := RulesFor(d, std)
			if again := EvaluateWith(rules, credits, facts); err != nil || !reflect.DeepEqual(got, again) {
				t.Fatalf("seed %d: on %s it is not what it was until %s\n%+v, before\n%+v (%v)", seed, d.Asked, got.Until, again, got, err)
			}
		}
		slices.Reverse(std.Rules)
		rules, err = RulesFor(days, std)
		if differ := compare(std, days, credits, facts, EvaluateWith(rules, credits, facts)); differ != "" || err != nil {
			t.Fatalf("seed %d, rules reversed: %s (%v)", seed, differ, err)
		}
	}
	if not < int(n)/50 {
		t.Errorf("only %d of the standards are not in force", not)
	}
	for _, answer := range []Answer{Met, Ask, Short} {
		if answers[answer] < int(n)/100 {
			t.Errorf("only %d of the pairs are answered %s", answers[answer], answer)
		}
	}
	for kind := range kinds {
		if seen[kind] < int(n)/20 {
			t.Errorf("only %d of the pairs have the kind %s", seen[kind], kind)
		}
	}
}

// Credits without ids, as nobody's ledger has them, are told apart by all else
// that matters.
func TestEvaluate_OrderDoesNotMatterWithoutIDs(t *testing.T) {
	for seed := range uint64(2000) {
		r := chance{rand.New(rand.NewPCG(seed, 11))}
		std, credits := r.standard(), r.credits()
		for i := range credits {
			c := &credits[i]
			c.ID, c.Reverses, c.Start, c.Date = core.CreditID{}, core.CreditID{}, time.Time{}, start.AddDays(r.IntN(2))
			c.Minutes = one[core.Minutes](r, 20, 50)
			if i > 0 && r.often(50) { // differs in one thing from the one before
				*c = credits[i-1]
				r.vary(c)
			}
		}
		want := Evaluate(ruled(std), credits)
		r.Shuffle(len(credits), func(i, j int) { credits[i], credits[j] = credits[j], credits[i] })
		if got := Evaluate(ruled(std), credits); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: in another order\n%+v, before\n%+v", seed, got, want)
		}
	}
}

func (r chance) vary(c *core.Credit) {
	switch r.IntN(12) {
	case 11:
		c.Certified = core.Minutes(r.IntN(3) * 30)
	case 8:
		c.HandsOn = one(r, 0, 49, 50, 69, 70, 75)
	case 9:
		c.Course = one(r, "", "x", "y")
	case 10:
		c.Program = one(r, "", "p", "q")
	case 0:
		c.MakeUp = !c.MakeUp
	case 1:
		c.Supervised = !c.Supervised
	case 2:
		c.Graded = !c.Graded
	case 3:
		c.Transfer.AcceptedBy = one(r, "", "R")
	case 4:
		c.Kind = one(r, core.CreditTransfer, core.CreditCourse)
	case 5:
		c.Grade = 50 + r.IntN(30)
	case 6:
		c.Break = core.Minutes(r.IntN(20))
	default:
		c.Mode = one(r, core.SupervisionModes...)
	}
}

// compare says how a standing differs from the second evaluator's.
func compare(std Standard, days Days, credits []core.Credit, facts Facts, got Standing) string {
	b := judgeByHand(std, days, credits, facts)
	if int(got.Valid) != b.total || int(got.Extra) != b.extra {
		return fmt.Sprintf("valid %d, extra %d, by hand %d and %d", got.Valid, got.Extra, b.total, b.extra)
	}
	reasons := map[core.CreditID]map[string]bool{}
	for _, u := range got.Uncounted {
		reasons[u.CreditID] = map[string]bool{}
		for _, reason := range u.Reasons {
			reasons[u.CreditID][reason.Rule] = true
		}
		if int(u.Valid) != b.valid[u.CreditID] {
			return fmt.Sprintf("%d of %s count, by hand %d", u.Valid, u.CreditID, b.valid[u.CreditID])
		}
	}
	if !reflect.DeepEqual(reasons, b.reasons) {
		return fmt.Sprintf("reasons %v, by hand %v", reasons, b.reasons)
	}
	answers := map[string]string{}
	note(got.Rules, answers)
	if !reflect.DeepEqual(answers, b.answers) || string(got.Answer) != b.all {
		return fmt.Sprintf("answers %s %v, by hand %s %v", got.Answer, answers, b.all, b.answers)
	}
	short := map[string]int{}
	b.missing(b.std.Rules, true, short)
	if int(got.Missing) != short["total"] {
		return fmt.Sprintf("lacks %d, by hand %d", got.Missing, short["total"])
	}
	for _, subject := range got.Subjects {
		if int(subject.Missing) != short[subject.Code] {
			return fmt.Sprintf("%s lacks %d, by hand %d", subject.Code, subject.Missing, short[subject.Code])
		}
	}
	return ""
}

func note(rules []RuleStanding, answers map[string]string) {
	for _, r := range rules {
		answers[r.ID] = string(r.Answer)
		note(r.Rules, answers)
	}
}

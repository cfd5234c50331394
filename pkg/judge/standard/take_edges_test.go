package standard

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// Each credit in turn is changed, and must count by a rule or not.
func TestEvaluate_Counts(t *testing.T) {
	transfer := func(c *core.Credit) { c.Kind, c.Transfer = core.CreditTransfer, complete }
	month := func(date string) func(*core.Credit) {
		return func(c *core.Credit) { transfer(c); c.Date = day(date) }
	}
	graded := func(grade int) func(*core.Credit) {
		return func(c *core.Credit) { c.Graded, c.Grade = true, grade }
	}
	tests := []struct {
		name   string
		rule   Rule
		change func(*core.Credit)
		want   core.Minutes
	}{
		{"supervised by nobody", Rule{Kind: Supervision, Modes: []core.SupervisionMode{core.SupervisionInClass}}, func(c *core.Credit) { c.Supervised = false }, 0},
		{"supervised in another way", Rule{Kind: Supervision, Modes: []core.SupervisionMode{core.SupervisionInClass}}, func(c *core.Credit) { c.Mode = core.SupervisionAvailable }, 0},
		{"supervised in this way", Rule{Kind: Supervision, Modes: []core.SupervisionMode{core.SupervisionInClass}}, func(c *core.Credit) { c.Mode = core.SupervisionInClass }, 60},
		{"supervised in a way not told", Rule{Kind: Supervision, Modes: []core.SupervisionMode{core.SupervisionInClass}}, func(*core.Credit) {}, 60},
		{"a grade below", Rule{Kind: GradeMinimum, Percent: 70}, graded(69), 0},
		{"the grade", Rule{Kind: GradeMinimum, Percent: 70}, graded(70), 60},
		{"no grade", Rule{Kind: GradeMinimum, Percent: 70}, func(*core.Credit) {}, 60},
		{"a transfer with its record", Rule{Kind: TransferRecord}, transfer, 60},
		{"a transfer without", Rule{Kind: TransferRecord}, func(c *core.Credit) { c.Kind = core.CreditTransfer }, 0},
		{"no transfer", Rule{Kind: TransferRecord}, func(*core.Credit) {}, 60},
		{"the day before a window", Rule{Kind: Window, From: day("2026-03-03"), To: day("2026-03-05")}, func(*core.Credit) {}, 0},
		{"the first day of a window", Rule{Kind: Window, From: day("2026-03-02"), To: day("2026-03-05")}, func(*core.Credit) {}, 60},
		{"the last day of a window", Rule{Kind: Window, From: day("2026-02-02"), To: day("2026-03-02")}, func(*core.Credit) {}, 60},
		{"the day after a window", Rule{Kind: Window, From: day("2026-02-02"), To: day("2026-03-01")}, func(*core.Credit) {}, 0},
		{"the day before what is excluded", Rule{Kind: Excluded, From: day("2026-03-03"), To: day("2026-03-05")}, func(*core.Credit) {}, 60},
		{"the first day excluded", Rule{Kind: Excluded, From: day("2026-03-02"), To: day("2026-03-05")}, func(*core.Credit) {}, 0},
		{"the last day excluded", Rule{Kind: Excluded, From: day("2026-02-02"), To: day("2026-03-02")}, func(*core.Credit) {}, 0},
		{"the day after what is excluded", Rule{Kind: Excluded, From: day("2026-02-02"), To: day("2026-03-01")}, func(*core.Credit) {}, 60},
		{"the first day of a cycle", Rule{Kind: InCycle, From: day("2026-03-02"), To: day("2026-03-05")}, func(*core.Credit) {}, 60},
		{"the day after a cycle", Rule{Kind: InCycle, From: day("2026-02-02"), To: day("2026-03-01")}, func(*core.Credit) {}, 0},
		{"a transfer of the last day", Rule{Kind: TransferAge, Months: 12}, month("2025-03-09"), 60},
		{"a transfer too old", Rule{Kind: TransferAge, Months: 12}, month("2025-03-08"), 0},
		{"old, but no transfer", Rule{Kind: TransferAge, Months: 12}, func(c *core.Credit) { c.Date = day("2020-03-08") }, 60},
		{"a transfer and the cap of a day", Rule{Kind: DayCap, Minutes: 40}, transfer, 60},
		{"a transfer and the cap of a week", Rule{Kind: WeekCap, Minutes: 40}, transfer, 60},
		{"a transfer and the cap of a month", Rule{Kind: MonthCap, Minutes: 40}, transfer, 60},
		{"a transfer and a cap of all time", Rule{Kind: Maximum, Subject: "a", Minutes: 40}, transfer, 40},
		{"the cap of a day", Rule{Kind: DayCap, Minutes: 40}, func(*core.Credit) {}, 40},
		{"disallowed", Rule{Kind: Disallowed, Subject: "a"}, func(*core.Credit) {}, 0},
		{"another is disallowed", Rule{Kind: Disallowed, Subject: "b"}, func(*core.Credit) {}, 60},
		{"in the mode", Rule{Kind: Disallowed, Mode: core.SupervisionInClass}, func(c *core.Credit) { c.Mode = core.SupervisionInClass }, 0},
		{"in another mode", Rule{Kind: Disallowed, Mode: core.SupervisionInClass}, func(c *core.Credit) { c.Mode = core.SupervisionAvailable }, 60},
		{"earned so", Rule{Kind: Disallowed, Earned: core.CreditTransfer}, transfer, 0},
		{"earned otherwise", Rule{Kind: Disallowed, Earned: core.CreditTransfer}, func(*core.Credit) {}, 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID, tt.rule.Text, tt.rule.Source = "r", "T", "S"
			c := credit(1, "2026-03-02", 60, "a")
			c.Kind = core.CreditInstruction
			tt.change(&c)
			rules, err := RulesFor(Days{Asked: day("2026-03-09")}, standardOf(total(60, High), tt.rule))
			s := Evaluate(rules, []core.Credit{c})
			if err != nil || s.Valid != tt.want || len(s.Uncounted) != min(1, int(60-tt.want)) {
				t.Errorf("%s count, %+v, %v", s.Valid, s.Uncounted, err)
			}
		})
	}
}

var complete = core.Transfer{School: "School", License: "1", Transcript: "T-1", AcceptedBy: "Registrar"}

// A standing holds as long as no transfer in it is too old: what is no transfer, what
// does not count anyway, and what the enrollment decided ends nothing.
func TestEvaluate_UntilTransferAges(t *testing.T) {
	for _, tt := range []struct {
		name        string
		date, until string
		kind        core.CreditKind
		basis       Basis
		rule        Rule
	}{
		{"a transfer", "2025-03-20", "2026-03-20", core.CreditTransfer, AtApplication, Rule{Kind: TransferAge, Months: 12}},
		{"of an enrollment", "2025-03-20", "", core.CreditTransfer, AtEnrollment, Rule{Kind: TransferAge, Months: 12}},
		{"too old already", "2025-03-01", "", core.CreditTransfer, AtApplication, Rule{Kind: TransferAge, Months: 12}},
		{"no transfer", "2025-03-20", "", core.CreditInstruction, AtApplication, Rule{Kind: TransferAge, Months: 12}},
		{"in a window", "2025-03-20", "", core.CreditTransfer, AtApplication, Rule{Kind: Window, From: day("2025-01-01")}},
		{"outside of a window", "2025-03-20", "", core.CreditTransfer, AtApplication, Rule{Kind: Window, From: day("2026-01-01")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID = "r"
			std := standardOf(total(60, High), tt.rule)
			std.Basis = tt.basis
			c := credit(1, tt.date, 60, "a")
			c.Kind, c.Transfer = tt.kind, complete
			rules, err := RulesFor(Days{Enrolled: day("2026-03-09"), Asked: day("2026-03-09")}, std)
			if s := Evaluate(rules, []core.Credit{c}); err != nil || s.Until != on(tt.until) {
				t.Errorf("holds until %s, %v, want %q", s.Until, err, tt.until)
			}
		})
	}
}

// A course that counted is not counted again; one that did not count is, and so is
// what is no course.
func TestEvaluate_OnceCounted(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "once", Kind: Once}, Rule{ID: "supervised", Kind: SupervisedOnly})
	for _, tt := range []struct {
		course     string
		supervised bool
		want       core.Minutes
	}{
		{"x", true, 60}, {"x", false, 60}, {"", true, 120},
	} {
		first, second := credit(1, "2026-03-02", 60, "a"), credit(2, "2026-03-03", 60, "a")
		first.Course, second.Course, first.Supervised = tt.course, tt.course, tt.supervised
		if s := Evaluate(ruled(std), []core.Credit{first, second}); s.Valid != tt.want {
			t.Errorf("the course %q, supervised %v: %s count", tt.course, tt.supervised, s.Valid)
		}
	}
}

func TestRule_Contact(t *testing.T) {
	r := Rule{Kind: ContactHour, PerHour: 50, Least: 25}
	for _, tt := range []struct{ taught, certified, want core.Minutes }{
		{24, 0, 0}, {25, 0, 30}, {50, 0, 60}, {50, 1, 1}, {50, 50, 50}, {24, 60, 0},
	} {
		if got := r.contact(tt.taught, tt.certified); got != tt.want {
			t.Errorf("%d min, %d certified, make %d, want %d", tt.taught, tt.certified, got, tt.want)
		}
	}
}

// A gate is opened by what it asks for alone: the subject, the setting, and nothing
// that is outside the total.
func TestEvaluate_GateNeeds(t *testing.T) {
	extra := Rule{ID: "extra", Kind: Extra, Setting: core.Lab, Minutes: 1}
	for _, tt := range []struct {
		name    string
		need    Need
		subject string
		setting core.Setting
		opens   bool
	}{
		{"of all", Need{Minutes: 60}, "b", core.Clinic, true},
		{"of all, a minute short", Need{Minutes: 61}, "b", core.Clinic, false},
		{"of all, outside the total", Need{Minutes: 60}, "b", core.Lab, false},
		{"of a subject", Need{Minutes: 60, Subject: "b"}, "b", core.Clinic, true},
		{"of another subject", Need{Minutes: 60, Subject: "b"}, "a", core.Clinic, false},
		{"of a subject that the standard does not know", Need{Minutes: 60, Subject: "b"}, "c", core.Clinic, false},
		{"of a subject, outside the total", Need{Minutes: 60, Subject: "b"}, "b", core.Lab, false},
		{"in a setting", Need{Minutes: 60, Setting: core.Clinic}, "b", core.Clinic, true},
		{"in another setting", Need{Minutes: 60, Setting: core.Clinic}, "b", core.Classroom, false},
		{"of a subject in another setting", Need{Minutes: 60, Subject: "b", Setting: core.Clinic}, "b", core.Classroom, false},
		{"of another subject in the setting", Need{Minutes: 60, Subject: "b", Setting: core.Clinic}, "a", core.Clinic, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			std := standardOf(total(60, High), extra, Rule{ID: "gate", Kind: Gate, Setting: core.Externship, After: []Need{tt.need}})
			before, behind := credit(1, "2026-03-02", 60, tt.subject), credit(2, "2026-03-03", 30, "a")
			before.Setting, behind.Setting = tt.setting, core.Externship
			s := Evaluate(ruled(std), []core.Credit{before, behind})
			if opened := len(s.Uncounted) == 0; opened != tt.opens {
				t.Errorf("opened: %v, %+v", opened, s.Uncounted)
			}
		})
	}
}

// Who goes another way than that of hours lacks none of them, and lacks what is asked
// of everybody.
func TestStanding_AnotherWay(t *testing.T) {
	hours := Rule{ID: "hours", Kind: AllOf, Confidence: High, Rules: []Rule{total(600, High), {ID: "a", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Confidence: High}}}
	exam := Rule{ID: "exam", Kind: Holds, Fact: "exam", Confidence: High}
	b := Rule{ID: "b", Kind: SubjectMinimum, Subject: "b", Minutes: 60, Confidence: High}
	way := func(kind Kind, rules ...Rule) Rule {
		return Rule{ID: "way", Kind: kind, Confidence: High, Rules: rules}
	}
	for _, tt := range []struct {
		name            string
		rule            Rule
		held            bool
		total, inA, inB core.Minutes
	}{
		{"hours first, nothing held", way(AnyOf, hours, exam), false, 590, 50, 60},
		{"hours first, held", way(AnyOf, hours, exam), true, 0, 0, 60},
		{"hours last, nothing held", way(AnyOf, exam, hours), false, 590, 50, 60},
		{"hours last, held", way(AnyOf, exam, hours), true, 0, 0, 60},
		{"both are asked for, held", way(AllOf, hours, exam), true, 590, 50, 60},
		{"a choice within, held", way(AllOf, Rule{ID: "in", Kind: AnyOf, Confidence: High, Rules: []Rule{hours, exam}}), true, 0, 0, 60},
		{"hours within a choice of one, held", way(AllOf, Rule{ID: "in", Kind: AnyOf, Confidence: High, Rules: []Rule{hours}}, exam), true, 590, 50, 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			std, facts := standardOf(tt.rule, b), Facts{On: day("2026-03-09")}
			if tt.held {
				facts.Held = []Fact{{Code: "exam"}}
			}
			s := EvaluateWith(ruled(std), []core.Credit{credit(1, "2026-03-02", 10, "a")}, facts)
			if s.Required != 600 || s.Missing != tt.total || s.Subjects[0].Required != 60 || s.Subjects[0].Missing != tt.inA || s.Subjects[1].Missing != tt.inB {
				t.Errorf("missing %s of %s, subjects %+v", s.Missing, s.Required, s.Subjects)
			}
		})
	}
}

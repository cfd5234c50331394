package logbook

import (
	"fmt"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

var monday = core.Date{Year: 2026, Month: time.March, Day: 2}

// grown are the running totals of weeks with these valid minutes.
func grown(minutes ...core.Minutes) (weeks []WeekTotal) {
	var sum core.Minutes
	for i, m := range minutes {
		sum += m
		weeks = append(weeks, WeekTotal{Monday: monday.AddDays(7 * i), Recorded: sum, Valid: sum})
	}
	return weeks
}

func TestProject(t *testing.T) {
	missing := standard.Standing{Missing: 1200, Required: 36_000}
	for _, c := range []struct {
		name             string
		standing         standard.Standing
		weeks            []WeekTotal
		today            core.Date
		earliest, latest string
	}{
		{"nothing is missing", standard.Standing{Answer: standard.Met}, grown(600, 600, 600, 600), monday.AddDays(28), "", ""},
		{"no session", missing, nil, monday, "", ""},
		{"three weeks are too few", missing, grown(600, 600, 600), monday.AddDays(21), "", ""},
		{"the week of today is not over", missing, grown(600, 600, 600, 600), monday.AddDays(21), "", ""},
		{"a steady pace", missing, grown(600, 600, 600, 600), monday.AddDays(28), "2026-04-13", "2026-04-13"},
		{"a range", missing, grown(300, 600, 600, 1200), monday.AddDays(28), "2026-04-13", "2026-04-13"},
		{"a wide range", missing, grown(300, 300, 1200, 1200), monday.AddDays(28), "2026-04-06", "2026-04-27"},
		{"weak weeks without hours", missing, grown(0, 0, 600, 600), monday.AddDays(28), "2026-04-13", ""},
		{"no hours at all", missing, grown(600, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), monday.AddDays(14 * 7), "", ""},
		{"subjects want more than the total", standard.Standing{Missing: 60, Subjects: []standard.SubjectStanding{{Missing: 600}, {Missing: 600}}},
			grown(600, 600, 600, 600), monday.AddDays(28), "2026-04-13", "2026-04-13"},
		{"a pace that forbids it sooner", standard.Standing{Missing: 1200, Rules: []standard.RuleStanding{{NotBefore: core.Date{Year: 2026, Month: 9, Day: 1}}}},
			grown(600, 600, 600, 600), monday.AddDays(28), "2026-09-01", "2026-09-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := project(c.standing, c.weeks, nil, c.today)
			text := func(d core.Date) string {
				if d.IsZero() {
					return ""
				}
				return d.String()
			}
			if text(p.Earliest) != c.earliest || text(p.Latest) != c.latest || p.Known != (c.earliest != "") {
				t.Errorf("projects %s to %s, known %v, want %s to %s", text(p.Earliest), text(p.Latest), p.Known, c.earliest, c.latest)
			}
		})
	}
}

func TestWeekTotals(t *testing.T) {
	long, short := core.CreditID{1}, core.CreditID{2}
	weeks := weekTotals([]core.Credit{
		{ID: long, Date: monday, Minutes: 600},
		{ID: short, Date: monday.AddDays(15), Minutes: 60},
		{ID: core.CreditID{3}, Reverses: short, Date: monday.AddDays(15), Minutes: -60},
		{ID: core.CreditID{4}, Date: monday.AddDays(20), Minutes: 30},
	}, standard.Standing{Uncounted: []standard.Uncounted{{CreditID: long, Recorded: 600, Valid: 480}}})
	want := []WeekTotal{{monday, 600, 480}, {monday.AddDays(7), 600, 480}, {monday.AddDays(14), 630, 510}}
	if fmt.Sprint(weeks) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", weeks, want)
	}
}

func BenchmarkMove(b *testing.B) {
	all, err := standard.Catalog(standard.Days{Enrolled: monday, Asked: monday})
	if err != nil {
		b.Fatal(err)
	}
	credits := make([]core.Credit, 2000)
	for i := range credits {
		credits[i] = core.Credit{
			ID: core.CreditID{byte(i), byte(i >> 8)}, Kind: core.CreditInstruction, Date: monday.AddDays(i / 4), Minutes: 20, Supervised: true,
			Subject: []string{"kinesiology", "pathology", "massage-practice"}[i%3], Setting: core.Classroom, Delivery: core.InPerson,
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		ordered := standard.Order(credits)
		for _, j := range all {
			ordered.Evaluate(j.Rules)
		}
	}
}

func TestAfter_ClosedDays(t *testing.T) {
	today := core.Date{Year: 2026, Month: 12, Day: 18}
	closed := core.Calendar{{First: today.AddDays(3), Last: today.AddDays(9)}}
	if open, shut := after(today, 600, 600, nil), after(today, 600, 600, closed); open != today.AddDays(7) || shut != today.AddDays(14) {
		t.Errorf("open until %s, with a closed week until %s", open, shut)
	}
	forever := core.Calendar{{First: today, Last: today.AddDays(40 * 365)}}
	if day := after(today, 600, 600, forever); !day.IsZero() {
		t.Errorf("a school that never opens is through on %s", day)
	}
}

package logbook_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/testkit"
)

func on(month time.Month, day int) core.Date { return core.Date{Year: 2026, Month: month, Day: day} }

func TestImpossible(t *testing.T) {
	active := logbook.Enrollment{State: core.EnrollmentActive, EnrolledOn: on(3, 2)}
	over := logbook.Enrollment{State: core.EnrollmentCompleted, EnrolledOn: on(3, 2), CompletedOn: on(6, 1)}
	left := logbook.Enrollment{State: core.EnrollmentWithdrawn, EnrolledOn: on(3, 2)}
	leave := core.Pause{Kind: core.PauseLeave, First: on(4, 6), Last: on(4, 17)}
	ended := leave
	ended.EndedOn = on(4, 15)
	for name, c := range map[string]struct {
		of     logbook.Enrollment
		pause  core.Pause
		date   core.Date
		others core.Minutes
		code   string
	}{
		"the day before":               {of: active, date: on(3, 1), code: "before_enrollment"},
		"the first day":                {of: active, date: on(3, 2)},
		"a typed year":                 {of: active, date: core.Date{Year: 1926, Month: 11, Day: 24}, code: "before_enrollment"},
		"completed":                    {of: over, date: on(5, 1), code: "enrollment_closed"},
		"after the end":                {of: over, date: on(6, 2), code: "enrollment_closed"},
		"withdrawn":                    {of: left, date: on(5, 1), code: "enrollment_closed"},
		"before a leave":               {of: active, pause: leave, date: on(4, 5)},
		"its first day":                {of: active, pause: leave, date: on(4, 6), code: "enrollment_paused"},
		"nobody said it was over":      {of: active, pause: leave, date: on(4, 20), code: "enrollment_paused"},
		"the last day of it":           {of: active, pause: ended, date: on(4, 14), code: "enrollment_paused"},
		"back":                         {of: active, pause: ended, date: on(4, 15)},
		"all of a day":                 {of: active, date: on(5, 1), others: 24*60 - 60},
		"more than a day":              {of: active, date: on(5, 1), others: 24*60 - 59, code: "day_full"},
		"all of the short day":         {of: active, date: on(3, 8), others: 23*60 - 60},
		"more than the short day":      {of: active, date: on(3, 8), others: 23*60 - 59, code: "day_full"},
		"all of the long day":          {of: active, date: on(11, 1), others: 25*60 - 60},
		"more than the long day":       {of: active, date: on(11, 1), others: 25*60 - 59, code: "day_full"},
		"no date is another's to tell": {of: active},
	} {
		s := core.Session{Date: c.date, Zone: "America/New_York", Minutes: 60}
		var pauses []core.Pause
		if !c.pause.First.IsZero() {
			pauses = append(pauses, c.pause)
		}
		why := logbook.Impossible(c.of, pauses, s, c.others)
		if got := codeOf(why); got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
		if why != nil && c.code != "enrollment_closed" && (len(why.Fields) != 1 || why.Fields[0].Name != "date") {
			t.Errorf("%s is of %+v", name, why.Fields)
		}
	}
	// One session alone can be more than its day.
	if why := logbook.Impossible(active, nil, core.Session{Date: on(3, 8), Zone: "America/New_York", Minutes: 23*60 + 1}, 0); codeOf(why) != "day_full" {
		t.Errorf("a session of more than its day gives %v", why)
	}
}

func codeOf(why *core.Fault) string {
	if why == nil {
		return ""
	}
	return why.Code
}

// Over drawn enrollments, pauses and sessions the rule says what walking through the days
// one by one says.
func TestImpossible_Drawn(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 26))
	zones := []string{"America/New_York", "America/Phoenix", "America/Los_Angeles", "America/Havana", "UTC"}
	start := on(1, 1)
	seen := map[string]int{}
	for range testkit.Sample(t, 2_000, 20_000) {
		e := logbook.Enrollment{State: core.EnrollmentActive, EnrolledOn: start.AddDays(r.IntN(300))}
		possible := map[core.Date]bool{}
		for d := e.EnrolledOn; d.Before(start.AddDays(400)); d = d.AddDays(1) {
			possible[d] = true
		}
		var pauses []core.Pause
		for range r.IntN(3) {
			p := core.Pause{First: start.AddDays(r.IntN(330))}
			p.Last = p.First.AddDays(r.IntN(20))
			if r.IntN(3) > 0 {
				p.EndedOn = p.First.AddDays(r.IntN(40))
			}
			for d := p.First; p.Open() && d.Before(start.AddDays(400)) || d.Before(p.EndedOn); d = d.AddDays(1) {
				possible[d] = false
			}
			pauses = append(pauses, p)
		}
		s := core.Session{Date: start.AddDays(r.IntN(365)), Zone: zones[r.IntN(len(zones))], Minutes: core.Minutes(1 + r.IntN(720))}
		others := core.Minutes(r.IntN(26 * 60))
		loc := core.Organization{Zone: s.Zone}.Location()
		shown := core.Minutes(0)
		for at := s.Date.AddDays(-1).In(time.UTC); at.Before(s.Date.AddDays(3).In(time.UTC)); at = at.Add(time.Minute * 15) {
			if core.DateOf(at.In(loc)) == s.Date {
				shown += 15
			}
		}
		why := logbook.Impossible(e, pauses, s, others)
		if want := possible[s.Date] && s.Minutes+others <= shown; (why == nil) != want {
			t.Fatalf("%+v of %+v with %+v and %s more gives %v", s, e, pauses, others, why)
		}
		if e.State = core.EnrollmentWithdrawn; codeOf(logbook.Impossible(e, pauses, s, others)) != "enrollment_closed" {
			t.Fatal("a withdrawn enrollment takes a session")
		}
		seen[codeOf(why)]++
	}
	for _, code := range []string{"", "before_enrollment", "enrollment_paused", "day_full"} {
		if seen[code] == 0 {
			t.Errorf("no pair gave %q", code)
		}
	}
}

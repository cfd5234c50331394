package registry

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/words"
)

func TestAssess(t *testing.T) {
	today := core.Date{Year: 2026, Month: 11, Day: 24} // a Tuesday
	holidays := core.Calendar{{First: core.Date{Year: 2026, Month: 11, Day: 2}, Last: core.Date{Year: 2026, Month: 11, Day: 6}}}
	enrolled := logbook.Enrollment{EnrolledOn: today.AddDays(-28 * 6)}
	for _, c := range []struct {
		name        string
		last        int // days ago
		calendar    core.Calendar
		recent, all core.Minutes
		days        int
		want        []string
	}{
		{"came today", 0, nil, 2400, 14_400, 0, nil},
		{"nine school days", 13, nil, 2400, 14_400, 9, nil},
		{"ten school days", 14, nil, 2400, 14_400, 10, []string{"quiet"}},
		{"ten, of which five were holidays", 25, holidays, 2400, 14_400, 12, []string{"quiet"}},
		{"twenty-nine", 41, nil, 2400, 14_400, 29, []string{"quiet"}},
		{"thirty", 42, nil, 2400, 14_400, 30, []string{"absent"}},
		{"half as many hours", 0, nil, 1200, 13_200, 0, nil},
		{"fewer than half", 0, nil, 1199, 13_199, 0, []string{"slow"}},
		{"no hours at all", 0, nil, 0, 0, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := assess(Attendance{Enrollment: enrolled, Last: today.AddDays(-c.last), Recent: c.recent, All: c.all}, c.calendar, nil, today)
			var codes []string
			for _, reason := range r.Reasons {
				codes = append(codes, reason.Code)
			}
			if !slices.Equal(codes, c.want) || r.SchoolDays != c.days {
				t.Errorf("%v after %d school days, want %v after %d", codes, r.SchoolDays, c.want, c.days)
			}
		})
	}
}

func TestAssess_Excused(t *testing.T) {
	friday := core.Date{Year: 2026, Month: 9, Day: 4}
	e := Attendance{Last: friday.AddDays(-14)}
	excused := []Absence{{First: friday.AddDays(-6), Last: friday.AddDays(-3)}, {First: friday.AddDays(-3), Last: friday.AddDays(-3)}}
	r := assess(e, nil, excused, friday)
	if r.SchoolDays != 10 || r.Excused != 2 || !strings.Contains(words.English().Write(r.Reasons[0].Says), "10 school days, 2 of them excused") {
		t.Errorf("assessed %+v", r)
	}
}

package registry

import (
	"fmt"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestCohorts(t *testing.T) {
	a, b := core.ProgramID{1}, core.ProgramID{2}
	on := func(month, day int) core.Date {
		return core.Date{Year: 2026, Month: 9, Day: 1}.AddDays(30*(month-9) + day - 1)
	}
	got := cohorts([]Progressed{
		{a, "A", on(9, 20), core.EnrollmentActive, 300},
		{a, "A", on(9, 1), core.EnrollmentWithdrawn, 100},
		{a, "A", on(9, 2), core.EnrollmentCompleted, 36_000},
		{b, "B", on(9, 2), core.EnrollmentActive, 0},
		{a, "A", on(8, 3), core.EnrollmentActive, 7},
	})
	want := []Cohort{
		{a, "A", "2026-09", 3, 1, 1, 1, 300, 100, 36_000},
		{b, "B", "2026-09", 1, 1, 0, 0, 0, 0, 0},
		{a, "A", "2026-08", 1, 1, 0, 0, 7, 7, 7},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if none := cohorts(nil); len(none) != 0 {
		t.Errorf("of nobody: %v", none)
	}
}

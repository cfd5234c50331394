package registry

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

func TestWriteHours(t *testing.T) {
	var b strings.Builder
	day := core.Date{Year: 2026, Month: 10, Day: 5}
	err := WriteHours(&b, []MonthlyHours{
		{Enrollment: logbook.Enrollment{Name: "=HYPERLINK(1)", Email: "a@example.org", EnrolledOn: day, State: core.EnrollmentActive}, InMonth: 599, UpToEnd: 35_999},
		{Enrollment: logbook.Enrollment{Name: "Ben, Jr.", Email: "b@example.org", EnrolledOn: day, State: core.EnrollmentWithdrawn}, WithdrawnOn: day.AddDays(1)},
	})
	rows := strings.Split(strings.TrimSpace(b.String()), "\n")
	if err != nil || len(rows) != 3 ||
		rows[1] != "'=HYPERLINK(1),a@example.org,,2026-10-05,active,,,9.98,599.98,599,35999" ||
		rows[2] != `"Ben, Jr.",b@example.org,,2026-10-05,withdrawn,2026-10-06,,0.00,0.00,0,0` {
		t.Errorf("%v\n%s", err, &b)
	}
}

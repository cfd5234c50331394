package renewal_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/testkit"
)

// Reminders go out at eight in the morning where someone lives, also on the
// morning after the clocks were changed, on a leap day and on the last day of a
// year; what ended on such a day is told on the next.
func TestService_Remind_Moments(t *testing.T) {
	for _, m := range testkit.Moments {
		t.Run(m.Name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				today := d.School.Today(m.At)
				loc := d.School.Location()
				morning := func(days int) time.Time {
					day := today.AddDays(days)
					return time.Date(day.Year, day.Month, day.Day, 8, 0, 0, 0, loc)
				}
				until := func(when time.Time, want ...string) {
					t.Helper()
					d.at(when.Format(time.RFC3339))
					d.mailed(want...)
				}
				d.license("FL", "MA1", today.AddDays(7).String())
				d.license("GA", "MT7", today.String())
				d.at(morning(-8).Format(time.RFC3339)) // whatever was due until then
				d.before = len(d.Mails())
				until(morning(-7).Add(time.Minute), "GA Massage Therapist MT7 expires in 7 days")
				until(m.At.Add(-24 * time.Hour)) // the evening before
				until(morning(0).Add(-time.Second))
				until(morning(0), "FL Massage Therapist MA1 expires in 7 days")
				until(m.At)
				until(morning(1).Add(-time.Second))
				until(morning(1), "GA Massage Therapist MT7 expired yesterday")
			})
		})
	}
}

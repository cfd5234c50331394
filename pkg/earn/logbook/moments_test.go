package logbook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// The day at the school's, and not that in UTC, is what sessions, their lengths,
// the form and the statements go by, also when a year or a leap day ends and when
// the clocks were changed in the night.
func TestService_Moments(t *testing.T) {
	for _, m := range testkit.Moments {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			storetest.OneOrFull(t, func(t *testing.T, db *store.DB) {
				f := kepttest.SchoolAt(t, db, m.At)
				logsToday(t, f, m)
				statesTheMonth(t, f, m)
				f.CheckLedger(t)
			})
		})
	}
}

func logsToday(t *testing.T, f *kepttest.Fixture, m testkit.Moment) {
	t.Helper()
	today := f.School.Today(m.At)
	session := func(day core.Date, start, end string) logbook.LogEntry {
		in := f.Session(t, 0)
		in.Date, in.Start, in.End = day, start, end
		return in
	}
	for name, in := range map[string]logbook.LogEntry{
		"tomorrow":           session(today.AddDays(1), "08:00", "09:00"),
		"later this evening": session(today, "23:00", "23:45"),
	} {
		if _, err := f.Logbook.Log(bg, f.Student, f.Enrollment, in); core.CodeOf(err) != "future" {
			t.Errorf("a session of %s: %v", name, err)
		}
	}
	signed := f.Signed(t, session(today.AddDays(-1), "22:00", "04:00"), session(today, "09:00", "11:00"), session(today, "22:30", "23:30"))
	for i, want := range []core.Minutes{core.Minutes(m.Night), 120, 60} {
		if got := signed[i].Session; got.Minutes != want || got.Date != today && i > 0 {
			t.Errorf("session %d is %s on %s, want %s", i, got.Minutes, got.Date, want)
		}
	}
	if p := progress(t, f); p.Standing.Recorded != core.Minutes(m.Night)+180 {
		t.Errorf("recorded are %s", p.Standing.Recorded)
	}
	if form := ok[logbook.LogEntry](t)(f.Logbook.Prefill(bg, f.Student, f.Enrollment)); form.Date != today {
		t.Errorf("the form says %s, and today is %s", form.Date, today)
	}
	o := ok[logbook.Outlook](t)(f.Logbook.Outlook(bg, f.Student, f.Enrollment))
	week := o.Weeks[len(o.Weeks)-1]
	if week.Monday.In(time.UTC).Weekday() != time.Monday || today.Before(week.Monday) || !today.Before(week.Monday.AddDays(7)) || week.Recorded != core.Minutes(m.Night)+180 {
		t.Errorf("the week of %s is %+v", today, week)
	}
}

// statesTheMonth holds the statements of the month that has not ended, and of the
// one before, against what was logged on the last two days.
func statesTheMonth(t *testing.T, f *kepttest.Fixture, m testkit.Moment) {
	t.Helper()
	today := f.School.Today(m.At)
	this := fmt.Sprintf("%d-%02d", today.Year, today.Month)
	st := ok[logbook.Statement](t)(f.Logbook.Statement(bg, f.Student, f.Enrollment, this))
	if st.Month.Recorded != core.Minutes(m.Night)+180 || st.First.Day != 1 || st.Last.AddDays(1).Day != 1 || st.Last.Month != today.Month {
		t.Errorf("this month from %s to %s is %+v", st.First, st.Last, st.Month)
	}
	st = ok[logbook.Statement](t)(f.Logbook.Statement(bg, f.Student, f.Enrollment, ""))
	if st.Month.Recorded != 0 || st.Last.AddDays(1) != today.AddDays(1-today.Day) {
		t.Errorf("last month from %s to %s is %+v", st.First, st.Last, st.Month)
	}
}

// A month's statement is mailed once it is over at the school's, and not before.
func TestMailStatements_Moments(t *testing.T) {
	t.Parallel()
	certifytest.OneOrFull(t, "https://school.example", func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		before := len(w.Mails())
		mailed := func(at time.Time, want ...string) {
			t.Helper()
			w.Pass(at.Sub(w.Src.Now()))
			if _, err := acttest.WorkOff(context.Background(), book.Works("https://school.example"), "statements"); err != nil {
				t.Fatal(err)
			}
			mails := w.Mails()[before:]
			before += len(mails)
			if len(mails) != len(want) {
				t.Errorf("at %s mailed %d statements, want %q", at, len(mails), want)
				return
			}
			for i, m := range mails {
				if !strings.Contains(m.Text, want[i]) {
					t.Errorf("at %s the statement lacks %q:\n%s", at, want[i], m.Text)
				}
			}
		}
		for _, m := range testkit.Moments {
			today := w.School.Today(m.At)
			last := today.AddDays(-today.Day)
			mailed(m.At, fmt.Sprintf("%s %d", last.Month, last.Year))
			mailed(m.At.Add(29 * time.Minute)) // one minute to midnight
			over := []string{}
			if tomorrow := today.AddDays(1); tomorrow.Day == 1 {
				over = append(over, fmt.Sprintf("%s %d", today.Month, today.Year))
			}
			mailed(m.At.Add(31*time.Minute), over...)
		}
	})
}

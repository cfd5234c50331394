package logbook

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Outlook is how a student came to where they stand, and when they may be
// through. Weeks are the running totals at the end of each week, the first
// session's first; weeks without a session are among them.
type Outlook struct {
	Enrollment Enrollment
	Standing   standard.Standing
	Weeks      []WeekTotal
	Projection Projection
}

// WeekTotal is what was recorded and valid up to the end of the week that
// begins on a Monday.
type WeekTotal struct {
	Monday   core.Date
	Recorded core.Minutes
	Valid    core.Minutes
}

// Projection is between which days the standard may be met, if the student goes
// on as in the last weeks: Earliest at the pace of the better quarter of them
// (Fast, in minutes a week), Latest at the pace of the weaker quarter (Slow).
// Latest is zero where the weaker quarter had no hours. Both are zero where
// Known is false: there are too few weeks, or no hours in them.
type Projection struct {
	Known            bool
	Missing          core.Minutes
	Slow, Fast       core.Minutes
	Weeks            int // how many weeks it is made of
	Earliest, Latest core.Date
}

// What a projection is made of: at most the last projectedFrom full weeks, and
// no fewer than leastWeeks.
const (
	projectedFrom = 12
	leastWeeks    = 4
	mostWeeks     = 10 * 52 // beyond it no date is told
)

// Outlook reads an enrollment's whole ledger; the student's page shows it once
// and Progress does not. It needs enrollment.read.
func (s *enrollments) Outlook(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Outlook, error) {
	var judged []KeptStanding
	o, err := act.Read(ctx, s.act, a, access.EnrollmentRead, func(ctx context.Context, r act.Reader[Tx]) (o Outlook, err error) {
		var p Progress
		if p, judged, err = s.progressOf(ctx, r, enrollment); err != nil {
			return o, err
		}
		place, credits, err := ledgerFor(ctx, r, enrollment)
		if err != nil {
			return o, err
		}
		today := dateIn(r.Now, place.Zone)
		calendar, err := r.Tx.ClosedDays(ctx, place.OrganizationID, today, today.AddDays(7*mostWeeks), 0)
		if err != nil {
			return o, err
		}
		weeks := weekTotals(credits, p.Standing)
		return Outlook{
			Enrollment: p.Enrollment, Standing: p.Standing, Weeks: weeks, Projection: project(p.Standing, weeks, calendar, today),
		}, nil
	})
	s.keep(ctx, judged)
	return o, err
}

// weekTotals adds up credits by the week of their session. What of a credit is
// valid is what the standing leaves of it.
func weekTotals(credits []core.Credit, standing standard.Standing) []WeekTotal {
	short := make(map[core.CreditID]core.Minutes, len(standing.Uncounted))
	for _, u := range standing.Uncounted {
		short[u.CreditID] = u.Recorded - u.Valid
	}
	at := map[core.Date]WeekTotal{}
	var first, last core.Date
	for _, c := range credits {
		monday := c.Date.Week()
		w := at[monday]
		w.Recorded += c.Minutes
		w.Valid += c.Minutes - short[c.ID]
		at[monday] = w
		if first.IsZero() || monday.Before(first) {
			first = monday
		}
		if monday.After(last) {
			last = monday
		}
	}
	var weeks []WeekTotal
	var sum WeekTotal
	for monday := first; !first.IsZero() && !monday.After(last); monday = monday.AddDays(7) {
		sum.Monday = monday
		sum.Recorded += at[monday].Recorded
		sum.Valid += at[monday].Valid
		weeks = append(weeks, sum)
	}
	return weeks
}

// project says when the standard may be met; days to come on which the school is
// closed earn nothing. The week of today is not over and
// is left out.
func project(standing standard.Standing, weeks []WeekTotal, calendar core.Calendar, today core.Date) Projection {
	p := Projection{Missing: lacks(standing)}
	if p.Missing <= 0 || len(weeks) == 0 {
		return p
	}
	gained := weekly(weeks, today.Week())
	p.Weeks = len(gained)
	if p.Weeks < leastWeeks {
		return p
	}
	slices.Sort(gained)
	p.Slow, p.Fast = gained[p.Weeks/4], gained[p.Weeks-1-p.Weeks/4]
	p.Earliest, p.Latest = after(today, p.Missing, p.Fast, calendar), after(today, p.Missing, p.Slow, calendar)
	p.Known = !p.Earliest.IsZero()
	for _, r := range standing.Rules {
		if p.Known && r.Answer.Lacks() && r.NotBefore.After(p.Earliest) {
			p.Earliest = r.NotBefore
		}
		if !p.Latest.IsZero() && p.Latest.Before(p.Earliest) {
			p.Latest = p.Earliest
		}
	}
	return p
}

// lacks is the least that is still to be earned: of the total, or of the
// subjects together where they want more.
func lacks(standing standard.Standing) core.Minutes {
	var subjects core.Minutes
	for _, s := range standing.Subjects {
		subjects += s.Missing
	}
	return max(standing.Missing, subjects)
}

// weekly is what was gained in each of the last full weeks before a Monday.
func weekly(weeks []WeekTotal, before core.Date) []core.Minutes {
	valid := make(map[core.Date]core.Minutes, len(weeks))
	for i, w := range weeks {
		valid[w.Monday] = w.Valid
		if i > 0 {
			valid[w.Monday] -= weeks[i-1].Valid
		}
	}
	var gained []core.Minutes
	for monday := before.AddDays(-7); len(gained) < projectedFrom && !monday.Before(weeks[0].Monday); monday = monday.AddDays(-7) {
		gained = append(gained, valid[monday])
	}
	return gained
}

// after is the day on which something missing is earned at a pace a week, days
// on which the school is closed left out, or no day where that is not in sight.
func after(today core.Date, missing, pace core.Minutes, calendar core.Calendar) core.Date {
	if pace <= 0 || missing/pace > mostWeeks {
		return core.Date{}
	}
	day := today
	for left := int((missing*7 + pace - 1) / pace); left > 0; {
		if day = day.AddDays(1); !calendar.Closed(day) {
			left--
		}
		if day.After(today.AddDays(2 * 7 * mostWeeks)) {
			return core.Date{}
		}
	}
	return day
}

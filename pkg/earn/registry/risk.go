package registry

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// When someone is at risk. That a school ends the enrollment of a student who
// missed 30 school days without leave is Texas's rule (16 TAC 117.67, H); the
// other numbers are the house's.
const (
	absentSchoolDays = 30
	quietSchoolDays  = 10
	recentDays       = 28
)

// Risk is why a student may not finish. SchoolDays are those since the last
// session, Excused those of them on which the student was excused.
type Risk struct {
	Attendance
	SchoolDays int
	Excused    int
	Reasons    []RiskReason
}

// RiskReason is a sentence with its code.
type RiskReason struct {
	Code string
	Says words.Sentence
}

// AtRisk lists the active students of a school who are not on leave, those who
// did not come for longest first, with why they are at risk; those for whom
// nothing speaks have no reasons and come last. It needs risk.read. Code:
// bad_cursor.
func (s *Service) AtRisk(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Risk], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Risk]{
		Action: access.RiskRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Risk, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			after, err := afterAttendance(part)
			if err != nil {
				return nil, err
			}
			o, err := r.Tx.Organization(ctx, org)
			if err != nil {
				return nil, err
			}
			today := o.Today(r.Now)
			rows, err := r.Tx.Attendances(ctx, org, today.AddDays(-recentDays), after, part.Limit)
			if err != nil {
				return nil, err
			}
			return assessed(ctx, r.Tx, org, rows, today)
		},
		Key: func(x Risk) []string { return []string{x.Last.String(), x.ID.String()} },
	})
}

func afterAttendance(part act.Part) (after Attendance, err error) {
	if after.Last, err = act.AfterDate(part, 0); err == nil {
		after.ID, err = act.AfterID[core.EnrollmentID](part, 1)
	}
	return after, err
}

// assessed says of students of a school, who did not come for longest first, what
// speaks for a risk.
func assessed(ctx context.Context, tx Tx, org core.OrganizationID, rows []Attendance, today core.Date) ([]Risk, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	calendar, err := tx.ClosedDays(ctx, org, rows[0].Last, today, 0)
	if err != nil {
		return nil, err
	}
	ids := make([]core.EnrollmentID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	absences, err := tx.AbsencesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := map[core.EnrollmentID][]Absence{}
	for _, absence := range absences {
		by[absence.EnrollmentID] = append(by[absence.EnrollmentID], absence)
	}
	risks := make([]Risk, len(rows))
	for i, row := range rows {
		risks[i] = assess(row, calendar, by[row.ID], today)
	}
	return risks, nil
}

// assess says what speaks for a risk.
func assess(row Attendance, calendar core.Calendar, absences []Absence, today core.Date) Risk {
	r := Risk{Attendance: row, SchoolDays: calendar.SchoolDays(row.Last, today), Excused: excusedDays(absences, calendar, row.Last, today)}
	add := func(code, id string, args ...any) {
		r.Reasons = append(r.Reasons, RiskReason{code, words.S(id, args...)})
	}
	excused := ""
	if r.Excused > 0 {
		excused = "_excused"
	}
	switch {
	case r.SchoolDays >= absentSchoolDays:
		add("absent", "risk.absent"+excused, "count", r.SchoolDays, "limit", absentSchoolDays, "excused", r.Excused)
	case r.SchoolDays >= quietSchoolDays:
		add("quiet", "risk.quiet"+excused, "count", r.SchoolDays, "excused", r.Excused)
	}
	// The pace before the last weeks, over as many days.
	if days := daysBetween(row.EnrolledOn, today) - recentDays; days >= recentDays {
		usual := (row.All - row.Recent) * recentDays / core.Minutes(days)
		if usual > 0 && row.Recent*2 < usual {
			add("slow", "risk.slow", "recent", row.Recent, "usual", usual)
		}
	}
	return r
}

func daysBetween(from, to core.Date) int {
	return int(to.In(time.UTC).Sub(from.In(time.UTC)).Hours() / 24)
}

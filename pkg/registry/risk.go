package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// When somebody is at risk. That a school ends the enrollment of a student who
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
type RiskReason struct{ Code, Text string }

// AtRisk lists the active students of a school who are not on leave, those who
// did not come for longest first, with why they are at risk; those for whom
// nothing speaks have no reasons and come last. It needs risk.read. Code:
// bad_cursor.
func (s *Service) AtRisk(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Risk], error) {
	if err := access.Can(a, access.RiskRead, access.Target{Organization: org}); err != nil {
		return core.List[Risk]{}, err
	}
	after, err := afterAttendance(page.Cursor)
	if err != nil {
		return core.List[Risk]{}, err
	}
	var risks []Risk
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		today := o.Today(s.src.Now())
		rows, err := tx.Attendances(ctx, org, today.AddDays(-recentDays), after, page.Size()+1)
		if err != nil || len(rows) == 0 {
			return err
		}
		calendar, err := tx.ClosedDays(ctx, org, rows[0].Last, today, 0)
		if err != nil {
			return err
		}
		ids := make([]core.EnrollmentID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		absences, err := tx.AbsencesOf(ctx, ids)
		if err != nil {
			return err
		}
		by := map[core.EnrollmentID][]core.Absence{}
		for _, absence := range absences {
			by[absence.EnrollmentID] = append(by[absence.EnrollmentID], absence)
		}
		for _, row := range rows {
			risks = append(risks, assess(row, calendar, by[row.ID], today))
		}
		return nil
	})
	if err != nil || len(risks) <= page.Size() {
		return core.List[Risk]{Items: risks}, err
	}
	last := risks[page.Size()-1]
	return core.List[Risk]{Items: risks[:page.Size()], Next: core.EncodeCursor(last.Last.String(), last.ID.String())}, nil
}

func afterAttendance(cursor string) (Attendance, error) {
	parts, err := core.DecodeCursor(cursor, 2)
	if err != nil || parts == nil {
		return Attendance{}, err
	}
	day, err := core.ParseDate(parts[0])
	id, err2 := core.ParseID[core.EnrollmentID](parts[1])
	if err != nil || err2 != nil {
		_, err = core.DecodeCursor(cursor, -1)
		return Attendance{}, err
	}
	return Attendance{Last: day, Enrollment: core.Enrollment{ID: id}}, nil
}

// assess says what speaks for a risk.
func assess(row Attendance, calendar core.Calendar, absences []core.Absence, today core.Date) Risk {
	r := Risk{Attendance: row, SchoolDays: calendar.SchoolDays(row.Last, today), Excused: excusedDays(absences, calendar, row.Last, today)}
	add := func(code, text string, args ...any) {
		r.Reasons = append(r.Reasons, RiskReason{code, fmt.Sprintf(text, args...)})
	}
	switch {
	case r.SchoolDays >= absentSchoolDays:
		add("absent", "No session for %d school days, without leave. In Texas a school ends the enrollment after %d (16 TAC 117.67).", r.SchoolDays, absentSchoolDays)
	case r.SchoolDays >= quietSchoolDays:
		add("quiet", "No session for %d school days.", r.SchoolDays)
	}
	if r.Excused > 0 && len(r.Reasons) > 0 {
		r.Reasons[0].Text += fmt.Sprintf(" On %d of these days the student was excused.", r.Excused)
	}
	// The pace before the last weeks, over as many days.
	if days := daysBetween(row.EnrolledOn, today) - recentDays; days >= recentDays {
		usual := (row.All - row.Recent) * recentDays / core.Minutes(days)
		if usual > 0 && row.Recent*2 < usual {
			add("slow", "%s in the last four weeks, after %s in four weeks before.", row.Recent, usual)
		}
	}
	return r
}

func daysBetween(from, to core.Date) int {
	return int(to.In(time.UTC).Sub(from.In(time.UTC)).Hours() / 24)
}

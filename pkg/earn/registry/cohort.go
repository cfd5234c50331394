package registry

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Cohort is the students of a program who began in one month, with how many are
// where, and what the ledger has of them in minutes: of the one in the middle,
// and of the least and the most.
type Cohort struct {
	ProgramID                    core.ProgramID
	ProgramTitle                 string
	Month                        string // 2026-10
	Students                     int
	Active, Completed, Withdrawn int
	Median, Least, Most          core.Minutes
}

// Progressed is an enrollment's state with what the ledger has of it.
type Progressed struct {
	ProgramID    core.ProgramID
	ProgramTitle string
	EnrolledOn   core.Date
	State        core.EnrollmentState
	Recorded     core.Minutes
}

// Cohorts are the cohorts of a school, newest first, then by program. It reads
// a line for each enrollment, no sessions. It needs risk.read.
func (s *Service) Cohorts(ctx context.Context, a access.Actor, org core.OrganizationID) ([]Cohort, error) {
	return act.Look(ctx, s.act, a, access.RiskRead, func(ctx context.Context, r act.Reader[Tx]) ([]Cohort, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		rows, err := r.Tx.Progressed(ctx, org)
		return cohorts(rows), err
	})
}

// cohorts groups rows that are ordered by month, newest first, and program.
func cohorts(rows []Progressed) []Cohort {
	var all []Cohort
	for len(rows) > 0 {
		first := rows[0]
		month := first.EnrolledOn.String()[:len("2026-10")]
		n := slices.IndexFunc(rows, func(r Progressed) bool {
			return r.ProgramID != first.ProgramID || r.EnrolledOn.String()[:len("2026-10")] != month
		})
		if n < 0 {
			n = len(rows)
		}
		c := Cohort{ProgramID: first.ProgramID, ProgramTitle: first.ProgramTitle, Month: month, Students: n}
		minutes := make([]core.Minutes, n)
		for i, r := range rows[:n] {
			minutes[i] = r.Recorded
			switch r.State {
			case core.EnrollmentActive:
				c.Active++
			case core.EnrollmentCompleted:
				c.Completed++
			case core.EnrollmentWithdrawn:
				c.Withdrawn++
			}
		}
		slices.Sort(minutes)
		c.Least, c.Median, c.Most = minutes[0], minutes[(n-1)/2], minutes[n-1]
		all = append(all, c)
		rows = rows[n:]
	}
	return all
}

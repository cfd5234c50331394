package logbook

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// mostOfRecord is how many enrollments of one person are shown.
const mostOfRecord = 100

// Hours is an enrollment as others see it: where it stands, in minutes, as its school's
// standard has it. Subjects are empty where only the summary is shown (Detail).
type Hours struct {
	OrganizationID            core.OrganizationID
	School                    string
	ProgramTitle              string
	State                     core.EnrollmentState
	EnrolledOn, CompletedOn   core.Date
	Recorded, Valid, Required core.Minutes
	Detail                    bool
	Subjects                  []standard.SubjectStanding
}

// HoursOf are the hours of a person at all schools, by the day of enrollment. The
// person, and who has a grant or a link of the detail of hours, see them by subject;
// who has the summary sees it alone, and each look by a grant is kept. A school sees
// its own enrollments by subject without a grant, and no others. Standings are read as
// kept, and evaluated only where the ledger has grown since. Do not change the
// subjects: they are shared. Permission: hours.read. Code: not_found.
func (s *enrollments) HoursOf(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]Hours, error) {
	var judged []KeptStanding
	all, err := act.Read(ctx, s.act, a, access.HoursRead, func(ctx context.Context, r act.Reader[Tx]) ([]Hours, error) {
		found, own, err := ownOf(ctx, r, therapist)
		if err != nil {
			return nil, err
		}
		sight, err := r.Granted(ctx, access.Target{Therapist: therapist, Scope: access.ScopeHoursDetail})
		if err != nil {
			return nil, err
		}
		detail := r.Can(sight)
		if !detail {
			sight.Scope = access.ScopeHoursSummary
		}
		if !r.Can(sight) {
			if found = own; len(own) > 0 {
				sight = ownerOfEnrollment(own[0])
			}
		}
		if err := r.May(ctx, sight); err != nil {
			return nil, err
		}
		var standings map[core.EnrollmentID]standard.Standing
		if standings, judged, err = s.standingsOf(ctx, r.Tx, found, r.Now); err != nil {
			return nil, err
		}
		rows := make([]Hours, len(found))
		for i, f := range found {
			rows[i] = hoursOf(f, standings[f.ID], detail || r.Can(ownerOfEnrollment(f)))
		}
		return rows, nil
	})
	s.keep(ctx, judged)
	return all, err
}

// HoursOpen tells whether HoursOf would show the actor anything of a person, so that a
// page leads there. It looks at no hours, and is no look. Permission: hours.read.
func (s *enrollments) HoursOpen(ctx context.Context, a access.Actor, therapist core.TherapistID) (bool, error) {
	open, err := act.Read(ctx, s.act, a, access.HoursRead, func(ctx context.Context, r act.Reader[Tx]) (bool, error) {
		_, own, err := ownOf(ctx, r, therapist)
		if err != nil {
			return false, err
		}
		if len(own) > 0 {
			return true, r.May(ctx, ownerOfEnrollment(own[0]))
		}
		sight, err := r.Granted(ctx, access.Target{Therapist: therapist, Scope: access.ScopeHoursSummary})
		if err != nil {
			return false, err
		}
		open := r.Allows(access.HoursRead, sight)
		sight.Scope = access.AnyScope
		return open, r.May(ctx, sight)
	})
	if core.CodeOf(err) == "not_found" {
		return false, nil
	}
	return open, err
}

// ownOf are a person's enrollments at all schools, and those that the actor may read
// without a grant: of the actor's own schools, or their own.
func ownOf(ctx context.Context, r act.Reader[Tx], therapist core.TherapistID) (all, own []Found, err error) {
	all, err = r.Tx.RecordEnrollments(ctx, therapist, mostOfRecord)
	for _, f := range all {
		if r.Can(ownerOfEnrollment(f)) {
			own = append(own, f)
		}
	}
	return all, own, err
}

func ownerOfEnrollment(f Found) access.Target {
	return access.Target{Organization: f.OrganizationID, Therapist: f.TherapistID}
}

// standingsOf are the standings of enrollments, from memory, as kept, or evaluated all
// at once; those are given to be kept.
func (s *enrollments) standingsOf(ctx context.Context, tx Tx, found []Found, now time.Time) (map[core.EnrollmentID]standard.Standing, []KeptStanding, error) {
	standings := make(map[core.EnrollmentID]standard.Standing, len(found))
	var stale []Found
	for _, f := range found {
		key, today := standingKey{f.ID, f.StandardID, f.LedgerSeq, f.Doubts}, dateIn(now, f.Zone)
		st, known := s.standings.get(key)
		if !known && f.fresh() {
			if err := json.Unmarshal(f.Kept.Body, &st); err != nil {
				return nil, nil, err
			}
			s.standings.put(key, st)
			known = true
		}
		if !known || !st.Holds(today) {
			stale = append(stale, f)
			continue
		}
		standings[f.ID] = st
	}
	if len(stale) == 0 {
		return standings, nil, nil
	}
	j, err := s.judge(ctx, tx, stale, now)
	maps.Copy(standings, j.standings)
	return standings, j.kept, err
}

func hoursOf(f Found, st standard.Standing, detail bool) Hours {
	h := Hours{
		OrganizationID: f.OrganizationID, School: f.School, ProgramTitle: f.ProgramTitle, State: f.State, EnrolledOn: f.EnrolledOn, CompletedOn: f.CompletedOn,
		Recorded: st.Recorded, Valid: st.Valid, Required: st.Required, Detail: detail,
	}
	if detail {
		h.Subjects = st.Subjects
	}
	return h
}

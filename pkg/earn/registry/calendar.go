package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Close is days on which the school is closed; Last is First where it is one.
type Close struct {
	First, Last core.Date
	Reason      string
}

var writesCalendar = act.Declare(access.CalendarWrite, act.NewEvent("calendar.write", "closed_days"))

// Close writes days into a school's calendar. It needs calendar.write. Codes:
// required, before_first, too_many_days, too_short, too_long, bad_character.
func (s *Service) Close(ctx context.Context, a access.Actor, org core.OrganizationID, in Close) (core.ClosedDays, error) {
	if in.Last.IsZero() {
		in.Last = in.First
	}
	return act.Do(ctx, s.act, a, writesCalendar, act.Command[Tx, struct{}, core.ClosedDays]{
		At: access.Target{Organization: org},
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (core.ClosedDays, error) {
			reason, err := in.check()
			return core.ClosedDays{
				ID: core.NewID[core.ClosedDaysID](s.src), OrganizationID: org, First: in.First, Last: in.Last, Reason: reason,
				CreatedAt: x.Now, CreatedBy: a.AccountID,
			}, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, days core.ClosedDays) error {
			return x.Tx.InsertClosedDays(ctx, days)
		},
		Tell: func(_ struct{}, days core.ClosedDays) []act.Told { return became(days.ID.String(), "closed") },
	})
}

func (in Close) check() (reason string, err error) {
	var c core.Collect
	switch {
	case in.First.IsZero():
		c.Add("first", "required.needed")
	case in.Last.Before(in.First):
		c.Add("last", "before_first.closed_days")
	case in.Last.After(in.First.AddDays(366)):
		c.Add("last", "too_many_days")
	}
	reason, err = core.CleanText(in.Reason, 3, 200)
	_ = c.Check("reason", err)
	return reason, c.Err()
}

// Reopen takes days out of the calendar. It needs calendar.write. Code:
// not_found.
func (s *Service) Reopen(ctx context.Context, a access.Actor, id core.ClosedDaysID) (core.ClosedDays, error) {
	return act.Do(ctx, s.act, a, writesCalendar, act.Command[Tx, core.ClosedDays, core.ClosedDays]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.ClosedDays], error) {
			days, err := tx.ClosedDaysByID(ctx, id)
			return act.Found[core.ClosedDays]{Thing: days, Owner: access.Target{Organization: days.OrganizationID}}, err
		},
		Change: func(_ context.Context, _ act.Step[Tx], days core.ClosedDays) (core.ClosedDays, error) {
			return days, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, _ core.ClosedDays) error {
			return x.Tx.DeleteClosedDays(ctx, id)
		},
		Tell: func(_, _ core.ClosedDays) []act.Told { return became(id.String(), "open") },
	})
}

// Calendar lists a school's closed days that touch a year, 0 for this one. It
// needs calendar.read.
func (s *Service) Calendar(ctx context.Context, a access.Actor, org core.OrganizationID, year int) (core.Calendar, int, error) {
	days, err := act.Read(ctx, s.act, a, access.CalendarRead, func(ctx context.Context, r act.Reader[Tx]) (core.Calendar, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		if year == 0 {
			o, err := r.Tx.Organization(ctx, org)
			if err != nil {
				return nil, err
			}
			year = o.Today(r.Now).Year
		}
		return r.Tx.ClosedDays(ctx, org, core.Date{Year: year, Month: 1, Day: 1}, core.Date{Year: year, Month: 12, Day: 31}, 0)
	})
	return days, year, err
}

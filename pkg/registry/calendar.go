package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Close is days on which the school is closed; Last is First where it is one.
type Close struct {
	First, Last core.Date
	Reason      string
}

// Close writes days into a school's calendar. It needs calendar.write. Codes:
// required, before_first, too_many_days, too_short, too_long, bad_character.
func (s *Service) Close(ctx context.Context, a access.Actor, org core.OrganizationID, in Close) (core.ClosedDays, error) {
	if err := access.Can(a, access.CalendarWrite, access.Target{Organization: org}); err != nil {
		return core.ClosedDays{}, err
	}
	if in.Last.IsZero() {
		in.Last = in.First
	}
	var c core.Collect
	switch {
	case in.First.IsZero():
		c.Add("first", "required", "This is needed.")
	case in.Last.Before(in.First):
		c.Add("last", "before_first", "The last day is before the first.")
	case in.Last.After(in.First.AddDays(366)):
		c.Add("last", "too_many_days", "A school is closed for a year at most.")
	}
	reason, err := core.CleanText(in.Reason, 3, 200)
	_ = c.Check("reason", err)
	if err := c.Err(); err != nil {
		return core.ClosedDays{}, err
	}
	days := core.ClosedDays{
		ID: core.NewID[core.ClosedDaysID](s.src), OrganizationID: org, First: in.First, Last: in.Last, Reason: reason,
		CreatedAt: s.src.Now(), CreatedBy: a.AccountID,
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertClosedDays(ctx, days); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, days.CreatedAt, org, access.CalendarWrite, "closed_days", days.ID.String())
	})
	return days, err
}

// Reopen takes days out of the calendar. It needs calendar.write. Code:
// not_found.
func (s *Service) Reopen(ctx context.Context, a access.Actor, id core.ClosedDaysID) (core.ClosedDays, error) {
	var days core.ClosedDays
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if days, err = tx.ClosedDaysByID(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CalendarWrite, access.Target{Organization: days.OrganizationID}); err != nil {
			return err
		}
		if err := tx.DeleteClosedDays(ctx, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, s.src.Now(), days.OrganizationID, access.CalendarWrite, "closed_days", id.String())
	})
	return days, err
}

// Calendar lists a school's closed days that touch a year, 0 for this one. It
// needs calendar.read.
func (s *Service) Calendar(ctx context.Context, a access.Actor, org core.OrganizationID, year int) (core.Calendar, int, error) {
	if err := access.Can(a, access.CalendarRead, access.Target{Organization: org}); err != nil {
		return nil, 0, err
	}
	var days []core.ClosedDays
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if year == 0 {
			o, err := tx.Organization(ctx, org)
			if err != nil {
				return err
			}
			year = o.Today(s.src.Now()).Year
		}
		var err error
		days, err = tx.ClosedDays(ctx, org, core.Date{Year: year, Month: 1, Day: 1}, core.Date{Year: year, Month: 12, Day: 31}, 0)
		return err
	})
	return days, year, err
}

package logbook

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Entry is one entry with its corrections and credits. It needs entry.read.
func (s *Service) Entry(ctx context.Context, a access.Actor, id core.EntryID) (EntryDetail, error) {
	var d EntryDetail
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Entry, err = entryFor(ctx, tx, a, access.EntryRead, id, 0); err != nil {
			return err
		}
		chain, err := tx.EntryChain(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range chain {
			if e.ID != id {
				d.History = append(d.History, e)
			}
		}
		d.Posted, err = tx.PostedFor(ctx, id)
		return err
	})
	if err != nil {
		return EntryDetail{}, err
	}
	return d, nil
}

// Entries lists an enrollment's entries, newest date first. It needs
// entry.read.
func (s *Service) Entries(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, f EntryFilter, page core.Page) (core.List[core.Entry], error) {
	if _, err := s.place(ctx, a, access.EntryRead, enrollment); err != nil {
		return core.List[core.Entry]{}, err
	}
	q := EntryQuery{Enrollment: enrollment, State: f.State, Limit: page.Size() + 1}
	parts, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return core.List[core.Entry]{}, err
	}
	if parts != nil {
		if q.AfterDate, err = core.ParseDate(parts[0]); err != nil {
			return core.List[core.Entry]{}, core.ErrBadCursor
		}
		if q.After, err = cursorPart[core.EntryID](parts[1]); err != nil {
			return core.List[core.Entry]{}, err
		}
	}
	var rows []core.Entry
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindEntries(ctx, q)
		return err
	})
	return cut(rows, page, func(e core.Entry) []string { return []string{e.Session.Date.String(), e.ID.String()} }), err
}

// Prefill is the form of the next entry: the last one again, today. It needs
// entry.log.
func (s *Service) Prefill(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (LogEntry, error) {
	place, err := s.place(ctx, a, access.EntryLog, enrollment)
	if err != nil {
		return LogEntry{}, err
	}
	today := core.Organization{Zone: place.Zone}.Today(s.src.Now())
	next := LogEntry{SessionInput: core.SessionInput{Date: today, Setting: core.Classroom, Delivery: core.InPerson}}
	var last core.Entry
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		last, err = tx.LastEntry(ctx, enrollment)
		return err
	})
	if errors.Is(err, core.NotFound("")) {
		return next, nil
	}
	if err != nil {
		return LogEntry{}, err
	}
	was := last.Session
	next.Subject, next.Setting, next.Delivery, next.SupervisorID = was.Subject, was.Setting, was.Delivery, last.SupervisorID
	if !was.Timed() {
		next.Minutes = was.Minutes
		return next, nil
	}
	loc := core.Organization{Zone: place.Zone}.Location()
	next.Start, next.End, next.Break = was.Start.In(loc).Format("15:04"), was.End.In(loc).Format("15:04"), was.Break
	return next, nil
}

// Credits lists an enrollment's ledger in the order of posting. It needs
// enrollment.read.
func (s *Service) Credits(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[core.Credit], error) {
	if _, err := s.place(ctx, a, access.EnrollmentRead, enrollment); err != nil {
		return core.List[core.Credit]{}, err
	}
	after, err := cursorID[core.CreditID](page)
	if err != nil {
		return core.List[core.Credit]{}, err
	}
	var rows []core.Credit
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CreditsOf(ctx, enrollment, after, page.Size()+1)
		return err
	})
	return cut(rows, page, func(c core.Credit) []string { return []string{c.ID.String()} }), err
}

// dateIn is the date of a moment in a zone.
func dateIn(t time.Time, zone string) core.Date {
	return core.Organization{Zone: zone}.Today(t)
}

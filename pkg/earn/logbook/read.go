package logbook

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// EntryDetail is an entry with the entries that it corrects or that correct it,
// oldest first, with what was posted to the ledger for it, and with the doubts about it.
type EntryDetail struct {
	Entry   core.Entry
	History []core.Entry
	Posted  []core.Credit
	Doubts  []Doubt
}

// EntryFilter narrows a list of entries.
type EntryFilter struct{ State core.EntryState }

// Entry is one entry with its corrections and credits. It needs entry.read.
func (s *entries) Entry(ctx context.Context, a access.Actor, id core.EntryID) (EntryDetail, error) {
	return act.Read(ctx, s.act, a, access.EntryRead, func(ctx context.Context, r act.Reader[Tx]) (d EntryDetail, err error) {
		if d.Entry, err = r.Tx.Entry(ctx, id); err == nil {
			err = r.May(ctx, ownerOf(d.Entry))
		}
		if err != nil {
			return d, err
		}
		chain, err := r.Tx.EntryChain(ctx, id)
		if err != nil {
			return d, err
		}
		for _, e := range chain {
			if e.ID != id {
				d.History = append(d.History, e)
			}
		}
		if d.Posted, err = r.Tx.PostedFor(ctx, id); err != nil {
			return d, err
		}
		d.Doubts, err = r.Tx.DoubtsOfEntry(ctx, id)
		for i := range d.Doubts {
			d.Doubts[i] = d.Doubts[i].shownTo(a)
		}
		return d, err
	})
}

// Entries lists an enrollment's entries, newest date first. It needs
// entry.read.
func (s *entries) Entries(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, f EntryFilter, page core.Page) (core.List[core.Entry], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, core.Entry]{
		Action: access.EntryRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) (rows []core.Entry, err error) {
			if _, err := placeFor(ctx, r, enrollment); err != nil {
				return nil, err
			}
			q := EntryQuery{Enrollment: enrollment, State: f.State, Limit: part.Limit}
			if q.AfterDate, err = act.AfterDate(part, 0); err == nil {
				q.After, err = act.AfterID[core.EntryID](part, 1)
			}
			if err != nil {
				return nil, err
			}
			return r.Tx.FindEntries(ctx, q)
		},
		Key: func(e core.Entry) []string { return []string{e.Session.Date.String(), e.ID.String()} },
	})
}

// Prefill is the form of the next entry: the last one again, today. It needs
// entry.log.
func (s *entries) Prefill(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (LogEntry, error) {
	return act.Read(ctx, s.act, a, access.EntryLog, func(ctx context.Context, r act.Reader[Tx]) (LogEntry, error) {
		place, err := placeFor(ctx, r, enrollment)
		if err != nil {
			return LogEntry{}, err
		}
		today := core.Organization{Zone: place.Zone}.Today(r.Now)
		next := LogEntry{SessionInput: core.SessionInput{Date: today, Setting: core.Classroom, Delivery: core.InPerson}}
		last, err := r.Tx.LastEntry(ctx, enrollment)
		if errors.Is(err, core.ErrNotFound) {
			return next, nil
		}
		if err == nil {
			next.repeat(last, place.Zone)
		}
		return next, err
	})
}

// repeat fills in what is likely the same as last time.
func (in *LogEntry) repeat(last core.Entry, zone string) {
	was := last.Session
	in.Subject, in.Setting, in.Delivery, in.SupervisorID = was.Subject, was.Setting, was.Delivery, last.SupervisorID
	if !was.Timed() {
		in.Minutes = was.Minutes
		return
	}
	loc := core.Organization{Zone: zone}.Location()
	in.Start, in.End, in.Break = was.Start.In(loc).Format("15:04"), was.End.In(loc).Format("15:04"), was.Break
}

// Credits lists an enrollment's ledger, newest first: by the day of the session,
// and of a day what was posted last. It needs enrollment.read.
func (s *entries) Credits(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[core.Credit], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, core.Credit]{
		Action: access.EnrollmentRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]core.Credit, error) {
			_, err := placeFor(ctx, r, enrollment)
			if err != nil {
				return nil, err
			}
			after, err := act.AfterID[core.CreditID](part, 0)
			if err != nil {
				return nil, err
			}
			return r.Tx.FindCredits(ctx, enrollment, after, part.Limit)
		},
		Key: func(c core.Credit) []string { return []string{c.ID.String()} },
	})
}

// dateIn is the date of a moment in a zone.
func dateIn(t time.Time, zone string) core.Date {
	return core.Organization{Zone: zone}.Today(t)
}

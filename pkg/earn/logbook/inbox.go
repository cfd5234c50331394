package logbook

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// The codes of exceptions in an inbox.
const (
	ExceptionLong    = "long"
	ExceptionLate    = "late"
	ExceptionOverlap = "overlap"
)

// What makes a session an exception: more than LongSession of it, or submitted
// more than LateDays days after it.
const (
	LongSession = core.Minutes(480)
	LateDays    = 14
)

// Exception is why a supervisor should look twice.
type Exception struct {
	Code string
	Says words.Sentence
}

// InboxItem is an entry that waits for the supervisor.
type InboxItem struct {
	Entry      core.Entry
	Exceptions []Exception
}

// InboxGroup is what one student did in one week, which begins on Week, a
// Monday.
type InboxGroup struct {
	EnrollmentID core.EnrollmentID
	StudentName  string
	Week         core.Date
	Exceptional  bool
	Minutes      core.Minutes
	Items        []InboxItem
}

// WaitingWeek is a student's week of which something waits for a supervisor.
type WaitingWeek struct {
	EnrollmentID core.EnrollmentID
	StudentName  string
	Week         core.Date
	Exceptional  bool
}

// WaitingQuery asks for at most Limit weeks after one, or from the beginning.
type WaitingQuery struct {
	Supervisor core.MemberID
	After      WaitingWeek
	Limit      int
}

// WaitingEntry is an entry that waits. It may overlap where it is a correction,
// or minutes without times, beside another live session of the student.
type WaitingEntry struct {
	core.Entry
	MayOverlap bool
}

// Waiting knows what waits for a supervisor, without what an import waits for.
type Waiting interface {
	// WaitingWeeks are ordered: those with exceptions first, then by the week and
	// the student's name.
	WaitingWeeks(ctx context.Context, q WaitingQuery) ([]WaitingWeek, error)
	// WaitingIn are the entries of some of these weeks, by their days.
	WaitingIn(ctx context.Context, supervisor core.MemberID, weeks []WaitingWeek) ([]WaitingEntry, error)
	CountWaiting(ctx context.Context, supervisor core.MemberID) (int, error)
}

// Inbox is what waits for the actor's signature, by student and week. Weeks with
// exceptions come first, then the earlier ones; a page counts weeks, and Total
// the sessions that wait in all. It needs inbox.read.
func (s *entries) Inbox(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[InboxGroup], error) {
	member, _ := a.Member(org, core.RoleSupervisor)
	return act.List(ctx, s.act, a, page, act.Listing[Tx, InboxGroup]{
		Action: access.InboxRead, Parts: 3,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]InboxGroup, error) {
			after, err := weekAfter(part)
			if err == nil {
				err = r.May(ctx, access.Target{Organization: org})
			}
			if err != nil {
				return nil, err
			}
			weeks, err := r.Tx.WaitingWeeks(ctx, WaitingQuery{Supervisor: member, After: after, Limit: part.Limit})
			if err != nil {
				return nil, err
			}
			entries, err := r.Tx.WaitingIn(ctx, member, weeks)
			return groups(weeks, entries), err
		},
		// The store knows the student's name.
		Key: func(g InboxGroup) []string {
			return []string{strconv.FormatBool(g.Exceptional), g.Week.String(), g.EnrollmentID.String()}
		},
		Total: func(ctx context.Context, r act.Reader[Tx]) (int, error) { return r.Tx.CountWaiting(ctx, member) },
	})
}

func weekAfter(part act.Part) (w WaitingWeek, err error) {
	if len(part.After) == 0 {
		return w, nil
	}
	if w.Exceptional, err = strconv.ParseBool(part.After[0]); err != nil {
		return w, core.ErrBadCursor
	}
	if w.Week, err = act.AfterDate(part, 1); err == nil {
		w.EnrollmentID, err = act.AfterID[core.EnrollmentID](part, 2)
	}
	return w, err
}

// groups puts entries into their weeks, which stay in their order.
func groups(weeks []WaitingWeek, entries []WaitingEntry) []InboxGroup {
	type place struct {
		enrollment core.EnrollmentID
		week       core.Date
	}
	by := map[place][]InboxItem{}
	for _, e := range entries {
		at := place{e.EnrollmentID, e.Session.Date.Week()}
		by[at] = append(by[at], InboxItem{Entry: e.Entry, Exceptions: exceptionsOf(e)})
	}
	out := make([]InboxGroup, 0, len(weeks))
	for _, w := range weeks {
		g := InboxGroup{EnrollmentID: w.EnrollmentID, StudentName: w.StudentName, Week: w.Week, Exceptional: w.Exceptional, Items: by[place{w.EnrollmentID, w.Week}]}
		slices.SortStableFunc(g.Items, func(a, b InboxItem) int {
			return cmp.Compare(min(1, len(b.Exceptions)), min(1, len(a.Exceptions)))
		})
		for _, item := range g.Items {
			g.Minutes += item.Entry.Session.Minutes
			g.Exceptional = g.Exceptional || len(item.Exceptions) > 0
		}
		out = append(out, g)
	}
	return out
}

// exceptionsOf says what is unusual about an entry. The store counts long and
// late ones by the same rules.
func exceptionsOf(e WaitingEntry) []Exception {
	var out []Exception
	if e.Session.Minutes > LongSession {
		out = append(out, Exception{ExceptionLong, words.S("exception.long", "minutes", e.Session.Minutes)})
	}
	if on := dateIn(e.SubmittedAt, e.Session.Zone); on.After(e.Session.Date.AddDays(LateDays)) {
		days := int(on.In(time.UTC).Sub(e.Session.Date.In(time.UTC)).Hours() / 24)
		out = append(out, Exception{ExceptionLate, words.S("exception.late", "count", days)})
	}
	if e.MayOverlap {
		out = append(out, Exception{ExceptionOverlap, words.S("exception.overlap")})
	}
	return out
}

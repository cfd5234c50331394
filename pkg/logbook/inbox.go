package logbook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// mostWaiting bounds what one inbox looks at; the oldest come first.
const mostWaiting = 5000

// Inbox is what waits for the actor's signature, by student and week. Groups
// with exceptions come first, then the earlier weeks; a page counts groups. It
// needs inbox.read.
func (s *Service) Inbox(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[InboxGroup], error) {
	if err := access.Can(a, access.InboxRead, access.Target{Organization: org}); err != nil {
		return core.List[InboxGroup]{}, err
	}
	after, err := afterGroup(page)
	if err != nil {
		return core.List[InboxGroup]{}, err
	}
	member, _ := a.Member(org, core.RoleSupervisor)
	var list core.List[InboxGroup]
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		school, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		waiting, err := tx.WaitingFor(ctx, member, mostWaiting)
		if err != nil {
			return err
		}
		groups, exceptions := grouped(waiting, school.Zone)
		if after != "" {
			groups = slices.DeleteFunc(groups, func(g group) bool { return g.key() <= after })
		}
		if len(groups) > page.Size() {
			groups = groups[:page.Size()]
			list.Next = core.EncodeCursor(groups[len(groups)-1].key())
		}
		list.Items, err = items(ctx, tx, groups, exceptions)
		return err
	})
	return list, err
}

func afterGroup(page core.Page) (string, error) {
	parts, err := core.DecodeCursor(page.Cursor, 1)
	if err != nil || parts == nil {
		return "", err
	}
	return parts[0], nil
}

// group is an inbox group before its entries are read.
type group struct {
	InboxGroup
	entries []core.EntryID
}

// key orders the groups and is a page's cursor.
func (g group) key() string {
	rank := "1"
	if g.Exceptional {
		rank = "0"
	}
	return strings.Join([]string{rank, g.Week.String(), g.StudentName, g.EnrollmentID.String()}, "\x1e")
}

// grouped puts what waits into groups in their order and says what is
// exceptional about each entry.
func grouped(waiting []WaitingEntry, zone string) ([]group, map[core.EntryID][]Exception) {
	type place struct {
		enrollment core.EnrollmentID
		week       core.Date
	}
	at, groups, exceptions := map[place]int{}, []group{}, map[core.EntryID][]Exception{}
	for _, w := range waiting {
		p := place{w.EnrollmentID, w.Date.Week()}
		i, known := at[p]
		if !known {
			i = len(groups)
			at[p] = i
			groups = append(groups, group{InboxGroup: InboxGroup{EnrollmentID: w.EnrollmentID, StudentName: w.StudentName, Week: p.week}})
		}
		g := &groups[i]
		g.entries = append(g.entries, w.ID)
		g.Minutes += w.Minutes
		if found := exceptionsOf(w, zone); len(found) > 0 {
			exceptions[w.ID] = found
			g.Exceptional = true
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Compare(a.key(), b.key()) })
	return groups, exceptions
}

func exceptionsOf(w WaitingEntry, zone string) []Exception {
	var out []Exception
	if w.Minutes > LongSession {
		out = append(out, Exception{ExceptionLong, w.Minutes.String() + " long"})
	}
	if on := dateIn(w.SubmittedAt, zone); on.After(w.Date.AddDays(LateDays)) {
		days := int(on.In(time.UTC).Sub(w.Date.In(time.UTC)).Hours() / 24)
		out = append(out, Exception{ExceptionLate, fmt.Sprintf("Submitted %d days after the session", days)})
	}
	if w.MayOverlap {
		out = append(out, Exception{ExceptionOverlap, "May overlap another session of this student"})
	}
	return out
}

// items reads the entries of all groups at once.
func items(ctx context.Context, tx Tx, groups []group, exceptions map[core.EntryID][]Exception) ([]InboxGroup, error) {
	var ids []core.EntryID
	for _, g := range groups {
		ids = append(ids, g.entries...)
	}
	found, err := tx.EntriesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[core.EntryID]core.Entry, len(found))
	for _, e := range found {
		by[e.ID] = e
	}
	out := make([]InboxGroup, len(groups))
	for i, g := range groups {
		for _, id := range g.entries {
			if e, still := by[id]; still && e.State == core.EntrySubmitted {
				g.Items = append(g.Items, InboxItem{Entry: e, Exceptions: exceptions[id]})
			}
		}
		slices.SortFunc(g.Items, func(a, b InboxItem) int {
			return cmp.Or(cmp.Compare(min(1, len(b.Exceptions)), min(1, len(a.Exceptions))),
				a.Entry.Session.Date.Compare(b.Entry.Session.Date), a.Entry.Session.Start.Compare(b.Entry.Session.Start))
		})
		out[i] = g.InboxGroup
	}
	return out, nil
}

package licensure

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// LookDue is a license at which someone of an organization should look, since nobody can
// say, or soon nobody will be able to, whether its holder may practice by it. Practice is
// the answer for the organization. Since is the first day without one, Until the last day
// of a yes that is still given; both are zero where some of it was never looked at, and
// where something else than the age of the looks speaks against an answer.
type LookDue struct {
	core.License
	TherapistName string
	Practice      license.Practice
	Since, Until  core.Date
}

// Last is what was said last of any axis, false where nothing was.
func (d LookDue) Last() (license.Source, bool) {
	if len(d.Practice.Sources) == 0 {
		return license.Source{}, false
	}
	return slices.MaxFunc(d.Practice.Sources, func(a, b license.Source) int { return a.LookedOn.Compare(b.LookedOn) }), true
}

// NeverLooked stands for the day of a look that there never was.
var NeverLooked = core.Date{Year: 1900, Month: 1, Day: 1}

// DueQuery asks for the licenses that may be due for a look of an organization. A look that
// is younger than Young is not due by its age, one that is not younger than Out is still
// good. Place and After are those of the row before the first.
type DueQuery struct {
	Organization      core.Organization
	Now               time.Time
	Today, Young, Out core.Date
	AfterPlace        core.Date
	After             core.LicenseID
	Limit             int
}

// DueCandidate is a license that may be due, in whose order of Place they come; Looked is
// the oldest of the last looks at its axes.
type DueCandidate struct {
	LicenseID     core.LicenseID
	TherapistName string
	Looked, Place core.Date
}

const (
	lookSoon = 7 // days before a look is too old it is due
	// mostJudged is how many candidates are judged for each row of a page.
	mostJudged = 4
)

// soon is how many days before the end of a limit a look is due: a third of the limit at
// the most, or all would always be.
func soon(limit int) int { return min(lookSoon, limit/3) }

// dueList names the worklist to its cursors.
const dueList = "looks due"

// LooksDue lists the licenses at which someone of an organization should look on the
// board's page: those whose answer for it could not be checked, by how long, then those
// whose yes ends within a week, the soonest first. It has the licenses that a grant lets
// the organization see, which are those at which it may record a look; not those
// with another title, a day of issue to come, or a no, and those of which it is not decided
// whose they are, which no look changes, and not the actor's own. Permission: license.due. Codes: not_found, bad_cursor.
//
// The answer is three-valued and follows from all words on a license, so no index has its
// order. The database knows the age of the last looks that count, puts licenses in that
// order, and leaves out those of which nothing but good and nothing old is known; the rest
// of it is judged, mostJudged for each row of a page at the most. So a page costs the same
// few statements and at most so many answers, however many there are. One on which more
// are judged to be no is shorter than asked for, and still says where the next begins.
func (s *licenses) LooksDue(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[LookDue], error) {
	cursor, err := core.DecodeCursor(dueList, page.Cursor, 2)
	if err != nil {
		return core.List[LookDue]{}, err
	}
	return act.Read(ctx, s.act, a, access.LicenseDue, func(ctx context.Context, r act.Reader[Tx]) (core.List[LookDue], error) {
		list, err := looksDue(ctx, r, org, cursor, page.Size())
		for _, d := range list.Items {
			r.Saw(org, d.TherapistID, access.ScopeLicenses)
		}
		return list, err
	})
}

// mostCounted is how many licenses are counted, so that a page that leads to their list
// costs no more than the list.
const mostCounted = 50

// LooksDueCount is how many licenses LooksDue lists, and whether there are more. Nobody is
// seen by it. Permission: license.due. Code: not_found.
func (s *licenses) LooksDueCount(ctx context.Context, a access.Actor, org core.OrganizationID) (n int, more bool, err error) {
	n, err = act.Read(ctx, s.act, a, access.LicenseDue, func(ctx context.Context, r act.Reader[Tx]) (int, error) {
		list, err := looksDue(ctx, r, org, nil, mostCounted)
		more = list.Next != ""
		return len(list.Items), err
	})
	return n, more, err
}

func looksDue(ctx context.Context, r act.Reader[Tx], org core.OrganizationID, cursor []string, size int) (list core.List[LookDue], err error) {
	if err := r.May(ctx, access.Target{Organization: org}); err != nil {
		return list, err
	}
	q := DueQuery{Now: r.Now, Today: latestToday(r.Now), Limit: mostJudged*size + 1}
	if cursor != nil {
		if q.AfterPlace, err = core.ParseDate(cursor[0]); err == nil {
			q.After, err = core.ParseID[core.LicenseID](cursor[1])
		}
		if err != nil {
			return list, core.ErrBadCursor
		}
	}
	if q.Organization, err = r.Tx.Organization(ctx, org); err != nil {
		return list, err
	}
	asked := standard.AsOf(r.Now).By(q.Organization)
	limit := asked.Limit()
	q.Young, q.Out = q.Today.AddDays(soon(limit)-limit), q.Today.AddDays(-limit-1)
	candidates, err := r.Tx.LooksDue(ctx, q)
	if err != nil || len(candidates) == 0 {
		return list, err
	}
	more := len(candidates) == q.Limit
	if more {
		candidates = candidates[:q.Limit-1]
	}
	licenses, err := licensesByID(ctx, r.Tx, candidates)
	if err != nil {
		return list, err
	}
	for i, c := range candidates {
		if d, due := dueOf(licenses[c.LicenseID], c, asked); due && !r.Actor.Is(d.TherapistID) {
			list.Items = append(list.Items, d)
		}
		last := i == len(candidates)-1
		if (last || len(list.Items) == size) && (more || !last) {
			list.Next = core.EncodeCursor(dueList, c.Place.String(), c.LicenseID.String())
			break
		}
	}
	slices.SortStableFunc(list.Items, func(a, b LookDue) int { return a.Until.Compare(b.Until) })
	return list, nil
}

func licensesByID(ctx context.Context, tx Licenses, candidates []DueCandidate) (map[core.LicenseID]core.License, error) {
	ids := make([]core.LicenseID, len(candidates))
	for i, c := range candidates {
		ids[i] = c.LicenseID
	}
	all, err := tx.LicensesIn(ctx, ids)
	by := make(map[core.LicenseID]core.License, len(all))
	for _, l := range all {
		by[l.ID] = l
	}
	return by, err
}

// dueOf judges whether a license is due for a look.
func dueOf(l core.License, c DueCandidate, q license.Asked) (LookDue, bool) {
	d := LookDue{License: l, TherapistName: c.TherapistName, Practice: license.Judge(l, q)}
	switch {
	case d.Practice.Kind != license.Full, l.Holder != "", l.IssuedOn.After(d.Practice.On):
		return d, false
	case d.Practice.May():
		d.Until = d.Practice.LooksUntil
		return d, !d.Until.After(d.Practice.On.AddDays(soon(q.Limit())))
	case d.Practice.Answer == license.No:
		return d, false
	}
	if out := c.Looked.AddDays(q.Limit() + 1); c.Looked != NeverLooked && !out.After(d.Practice.On) {
		d.Since = out
	}
	return d, true
}

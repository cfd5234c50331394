package specialty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Ready asks who is trained for a condition, with a technique or modality
// (Means), or for one with the other; Area is two letters of a state, empty for
// everywhere.
type Ready struct{ Condition, Means, Area string }

// TrainedQuery is Ready for one organization, ordered by therapist.
type TrainedQuery struct {
	Organization           core.OrganizationID
	Condition, Means, Area string
	After                  core.TherapistID
	Now                    time.Time
	Limit                  int
}

func (q Ready) query(org core.OrganizationID, after core.TherapistID, limit int, now time.Time) (TrainedQuery, error) {
	if q.Condition == "" && q.Means == "" {
		return TrainedQuery{}, core.InvalidField("condition", "required.condition")
	}
	if err := knownArea(&q.Area); err != nil {
		return TrainedQuery{}, err
	}
	return TrainedQuery{Organization: org, Condition: q.Condition, Means: q.Means, Area: q.Area, After: after, Now: now, Limit: limit}, nil
}

// Trained lists who is trained now by certificates of a school, each once with
// the certificate that is good for longest. The area is that which a therapist
// shows in the directory; of others it is not known. To those who may read licenses, people
// who share theirs with the school and may not practice are marked. Permission:
// readiness.read. Codes: required, unknown_jurisdiction (area), bad_cursor.
func (s *Service) Trained(ctx context.Context, a access.Actor, org core.OrganizationID, in Ready, page core.Page) (core.List[Ability], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Ability]{
		Action: access.ReadinessRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Ability, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			after, err := act.AfterID[core.TherapistID](part, 0)
			if err != nil {
				return nil, err
			}
			q, err := in.query(org, after, part.Limit, r.Now)
			if err != nil {
				return nil, err
			}
			rows, err := r.Tx.Trained(ctx, q)
			if err != nil || !readsLicenses(r.Allows, org) {
				return rows, err
			}
			seen, err := marked(ctx, r.Tx, a, org, rows, r.Now)
			for _, id := range seen {
				r.Saw(org, id, access.ScopeLicenses)
			}
			return rows, err
		},
		Key: func(b Ability) []string { return []string{b.TherapistID.String()} },
	})
}

// staffList names the list of trained staff to its cursors.
const staffList = "staff"

var seesStaff = act.Declare(access.CheckMake, act.NewEvent("readiness.read", "organization"))

// StaffReady is Trained for an employer: of the people who let it see what they are
// trained for, by certificates of any school. Each of them is told of the look.
// Permission: check.make. Codes: required, unknown_jurisdiction (area), bad_cursor.
func (s *Service) StaffReady(ctx context.Context, a access.Actor, org core.OrganizationID, in Ready, page core.Page) (core.List[Ability], error) {
	return act.Do(ctx, s.act, a, seesStaff, act.Command[Tx, struct{}, core.List[Ability]]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (list core.List[Ability], err error) {
			after, err := core.AfterID[core.TherapistID](staffList, page.Cursor)
			if err != nil {
				return list, err
			}
			q, err := in.query(org, after, page.Size()+1, x.Now)
			if err != nil {
				return list, err
			}
			rows, err := x.Tx.GrantedTrained(ctx, q)
			if err != nil {
				return list, err
			}
			list = core.ListOf(staffList, rows, page.Size(), func(b Ability) string { return b.TherapistID.String() })
			if !readsLicenses(x.Allows, org) {
				return list, nil
			}
			_, err = marked(ctx, x.Tx, a, org, list.Items, x.Now)
			return list, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, list core.List[Ability]) error {
			var looks []act.Seen
			saw := func(id core.TherapistID, scope access.Scope) {
				looks = append(looks, act.Seen{ID: core.NewID[core.LookID](s.src), Organization: org, Therapist: id, Scope: scope, By: a.AccountID, At: x.Now})
			}
			for _, b := range list.Items {
				if saw(b.TherapistID, access.ScopeSpecialties); b.Bars != nil {
					saw(b.TherapistID, access.ScopeLicenses)
				}
			}
			return x.Tx.InsertLooks(ctx, looks)
		},
		Tell: func(struct{}, core.List[Ability]) []act.Told {
			return act.Of(org.String(), map[string]string{"condition": in.Condition, "means": in.Means, "area": in.Area})
		},
	})
}

// Treats is a condition that someone is trained for, with the certificates
// behind it. Now says whether one of them is good today.
type Treats struct {
	Condition, Title string
	Now              bool
	By               []Ability
}

// Next is a condition that someone is at most two courses away from. Missing
// are the courses, in the order in which they are to be taken; none where all
// are completed and the certificate is still to be issued. Renew says that a
// certificate has ended, and Missing is what renews it.
type Next struct {
	Condition, Title string
	OrganizationID   core.OrganizationID
	Missing          []core.Course
	Renew            bool
}

// Readiness is what someone may treat and what comes next, with where they may practice.
// Licensed is false where no license is known; where LicensesHidden says that the reader
// may not see them, nothing can be said.
type Readiness struct {
	Therapist      core.Therapist
	Places         []license.Place
	Licensed       bool
	LicensesHidden bool
	Treats         []Treats
	Next           []Next
}

// furthest is how many courses someone is away from what is told to come next.
const furthest = 2

// Readiness tells what a therapist may treat, by the certificates of schools of
// which the actor may see them, and what they are at most two courses of those
// schools away from. Permission: ability.read at a school that keeps a file of them, or
// under a grant of specialties. Code: not_found.
func (s *Service) Readiness(ctx context.Context, a access.Actor, therapist core.TherapistID) (Readiness, error) {
	return act.Read(ctx, s.act, a, access.AbilityRead, func(ctx context.Context, r act.Reader[Tx]) (out Readiness, err error) {
		v, err := mayLook(ctx, r, therapist)
		if err != nil {
			return out, err
		}
		orgs := v.orgs
		if out.Therapist, err = r.Tx.Therapist(ctx, therapist); err != nil {
			return out, err
		}
		licenses, shown, err := v.licenses(ctx, r)
		if err != nil {
			return out, err
		}
		out.LicensesHidden, out.Licensed = !shown, len(licenses) > 0
		org := r.Actor.AsksFor()
		out.Places = license.Places(licenses, licensure.Asking(r.Actor, therapist, org, standard.AsOf(r.Now)), org.Jurisdiction)
		abilities, err := r.Tx.AbilitiesOf(ctx, therapist)
		if err != nil {
			return out, err
		}
		titles, err := r.Tx.TopicTitles(ctx, orgs)
		if err != nil {
			return out, err
		}
		out.Treats = treats(titles, slices.DeleteFunc(abilities, func(b Ability) bool { return !slices.Contains(orgs, b.OrganizationID) }), r.Now)
		out.Next, err = next(ctx, r.Tx, titles, therapist, orgs, out.Treats)
		return out, err
	})
}

// titles are those of what schools added to the catalog.
type titles map[TopicRef]string

func (t titles) condition(code string) string {
	return cmp.Or(t[TopicRef{Kind: TopicCondition, Code: code}], TitleOf(TopicCondition, code))
}

func treats(titles titles, abilities []Ability, now time.Time) (out []Treats) {
	for _, b := range abilities {
		if b.Condition == "" {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Condition != b.Condition {
			out = append(out, Treats{Condition: b.Condition, Title: titles.condition(b.Condition)})
		}
		t := &out[len(out)-1]
		t.Now = t.Now || b.ValidUntil.IsZero() || b.ValidUntil.After(now)
		t.By = append(t.By, b)
	}
	slices.SortStableFunc(out, func(a, b Treats) int { return cmp.Compare(a.Title, b.Title) })
	return out
}

// next finds for each condition that someone cannot treat now the shortest way
// to a course about it.
func next(ctx context.Context, tx Tx, titles titles, therapist core.TherapistID, orgs []core.OrganizationID, has []Treats) ([]Next, error) {
	completions, courses, err := coursesOf(ctx, tx, therapist, orgs)
	if err != nil {
		return nil, err
	}
	ids := make([]core.CourseID, 0, len(courses))
	for id := range courses {
		ids = append(ids, id)
	}
	topics, err := tx.CourseTopics(ctx, ids)
	if err != nil {
		return nil, err
	}
	w := newWays(courses, completions)
	best := map[string]Next{}
	for id, refs := range topics {
		missing, ok := w.to(courses[id])
		if !ok {
			continue
		}
		for _, ref := range refs {
			known := slices.ContainsFunc(has, func(t Treats) bool { return t.Condition == ref.Code && t.Now })
			if ref.Kind != TopicCondition || known {
				continue
			}
			n := Next{Condition: ref.Code, Title: titles.condition(ref.Code), OrganizationID: courses[id].OrganizationID, Missing: missing}
			lapsed := slices.ContainsFunc(has, func(t Treats) bool { return t.Condition == ref.Code })
			if n.Renew = lapsed && len(missing) == 0; n.Renew {
				n.Missing = []core.Course{w.again(courses[id])}
			}
			if before, taken := best[ref.Code]; !taken || n.shorterThan(before) {
				best[ref.Code] = n
			}
		}
	}
	out := make([]Next, 0, len(best))
	for _, n := range best {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Next) int {
		return cmp.Or(first(b.Renew)-first(a.Renew), len(a.Missing)-len(b.Missing), cmp.Compare(a.Title, b.Title))
	})
	return out, nil
}

func first(is bool) int {
	if is {
		return 1
	}
	return 0
}

// shorterThan prefers fewer courses, of as many those whose codes come first.
func (n Next) shorterThan(other Next) bool {
	c := cmp.Compare(len(n.Missing), len(other.Missing))
	for i := 0; c == 0 && i < len(n.Missing); i++ {
		c = cmp.Compare(n.Missing[i].Code, other.Missing[i].Code)
	}
	return c < 0
}

// ways knows what of each course's prerequisites someone has completed.
type ways struct {
	byCode map[courseKey]core.Course
	done   map[core.CourseID]bool
}

type courseKey struct {
	org  core.OrganizationID
	code string
}

func newWays(courses map[core.CourseID]core.Course, completions []core.CourseCompletion) ways {
	w := ways{map[courseKey]core.Course{}, map[core.CourseID]bool{}}
	for _, c := range courses {
		w.byCode[courseKey{c.OrganizationID, c.Code}] = c
	}
	for _, done := range completions {
		w.done[done.CourseID] = true
	}
	return w
}

// again is what renews a completed course whose certificate has ended: its
// refresher, or the course itself where there is none.
func (w ways) again(c core.Course) core.Course {
	best := c
	for key, other := range w.byCode {
		if key.org == c.OrganizationID && other.Refreshes == c.Code && (best.ID == c.ID || other.Code < best.Code) {
			best = other
		}
	}
	return best
}

// to lists the courses that are missing up to a course, it included, those that
// come first before the others; ok is false where they are more than furthest.
func (w ways) to(c core.Course) (missing []core.Course, ok bool) {
	seen := map[core.CourseID]bool{}
	var walk func(c core.Course) bool
	walk = func(c core.Course) bool {
		if w.done[c.ID] || seen[c.ID] {
			return true
		}
		seen[c.ID] = true
		for _, p := range c.Prerequisites {
			before, known := w.byCode[courseKey{c.OrganizationID, p.CourseCode}]
			if p.CourseCode != "" && known && !walk(before) {
				return false
			}
		}
		missing = append(missing, c)
		return len(missing) <= furthest
	}
	ok = walk(c)
	return missing, ok
}

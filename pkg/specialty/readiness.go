package specialty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
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

func (q Ready) query(org core.OrganizationID, page core.Page, now time.Time) (TrainedQuery, error) {
	if q.Condition == "" && q.Means == "" {
		return TrainedQuery{}, core.InvalidField("condition", "required", "Say for which condition, or with which technique.")
	}
	after, err := core.AfterID[core.TherapistID](page.Cursor)
	return TrainedQuery{Organization: org, Condition: q.Condition, Means: q.Means, Area: q.Area, After: after, Now: now, Limit: page.Size() + 1}, err
}

func trainedList(rows []core.Ability, page core.Page) core.List[core.Ability] {
	return core.ListOf(rows, page.Size(), func(b core.Ability) string { return b.TherapistID.String() })
}

// Trained lists who is trained now by certificates of a school, each once with
// the certificate that is good for longest. The area is that which a therapist
// shows in the directory; of others it is not known. Permission: readiness.read.
// Codes: required, bad_cursor.
func (s *Service) Trained(ctx context.Context, a access.Actor, org core.OrganizationID, in Ready, page core.Page) (core.List[core.Ability], error) {
	if err := access.Can(a, access.ReadinessRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Ability]{}, err
	}
	q, err := in.query(org, page, s.src.Now())
	if err != nil {
		return core.List[core.Ability]{}, err
	}
	var rows []core.Ability
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.Trained(ctx, q)
		return err
	})
	return trainedList(rows, page), err
}

// StaffReady is Trained for an employer: of the people whose record they were
// shown before, by certificates of any school. Each of them gets a disclosure.
// Permission: check.make. Codes: required, bad_cursor.
func (s *Service) StaffReady(ctx context.Context, a access.Actor, org core.OrganizationID, in Ready, page core.Page) (core.List[core.Ability], error) {
	if err := access.Can(a, access.CheckMake, access.Target{Organization: org}); err != nil {
		return core.List[core.Ability]{}, err
	}
	now := s.src.Now()
	q, err := in.query(org, page, now)
	if err != nil {
		return core.List[core.Ability]{}, err
	}
	var list core.List[core.Ability]
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.SeenTrained(ctx, q)
		if err != nil {
			return err
		}
		list = trainedList(rows, page)
		seen := make([]core.Disclosure, len(list.Items))
		for i, b := range list.Items {
			seen[i] = core.Disclosure{
				ID: core.NewID[core.DisclosureID](s.src), TherapistID: b.TherapistID, OrganizationID: org, CredentialID: b.CredentialID,
				AccountID: a.AccountID, At: now, Shown: []string{"readiness"}, Outcome: "valid",
			}
		}
		if err := tx.InsertDisclosures(ctx, seen); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "readiness.read", "organization", org.String(),
			map[string]string{"condition": in.Condition, "means": in.Means, "area": in.Area})
	})
	return list, err
}

// Treats is a condition that somebody is trained for, with the certificates
// behind it. Now says whether one of them is good today.
type Treats struct {
	Condition, Title string
	Now              bool
	By               []core.Ability
}

// Next is a condition that somebody is at most two courses away from. Missing
// are the courses, in the order in which they are to be taken; none where all
// are completed and the certificate is still to be issued. Renew says that a
// certificate has ended, and Missing is what renews it.
type Next struct {
	Condition, Title string
	OrganizationID   core.OrganizationID
	Missing          []core.Course
	Renew            bool
}

// Readiness is what somebody may treat and what comes next. Licensed is false
// where no licence is known; then Practice says so.
type Readiness struct {
	Therapist core.Therapist
	Practice  core.Practice
	Licensed  bool
	Treats    []Treats
	Next      []Next
}

// furthest is how many courses somebody is away from what is told to come next.
const furthest = 2

// Readiness tells what a therapist may treat, by the certificates of schools of
// which the actor may see them, and what they are at most two courses of those
// schools away from. Permission: ability.read at any school that knows the
// therapist. Code: not_found.
func (s *Service) Readiness(ctx context.Context, a access.Actor, therapist core.TherapistID) (Readiness, error) {
	now := s.src.Now()
	var r Readiness
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		orgs, err := allowed(ctx, tx, a, access.AbilityRead, therapist)
		if err != nil {
			return err
		}
		if r.Therapist, err = tx.Therapist(ctx, therapist); err != nil {
			return err
		}
		licenses, err := tx.LicensesOf(ctx, therapist)
		if err != nil {
			return err
		}
		r.Licensed = len(licenses) > 0
		r.Practice, _ = core.MayPractise(licenses, standard.AsOf(now))
		abilities, err := tx.AbilitiesOf(ctx, therapist)
		if err != nil {
			return err
		}
		titles, err := tx.TopicTitles(ctx, orgs)
		if err != nil {
			return err
		}
		r.Treats = treats(titles, slices.DeleteFunc(abilities, func(b core.Ability) bool { return !slices.Contains(orgs, b.OrganizationID) }), now)
		r.Next, err = next(ctx, tx, titles, therapist, orgs, r.Treats)
		return err
	})
	if err != nil {
		return Readiness{}, err
	}
	return r, nil
}

// titles are those of what schools added to the catalogue.
type titles map[core.TopicRef]string

func (t titles) condition(code string) string {
	return cmp.Or(t[core.TopicRef{Kind: core.TopicCondition, Code: code}], TitleOf(core.TopicCondition, code))
}

func treats(titles titles, abilities []core.Ability, now time.Time) (out []Treats) {
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

// next finds for each condition that somebody cannot treat now the shortest way
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
			if ref.Kind != core.TopicCondition || known {
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

// ways knows what of each course's prerequisites somebody has completed.
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

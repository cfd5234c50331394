package logbook

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// BackTest is what another version of a standard would make of the enrollments
// that there are: of how many, and whose standing changes.
type BackTest struct {
	Enrollments int
	Changed     []Shift
}

// Shift is an enrollment whose standing changes. Gained and Lost are sentences:
// what is missing, or keeps credits from counting in full, in the new standing
// only, and in the old only.
type Shift struct {
	Enrollment   Enrollment
	Old, New     standard.Standing
	Gained, Lost []string
}

// BackTest judges all enrollments of a school, or of all schools for a zero one,
// by an old and a new version and names every difference. It changes nothing
// and is the operator's own command, so that it asks no permission. The rules are
// those that standard.RulesFor finds for each enrollment now, as where a student
// stands is judged by; where a version is not in force, that is what it says.
func (s *programs) BackTest(ctx context.Context, org core.OrganizationID, before, after standard.Standard) (BackTest, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (BackTest, error) {
		return backTest(ctx, tx, EnrollmentQuery{Organization: org}, before, after, s.src.Now())
	})
}

// backTest judges the enrollments that a query finds, whatever its page.
func backTest(ctx context.Context, tx Tx, q EnrollmentQuery, before, after standard.Standard, now time.Time) (BackTest, error) {
	var out BackTest
	q.Limit = examined
	for {
		found, err := tx.FindEnrollments(ctx, q)
		if err != nil || len(found) == 0 {
			return out, err
		}
		last := found[len(found)-1]
		q.After = last.ID
		credits, err := creditsByEnrollment(ctx, tx, found)
		if err != nil {
			return out, err
		}
		out.Enrollments += len(found)
		for _, f := range found {
			shift := Shift{Enrollment: f.Enrollment}
			var oldRefused, newRefused error
			shift.Old, oldRefused = stood(before, f.days(now), credits[f.ID])
			shift.New, newRefused = stood(after, f.days(now), credits[f.ID])
			if shift.compare(oldRefused, newRefused) {
				out.Changed = append(out.Changed, shift)
			}
		}
	}
}

func creditsByEnrollment(ctx context.Context, tx Tx, found []Found) (map[core.EnrollmentID][]core.Credit, error) {
	ids := make([]core.EnrollmentID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	all, err := tx.CreditsOfMany(ctx, ids)
	by := map[core.EnrollmentID][]core.Credit{}
	for _, c := range all {
		by[c.EnrollmentID] = append(by[c.EnrollmentID], c)
	}
	return by, err
}

// stood judges by a version of a standard; refused is why it cannot.
func stood(std standard.Standard, d standard.Days, credits []core.Credit) (st standard.Standing, refused error) {
	rules, err := standard.RulesFor(d, std)
	if err != nil {
		return standard.NotJudged(std, credits), err
	}
	return standard.Evaluate(rules, credits), nil
}

// compare fills in why the standings differ; changed is false where they do not.
func (s *Shift) compare(oldRefused, newRefused error) (changed bool) {
	before, after := said(s.Old, oldRefused), said(s.New, newRefused)
	s.Gained, s.Lost = only(after, before), only(before, after)
	return s.Old.Answer != s.New.Answer || s.Old.Valid != s.New.Valid || s.Old.Extra != s.New.Extra || len(s.Gained)+len(s.Lost) > 0
}

// said is what a standing lacks, and once each what keeps credits from counting; of
// one whose standard is not in force that alone.
func said(s standard.Standing, refused error) map[string]bool {
	all := map[string]bool{}
	if f := core.AsFault(refused); f != nil {
		return map[string]bool{f.Message(): true}
	}
	for _, text := range s.MissingText() {
		all[text] = true
	}
	texts := map[string]string{}
	for _, r := range s.Rules {
		texts[r.ID] = r.Text
	}
	for _, u := range s.Uncounted {
		for _, r := range u.Reasons {
			if text, ok := texts[r.Rule]; ok {
				all["Not everything counts: "+text] = true
			} else {
				all["Not everything counts: "+r.Text] = true
			}
		}
	}
	return all
}

func only(of, not map[string]bool) []string {
	rest := maps.Clone(of)
	maps.DeleteFunc(rest, func(text string, _ bool) bool { return not[text] })
	return slices.Sorted(maps.Keys(rest))
}

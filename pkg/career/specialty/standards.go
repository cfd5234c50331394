package specialty

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Judged is a specialty's standard with what it says of someone today. Until
// is the last day on which it would be good if it were attested today; zero is
// without end, or not met.
type Judged struct {
	Standard standard.Standard
	Standing standard.Standing
	Until    core.Date
}

// medicalMassage is the standard that asks for the school's own courses.
const medicalMassage = "medical-massage"

// Standings judge a therapist by the standards of all specialties, by title:
// from the sessions of sections and the hours of programs at the schools that
// the actor may see, the therapist's own from all. Permission: ability.read at a school
// that keeps a file of them, or under a grant of specialties. Code: not_found.
func (s *Service) Standings(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]Judged, error) {
	standards, err := standard.Specialties()
	if err != nil {
		return nil, err
	}
	return act.Read(ctx, s.act, a, access.AbilityRead, func(ctx context.Context, r act.Reader[Tx]) ([]Judged, error) {
		v, err := mayLook(ctx, r, therapist)
		if err != nil {
			return nil, err
		}
		orgs := v.orgs
		credits, err := r.Tx.CreditsAt(ctx, therapist, orgs)
		if err != nil {
			return nil, err
		}
		attended, err := r.Tx.SectionCredits(ctx, therapist, orgs)
		if err != nil {
			return nil, err
		}
		today := core.DateOf(r.Now)
		facts, err := factsOf(ctx, r, v, today)
		if err != nil {
			return nil, err
		}
		var out []Judged
		ordered := standard.Order(slices.Concat(credits, attended))
		for _, std := range standards {
			j := Judged{Standard: std}
			if rules, err := standard.RulesFor(standard.Days{Asked: today}, std); err != nil {
				j.Standing = standard.NotJudged(std, nil)
			} else {
				j.Standing = ordered.EvaluateWith(rules, facts)
			}
			if j.Standing.Answer.Met() {
				j.Until = std.Validity.Until(today)
			}
			out = append(out, j)
		}
		return out, nil
	})
}

// factsOf is what is known of a therapist besides hours: "license" and
// "practice" while they may practice, the latter since the first license;
// "exam-CODE" since a course's examination was passed; "school-courses" since
// the school's own succession of courses was completed; and what heldFacts tells. What
// the reader may not see tells nothing.
func factsOf(ctx context.Context, r act.Reader[Tx], v seen, today core.Date) (standard.Facts, error) {
	tx, therapist, orgs := r.Tx, v.owner.Therapist, v.orgs
	facts := standard.Facts{On: today}
	licenses, _, err := v.licenses(ctx, r)
	if err != nil {
		return facts, err
	}
	asked := licensure.Asking(r.Actor, therapist, r.Actor.AsksFor(), standard.OnDay(today, r.Now))
	if may, _ := license.Holds(license.Places(licenses, asked, "")); may {
		var since core.Date
		for _, l := range licenses {
			if !l.IssuedOn.IsZero() && (since.IsZero() || l.IssuedOn.Before(since)) {
				since = l.IssuedOn
			}
		}
		facts.Held = append(facts.Held, standard.Fact{Code: "license", From: since}, standard.Fact{Code: "practice", From: since})
	}
	passed, err := tx.ExamsPassed(ctx, therapist, orgs)
	if err != nil {
		return facts, err
	}
	for _, exam := range passed {
		facts.Held = append(facts.Held, standard.Fact{Code: "exam-" + strings.ToLower(exam.CourseCode), From: exam.TakenOn})
	}
	holdings, err := tx.HoldingsOf(ctx, therapist, core.HoldingID{}, mostHoldings)
	if err != nil {
		return facts, err
	}
	holdings = slices.DeleteFunc(holdings, func(h licensure.Holding) bool { return !r.Can(h.Owner()) && !v.opens(r, h) })
	facts.Held = append(facts.Held, heldFacts(holdings)...)
	completions, courses, err := coursesOf(ctx, tx, therapist, orgs)
	if err != nil {
		return facts, err
	}
	for _, done := range completions {
		if c, ok := courses[done.CourseID]; ok && c.Standard == medicalMassage {
			facts.Held = append(facts.Held, standard.Fact{Code: "school-courses", From: done.CompletedOn, To: c.Lasts.Until(done.CompletedOn)})
		}
	}
	return facts, nil
}

// mostHoldings is how many qualifications are looked at for one person.
const mostHoldings = 500

// heldFacts are what qualifications tell: "ncbtmb" while the certification of
// the board (BCTMB) is good, and "exam-NAME" since an examination was passed,
// such as exam-clt-lana. Someone's own word tells nothing.
func heldFacts(holdings []licensure.Holding) []standard.Fact {
	var facts []standard.Fact
	for _, h := range holdings {
		switch {
		case h.Method == core.MethodSelfReport || !h.EndedAt.IsZero():
		case h.Kind == licensure.HoldingCertification && h.Name == licensure.BoardCertified:
			facts = append(facts, standard.Fact{Code: "ncbtmb", From: h.ObtainedOn, To: h.ExpiresOn})
		case h.Kind == licensure.HoldingExam && h.Passed:
			name := strings.Join(strings.FieldsFunc(strings.ToLower(h.Name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
			facts = append(facts, standard.Fact{Code: "exam-" + name, From: h.ObtainedOn, To: h.ExpiresOn})
		}
	}
	return facts
}

// mostCourses is how many courses of schools are looked at for one person.
const mostCourses = 1000

func coursesOf(ctx context.Context, tx Tx, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.CourseCompletion, map[core.CourseID]core.Course, error) {
	completions, err := tx.CourseCompletionsOf(ctx, therapist)
	if err != nil {
		return nil, nil, err
	}
	all, err := tx.CoursesOf(ctx, orgs, mostCourses)
	by := make(map[core.CourseID]core.Course, len(all))
	for _, c := range all {
		by[c.ID] = c
	}
	return completions, by, err
}

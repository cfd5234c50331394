package licensure_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// story is a person with licenses, what was said of them bit by bit and by whom, and
// what has to be answered, worked out by hand. Its lines are
//
//	A is FL Massage Therapist, issued 2024-01-10, by self
//	A heard 2026-11-01: discipline suspended 2026-10-20..2026-11-30 register
//	A heard 2026-11-06: withdraw 2
//	A looked 2026-11-05: active 2027-08-31 none school
//	A lost 2026-11-08: register
//
// A word ends with who says it: register, school or other (what their members saw),
// document or self; then of an order "of" the authority, and of its end "lifts" the
// number of the event. A look saw a status, an expiration and a discipline; - is nothing
// of it.
type story struct {
	name  string
	lines []string
	asks  []question
}

// question is who asks (school, other, accepting: the other that accepts what others
// saw, stranger, holder, or one of them with /90, the age that a look may have), about
// which place and day, and what is answered: yes, no or gray, and words of the reason.
type question struct{ who, place, on, answer, says string }

const (
	all       = "A looked 2026-11-05: active 2027-08-31 none register"
	full      = "A is FL Massage Therapist"
	suspended = "A heard 2026-10-02: discipline suspended 2026-10-01 register"
)

var stories = []story{
	{"a timed suspension does not erase a revocation", []string{
		full, "A heard 2026-05-02: discipline revoked 2026-05-01 register", "A heard 2026-06-02: discipline suspended 2026-06-01..2026-06-30 register", "A looked 2026-11-05: - 2027-08-31 revoked register",
	}, []question{{"stranger", "FL", "2026-06-15", "no", "revoked"}, {"stranger", "FL", "2026-11-10", "no", "revoked since May 1, 2026"}}},
	{"the therapist's own renewal does not revive a term", []string{
		full, "A heard 2024-09-02: lifecycle active 2024-09-01 register", "A heard 2024-09-02: term issued 2024-09-01..2026-08-31 register",
		"A heard 2026-09-05: term renewed 2026-09-01..2028-08-31 self", "A looked 2026-11-05: active - none register",
	}, []question{{"stranger", "FL", "2026-11-10", "no", "Aug 31, 2026"}, {"holder", "FL", "2026-11-10", "no", "Aug 31, 2026"}}},
	{"a nurse's license", []string{
		full, suspended, "B is FL Registered Nurse", "B looked 2026-11-05: active 2027-08-31 none register",
	}, []question{{"stranger", "FL", "2026-11-10", "no", "suspended"}}},
	{"a nurse's license alone", []string{"A is FL Registered Nurse", all}, []question{{"stranger", "FL", "2026-11-10", "gray", "massage"}}},
	{"a new license that the therapist reported", []string{
		full, suspended, "B is FL Massage Therapist, issued 2026-10-15, by self", "B looked 2026-11-05: active 2027-08-31 none register",
	}, []question{{"stranger", "FL", "2026-11-10", "gray", "suspended"}}},
	{"a new license that a school recorded", []string{
		full, suspended, "B is FL Massage Therapist, issued 2026-10-15, by school", "B looked 2026-11-05: active 2027-08-31 none register",
	}, []question{{"stranger", "FL", "2026-11-10", "yes", "active"}}},
	{"a license in another state", []string{
		full, suspended, "B is GA Massage Therapist, issued 2020-01-01, by school", "B looked 2026-11-05: active 2027-10-31 none register",
	}, []question{{"stranger", "FL", "2026-11-10", "no", "suspended"}, {"stranger", "GA", "2026-11-10", "yes", ""}, {"stranger", "holds", "2026-11-10", "no", ""}}},
	{"discipline that nobody looked at", []string{full, "A looked 2026-11-05: active 2027-08-31 - register"}, []question{{"stranger", "FL", "2026-11-10", "gray", "discipline"}}},
	{"a term that nobody looked at", []string{full, "A looked 2026-11-05: active - none register"}, []question{{"stranger", "FL", "2026-11-10", "gray", "expiration"}}},
	{"days to come", []string{full, all}, []question{
		{"stranger", "FL", "2026-11-10", "yes", ""}, {"stranger", "FL", "2026-11-11 asked 2026-11-10", "gray", ""},
		{"stranger", "FL", "2027-05-10 asked 2026-11-10", "gray", ""}, {"stranger", "FL", "2027-09-01 asked 2026-11-10", "no", "Aug 31, 2027"},
	}},
	{"a document that tells of a suspension", []string{full, "A heard 2026-10-21: discipline suspended 2026-10-20 document", all}, []question{
		{"stranger", "FL", "2026-11-10", "gray", "suspended"}, {"school", "FL", "2026-11-10", "gray", "suspended"}, {"holder", "FL", "2026-11-10", "gray", "suspended"},
		{"stranger", "holds", "2026-11-10", "no", ""},
	}},
	{"a suspension that a school saw", []string{full, "A looked 2026-10-20: active 2027-08-31 none register", "A heard 2026-11-01: discipline suspended 2026-11-01 school"}, []question{
		{"school", "FL", "2026-11-10", "no", "suspended since Nov 1, 2026"}, {"stranger", "FL", "2026-11-10", "gray", "Brightwater"}, {"other", "FL", "2026-11-10", "gray", "suspended"},
		{"accepting", "FL", "2026-11-10", "no", "suspended"}, {"holder", "FL", "2026-11-10", "no", "suspended"},
	}},
	{"what a school saw", []string{full, "A looked 2026-11-05: active 2027-08-31 none school"}, []question{
		{"school", "FL", "2026-11-10", "yes", ""}, {"holder", "FL", "2026-11-10", "yes", ""}, {"accepting", "FL", "2026-11-10", "yes", ""},
		{"other", "FL", "2026-11-10", "gray", ""}, {"stranger", "FL", "2026-11-10", "gray", ""},
	}},
	{"the last day of a look", []string{full, "A looked 2026-10-11: active 2027-08-31 none register"}, []question{
		{"stranger", "FL", "2026-11-10", "yes", ""}, {"stranger", "FL", "2026-11-11", "gray", "Oct 11, 2026"}, {"school/90", "FL", "2026-11-11", "yes", ""},
		{"school/90", "FL", "2027-01-09", "yes", ""}, {"school/90", "FL", "2027-01-10", "gray", ""}, {"school/1", "FL", "2026-10-12", "yes", ""}, {"school/1", "FL", "2026-10-13", "gray", ""},
	}},
	{"a day long past, looked up later", []string{
		full, "A heard 2026-11-05: lifecycle active 2025-01-01 register", "A heard 2026-11-05: term issued 2025-01-01..2027-08-31 register", "A heard 2026-11-05: discipline none 2025-01-01 register",
	}, []question{{"stranger", "FL", "2026-03-01 asked 2026-11-10", "yes", ""}, {"stranger", "FL", "2026-03-01 known 2026-11-04", "gray", ""}, {"stranger", "FL", "2024-12-31 asked 2026-11-10", "gray", ""}}},
	{"a bare active after a revocation", []string{
		full, "A heard 2026-05-02: discipline revoked 2026-05-01 register", "A heard 2026-10-02: lifecycle active 2026-10-01 register", all,
	}, []question{{"stranger", "FL", "2026-06-01", "no", "revoked"}, {"stranger", "FL", "2026-11-10", "gray", "without a reinstatement"}, {"stranger", "holds", "2026-11-10", "no", ""}}},
	{"reinstated after a revocation", []string{
		full, "A heard 2026-05-02: discipline revoked 2026-05-01 register", "A heard 2026-10-02: discipline reinstated 2026-10-01 register", all,
	}, []question{{"stranger", "FL", "2026-09-30", "no", "revoked"}, {"stranger", "FL", "2026-11-10", "yes", ""}, {"stranger", "FL", "2026-11-10 known 2026-10-01", "no", "revoked"}}},
	{"a reinstatement that a school read in a letter", []string{
		full, "A heard 2026-05-02: discipline suspended 2026-05-01 register", "A heard 2026-10-02: discipline reinstated 2026-10-01 document", "A looked 2026-11-05: active 2027-08-31 - register",
	}, []question{{"stranger", "FL", "2026-11-10", "no", "suspended"}, {"school", "FL", "2026-11-10", "no", "suspended"}}},
	{"null and void, and active again", []string{
		full, "A heard 2026-05-02: lifecycle null_and_void 2026-05-01 register", "A looked 2026-11-05: active 2027-08-31 none register",
	}, []question{{"stranger", "FL", "2026-06-01", "no", "null and void"}, {"stranger", "FL", "2026-11-10", "gray", "without a reinstatement"}, {"stranger", "FL", "2027-01-01 asked 2026-11-10", "gray", ""}}},
	{"the word of a court does not end the board's order", []string{
		full, suspended, "A heard 2026-10-21: discipline reinstated 2026-10-20 register of Leon County Court", all,
	}, []question{{"stranger", "FL", "2026-11-10", "no", "suspended"}}},
	{"the board's word does not end the order of a court", []string{
		full, "A heard 2026-10-02: discipline suspended 2026-10-01 register of Leon County Court", "A heard 2026-10-21: discipline reinstated 2026-10-20 register", all,
	}, []question{{"stranger", "FL", "2026-11-10", "no", "suspended"}}},
	{"one of two orders ends", []string{
		full, "A heard 2026-09-02: discipline suspended 2026-09-01 register of Leon County Court", "A heard 2026-09-03: discipline suspended 2026-09-02 register",
		"A heard 2026-10-02: discipline reinstated 2026-10-01 register lifts 1", "A heard 2026-11-02: discipline reinstated 2026-11-01 register", all,
	}, []question{{"stranger", "FL", "2026-10-15", "no", "Sep 2, 2026"}, {"stranger", "FL", "2026-10-31", "no", ""}, {"stranger", "FL", "2026-11-10", "yes", ""}}},
	{"one order that ends says nothing of others", []string{
		full, "A heard 2026-09-02: discipline probation 2026-09-01 register", "A looked 2026-11-05: active 2027-08-31 - register", "A heard 2026-11-05: discipline none 2026-11-05 register lifts 1",
	}, []question{{"stranger", "FL", "2026-11-10", "gray", "Discipline was last checked on Sep 2, 2026"}}},
	{"an earlier end, said later", []string{
		full, "A heard 2026-09-01: term issued 2024-09-01..2027-08-31 register", "A heard 2026-11-05: term issued 2024-09-01..2026-10-31 register", "A looked 2026-11-05: active - none register",
	}, []question{{"stranger", "FL", "2026-11-10", "no", "Oct 31, 2026"}, {"stranger", "FL", "2026-10-31", "gray", ""}}},
	{"an earlier end by a weaker word", []string{full, "A looked 2026-10-20: active 2027-08-31 none register", "A heard 2026-11-01: term issued 2024-09-01..2026-10-31 self"}, []question{
		{"stranger", "FL", "2026-11-10", "gray", "Oct 31, 2026"}, {"stranger", "FL", "2026-11-10 known 2026-10-31", "yes", ""},
	}},
	{"an earlier end by a weaker word, and then the register", []string{full, "A heard 2026-11-01: term issued 2024-09-01..2026-10-31 self", all}, []question{{"stranger", "FL", "2026-11-10", "yes", ""}}},
	{"gone from the register", []string{full, "A looked 2026-10-25: active 2027-08-31 none register", "A lost 2026-11-08: register"}, []question{
		{"stranger", "FL", "2026-11-07", "yes", ""}, {"stranger", "FL", "2026-11-10", "gray", "Nov 8, 2026"}, {"school", "FL", "2026-11-10", "gray", ""},
	}},
	{"not found by another organization", []string{full, "A looked 2026-10-25: active 2027-08-31 none register", "A lost 2026-11-08: other"}, []question{
		{"stranger", "FL", "2026-11-10", "yes", ""}, {"other", "FL", "2026-11-10", "yes", ""},
	}},
	{"Puerto Rico", []string{"A is PR Massage Therapist", all}, []question{{"stranger", "PR", "2026-11-10", "yes", ""}, {"stranger", "holds", "2026-11-10", "yes", ""}}},
	{"an apprentice", []string{"A is AL Massage Apprentice", all}, []question{{"stranger", "AL", "2026-11-10", "gray", ""}}},
	{"the establishment lost its license", []string{full, all, "B is FL Massage Establishment", "B heard 2026-10-02: discipline revoked 2026-10-01 register"}, []question{{"stranger", "FL", "2026-11-10", "yes", ""}}},
	{"inactive when a school looked, active by the register since", []string{full, "A heard 2026-11-01: lifecycle inactive 2026-11-01 school", all}, []question{
		{"school", "FL", "2026-11-10", "yes", ""}, {"school", "FL", "2026-11-02", "no", "inactive"},
	}},
	{"inactive by the register, active when a school looked since", []string{full, "A heard 2026-10-02: lifecycle inactive 2026-10-01 register", "A looked 2026-11-05: active 2027-08-31 none school"}, []question{
		{"school", "FL", "2026-11-10", "no", "inactive"}, {"stranger", "FL", "2026-11-10", "no", "inactive"},
	}},
	{"a suspension recorded in error", []string{full, "A heard 2026-11-01: discipline suspended 2026-11-01 school", "A looked 2026-11-05: active 2027-08-31 none school", "A heard 2026-11-06: withdraw 1"}, []question{
		{"school", "FL", "2026-11-10", "yes", ""}, {"school", "FL", "2026-11-10 known 2026-11-05", "no", "suspended"}, {"school", "FL", "2026-11-03 known 2026-11-03", "no", "suspended"},
	}},
	{"what lasts on a day to come", []string{full, "A heard 2026-08-02: discipline surrendered 2026-08-01 register", "B is GA Massage Therapist", "B heard 2026-10-02: discipline suspended 2026-10-01 register"}, []question{
		{"stranger", "FL", "2027-02-01 asked 2026-11-10", "no", "surrendered"}, {"stranger", "GA", "2027-02-01 asked 2026-11-10", "gray", ""},
	}},
	{"on probation", []string{"A is AZ Massage Therapist", "A heard 2026-06-02: discipline probation 2026-06-01 register", "A looked 2026-11-05: active 2027-08-31 probation register"}, []question{
		{"stranger", "AZ", "2026-11-10", "yes", "probation"},
	}},
}

// told are the licenses of a story with all that was said of them.
func (s story) told(t *testing.T, w *certifytest.World, n int) []core.License {
	t.Helper()
	var licenses []core.License
	var events []core.LicenseEventID
	at := map[string]int{}
	for i, line := range s.lines {
		name, rest, _ := strings.Cut(line, " ")
		what, rest, _ := strings.Cut(rest, " ")
		if what == "is" {
			at[name] = len(licenses)
			licenses = append(licenses, s.license(t, w, rest, fmt.Sprintf("S%d%s", n, name)))
			continue
		}
		l := &licenses[at[name]]
		day, rest, _ := strings.Cut(rest, ": ")
		on, words := mustDay(t, day), strings.Fields(rest)
		when := on.In(time.UTC).Add(15*time.Hour + time.Duration(i)*time.Microsecond)
		switch what {
		case "heard":
			e := heardOf(t, w, words, events, *l)
			e.ID, e.LicenseID, e.CheckedOn, e.RecordedAt, e.RecordedBy = core.NewID[core.LicenseEventID](w.Src), l.ID, on, when, w.Registrar.AccountID
			events, l.Events = append(events, e.ID), append(l.Events, e)
		default:
			k := core.LicenseCheck{ID: core.NewID[core.LicenseCheckID](w.Src), LicenseID: l.ID, At: when, CheckedOn: on, Source: "The board", RecordedBy: w.Registrar.AccountID}
			who := words[len(words)-1]
			k.Outcome, k.Register, k.OrganizationID = core.CheckSame, who == "register", sawFor(w, who)
			if what == "lost" {
				k.Outcome = core.CheckNotFound
			} else {
				seen := func(s string) string { return strings.TrimPrefix(s, "-") }
				k.Lifecycle, k.Discipline = seen(words[0]), seen(words[2])
				if words[1] != "-" {
					k.ExpiresOn = mustDay(t, words[1])
				}
			}
			l.Checks = append(l.Checks, k)
		}
	}
	return licenses
}

func (s story) license(t *testing.T, w *certifytest.World, rest, number string) core.License {
	parts := strings.Split(rest, ", ")
	state, title, _ := strings.Cut(parts[0], " ")
	l := core.License{
		ID: core.NewID[core.LicenseID](w.Src), TherapistID: w.Student.TherapistID, OrganizationID: w.School.ID, Jurisdiction: state, Title: title, Number: number,
		CreatedAt: certifytest.Start, CreatedBy: w.Registrar.AccountID, Version: 1,
	}
	for _, p := range parts[1:] {
		if day, ok := strings.CutPrefix(p, "issued "); ok {
			l.IssuedOn = mustDay(t, day)
		}
		if p == "by self" {
			l.OrganizationID = core.OrganizationID{}
		}
	}
	return l
}

func heardOf(t *testing.T, w *certifytest.World, words []string, events []core.LicenseEventID, l core.License) core.LicenseEvent {
	e := core.LicenseEvent{Source: "The board"}
	number := func(s string) core.LicenseEventID {
		var n int
		_, _ = fmt.Sscan(s, &n)
		return events[n-1]
	}
	if words[0] == "withdraw" {
		e.Withdraws = number(words[1])
		was := l.Events[slices.IndexFunc(l.Events, func(was core.LicenseEvent) bool { return was.ID == e.Withdraws })]
		e.Axis, e.Status, e.EffectiveOn, e.Method, e.OrganizationID = was.Axis, core.Withdrawn, was.EffectiveOn, was.Method, was.OrganizationID
		return e
	}
	from, until, ends := strings.Cut(words[2], "..")
	e.Axis, e.Status, e.EffectiveOn = core.Axis(words[0]), words[1], mustDay(t, from)
	if ends {
		e.Until = mustDay(t, until)
	}
	e.Method, e.Register, e.OrganizationID = core.MethodPrimarySource, words[3] == "register", sawFor(w, words[3])
	switch words[3] {
	case "document":
		e.Method = core.MethodDocument
	case "self":
		e.Method = core.MethodSelfReport
	}
	if len(words) > 4 && words[4] == "of" {
		e.Authority = strings.Join(words[5:], " ")
	}
	if len(words) > 4 && words[4] == "lifts" {
		e.Lifts = number(words[5])
	}
	return e
}

func sawFor(w *certifytest.World, who string) core.OrganizationID {
	switch who {
	case "school", "document":
		return w.School.ID
	case "other":
		return w.Other.ID
	}
	return core.OrganizationID{}
}

// asked is a question as its asker has it, and the day on which it is asked.
func (q question) asked(t *testing.T, w *certifytest.World) license.Asked {
	t.Helper()
	day, rest, _ := strings.Cut(q.on, " ")
	a := license.Asked{On: mustDay(t, day), Regime: standard.RegimeOf}
	today := a.On
	if on, ok := strings.CutPrefix(rest, "asked "); ok {
		today = mustDay(t, on)
	}
	a.Now = today.In(time.UTC).Add(20 * time.Hour)
	if on, ok := strings.CutPrefix(rest, "known "); ok {
		a.KnownAt = mustDay(t, on).AddDays(1).In(time.UTC).Add(-time.Microsecond)
	}
	who, days, _ := strings.Cut(q.who, "/")
	_, _ = fmt.Sscan(days, &a.Days)
	switch who {
	case "school":
		a.For = w.School.ID
	case "other", "accepting":
		a.For, a.Others = w.Other.ID, who == "accepting"
	case "holder":
		a.Own = true
	}
	return a
}

func (q question) answers(licenses []core.License, a license.Asked) (answer, why string) {
	places := license.Places(licenses, a, "")
	if q.place == "holds" {
		if holds, _ := license.Holds(places); holds {
			return "yes", ""
		}
		return "no", ""
	}
	for _, p := range places {
		if p.Jurisdiction == q.place {
			return map[license.Answer]string{license.Yes: "yes", license.No: "no", license.CouldNotCheck: "gray"}[p.Answer], p.Decided.Reason()
		}
	}
	return "nothing", ""
}

// TestLicense_Stories writes each story, reads it back and asks.
func TestLicense_Stories(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		for n, s := range stories {
			t.Run(s.name, func(t *testing.T) {
				told := s.told(t, w, n)
				ids := make([]core.LicenseID, len(told))
				var licenses []core.License
				w.Write(func(ctx context.Context, tx *store.Tx) error {
					for i, l := range told {
						ids[i] = l.ID
						if err := kept.On(tx).InsertLicense(ctx, l); err != nil {
							return err
						}
						if err := kept.On(tx).InsertLicenseEvents(ctx, l.Events); err != nil {
							return err
						}
						for _, k := range l.Checks {
							if err := kept.On(tx).InsertLicenseChecks(ctx, []core.LicenseCheck{k}); err != nil {
								return err
							}
						}
					}
					var err error
					licenses, err = kept.On(tx).LicensesIn(ctx, ids)
					return err
				})
				for _, q := range s.asks {
					if answer, why := q.answers(licenses, q.asked(t, w)); answer != q.answer || !strings.Contains(why, q.says) {
						t.Errorf("%s asks of %s on %s: %s, %q; must be %s, %q", q.who, q.place, q.on, answer, why, q.answer, q.says)
					}
				}
			})
		}
	})
}

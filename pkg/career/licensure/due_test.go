package licensure_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// dueOf lists who is due at an organization, through all pages of a size.
func dueOf(t *testing.T, w *certifytest.World, a access.Actor, org core.OrganizationID, size int) (all []licensure.LookDue) {
	t.Helper()
	for page := (core.Page{Limit: size}); ; {
		list, err := w.Licensure.LooksDue(ctx, a, org, page)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Items) > size {
			t.Fatalf("a page of %d has %d", size, len(list.Items))
		}
		if all = append(all, list.Items...); list.Next == "" {
			return all
		}
		page.Cursor = list.Next
	}
}

func numbers(due []licensure.LookDue) (all []string) {
	for _, d := range due {
		all = append(all, d.Number)
	}
	return all
}

func TestService_LooksDue(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, "http://127.0.0.1:8080", func(t *testing.T, w *certifytest.World) {
		held := map[string]core.License{}
		have := func(number string, checked core.Date, change func(*licensure.LicenseInput)) core.TherapistID {
			t.Helper()
			student := w.Person("T "+number, number+"@people.example", w.School, core.RoleStudent)
			w.Enroll(student)
			w.Grant(student.TherapistID, w.School)
			in := florida()
			in.Number, in.CheckedOn, in.Discipline = number, checked, "none"
			if change != nil {
				change(&in)
			}
			l, err := w.Licensure.RecordLicense(ctx, w.Registrar, student.TherapistID, in)
			if err != nil {
				t.Fatal(err)
			}
			held[number] = l
			return student.TherapistID
		}
		have("fresh", day(2026, 11, 20), nil)
		have("near", day(2026, 10, 28), nil)
		have("stale", day(2026, 10, 1), nil)
		have("staler", day(2026, 9, 1), nil)
		have("unlooked", day(2026, 11, 20), func(in *licensure.LicenseInput) { in.Discipline = "" })
		have("suspended", day(2026, 9, 1), func(in *licensure.LicenseInput) { in.Discipline = "suspended" })
		have("nurse", day(2026, 9, 1), func(in *licensure.LicenseInput) { in.Title = "Registered Nurse" })
		have("lost", day(2026, 11, 20), nil)
		doubted := have("doubted", day(2026, 11, 20), nil)
		have("ended", day(2026, 11, 20), nil)
		w.Grant(have("elsewhere", day(2026, 11, 20), nil), w.Employer)
		if _, err := w.Licensure.RecordLook(ctx, w.Registrar, held["lost"].ID, 0, licensure.LookInput{NotListed: true, Address: "https://board.example/", CheckedOn: day(2026, 11, 21)}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.RecordEvent(ctx, w.Registrar, held["doubted"].ID, 0, licensure.EventInput{
			Axis: core.Discipline, Status: "revoked", EffectiveOn: day(2026, 11, 1), Method: core.MethodDocument, Source: "Letter", CheckedOn: day(2026, 11, 22),
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.RecordEvent(ctx, w.Registrar, held["ended"].ID, 0, licensure.EventInput{
			Axis: core.Term, Status: "issued", EffectiveOn: day(2026, 1, 1), Until: day(2026, 11, 1), Method: core.MethodDocument, Source: "Letter", CheckedOn: day(2026, 11, 22),
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, held["elsewhere"].ID, 0, licensure.LookInput{
			Lifecycle: "active", ExpiresOn: day(2026, 11, 1), Address: "https://board.example/", CheckedOn: day(2026, 11, 22),
		}); err != nil {
			t.Fatal(err)
		}
		due := dueOf(t, w, w.Registrar, w.School.ID, 100)
		want := []string{"unlooked", "staler", "stale", "lost", "doubted", "ended", "elsewhere", "near"}
		if got := numbers(due); !slices.Equal(got, want) {
			t.Errorf("due are %v, want %v", got, want)
		}
		for i, d := range due {
			if d.TherapistName != "T "+want[i] || d.Practice.Answer != map[bool]license.Answer{true: license.Yes, false: license.CouldNotCheck}[want[i] == "near"] {
				t.Errorf("%s: %s, %s", want[i], d.TherapistName, d.Practice.Answer)
			}
			switch since, until := d.Since, d.Until; want[i] {
			case "staler":
				if since != day(2026, 10, 2) || !until.IsZero() {
					t.Errorf("%s: since %s until %s", want[i], since, until)
				}
			case "near":
				if !since.IsZero() || until != day(2026, 11, 27) {
					t.Errorf("%s: since %s until %s", want[i], since, until)
				}
			case "unlooked", "lost", "doubted", "ended", "elsewhere":
				if !since.IsZero() || !until.IsZero() {
					t.Errorf("%s: since %s until %s", want[i], since, until)
				}
			}
		}
		if got := numbers(dueOf(t, w, w.Registrar, w.School.ID, 1)); !slices.Equal(got, want) {
			t.Errorf("one a page they are %v", got)
		}

		// Others see none of it without a grant, and by their own looks with one.
		if got := dueOf(t, w, w.Verifier, w.Employer.ID, 100); len(got) != 0 {
			t.Errorf("without a grant %v", numbers(got))
		}
		w.Grant(doubted, w.Employer, access.ScopeHoursSummary)
		if got := dueOf(t, w, w.Verifier, w.Employer.ID, 100); len(got) != 0 {
			t.Errorf("by a grant of something else %v", numbers(got))
		}
		w.Grant(held["fresh"].TherapistID, w.Employer, access.ScopeLicenses)
		if got := dueOf(t, w, w.Verifier, w.Employer.ID, 100); !slices.Equal(numbers(got), []string{"fresh"}) {
			t.Errorf("what the school saw counts for the employer: %v", numbers(got))
		}
		if got := dueOf(t, w, w.Stranger, w.Other.ID, 100); len(got) != 0 {
			t.Errorf("another school sees %v", numbers(got))
		}
		for _, a := range []access.Actor{w.Stranger, w.Verifier} {
			wantCode(t, second(w.Licensure.LooksDue(ctx, a, w.School.ID, core.Page{})), "not_found")
		}
		for _, a := range []access.Actor{w.Student, w.Supervisor} {
			wantCode(t, second(w.Licensure.LooksDue(ctx, a, w.School.ID, core.Page{})), "forbidden")
		}
		for _, cursor := range []string{"x", core.EncodeCursor("looks due", "2026-13-01", held["near"].ID.String()), core.EncodeCursor("looks due", "2026-11-01", "x")} {
			wantCode(t, second(w.Licensure.LooksDue(ctx, w.Registrar, w.School.ID, core.Page{Cursor: cursor})), "bad_cursor")
		}
		// Nobody looks at their own license for an organization.
		own := w.Join(w.Student, w.School, core.RoleRegistrar)
		w.Grant(w.Student.TherapistID, w.School)
		in := florida()
		in.Number = "own"
		if _, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, in); err != nil {
			t.Fatal(err)
		}
		if got := numbers(dueOf(t, w, own, w.School.ID, 100)); !slices.Equal(got, want) {
			t.Errorf("with their own: %v", got)
		}
		if got := numbers(dueOf(t, w, w.Registrar, w.School.ID, 100)); !slices.Contains(got, "own") {
			t.Errorf("to a colleague: %v", got)
		}
	})
}

// What the database leaves out is not due: over drawn histories the list has exactly those
// that the answer says are.
func TestService_LooksDue_drawn(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, "http://127.0.0.1:8080", func(t *testing.T, w *certifytest.World) {
		w.Grant(w.Student.TherapistID, w.School)
		draw := rand.New(rand.NewPCG(19, 7))
		one := func(all ...string) string { return all[draw.IntN(len(all))] }
		orgs := []core.OrganizationID{w.School.ID, w.Employer.ID}
		const many = 240
		var all []core.LicenseID
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			k := kept.On(tx)
			for n := range many {
				l := core.License{
					ID: core.NewID[core.LicenseID](w.Src), TherapistID: w.Student.TherapistID, OrganizationID: w.School.ID, Jurisdiction: one("FL", "CA", "TX", "GU"),
					Title: []string{"Massage Therapist", "Massage Apprentice"}[draw.IntN(8)/7], Number: fmt.Sprint(n),
					CreatedAt: w.Src.Now(), CreatedBy: w.Registrar.AccountID, Version: 1,
				}
				all = append(all, l.ID)
				if err := k.InsertLicense(ctx, l); err != nil {
					return err
				}
				age := func() core.Date { return day(2026, 11, 23).AddDays(-draw.IntN(12) - draw.IntN(4)/3*draw.IntN(48)) }
				said := func(axis core.Axis, good bool) core.LicenseEvent {
					e := core.LicenseEvent{
						ID: core.NewID[core.LicenseEventID](w.Src), LicenseID: l.ID, Axis: axis, Method: core.MethodPrimarySource, Source: "S", CheckedOn: age(),
						RecordedAt: w.Src.Now(), RecordedBy: w.Registrar.AccountID, OrganizationID: w.School.ID, Register: draw.IntN(3) == 0,
					}
					e.EffectiveOn = e.CheckedOn.AddDays(-draw.IntN(400))
					switch axis {
					case core.Lifecycle:
						e.Status = "active"
					case core.Term:
						e.Status, e.Until = "issued", day(2027, 9, 1)
					default:
						e.Status = "none"
					}
					if good {
						return e
					}
					e.EffectiveOn = e.CheckedOn.AddDays(-draw.IntN(400) + draw.IntN(4)/3*410)
					e.Method, e.OrganizationID = one("primary_source", "primary_source", "document", "self_report"), orgs[draw.IntN(4)/3]
					switch axis {
					case core.Lifecycle:
						e.Status = one("active", "active", "expired", "null_and_void", "reinstated")
						if draw.IntN(3) == 0 {
							e.Until = e.EffectiveOn.AddDays(draw.IntN(400))
						}
					case core.Term:
						e.Until = e.EffectiveOn.AddDays(draw.IntN(4) * 300)
					default:
						e.Status, e.Authority = one("none", "none", "probation", "suspended", "reinstated"), one("", "", "Another authority")
					}
					return e
				}
				for n, axis := range []core.Axis{core.Lifecycle, core.Term, core.Discipline, core.Axis(one("lifecycle", "term", "discipline")), core.Axis(one("lifecycle", "term", "discipline"))} {
					if draw.IntN(20) == 0 || n >= 3 && draw.IntN(2) == 0 {
						continue
					}
					e := said(axis, n < 3 && draw.IntN(12) > 0)
					if err := k.InsertLicenseEvents(ctx, []core.LicenseEvent{e}); err != nil {
						return err
					}
					if draw.IntN(16) == 0 {
						e.Withdraws, e.ID, e.Status, e.Until = e.ID, core.NewID[core.LicenseEventID](w.Src), core.Withdrawn, core.Date{}
						if err := k.InsertLicenseEvents(ctx, []core.LicenseEvent{e}); err != nil {
							return err
						}
					}
				}
				for range draw.IntN(5) / 3 {
					c := core.LicenseCheck{
						ID: core.NewID[core.LicenseCheckID](w.Src), LicenseID: l.ID, At: w.Src.Now(), CheckedOn: age(), Source: "S", Outcome: core.CheckOutcome(one("same", "changed", "not_found", "could_not_check")),
						RecordedBy: w.Registrar.AccountID, Register: draw.IntN(3) == 0, OrganizationID: orgs[draw.IntN(4)/3], Detail: "x",
					}
					if c.Answered() {
						c.Lifecycle, c.Discipline = one("", "active", "active", "expired"), one("", "none", "none", "suspended", "reinstated")
						c.ExpiresOn = []core.Date{{}, day(2027, 1, 1), c.CheckedOn.AddDays(20)}[draw.IntN(3)]
					}
					if err := k.InsertLicenseChecks(ctx, []core.LicenseCheck{c}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for _, days := range []int{0, 5, 90} {
			for _, accepts := range []bool{false, true} {
				org := w.School
				org.LookDays, org.AcceptsLooks = days, accepts
				statement := "UPDATE organizations SET look_days = %d, accepts_looks = %t WHERE slug = '%s'"
				if _, err := w.SQL.ExecContext(ctx, fmt.Sprintf(statement, days, accepts, org.Slug)); err != nil {
					t.Fatal(err)
				}
				q := standard.AsOf(w.Src.Now()).By(org)
				licenses, err := w.Licensure.Licenses(ctx, w.Registrar, w.Student.TherapistID)
				if err != nil || len(licenses) != many {
					t.Fatal(len(licenses), err)
				}
				due, answers := map[core.LicenseID]bool{}, map[license.Answer]int{}
				for _, l := range licenses {
					p := license.Judge(l, q)
					answers[p.Answer]++
					near := p.May() && !p.LooksUntil.After(p.On.AddDays(min(7, q.Limit()/3)))
					due[l.ID] = l.Title == "Massage Therapist" && (near || p.Answer == license.CouldNotCheck)
				}
				if len(answers) < 3 {
					t.Errorf("drawn are %v", answers)
				}
				for _, size := range []int{7, 100} {
					listed := map[core.LicenseID]bool{}
					found := dueOf(t, w, w.Registrar, org.ID, size)
					for _, d := range found {
						if listed[d.ID] {
							t.Errorf("%d days, %t: %s is listed twice", days, accepts, d.Number)
						}
						listed[d.ID] = true
						if !due[d.ID] {
							t.Errorf("%d days, %t: %s is not due: %s %s", days, accepts, d.Number, d.Practice.Answer, d.Practice.LooksUntil)
						}
					}
					for _, l := range licenses {
						if due[l.ID] && !listed[l.ID] {
							p := license.Judge(l, q)
							t.Errorf("%d days, %t, %d a page: %s is due: %s %s %s %+v %+v", days, accepts, size, l.Number, p.Answer, p.LooksUntil, p.Reason(), l.Events, l.Checks)
						}
					}
					if size == 100 {
						out := slices.IndexFunc(found, func(d licensure.LookDue) bool { return d.Practice.May() })
						if out >= 0 && slices.ContainsFunc(found[out:], func(d licensure.LookDue) bool { return !d.Practice.May() }) && len(found) <= size {
							t.Errorf("%d days, %t: some that are out come after some that are not", days, accepts)
						}
						if !slices.IsSortedFunc(slices.DeleteFunc(slices.Clone(found), func(d licensure.LookDue) bool { return d.Since.IsZero() }), func(a, b licensure.LookDue) int { return cmp.Or(a.Since.Compare(b.Since)) }) {
							t.Errorf("%d days, %t: not the longest out first", days, accepts)
						}
					}
				}
			}
		}
	})
}

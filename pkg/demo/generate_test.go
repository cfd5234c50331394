package demo

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

var asOf = core.Date{Year: 2026, Month: 11, Day: 23}

func generate(t testing.TB, seed uint64, asOf core.Date) ([]Student, *time.Location) {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return Generate(seed, DefaultStudents, asOf, loc, standard.Demo()), loc
}

func standing(s Student, signedOnly bool) standard.Standing {
	var credits []core.Credit
	for i, r := range s.Rows {
		if signedOnly && r.SignedAt.IsZero() {
			continue
		}
		e := core.Entry{Session: r.Session}
		c := core.CreditOf(e, core.CreditID{14: byte(i >> 8), 15: byte(i)}, core.AccountID{}, r.SignedAt)
		credits = append(credits, c)
	}
	rules, err := standard.RulesFor(standard.Days{Enrolled: asOf, Asked: asOf}, standard.Demo())
	if err != nil {
		panic(err)
	}
	return standard.Evaluate(rules, credits)
}

func TestGenerate_Deterministic(t *testing.T) {
	first, _ := generate(t, 1, asOf)
	again, _ := generate(t, 1, asOf)
	other, _ := generate(t, 2, asOf)
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gives another history")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gives the same history")
	}
}

func TestGenerate_Histories(t *testing.T) {
	for _, day := range []core.Date{asOf, {Year: 2026, Month: 1, Day: 4}, {Year: 2027, Month: 3, Day: 14}, {Year: 2026, Month: 7, Day: 6}, {Year: 2028, Month: 2, Day: 29}} {
		for seed := range uint64(6) {
			students, loc := generate(t, seed, day)
			rows, stages := 0, map[Stage]int{}
			emails := map[string]bool{}
			for _, s := range students {
				rows += len(s.Rows)
				stages[s.Stage]++
				if email, err := core.NormalizeEmail(s.Email); err != nil || email != s.Email || emails[email] {
					t.Errorf("%q is no address of its own: %v", s.Email, err)
				}
				emails[s.Email] = true
				checkRows(t, s, day, loc)
				checkStage(t, s)
			}
			if rows < 6_500 || rows > 9_500 {
				t.Errorf("%d sessions as of %s", rows, day)
			}
			if stages[Met] < 6 || stages[MinuteShort] != 1 || stages[Short] != 1 || stages[Beginner] < 3 || stages[Active] < 12 {
				t.Errorf("stages %v", stages)
			}
		}
	}
}

func checkRows(t *testing.T, s Student, day core.Date, loc *time.Location) {
	t.Helper()
	end := day.In(loc)
	for i, r := range s.Rows {
		switch {
		case i > 0 && r.Session.Start.Before(s.Rows[i-1].Session.End):
			t.Errorf("%s: sessions %d and %d overlap", s.Name, i-1, i)
		case r.Session.Date.Before(s.EnrolledOn), r.Session.End.After(end):
			t.Errorf("%s: a session on %s, enrolled on %s", s.Name, r.Session.Date, s.EnrolledOn)
		case r.Session.Date.FederalHoliday():
			t.Errorf("%s: a session on a holiday, %s", s.Name, r.Session.Date)
		case r.LoggedAt.Before(r.Session.End), r.LoggedAt.After(end):
			t.Errorf("%s: session of %s logged at %s", s.Name, r.Session.End, r.LoggedAt)
		case !r.SignedAt.IsZero() && (r.SignedAt.Before(r.LoggedAt) || r.SignedAt.After(end)):
			t.Errorf("%s: logged at %s, signed at %s", s.Name, r.LoggedAt, r.SignedAt)
		case r.Session.Minutes <= 0 || r.Session.Minutes > core.LongestSession || !strings.HasSuffix(r.Supervisor.Email, Domain):
			t.Errorf("%s: %+v", s.Name, r)
		}
	}
}

func checkStage(t *testing.T, s Student) {
	t.Helper()
	got := standing(s, true)
	switch s.Stage {
	case Met:
		if !got.Answer.Met() {
			t.Errorf("%s is not met: %q", s.Name, got.MissingText())
		}
	case MinuteShort:
		if missing := got.MissingText(); got.Valid != core.Hours(600)-1 || len(missing) != 1 {
			t.Errorf("%s has %s, misses %q", s.Name, got.Valid, missing)
		}
	case Short:
		if missing := got.MissingText(); got.Missing != 0 || len(missing) != 1 || !strings.HasPrefix(missing[0], "Kinesiology: 45 min short") {
			t.Errorf("%s misses %q", s.Name, missing)
		}
	default:
		if got.Answer.Met() || len(s.Rows) == 0 {
			t.Errorf("%s has %d sessions, met %v", s.Name, len(s.Rows), got.Answer.Met())
		}
	}
}

func TestGenerate_Exceptions(t *testing.T) {
	students, _ := generate(t, 1, asOf)
	waiting, long, late, invalid := 0, 0, 0, 0
	for _, s := range students {
		if all := standing(s, false); all.Valid < all.Recorded {
			invalid++
		}
		for _, r := range s.Rows {
			if !r.SignedAt.IsZero() {
				continue
			}
			waiting++
			if r.Session.Minutes > core.Hours(8) {
				long++
			}
			if r.LoggedAt.Sub(r.Session.End) > 14*24*time.Hour {
				late++
			}
		}
	}
	if waiting < 50 || long == 0 || late == 0 || invalid == 0 {
		t.Errorf("%d wait, of them %d long and %d late; %d students have minutes that do not count", waiting, long, late, invalid)
	}
	t.Logf("%d wait, of them %d long and %d late; %d students have minutes that do not count", waiting, long, late, invalid)
}

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		generate(b, 1, asOf)
	}
}

func TestPeople(t *testing.T) {
	emails := map[string]bool{}
	for i := range MostStudents {
		p := student(i)
		for _, c := range p.Email {
			if c > 'z' || c == ' ' {
				t.Fatalf("%s has the address %s", p.Name, p.Email)
			}
		}
		if emails[p.Email] {
			t.Fatalf("%s is there twice", p.Email)
		}
		emails[p.Email] = true
	}
	if p := student(0); p.Name != "Ana Ortega" || p.Email != "ana.ortega@brightwater.example" {
		t.Errorf("the first student is %+v", p)
	}
}

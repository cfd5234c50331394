package licensure_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// history is a license as it was recorded bit by bit, and what has to be
// answered about it. An event is written as
//
//	heard on 2026-04-10: discipline suspended 2026-03-01..2026-03-30 (document)
//	heard on 2026-04-10: withdraw 2
//
// where it is by a look-up unless a method is told, and 2 is the second event. A
// question is a day or an instant, what was known at the end of which day (empty:
// everything), the answer, and words of the reason.
type history struct {
	name   string
	state  string
	events []string
	asks   []ask
}

type ask struct {
	at, known string
	answer    license.Answer
	says      string
}

var histories = []history{
	{"active within its term", "FL", []string{"heard on 2024-09-02: lifecycle active 2024-09-01", "heard on 2024-09-02: term issued 2024-09-01..2026-08-31"}, []ask{
		{"2024-09-01", "", license.Yes, "is active."}, {"2026-08-31", "", license.Yes, "is active."},
		{"2024-08-31", "", license.CouldNotCheck, "status"}, {"2024-09-01", "2024-09-01", license.CouldNotCheck, "status"},
	}},
	{"suspension reported late", "FL", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2026-04-10: discipline suspended 2026-03-01"}, []ask{
		{"2026-03-14", "2026-03-20", license.Yes, "is active."}, {"2026-03-14", "2026-04-09", license.Yes, "is active."},
		{"2026-03-14", "2026-04-10", license.No, "has been suspended since Mar 1, 2026"}, {"2026-03-14", "", license.No, "suspended"}, {"2026-02-28", "", license.Yes, "is active."},
	}},
	{"reinstatement dated back", "FL", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-06-01: discipline suspended 2025-05-01", "heard on 2025-08-01: discipline none 2025-06-15",
	}, []ask{
		{"2025-07-01", "2025-07-01", license.No, "suspended"}, {"2025-07-01", "2025-08-01", license.Yes, "is active."},
		{"2025-06-14", "", license.No, "suspended"}, {"2025-06-15", "", license.Yes, "is active."}, {"2025-05-10", "2025-05-10", license.Yes, "is active."},
	}},
	{"suspension for thirty days", "TX", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-03-01: discipline suspended 2025-03-01..2025-03-30"}, []ask{
		{"2025-03-01", "", license.No, "is suspended from Mar 1, 2025 until Mar 30, 2025."}, {"2025-03-30", "", license.No, "until Mar 30, 2025"}, {"2025-03-31", "", license.Yes, "is active."},
	}},
	{"probation goes on after a suspension", "AZ", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: discipline probation 2025-02-01", "heard on 2025-03-01: discipline suspended 2025-03-01..2025-03-30",
	}, []ask{{"2025-02-10", "", license.Yes, "discipline: probation"}, {"2025-03-15", "", license.No, "suspended"}, {"2025-04-01", "", license.Yes, "discipline: probation"}}},
	{"a probation does not end a suspension", "AZ", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: discipline suspended 2025-02-01", "heard on 2025-03-01: discipline probation 2025-03-01..2025-06-30",
	}, []ask{{"2025-02-10", "", license.No, "suspended"}, {"2025-06-30", "", license.No, "suspended"}, {"2025-07-01", "", license.No, "suspended"}}},
	{"issued on a leap day", "FL", []string{"heard on 2024-03-01: lifecycle active 2024-02-29", "heard on 2024-03-01: term issued 2024-02-29..2028-02-29"}, []ask{
		{"2024-02-28", "", license.CouldNotCheck, "status"}, {"2024-02-29", "", license.Yes, ""}, {"2028-02-29", "", license.Yes, ""}, {"2028-03-01", "", license.No, "expired on Feb 29, 2028"},
	}},
	{"delinquent since a leap day", "FL", []string{"heard on 2022-03-01: lifecycle active 2022-03-01", "heard on 2022-03-01: term issued 2022-03-01..2024-02-29"}, []ask{
		{"2024-03-01", "", license.No, "delinquent"}, {"2026-02-28", "", license.No, "delinquent"}, {"2026-03-01", "", license.No, "null and void"},
	}},
	{"renewed on each birthday", "CA", []string{
		"heard on 2023-01-10: lifecycle active 2023-01-10", "heard on 2023-01-10: term issued 2023-01-10..2025-07-14", "heard on 2025-07-01: term renewed 2025-07-15..2027-07-14",
	}, []ask{
		{"2025-07-15", "2025-06-30", license.No, "expired on Jul 14, 2025"}, {"2025-07-15", "2025-07-01", license.Yes, "is active."}, {"2027-07-14", "", license.Yes, ""}, {"2027-07-15", "", license.No, "expired on Jul 14, 2027"},
	}},
	{"born on a leap day", "CA", []string{
		"heard on 2023-01-10: lifecycle active 2023-01-10", "heard on 2023-01-10: term issued 2023-01-10..2025-02-28", "heard on 2025-02-01: term renewed 2025-03-01..2028-02-29",
	}, []ask{{"2025-02-28", "", license.Yes, ""}, {"2025-03-01", "", license.Yes, ""}, {"2028-02-29", "", license.Yes, ""}, {"2028-03-01", "", license.No, "expired on Feb 29, 2028"}}},
	{"Hawaii, west of the school", "HI", []string{"heard on 2024-07-01: lifecycle active 2024-07-01", "heard on 2024-07-01: term issued 2024-07-01..2026-06-30"}, []ask{
		{"2026-07-01T05:00:00-04:00", "", license.Yes, "is active."}, {"2026-07-01T09:59:59Z", "", license.Yes, "is active."}, {"2026-07-01T10:00:00Z", "", license.No, "expired on Jun 30, 2026"},
	}},
	{"California, at midnight in New York", "CA", []string{"heard on 2024-07-01: lifecycle active 2024-07-01", "heard on 2024-07-01: term issued 2024-07-01..2026-06-30"}, []ask{
		{"2026-07-01T00:30:00-04:00", "", license.Yes, ""}, {"2026-07-01T03:00:00-04:00", "", license.No, "expired"}, {"2026-07-01T02:59:59-04:00", "", license.Yes, ""},
	}},
	{"Arizona keeps no summer time", "AZ", []string{"heard on 2024-07-01: lifecycle active 2024-07-01", "heard on 2024-07-01: term issued 2024-07-01..2026-06-30"}, []ask{
		{"2026-07-01T06:59:59Z", "", license.Yes, ""}, {"2026-07-01T07:00:00Z", "", license.No, "expired"},
	}},
	{"the night of the clock change", "IL", []string{"heard on 2024-11-01: lifecycle active 2024-11-01", "heard on 2024-11-01: term issued 2024-11-01..2026-10-31"}, []ask{
		{"2026-11-01T04:59:59Z", "", license.Yes, ""}, {"2026-11-01T05:00:00Z", "", license.No, "expired on Oct 31, 2026"}, {"2026-11-01T06:30:00Z", "", license.No, "expired"},
	}},
	{"suspended from midnight in Alaska", "AK", []string{"heard on 2024-07-01: lifecycle active 2024-07-01", "heard on 2026-01-10: discipline suspended 2026-01-15"}, []ask{
		{"2026-01-15T08:59:59Z", "", license.Yes, ""}, {"2026-01-15T09:00:00Z", "", license.No, "suspended"}, {"2026-01-15T12:00:00Z", "2026-01-09", license.Yes, ""},
	}},
	{"terms overlap", "TX", []string{
		"heard on 2024-03-01: lifecycle active 2024-03-01", "heard on 2024-03-01: term issued 2024-03-01..2026-02-28", "heard on 2026-01-15: term renewed 2026-01-15..2028-02-29",
	}, []ask{{"2026-02-28", "", license.Yes, ""}, {"2026-03-01", "", license.Yes, ""}, {"2026-03-01", "2026-01-14", license.No, "The title may not be used either."}, {"2028-03-01", "", license.No, "expired on Feb 29, 2028"}}},
	{"a gap between terms", "OH", []string{
		"heard on 2022-01-01: lifecycle active 2022-01-01", "heard on 2022-01-01: term issued 2022-01-01..2023-12-31", "heard on 2024-05-01: term renewed 2024-05-01..2026-04-30",
	}, []ask{{"2023-12-31", "", license.Yes, ""}, {"2024-01-01", "", license.No, "expired on Dec 31, 2023"}, {"2024-04-30", "", license.No, "expired on Dec 31, 2023"}, {"2024-05-01", "", license.Yes, ""}, {"2024-05-01", "2024-04-30", license.No, "expired"}}},
	{"an erroneous suspension withdrawn", "FL", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-05-01: discipline suspended 2025-04-01", "heard on 2025-05-20: withdraw 2",
	}, []ask{{"2025-04-15", "2025-04-20", license.Yes, ""}, {"2025-04-15", "2025-05-10", license.No, "suspended"}, {"2025-04-15", "2025-05-20", license.Yes, "is active."}, {"2025-04-15", "", license.Yes, ""}}},
	{"a wrong last day withdrawn", "GA", []string{
		"heard on 2024-11-01: lifecycle active 2024-11-01", "heard on 2024-11-01: term issued 2024-11-01..2027-10-31", "heard on 2026-12-01: withdraw 2", "heard on 2026-12-01: term issued 2024-11-01..2026-10-31",
	}, []ask{{"2026-11-15", "2026-11-15", license.Yes, ""}, {"2026-11-15", "", license.No, "expired on Oct 31, 2026"}, {"2026-10-31", "", license.Yes, ""}}},
	{"a relinquishment withdrawn", "FL", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-05-01: lifecycle relinquished 2025-05-01", "heard on 2025-06-01: lifecycle active 2025-06-01", "heard on 2025-07-01: withdraw 2",
	}, []ask{{"2025-06-10", "2025-06-10", license.CouldNotCheck, "without a reinstatement"}, {"2025-06-10", "", license.Yes, ""}, {"2025-05-10", "", license.Yes, ""}}},
	{"late renewal in Georgia", "GA", []string{
		"heard on 2022-11-01: lifecycle active 2022-11-01", "heard on 2022-11-01: term issued 2022-11-01..2024-10-31", "heard on 2024-11-20: term renewed 2024-11-18..2026-10-31",
	}, []ask{
		{"2024-11-10", "2024-11-10", license.No, "can be renewed late until Nov 30, 2024, but its holder may not practice"},
		{"2024-12-01", "2024-11-19", license.No, "could be renewed late until Nov 30, 2024"}, {"2024-11-17", "", license.No, "expired"}, {"2024-11-18", "", license.Yes, ""},
	}},
	{"Florida: null and void", "FL", []string{"heard on 2020-09-01: lifecycle active 2020-09-01", "heard on 2020-09-01: term issued 2020-09-01..2022-08-31"}, []ask{
		{"2022-08-31", "", license.Yes, ""}, {"2022-09-01", "", license.No, "delinquent since then"}, {"2024-08-31", "", license.No, "delinquent"}, {"2024-09-01", "", license.No, "has been null and void since then"},
	}},
	{"Florida: renewed while delinquent", "FL", []string{
		"heard on 2020-09-01: lifecycle active 2020-09-01", "heard on 2020-09-01: term issued 2020-09-01..2022-08-31", "heard on 2022-09-10: lifecycle delinquent 2022-09-01",
		"heard on 2023-05-01: term renewed 2023-05-01..2024-08-31", "heard on 2023-05-01: lifecycle active 2023-05-01",
	}, []ask{{"2023-04-30", "", license.No, "has been delinquent since Sep 1, 2022"}, {"2023-05-01", "", license.Yes, ""}, {"2024-09-01", "", license.No, "expired on Aug 31, 2024"}, {"2023-05-10", "2023-04-30", license.No, "delinquent"}}},
	{"Texas: expired, and the title", "TX", []string{"heard on 2022-03-01: lifecycle active 2022-03-01", "heard on 2022-03-01: term issued 2022-03-01..2024-02-29"}, []ask{
		{"2024-02-29", "", license.Yes, ""}, {"2024-03-01", "", license.No, "The title may not be used either."},
	}},
	{"two events on one day", "NY", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-03-01: lifecycle inactive 2025-03-01", "heard on 2025-03-05: lifecycle active 2025-03-01",
	}, []ask{{"2025-03-01", "2025-03-04", license.No, "inactive"}, {"2025-03-01", "", license.Yes, ""}}},
	{"two events on one day, the other way round", "NY", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-03-01: discipline none 2025-03-01", "heard on 2025-03-05: discipline revoked 2025-03-01",
	}, []ask{{"2025-03-01", "2025-03-04", license.Yes, ""}, {"2025-03-01", "", license.No, "revoked"}}},
	{"a weaker word", "NJ", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-03-01: lifecycle inactive 2025-03-01", "heard on 2025-04-01: lifecycle active 2025-04-01 (self_report)",
		"heard on 2025-05-01: lifecycle active 2025-04-15",
	}, []ask{
		{"2025-04-10", "2025-04-10", license.No, "has been inactive"}, {"2025-04-14", "", license.No, "inactive"}, {"2025-04-15", "", license.Yes, ""},
	}},
	{"a document does not lift a revocation", "NJ", []string{
		"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-03-01: discipline revoked 2025-03-01", "heard on 2025-04-01: discipline none 2025-04-01 (document)",
	}, []ask{{"2025-04-10", "", license.No, "has been revoked since Mar 1, 2025."}}},
	{"probation while active", "AZ", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: discipline probation 2025-02-01..2026-01-31"}, []ask{
		{"2025-02-01", "", license.Yes, "with discipline: probation"}, {"2026-02-01", "", license.Yes, "is active."},
	}},
	{"probation while inactive", "AZ", []string{"heard on 2025-01-02: lifecycle inactive 2025-01-01", "heard on 2025-02-01: discipline probation 2025-02-01"}, []ask{{"2025-02-01", "", license.No, "has been inactive since"}}},
	{"conditions in Florida", "FL", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: discipline conditions 2025-02-01"}, []ask{{"2025-02-01", "", license.Yes, "doesn’t count that as discipline"}}},
	{"known of the future", "WA", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: lifecycle retired 2025-12-31"}, []ask{
		{"2025-12-30", "", license.Yes, ""}, {"2025-12-31", "", license.No, "retired"}, {"2025-12-31", "2025-01-31", license.Yes, ""},
	}},
	{"inactive for a while", "OR", []string{"heard on 2025-01-02: lifecycle active 2025-01-01", "heard on 2025-02-01: lifecycle inactive 2025-02-01..2025-07-31"}, []ask{
		{"2025-07-31", "", license.No, "inactive"}, {"2025-08-01", "", license.Yes, ""}, {"2025-03-01", "2025-01-31", license.Yes, ""},
	}},
	{"discipline of a license whose status nobody knows", "VA", []string{"heard on 2025-02-01: discipline suspended 2025-02-01"}, []ask{{"2025-02-01", "", license.No, "suspended"}, {"2025-01-31", "", license.CouldNotCheck, "status"}}},
}

// written is a history as the nouns that are stored; it names the n-th event in
// withdrawals.
func (h history) written(t interface{ Fatalf(string, ...any) }, w *certifytest.World, n int) core.License {
	l := core.License{
		ID: core.NewID[core.LicenseID](w.Src), TherapistID: w.Student.TherapistID, Jurisdiction: h.state, Title: "Massage Therapist",
		Number: fmt.Sprintf("H%d", n), CreatedAt: certifytest.Start, CreatedBy: w.Registrar.AccountID, Version: 1,
	}
	for i, line := range h.events {
		heard, rest, _ := strings.Cut(strings.TrimPrefix(line, "heard on "), ": ")
		e := core.LicenseEvent{
			ID: core.NewID[core.LicenseEventID](w.Src), LicenseID: l.ID, Method: core.MethodPrimarySource, Register: true, Source: "The board",
			RecordedBy: w.Registrar.AccountID, CheckedOn: mustDay(t, heard), RecordedAt: mustDay(t, heard).In(time.UTC).Add(15*time.Hour + time.Duration(i)*time.Microsecond),
		}
		if number, ok := strings.CutPrefix(rest, "withdraw "); ok {
			var at int
			_, _ = fmt.Sscan(number, &at)
			was := l.Events[at-1]
			e.Axis, e.Status, e.EffectiveOn, e.Withdraws = was.Axis, core.Withdrawn, was.EffectiveOn, was.ID
			l.Events = append(l.Events, e)
			continue
		}
		words := strings.Fields(rest)
		from, until, ends := strings.Cut(words[2], "..")
		e.Axis, e.Status, e.EffectiveOn = core.Axis(words[0]), words[1], mustDay(t, from)
		if ends {
			e.Until = mustDay(t, until)
		}
		if len(words) > 3 {
			e.Method = strings.Trim(words[3], "()")
		}
		l.Events = append(l.Events, e)
	}
	return l
}

func mustDay(t interface{ Fatalf(string, ...any) }, s string) core.Date {
	d, err := core.ParseDate(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func (q ask) asked(t *testing.T) license.Asked {
	t.Helper()
	asked := license.Asked{Regime: standard.RegimeOf}
	if strings.Contains(q.at, "T") {
		at, err := time.Parse(time.RFC3339, q.at)
		if err != nil {
			t.Fatal(err)
		}
		asked.At, asked.Now = at, at
	} else {
		asked.On = mustDay(t, q.at)
		asked.Now = asked.On.In(time.UTC).Add(23 * time.Hour)
	}
	if q.known != "" {
		asked.KnownAt = mustDay(t, q.known).AddDays(1).In(time.UTC).Add(-time.Microsecond)
	}
	return asked
}

// TestLicense_Histories writes each history, reads it back and asks.
func TestLicense_Histories(t *testing.T) {
	if len(histories) < 30 {
		t.Fatalf("only %d histories", len(histories))
	}
	each(t, func(t *testing.T, w *certifytest.World) {
		for n, h := range histories {
			t.Run(h.name, func(t *testing.T) {
				written := h.written(t, w, n)
				w.Write(func(ctx context.Context, tx *store.Tx) error {
					if err := kept.On(tx).InsertLicense(ctx, written); err != nil {
						return err
					}
					for _, e := range written.Events {
						if err := kept.On(tx).InsertLicenseEvents(ctx, []core.LicenseEvent{e}); err != nil {
							return err
						}
					}
					return nil
				})
				l, err := w.Licensure.License(ctx, w.Registrar, written.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range h.asks {
					p := license.Judge(lookedUp(l, q.asked(t)), q.asked(t))
					if p.Answer != q.answer || !strings.Contains(p.Reason(), q.says) {
						t.Errorf("%s, known at %q: %v, %q; must be %v, %q", q.at, q.known, p.Answer, p.Reason(), q.answer, q.says)
					}
				}
			})
		}
	})
}

// lookedUp is a license that a register was asked about on the day of a question, and
// found as it was known: what a history says is held apart from how old its looks are.
func lookedUp(l core.License, q license.Asked) core.License {
	on := q.Day(l.Jurisdiction)
	look := core.LicenseCheck{Outcome: core.CheckSame, CheckedOn: on, Register: true, Source: "The board", ExpiresOn: on.AddDays(1), Discipline: "none"}
	seen := l
	seen.Events = slices.DeleteFunc(slices.Clone(l.Events), func(e core.LicenseEvent) bool { return e.Method != core.MethodPrimarySource })
	if s, known := license.Known(seen, core.Lifecycle, q); known {
		look.Lifecycle = s.Status
	}
	if s, known := license.Known(seen, core.Term, q); known {
		look.ExpiresOn = s.Until
	}
	if last := l.Last(core.Lifecycle); last != nil && last.Method == core.MethodPrimarySource && !last.RecordedAt.After(orLast(q.KnownAt)) && !last.EffectiveOn.After(on) && !last.EndedBy(on) {
		look.Lifecycle = last.Status
	}
	if s, known := license.Known(seen, core.Discipline, q); known && (s.Status == "revoked" || s.Status == "surrendered") {
		look.Lifecycle = ""
	}
	l.Checks = append(slices.Clone(l.Checks), look)
	return l
}

func orLast(at time.Time) time.Time {
	if at.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return at
}

// on is what a license says on a day to which a register was asked about it.
func on(l core.License, day core.Date) license.Practice {
	q := held(day)
	return license.Judge(lookedUp(l, q), q)
}

// held is the question of the holder about a day, asked on it.
func held(day core.Date) license.Asked {
	q := standard.OnDay(day, day.In(time.UTC).Add(23*time.Hour))
	q.Own = true
	return q
}

func mayOn(l core.License, day core.Date) bool { return on(l, day).May() }

// TestLicense_laws holds of every history: the order in which events are read does not
// matter, and what is recorded later does not change what was known before.
func TestLicense_laws(t *testing.T) {
	w := certifytest.SQLite(t, "http://127.0.0.1:8080")
	rapid.Check(t, func(t *rapid.T) {
		l := histories[rapid.IntRange(0, len(histories)-1).Draw(t, "history")].written(t, w, 0)
		known := core.Date{Year: 2020, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3_000).Draw(t, "known")).In(time.UTC)
		q := license.Asked{On: core.Date{Year: 2020, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3_300).Draw(t, "on")), KnownAt: known, Regime: standard.RegimeOf}
		q.Now = q.On.AddDays(rapid.IntRange(0, 400).Draw(t, "later")).In(time.UTC).Add(23 * time.Hour)
		p := license.Judge(l, q)

		shuffled, before := l, l
		shuffled.Events = rapid.Permutation(l.Events).Draw(t, "order")
		before.Events = nil
		for _, e := range l.Events {
			if !e.RecordedAt.After(known) {
				before.Events = append(before.Events, e)
			}
		}
		all := q
		all.KnownAt = time.Time{}
		if other := license.Judge(shuffled, q); !reflect.DeepEqual(other, p) {
			t.Fatalf("in another order %+v instead of %+v", other, p)
		}
		if other := license.Judge(before, all); other.Answer != p.Answer || other.Reason() != p.Reason() {
			t.Fatalf("by what was recorded then %+v instead of %+v", other, p)
		}
	})
}

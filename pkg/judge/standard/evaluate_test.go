package standard

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/core"
)

func credit(n int, date string, minutes core.Minutes, subject string) core.Credit {
	d, err := core.ParseDate(date)
	if err != nil {
		panic(err)
	}
	c := core.Credit{Date: d, Minutes: minutes, Subject: subject, Setting: core.Classroom, Delivery: core.InPerson, Supervised: true}
	c.ID[14], c.ID[15] = byte(n>>8), byte(n)
	return c
}

func TestEvaluate_Sentences(t *testing.T) {
	first, second := credit(1, "2026-03-02", 420, "pathology"), credit(2, "2026-03-02", 120, "alchemy")
	third, fourth := credit(3, "2026-03-02", 120, "kinesiology"), credit(4, "2026-03-02", 30, "kinesiology")
	fifth := credit(5, "2026-03-03", 60, "kinesiology")
	fifth.Supervised = false
	got := Evaluate(ruled(Demo()), []core.Credit{fifth, fourth, third, second, first})
	if got.Recorded != 750 || got.Valid != 480 {
		t.Errorf("recorded %d, valid %d", got.Recorded, got.Valid)
	}
	want := []Uncounted{
		{CreditID: second.ID, Date: second.Date, Recorded: 120, Valid: 0, Reasons: []Reason{
			{UnknownSubject, "alchemy is no subject of this standard."},
			{"day-cap", "At most 8 h of one date count. Of that 1 h was left on 2026-03-02."},
		}},
		{CreditID: third.ID, Date: third.Date, Recorded: 120, Valid: 60, Reasons: []Reason{{"day-cap", "At most 8 h of one date count. Of that 1 h was left on 2026-03-02."}}},
		{CreditID: fourth.ID, Date: fourth.Date, Recorded: 30, Valid: 0, Reasons: []Reason{{"day-cap", "At most 8 h of one date count. Nothing of that was left on 2026-03-02."}}},
		{CreditID: fifth.ID, Date: fifth.Date, Recorded: 60, Valid: 0, Reasons: []Reason{{"supervised-only", "Only supervised instruction counts."}}},
	}
	if !reflect.DeepEqual(got.Uncounted, want) {
		t.Errorf("uncounted\n%+v, want\n%+v", got.Uncounted, want)
	}
	missing := got.MissingText()
	if missing[0] != "Total: 592 h short of 600 h" || !slices.Contains(missing, "Kinesiology: 49 h short of 50 h") {
		t.Errorf("missing %q", missing)
	}
}

func TestStanding_JSON(t *testing.T) {
	empty, err := json.Marshal(Evaluate(ruled(Demo()), nil).Uncounted)
	if err != nil || string(empty) != "[]" {
		t.Errorf("no uncounted credits are written as %s, %v", empty, err)
	}
	s := Evaluate(ruled(Demo()), []core.Credit{credit(1, "2026-03-02", 500, "pathology")})
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Standing
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"standard", "version", "title", "met", "recorded", "valid", "required", "missing", "subjects", "rules", "uncounted"} {
		if _, ok := fields[name]; !ok {
			t.Errorf("%s is absent from the JSON", name)
		}
	}
}

// genStandard makes small standards, so that caps and minima bind.
func genStandard(t *rapid.T) Standard {
	std := Standard{
		Key: "small", Version: "1", Title: "Small", Subjects: []Subject{{Code: "a", Title: "Aa"}, {Code: "b", Title: "Bb"}, {Code: "c", Title: "Cc"}},
		Rules: []Rule{{ID: "total", Kind: Total, Minutes: core.Minutes(rapid.IntRange(1, 800).Draw(t, "total"))}},
	}
	minutes := func(label string) core.Minutes { return core.Minutes(rapid.IntRange(1, 300).Draw(t, label)) }
	optional := []Rule{
		{ID: "min-a", Kind: SubjectMinimum, Subject: "a"}, {ID: "min-b", Kind: SubjectMinimum, Subject: "b"}, {ID: "day", Kind: DayCap},
		{ID: "clinic", Kind: SettingCap, Setting: core.Clinic}, {ID: "lab", Kind: SettingCap, Setting: core.Lab},
		{ID: "far", Kind: DeliveryCap, Delivery: core.Distance}, {ID: "supervised", Kind: SupervisedOnly},
	}
	for _, r := range optional {
		if rapid.Bool().Draw(t, r.ID) {
			if r.Kind != SupervisedOnly {
				r.Minutes = minutes(r.ID)
			}
			std.Rules = append(std.Rules, r)
		}
	}
	for i := range std.Rules {
		std.Rules[i].Text, std.Rules[i].Source = "Text.", "Source"
	}
	if err := std.Validate(); err != nil {
		t.Fatal(err)
	}
	return std
}

func genCredits(t *rapid.T) []core.Credit {
	n := rapid.IntRange(0, 25).Draw(t, "credits")
	credits := make([]core.Credit, n)
	for i := range credits {
		c := credit(i+1, "2026-03-02", core.Minutes(rapid.IntRange(1, 200).Draw(t, "minutes")), rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "subject"))
		c.Date = c.Date.AddDays(rapid.IntRange(0, 4).Draw(t, "day"))
		if rapid.Bool().Draw(t, "timed") {
			c.Start = c.Date.In(time.UTC).Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hour")) * time.Hour)
		}
		c.Setting = rapid.SampledFrom(core.Settings).Draw(t, "setting")
		c.Delivery = rapid.SampledFrom(core.Deliveries).Draw(t, "delivery")
		c.Supervised = rapid.IntRange(0, 4).Draw(t, "supervised") > 0
		credits[i] = c
	}
	return credits
}

func TestEvaluate_OrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		std, credits := genStandard(t), genCredits(t)
		want := Evaluate(ruled(std), credits)
		shuffled := rapid.Permutation(credits).Draw(t, "shuffled")
		before := slices.Clone(shuffled)
		if got := Evaluate(ruled(std), shuffled); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order\n%+v, before\n%+v", got, want)
		}
		if !reflect.DeepEqual(before, shuffled) {
			t.Fatal("Evaluate changed its input")
		}
	})
}

func TestEvaluate_ReversalChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		std, credits := genStandard(t), genCredits(t)
		want := Evaluate(ruled(std), credits)
		extra := credit(500, "2026-03-01", core.Minutes(rapid.IntRange(1, 500).Draw(t, "extra")), "a")
		both := append(slices.Clone(credits), extra, extra.Reversal(core.CreditID{0: 1}, core.AccountID{}, time.Time{}))
		if got := Evaluate(ruled(std), rapid.Permutation(both).Draw(t, "order")); !reflect.DeepEqual(got, want) {
			t.Fatalf("with a reversed credit\n%+v, without\n%+v", got, want)
		}
	})
}

func TestEvaluate_Laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		std, credits := genStandard(t), genCredits(t)
		s := Evaluate(ruled(std), credits)
		lost, inSubjects := core.Minutes(0), core.Minutes(0)
		for _, u := range s.Uncounted {
			if u.Valid < 0 || u.Valid >= u.Recorded || len(u.Reasons) == 0 {
				t.Fatalf("uncounted without cause: %+v", u)
			}
			lost += u.Recorded - u.Valid
		}
		if s.Recorded-lost != s.Valid {
			t.Fatalf("recorded %d less %d uncounted is not %d", s.Recorded, lost, s.Valid)
		}
		for _, subject := range s.Subjects {
			if subject.Valid > subject.Recorded {
				t.Fatalf("more valid than recorded: %+v", subject)
			}
			inSubjects += subject.Valid
		}
		if inSubjects != s.Valid {
			t.Fatalf("subjects add up to %d, valid is %d", inSubjects, s.Valid)
		}
		for _, r := range s.Rules {
			if (r.Kind == SettingCap || r.Kind == DeliveryCap || r.Kind == SupervisedOnly) && r.Valid > r.Limit {
				t.Fatalf("a cap is exceeded: %+v", r)
			}
		}
		if (s.Answer == Short) == (len(s.MissingText()) == 0) {
			t.Fatalf("%s, missing %q", s.Answer, s.MissingText())
		}
	})
}

// counted is the valid minutes of each credit by plain recounting: every
// minute, in order, counts if no cap is full at that moment.
func counted(std Standard, credits []core.Credit) map[core.CreditID]core.Minutes {
	sorted := slices.Clone(credits)
	slices.SortFunc(sorted, func(a, b core.Credit) int {
		key := func(c core.Credit) string {
			return fmt.Sprint(c.Date, !c.Start.IsZero(), c.Start.Format(time.RFC3339), c.ID)
		}
		if key(a) < key(b) {
			return -1
		}
		return 1
	})
	valid, full := map[core.CreditID]core.Minutes{}, map[string]core.Minutes{}
	for _, c := range sorted {
		buckets := map[string]core.Minutes{}
		open := c.Subject != "d"
		for _, r := range std.Rules {
			switch {
			case r.Kind == SupervisedOnly:
				open = open && c.Supervised
			case r.Kind == DayCap:
				buckets[c.Date.String()] = r.Minutes
			case r.Kind == SettingCap && r.Setting == c.Setting, r.Kind == DeliveryCap && r.Delivery == c.Delivery:
				buckets[r.ID] = r.Minutes
			}
		}
		for range c.Minutes {
			for name, limit := range buckets {
				open = open && full[name] < limit
			}
			if !open {
				break
			}
			valid[c.ID]++
			for name := range buckets {
				full[name]++
			}
		}
	}
	return valid
}

func TestEvaluate_AgreesWithRecounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		std, credits := genStandard(t), genCredits(t)
		want, s := counted(std, credits), Evaluate(ruled(std), credits)
		got := map[core.CreditID]core.Minutes{}
		for _, c := range credits {
			got[c.ID] = c.Minutes
		}
		for _, u := range s.Uncounted {
			got[u.CreditID] = u.Valid
		}
		bySubject := map[string]core.Minutes{}
		for _, c := range credits {
			if got[c.ID] != want[c.ID] {
				t.Fatalf("%d of %+v count, want %d", got[c.ID], c, want[c.ID])
			}
			bySubject[c.Subject] += want[c.ID]
		}
		for _, subject := range s.Subjects {
			if subject.Valid != bySubject[subject.Code] || subject.Missing != max(0, std.RequiredIn(subject.Code)-subject.Valid) {
				t.Fatalf("%+v, counted %d", subject, bySubject[subject.Code])
			}
		}
	})
}

// history is n credits of a plausible student: two or three sessions on
// weekdays, in the order in which they were posted.
func history(n int) []core.Credit {
	r := rand.New(rand.NewPCG(1, 2))
	subjects := Demo().Subjects
	credits := make([]core.Credit, n)
	for i := range credits {
		c := credit(i+1, "2024-01-08", core.Minutes(60+30*r.IntN(5)), subjects[r.IntN(len(subjects))].Code)
		c.Date = c.Date.AddDays(i / 3)
		c.Start = c.Date.In(time.UTC).Add(time.Duration(8+4*(i%3)) * time.Hour)
		if c.Subject == "clinical-practice" {
			c.Setting = core.Clinic
		}
		credits[i] = c
	}
	return credits
}

// BenchmarkEvaluate judges 2,000 credits, which is more than a course of study
// has: by one pack, which must take less than 1 ms, and by all that are shipped,
// which must take less than 20 ms on one core.
func BenchmarkEvaluate(b *testing.B) {
	packs, err := Load(Packs())
	if err != nil {
		b.Fatal(err)
	}
	credits := history(2000)
	packs = slices.DeleteFunc(packs, func(p Pack) bool { return p.Unknown })
	for _, p := range packs {
		b.Run("one="+p.Key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Evaluate(ruled(p.Standard), credits)
			}
		})
	}
	b.Run("packs=all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ordered := Order(credits)
			for _, p := range packs {
				ordered.Evaluate(ruled(p.Standard))
			}
		}
	})
	for _, n := range []int{100, 1000, 10_000} {
		more := history(n)
		b.Run(fmt.Sprintf("credits=%d", n), func(b *testing.B) {
			for b.Loop() {
				Evaluate(ruled(packs[0].Standard), more)
			}
		})
	}
}

package renewal

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/core"
)

// Whatever someone chooses and whenever it is planned: there is one reminder for
// each day that is not over, never at night, on its day or after the night that
// follows it; planned again, nothing changes; switched off, all are silenced.
func TestService_Plan_Property(t *testing.T) {
	zones := []string{"America/New_York", "America/Phoenix", "Pacific/Honolulu", "Australia/Lord_Howe", "Asia/Kathmandu", ""}
	first := core.Date{Year: 2026, Month: 1, Day: 1}
	rapid.Check(t, func(t *rapid.T) {
		s := New(nil, core.Source{Clock: func() time.Time { return first.In(time.UTC) }, Rand: rand.Reader}, Options{})
		therapist := core.NewID[core.TherapistID](s.src)
		p := Person{Therapist: core.Therapist{ID: therapist, Zone: rapid.SampledFrom(zones).Draw(t, "zone")}}
		p.Settings.Days = rapid.SliceOfNDistinct(rapid.SampledFrom(Choices), 1, 5, rapid.ID).Draw(t, "days")
		p.Settings.Quiet = QuietHours{
			From:  core.WallTime(rapid.IntRange(0, 24*60-1).Draw(t, "from")),
			Until: core.WallTime(rapid.IntRange(0, 24*60-1).Draw(t, "until")),
		}
		due := []Due{{
			Kind: DueLicense, Subject: core.NewID[core.SubjectID](s.src), TherapistID: therapist, Jurisdiction: "FL",
			ExpiresOn: first.AddDays(rapid.IntRange(0, 800).Draw(t, "ends")),
		}}
		now := first.In(time.UTC).Add(time.Duration(rapid.IntRange(0, 400*24*60).Draw(t, "now")) * time.Minute)
		loc := zoneOf(p, "FL")
		today := core.DateOf(now.In(loc))
		people := map[core.TherapistID]Person{therapist: p}

		made := s.plan(due, people, nil, now)
		want := 0
		for _, days := range p.Settings.Days {
			if !due[0].ExpiresOn.AddDays(-days).Before(today) {
				want++
			}
		}
		if len(made.make) < want || len(made.silence) != 0 {
			t.Fatalf("%d made, %d silenced, want %d", len(made.make), len(made.silence), want)
		}
		for _, r := range made.make {
			day := r.ExpiresOn.AddDays(-r.Days)
			on := core.DateOf(r.DueAt.In(loc))
			if p.Settings.Quiet.Hold(r.DueAt, loc) || on.Before(day) || on.After(day.AddDays(1)) || !slices.Contains(p.Settings.Days, r.Days) {
				t.Fatalf("%d days before %s it goes out at %s", r.Days, r.ExpiresOn, r.DueAt.In(loc))
			}
		}
		again := s.plan(due, people, made.make, now.Add(48*time.Hour))
		if len(again.make) != len(made.make) || len(again.silence) != 0 {
			t.Fatalf("planned again, %d made and %d silenced of %d", len(again.make), len(again.silence), len(made.make))
		}
		p.Settings.Off = true
		if off := s.plan(due, map[core.TherapistID]Person{therapist: p}, made.make, now); len(off.make) != 0 || len(off.silence) != len(made.make) {
			t.Fatalf("switched off, %d made and %d silenced of %d", len(off.make), len(off.silence), len(made.make))
		}
	})
}

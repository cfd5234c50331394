package specialty_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
)

// However many come at once, no seat is given twice, and each freed one goes to
// the first who waits.
func TestSections_Concurrent(t *testing.T) {
	both(t, func(s *school) {
		const people, seats = 24, 5
		section := s.section(s.course("MLD-1", 60, drainage), seats, false)
		who := make([]access.Actor, people)
		for i := range who {
			who[i] = s.Person(fmt.Sprintf("Person %02d", i), fmt.Sprintf("p%d@example.org", i), s.School, core.RoleStudent)
		}
		s.all(people, func(i int) error {
			_, err := s.Specialty.Join(s.ctx, who[i], section.ID, specialty.JoinInput{})
			return err
		})
		before := s.places(section)
		if len(before[specialty.PlaceSeated]) != seats || len(before[specialty.PlaceWaiting]) != people-seats {
			s.t.Fatalf("%d are seated, %d wait", len(before[specialty.PlaceSeated]), len(before[specialty.PlaceWaiting]))
		}
		leaving := append(before[specialty.PlaceSeated][:3:3], before[specialty.PlaceWaiting][1])
		s.all(len(leaving), func(i int) error {
			_, err := s.Specialty.Withdraw(s.ctx, s.Registrar, section.ID, leaving[i].TherapistID)
			return err
		})
		after := s.places(section)
		if len(after[specialty.PlaceSeated]) != seats || len(after[specialty.PlaceWithdrawn]) != 4 {
			s.t.Errorf("%d are seated, %d withdrew", len(after[specialty.PlaceSeated]), len(after[specialty.PlaceWithdrawn]))
		}
		last := after[specialty.PlaceSeated][seats-1].Queued
		for _, p := range after[specialty.PlaceWaiting] {
			if p.Queued < last {
				s.t.Errorf("%s waits, though someone who came later has a seat", p.Name)
			}
		}
		seated := map[string]int{}
		for _, m := range s.Mails() {
			seated[m.To]++
		}
		for _, p := range after[specialty.PlaceSeated] {
			if want := 1 + boolInt(p.Queued > int64(seats)); seated[p.Email] != want {
				s.t.Errorf("%s got %d mails, want %d", p.Name, seated[p.Email], want)
			}
		}
		// Past the service the database refuses one too many too.
		err := s.DB.Write(s.ctx, func(ctx context.Context, tx *store.Tx) error {
			return kept.On(tx).SetPlaces(ctx, section.ID, []core.TherapistID{after[specialty.PlaceWaiting][0].TherapistID}, specialty.PlaceSeated, s.Src.Now())
		})
		s.refused(err, "seats_taken")
	})
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *school) all(n int, do func(int) error) {
	s.t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Add(1)
		go func() { defer wg.Done(); errs[i] = do(i) }()
	}
	wg.Wait()
	for _, err := range errs {
		s.ok(err)
	}
}

func (s *school) places(section specialty.Section) map[specialty.PlaceState][]specialty.Place {
	s.t.Helper()
	d, err := s.Specialty.Section(s.ctx, s.Registrar, section.ID)
	s.ok(err)
	out := map[specialty.PlaceState][]specialty.Place{}
	for _, p := range d.Places {
		out[p.State] = append(out[p.State], p)
	}
	return out
}

// Two transactions that learn of the same therapist at once wait for each other.
func TestReadiness_Concurrent(t *testing.T) {
	both(t, func(s *school) {
		s.certified(s.course("MLD-1", 60, drainage), s.Student, monday)
		s.all(8, func(int) error {
			return s.DB.Write(s.ctx, func(ctx context.Context, tx *store.Tx) error {
				return kept.On(tx).RefreshAbilities(ctx, s.Student.TherapistID)
			})
		})
		s.sound()
	})
}

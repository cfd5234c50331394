package logbook_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func benchEach(b *testing.B, fn func(b *testing.B, f *kepttest.Fixture)) {
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) { fn(b, kepttest.School(b, open(b))) })
	}
}

// BenchmarkLog logs and submits one session after the other.
func BenchmarkLog(b *testing.B) {
	benchEach(b, func(b *testing.B, f *kepttest.Fixture) {
		in, n := f.Session(b, 0), 0
		starts := []string{"00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"}
		ends := []string{"02:59", "05:59", "08:59", "11:59", "14:59", "17:59", "20:59", "23:59"}
		first := core.Date{Year: 1990, Month: 1, Day: 1}
		b.ReportAllocs()
		for b.Loop() {
			in.Date, in.Start, in.End = first.AddDays(n/8%13000), starts[n%8], ends[n%8]
			n++
			if _, err := f.Logbook.Log(bg, f.Student, f.Enrollment, in); err != nil && core.AsFault(err) == nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkProgress asks for a student's progress with 1,500 credits.
func BenchmarkProgress(b *testing.B) {
	benchEach(b, func(b *testing.B, f *kepttest.Fixture) {
		history(b, f, 1500)
		b.ReportAllocs()
		for b.Loop() {
			p, err := f.Logbook.Progress(bg, f.Student, f.Enrollment)
			if err != nil || p.Standing.Recorded != 1500*120 {
				b.Fatal(p.Standing.Recorded, err)
			}
		}
	})
}

// history posts n credits of two hours, as a demo does.
func history(t testing.TB, f *kepttest.Fixture, n int) {
	t.Helper()
	operator := f.Admin
	operator.Operator = true
	if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
		of, err := kept.On(tx).LockEnrollments(ctx, []core.EnrollmentID{f.Enrollment})
		if err != nil {
			return err
		}
		of[0].EnrolledOn = of[0].EnrolledOn.AddDays(-365)
		return kept.On(tx).BeginEnrollment(ctx, of[0])
	}); err != nil {
		t.Fatal(err)
	}
	rows := make([]logbook.SeedEntry, n)
	for i := range rows {
		in := f.Session(t, i)
		in.Date = in.Date.AddDays(-300)
		session, err := core.NewSession(in.SessionInput, f.School, f.Source.Now())
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = logbook.SeedEntry{
			EnrollmentID: f.Enrollment, SupervisorID: in.SupervisorID, State: core.EntrySigned, Session: session, At: f.Source.Now(),
		}
	}
	if err := f.Logbook.Seed(bg, operator, f.School.ID, rows); err != nil {
		t.Fatal(err)
	}
}

func TestService_Seed(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		history(t, f, 900)
		if p := progress(t, f); p.Standing.Recorded != 900*120 || p.Waiting != 0 {
			t.Fatalf("%+v", p)
		}
	})
}

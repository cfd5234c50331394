package classroom_test

import (
	"context"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// day is a Tuesday in summer at the school.
var day = core.Date{Year: 2026, Month: time.September, Day: 1}

// room is the school with its classes.
type room struct {
	*kepttest.Fixture
	service *classroom.Service
	t       *testing.T
	ctx     context.Context
}

// each tells a story beside others, on a database that is drawn, or on both: see
// storetest.Drawn.
func each(t *testing.T, fn func(r *room)) {
	t.Helper()
	t.Parallel()
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		service := classroom.New(store.Bind(db, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), f.Source)
		r := &room{f, service, t, context.Background()}
		// Each is signed in somewhere.
		for _, a := range []*access.Actor{&f.Student, &f.Student2, &f.Alvarez} {
			a.SessionID = core.NewID[core.SessionID](f.Source)
		}
		fn(r)
	})
}

// run is a part of a test, with failures of its own.
func (r *room) run(name string, fn func(r *room)) {
	r.t.Helper()
	r.t.Run(name, func(t *testing.T) {
		part := *r
		part.t = t
		fn(&part)
	})
}

// is sets the clock on the school's wall, on the day.
func (r *room) is(clock string) {
	r.t.Helper()
	r.Clock.Set(r.wall(clock))
}

func (r *room) wall(clock string) time.Time {
	r.t.Helper()
	zone, err := time.LoadLocation(r.School.Zone)
	r.ok(err)
	at, err := time.ParseInLocation("2006-01-02 15:04:05", day.String()+" "+clock, zone)
	r.ok(err)
	return at
}

// fresh is someone who has just given the password.
func (r *room) fresh(a access.Actor) access.Actor {
	a.AuthenticatedAt = r.Source.Now()
	return a
}

func (r *room) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// refused wants a fault with a code, and beside it fields with codes.
func (r *room) refused(err error, code string, fields ...string) {
	r.t.Helper()
	f := core.AsFault(err)
	if f == nil || f.Code != code && code != "" {
		r.t.Errorf("gives %v, want %s", err, code)
		return
	}
	for i := 0; i+1 < len(fields); i += 2 {
		found := false
		for _, field := range f.Fields {
			found = found || field.Name == fields[i] && field.Code == fields[i+1]
		}
		if !found {
			r.t.Errorf("gives %+v, want %s: %s", f.Fields, fields[i], fields[i+1])
		}
	}
}

// input is a class from 13:00 to 15:00 with ten minutes of break.
func (r *room) input(checkIn classroom.CheckIn) classroom.PlanInput {
	return classroom.PlanInput{
		SessionInput: core.SessionInput{
			Date: day, Start: "13:00", End: "15:00", Break: 10, Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson,
		},
		ProgramID: r.Version.ProgramID, CheckIn: checkIn,
	}
}

// planned is such a class, held by Rosa Alvarez.
func (r *room) planned(checkIn classroom.CheckIn) classroom.Class {
	r.t.Helper()
	c, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, r.input(checkIn))
	r.ok(err)
	return c
}

// marked says of both students whether they were there.
func (r *room) marked(c classroom.Class, marks ...classroom.MarkInput) classroom.Detail {
	r.t.Helper()
	d, err := r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, 0, marks)
	r.ok(err)
	return d
}

func present(e core.EnrollmentID) classroom.MarkInput {
	return classroom.MarkInput{EnrollmentID: e, Mark: core.MarkPresent}
}

func absent(e core.EnrollmentID) classroom.MarkInput {
	return classroom.MarkInput{EnrollmentID: e, Mark: core.MarkAbsent}
}

// recorded is how many minutes of a student are in the ledger.
func (r *room) recorded(a access.Actor) core.Minutes {
	r.t.Helper()
	rows, err := r.Logbook.MyEnrollments(r.ctx, a)
	r.ok(err)
	return rows[0].Recorded
}

// leaves is a student who gives the program up.
func (r *room) leaves(e core.EnrollmentID) {
	r.t.Helper()
	r.ok(r.DB.Write(r.ctx, func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).SetEnrollmentState(ctx, e, core.EnrollmentActive, core.EnrollmentWithdrawn)
	}))
}

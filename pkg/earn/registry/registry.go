package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// Tx is what the service does with the database.
type Tx interface {
	act.Tx
	Calendars
	Pauses
	Requests
	Attended
	Absences
	logbook.Calendars
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
}

// Calendars are the days on which schools are closed.
type Calendars interface {
	InsertClosedDays(ctx context.Context, d core.ClosedDays) error
	ClosedDaysByID(ctx context.Context, id core.ClosedDaysID) (core.ClosedDays, error)
	DeleteClosedDays(ctx context.Context, id core.ClosedDaysID) error
	// ClosedDays are those that touch the days from one to another, the first
	// first; limit 0 is all.
	ClosedDays(ctx context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error)
}

// Pauses are leaves and withdrawals, and the enrollments that they are of.
type Pauses interface {
	LockEnrollments(ctx context.Context, ids []core.EnrollmentID) ([]logbook.Enrollment, error)
	InsertPause(ctx context.Context, p core.Pause) error
	EndPause(ctx context.Context, id core.PauseID, on core.Date, by core.AccountID) error
	PausesOf(ctx context.Context, enrollment core.EnrollmentID) ([]core.Pause, error)
	SetEnrollmentState(ctx context.Context, id core.EnrollmentID, from, to core.EnrollmentState) error
	// Attendances are the active enrollments of a school without an open pause,
	// who did not come for longest first, that follow one.
	Progressed(ctx context.Context, org core.OrganizationID) ([]Progressed, error)
	// MonthlyHours are of the days from one to another.
	MonthlyHours(ctx context.Context, org core.OrganizationID, from, to core.Date) ([]MonthlyHours, error)
	Attendances(ctx context.Context, org core.OrganizationID, since core.Date, after Attendance, limit int) ([]Attendance, error)
}

// Attendance is an enrollment with the day of its last session that was
// submitted or signed, or of the enrollment where there is none, and the minutes
// that were recorded since a day.
type Attendance struct {
	logbook.Enrollment
	Last   core.Date
	Recent core.Minutes
	All    core.Minutes
}

// Service keeps the registry.
type Service struct {
	act *act.Kernel[Tx]
	src core.Source
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	return &Service{act: act.New(store, src, nil), src: src}
}

// locked is an enrollment that nobody else changes until a command ends; a read
// locks nothing.
func locked(ctx context.Context, tx Tx, id core.EnrollmentID) (logbook.Enrollment, error) {
	found, err := tx.LockEnrollments(ctx, []core.EnrollmentID{id})
	if err != nil {
		return logbook.Enrollment{}, err
	}
	if len(found) == 0 {
		return logbook.Enrollment{}, core.NotFound("enrollment")
	}
	return found[0], nil
}

func findEnrollment(id core.EnrollmentID) func(context.Context, Tx) (act.Found[logbook.Enrollment], error) {
	return func(ctx context.Context, tx Tx) (act.Found[logbook.Enrollment], error) {
		e, err := locked(ctx, tx, id)
		return act.Found[logbook.Enrollment]{Thing: e, Owner: ownerOf(e)}, err
	}
}

// enrollmentFor is an enrollment of which the reader may read something.
func enrollmentFor(ctx context.Context, r act.Reader[Tx], id core.EnrollmentID) (logbook.Enrollment, error) {
	e, err := locked(ctx, r.Tx, id)
	if err != nil {
		return e, err
	}
	return e, r.May(ctx, ownerOf(e))
}

func ownerOf(e logbook.Enrollment) access.Target {
	return access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}
}

// became tells what a thing is now.
func became(subject, state string) []act.Told {
	return act.Of(subject, map[string]string{"state": state})
}

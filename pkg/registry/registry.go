package registry

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	Calendars
	Pauses
	Requests
	Attended
	Absences
	Audit(ctx context.Context, e core.AuditEvent) error
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
	LockEnrollments(ctx context.Context, ids []core.EnrollmentID) ([]core.Enrollment, error)
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
// submitted or signed, or of the enrolment where there is none, and the minutes
// that were recorded since a day.
type Attendance struct {
	core.Enrollment
	Last   core.Date
	Recent core.Minutes
	All    core.Minutes
}

// Service keeps the registry.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service {
	return &Service{store: store, src: src}
}

func (s *Service) audit(ctx context.Context, tx Tx, a access.Actor, now time.Time, org core.OrganizationID, action access.Action, kind, target string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: string(action), TargetKind: kind, TargetID: target,
	})
}

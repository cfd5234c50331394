package logbook

import (
	"context"
	"sync"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Service is the logbook: programs, who is enrolled in them and where they stand,
// what they log, and what comes in from files and from other schools.
type Service struct {
	desk
	*programs
	*enrollments
	*entries
	*imports
	*transfers
}

// desk is what every part of the logbook works with.
type desk struct {
	act *act.Kernel[Tx]
	src core.Source
}

// programs are the courses of study, their drafts and the standards of both.
type programs struct {
	desk
	standards sync.Map // core.StandardID -> *standard.Standard; a published one never changes
}

// enrollments are the students of programs and where each stands.
type enrollments struct {
	desk
	programs  *programs
	standings remembered
}

// entries are the sessions that students log and supervisors sign.
type entries struct {
	desk
	programs *programs
}

// imports are files of attendance that one member proposes and another approves.
type imports struct {
	desk
	programs    *programs
	enrollments *enrollments
	entries     *entries
}

// transfers are hours of other schools.
type transfers struct {
	desk
	programs *programs
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	d := desk{act.New(store, src, nil), src}
	p := &programs{desk: d}
	e := &enrollments{desk: d, programs: p}
	log := &entries{desk: d, programs: p}
	return &Service{
		desk: d, programs: p, enrollments: e, entries: log,
		imports: &imports{desk: d, programs: p, enrollments: e, entries: log}, transfers: &transfers{desk: d, programs: p},
	}
}

// Invite sends a student the link to accept the school's file of them. It runs in the
// command's transaction.
type Invite func(ctx context.Context, a access.Actor, org core.OrganizationID, email, name string) error

// Inviting sets how students are invited who are enrolled so, whose address was
// corrected, or to whom the link is sent again, and returns the service.
func (s *Service) Inviting(fn Invite) *Service {
	for _, event := range []act.Event{enrollmentCreated, studentCorrected, studentInvited} {
		s.act.On(event, func(ctx context.Context, _ Tx, h act.Happened) error {
			e, ok := h.About.(Enrolled)
			if !ok || !e.Invite {
				return nil
			}
			return fn(ctx, h.Actor, e.OrganizationID, e.Email, e.Name)
		})
	}
	return s
}

// standardOf is the parsed standard of an enrollment or a program version.
func (s *programs) standardOf(ctx context.Context, tx Programs, id core.StandardID) (*standard.Standard, error) {
	if kept, ok := s.standards.Load(id); ok {
		return kept.(*standard.Standard), nil
	}
	body, err := tx.StandardBody(ctx, id)
	if err != nil {
		return nil, err
	}
	std, err := standard.Parse(body)
	if err != nil {
		return nil, err
	}
	s.standards.Store(id, &std)
	return &std, nil
}

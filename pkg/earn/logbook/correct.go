package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var (
	studentCorrected = act.NewEvent("enrollment.correct", "enrollment")
	correctsStudent  = act.Declare(access.EnrollmentCreate, studentCorrected)
)

// CorrectStudent changes name and address in the school's file of a student: what was
// typed wrong, or is another name now, which the student needs to accept the file. The
// link to accept it goes to the new address, and the one that was sent to the former
// opens nothing any more. Once the file is accepted, name and address are the student's.
// It needs enrollment.create. Codes: bad_email, required, too_long, name_is_theirs,
// email_of_other (email); stale, where the enrollment or the file is not any more as it
// was seen.
func (s *enrollments) CorrectStudent(ctx context.Context, a access.Actor, id core.EnrollmentID, version int, in Corrected) (Enrollment, error) {
	return act.Do(ctx, s.act, a, correctsStudent, act.Command[Tx, Place, Enrollment]{
		Prepare: func(context.Context) (err error) {
			var c core.Collect
			in.Email, err = core.NormalizeEmail(in.Email)
			_ = c.Check("email", err)
			in.Name, err = core.CleanText(in.Name, 1, 200)
			_ = c.Check("name", err)
			return c.Err()
		},
		Version: version,
		Find:    versionOf(id),
		Change: func(ctx context.Context, x act.Step[Tx], p Place) (Enrollment, error) {
			if !p.AccountID.IsZero() {
				return Enrollment{}, core.Conflict("name_is_theirs")
			}
			if in.Email != p.Email { // the former address is not invited any more
				if err := x.Tx.DropOpenInvitations(ctx, p.OrganizationID, p.Email, core.RoleStudent); err != nil {
					return Enrollment{}, err
				}
			}
			err := x.Tx.CorrectFile(ctx, p.OrganizationID, p.TherapistID, in.Name, in.Email)
			switch core.CodeOf(err) {
			case core.ErrStale.Code:
				return Enrollment{}, core.Conflict("name_is_theirs")
			case core.ErrDuplicate.Code:
				return Enrollment{}, core.InvalidField("email", "email_of_other")
			}
			if err == nil {
				err = x.Tx.RenewEnrollments(ctx, p.Enrollment)
			}
			p.Name, p.Email = in.Name, in.Email
			p.Version++
			return p.Enrollment, err
		},
		Tell: func(p Place, e Enrollment) []act.Told {
			changed := map[string]string{}
			if p.Name != e.Name {
				changed["name"] = "changed"
			}
			if p.Email != e.Email {
				changed["email"] = "changed"
			}
			return []act.Told{{
				Owner: p.owner(), Subject: e.ID.String(), Details: changed, About: Enrolled{Enrollment: e, Invite: p.Email != e.Email},
			}}
		},
	})
}

// versionOf is placeOf with the version of the enrollment.
func versionOf(id core.EnrollmentID) func(context.Context, Tx) (act.Found[Place], error) {
	find := placeOf(id, core.MemberID{})
	return func(ctx context.Context, tx Tx) (act.Found[Place], error) {
		found, err := find(ctx, tx)
		found.Version = found.Thing.Version
		return found, err
	}
}

// Joined tells whether the student accepted the file, and did not leave since.
func (e Enrollment) Joined() bool { return !e.AccountID.IsZero() && e.LeftAt.IsZero() }

var (
	studentInvited = act.NewEvent("enrollment.invite", "enrollment")
	invitesStudent = act.Declare(access.EnrollmentCreate, studentInvited)
)

// InviteStudent sends a student the link again to accept the file, or to come back who
// left. It needs enrollment.create. Code: already_joined.
func (s *enrollments) InviteStudent(ctx context.Context, a access.Actor, id core.EnrollmentID) (Enrollment, error) {
	return act.Do(ctx, s.act, a, invitesStudent, act.Command[Tx, Place, Enrollment]{
		Find: placeOf(id, core.MemberID{}),
		Change: func(_ context.Context, _ act.Step[Tx], p Place) (Enrollment, error) {
			if p.Joined() {
				return Enrollment{}, core.Conflict("already_joined")
			}
			return p.Enrollment, nil
		},
		Tell: func(p Place, e Enrollment) []act.Told {
			return []act.Told{{Owner: p.owner(), Subject: e.ID.String(), About: Enrolled{Enrollment: e, Invite: true}}}
		},
	})
}

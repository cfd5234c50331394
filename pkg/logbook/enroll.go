package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Enroll puts a student into the newest version of a program, and makes account,
// therapist and membership where they are absent. It needs enrollment.create.
// Codes: bad_email, required, too_long, unknown_program, future,
// already_enrolled.
func (s *Service) Enroll(ctx context.Context, a access.Actor, org core.OrganizationID, in Enroll) (core.Enrollment, error) {
	if err := access.Can(a, access.EnrollmentCreate, access.Target{Organization: org}); err != nil {
		return core.Enrollment{}, err
	}
	var c core.Collect
	email, err := core.NormalizeEmail(in.Email)
	_ = c.Check("email", err)
	name, err := core.CleanText(in.Name, 1, 200)
	_ = c.Check("name", err)
	if in.ProgramID.IsZero() {
		c.Add("program_id", "required", "Choose a program.")
	}
	if err := c.Err(); err != nil {
		return core.Enrollment{}, err
	}
	now := s.src.Now()
	var e core.Enrollment
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		school, version, err := schoolAndVersion(ctx, tx, org, in.ProgramID)
		if err != nil {
			return err
		}
		on := in.EnrolledOn
		if on.IsZero() {
			on = school.Today(now)
		} else if on.After(school.Today(now)) {
			return core.InvalidField("enrolled_on", "future", "%s is in the future.", on)
		}
		person := s.person(email, name)
		students, err := tx.EnsureStudents(ctx, org, []Person{person}, now)
		if err != nil {
			return err
		}
		e = s.enrollment(version, students[email], on)
		if err := tx.InsertEnrollments(ctx, []core.Enrollment{e}); err != nil {
			return enrolledAlready(err)
		}
		place, err := tx.EnrollmentPlace(ctx, e.ID, core.MemberID{})
		if err != nil {
			return err
		}
		e = place.Enrollment
		if in.Invite && s.invite != nil {
			if err := s.invite(ctx, a, org, e.Email, e.Name); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, a, now, org, access.EnrollmentCreate, "enrollment", e.ID.String(), nil)
	})
	return e, err
}

func enrolledAlready(err error) error {
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return &core.Fault{
			Kind: core.KindConflict, Code: "already_enrolled", Message: "This student is in the program already.",
			Fields: []core.Field{{Name: "email", Code: "already_enrolled", Message: "This student is in the program already."}},
		}
	}
	return err
}

func (s *Service) person(email, name string) Person {
	return Person{
		AccountID: newID[core.AccountID](s), TherapistID: newID[core.TherapistID](s), MemberID: newID[core.MemberID](s),
		Email: email, Name: name,
	}
}

func (s *Service) enrollment(v core.ProgramVersion, t core.TherapistID, on core.Date) core.Enrollment {
	return core.Enrollment{
		ID: newID[core.EnrollmentID](s), OrganizationID: v.OrganizationID, ProgramID: v.ProgramID, ProgramVersionID: v.ID,
		TherapistID: t, State: core.EnrollmentActive, EnrolledOn: on, CreatedAt: s.src.Now(),
	}
}

// schoolAndVersion finds an organization and the newest version of its program;
// another organization's program is unknown.
func schoolAndVersion(ctx context.Context, tx Tx, org core.OrganizationID, program core.ProgramID) (core.Organization, core.ProgramVersion, error) {
	school, err := tx.Organization(ctx, org)
	if err != nil {
		return school, core.ProgramVersion{}, err
	}
	versions, err := tx.ProgramVersions(ctx, program)
	if err == nil && (len(versions) == 0 || versions[0].OrganizationID != org) {
		err = core.InvalidField("program_id", "unknown_program", "This school has no such program.")
	}
	if err != nil {
		return school, core.ProgramVersion{}, err
	}
	return school, versions[0], nil
}

// Enrollment is one enrollment. It needs enrollment.read.
func (s *Service) Enrollment(ctx context.Context, a access.Actor, id core.EnrollmentID) (core.Enrollment, error) {
	place, err := s.place(ctx, a, access.EnrollmentRead, id)
	return place.Enrollment, err
}

// place finds an enrollment for an action on it.
func (s *Service) place(ctx context.Context, a access.Actor, action access.Action, id core.EnrollmentID) (place Place, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		place, err = placeFor(ctx, tx, a, action, id, core.MemberID{})
		return err
	})
	return place, err
}

// placeFor loads an enrollment and asks whether the actor may do the action on
// it.
func placeFor(ctx context.Context, tx Enrollments, a access.Actor, action access.Action, id core.EnrollmentID, supervisor core.MemberID) (Place, error) {
	place, err := tx.EnrollmentPlace(ctx, id, supervisor)
	if err != nil {
		return Place{}, err
	}
	if err := access.Can(a, action, access.Target{Organization: place.OrganizationID, Therapist: place.TherapistID}); err != nil {
		return Place{}, err
	}
	return place, nil
}

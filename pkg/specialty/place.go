package specialty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// JoinInput says for whom a place is wanted: for the actor, or for an Other, whom
// a school names by e-mail, with a name where the address is new to Palmar.
type JoinInput struct {
	Other       bool
	Email, Name string
}

// Join gives a seat, or the last place of the waiting list where none is free.
// The courses that the section's course asks for have to be completed by then;
// a licence and hours are looked at when the certificate is proposed. Who was
// withdrawn queues anew. Permission: section.join. Codes: not_open,
// prerequisite_missing (a field for each), already_there, no_therapist,
// required, bad_email, too_long, not_found.
func (s *Service) Join(ctx context.Context, a access.Actor, id core.SectionID, in JoinInput) (core.Place, error) {
	now := s.src.Now()
	var place core.Place
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, err := tx.LockSection(ctx, id)
		if err != nil {
			return err
		}
		therapist, err := s.joining(ctx, tx, a, section, in, now)
		if err != nil {
			return err
		}
		if err := stillOpen(section, 0); err != nil {
			return err
		}
		if err := asked(ctx, tx, section, therapist); err != nil {
			return err
		}
		switch before, err := tx.Place(ctx, id, therapist); {
		case err == nil && before.State != core.PlaceWithdrawn:
			return core.Conflict("already_there", "%s is in this section already.", before.Name)
		case err != nil && !errors.Is(err, core.NotFound("place")):
			return err
		}
		place = core.Place{SectionID: id, TherapistID: therapist, State: core.PlaceWaiting, Since: now}
		if section.Taken < section.Seats && section.Waiting == 0 {
			place.State = core.PlaceSeated
		}
		if err := tx.QueuePlace(ctx, place); err != nil {
			return err
		}
		if place, err = tx.Place(ctx, id, therapist); err != nil {
			return err
		}
		if err := tx.SendMail(ctx, placeMail(section, place)); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.join", "section", id.String(), map[string]string{"state": string(place.State)})
	})
	return place, err
}

// joining finds or makes the therapist for whom a place is wanted.
func (s *Service) joining(ctx context.Context, tx People, a access.Actor, section core.Section, in JoinInput, now time.Time) (core.TherapistID, error) {
	org := section.OrganizationID
	if !in.Other {
		if err := access.Can(a, access.SectionRead, access.Target{Organization: org}); err != nil {
			return core.TherapistID{}, err
		}
		if a.TherapistID.IsZero() {
			return core.TherapistID{}, core.InvalidField("whom", "no_therapist", "You have no record as a student or therapist; name somebody.")
		}
		return a.TherapistID, access.Can(a, access.SectionJoin, access.Target{Organization: org, Therapist: a.TherapistID})
	}
	if err := access.Can(a, access.SectionJoin, access.Target{Organization: org}); err != nil {
		return core.TherapistID{}, err
	}
	email, err := core.NormalizeEmail(in.Email)
	if err != nil {
		return core.TherapistID{}, core.InvalidField("email", core.CodeOf(err), "%s", core.AsFault(err).Message)
	}
	var c core.Collect
	line(&c, "name", &in.Name, 0, 120)
	known, err := tx.PersonByEmail(ctx, email)
	switch {
	case errors.Is(err, core.NotFound("person")):
		if in.Name == "" {
			c.Add("name", "required", "Nobody has this e-mail address yet: a name is needed.")
		}
	case err != nil:
		return core.TherapistID{}, err
	default:
		in.Name = known.Name
	}
	if err := c.Err(); err != nil {
		return core.TherapistID{}, err
	}
	return tx.EnsureStudent(ctx, org, core.NewID[core.MemberID](s.src), core.Therapist{
		ID: core.NewID[core.TherapistID](s.src), AccountID: core.NewID[core.AccountID](s.src), Name: in.Name, Email: email,
	}, now)
}

// asked wants the courses that a section's course asks for to be completed.
func asked(ctx context.Context, tx Tx, section core.Section, therapist core.TherapistID) error {
	course, err := tx.Course(ctx, section.CourseID)
	if err != nil {
		return err
	}
	completions, err := tx.CourseCompletionsOf(ctx, therapist)
	if err != nil {
		return err
	}
	fault := core.Conflict("prerequisite_missing", "A course that this one asks for is not completed.")
	for i, p := range course.Prerequisites {
		done := slices.ContainsFunc(completions, func(c core.CourseCompletion) bool {
			return c.OrganizationID == course.OrganizationID && c.CourseCode == p.CourseCode
		})
		if p.CourseCode != "" && !done {
			fault.Fields = append(fault.Fields, core.Field{Name: fmt.Sprintf("prerequisites[%d]", i), Code: fault.Code, Message: p.CourseCode + " is not completed."})
		}
	}
	if fault.Fields == nil {
		return nil
	}
	return fault
}

// Withdraw takes somebody out of a section, or off its waiting list. A seat that
// becomes free goes to who waits longest, who is told by mail. Permission:
// section.join, or one's own place. Codes: not_open, not_there, not_found.
func (s *Service) Withdraw(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID) (core.Place, error) {
	now := s.src.Now()
	var place core.Place
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, err := tx.LockSection(ctx, id)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.SectionJoin, access.Target{Organization: section.OrganizationID, Therapist: therapist}); err != nil {
			return err
		}
		if err := stillOpen(section, 0); err != nil {
			return err
		}
		if place, err = tx.Place(ctx, id, therapist); err != nil {
			return err
		}
		if place.State != core.PlaceSeated && place.State != core.PlaceWaiting {
			return core.Conflict("not_there", "%s has no place in this section.", place.Name)
		}
		if err := tx.SetPlaces(ctx, id, []core.TherapistID{therapist}, core.PlaceWithdrawn, now); err != nil {
			return err
		}
		if place.State == core.PlaceSeated {
			section.Taken--
		}
		if err := s.promote(ctx, tx, section, now); err != nil {
			return err
		}
		if place, err = tx.Place(ctx, id, therapist); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.withdraw", "section", id.String(), nil)
	})
	return place, err
}

// promote gives free seats of a locked section to who waits longest.
func (s *Service) promote(ctx context.Context, tx Tx, section core.Section, now time.Time) error {
	free := section.Seats - section.Taken
	if free <= 0 {
		return nil
	}
	first, err := tx.FirstWaiting(ctx, section.ID, free)
	if err != nil || len(first) == 0 {
		return err
	}
	ids := make([]core.TherapistID, len(first))
	for i, p := range first {
		ids[i] = p.TherapistID
		p.State = core.PlaceSeated
		if err := tx.SendMail(ctx, placeMail(section, p)); err != nil {
			return err
		}
	}
	return tx.SetPlaces(ctx, section.ID, ids, core.PlaceSeated, now)
}

func placeMail(section core.Section, p core.Place) core.Mail {
	said := "You have a seat."
	if p.State == core.PlaceWaiting {
		said = "All seats are taken. You are on the waiting list, and are told when one is yours."
	}
	return sectionMail(section, p, said)
}

func cancelledMail(section core.Section, p core.Place) core.Mail {
	return sectionMail(section, p, "The school has called it off.")
}

func sectionMail(section core.Section, p core.Place, said string) core.Mail {
	return core.Mail{
		To: p.Email, Subject: section.CourseTitle + ", from " + section.StartsOn.String(),
		Text: fmt.Sprintf("Hello %s,\n\n%s, from %s to %s: %s\n", p.Name, section.CourseTitle, section.StartsOn, section.EndsOn, said),
	}
}

package specialty

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// JoinInput says for whom a place is wanted: for the actor, or for an Other, whom
// a school names by email, with a name where the address is new to it, and with
// SamePerson where it has it under another name.
type JoinInput struct {
	Other       bool
	Email, Name string
	SamePerson  *bool
}

var joinsSection = act.Declare(access.SectionJoin, act.NewEvent("section.join", "section"))

// Join gives a seat, or the last place of the waiting list where none is free.
// The courses that the section's course asks for have to be completed by then;
// a license and hours are looked at when the certificate is proposed. Who was
// withdrawn queues again. Permission: section.join. Codes: not_open,
// prerequisite_missing (a field for each), already_there, no_therapist,
// required, bad_email, too_long, not_found.
func (s *sections) Join(ctx context.Context, a access.Actor, id core.SectionID, in JoinInput) (Place, error) {
	return act.Do(ctx, s.act, a, joinsSection, act.Command[Tx, Section, Place]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Section], error) {
			found, err := findSection(id)(ctx, tx)
			if !in.Other {
				found.Owner.Therapist = a.TherapistID
			}
			return found, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (Place, error) {
			therapist, err := s.joining(ctx, x, section, in)
			if err != nil {
				return Place{}, err
			}
			place, err := placeFor(ctx, x, section, therapist)
			if err != nil {
				return place, err
			}
			if err := x.Tx.QueuePlace(ctx, place); err != nil {
				return place, err
			}
			return x.Tx.Place(ctx, id, therapist)
		},
		Save: func(ctx context.Context, x act.Step[Tx], section Section, place Place) error {
			return x.Tx.SendMail(ctx, placeMail(section, place))
		},
		Tell: func(section Section, place Place) []act.Told {
			return tellPlace(section, place, map[string]string{"state": string(place.State)})
		},
		// Who teaches takes no place for others, and is told that there is none for them.
		Explain: func(_ context.Context, _ Tx, refusal error) error {
			if !in.Other && a.TherapistID.IsZero() && errors.Is(refusal, core.ErrForbidden) {
				return errNoTherapist
			}
			return refusal
		},
	})
}

var errNoTherapist = core.InvalidField("whom", "no_therapist")

// tellPlace tells of someone's place in a section.
func tellPlace(section Section, place Place, details map[string]string) []act.Told {
	return []act.Told{{
		Owner:   access.Target{Organization: section.OrganizationID, Therapist: place.TherapistID},
		Subject: section.ID.String(), Details: details,
	}}
}

// joining finds or makes the therapist for whom a place is wanted. For themselves
// only someone of the school wants one, to whom it shows its sections.
func (s *sections) joining(ctx context.Context, x act.Step[Tx], section Section, in JoinInput) (core.TherapistID, error) {
	if !in.Other {
		if len(x.Actor.Roles(section.OrganizationID)) == 0 {
			return core.TherapistID{}, core.NotFound("section")
		}
		if x.Actor.TherapistID.IsZero() {
			return core.TherapistID{}, errNoTherapist
		}
		return x.Actor.TherapistID, nil
	}
	email, err := core.NormalizeEmail(in.Email)
	if err != nil {
		return core.TherapistID{}, core.AsFault(err).Of("email")
	}
	var c core.Collect
	line(&c, "name", &in.Name, 0, 120)
	if err := c.Err(); err != nil {
		return core.TherapistID{}, err
	}
	return fileFor(ctx, x.Tx, s.src, section.OrganizationID, email, in.Name, in.SamePerson, x.Now)
}

// placeFor is the place that someone gets in an open section, if they may have one.
func placeFor(ctx context.Context, x act.Step[Tx], section Section, therapist core.TherapistID) (Place, error) {
	place := Place{SectionID: section.ID, TherapistID: therapist, State: PlaceWaiting, Since: x.Now}
	if section.Taken < section.Seats && section.Waiting == 0 {
		place.State = PlaceSeated
	}
	if err := stillOpen(section); err != nil {
		return place, err
	}
	if err := asked(ctx, x.Tx, section, therapist); err != nil {
		return place, err
	}
	before, err := x.Tx.Place(ctx, section.ID, therapist)
	switch {
	case err == nil && before.State != PlaceWithdrawn:
		return place, core.Conflict("already_there", "name", before.Name)
	case err != nil && !errors.Is(err, core.NotFound("place")):
		return place, err
	}
	return place, nil
}

// asked wants the courses that a section's course asks for to be completed.
func asked(ctx context.Context, tx Tx, section Section, therapist core.TherapistID) error {
	course, err := tx.Course(ctx, section.CourseID)
	if err != nil {
		return err
	}
	completions, err := tx.CourseCompletionsOf(ctx, therapist)
	if err != nil {
		return err
	}
	fault := core.Conflict("prerequisite_missing")
	for i, p := range course.Prerequisites {
		done := slices.ContainsFunc(completions, func(c core.CourseCompletion) bool {
			return c.OrganizationID == course.OrganizationID && c.CourseCode == p.CourseCode
		})
		if p.CourseCode != "" && !done {
			fault.Fields = append(fault.Fields, core.Field{Name: fmt.Sprintf("prerequisites[%d]", i), Code: fault.Code, ID: "prerequisite_missing.course", Args: []any{"course", p.CourseCode}})
		}
	}
	if fault.Fields == nil {
		return nil
	}
	return fault
}

var leavesSection = act.Declare(access.SectionJoin, act.NewEvent("section.withdraw", "section"))

// Withdraw takes someone out of a section, or off its waiting list. A seat that
// becomes free goes to who waits longest, who is told by mail. Permission:
// section.join, or one's own place. Codes: not_open, not_there, not_found.
func (s *sections) Withdraw(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID) (Place, error) {
	return act.Do(ctx, s.act, a, leavesSection, act.Command[Tx, Section, Place]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Section], error) {
			found, err := findSection(id)(ctx, tx)
			found.Owner.Therapist = therapist
			return found, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (Place, error) {
			if err := stillOpen(section); err != nil {
				return Place{}, err
			}
			place, err := x.Tx.Place(ctx, id, therapist)
			if err != nil {
				return place, err
			}
			if place.State != PlaceSeated && place.State != PlaceWaiting {
				return place, core.Conflict("not_there", "name", place.Name)
			}
			if err := x.Tx.SetPlaces(ctx, id, []core.TherapistID{therapist}, PlaceWithdrawn, x.Now); err != nil {
				return place, err
			}
			if place.State == PlaceSeated {
				section.Taken--
			}
			if err := promote(ctx, x, section); err != nil {
				return place, err
			}
			return x.Tx.Place(ctx, id, therapist)
		},
		Tell: func(section Section, place Place) []act.Told { return tellPlace(section, place, nil) },
	})
}

// promote gives free seats of a locked section to who waits longest.
func promote(ctx context.Context, x act.Step[Tx], section Section) error {
	free := section.Seats - section.Taken
	if free <= 0 {
		return nil
	}
	first, err := x.Tx.FirstWaiting(ctx, section.ID, free)
	if err != nil || len(first) == 0 {
		return err
	}
	ids := make([]core.TherapistID, len(first))
	for i, p := range first {
		ids[i] = p.TherapistID
		p.State = PlaceSeated
		if err := x.Tx.SendMail(ctx, placeMail(section, p)); err != nil {
			return err
		}
	}
	return x.Tx.SetPlaces(ctx, section.ID, ids, PlaceSeated, x.Now)
}

func placeMail(section Section, p Place) core.Mail {
	if p.State == PlaceWaiting {
		return sectionMail(section, p, "mail.section.waiting")
	}
	return sectionMail(section, p, "mail.section.seated")
}

func canceledMail(section Section, p Place) core.Mail {
	return sectionMail(section, p, "mail.section.canceled")
}

func sectionMail(section Section, p Place, body string) core.Mail {
	l := words.Of(p.Language)
	return core.Mail{
		To: p.Reach, Subject: l.Say("mail.section.subject", "course", section.CourseTitle, "startsOn", section.StartsOn),
		Text: l.Say(body, "name", p.Name, "course", section.CourseTitle, "startsOn", section.StartsOn, "endsOn", section.EndsOn),
	}
}

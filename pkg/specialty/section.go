package specialty

import (
	"context"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

const (
	mostSeats    = 500
	mostSessions = 100
)

// SectionInput is a section as somebody planned it. InstructorID is a supervisor
// of the school, zero for the actor's own membership.
type SectionInput struct {
	InstructorID     core.MemberID
	StartsOn, EndsOn core.Date
	Place            string
	Seats            int
	Exam             bool
}

// SessionInput is a meeting of a section; Part is a subject such as theory or lab.
type SessionInput struct {
	Date     core.Date
	Minutes  core.Minutes
	Part     string
	Setting  core.Setting
	Delivery core.Delivery
}

// PlanSection makes a section of a course, with its sessions as far as they are
// known. Permission: section.plan. Codes by field: required, bad_range,
// bad_number, unknown_supervisor, too_long, bad_character, bad_minutes,
// bad_code, unknown_setting, unknown_delivery, outside_section, too_many;
// not_found.
func (s *Service) PlanSection(ctx context.Context, a access.Actor, course core.CourseID, in SectionInput, sessions []SessionInput) (core.Section, error) {
	now := s.src.Now()
	var made core.Section
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Course(ctx, course)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.SectionPlan, access.Target{Organization: c.OrganizationID}); err != nil {
			return err
		}
		section := core.Section{
			ID: core.NewID[core.SectionID](s.src), OrganizationID: c.OrganizationID, CourseID: c.ID, State: core.SectionOpen,
			CreatedAt: now, CreatedBy: a.AccountID, Version: 1,
		}
		var problems core.Collect
		if err := in.fill(ctx, tx, a, &problems, &section); err != nil {
			return err
		}
		meetings := s.meetings(&problems, section, sessions)
		if err := problems.Err(); err != nil {
			return err
		}
		if err := tx.InsertSection(ctx, section); err != nil {
			return err
		}
		if err := tx.InsertSectionSessions(ctx, meetings); err != nil {
			return err
		}
		if made, err = tx.Section(ctx, section.ID); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.plan", "section", section.ID.String(), nil)
	})
	return made, err
}

// fill checks what was planned and writes it into a section.
func (in SectionInput) fill(ctx context.Context, tx People, a access.Actor, c *core.Collect, s *core.Section) error {
	line(c, "place", &in.Place, 0, 120)
	switch {
	case in.StartsOn.IsZero():
		c.Add("starts_on", "required", "This date is needed.")
	case in.EndsOn.IsZero():
		c.Add("ends_on", "required", "This date is needed.")
	case in.EndsOn.Before(in.StartsOn) || in.EndsOn.After(in.StartsOn.AddMonths(24)):
		c.Add("ends_on", "bad_range", "A section ends on the day it begins or later, within two years.")
	}
	if in.Seats < 1 || in.Seats > mostSeats {
		c.Add("seats", "bad_number", "A section has between 1 and %d seats.", mostSeats)
	}
	members, err := tx.SupervisorsOf(ctx, s.OrganizationID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(members, func(m core.Member) bool {
		return m.ID == in.InstructorID || in.InstructorID.IsZero() && m.AccountID == a.AccountID
	})
	if i < 0 {
		c.Add("instructor_id", "unknown_supervisor", "Choose a supervisor of the school as the instructor.")
	} else {
		s.InstructorID = members[i].ID
	}
	s.StartsOn, s.EndsOn, s.Place, s.Seats, s.Exam = in.StartsOn, in.EndsOn, in.Place, in.Seats, in.Exam
	return nil
}

// ChangeSection changes an open section. More seats go to those who wait longest.
// Permission: section.plan. Codes: those of PlanSection, seats_taken (fewer seats
// than are held), not_open, stale, not_found.
func (s *Service) ChangeSection(ctx context.Context, a access.Actor, id core.SectionID, version int, in SectionInput) (core.Section, error) {
	now := s.src.Now()
	var section core.Section
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if section, err = openSection(ctx, tx, a, access.SectionPlan, id, version); err != nil {
			return err
		}
		var c core.Collect
		if err := in.fill(ctx, tx, a, &c, &section); err != nil {
			return err
		}
		if in.Seats < section.Taken {
			c.Add("seats", "seats_taken", "%d seats are taken; there cannot be fewer.", section.Taken)
		}
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.UpdateSection(ctx, section); err != nil {
			return err
		}
		if err := s.promote(ctx, tx, section, now); err != nil {
			return err
		}
		if section, err = tx.Section(ctx, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.plan", "section", id.String(), nil)
	})
	return section, err
}

// CancelSection calls an open section off; who has a place or waits is told by
// mail. Permission: section.plan. Codes: not_open, stale, not_found.
func (s *Service) CancelSection(ctx context.Context, a access.Actor, id core.SectionID, version int) (core.Section, error) {
	now := s.src.Now()
	var section core.Section
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if section, err = openSection(ctx, tx, a, access.SectionPlan, id, version); err != nil {
			return err
		}
		section.State = core.SectionCancelled
		if err := tx.UpdateSection(ctx, section); err != nil {
			return err
		}
		places, err := tx.PlacesOf(ctx, id)
		if err != nil {
			return err
		}
		for _, p := range places {
			if p.State != core.PlaceSeated && p.State != core.PlaceWaiting {
				continue
			}
			if err := tx.SendMail(ctx, cancelledMail(section, p)); err != nil {
				return err
			}
		}
		section.Version++
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.plan", "section", id.String(), map[string]string{"state": string(section.State)})
	})
	return section, err
}

// openSection locks a section that the actor may change and that is open.
func openSection(ctx context.Context, tx Sections, a access.Actor, action access.Action, id core.SectionID, version int) (core.Section, error) {
	section, err := tx.LockSection(ctx, id)
	if err != nil {
		return section, err
	}
	if err := access.Can(a, action, access.Target{Organization: section.OrganizationID}); err != nil {
		return section, err
	}
	return section, stillOpen(section, version)
}

func stillOpen(section core.Section, version int) error {
	if version != 0 && version != section.Version {
		return core.ErrStale
	}
	if section.State != core.SectionOpen {
		return core.Conflict("not_open", "This section is %s and does not change.", section.State)
	}
	return nil
}

// Sections lists a school's sections, those that begin last first; with a course
// those of one course. Permission: section.read. Code: bad_cursor.
func (s *Service) Sections(ctx context.Context, a access.Actor, org core.OrganizationID, course core.CourseID, page core.Page) (core.List[core.Section], error) {
	if err := access.Can(a, access.SectionRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Section]{}, err
	}
	q, err := sectionQuery(page)
	if err != nil {
		return core.List[core.Section]{}, err
	}
	q.Organization, q.Course = org, course
	var rows []core.Section
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindSections(ctx, q)
		return err
	})
	return sectionList(rows, page, func(s core.Section) core.Section { return s }), err
}

// MySections lists the sections of all schools in which the actor is, was or
// waits, those that begin last first. Permission: self.read. Codes: bad_cursor,
// not_found (no therapist).
func (s *Service) MySections(ctx context.Context, a access.Actor, page core.Page) (core.List[core.MySection], error) {
	if err := own(a, access.SelfRead); err != nil {
		return core.List[core.MySection]{}, err
	}
	q, err := sectionQuery(page)
	if err != nil {
		return core.List[core.MySection]{}, err
	}
	q.Therapist = a.TherapistID
	var rows []core.MySection
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.MySections(ctx, q)
		return err
	})
	return sectionList(rows, page, func(s core.MySection) core.Section { return s.Section }), err
}

func sectionQuery(page core.Page) (SectionQuery, error) {
	q := SectionQuery{Limit: page.Size() + 1}
	parts, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil || parts == nil {
		return q, err
	}
	var dateErr, idErr error
	q.AfterDate, dateErr = core.ParseDate(parts[0])
	q.After, idErr = core.ParseID[core.SectionID](parts[1])
	if dateErr != nil || idErr != nil {
		return q, core.ErrBadCursor
	}
	return q, nil
}

func sectionList[T any](rows []T, page core.Page, of func(T) core.Section) core.List[T] {
	list := core.List[T]{Items: rows}
	if len(rows) > page.Size() {
		list.Items = rows[:page.Size()]
		last := of(list.Items[len(list.Items)-1])
		list.Next = core.EncodeCursor(last.StartsOn.String(), last.ID.String())
	}
	return list
}

// SectionDetail is a section with what the actor may see of it: who teaches or
// runs it sees everybody's place, marks and results, a student their own.
type SectionDetail struct {
	Section  core.Section
	Sessions []core.SectionSession
	Places   []core.Place
	Marks    []core.SessionMark
	Exams    []core.ExamResult
	Teaches  bool
}

// Section finds a section. Permission: section.read. Code: not_found.
func (s *Service) Section(ctx context.Context, a access.Actor, id core.SectionID) (SectionDetail, error) {
	var d SectionDetail
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		d, err = sectionDetail(ctx, tx, a, id)
		return err
	})
	return d, err
}

func sectionDetail(ctx context.Context, tx Tx, a access.Actor, id core.SectionID) (SectionDetail, error) {
	section, err := tx.Section(ctx, id)
	if err != nil {
		return SectionDetail{}, err
	}
	if err := access.Can(a, access.SectionRead, access.Target{Organization: section.OrganizationID}); err != nil {
		return SectionDetail{}, err
	}
	d := SectionDetail{Section: section, Teaches: teaches(a, section) == nil}
	if d.Sessions, err = tx.SectionSessions(ctx, id); err != nil {
		return d, err
	}
	if d.Places, err = tx.PlacesOf(ctx, id); err != nil {
		return d, err
	}
	if d.Marks, err = tx.SessionMarks(ctx, id); err != nil {
		return d, err
	}
	if d.Exams, err = tx.ExamResults(ctx, id); err != nil || d.Teaches {
		return d, err
	}
	d.Places = slices.DeleteFunc(d.Places, func(p core.Place) bool { return p.TherapistID != a.TherapistID })
	d.Marks = slices.DeleteFunc(d.Marks, func(m core.SessionMark) bool { return m.TherapistID != a.TherapistID })
	d.Exams = slices.DeleteFunc(d.Exams, func(r core.ExamResult) bool { return r.TherapistID != a.TherapistID })
	return d, nil
}

// teaches wants the actor to run the section: its instructor, or the school's
// office.
func teaches(a access.Actor, section core.Section) error {
	if err := access.Can(a, access.SectionTeach, access.Target{Organization: section.OrganizationID}); err != nil {
		return err
	}
	for _, role := range []core.Role{core.RoleRegistrar, core.RoleAdmin} {
		if _, ok := a.Member(section.OrganizationID, role); ok {
			return nil
		}
	}
	if member, _ := a.Member(section.OrganizationID, core.RoleSupervisor); member == section.InstructorID {
		return nil
	}
	return core.Forbidden("other_supervisor", "Another supervisor teaches this section.")
}

func (s *Service) meetings(c *core.Collect, section core.Section, in []SessionInput) []core.SectionSession {
	if len(in) > mostSessions {
		c.Add("sessions", "too_many", "A section has at most %d sessions.", mostSessions)
		return nil
	}
	out := make([]core.SectionSession, len(in))
	for i, m := range in {
		out[i] = m.session(c, sessionField(i), section)
		out[i].ID = core.NewID[core.SectionSessionID](s.src)
	}
	return out
}

func sessionField(i int) string { return fmt.Sprintf("sessions[%d].", i) }

// session checks a meeting; field is put before the names of its fields.
func (in SessionInput) session(c *core.Collect, field string, section core.Section) core.SectionSession {
	if in.Date.IsZero() || in.Date.Before(section.StartsOn) || in.Date.After(section.EndsOn) {
		c.Add(field+"date", "outside_section", "A session lies between the first and the last day of its section.")
	}
	if in.Minutes < 1 || in.Minutes > core.LongestSession {
		c.Add(field+"minutes", "bad_minutes", "A session has between 1 minute and %s.", core.LongestSession)
	}
	if len(in.Part) > 60 || !topicCode.MatchString(in.Part) {
		c.Add(field+"part", "bad_code", "The part is written in lower case with hyphens, such as theory or lab.")
	}
	if !slices.Contains(core.Settings, in.Setting) {
		c.Add(field+"setting", "unknown_setting", "The setting is classroom, lab, clinic or externship.")
	}
	if !slices.Contains(core.Deliveries, in.Delivery) {
		c.Add(field+"delivery", "unknown_delivery", "The delivery is in-person or distance.")
	}
	return core.SectionSession{SectionID: section.ID, Date: in.Date, Minutes: in.Minutes, Part: in.Part, Setting: in.Setting, Delivery: in.Delivery}
}

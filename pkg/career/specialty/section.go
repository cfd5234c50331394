package specialty

import (
	"context"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const (
	mostSeats    = 500
	mostSessions = 100
)

// SectionInput is a section as someone planned it. InstructorID is a supervisor
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

var plansSection = act.Declare(access.SectionPlan, act.NewEvent("section.plan", "section"))

// PlanSection makes a section of a course, with its sessions as far as they are
// known. Permission: section.plan. Codes by field: required, bad_range,
// bad_number, unknown_supervisor, too_long, bad_character, bad_minutes,
// bad_code, unknown_setting, unknown_delivery, outside_section, too_many;
// not_found.
func (s *sections) PlanSection(ctx context.Context, a access.Actor, course core.CourseID, in SectionInput, sessions []SessionInput) (Section, error) {
	return act.Do(ctx, s.act, a, plansSection, act.Command[Tx, core.Course, Section]{
		Find: findCourse(course),
		Change: func(ctx context.Context, x act.Step[Tx], c core.Course) (Section, error) {
			section := Section{
				ID: core.NewID[core.SectionID](s.src), OrganizationID: c.OrganizationID, CourseID: c.ID, State: SectionOpen,
				CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1,
			}
			var problems core.Collect
			if err := in.fill(ctx, x.Tx, a, &problems, &section); err != nil {
				return section, err
			}
			meetings := s.meetings(&problems, section, sessions)
			if err := problems.Err(); err != nil {
				return section, err
			}
			if err := x.Tx.InsertSection(ctx, section); err != nil {
				return section, err
			}
			if err := x.Tx.InsertSectionSessions(ctx, meetings); err != nil {
				return section, err
			}
			return x.Tx.Section(ctx, section.ID)
		},
		Tell: func(_ core.Course, section Section) []act.Told { return act.Of(section.ID.String(), nil) },
	})
}

// fill checks what was planned and writes it into a section.
func (in SectionInput) fill(ctx context.Context, tx People, a access.Actor, c *core.Collect, s *Section) error {
	line(c, "place", &in.Place, 0, 120)
	switch {
	case in.StartsOn.IsZero():
		c.Add("starts_on", "required.date_needed")
	case in.EndsOn.IsZero():
		c.Add("ends_on", "required.date_needed")
	case in.EndsOn.Before(in.StartsOn) || in.EndsOn.After(in.StartsOn.AddMonths(24)):
		c.Add("ends_on", "bad_range.ends_on")
	}
	if in.Seats < 1 || in.Seats > mostSeats {
		c.Add("seats", "bad_number.seats", "mostSeats", mostSeats)
	}
	members, err := tx.SupervisorsOf(ctx, s.OrganizationID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(members, func(m core.Member) bool {
		return m.ID == in.InstructorID || in.InstructorID.IsZero() && m.AccountID == a.AccountID
	})
	if i < 0 {
		c.Add("instructor_id", "unknown_supervisor.instructor_id")
	} else {
		s.InstructorID = members[i].ID
	}
	s.StartsOn, s.EndsOn, s.Place, s.Seats, s.Exam = in.StartsOn, in.EndsOn, in.Place, in.Seats, in.Exam
	return nil
}

// ChangeSection changes an open section. More seats go to those who wait longest.
// Permission: section.plan. Codes: those of PlanSection, seats_taken (fewer seats
// than are held), not_open, stale, not_found.
func (s *sections) ChangeSection(ctx context.Context, a access.Actor, id core.SectionID, version int, in SectionInput) (Section, error) {
	return act.Do(ctx, s.act, a, plansSection, act.Command[Tx, Section, Section]{
		Version: version,
		Find:    findSection(id),
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (Section, error) {
			if err := stillOpen(section); err != nil {
				return section, err
			}
			var c core.Collect
			if err := in.fill(ctx, x.Tx, a, &c, &section); err != nil {
				return section, err
			}
			if in.Seats < section.Taken {
				c.Add("seats", "seats_taken.seats", "taken", section.Taken)
			}
			if err := c.Err(); err != nil {
				return section, err
			}
			if err := x.Tx.UpdateSection(ctx, section); err != nil {
				return section, err
			}
			if err := promote(ctx, x, section); err != nil {
				return section, err
			}
			return x.Tx.Section(ctx, id)
		},
		Tell: tellSection[Section](nil),
	})
}

// CancelSection calls an open section off; who has a place or waits is told by
// mail. Permission: section.plan. Codes: not_open, stale, not_found.
func (s *sections) CancelSection(ctx context.Context, a access.Actor, id core.SectionID, version int) (Section, error) {
	return act.Do(ctx, s.act, a, plansSection, act.Command[Tx, Section, Section]{
		Version: version,
		Find:    findSection(id),
		Change: func(_ context.Context, _ act.Step[Tx], section Section) (Section, error) {
			err := stillOpen(section)
			section.State = SectionCanceled
			section.Version++
			return section, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Section) error {
			to.Version = from.Version
			if err := x.Tx.UpdateSection(ctx, to); err != nil {
				return err
			}
			places, err := x.Tx.PlacesOf(ctx, id)
			if err != nil {
				return err
			}
			for _, p := range places {
				if p.State != PlaceSeated && p.State != PlaceWaiting {
					continue
				}
				if err := x.Tx.SendMail(ctx, canceledMail(to, p)); err != nil {
					return err
				}
			}
			return nil
		},
		Tell: tellSection[Section](map[string]string{"state": string(SectionCanceled)}),
	})
}

// findSection finds a section and locks it until the transaction ends.
func findSection(id core.SectionID) func(context.Context, Tx) (act.Found[Section], error) {
	return func(ctx context.Context, tx Tx) (act.Found[Section], error) {
		section, err := tx.LockSection(ctx, id)
		return act.Found[Section]{Thing: section, Owner: access.Target{Organization: section.OrganizationID}, Version: section.Version}, err
	}
}

// tellSection tells a command on a section.
func tellSection[R any](details map[string]string) func(Section, R) []act.Told {
	return func(section Section, _ R) []act.Told { return act.Of(section.ID.String(), details) }
}

func stillOpen(section Section) error {
	if section.State != SectionOpen {
		return core.Conflict("not_open.specialty", "state", section.State)
	}
	return nil
}

// Sections lists a school's sections, those that begin last first; with a course
// those of one course. Permission: section.read. Code: bad_cursor.
func (s *sections) Sections(ctx context.Context, a access.Actor, org core.OrganizationID, course core.CourseID, page core.Page) (core.List[Section], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Section]{
		Action: access.SectionRead, Parts: 2, Alone: true,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Section, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			q, err := sectionQuery(part)
			if err != nil {
				return nil, err
			}
			q.Organization, q.Course = org, course
			return r.Tx.FindSections(ctx, q)
		},
		Key: sectionKey,
	})
}

// MySections lists the sections of all schools in which the actor is, was or
// waits, those that begin last first. Permission: self.read. Codes: bad_cursor,
// not_found (no therapist).
func (s *sections) MySections(ctx context.Context, a access.Actor, page core.Page) (core.List[MySection], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, MySection]{
		Action: access.SelfRead, Parts: 2, Alone: true,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]MySection, error) {
			if err := mayRead(ctx, r); err != nil {
				return nil, err
			}
			q, err := sectionQuery(part)
			if err != nil {
				return nil, err
			}
			q.Therapist = a.TherapistID
			return r.Tx.MySections(ctx, q)
		},
		Key: func(s MySection) []string { return sectionKey(s.Section) },
	})
}

func sectionQuery(part act.Part) (q SectionQuery, err error) {
	if q.AfterDate, err = act.AfterDate(part, 0); err != nil {
		return q, err
	}
	q.Limit = part.Limit
	q.After, err = act.AfterID[core.SectionID](part, 1)
	return q, err
}

func sectionKey(s Section) []string { return []string{s.StartsOn.String(), s.ID.String()} }

// SectionDetail is a section with what the actor may see of it: who teaches or
// runs it sees everybody's place, marks and results, a student their own.
type SectionDetail struct {
	Section  Section
	Sessions []SectionSession
	Places   []Place
	Marks    []SessionMark
	Exams    []ExamResult
	Teaches  bool
}

// Section finds a section. Permission: section.read. Code: not_found.
func (s *sections) Section(ctx context.Context, a access.Actor, id core.SectionID) (SectionDetail, error) {
	return act.Read(ctx, s.act, a, access.SectionRead, func(ctx context.Context, r act.Reader[Tx]) (SectionDetail, error) {
		section, err := readSection(ctx, r, id)
		if err != nil {
			return SectionDetail{}, err
		}
		d, err := sectionDetail(ctx, r.Tx, a, section)
		if err != nil || !d.Teaches || !readsLicenses(r.Allows, section.OrganizationID) {
			return d, err
		}
		people := make([]core.TherapistID, len(d.Places))
		for i, p := range d.Places {
			people[i] = p.TherapistID
		}
		bars, err := barsOf(ctx, r.Tx, a, section.OrganizationID, people, r.Now)
		for i := range d.Places {
			p := &d.Places[i]
			if p.Bars = bars[p.TherapistID]; p.Bars != nil {
				r.Saw(section.OrganizationID, p.TherapistID, access.ScopeLicenses)
			}
		}
		return d, err
	})
}

// readSection finds a section that the actor may read.
func readSection(ctx context.Context, r act.Reader[Tx], id core.SectionID) (Section, error) {
	section, err := r.Tx.Section(ctx, id)
	if err != nil {
		return section, err
	}
	return section, r.May(ctx, access.Target{Organization: section.OrganizationID})
}

func sectionDetail(ctx context.Context, tx Tx, a access.Actor, section Section) (SectionDetail, error) {
	id := section.ID
	d := SectionDetail{Section: section, Teaches: runs(a, section) == nil}
	var err error
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
	d.Places = slices.DeleteFunc(d.Places, func(p Place) bool { return !a.Is(p.TherapistID) })
	d.Marks = slices.DeleteFunc(d.Marks, func(m SessionMark) bool { return !a.Is(m.TherapistID) })
	d.Exams = slices.DeleteFunc(d.Exams, func(r ExamResult) bool { return !a.Is(r.TherapistID) })
	return d, nil
}

// runs wants the actor to run the section: its instructor, or the school's office.
func runs(a access.Actor, section Section) error {
	for _, role := range []core.Role{core.RoleRegistrar, core.RoleAdmin} {
		if _, ok := a.Member(section.OrganizationID, role); ok {
			return nil
		}
	}
	if member, ok := a.Member(section.OrganizationID, core.RoleSupervisor); ok && member == section.InstructorID {
		return nil
	}
	return core.Forbidden("other_supervisor.specialty")
}

func (s *sections) meetings(c *core.Collect, section Section, in []SessionInput) []SectionSession {
	if len(in) > mostSessions {
		c.Add("sessions", "too_many.sessions", "mostSessions", mostSessions)
		return nil
	}
	out := make([]SectionSession, len(in))
	for i, m := range in {
		out[i] = m.session(c, sessionField(i), section)
		out[i].ID = core.NewID[core.SectionSessionID](s.src)
	}
	return out
}

func sessionField(i int) string { return fmt.Sprintf("sessions[%d].", i) }

// session checks a meeting; field is put before the names of its fields.
func (in SessionInput) session(c *core.Collect, field string, section Section) SectionSession {
	if in.Date.IsZero() || in.Date.Before(section.StartsOn) || in.Date.After(section.EndsOn) {
		c.Add(field+"date", "outside_section.session")
	}
	if in.Minutes < 1 || in.Minutes > core.LongestSession {
		c.Add(field+"minutes", "bad_minutes.session", "longestSession", core.LongestSession)
	}
	if len(in.Part) > 60 || !topicCode.MatchString(in.Part) {
		c.Add(field+"part", "bad_code.part")
	}
	if !slices.Contains(core.Settings, in.Setting) {
		c.Add(field+"setting", "unknown_setting")
	}
	if !slices.Contains(core.Deliveries, in.Delivery) {
		c.Add(field+"delivery", "unknown_delivery")
	}
	return SectionSession{SectionID: section.ID, Date: in.Date, Minutes: in.Minutes, Part: in.Part, Setting: in.Setting, Delivery: in.Delivery}
}

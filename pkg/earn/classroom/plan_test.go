package classroom_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

func TestService_Plan(t *testing.T) {
	each(t, func(r *room) {
		in := r.input(classroom.CheckInQR)
		in.Subject = "Kinesiology" // the title, as a person writes it
		c, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
		r.ok(err)
		if c.State != classroom.ClassPlanned || c.Students != 2 || c.Session.Minutes != 110 || c.Session.Subject != "kinesiology" || c.InstructorName != "Rosa Alvarez" {
			r.t.Errorf("planned %+v", c)
		}
		if other := r.planned(classroom.CheckInQR); len(c.Secret) != 32 || string(other.Secret) == string(c.Secret) {
			r.t.Error("two classes have the same secret")
		}
		d, err := r.service.Class(r.ctx, r.Registrar, c.ID)
		r.ok(err)
		if len(d.Roster) != 2 || d.Roster[0].Name != "Mara Quill" || d.Roster[0].Mark != core.MarkExpected || d.Roster[1].Name != "Noah Birch" {
			r.t.Errorf("the roster is %+v", d.Roster)
		}

		office := r.input(classroom.CheckInRoster)
		office.InstructorID = r.Supervisor(r.t, r.Okafor)
		office.Date = day.AddDays(364)
		if c, err = r.service.Plan(r.ctx, r.Registrar, r.School.ID, office); err != nil || c.InstructorName != "Tobi Okafor" {
			r.t.Errorf("the office plans %+v, %v", c, err)
		}
		for name, a := range map[string]access.Actor{"a student": r.Student, "nobody": {}} {
			if _, err := r.service.Plan(r.ctx, a, r.School.ID, r.input(classroom.CheckInQR)); err == nil {
				r.t.Errorf("%s plans a class", name)
			}
		}
		_, err = r.service.Plan(r.ctx, r.Student, r.School.ID, r.input(classroom.CheckInQR))
		r.refused(err, "forbidden")
		_, err = r.service.Plan(r.ctx, r.OtherTeacher, r.School.ID, r.input(classroom.CheckInQR))
		r.refused(err, "not_found")
	})
}

func TestService_Plan_ErrFields(t *testing.T) {
	each(t, func(r *room) {
		other, err := r.Logbook.PublishProgram(r.ctx, r.OtherOffice, r.Other.ID, logbook.PublishProgram{
			Code: "other", Title: "Other", Standard: r.Version.StandardBody,
		})
		r.ok(err)
		for _, c := range []struct {
			name        string
			by          access.Actor
			change      func(*classroom.PlanInput)
			field, code string
		}{
			{"without a day", r.Alvarez, func(in *classroom.PlanInput) { in.Date = core.Date{} }, "date", "required"},
			{"more than a year ahead", r.Alvarez, func(in *classroom.PlanInput) { in.Date = day.AddDays(366) }, "date", "future"},
			{"minutes alone", r.Alvarez, func(in *classroom.PlanInput) { in.Start, in.End, in.Minutes = "", "", 120 }, "start", "required"},
			{"without an end", r.Alvarez, func(in *classroom.PlanInput) { in.End = "" }, "end", "required"},
			{"without a subject", r.Alvarez, func(in *classroom.PlanInput) { in.Subject = "" }, "subject", "required"},
			{"a subject of another program", r.Alvarez, func(in *classroom.PlanInput) { in.Subject = "juggling" }, "subject", "unknown_subject"},
			{"somewhere", r.Alvarez, func(in *classroom.PlanInput) { in.Setting = "hallway" }, "setting", "unknown_setting"},
			{"by post", r.Alvarez, func(in *classroom.PlanInput) { in.Delivery = "post" }, "delivery", "unknown_delivery"},
			{"without a way to check in", r.Alvarez, func(in *classroom.PlanInput) { in.CheckIn = "" }, "check_in", "unknown_check_in"},
			{"without a program", r.Alvarez, func(in *classroom.PlanInput) { in.ProgramID = core.ProgramID{} }, "program_id", "unknown_program"},
			{"another school's program", r.Alvarez, func(in *classroom.PlanInput) { in.ProgramID = other.ProgramID }, "program_id", "unknown_program"},
			{"by the office, for nobody", r.Registrar, func(*classroom.PlanInput) {}, "instructor_id", "unknown_supervisor"},
			{"for another school's supervisor", r.Alvarez, func(in *classroom.PlanInput) {
				in.InstructorID, _ = r.OtherTeacher.Member(r.Other.ID, core.RoleSupervisor)
			}, "instructor_id", "unknown_supervisor"},
		} {
			r.run(c.name, func(r *room) {
				in := r.input(classroom.CheckInQR)
				c.change(&in)
				_, err := r.service.Plan(r.ctx, c.by, r.School.ID, in)
				r.refused(err, c.code, c.field, c.code)
			})
		}
		list, err := r.service.Classes(r.ctx, r.Registrar, r.School.ID, core.Page{})
		r.ok(err)
		if len(list.Items) != 0 {
			r.t.Errorf("a refused class is kept: %+v", list.Items)
		}
	})
}

// A class has a roster, and one that a person can look through.
func TestService_Plan_ErrRoster(t *testing.T) {
	each(t, func(r *room) {
		empty, err := r.Logbook.PublishProgram(r.ctx, r.Registrar, r.School.ID, logbook.PublishProgram{Code: "empty", Title: "Empty", Standard: r.Version.StandardBody})
		r.ok(err)
		in := r.input(classroom.CheckInQR)
		in.ProgramID = empty.ProgramID
		_, err = r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
		r.refused(err, "empty_roster", "program_id", "empty_roster")

		enroll := func(from, to int) {
			r.ok(r.DB.Write(r.ctx, func(ctx context.Context, _ *store.Tx) error {
				for n := from; n < to; n++ {
					if _, err := r.Logbook.Enroll(ctx, r.Registrar, r.School.ID, logbook.Enroll{
						Email: fmt.Sprintf("student%d@example.org", n), Name: fmt.Sprintf("Student %d", n), ProgramID: empty.ProgramID, EnrolledOn: day,
					}); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		enroll(0, classroom.MostStudents)
		if c, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in); err != nil || c.Students != classroom.MostStudents {
			r.t.Errorf("a full class: %d, %v", c.Students, err)
		}
		enroll(classroom.MostStudents, classroom.MostStudents+1)
		_, err = r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
		r.refused(err, "too_many", "program_id", "too_many")
	})
}

func TestService_Classes(t *testing.T) {
	each(t, func(r *room) {
		for n := range 5 {
			in := r.input(classroom.CheckInRoster)
			in.Date = day.AddDays(n / 2) // two on a day
			_, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
			r.ok(err)
		}
		seen, last, page := map[core.ClassID]bool{}, day.AddDays(9), core.Page{Limit: 2}
		for {
			list, err := r.service.Classes(r.ctx, r.Admin, r.School.ID, page)
			r.ok(err)
			for _, c := range list.Items {
				if seen[c.ID] || c.Session.Date.After(last) {
					r.t.Errorf("%s of %s comes twice or late", c.ID, c.Session.Date)
				}
				seen[c.ID], last = true, c.Session.Date
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if len(seen) != 5 {
			r.t.Errorf("%d classes are listed", len(seen))
		}
		_, err := r.service.Classes(r.ctx, r.Admin, r.School.ID, core.Page{Cursor: "elsewhere"})
		r.refused(err, "bad_cursor")
		_, err = r.service.Classes(r.ctx, r.OtherOffice, r.School.ID, core.Page{})
		r.refused(err, "not_found")
		_, err = r.service.Classes(r.ctx, r.Student, r.School.ID, core.Page{})
		r.refused(err, "forbidden")
	})
}

func TestService_Cancel(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInClock)
		_, err := r.service.Cancel(r.ctx, r.Alvarez, c.ID, c.Version+1)
		r.refused(err, "stale")
		_, err = r.service.Cancel(r.ctx, r.Student, c.ID, c.Version)
		r.refused(err, "forbidden")
		off, err := r.service.Cancel(r.ctx, r.Registrar, c.ID, c.Version)
		r.ok(err)
		if off.State != classroom.ClassCanceled || off.Version != c.Version+1 {
			r.t.Errorf("called off: %+v", off)
		}
		_, err = r.service.Cancel(r.ctx, r.Registrar, c.ID, off.Version)
		r.refused(err, "not_planned")
		r.is("13:00:00")
		_, err = r.service.Clock(r.ctx, r.Student, c.ID, classroom.In, classroom.Proof{})
		r.refused(err, "not_planned")
		r.is("15:00:00")
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.refused(err, "not_planned")
	})
}

// Another school's class is not there, no matter who asks and for what.
func TestService_ErrOtherSchool(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInQR)
		r.is("13:00:00")
		code, err := r.service.Code(r.ctx, r.Alvarez, c.ID)
		r.ok(err)
		stranger := r.fresh(r.OtherTeacher)
		elsewhere := r.Actor(r.t, r.Other, core.RoleStudent, "Otis Vale", "otis@stillwater.example")
		for name, try := range map[string]func(id core.ClassID) error{
			"read":   func(id core.ClassID) error { _, err := r.service.Class(r.ctx, stranger, id); return err },
			"code":   func(id core.ClassID) error { _, err := r.service.Code(r.ctx, stranger, id); return err },
			"mark":   func(id core.ClassID) error { _, err := r.service.MarkRoster(r.ctx, stranger, id, 0, nil); return err },
			"sign":   func(id core.ClassID) error { _, err := r.service.Sign(r.ctx, stranger, id, 0); return err },
			"cancel": func(id core.ClassID) error { _, err := r.service.Cancel(r.ctx, stranger, id, 0); return err },
			"scan":   func(id core.ClassID) error { _, err := r.service.Scan(r.ctx, elsewhere, id, code.Text); return err },
			"clock": func(id core.ClassID) error {
				_, err := r.service.Clock(r.ctx, elsewhere, id, classroom.In, classroom.Proof{Code: code.Text})
				return err
			},
		} {
			r.run(name, func(r *room) {
				r.refused(try(c.ID), "not_found")
				r.refused(try(core.NewID[core.ClassID](r.Source)), "not_found")
			})
		}
	})
}

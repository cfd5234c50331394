// Package classroomapi serves classes, check-in and rosters, as api/classroom
// describes them.
package classroomapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of the classroom. baseURL is that of the pages.
func New(s *classroom.Service, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Join(classroomRoutes, checkinRoutes),
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, baseURL}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	service *classroom.Service
	baseURL string
}

var classroomRoutes = edge.Routes{
	"listClasses": {Action: access.ClassRead},
	"planClass":   {Action: access.ClassPlan},
	"getClass":    {Action: access.ClassRead},
	"cancelClass": {Action: access.ClassPlan},
	"markRoster":  {Action: access.ClassTeach},
	"signClass":   {Action: access.ClassSign},
}

func (o operations) ListClasses(c echo.Context, org common.OrganizationID, p ListClassesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[classroom.Class], error) {
		return o.service.Classes(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[classroom.Class]) edge.Reply {
		return edge.List(c, l.Next, ClassList{Items: edge.Each(l.Items, classOf), NextCursor: l.Next})
	})
}

func (o operations) PlanClass(c echo.Context, org common.OrganizationID, _ PlanClassParams) error {
	return edge.Take(c, func(ctx context.Context, in NewClass) (classroom.Class, error) {
		return o.service.Plan(ctx, edge.Actor(c), org, classroom.PlanInput{
			SessionInput: core.SessionInput{
				Date: in.Date, Start: in.Start, End: in.End, Break: in.BreakMinutes, Subject: in.Subject, Setting: in.Setting,
				Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp,
			},
			ProgramID: in.ProgramId, InstructorID: in.InstructorId, CheckIn: in.CheckIn,
		})
	}, func(k classroom.Class) edge.Reply { return edge.Created(classOf(k)).Version(k.Version) })
}

func (o operations) GetClass(c echo.Context, id common.ClassID) error {
	return edge.Do(c, func(ctx context.Context) (classroom.Detail, error) {
		return o.service.Class(ctx, edge.Actor(c), id)
	}, okDetail)
}

func (o operations) CancelClass(c echo.Context, id common.ClassID, _ CancelClassParams) error {
	return edge.Do(c, func(ctx context.Context) (classroom.Class, error) {
		return o.service.Cancel(ctx, edge.Actor(c), id, edge.Version(c))
	}, func(k classroom.Class) edge.Reply { return edge.OK(classOf(k)).Version(k.Version) })
}

func (o operations) MarkRoster(c echo.Context, id common.ClassID, _ MarkRosterParams) error {
	return edge.Take(c, func(ctx context.Context, in RosterInput) (classroom.Detail, error) {
		return o.service.MarkRoster(ctx, edge.Actor(c), id, edge.Version(c), edge.Each(in.Marks, func(m MarkInput) classroom.MarkInput {
			return classroom.MarkInput{EnrollmentID: m.EnrollmentId, Mark: m.Mark, In: m.In, Out: m.Out, Grade: m.Grade}
		}))
	}, okDetail)
}

func (o operations) SignClass(c echo.Context, id common.ClassID, _ SignClassParams) error {
	return edge.Do(c, func(ctx context.Context) (classroom.Detail, error) {
		return o.service.Sign(ctx, edge.Actor(c), id, edge.Version(c))
	}, func(d classroom.Detail) edge.Reply {
		l, detail := edge.Language(c), detailOf(d)
		detail.Left = edge.Each(d.Left, func(u logbook.Unsigned) LeftStudent {
			return LeftStudent{EnrollmentId: u.Entry.EnrollmentID, Name: u.Entry.StudentName, Code: LeftStudentCode(u.Why.Code), Reason: l.Write(u.Why.Sentence())}
		})
		return edge.OK(detail).Version(d.Class.Version)
	})
}

func okDetail(d classroom.Detail) edge.Reply {
	return edge.OK(detailOf(d)).Version(d.Class.Version)
}

func detailOf(d classroom.Detail) ClassDetail {
	return ClassDetail{Class: classOf(d.Class), Roster: edge.Each(d.Roster, attendanceOf)}
}

func classOf(k classroom.Class) Class {
	s := k.Session
	return Class{
		Id: k.ID, OrganizationId: k.OrganizationID, ProgramId: k.ProgramID, ProgramTitle: k.ProgramTitle,
		InstructorId: k.InstructorID, InstructorName: k.InstructorName, State: k.State, CheckIn: k.CheckIn,
		Date: s.Date, Zone: s.Zone, Start: s.Start, End: s.End, BreakMinutes: s.Break, Minutes: s.Minutes, Subject: s.Subject,
		Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp, Students: k.Students, Present: k.Present,
		SignedAt: k.SignedAt, Version: k.Version,
	}
}

func attendanceOf(a classroom.Attendance) Attendance {
	return Attendance{
		EnrollmentId: a.EnrollmentID, TherapistId: a.TherapistID, Name: a.Name, Mark: a.Mark, InAt: a.In, OutAt: a.Out,
		InBy: AttendanceInBy(a.InBy), OutBy: AttendanceOutBy(a.OutBy), Grade: a.Grade, EntryId: a.EntryID,
	}
}

package classroomapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var checkinRoutes = edge.Routes{
	"getClassCode":  {Action: access.ClassTeach},
	"scanClassCode": {Action: access.AttendanceClock, Around: true},
	"clock":         {Action: access.AttendanceClock},
	"listMyClasses": {Action: access.SelfRead},
}

func (o operations) GetClassCode(c echo.Context, id common.ClassID) error {
	return edge.Do(c, func(ctx context.Context) (classroom.Code, error) {
		return o.service.Code(ctx, edge.Actor(c), id)
	}, func(code classroom.Code) edge.Reply {
		return edge.OK(ClassCode{Code: code.Text, Until: code.Until, Link: o.baseURL + "/check-in/" + id.String() + "/" + code.Text})
	})
}

func (o operations) ScanClassCode(c echo.Context, id common.ClassID, _ ScanClassCodeParams) error {
	return edge.Take(c, func(ctx context.Context, in ScanInput) (classroom.Scan, error) {
		return o.service.Scan(ctx, edge.Actor(c), id, in.Code)
	}, func(s classroom.Scan) edge.Reply {
		return edge.OK(ScannedClass{Class: classOf(s.Class), Attendance: attendanceOf(s.Attendance), Ticket: s.Ticket, Until: s.Until})
	})
}

func (o operations) Clock(c echo.Context, id common.ClassID, _ ClockParams) error {
	return edge.Take(c, func(ctx context.Context, in ClockInput) (classroom.Attendance, error) {
		return o.service.Clock(ctx, edge.Actor(c), id, classroom.Direction(in.Direction), classroom.Proof{Code: in.Code, Ticket: in.Ticket})
	}, func(a classroom.Attendance) edge.Reply { return edge.OK(attendanceOf(a)) })
}

func (o operations) ListMyClasses(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) ([]classroom.Mine, error) {
		return o.service.Today(ctx, edge.Actor(c))
	}, func(mine []classroom.Mine) edge.Reply {
		return edge.OK(MyClasses{Items: edge.Each(mine, func(m classroom.Mine) MyClass {
			return MyClass{Class: classOf(m.Class), Mark: m.Attendance.Mark, InAt: m.Attendance.In, OutAt: m.Attendance.Out}
		})})
	})
}

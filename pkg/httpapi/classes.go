package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) ListClasses(ctx context.Context, r api.ListClassesRequestObject) (api.ListClassesResponseObject, error) {
	list, err := h.Classroom.Classes(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListClasses200JSONResponse{
		Body:    api.ClassList{Items: each(list.Items, classOf), NextCursor: list.Next},
		Headers: api.ListClasses200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) PlanClass(ctx context.Context, r api.PlanClassRequestObject) (api.PlanClassResponseObject, error) {
	in := r.Body
	c, err := h.Classroom.Plan(ctx, callOf(ctx).actor, r.Organization, classroom.PlanInput{
		SessionInput: core.SessionInput{
			Date: in.Date, Start: in.Start, End: in.End, Break: in.BreakMinutes, Subject: in.Subject, Setting: in.Setting,
			Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp,
		},
		ProgramID: in.ProgramId, InstructorID: in.InstructorId, CheckIn: in.CheckIn,
	})
	if err != nil {
		return nil, err
	}
	return api.PlanClass201JSONResponse{Body: classOf(c), Headers: api.PlanClass201ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func (h *handlers) GetClass(ctx context.Context, r api.GetClassRequestObject) (api.GetClassResponseObject, error) {
	d, err := h.Classroom.Class(ctx, callOf(ctx).actor, r.Class)
	if err != nil {
		return nil, err
	}
	return api.GetClass200JSONResponse{Body: classDetailOf(d), Headers: api.GetClass200ResponseHeaders{ETag: etag(d.Class.Version)}}, nil
}

func (h *handlers) CancelClass(ctx context.Context, r api.CancelClassRequestObject) (api.CancelClassResponseObject, error) {
	one := callOf(ctx)
	c, err := h.Classroom.Cancel(ctx, one.actor, r.Class, one.version)
	if err != nil {
		return nil, err
	}
	return api.CancelClass200JSONResponse{Body: classOf(c), Headers: api.CancelClass200ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func (h *handlers) GetClassCode(ctx context.Context, r api.GetClassCodeRequestObject) (api.GetClassCodeResponseObject, error) {
	code, err := h.Classroom.Code(ctx, callOf(ctx).actor, r.Class)
	if err != nil {
		return nil, err
	}
	return api.GetClassCode200JSONResponse{Code: code.Text, Until: code.Until, Link: h.o.BaseURL + "/check-in/" + r.Class.String() + "/" + code.Text}, nil
}

func (h *handlers) ScanClassCode(ctx context.Context, r api.ScanClassCodeRequestObject) (api.ScanClassCodeResponseObject, error) {
	scan, err := h.Classroom.Scan(ctx, callOf(ctx).actor, r.Class, r.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ScanClassCode200JSONResponse{
		Class: classOf(scan.Class), Attendance: attendanceOf(scan.Attendance), Ticket: scan.Ticket, Until: scan.Until,
	}, nil
}

func (h *handlers) Clock(ctx context.Context, r api.ClockRequestObject) (api.ClockResponseObject, error) {
	a, err := h.Classroom.Clock(ctx, callOf(ctx).actor, r.Class, classroom.Direction(r.Body.Direction), classroom.Proof{Code: r.Body.Code, Ticket: r.Body.Ticket})
	if err != nil {
		return nil, err
	}
	return api.Clock200JSONResponse(attendanceOf(a)), nil
}

func (h *handlers) MarkRoster(ctx context.Context, r api.MarkRosterRequestObject) (api.MarkRosterResponseObject, error) {
	one := callOf(ctx)
	d, err := h.Classroom.MarkRoster(ctx, one.actor, r.Class, one.version, each(r.Body.Marks, func(m api.MarkInput) classroom.MarkInput {
		return classroom.MarkInput{EnrollmentID: m.EnrollmentId, Mark: m.Mark, In: m.In, Out: m.Out, Grade: m.Grade}
	}))
	if err != nil {
		return nil, err
	}
	return api.MarkRoster200JSONResponse{Body: classDetailOf(d), Headers: api.MarkRoster200ResponseHeaders{ETag: etag(d.Class.Version)}}, nil
}

func (h *handlers) SignClass(ctx context.Context, r api.SignClassRequestObject) (api.SignClassResponseObject, error) {
	one := callOf(ctx)
	d, err := h.Classroom.Sign(ctx, one.actor, r.Class, one.version)
	if err != nil {
		return nil, err
	}
	return api.SignClass200JSONResponse{Body: classDetailOf(d), Headers: api.SignClass200ResponseHeaders{ETag: etag(d.Class.Version)}}, nil
}

func (h *handlers) ListMyClasses(ctx context.Context, _ api.ListMyClassesRequestObject) (api.ListMyClassesResponseObject, error) {
	mine, err := h.Classroom.Today(ctx, callOf(ctx).actor)
	if err != nil {
		return nil, err
	}
	return api.ListMyClasses200JSONResponse{Items: each(mine, func(m classroom.Mine) api.MyClass {
		return api.MyClass{Class: classOf(m.Class), Mark: m.Attendance.Mark, InAt: m.Attendance.In, OutAt: m.Attendance.Out}
	})}, nil
}

func classOf(c core.Class) api.Class {
	s := c.Session
	return api.Class{
		Id: c.ID, OrganizationId: c.OrganizationID, ProgramId: c.ProgramID, ProgramTitle: c.ProgramTitle,
		InstructorId: c.InstructorID, InstructorName: c.InstructorName, State: c.State, CheckIn: c.CheckIn,
		Date: s.Date, Zone: s.Zone, Start: s.Start, End: s.End, BreakMinutes: s.Break, Minutes: s.Minutes, Subject: s.Subject,
		Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp, Students: c.Students, Present: c.Present,
		SignedAt: c.SignedAt, Version: c.Version,
	}
}

func classDetailOf(d classroom.Detail) api.ClassDetail {
	return api.ClassDetail{Class: classOf(d.Class), Roster: each(d.Roster, attendanceOf)}
}

func attendanceOf(a core.Attendance) api.Attendance {
	return api.Attendance{
		EnrollmentId: a.EnrollmentID, TherapistId: a.TherapistID, Name: a.Name, Mark: a.Mark, InAt: a.In, OutAt: a.Out,
		InBy: api.AttendanceInBy(a.InBy), OutBy: api.AttendanceOutBy(a.OutBy), Grade: a.Grade, EntryId: a.EntryID,
	}
}

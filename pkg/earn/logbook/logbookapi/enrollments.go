package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookview"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type enrollments struct{ service *logbook.Service }

var enrollmentRoutes = edge.Routes{
	"listEnrollments":   {Action: access.EnrollmentRead},
	"correctStudent":    {Action: access.EnrollmentCreate},
	"inviteStudent":     {Action: access.EnrollmentCreate},
	"enroll":            {Action: access.EnrollmentCreate},
	"listMyEnrollments": {Action: access.SelfRead},
	"getTherapistHours": {Action: access.HoursRead},
	"getEnrollment":     {Action: access.EnrollmentRead},
	"getProgress":       {Action: access.EnrollmentRead},
	"listCredits":       {Action: access.EnrollmentRead},
}

func (o enrollments) ListEnrollments(c echo.Context, org common.OrganizationID, p ListEnrollmentsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.EnrollmentRow], error) {
		filter := logbook.EnrollmentFilter{State: p.State, Query: p.Q}
		return o.service.Enrollments(ctx, edge.Actor(c), org, filter, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[logbook.EnrollmentRow]) edge.Reply {
		return edge.List(c, l.Next, EnrollmentRowList{Items: edge.Each(l.Items, enrollmentRowOf), NextCursor: l.Next})
	})
}

func (o enrollments) CorrectStudent(c echo.Context, id common.EnrollmentID, _ CorrectStudentParams) error {
	return edge.Take(c, func(ctx context.Context, in StudentCorrection) (logbook.Enrollment, error) {
		return o.service.CorrectStudent(ctx, edge.Actor(c), id, edge.Version(c), logbook.Corrected{Name: in.Name, Email: in.Email})
	}, func(e logbook.Enrollment) edge.Reply { return edge.OK(logbookview.Enrollment(e)).Version(e.Version) })
}

func (o enrollments) InviteStudent(c echo.Context, id common.EnrollmentID, _ InviteStudentParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Enrollment, error) {
		return o.service.InviteStudent(ctx, edge.Actor(c), id)
	}, func(e logbook.Enrollment) edge.Reply { return edge.OK(logbookview.Enrollment(e)).Version(e.Version) })
}

func (o enrollments) Enroll(c echo.Context, org common.OrganizationID, _ EnrollParams) error {
	return edge.Take(c, func(ctx context.Context, in NewEnrollment) (logbook.Enrollment, error) {
		return o.service.Enroll(ctx, edge.Actor(c), org, logbook.Enroll{
			Email: in.Email, Name: in.Name, SamePerson: in.SamePerson, ProgramID: in.ProgramId, EnrolledOn: in.EnrolledOn, Invite: in.Invite,
		})
	}, func(e logbook.Enrollment) edge.Reply {
		return edge.Created(logbookview.Enrollment(e)).Version(e.Version)
	})
}

func (o enrollments) ListMyEnrollments(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) ([]logbook.EnrollmentRow, error) {
		return o.service.MyEnrollments(ctx, edge.Actor(c))
	}, func(rows []logbook.EnrollmentRow) edge.Reply {
		return edge.OK(EnrollmentRows{Items: edge.Each(rows, enrollmentRowOf)})
	})
}

func (o enrollments) GetTherapistHours(c echo.Context, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) ([]logbook.Hours, error) {
		return o.service.HoursOf(ctx, edge.Actor(c), therapist)
	}, func(all []logbook.Hours) edge.Reply {
		return edge.OK(TherapistHours{Items: edge.Each(all, logbookview.Hours)})
	})
}

func (o enrollments) GetEnrollment(c echo.Context, id common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Enrollment, error) {
		return o.service.Enrollment(ctx, edge.Actor(c), id)
	}, func(e logbook.Enrollment) edge.Reply { return edge.OK(logbookview.Enrollment(e)).Version(e.Version) })
}

func (o enrollments) GetProgress(c echo.Context, id common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Progress, error) {
		return o.service.Progress(ctx, edge.Actor(c), id)
	}, func(p logbook.Progress) edge.Reply {
		waiting := p.WaitingBySubject
		if waiting == nil {
			waiting = map[string]core.Minutes{}
		}
		return edge.OK(Progress{
			Enrollment: logbookview.Enrollment(p.Enrollment), Standing: standardview.Standing(p.Standing), Waiting: p.Waiting,
			WaitingEntries: p.WaitingEntries, WaitingBySubject: waiting, Totals: edge.Each(p.Totals, totalOf),
			ProgramConfirmed: p.Confirmed,
		})
	})
}

func (o enrollments) ListCredits(c echo.Context, id common.EnrollmentID, p ListCreditsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Credit], error) {
		return o.service.Credits(ctx, edge.Actor(c), id, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[core.Credit]) edge.Reply {
		return edge.List(c, l.Next, CreditList{Items: edge.Each(l.Items, creditOf), NextCursor: l.Next})
	})
}

func enrollmentRowOf(r logbook.EnrollmentRow) EnrollmentRow {
	return EnrollmentRow{
		Enrollment: logbookview.Enrollment(r.Enrollment), Valid: r.Valid, Recorded: r.Recorded, Waiting: r.Waiting,
		Required: r.Required, Met: r.Answer.Met(), Answer: standardview.Answer(r.Answer),
		ProgramConfirmed: r.Confirmed,
	}
}

func totalOf(t logbook.Total) Total {
	return Total{
		Subject: t.Subject, Setting: t.Setting, Delivery: t.Delivery, WaitingMinutes: t.WaitingMinutes,
		WaitingEntries: t.WaitingEntries, SignedMinutes: t.SignedMinutes, SignedEntries: t.SignedEntries,
	}
}

func creditOf(c core.Credit) Credit {
	return Credit{
		Id: c.ID, Kind: c.Kind, Minutes: c.Minutes, Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery,
		Supervised: c.Supervised, Date: c.Date, Start: c.Start, EntryId: c.EntryID, Reverses: c.Reverses,
		PostedAt: c.PostedAt, PostedBy: c.PostedBy, Mode: c.Mode, MakeUp: c.MakeUp, Grade: c.Grade,
		ElapsedMinutes: c.Elapsed, BreakMinutes: c.Break, School: c.Transfer.School, TransferId: c.TransferID,
	}
}

package specialtyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// moderation has each operation for a school, and for the operator, who is of no
// organization.
type moderation struct{ service *specialty.Service }

var operator core.OrganizationID

var moderationRoutes = edge.Routes{
	"reportDirectoryEntry":    {Action: edge.Public, Budget: specialty.ReportBudget, Guessable: true},
	"listDirectoryReports":    {Action: access.DirectoryReportRead},
	"listAllDirectoryReports": {Action: access.DirectoryReportRead},
	"keepReport":              {Action: access.DirectoryModerate},
	"keepReportAsOperator":    {Action: access.DirectoryModerate},
	"listTakeDowns":           {Action: access.DirectoryReportRead},
	"listAllTakeDowns":        {Action: access.DirectoryReportRead},
	"takeDownEntry":           {Action: access.DirectoryModerate},
	"takeDownEntryAsOperator": {Action: access.DirectoryModerate},
	"liftTakeDown":            {Action: access.DirectoryModerate},
}

func (o moderation) ReportDirectoryEntry(c echo.Context, therapist common.TherapistID) error {
	return edge.TakeDrop(c, func(ctx context.Context, in DirectoryReportInput) error {
		return o.service.ReportEntry(ctx, edge.Actor(c), therapist, in.Reason, in.Note)
	})
}

func (o moderation) ListDirectoryReports(c echo.Context, org common.OrganizationID, p ListDirectoryReportsParams) error {
	return o.reports(c, org, p.State != "decided", edge.Page(p.Limit, p.Cursor))
}

func (o moderation) ListAllDirectoryReports(c echo.Context, p ListAllDirectoryReportsParams) error {
	return o.reports(c, operator, p.State != "decided", edge.Page(p.Limit, p.Cursor))
}

func (o moderation) reports(c echo.Context, org core.OrganizationID, open bool, page core.Page) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.Report], error) {
		return o.service.Reports(ctx, edge.Actor(c), org, open, page)
	}, func(l core.List[specialty.Report]) edge.Reply {
		return edge.List(c, l.Next, DirectoryReportList{Items: edge.Each(l.Items, reportOf), NextCursor: l.Next})
	})
}

func (o moderation) KeepReport(c echo.Context, org common.OrganizationID, id ReportID, _ KeepReportParams) error {
	return o.keep(c, org, id)
}

func (o moderation) KeepReportAsOperator(c echo.Context, id ReportID, _ KeepReportAsOperatorParams) error {
	return o.keep(c, operator, id)
}

func (o moderation) keep(c echo.Context, org core.OrganizationID, id core.ReportID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Report, error) {
		return o.service.Keep(ctx, edge.Actor(c), org, id)
	}, func(r specialty.Report) edge.Reply { return edge.OK(reportOf(r)) })
}

func (o moderation) ListTakeDowns(c echo.Context, org common.OrganizationID, p ListTakeDownsParams) error {
	return o.takeDowns(c, org, p.State != "lifted", edge.Page(p.Limit, p.Cursor))
}

func (o moderation) ListAllTakeDowns(c echo.Context, p ListAllTakeDownsParams) error {
	return o.takeDowns(c, operator, p.State != "lifted", edge.Page(p.Limit, p.Cursor))
}

func (o moderation) takeDowns(c echo.Context, org core.OrganizationID, open bool, page core.Page) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.TakeDown], error) {
		return o.service.TakeDowns(ctx, edge.Actor(c), org, open, page)
	}, func(l core.List[specialty.TakeDown]) edge.Reply {
		return edge.List(c, l.Next, TakeDownList{Items: edge.Each(l.Items, takeDownOf), NextCursor: l.Next})
	})
}

func (o moderation) TakeDownEntry(c echo.Context, org common.OrganizationID, therapist common.TherapistID, _ TakeDownEntryParams) error {
	return o.takeDown(c, org, therapist)
}

func (o moderation) TakeDownEntryAsOperator(c echo.Context, therapist common.TherapistID, _ TakeDownEntryAsOperatorParams) error {
	return o.takeDown(c, operator, therapist)
}

func (o moderation) takeDown(c echo.Context, org core.OrganizationID, therapist core.TherapistID) error {
	return edge.Take(c, func(ctx context.Context, in TakeDownInput) (specialty.TakeDown, error) {
		return o.service.TakeDown(ctx, edge.Actor(c), org, therapist, in.Reason)
	}, func(d specialty.TakeDown) edge.Reply { return edge.Created(takeDownOf(d)) })
}

func (o moderation) LiftTakeDown(c echo.Context, id TakeDownID, _ LiftTakeDownParams) error {
	return edge.Do(c, func(ctx context.Context) (specialty.TakeDown, error) {
		return o.service.Lift(ctx, edge.Actor(c), id)
	}, func(d specialty.TakeDown) edge.Reply { return edge.OK(takeDownOf(d)) })
}

func reportOf(r specialty.Report) DirectoryReport {
	state := DirectoryReportState(r.Outcome)
	if state == "" {
		state = "open"
	}
	return DirectoryReport{
		Id: r.ID, TherapistId: r.TherapistID, Name: r.Name, Reason: r.Reason, Note: r.Note, ReportedAt: r.ReportedAt,
		State: state, DecidedFor: r.DecidedForName, DecidedAt: r.DecidedAt,
	}
}

func takeDownOf(d specialty.TakeDown) TakeDown {
	return TakeDown{
		Id: d.ID, TherapistId: d.TherapistID, Name: d.Name, OrganizationId: d.OrganizationID, OrganizationName: d.OrganizationName,
		Reason: d.Reason, TakenAt: d.TakenAt, LiftedAt: d.LiftedAt,
	}
}

package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type programs struct{ service *logbook.Service }

var programRoutes = edge.Routes{
	"listPrograms":          {Action: access.ProgramRead},
	"publishProgram":        {Action: access.ProgramPublish},
	"getProgram":            {Action: access.ProgramRead},
	"confirmProgramVersion": {Action: access.ProgramConfirm},
}

func (o programs) ListPrograms(c echo.Context, org common.OrganizationID, p ListProgramsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.ProgramVersion], error) {
		return o.service.Programs(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[logbook.ProgramVersion]) edge.Reply {
		return edge.List(c, l.Next, ProgramVersionList{Items: edge.Each(l.Items, programVersionOf), NextCursor: l.Next})
	})
}

func (o programs) PublishProgram(c echo.Context, org common.OrganizationID, _ PublishProgramParams) error {
	return edge.Take(c, func(ctx context.Context, in PublishProgram) (logbook.ProgramVersion, error) {
		return o.service.PublishProgram(ctx, edge.Actor(c), org, logbook.PublishProgram{Code: in.Code, Title: in.Title, Standard: in.Standard})
	}, createdVersion)
}

func (o programs) GetProgram(c echo.Context, id common.ProgramID) error {
	return edge.Do(c, func(ctx context.Context) ([]logbook.ProgramVersion, error) {
		return o.service.Program(ctx, edge.Actor(c), id)
	}, func(versions []logbook.ProgramVersion) edge.Reply {
		return edge.OK(ProgramVersions{Items: edge.Each(versions, programVersionOf)})
	})
}

func (o programs) ConfirmProgramVersion(c echo.Context, id common.ProgramVersionID, _ ConfirmProgramVersionParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.ProgramVersion, error) {
		return o.service.ConfirmProgram(ctx, edge.Actor(c), id)
	}, func(v logbook.ProgramVersion) edge.Reply { return edge.OK(programVersionOf(v)) })
}

func createdVersion(v logbook.ProgramVersion) edge.Reply { return edge.Created(programVersionOf(v)) }

func programVersionOf(v logbook.ProgramVersion) ProgramVersion {
	return ProgramVersion{
		Id: v.ID, ProgramId: v.ProgramID, Code: v.Code, Number: v.Number, Title: v.Title, StandardId: v.StandardID,
		Standard: v.StandardBody, Claims: standardview.Claims(v.Claims), PublishedAt: v.PublishedAt, PublishedBy: v.PublishedBy, PublishedByName: v.PublishedByName,
		WrittenBy: v.WrittenBy, WrittenByName: v.WrittenByName, Confirmed: v.Confirmed, ConfirmedAt: v.ConfirmedAt,
		ConfirmedBy: v.ConfirmedBy, ConfirmedByName: v.ConfirmedByName,
	}
}

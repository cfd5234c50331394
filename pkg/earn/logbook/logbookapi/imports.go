package logbookapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

type imports struct{ service *logbook.Service }

var importRoutes = edge.Routes{
	"importAttendance": {Action: access.ImportPropose, Body: 65 << 20, Time: 10 * time.Minute},
	"listImports":      {Action: access.ImportRead},
	"getImport":        {Action: access.ImportRead},
	"approveImport":    {Action: access.ImportDecide, Time: 10 * time.Minute},
	"rejectImport":     {Action: access.ImportDecide},
}

func (o imports) ImportAttendance(c echo.Context, org common.OrganizationID, p ImportAttendanceParams) error {
	in := logbook.ImportRequest{ProgramID: p.ProgramId, Filename: p.Filename, File: c.Request().Body, AsOf: p.AsOf, Written: sheet.Choice{Encoding: string(p.Encoding), Sheet: p.Sheet}}
	if p.DryRun {
		return edge.Do(c, func(ctx context.Context) (logbook.ImportReport, error) {
			return o.service.DryRun(ctx, edge.Actor(c), org, in)
		}, func(tried logbook.ImportReport) edge.Reply { return edge.OK(triedImportOf(tried)) })
	}
	return edge.Do(c, func(ctx context.Context) (logbook.ImportReport, error) {
		return o.service.Import(ctx, edge.Actor(c), org, in)
	}, func(done logbook.ImportReport) edge.Reply {
		body, err := importOf(done.Import)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.Created(body).Version(done.Import.Version)
	})
}

func (o imports) ListImports(c echo.Context, org common.OrganizationID, p ListImportsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.Import], error) {
		return o.service.Imports(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[logbook.Import]) edge.Reply {
		items, err := edge.EachRead(l.Items, importOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.List(c, l.Next, ImportList{Items: items, NextCursor: l.Next})
	})
}

func (o imports) GetImport(c echo.Context, id ImportID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Import, error) {
		return o.service.ImportByID(ctx, edge.Actor(c), id)
	}, okImport)
}

func (o imports) ApproveImport(c echo.Context, id ImportID, p ApproveImportParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Import, error) {
		return o.service.ApproveImport(ctx, edge.Actor(c), id, edge.Version(c), p.Days)
	}, okImport)
}

func (o imports) RejectImport(c echo.Context, id ImportID, _ RejectImportParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (logbook.Import, error) {
		return o.service.RejectImport(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okImport)
}

func okImport(i logbook.Import) edge.Reply {
	body, err := importOf(i)
	if err != nil {
		return edge.Failed(err)
	}
	return edge.OK(body).Version(i.Version)
}

// importOf has the counts and refusals of the report that was kept; an import that
// is still being prepared has none.
func importOf(i logbook.Import) (Import, error) {
	out := importSummaryOf(i)
	if len(i.Report) == 0 {
		return out, nil
	}
	var kept logbook.Kept
	if err := core.FromJSON(i.Report, &kept, "imports.report", i.ID.String()); err != nil {
		return out, err
	}
	out.Tally, out.Refusals, out.Asked = tallyOf(kept.Tally), edge.Each(kept.Refused, refusalOf), edge.Each(kept.Asked, refusalOf)
	return out, nil
}

// triedImportOf is what an import would come to, of which nothing is kept.
func triedImportOf(r logbook.ImportReport) Import {
	out := importSummaryOf(r.Import)
	out.Records, out.Refused = r.Report.Records, len(r.Report.Refused)
	out.Tally, out.Refusals, out.Asked = tallyOf(r.Report.Tally), edge.Each(r.Report.Refused, refusalOf), edge.Each(r.Asked, refusalOf)
	return out
}

func importSummaryOf(i logbook.Import) Import {
	return Import{
		Id: i.ID, ProgramVersionId: i.ProgramVersionID, ProgramTitle: i.ProgramTitle, State: i.State,
		Filename: i.Filename, Digest: i.Digest, AsOf: i.AsOf, Records: i.Records, Accepted: i.Accepted,
		Unchanged: i.Unchanged, Refused: i.Refused, Tally: map[string]int{}, Refusals: []common.Refusal{}, Asked: []common.Refusal{},
		ProposedBy: i.ProposedBy, ProposedByName: i.ProposedByName, ProposedAt: i.ProposedAt,
		DecidedBy: i.DecidedBy, DecidedByName: i.DecidedByName, DecidedAt: i.DecidedAt, Reason: i.Reason, Version: i.Version,
	}
}

func tallyOf(tally map[attendance.Code]int) map[string]int {
	out := make(map[string]int, len(tally))
	for code, n := range tally {
		out[string(code)] = n
	}
	return out
}

func refusalOf(r attendance.Refusal) common.Refusal {
	return common.Refusal{Record: r.Record, Line: r.Line, Field: r.Field, Code: string(r.Code), Message: r.Message}
}

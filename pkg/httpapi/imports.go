package httpapi

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/attendance"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

func (h *handlers) ImportAttendance(ctx context.Context, r api.ImportAttendanceRequestObject) (api.ImportAttendanceResponseObject, error) {
	in := logbook.ImportRequest{
		ProgramID: r.Params.ProgramId, Filename: r.Params.Filename, File: r.Body, AsOf: r.Params.AsOf,
	}
	if r.Params.DryRun {
		tried, err := h.Logbook.DryRun(ctx, callOf(ctx).actor, r.Organization, in)
		if err != nil {
			return nil, err
		}
		return api.ImportAttendance200JSONResponse(reportedOf(tried)), nil
	}
	done, err := h.Logbook.Import(ctx, callOf(ctx).actor, r.Organization, in)
	if err != nil {
		return nil, err
	}
	return api.ImportAttendance201JSONResponse{
		Body: importOf(done.Import), Headers: api.ImportAttendance201ResponseHeaders{ETag: etag(done.Import.Version)},
	}, nil
}

func (h *handlers) ListImports(ctx context.Context, r api.ListImportsRequestObject) (api.ListImportsResponseObject, error) {
	list, err := h.Logbook.Imports(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListImports200JSONResponse{
		Body:    api.ImportList{Items: each(list.Items, importOf), NextCursor: list.Next},
		Headers: api.ListImports200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetImport(ctx context.Context, r api.GetImportRequestObject) (api.GetImportResponseObject, error) {
	i, err := h.Logbook.ImportByID(ctx, callOf(ctx).actor, r.Import)
	if err != nil {
		return nil, err
	}
	return api.GetImport200JSONResponse{Body: importOf(i), Headers: api.GetImport200ResponseHeaders{ETag: etag(i.Version)}}, nil
}

func (h *handlers) ApproveImport(ctx context.Context, r api.ApproveImportRequestObject) (api.ApproveImportResponseObject, error) {
	one := callOf(ctx)
	i, err := h.Logbook.ApproveImport(ctx, one.actor, r.Import, one.version)
	if err != nil {
		return nil, err
	}
	return api.ApproveImport200JSONResponse{Body: importOf(i), Headers: api.ApproveImport200ResponseHeaders{ETag: etag(i.Version)}}, nil
}

func (h *handlers) RejectImport(ctx context.Context, r api.RejectImportRequestObject) (api.RejectImportResponseObject, error) {
	one := callOf(ctx)
	i, err := h.Logbook.RejectImport(ctx, one.actor, r.Import, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.RejectImport200JSONResponse{Body: importOf(i), Headers: api.RejectImport200ResponseHeaders{ETag: etag(i.Version)}}, nil
}

// importOf reads the kept report; one that cannot be read is left out.
func importOf(i core.Import) api.Import {
	out := importSummaryOf(i)
	var kept struct {
		Tally   map[attendance.Code]int `json:"tally"`
		Refused []attendance.Refusal    `json:"refused"`
	}
	if len(i.Report) > 0 && json.Unmarshal(i.Report, &kept) == nil {
		out.Tally, out.Refusals = tallyOf(kept.Tally), each(kept.Refused, refusalOf)
	}
	return out
}

func reportedOf(r logbook.ImportReport) api.Import {
	out := importSummaryOf(r.Import)
	out.Records, out.Refused = r.Report.Records, len(r.Report.Refused)
	out.Tally, out.Refusals = tallyOf(r.Report.Tally), each(r.Report.Refused, refusalOf)
	return out
}

func importSummaryOf(i core.Import) api.Import {
	return api.Import{
		Id: i.ID, ProgramVersionId: i.ProgramVersionID, ProgramTitle: i.ProgramTitle, State: i.State,
		Filename: i.Filename, Digest: i.Digest, AsOf: i.AsOf, Records: i.Records, Accepted: i.Accepted,
		Unchanged: i.Unchanged, Refused: i.Refused, Tally: map[string]int{}, Refusals: []api.Refusal{},
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

func refusalOf(r attendance.Refusal) api.Refusal {
	return api.Refusal{Record: r.Record, Line: r.Line, Field: r.Field, Code: string(r.Code), Message: r.Message}
}

package httpapi

import (
	"bytes"
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
)

func (h *handlers) GetCalendar(ctx context.Context, r api.GetCalendarRequestObject) (api.GetCalendarResponseObject, error) {
	days, year, err := h.Registry.Calendar(ctx, callOf(ctx).actor, r.Organization, r.Params.Year)
	if err != nil {
		return nil, err
	}
	return api.GetCalendar200JSONResponse{Year: year, Items: each(days, closedDaysOf)}, nil
}

func (h *handlers) CloseDays(ctx context.Context, r api.CloseDaysRequestObject) (api.CloseDaysResponseObject, error) {
	days, err := h.Registry.Close(ctx, callOf(ctx).actor, r.Organization, registry.Close{First: r.Body.First, Last: r.Body.Last, Reason: r.Body.Reason})
	if err != nil {
		return nil, err
	}
	return api.CloseDays201JSONResponse(closedDaysOf(days)), nil
}

func (h *handlers) ReopenDays(ctx context.Context, r api.ReopenDaysRequestObject) (api.ReopenDaysResponseObject, error) {
	if _, err := h.Registry.Reopen(ctx, callOf(ctx).actor, r.ClosedDays); err != nil {
		return nil, err
	}
	return api.ReopenDays204Response{}, nil
}

func closedDaysOf(d core.ClosedDays) api.ClosedDays {
	return api.ClosedDays{Id: d.ID, First: d.First, Last: d.Last, Reason: d.Reason}
}

// ExportMonthlyHours answers with a whole file, or with a problem.
func (h *handlers) ExportMonthlyHours(ctx context.Context, r api.ExportMonthlyHoursRequestObject) (api.ExportMonthlyHoursResponseObject, error) {
	rows, err := h.Registry.MonthlyHours(ctx, callOf(ctx).actor, r.Organization, r.Params.Month)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := registry.WriteHours(&file, rows); err != nil {
		return nil, err
	}
	return api.ExportMonthlyHours200TextcsvResponse{Body: &file, ContentLength: int64(file.Len())}, nil
}

func (h *handlers) ListAtRisk(ctx context.Context, r api.ListAtRiskRequestObject) (api.ListAtRiskResponseObject, error) {
	list, err := h.Registry.AtRisk(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListAtRisk200JSONResponse{
		Body: api.RiskList{NextCursor: list.Next, Items: each(list.Items, func(x registry.Risk) api.Risk {
			return api.Risk{
				Enrollment: enrollmentOf(x.Enrollment), LastSessionOn: x.Last, SchoolDays: x.SchoolDays, Excused: x.Excused, Recorded: x.All, Recent: x.Recent,
				Reasons: each(x.Reasons, func(y registry.RiskReason) api.RiskReason { return api.RiskReason{Code: y.Code, Text: y.Text} }),
			}
		})},
		Headers: api.ListAtRisk200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListPauses(ctx context.Context, r api.ListPausesRequestObject) (api.ListPausesResponseObject, error) {
	pauses, err := h.Registry.Pauses(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.ListPauses200JSONResponse{Items: each(pauses, pauseOf)}, nil
}

func (h *handlers) Pause(ctx context.Context, r api.PauseRequestObject) (api.PauseResponseObject, error) {
	p, err := h.Registry.Pause(ctx, callOf(ctx).actor, r.Enrollment, registry.Pause{
		Kind: r.Body.Kind, First: r.Body.First, Last: r.Body.Last, Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return api.Pause201JSONResponse(pauseOf(p)), nil
}

func (h *handlers) Resume(ctx context.Context, r api.ResumeRequestObject) (api.ResumeResponseObject, error) {
	if err := h.Registry.Resume(ctx, callOf(ctx).actor, r.Enrollment, r.Body.On); err != nil {
		return nil, err
	}
	return api.Resume204Response{}, nil
}

func pauseOf(p core.Pause) api.Pause {
	return api.Pause{
		Id: p.ID, Kind: p.Kind, First: p.First, Last: p.Last, Reason: p.Reason, CreatedByName: p.CreatedByName,
		CreatedAt: p.CreatedAt, EndedOn: p.EndedOn,
	}
}

func (h *handlers) ListCohorts(ctx context.Context, r api.ListCohortsRequestObject) (api.ListCohortsResponseObject, error) {
	all, err := h.Registry.Cohorts(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.ListCohorts200JSONResponse{Items: each(all, func(c registry.Cohort) api.Cohort {
		return api.Cohort{
			ProgramId: c.ProgramID, ProgramTitle: c.ProgramTitle, Month: c.Month, Students: c.Students, Active: c.Active,
			Completed: c.Completed, Withdrawn: c.Withdrawn, Median: c.Median, Least: c.Least, Most: c.Most,
		}
	})}, nil
}

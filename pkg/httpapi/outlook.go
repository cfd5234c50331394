package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/logbook"
)

func (h *handlers) GetMove(ctx context.Context, r api.GetMoveRequestObject) (api.GetMoveResponseObject, error) {
	m, err := h.Logbook.Move(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.GetMove200JSONResponse{Recorded: m.Recorded, Items: each(m.Rows, moveRowOf)}, nil
}

func moveRowOf(row logbook.MoveRow) api.MoveRow {
	out := api.MoveRow{
		Code: row.Code, Name: row.Name, Answer: api.MoveRowAnswer(row.Answer()), Missing: []string{},
		Note: row.Jurisdiction.Standard.Note, Source: row.Source, AsOf: row.AsOf, Confidence: string(row.Confidence),
	}
	if row.Known {
		standing := standingOf(row.Standing)
		standing.Uncounted = []api.Uncounted{} // one list of sessions for each state would be long
		out.Standing, out.Missing = &standing, append(out.Missing, row.Standing.MissingText()...)
	}
	return out
}

func (h *handlers) GetOutlook(ctx context.Context, r api.GetOutlookRequestObject) (api.GetOutlookResponseObject, error) {
	o, err := h.Logbook.Outlook(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	p := o.Projection
	return api.GetOutlook200JSONResponse{
		Required: o.Standing.Required,
		Weeks: each(o.Weeks, func(w logbook.WeekTotal) api.WeekTotal {
			return api.WeekTotal{Monday: w.Monday, Recorded: w.Recorded, Valid: w.Valid}
		}),
		Projection: api.Projection{
			Known: p.Known, Missing: p.Missing, Slow: p.Slow, Fast: p.Fast, Weeks: p.Weeks, Earliest: p.Earliest, Latest: p.Latest,
		},
	}, nil
}

func (h *handlers) GetStatement(ctx context.Context, r api.GetStatementRequestObject) (api.GetStatementResponseObject, error) {
	s, err := h.Logbook.Statement(ctx, callOf(ctx).actor, r.Enrollment, r.Params.Month)
	if err != nil {
		return nil, err
	}
	return api.GetStatement200JSONResponse{
		First: s.First, Last: s.Last, Recorded: s.Month.Recorded, Valid: s.Month.Valid, RecordedInAll: s.Month.RecordedInAll,
		ValidInAll: s.Month.ValidInAll, Required: s.Month.Required, Waiting: s.Waiting, Uncounted: each(s.Uncounted, uncountedOf),
		Subjects: each(s.Lines, func(x logbook.StatementLine) api.StatementLine {
			return api.StatementLine{
				Subject: x.Subject, Title: x.Title, Recorded: x.Recorded, Valid: x.Valid, RecordedInAll: x.RecordedInAll,
				ValidInAll: x.ValidInAll, Required: x.Required,
			}
		}),
	}, nil
}

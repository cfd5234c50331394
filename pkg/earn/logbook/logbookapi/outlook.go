package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var outlookRoutes = edge.Routes{
	"getMove":      {Action: access.EnrollmentRead},
	"getOutlook":   {Action: access.EnrollmentRead},
	"getStatement": {Action: access.EnrollmentRead},
}

func (o enrollments) GetMove(c echo.Context, id common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Move, error) {
		return o.service.Move(ctx, edge.Actor(c), id)
	}, func(m logbook.Move) edge.Reply {
		return edge.OK(Move{Recorded: m.Recorded, Items: edge.Each(m.Rows, moveRowOf)})
	})
}

func moveRowOf(row logbook.MoveRow) MoveRow {
	out := MoveRow{
		Code: row.Code, Name: row.Name, Answer: MoveRowAnswer(row.Answer()), Missing: []string{}, Ask: edge.Texts(row.Ask()),
		Note: row.Jurisdiction.Standard.Note, Source: row.Source, AsOf: row.AsOf, Confidence: string(row.Confidence),
	}
	if row.Known {
		standing := standardview.Standing(row.Standing)
		standing.Uncounted = []common.Uncounted{} // one list of sessions for each state would be long
		out.Standing, out.Missing = &standing, append(out.Missing, row.Standing.MissingText()...)
	}
	return out
}

func (o enrollments) GetOutlook(c echo.Context, id common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Outlook, error) {
		return o.service.Outlook(ctx, edge.Actor(c), id)
	}, func(v logbook.Outlook) edge.Reply {
		p := v.Projection
		return edge.OK(Outlook{
			Required: v.Standing.Required,
			Weeks: edge.Each(v.Weeks, func(w logbook.WeekTotal) WeekTotal {
				return WeekTotal{Monday: w.Monday, Recorded: w.Recorded, Valid: w.Valid}
			}),
			Projection: Projection{
				Known: p.Known, Missing: p.Missing, Slow: p.Slow, Fast: p.Fast, Weeks: p.Weeks, Earliest: p.Earliest, Latest: p.Latest,
			},
		})
	})
}

func (o enrollments) GetStatement(c echo.Context, id common.EnrollmentID, p GetStatementParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Statement, error) {
		return o.service.Statement(ctx, edge.Actor(c), id, p.Month)
	}, func(s logbook.Statement) edge.Reply {
		return edge.OK(Statement{
			First: s.First, Last: s.Last, Recorded: s.Month.Recorded, Valid: s.Month.Valid, RecordedInAll: s.Month.RecordedInAll,
			ValidInAll: s.Month.ValidInAll, Required: s.Month.Required, Waiting: s.Waiting, Uncounted: edge.Each(s.Uncounted, standardview.Uncounted),
			Subjects: edge.Each(s.Lines, func(x logbook.StatementLine) StatementLine {
				return StatementLine{
					Subject: x.Subject, Title: x.Title, Recorded: x.Recorded, Valid: x.Valid, RecordedInAll: x.RecordedInAll,
					ValidInAll: x.ValidInAll, Required: x.Required,
				}
			}),
		})
	})
}

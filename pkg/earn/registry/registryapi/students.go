package registryapi

import (
	"bytes"
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookview"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

var studentRoutes = edge.Routes{
	"exportMonthlyHours": {Action: access.HoursExport},
	"listCohorts":        {Action: access.RiskRead},
	"listAtRisk":         {Action: access.RiskRead},
}

// ExportMonthlyHours answers with a whole file, or with a problem.
func (o operations) ExportMonthlyHours(c echo.Context, org common.OrganizationID, p ExportMonthlyHoursParams) error {
	return edge.Do(c, func(ctx context.Context) ([]registry.MonthlyHours, error) {
		return o.service.MonthlyHours(ctx, edge.Actor(c), org, p.Month)
	}, func(rows []registry.MonthlyHours) edge.Reply {
		var file bytes.Buffer
		if err := registry.WriteHours(&file, rows); err != nil {
			return edge.Failed(err)
		}
		return edge.Raw("text/csv", file.Bytes())
	})
}

func (o operations) ListCohorts(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) ([]registry.Cohort, error) {
		return o.service.Cohorts(ctx, edge.Actor(c), org)
	}, func(all []registry.Cohort) edge.Reply {
		return edge.OK(Cohorts{Items: edge.Each(all, func(k registry.Cohort) Cohort {
			return Cohort{
				ProgramId: k.ProgramID, ProgramTitle: k.ProgramTitle, Month: k.Month, Students: k.Students, Active: k.Active,
				Completed: k.Completed, Withdrawn: k.Withdrawn, Median: k.Median, Least: k.Least, Most: k.Most,
			}
		})})
	})
}

func (o operations) ListAtRisk(c echo.Context, org common.OrganizationID, p ListAtRiskParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[registry.Risk], error) {
		return o.service.AtRisk(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[registry.Risk]) edge.Reply {
		return edge.List(c, l.Next, RiskList{Items: edge.Each(l.Items, func(x registry.Risk) Risk { return riskOf(edge.Language(c), x) }), NextCursor: l.Next})
	})
}

func riskOf(say *words.Language, x registry.Risk) Risk {
	return Risk{
		Enrollment: logbookview.Enrollment(x.Enrollment), LastSessionOn: x.Last, SchoolDays: x.SchoolDays, Excused: x.Excused,
		Recorded: x.All, Recent: x.Recent,
		Reasons: edge.Each(x.Reasons, func(y registry.RiskReason) RiskReason {
			return RiskReason{Code: y.Code, Text: say.Write(y.Says)}
		}),
	}
}

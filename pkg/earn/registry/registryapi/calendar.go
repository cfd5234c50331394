package registryapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var calendarRoutes = edge.Routes{
	"getCalendar":     {Action: access.CalendarRead},
	"closeDays":       {Action: access.CalendarWrite},
	"reopenDays":      {Action: access.CalendarWrite},
	"listPauses":      {Action: access.PauseRead},
	"pause":           {Action: access.PauseWrite},
	"resume":          {Action: access.PauseWrite},
	"listAbsences":    {Action: access.AbsenceRead},
	"excuseAbsence":   {Action: access.AbsenceWrite},
	"unexcuseAbsence": {Action: access.AbsenceWrite},
}

func (o operations) GetCalendar(c echo.Context, org common.OrganizationID, p GetCalendarParams) error {
	return edge.Do(c, func(ctx context.Context) (CalendarYear, error) {
		days, year, err := o.service.Calendar(ctx, edge.Actor(c), org, p.Year)
		return CalendarYear{Year: year, Items: edge.Each(days, closedDaysOf)}, err
	}, func(y CalendarYear) edge.Reply { return edge.OK(y) })
}

func (o operations) CloseDays(c echo.Context, org common.OrganizationID, _ CloseDaysParams) error {
	return edge.Take(c, func(ctx context.Context, in CloseDays) (core.ClosedDays, error) {
		return o.service.Close(ctx, edge.Actor(c), org, registry.Close{First: in.First, Last: in.Last, Reason: in.Reason})
	}, func(d core.ClosedDays) edge.Reply { return edge.Created(closedDaysOf(d)) })
}

func (o operations) ReopenDays(c echo.Context, id ClosedDaysID, _ ReopenDaysParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.Reopen(ctx, edge.Actor(c), id)
		return err
	})
}

func closedDaysOf(d core.ClosedDays) ClosedDays {
	return ClosedDays{Id: d.ID, First: d.First, Last: d.Last, Reason: d.Reason}
}

func (o operations) ListPauses(c echo.Context, enrollment common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) ([]core.Pause, error) {
		return o.service.Pauses(ctx, edge.Actor(c), enrollment)
	}, func(all []core.Pause) edge.Reply { return edge.OK(Pauses{Items: edge.Each(all, pauseOf)}) })
}

func (o operations) Pause(c echo.Context, enrollment common.EnrollmentID, _ PauseParams) error {
	return edge.Take(c, func(ctx context.Context, in NewPause) (core.Pause, error) {
		return o.service.Pause(ctx, edge.Actor(c), enrollment, registry.Pause{Kind: in.Kind, First: in.First, Last: in.Last, Reason: in.Reason})
	}, func(p core.Pause) edge.Reply { return edge.Created(pauseOf(p)) })
}

func (o operations) Resume(c echo.Context, enrollment common.EnrollmentID, _ ResumeParams) error {
	return edge.TakeDrop(c, func(ctx context.Context, in Resume) error {
		_, err := o.service.Resume(ctx, edge.Actor(c), enrollment, in.On)
		return err
	})
}

func pauseOf(p core.Pause) Pause {
	return Pause{
		Id: p.ID, Kind: p.Kind, First: p.First, Last: p.Last, Reason: p.Reason, CreatedByName: p.CreatedByName,
		CreatedAt: p.CreatedAt, EndedOn: p.EndedOn,
	}
}

func (o operations) ListAbsences(c echo.Context, enrollment common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) ([]registry.Absence, error) {
		return o.service.Absences(ctx, edge.Actor(c), enrollment)
	}, func(all []registry.Absence) edge.Reply { return edge.OK(Absences{Items: edge.Each(all, absenceOf)}) })
}

func (o operations) ExcuseAbsence(c echo.Context, enrollment common.EnrollmentID, _ ExcuseAbsenceParams) error {
	return edge.Take(c, func(ctx context.Context, in NewAbsence) (registry.Absence, error) {
		return o.service.Excuse(ctx, edge.Actor(c), enrollment, registry.AbsenceInput{First: in.First, Last: in.Last, Reason: in.Reason})
	}, func(a registry.Absence) edge.Reply { return edge.Created(absenceOf(a)) })
}

func (o operations) UnexcuseAbsence(c echo.Context, id AbsenceID) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.Unexcuse(ctx, edge.Actor(c), id)
		return err
	})
}

func absenceOf(a registry.Absence) Absence {
	return Absence{Id: a.ID, First: a.First, Last: a.Last, Reason: a.Reason, CreatedByName: a.CreatedByName}
}

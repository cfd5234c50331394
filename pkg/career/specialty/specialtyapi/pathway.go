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

type pathways struct{ service *specialty.Service }

var pathwayRoutes = edge.Routes{
	"listPathways":       {Action: access.PathwayRead},
	"createPathway":      {Action: access.PathwayWrite},
	"getPathway":         {Action: access.PathwayRead},
	"updatePathway":      {Action: access.PathwayWrite},
	"getPathwayProgress": {Action: access.AbilityRead},
	"completePathway":    {Action: access.CourseRecord},
}

func (o pathways) ListPathways(c echo.Context, org common.OrganizationID, p ListPathwaysParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.Pathway], error) {
		return o.service.Pathways(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.Pathway]) edge.Reply {
		return edge.List(c, l.Next, PathwayList{Items: edge.Each(l.Items, pathwayOf), NextCursor: l.Next})
	})
}

func (o pathways) CreatePathway(c echo.Context, org common.OrganizationID, _ CreatePathwayParams) error {
	return edge.Take(c, func(ctx context.Context, in PathwayInput) (specialty.Pathway, error) {
		return o.service.CreatePathway(ctx, edge.Actor(c), org, pathwayInput(in))
	}, func(p specialty.Pathway) edge.Reply { return edge.Created(pathwayOf(p)).Version(p.Version) })
}

func (o pathways) GetPathway(c echo.Context, id PathwayID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Pathway, error) {
		return o.service.Pathway(ctx, edge.Actor(c), id)
	}, okPathway)
}

func (o pathways) UpdatePathway(c echo.Context, id PathwayID, _ UpdatePathwayParams) error {
	return edge.Take(c, func(ctx context.Context, in PathwayInput) (specialty.Pathway, error) {
		return o.service.UpdatePathway(ctx, edge.Actor(c), id, edge.Version(c), pathwayInput(in))
	}, okPathway)
}

func (o pathways) GetPathwayProgress(c echo.Context, id PathwayID, therapist common.TherapistID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Progress, error) {
		return o.service.Progress(ctx, edge.Actor(c), id, therapist)
	}, func(p specialty.Progress) edge.Reply {
		return edge.OK(PathwayProgress{
			Pathway: pathwayOf(p.Pathway), TherapistId: p.Therapist.ID, Name: p.Therapist.Name, Ready: p.Ready, CompletionId: p.Completed.ID,
			Steps: edge.Each(p.Steps, func(s specialty.StepDone) StepProgress {
				return StepProgress{Step: stepOf(s.PathwayStep), Done: s.Done, Until: s.Until, Lapsed: s.Lapsed}
			}),
		})
	})
}

func (o pathways) CompletePathway(c echo.Context, id PathwayID, _ CompletePathwayParams) error {
	return edge.Take(c, func(ctx context.Context, in PathwayCompletion) (core.CourseCompletion, error) {
		return o.service.CompletePathway(ctx, edge.Actor(c), id, in.TherapistId, in.Instructor)
	}, createdCompletion)
}

func pathwayInput(in PathwayInput) specialty.PathwayInput {
	return specialty.PathwayInput{
		Code: in.Code, Title: in.Title, Specialty: in.Specialty, Description: in.Description, Standard: in.Standard,
		Lasts: core.Lasting{Months: in.ValidMonths, YearEnd: in.YearEnd},
		Steps: edge.Each(in.Steps, func(s StepInput) specialty.StepInput {
			return specialty.StepInput{CourseCode: s.CourseCode, Level: s.Level}
		}),
	}
}

func okPathway(p specialty.Pathway) edge.Reply { return edge.OK(pathwayOf(p)).Version(p.Version) }

func pathwayOf(p specialty.Pathway) Pathway {
	k := p.Course
	return Pathway{
		Id: p.ID, CourseId: k.ID, Code: k.Code, Title: k.Title, Specialty: k.Specialty, Description: k.Description, Standard: k.Standard,
		Minutes: k.Minutes, ValidMonths: k.Lasts.Months, YearEnd: k.Lasts.YearEnd, Steps: edge.Each(p.Steps, stepOf), Version: p.Version,
	}
}

func stepOf(s specialty.PathwayStep) PathwayStep {
	return PathwayStep{Number: s.Number, CourseId: s.CourseID, Code: s.Code, Title: s.Title, Minutes: s.Minutes, Level: s.Level}
}

package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type drafts struct{ service *logbook.Service }

var draftRoutes = edge.Routes{
	"listDrafts":    {Action: access.DraftRead},
	"createDraft":   {Action: access.DraftWrite},
	"getDraft":      {Action: access.DraftRead},
	"saveDraft":     {Action: access.DraftWrite},
	"dropDraft":     {Action: access.DraftWrite},
	"backTestDraft": {Action: access.DraftRead},
	"publishDraft":  {Action: access.ProgramPublish},
}

func (o drafts) ListDrafts(c echo.Context, org common.OrganizationID, p ListDraftsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.Draft], error) {
		return o.service.Drafts(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[logbook.Draft]) edge.Reply {
		return edge.List(c, l.Next, DraftList{NextCursor: l.Next, Items: edge.Each(l.Items, func(d logbook.Draft) DraftSummary {
			return DraftSummary{
				Id: d.ID, Code: d.Code, Title: d.Title, PublishedId: d.Published, UpdatedAt: d.UpdatedAt, UpdatedByName: d.UpdatedByName, Version: d.Version,
			}
		})})
	})
}

func (o drafts) CreateDraft(c echo.Context, org common.OrganizationID, _ CreateDraftParams) error {
	return edge.Take(c, func(ctx context.Context, in DraftInput) (logbook.Judged, error) {
		return o.service.NewDraft(ctx, edge.Actor(c), org, draftInputOf(in))
	}, func(d logbook.Judged) edge.Reply { return edge.Created(draftOf(d)).Version(d.Version) })
}

func (o drafts) GetDraft(c echo.Context, id DraftID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Judged, error) {
		return o.service.Draft(ctx, edge.Actor(c), id)
	}, okDraft)
}

func (o drafts) SaveDraft(c echo.Context, id DraftID, _ SaveDraftParams) error {
	return edge.Take(c, func(ctx context.Context, in DraftInput) (logbook.Judged, error) {
		return o.service.SaveDraft(ctx, edge.Actor(c), id, edge.Version(c), draftInputOf(in))
	}, okDraft)
}

func (o drafts) DropDraft(c echo.Context, id DraftID, _ DropDraftParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.DropDraft(ctx, edge.Actor(c), id, edge.Version(c))
		return err
	})
}

func (o drafts) BackTestDraft(c echo.Context, id DraftID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.BackTest, error) {
		return o.service.BackTestDraft(ctx, edge.Actor(c), id)
	}, func(b logbook.BackTest) edge.Reply {
		return edge.OK(BackTest{Enrollments: b.Enrollments, Changed: edge.Each(b.Changed, func(s logbook.Shift) Shift {
			return Shift{
				EnrollmentId: s.Enrollment.ID, Name: s.Enrollment.Name, Recorded: s.Old.Recorded, ValidBefore: s.Old.Valid, ValidAfter: s.New.Valid,
				MetBefore: s.Old.Answer.Met(), MetAfter: s.New.Answer.Met(),
				AnswerBefore: standardview.Answer(s.Old.Answer), AnswerAfter: standardview.Answer(s.New.Answer), Now: edge.Texts(s.Gained), Before: edge.Texts(s.Lost),
			}
		})})
	})
}

func (o drafts) PublishDraft(c echo.Context, id DraftID, _ PublishDraftParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.ProgramVersion, error) {
		return o.service.PublishDraft(ctx, edge.Actor(c), id, edge.Version(c))
	}, createdVersion)
}

func draftInputOf(in DraftInput) logbook.DraftInput {
	return logbook.DraftInput{Code: in.Code, Title: in.Title, Body: in.Body}
}

func okDraft(d logbook.Judged) edge.Reply { return edge.OK(draftOf(d)).Version(d.Version) }

func draftOf(d logbook.Judged) Draft {
	return Draft{
		Id: d.ID, OrganizationId: d.OrganizationID, Code: d.Code, Title: d.Title, Body: d.Body, Cases: d.Cases, Ready: d.Ready(),
		Problems: edge.Each(d.Problems, func(f core.Field) DraftProblem {
			return DraftProblem{Field: f.Name, Code: f.Code, Message: f.Message()}
		}),
		Failures: edge.Each(d.Failures, func(f standard.Failure) CaseFailure {
			return CaseFailure{Case: f.Case, Line: f.Line, What: f.What}
		}),
		PublishedId: d.Published, UpdatedAt: d.UpdatedAt, UpdatedByName: d.UpdatedByName, Version: d.Version,
	}
}

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

type sections struct{ service *specialty.Service }

var sectionRoutes = edge.Routes{
	"listSections":   {Action: access.SectionRead},
	"listMySections": {Action: access.SelfRead},
	"planSection":    {Action: access.SectionPlan},
	"getSection":     {Action: access.SectionRead},
	"changeSection":  {Action: access.SectionPlan},
	"cancelSection":  {Action: access.SectionPlan},
	"finishSection":  {Action: access.CourseRecord},
	"joinSection":    {Action: access.SectionJoin},
	"withdrawPlace":  {Action: access.SectionJoin},
}

func (o sections) ListSections(c echo.Context, org common.OrganizationID, p ListSectionsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.Section], error) {
		return o.service.Sections(ctx, edge.Actor(c), org, p.Course, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.Section]) edge.Reply {
		return edge.List(c, l.Next, SectionList{Items: edge.Each(l.Items, sectionOf), NextCursor: l.Next})
	})
}

func (o sections) ListMySections(c echo.Context, p ListMySectionsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.MySection], error) {
		return o.service.MySections(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.MySection]) edge.Reply {
		return edge.List(c, l.Next, MySectionList{NextCursor: l.Next, Items: edge.Each(l.Items, func(m specialty.MySection) MySection {
			return MySection{Section: sectionOf(m.Section), Place: m.Place}
		})})
	})
}

func (o sections) PlanSection(c echo.Context, course common.CourseID, _ PlanSectionParams) error {
	return edge.Take(c, func(ctx context.Context, in SectionInput) (specialty.Section, error) {
		return o.service.PlanSection(ctx, edge.Actor(c), course, specialty.SectionInput{
			InstructorID: in.InstructorId, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Place: in.Place, Seats: in.Seats, Exam: in.Exam,
		}, edge.Each(in.Sessions, sessionInput))
	}, func(s specialty.Section) edge.Reply { return edge.Created(sectionOf(s)).Version(s.Version) })
}

func (o sections) GetSection(c echo.Context, id SectionID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.SectionDetail, error) {
		return o.service.Section(ctx, edge.Actor(c), id)
	}, okDetail(c))
}

func (o sections) ChangeSection(c echo.Context, id SectionID, _ ChangeSectionParams) error {
	return edge.Take(c, func(ctx context.Context, in SectionChange) (specialty.Section, error) {
		return o.service.ChangeSection(ctx, edge.Actor(c), id, edge.Version(c), specialty.SectionInput{
			InstructorID: in.InstructorId, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Place: in.Place, Seats: in.Seats, Exam: in.Exam,
		})
	}, okSection)
}

func (o sections) CancelSection(c echo.Context, id SectionID, _ CancelSectionParams) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Section, error) {
		return o.service.CancelSection(ctx, edge.Actor(c), id, edge.Version(c))
	}, okSection)
}

func (o sections) FinishSection(c echo.Context, id SectionID, _ FinishSectionParams) error {
	return edge.Do(c, func(ctx context.Context) (specialty.SectionDetail, error) {
		return o.service.Finish(ctx, edge.Actor(c), id, edge.Version(c))
	}, okDetail(c))
}

func (o sections) JoinSection(c echo.Context, id SectionID, _ JoinSectionParams) error {
	return edge.Take(c, func(ctx context.Context, in JoinInput) (specialty.Place, error) {
		return o.service.Join(ctx, edge.Actor(c), id, specialty.JoinInput{Other: in.Whom == "somebody", Email: in.Email, Name: in.Name, SamePerson: in.SamePerson})
	}, func(p specialty.Place) edge.Reply { return edge.Created(placeOf(c)(p)) })
}

func (o sections) WithdrawPlace(c echo.Context, id SectionID, therapist common.TherapistID, _ WithdrawPlaceParams) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Place, error) {
		return o.service.Withdraw(ctx, edge.Actor(c), id, therapist)
	}, func(p specialty.Place) edge.Reply { return edge.OK(placeOf(c)(p)) })
}

func okSection(s specialty.Section) edge.Reply { return edge.OK(sectionOf(s)).Version(s.Version) }

func sectionOf(s specialty.Section) Section {
	return Section{
		Id: s.ID, CourseId: s.CourseID, CourseCode: s.CourseCode, CourseTitle: s.CourseTitle, Minutes: s.Minutes, InstructorId: s.InstructorID,
		InstructorName: s.InstructorName, State: s.State, StartsOn: s.StartsOn, EndsOn: s.EndsOn, Place: s.Place, Seats: s.Seats, Taken: s.Taken,
		Waiting: s.Waiting, Exam: s.Exam, Version: s.Version,
	}
}

func okDetail(c echo.Context) func(specialty.SectionDetail) edge.Reply {
	return func(d specialty.SectionDetail) edge.Reply { return edge.OK(detailOf(c, d)).Version(d.Section.Version) }
}

func detailOf(c echo.Context, d specialty.SectionDetail) SectionDetail {
	return SectionDetail{
		Section: sectionOf(d.Section), Sessions: edge.Each(d.Sessions, sessionOf), Places: edge.Each(d.Places, placeOf(c)),
		Exams: edge.Each(d.Exams, examOf), Teaches: d.Teaches,
		Marks: edge.Each(d.Marks, func(m specialty.SessionMark) SessionMark {
			return SessionMark{SessionId: m.SessionID, TherapistId: m.TherapistID, Mark: m.Mark, Minutes: m.Minutes}
		}),
	}
}

func placeOf(c echo.Context) func(specialty.Place) Place {
	w := edge.Language(c)
	return func(p specialty.Place) Place {
		return Place{
			TherapistId: p.TherapistID, Name: p.Name, State: p.State, Queued: int(p.Queued), Since: p.Since, Attended: p.Attended, Passed: p.Passed,
			Attempts: p.Attempts, Reason: p.Reason, CompletionId: p.CompletionID, Bars: w.WriteAll(p.Bars),
		}
	}
}

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

type courses struct{ service *specialty.Service }

var courseRoutes = edge.Routes{
	"listCourses":           {Action: access.CourseRead},
	"createCourse":          {Action: access.CourseWrite},
	"getCourse":             {Action: access.CourseRead},
	"updateCourse":          {Action: access.CourseWrite},
	"getCourseDetails":      {Action: access.CourseRead},
	"setCourseDetails":      {Action: access.CourseWrite},
	"recordCompletion":      {Action: access.CourseRecord},
	"listCourseCompletions": {Action: access.CourseCompletionRead},
	"listTopics":            {Action: access.TopicRead},
	"addTopic":              {Action: access.TopicWrite},
	"hideTopic":             {Action: access.TopicWrite},
}

func (o courses) ListCourses(c echo.Context, org common.OrganizationID, p ListCoursesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Course], error) {
		return o.service.Courses(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[core.Course]) edge.Reply {
		return edge.List(c, l.Next, CourseList{Items: edge.Each(l.Items, courseOf), NextCursor: l.Next})
	})
}

func (o courses) CreateCourse(c echo.Context, org common.OrganizationID, _ CreateCourseParams) error {
	return edge.Take(c, func(ctx context.Context, in CourseInput) (core.Course, error) {
		return o.service.CreateCourse(ctx, edge.Actor(c), org, courseInput(in))
	}, func(k core.Course) edge.Reply { return edge.Created(courseOf(k)).Version(k.Version) })
}

func (o courses) GetCourse(c echo.Context, id common.CourseID) error {
	return edge.Do(c, func(ctx context.Context) (core.Course, error) {
		return o.service.Course(ctx, edge.Actor(c), id)
	}, okCourse)
}

func (o courses) UpdateCourse(c echo.Context, id common.CourseID, _ UpdateCourseParams) error {
	return edge.Take(c, func(ctx context.Context, in CourseInput) (core.Course, error) {
		return o.service.UpdateCourse(ctx, edge.Actor(c), id, edge.Version(c), courseInput(in))
	}, okCourse)
}

func (o courses) GetCourseDetails(c echo.Context, id common.CourseID) error {
	return edge.Do(c, func(ctx context.Context) (specialty.Details, error) {
		return o.service.CourseDetails(ctx, edge.Actor(c), id)
	}, okDetails)
}

func (o courses) SetCourseDetails(c echo.Context, id common.CourseID, _ SetCourseDetailsParams) error {
	return edge.Take(c, func(ctx context.Context, in CourseDetailsInput) (specialty.Details, error) {
		return o.service.SetCourseDetails(ctx, edge.Actor(c), id, edge.Version(c), specialty.DetailsInput{
			Topics: edge.Each(in.Topics, func(t TopicRef) specialty.TopicRef { return specialty.TopicRef{Kind: t.Kind, Code: t.Code} }),
			Lasts:  core.Lasting{Months: in.ValidMonths, YearEnd: in.YearEnd}, Refreshes: in.Refreshes, Standard: in.Standard,
		})
	}, okDetails)
}

func (o courses) RecordCompletion(c echo.Context, course common.CourseID, _ RecordCompletionParams) error {
	return edge.Take(c, func(ctx context.Context, in CompletionInput) (core.CourseCompletion, error) {
		return o.service.RecordCompletion(ctx, edge.Actor(c), course, specialty.CompletionInput{
			Email: in.Email, Name: in.Name, SamePerson: in.SamePerson, TherapistID: in.TherapistId, CompletedOn: in.CompletedOn, Minutes: in.Minutes,
			Instructor: in.Instructor, Note: in.Note,
		})
	}, createdCompletion)
}

func (o courses) ListCourseCompletions(c echo.Context, org common.OrganizationID, p ListCourseCompletionsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.CourseCompletion], error) {
		return o.service.Completions(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[core.CourseCompletion]) edge.Reply {
		return edge.List(c, l.Next, CourseCompletionList{Items: edge.Each(l.Items, completionOf), NextCursor: l.Next})
	})
}

func (o courses) ListTopics(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) ([]specialty.Topic, error) {
		return o.service.Topics(ctx, edge.Actor(c), org)
	}, func(all []specialty.Topic) edge.Reply { return edge.OK(TopicList{Items: edge.Each(all, topicOf)}) })
}

func (o courses) AddTopic(c echo.Context, org common.OrganizationID, _ AddTopicParams) error {
	return edge.Take(c, func(ctx context.Context, in NewTopic) (specialty.Topic, error) {
		return o.service.AddTopic(ctx, edge.Actor(c), org, specialty.Topic{TopicRef: specialty.TopicRef{Kind: in.Kind, Code: in.Code}, Title: in.Title})
	}, func(t specialty.Topic) edge.Reply { return edge.Created(topicOf(t)) })
}

func (o courses) HideTopic(c echo.Context, org common.OrganizationID, kind, topic string, _ HideTopicParams) error {
	return edge.Take(c, func(ctx context.Context, in TopicChange) (specialty.Topic, error) {
		return o.service.HideTopic(ctx, edge.Actor(c), org, specialty.TopicRef{Kind: specialty.TopicKind(kind), Code: topic}, in.State == "hidden")
	}, func(t specialty.Topic) edge.Reply { return edge.OK(topicOf(t)) })
}

func courseInput(in CourseInput) specialty.CourseInput {
	return specialty.CourseInput{
		Code: in.Code, Title: in.Title, Specialty: in.Specialty, Description: in.Description, Minutes: in.Minutes,
		Prerequisites: edge.Each(in.Prerequisites, func(p common.Prerequisite) core.Prerequisite {
			return core.Prerequisite{Licensed: p.Licensed, Minutes: p.Minutes, CourseCode: p.CourseCode}
		}),
	}
}

func okCourse(k core.Course) edge.Reply { return edge.OK(courseOf(k)).Version(k.Version) }

func courseOf(k core.Course) common.Course {
	return common.Course{
		Id: k.ID, Code: k.Code, Title: k.Title, Specialty: k.Specialty, Description: k.Description, Minutes: k.Minutes,
		Prerequisites: edge.Each(k.Prerequisites, func(p core.Prerequisite) common.Prerequisite {
			return common.Prerequisite{Licensed: p.Licensed, Minutes: p.Minutes, CourseCode: p.CourseCode}
		}),
		Version: k.Version,
	}
}

func okDetails(d specialty.Details) edge.Reply {
	k := d.Course
	return edge.OK(CourseDetails{
		CourseId: k.ID, Topics: edge.Each(d.Topics, topicOf), ValidMonths: k.Lasts.Months, YearEnd: k.Lasts.YearEnd, Refreshes: k.Refreshes,
		Standard: k.Standard, SchoolHours: d.SchoolHours, Version: k.Version,
	}).Version(k.Version)
}

func createdCompletion(k core.CourseCompletion) edge.Reply { return edge.Created(completionOf(k)) }

func completionOf(k core.CourseCompletion) common.CourseCompletion {
	return common.CourseCompletion{
		Id: k.ID, CourseId: k.CourseID, CourseCode: k.CourseCode, CourseTitle: k.CourseTitle, TherapistId: k.TherapistID,
		Name: k.Name, CompletedOn: k.CompletedOn, Minutes: k.Minutes, Instructor: k.Instructor, Note: k.Note, RecordedAt: k.RecordedAt, DisputedAt: k.DisputedAt, AnswerDueAt: k.AnswerDue(),
	}
}

func topicOf(t specialty.Topic) Topic {
	return Topic{Kind: t.Kind, Code: t.Code, Title: t.Title, Shipped: t.Shipped, Hidden: t.Hidden, SchoolHours: t.SchoolHours}
}

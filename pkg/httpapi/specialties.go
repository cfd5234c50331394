package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/standard"
)

func (h *handlers) ListTopics(ctx context.Context, r api.ListTopicsRequestObject) (api.ListTopicsResponseObject, error) {
	all, err := h.Specialty.Topics(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.ListTopics200JSONResponse{Items: each(all, topicOf)}, nil
}

func (h *handlers) AddTopic(ctx context.Context, r api.AddTopicRequestObject) (api.AddTopicResponseObject, error) {
	t, err := h.Specialty.AddTopic(ctx, callOf(ctx).actor, r.Organization, core.Topic{TopicRef: core.TopicRef{Kind: r.Body.Kind, Code: r.Body.Code}, Title: r.Body.Title})
	if err != nil {
		return nil, err
	}
	return api.AddTopic201JSONResponse(topicOf(t)), nil
}

func (h *handlers) HideTopic(ctx context.Context, r api.HideTopicRequestObject) (api.HideTopicResponseObject, error) {
	t, err := h.Specialty.HideTopic(ctx, callOf(ctx).actor, r.Organization, core.TopicRef{Kind: core.TopicKind(r.Kind), Code: r.Topic}, r.Body.State == "hidden")
	if err != nil {
		return nil, err
	}
	return api.HideTopic200JSONResponse(topicOf(t)), nil
}

func topicOf(t core.Topic) api.Topic {
	return api.Topic{Kind: t.Kind, Code: t.Code, Title: t.Title, Shipped: t.Shipped, Hidden: t.Hidden, SchoolHours: t.SchoolHours}
}

func (h *handlers) GetCourseDetails(ctx context.Context, r api.GetCourseDetailsRequestObject) (api.GetCourseDetailsResponseObject, error) {
	d, err := h.Specialty.CourseDetails(ctx, callOf(ctx).actor, r.Course)
	if err != nil {
		return nil, err
	}
	return api.GetCourseDetails200JSONResponse{Body: detailsOf(d), Headers: api.GetCourseDetails200ResponseHeaders{ETag: etag(d.Course.Version)}}, nil
}

func (h *handlers) SetCourseDetails(ctx context.Context, r api.SetCourseDetailsRequestObject) (api.SetCourseDetailsResponseObject, error) {
	one := callOf(ctx)
	d, err := h.Specialty.SetCourseDetails(ctx, one.actor, r.Course, one.version, specialty.DetailsInput{
		Topics: each(r.Body.Topics, func(t api.TopicRef) core.TopicRef { return core.TopicRef{Kind: t.Kind, Code: t.Code} }),
		Lasts:  core.Lasting{Months: r.Body.ValidMonths, YearEnd: r.Body.YearEnd}, Refreshes: r.Body.Refreshes, Standard: r.Body.Standard,
	})
	if err != nil {
		return nil, err
	}
	return api.SetCourseDetails200JSONResponse{Body: detailsOf(d), Headers: api.SetCourseDetails200ResponseHeaders{ETag: etag(d.Course.Version)}}, nil
}

func detailsOf(d specialty.Details) api.CourseDetails {
	c := d.Course
	return api.CourseDetails{
		CourseId: c.ID, Topics: each(d.Topics, topicOf), ValidMonths: c.Lasts.Months, YearEnd: c.Lasts.YearEnd, Refreshes: c.Refreshes,
		Standard: c.Standard, SchoolHours: d.SchoolHours, Version: c.Version,
	}
}

func (h *handlers) ListSpecialties(context.Context, api.ListSpecialtiesRequestObject) (api.ListSpecialtiesResponseObject, error) {
	all, err := standard.Specialties()
	if err != nil {
		return nil, err
	}
	return api.ListSpecialties200JSONResponse{Items: each(all, specialtyOf)}, nil
}

func specialtyOf(std standard.Standard) api.Specialty {
	out := api.Specialty{
		Key: std.Key, Version: std.Version, Title: std.Title, Minutes: std.Required(), Source: std.Source,
		Confidence: string(std.Confidence), Note: std.Note,
		Rules: each(std.Rules, func(r standard.Rule) api.SpecialtyRule {
			return api.SpecialtyRule{Id: r.ID, Kind: string(r.Kind), Text: r.Text, Source: r.Source, Confidence: string(r.Confidence), Note: r.Note}
		}),
	}
	if std.Validity != nil {
		out.Validity = std.Validity.Text
	}
	return out
}

func (h *handlers) GetSpecialtyStandings(ctx context.Context, r api.GetSpecialtyStandingsRequestObject) (api.GetSpecialtyStandingsResponseObject, error) {
	all, err := h.Specialty.Standings(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.GetSpecialtyStandings200JSONResponse{Items: each(all, func(j specialty.Judged) api.SpecialtyStanding {
		return api.SpecialtyStanding{Specialty: specialtyOf(j.Standard), Standing: standingOf(j.Standing), Until: j.Until}
	})}, nil
}

func (h *handlers) GetReadiness(ctx context.Context, r api.GetReadinessRequestObject) (api.GetReadinessResponseObject, error) {
	found, err := h.Specialty.Readiness(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.GetReadiness200JSONResponse{
		TherapistId: found.Therapist.ID, Name: found.Therapist.Name, Licensed: found.Licensed, MayPractise: found.Practice.May, Reason: found.Practice.Reason,
		Treats: each(found.Treats, func(t specialty.Treats) api.Treats {
			return api.Treats{Condition: t.Condition, Title: t.Title, Now: t.Now, By: each(t.By, abilityOf)}
		}),
		Next: each(found.Next, func(n specialty.Next) api.NextStep {
			return api.NextStep{Condition: n.Condition, Title: n.Title, Renew: n.Renew, Missing: each(n.Missing, courseOf)}
		}),
	}, nil
}

func abilityOf(b core.Ability) api.Ability {
	return api.Ability{
		TherapistId: b.TherapistID, Name: b.Name, OrganizationId: b.OrganizationID, OrganizationName: b.OrganizationName, Condition: b.Condition,
		Means: b.Means, Area: b.Area, Code: b.Code, Title: b.Title, IssuedAt: b.IssuedAt, ValidUntil: b.ValidUntil,
	}
}

func (h *handlers) ListTrained(ctx context.Context, r api.ListTrainedRequestObject) (api.ListTrainedResponseObject, error) {
	list, err := h.Specialty.Trained(ctx, callOf(ctx).actor, r.Organization,
		specialty.Ready{Condition: r.Params.Condition, Means: r.Params.Means, Area: r.Params.Area}, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListTrained200JSONResponse{
		Body:    api.AbilityList{Items: each(list.Items, abilityOf), NextCursor: list.Next},
		Headers: api.ListTrained200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListStaffReady(ctx context.Context, r api.ListStaffReadyRequestObject) (api.ListStaffReadyResponseObject, error) {
	in := r.Body
	list, err := h.Specialty.StaffReady(ctx, callOf(ctx).actor, r.Organization,
		specialty.Ready{Condition: in.Condition, Means: in.Means, Area: in.Area}, core.Page{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return api.ListStaffReady200JSONResponse{Items: each(list.Items, abilityOf), NextCursor: list.Next}, nil
}

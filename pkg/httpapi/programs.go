package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
)

func (h *handlers) ListPrograms(ctx context.Context, r api.ListProgramsRequestObject) (api.ListProgramsResponseObject, error) {
	list, err := h.Logbook.Programs(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListPrograms200JSONResponse{
		Body:    api.ProgramVersionList{Items: each(list.Items, programVersionOf), NextCursor: list.Next},
		Headers: api.ListPrograms200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) PublishProgram(ctx context.Context, r api.PublishProgramRequestObject) (api.PublishProgramResponseObject, error) {
	v, err := h.Logbook.PublishProgram(ctx, callOf(ctx).actor, r.Organization, logbook.PublishProgram{
		Code: r.Body.Code, Title: r.Body.Title, Standard: r.Body.Standard,
	})
	if err != nil {
		return nil, err
	}
	return api.PublishProgram201JSONResponse(programVersionOf(v)), nil
}

func (h *handlers) GetProgram(ctx context.Context, r api.GetProgramRequestObject) (api.GetProgramResponseObject, error) {
	versions, err := h.Logbook.Program(ctx, callOf(ctx).actor, r.Program)
	if err != nil {
		return nil, err
	}
	return api.GetProgram200JSONResponse{Items: each(versions, programVersionOf)}, nil
}

func (h *handlers) ListEnrollments(ctx context.Context, r api.ListEnrollmentsRequestObject) (api.ListEnrollmentsResponseObject, error) {
	filter := logbook.EnrollmentFilter{State: r.Params.State, Query: r.Params.Q}
	list, err := h.Logbook.Enrollments(ctx, callOf(ctx).actor, r.Organization, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEnrollments200JSONResponse{
		Body:    api.EnrollmentRowList{Items: each(list.Items, enrollmentRowOf), NextCursor: list.Next},
		Headers: api.ListEnrollments200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) Enroll(ctx context.Context, r api.EnrollRequestObject) (api.EnrollResponseObject, error) {
	e, err := h.Logbook.Enroll(ctx, callOf(ctx).actor, r.Organization, logbook.Enroll{
		Email: r.Body.Email, Name: r.Body.Name, ProgramID: r.Body.ProgramId, EnrolledOn: r.Body.EnrolledOn, Invite: r.Body.Invite,
	})
	if err != nil {
		return nil, err
	}
	return api.Enroll201JSONResponse{Body: enrollmentOf(e), Headers: api.Enroll201ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) ListMyEnrollments(ctx context.Context, _ api.ListMyEnrollmentsRequestObject) (api.ListMyEnrollmentsResponseObject, error) {
	rows, err := h.Logbook.MyEnrollments(ctx, callOf(ctx).actor)
	if err != nil {
		return nil, err
	}
	return api.ListMyEnrollments200JSONResponse{Items: each(rows, enrollmentRowOf)}, nil
}

func (h *handlers) GetEnrollment(ctx context.Context, r api.GetEnrollmentRequestObject) (api.GetEnrollmentResponseObject, error) {
	e, err := h.Logbook.Enrollment(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.GetEnrollment200JSONResponse{
		Body: enrollmentOf(e), Headers: api.GetEnrollment200ResponseHeaders{ETag: etag(e.Version)},
	}, nil
}

func (h *handlers) GetProgress(ctx context.Context, r api.GetProgressRequestObject) (api.GetProgressResponseObject, error) {
	p, err := h.Logbook.Progress(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	waiting := p.WaitingBySubject
	if waiting == nil {
		waiting = map[string]core.Minutes{}
	}
	return api.GetProgress200JSONResponse{
		Enrollment: enrollmentOf(p.Enrollment), Standing: standingOf(p.Standing), Waiting: p.Waiting,
		WaitingEntries: p.WaitingEntries, WaitingBySubject: waiting, Totals: each(p.Totals, totalOf),
	}, nil
}

func (h *handlers) ListCredits(ctx context.Context, r api.ListCreditsRequestObject) (api.ListCreditsResponseObject, error) {
	list, err := h.Logbook.Credits(ctx, callOf(ctx).actor, r.Enrollment, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCredits200JSONResponse{
		Body:    api.CreditList{Items: each(list.Items, creditOf), NextCursor: list.Next},
		Headers: api.ListCredits200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func programVersionOf(v core.ProgramVersion) api.ProgramVersion {
	return api.ProgramVersion{
		Id: v.ID, ProgramId: v.ProgramID, Code: v.Code, Number: v.Number, Title: v.Title, StandardId: v.StandardID,
		Standard: v.StandardBody, PublishedAt: v.PublishedAt,
	}
}

func enrollmentOf(e core.Enrollment) api.Enrollment {
	return api.Enrollment{
		Id: e.ID, OrganizationId: e.OrganizationID, ProgramId: e.ProgramID, ProgramVersionId: e.ProgramVersionID,
		ProgramTitle: e.ProgramTitle, TherapistId: e.TherapistID, Name: e.Name, Email: e.Email, State: e.State,
		EnrolledOn: e.EnrolledOn, CompletedOn: e.CompletedOn, Version: e.Version,
	}
}

func enrollmentRowOf(r logbook.EnrollmentRow) api.EnrollmentRow {
	return api.EnrollmentRow{
		Enrollment: enrollmentOf(r.Enrollment), Valid: r.Valid, Recorded: r.Recorded, Waiting: r.Waiting,
		Required: r.Required, Met: r.Met,
	}
}

func totalOf(t core.Total) api.Total {
	return api.Total{
		Subject: t.Subject, Setting: t.Setting, Delivery: t.Delivery, WaitingMinutes: t.WaitingMinutes,
		WaitingEntries: t.WaitingEntries, SignedMinutes: t.SignedMinutes, SignedEntries: t.SignedEntries,
	}
}

func creditOf(c core.Credit) api.Credit {
	return api.Credit{
		Id: c.ID, Kind: c.Kind, Minutes: c.Minutes, Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery,
		Supervised: c.Supervised, Date: c.Date, Start: c.Start, EntryId: c.EntryID, Reverses: c.Reverses,
		PostedAt: c.PostedAt, PostedBy: c.PostedBy, Mode: c.Mode, MakeUp: c.MakeUp, Grade: c.Grade,
		ElapsedMinutes: c.Elapsed, BreakMinutes: c.Break, School: c.Transfer.School, TransferId: c.TransferID,
	}
}

func standingOf(s standard.Standing) api.Standing {
	return api.Standing{
		Standard: s.Standard, Version: s.Version, Title: s.Title, Met: s.Met, Recorded: s.Recorded, Valid: s.Valid,
		Required: s.Required, Missing: s.Missing,
		Subjects: each(s.Subjects, func(x standard.SubjectStanding) api.SubjectStanding {
			return api.SubjectStanding{
				Code: x.Code, Title: x.Title, Recorded: x.Recorded, Valid: x.Valid, Required: x.Required, Missing: x.Missing,
			}
		}),
		Rules:     each(s.Rules, ruleStandingOf),
		Uncounted: each(s.Uncounted, uncountedOf),
	}
}

func ruleStandingOf(x standard.RuleStanding) api.RuleStanding {
	return api.RuleStanding{
		Id: x.ID, Kind: string(x.Kind), Met: x.Met, Recorded: x.Recorded, Valid: x.Valid, Limit: x.Limit, Missing: x.Missing,
		First: x.First, Last: x.Last, NotBefore: x.NotBefore, Text: x.Text, Source: x.Source,
		Confidence: string(x.Confidence), Note: x.Note, Rules: each(x.Rules, ruleStandingOf),
	}
}

func uncountedOf(x standard.Uncounted) api.Uncounted {
	return api.Uncounted{
		CreditId: x.CreditID, EntryId: x.EntryID, Date: x.Date, Recorded: x.Recorded, Valid: x.Valid,
		Reasons: each(x.Reasons, func(r standard.Reason) api.Reason { return api.Reason{Rule: r.Rule, Text: r.Text} }),
	}
}

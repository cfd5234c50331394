package continuingapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var activityRoutes = edge.Routes{
	"listCEActivities":    {Action: access.CERead},
	"addCEActivity":       {Action: access.CEReport},
	"getCEActivity":       {Action: access.CERead},
	"saveCEActivity":      {Action: access.CEReport},
	"dropCEActivity":      {Action: access.CEReport},
	"getCECertificate":    {Action: access.CERead},
	"attachCECertificate": {Action: access.CEReport, Body: core.MostDocument + 1<<10},
	"reportCEActivity":    {Action: access.CEReport},
	"acceptCEActivity":    {Action: access.CEDecide},
	"rejectCEActivity":    {Action: access.CEDecide},
	"listReportedCE":      {Action: access.CERead},
	"setCourseCE":         {Action: access.CECourse},
}

func (o operations) ListCEActivities(c echo.Context, therapist common.TherapistID, p ListCEActivitiesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[continuing.CEActivity], error) {
		return o.service.Activities(ctx, edge.Actor(c), therapist, continuing.CEState(p.State), edge.Page(p.Limit, p.Cursor))
	}, activityList(c))
}

func (o operations) ListReportedCE(c echo.Context, org common.OrganizationID, p ListReportedCEParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[continuing.CEActivity], error) {
		return o.service.Queue(ctx, edge.Actor(c), org, continuing.CEState(p.State), edge.Page(p.Limit, p.Cursor))
	}, activityList(c))
}

func (o operations) AddCEActivity(c echo.Context, therapist common.TherapistID, _ AddCEActivityParams) error {
	return edge.Take(c, func(ctx context.Context, in CEActivityInput) (continuing.CEActivity, error) {
		return o.service.AddActivity(ctx, edge.Actor(c), therapist, activityInput(in))
	}, func(a continuing.CEActivity) edge.Reply { return edge.Created(activityOf(a)).Version(a.Version) })
}

func (o operations) GetCEActivity(c echo.Context, id CEActivityID) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CEActivity, error) {
		return o.service.Activity(ctx, edge.Actor(c), id)
	}, okActivity)
}

func (o operations) SaveCEActivity(c echo.Context, id CEActivityID, _ SaveCEActivityParams) error {
	return edge.Take(c, func(ctx context.Context, in CEActivityInput) (continuing.CEActivity, error) {
		return o.service.SaveActivity(ctx, edge.Actor(c), id, edge.Version(c), activityInput(in))
	}, okActivity)
}

func (o operations) DropCEActivity(c echo.Context, id CEActivityID, _ DropCEActivityParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		return o.service.DropActivity(ctx, edge.Actor(c), id, edge.Version(c))
	})
}

func (o operations) GetCECertificate(c echo.Context, id CEActivityID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.Certificate(ctx, edge.Actor(c), id)
	}, func(d core.Document) edge.Reply { return edge.Document(d.Name, d.Body) })
}

func (o operations) AttachCECertificate(c echo.Context, id CEActivityID, p AttachCECertificateParams) error {
	return edge.TakeDocument(c, func(ctx context.Context, body []byte) (continuing.CEActivity, error) {
		return o.service.Attach(ctx, edge.Actor(c), id, edge.Version(c), p.Filename, body)
	}, okActivity)
}

func (o operations) ReportCEActivity(c echo.Context, id CEActivityID, _ ReportCEActivityParams) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CEActivity, error) {
		return o.service.Report(ctx, edge.Actor(c), id, edge.Version(c))
	}, okActivity)
}

func (o operations) AcceptCEActivity(c echo.Context, id CEActivityID, _ AcceptCEActivityParams) error {
	return edge.Do(c, func(ctx context.Context) (continuing.CEActivity, error) {
		return o.service.Accept(ctx, edge.Actor(c), id, edge.Version(c))
	}, okActivity)
}

func (o operations) RejectCEActivity(c echo.Context, id CEActivityID, _ RejectCEActivityParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (continuing.CEActivity, error) {
		return o.service.Reject(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okActivity)
}

func (o operations) SetCourseCE(c echo.Context, course common.CourseID) error {
	return edge.Take(c, func(ctx context.Context, in CourseCE) (continuing.CourseCE, error) {
		return o.service.SetCourse(ctx, edge.Actor(c), course, continuing.CourseCE{
			Type: continuing.CEType(in.Type), HandsOn: in.HandsOn, Lines: edge.Each(in.Lines, lineInput),
		})
	}, func(k continuing.CourseCE) edge.Reply {
		return edge.OK(CourseCE{Type: string(k.Type), HandsOn: k.HandsOn, Lines: edge.Each(k.Lines, lineOf)})
	})
}

func activityInput(in CEActivityInput) continuing.ActivityInput {
	return continuing.ActivityInput{
		Completed: in.Completed, Title: in.Title, Type: in.Type, On: in.On, Amount: in.Amount, Hour: in.HourMinutes, CEUMeant: in.CeuMeant, Approved: in.Approved,
		HandsOn: in.HandsOn, Lines: edge.Each(in.Lines, lineInput), Participant: in.Participant, ProviderName: in.ProviderName,
		ProviderBody: in.ProviderBody, ProviderNumber: in.ProviderNumber, ProviderContact: in.ProviderContact, Signed: in.Signed,
		LicenseNumber: in.LicenseNumber, ProgramNumber: in.ProgramNumber,
	}
}

func lineInput(l CELine) continuing.CELine {
	return continuing.CELine{Subject: l.Subject, Minutes: l.Minutes}
}

func lineOf(l continuing.CELine) CELine { return CELine{Subject: l.Subject, Minutes: l.Minutes} }

func activityList(c echo.Context) func(core.List[continuing.CEActivity]) edge.Reply {
	return func(l core.List[continuing.CEActivity]) edge.Reply {
		return edge.List(c, l.Next, CEActivityList{Items: edge.Each(l.Items, activityOf), NextCursor: l.Next})
	}
}

func okActivity(a continuing.CEActivity) edge.Reply { return edge.OK(activityOf(a)).Version(a.Version) }

func activityOf(a continuing.CEActivity) CEActivity {
	return CEActivity{
		Id: a.ID, TherapistId: a.TherapistID, TherapistName: a.TherapistName, OrganizationId: a.OrganizationID, State: a.State, Title: a.Title,
		Type: a.Type, On: a.On, Minutes: a.Amount.Minutes, Amount: a.Amount.Words, Unit: a.Amount.Unit, HourMinutes: a.Amount.Hour,
		Ces: a.Amount.CEs(), Approved: a.Approved, HandsOn: a.HandsOn, Lines: edge.Each(a.Lines, lineOf), Participant: a.Participant,
		ProviderName: a.ProviderName, ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber, ProviderContact: a.ProviderContact,
		ProviderKnown: a.ProviderKnown(), Signed: a.Signed, LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber,
		HasDocument: !a.Document.ID.IsZero(), DocumentName: a.Document.Name, DocumentType: a.Document.MediaType, CourseHere: !a.CompletionID.IsZero(),
		ReportedAt: a.ReportedAt, DecidedByName: a.DecidedByName, DecidedAt: a.DecidedAt, Reason: a.Reason, Version: a.Version,
	}
}

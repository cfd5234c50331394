package httpapi

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

func (h *handlers) ListCEActivities(ctx context.Context, r api.ListCEActivitiesRequestObject) (api.ListCEActivitiesResponseObject, error) {
	list, err := h.Continuing.Activities(ctx, callOf(ctx).actor, r.Therapist, core.CEState(r.Params.State), pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCEActivities200JSONResponse{
		Body:    api.CEActivityList{Items: each(list.Items, ceActivityOf), NextCursor: list.Next},
		Headers: api.ListCEActivities200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListReportedCE(ctx context.Context, r api.ListReportedCERequestObject) (api.ListReportedCEResponseObject, error) {
	list, err := h.Continuing.Queue(ctx, callOf(ctx).actor, r.Organization, core.CEState(r.Params.State), pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListReportedCE200JSONResponse{
		Body:    api.CEActivityList{Items: each(list.Items, ceActivityOf), NextCursor: list.Next},
		Headers: api.ListReportedCE200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func ceInput(in *api.CEActivityInput) continuing.ActivityInput {
	return continuing.ActivityInput{
		Completed: in.Completed, Title: in.Title, Type: in.Type, On: in.On, Amount: in.Amount, Hour: in.HourMinutes, Approved: in.Approved,
		HandsOn: in.HandsOn, Lines: each(in.Lines, ceLineOf), Participant: in.Participant, ProviderName: in.ProviderName,
		ProviderBody: in.ProviderBody, ProviderNumber: in.ProviderNumber, ProviderContact: in.ProviderContact, Signed: in.Signed,
		LicenseNumber: in.LicenseNumber, ProgramNumber: in.ProgramNumber,
	}
}

func ceLineOf(l api.CELine) core.CELine { return core.CELine{Subject: l.Subject, Minutes: l.Minutes} }

func (h *handlers) AddCEActivity(ctx context.Context, r api.AddCEActivityRequestObject) (api.AddCEActivityResponseObject, error) {
	a, err := h.Continuing.AddActivity(ctx, callOf(ctx).actor, r.Therapist, ceInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.AddCEActivity201JSONResponse{Body: ceActivityOf(a), Headers: api.AddCEActivity201ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) GetCEActivity(ctx context.Context, r api.GetCEActivityRequestObject) (api.GetCEActivityResponseObject, error) {
	a, err := h.Continuing.Activity(ctx, callOf(ctx).actor, r.Activity)
	if err != nil {
		return nil, err
	}
	return api.GetCEActivity200JSONResponse{Body: ceActivityOf(a), Headers: api.GetCEActivity200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) SaveCEActivity(ctx context.Context, r api.SaveCEActivityRequestObject) (api.SaveCEActivityResponseObject, error) {
	one := callOf(ctx)
	a, err := h.Continuing.SaveActivity(ctx, one.actor, r.Activity, one.version, ceInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.SaveCEActivity200JSONResponse{Body: ceActivityOf(a), Headers: api.SaveCEActivity200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) DropCEActivity(ctx context.Context, r api.DropCEActivityRequestObject) (api.DropCEActivityResponseObject, error) {
	one := callOf(ctx)
	if err := h.Continuing.DropActivity(ctx, one.actor, r.Activity, one.version); err != nil {
		return nil, err
	}
	return api.DropCEActivity204Response{}, nil
}

// download is a file that no browser shows, whatever it holds.
type download struct {
	name string
	body []byte
}

func (d download) write(w http.ResponseWriter) error {
	for name, value := range core.DocumentHeaders() {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(d.body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(d.body)
	return err
}

// VisitGetCECertificateResponse writes the answer.
func (d download) VisitGetCECertificateResponse(w http.ResponseWriter) error { return d.write(w) }

// VisitGetCEProofResponse writes the answer.
func (d download) VisitGetCEProofResponse(w http.ResponseWriter) error { return d.write(w) }

func (h *handlers) GetCECertificate(ctx context.Context, r api.GetCECertificateRequestObject) (api.GetCECertificateResponseObject, error) {
	d, err := h.Continuing.Certificate(ctx, callOf(ctx).actor, r.Activity)
	if err != nil {
		return nil, err
	}
	return download{d.Name, d.Body}, nil
}

func (h *handlers) AttachCECertificate(ctx context.Context, r api.AttachCECertificateRequestObject) (api.AttachCECertificateResponseObject, error) {
	one := callOf(ctx)
	body, err := io.ReadAll(io.LimitReader(r.Body, core.MostDocument+1))
	if err != nil {
		return nil, err
	}
	a, err := h.Continuing.Attach(ctx, one.actor, r.Activity, one.version, r.Params.Filename, body)
	if err != nil {
		return nil, err
	}
	return api.AttachCECertificate200JSONResponse{Body: ceActivityOf(a), Headers: api.AttachCECertificate200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) ReportCEActivity(ctx context.Context, r api.ReportCEActivityRequestObject) (api.ReportCEActivityResponseObject, error) {
	one := callOf(ctx)
	a, err := h.Continuing.Report(ctx, one.actor, r.Activity, one.version)
	if err != nil {
		return nil, err
	}
	return api.ReportCEActivity200JSONResponse{Body: ceActivityOf(a), Headers: api.ReportCEActivity200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) AcceptCEActivity(ctx context.Context, r api.AcceptCEActivityRequestObject) (api.AcceptCEActivityResponseObject, error) {
	one := callOf(ctx)
	a, err := h.Continuing.Accept(ctx, one.actor, r.Activity, one.version)
	if err != nil {
		return nil, err
	}
	return api.AcceptCEActivity200JSONResponse{Body: ceActivityOf(a), Headers: api.AcceptCEActivity200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) RejectCEActivity(ctx context.Context, r api.RejectCEActivityRequestObject) (api.RejectCEActivityResponseObject, error) {
	one := callOf(ctx)
	a, err := h.Continuing.Reject(ctx, one.actor, r.Activity, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.RejectCEActivity200JSONResponse{Body: ceActivityOf(a), Headers: api.RejectCEActivity200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) ListCECycles(ctx context.Context, r api.ListCECyclesRequestObject) (api.ListCECyclesResponseObject, error) {
	cycles, err := h.Continuing.Cycles(ctx, callOf(ctx).actor, r.Therapist, h.day(r.Params.On))
	if err != nil {
		return nil, err
	}
	return api.ListCECycles200JSONResponse{Items: each(cycles, ceCycleOf)}, nil
}

func (h *handlers) ListPastCECycles(ctx context.Context, r api.ListPastCECyclesRequestObject) (api.ListPastCECyclesResponseObject, error) {
	cycles, err := h.Continuing.History(ctx, callOf(ctx).actor, r.License, h.day(r.Params.On))
	if err != nil {
		return nil, err
	}
	return api.ListPastCECycles200JSONResponse{Items: each(cycles, ceCycleOf)}, nil
}

func (h *handlers) GetCEProof(ctx context.Context, r api.GetCEProofRequestObject) (api.GetCEProofResponseObject, error) {
	var file bytes.Buffer
	if err := h.Continuing.WriteProof(ctx, callOf(ctx).actor, r.License, h.day(r.Params.On), &file); err != nil {
		return nil, err
	}
	return download{"continuing-education.zip", file.Bytes()}, nil
}

func ceActivityOf(a core.CEActivity) api.CEActivity {
	return api.CEActivity{
		Id: a.ID, TherapistId: a.TherapistID, TherapistName: a.TherapistName, OrganizationId: a.OrganizationID, State: a.State, Title: a.Title,
		Type: a.Type, On: a.On, Minutes: a.Amount.Minutes, Amount: a.Amount.Words, Unit: a.Amount.Unit, HourMinutes: a.Amount.Hour,
		Ces: a.Amount.Minutes.CEs(), Approved: a.Approved, HandsOn: a.HandsOn, Lines: each(a.Lines, apiCELine), Participant: a.Participant,
		ProviderName: a.ProviderName, ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber, ProviderContact: a.ProviderContact,
		ProviderKnown: a.ProviderKnown(), Signed: a.Signed, LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber,
		HasDocument: !a.Document.ID.IsZero(), DocumentName: a.Document.Name, DocumentType: a.Document.MediaType, CourseHere: !a.CompletionID.IsZero(),
		ReportedAt: a.ReportedAt, DecidedByName: a.DecidedByName, DecidedAt: a.DecidedAt, Reason: a.Reason, Version: a.Version,
	}
}

func apiCELine(l core.CELine) api.CELine { return api.CELine{Subject: l.Subject, Minutes: l.Minutes} }

func ceCycleOf(c continuing.Cycle) api.CECycle {
	out := api.CECycle{
		LicenseId: c.License.ID, Jurisdiction: c.License.Jurisdiction, Number: c.License.Number, Known: c.Known, Code: c.Code, Why: c.Why,
		Title: c.Pack.Title, Source: c.Pack.Source, Confidence: string(c.Pack.Confidence),
	}
	if !c.Known {
		return out
	}
	out.From, out.To, out.First, out.Carried, out.Planned = c.Span.From, c.Span.To, c.Span.First, c.Done.Carried, c.Planned
	out.Done, out.Proven, out.Projected = standingOf(c.Done.Standing), standingOf(c.Proven.Standing), standingOf(c.Projected.Standing)
	out.Leaves = each(c.Leaves, ceLeaveOf)
	out.Activities = each(c.Activities, func(a continuing.CycleActivity) api.CECycleActivity {
		return api.CECycleActivity{
			Activity: ceActivityOf(a.CEActivity), Full: a.Full, Valid: a.Valid,
			Reasons: each(a.Reasons, func(r standard.Reason) api.Reason { return api.Reason{Rule: r.Rule, Text: r.Text} }),
			Duties:  each(a.Duties, func(d continuing.Duty) api.CEDuty { return api.CEDuty{Jurisdiction: d.Jurisdiction, Due: d.Due} }),
		}
	})
	return out
}

// day is the one asked for, or that of UTC.
func (h *handlers) day(on core.Date) core.Date {
	if on.IsZero() {
		return core.DateOf(h.o.Source.Now().UTC())
	}
	return on
}

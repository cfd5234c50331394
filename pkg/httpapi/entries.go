package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

func (h *handlers) ListEntries(ctx context.Context, r api.ListEntriesRequestObject) (api.ListEntriesResponseObject, error) {
	filter := logbook.EntryFilter{State: r.Params.State}
	list, err := h.Logbook.Entries(ctx, callOf(ctx).actor, r.Enrollment, filter, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEntries200JSONResponse{
		Body:    api.EntryList{Items: each(list.Items, entryOf), NextCursor: list.Next},
		Headers: api.ListEntries200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) LogEntry(ctx context.Context, r api.LogEntryRequestObject) (api.LogEntryResponseObject, error) {
	e, err := h.Logbook.Log(ctx, callOf(ctx).actor, r.Enrollment, logEntryOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.LogEntry201JSONResponse{Body: entryOf(e), Headers: api.LogEntry201ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) GetPrefill(ctx context.Context, r api.GetPrefillRequestObject) (api.GetPrefillResponseObject, error) {
	in, err := h.Logbook.Prefill(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.GetPrefill200JSONResponse{
		Date: in.Date, Start: in.Start, End: in.End, BreakMinutes: in.Break, Minutes: in.Minutes, Subject: in.Subject,
		Setting: in.Setting, Delivery: in.Delivery, SupervisorId: in.SupervisorID,
	}, nil
}

func (h *handlers) GetEntry(ctx context.Context, r api.GetEntryRequestObject) (api.GetEntryResponseObject, error) {
	d, err := h.Logbook.Entry(ctx, callOf(ctx).actor, r.Entry)
	if err != nil {
		return nil, err
	}
	return api.GetEntry200JSONResponse{
		Body: api.EntryDetail{
			Entry: entryOf(d.Entry), History: each(d.History, entryOf), Posted: each(d.Posted, creditOf),
		},
		Headers: api.GetEntry200ResponseHeaders{ETag: etag(d.Entry.Version)},
	}, nil
}

func (h *handlers) EditEntry(ctx context.Context, r api.EditEntryRequestObject) (api.EditEntryResponseObject, error) {
	one := callOf(ctx)
	e, err := h.Logbook.Edit(ctx, one.actor, r.Entry, one.version, logEntryOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.EditEntry200JSONResponse{Body: entryOf(e), Headers: api.EditEntry200ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) WithdrawEntry(ctx context.Context, r api.WithdrawEntryRequestObject) (api.WithdrawEntryResponseObject, error) {
	one := callOf(ctx)
	e, err := h.Logbook.Withdraw(ctx, one.actor, r.Entry, one.version)
	if err != nil {
		return nil, err
	}
	return api.WithdrawEntry200JSONResponse{Body: entryOf(e), Headers: api.WithdrawEntry200ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) SubmitEntry(ctx context.Context, r api.SubmitEntryRequestObject) (api.SubmitEntryResponseObject, error) {
	one := callOf(ctx)
	e, err := h.Logbook.Submit(ctx, one.actor, r.Entry, one.version)
	if err != nil {
		return nil, err
	}
	return api.SubmitEntry200JSONResponse{Body: entryOf(e), Headers: api.SubmitEntry200ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) ReturnEntry(ctx context.Context, r api.ReturnEntryRequestObject) (api.ReturnEntryResponseObject, error) {
	one := callOf(ctx)
	e, err := h.Logbook.Return(ctx, one.actor, r.Entry, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.ReturnEntry200JSONResponse{Body: entryOf(e), Headers: api.ReturnEntry200ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) CorrectEntry(ctx context.Context, r api.CorrectEntryRequestObject) (api.CorrectEntryResponseObject, error) {
	one, in := callOf(ctx), r.Body
	e, err := h.Logbook.Correct(ctx, one.actor, r.Entry, one.version, logbook.Correction{
		LogEntry: logEntryOf(api.EntryInput{
			Date: in.Date, Start: in.Start, End: in.End, BreakMinutes: in.BreakMinutes, Minutes: in.Minutes,
			Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp, SupervisorId: in.SupervisorId,
			Note: in.Note, Submit: true,
		}),
		Reason: in.Reason,
	})
	if err != nil {
		return nil, err
	}
	return api.CorrectEntry201JSONResponse{Body: entryOf(e), Headers: api.CorrectEntry201ResponseHeaders{ETag: etag(e.Version)}}, nil
}

func (h *handlers) ListInbox(ctx context.Context, r api.ListInboxRequestObject) (api.ListInboxResponseObject, error) {
	list, err := h.Logbook.Inbox(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListInbox200JSONResponse{
		Body:    api.InboxGroupList{Items: each(list.Items, inboxGroupOf), NextCursor: list.Next},
		Headers: api.ListInbox200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) SignEntries(ctx context.Context, r api.SignEntriesRequestObject) (api.SignEntriesResponseObject, error) {
	refs := each(r.Body.Entries, func(e api.EntryRef) logbook.EntryRef {
		return logbook.EntryRef{ID: e.Id, Version: e.Version}
	})
	entries, err := h.Logbook.Sign(ctx, callOf(ctx).actor, r.Organization, refs)
	if err != nil {
		return nil, err
	}
	return api.SignEntries200JSONResponse{Entries: each(entries, entryOf)}, nil
}

func logEntryOf(in api.EntryInput) logbook.LogEntry {
	return logbook.LogEntry{
		SessionInput: core.SessionInput{
			Date: in.Date, Start: in.Start, End: in.End, Break: in.BreakMinutes, Minutes: in.Minutes,
			Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp,
		},
		SupervisorID: in.SupervisorId, Note: in.Note, Submit: in.Submit,
	}
}

func entryOf(e core.Entry) api.Entry {
	return api.Entry{
		Id: e.ID, EnrollmentId: e.EnrollmentID, TherapistId: e.TherapistID, StudentName: e.StudentName, State: e.State,
		Date: e.Session.Date, Zone: e.Session.Zone, Start: e.Session.Start, End: e.Session.End,
		BreakMinutes: e.Session.Break, Minutes: e.Session.Minutes, Subject: e.Session.Subject,
		Setting: e.Session.Setting, Delivery: e.Session.Delivery, Mode: e.Session.Mode, MakeUp: e.Session.MakeUp, Grade: e.Session.Grade,
		SupervisorId: e.SupervisorID, SupervisorName: e.SupervisorName, Note: e.Note,
		Corrects: e.Corrects, CorrectionReason: e.CorrectionReason, SupersededBy: e.SupersededBy, ImportId: e.ImportID,
		ReturnReason: e.ReturnReason, CreatedAt: e.CreatedAt, SubmittedAt: e.SubmittedAt,
		SignedAt: e.SignedAt, SignedBy: e.SignedBy, SignedByName: e.SignedByName, Version: e.Version,
	}
}

func inboxGroupOf(g logbook.InboxGroup) api.InboxGroup {
	return api.InboxGroup{
		EnrollmentId: g.EnrollmentID, StudentName: g.StudentName, Week: g.Week, Exceptional: g.Exceptional, Minutes: g.Minutes,
		Items: each(g.Items, func(i logbook.InboxItem) api.InboxItem {
			return api.InboxItem{
				Entry: entryOf(i.Entry),
				Exceptions: each(i.Exceptions, func(x logbook.Exception) api.InboxException {
					return api.InboxException{Code: x.Code, Text: x.Text}
				}),
			}
		}),
	}
}

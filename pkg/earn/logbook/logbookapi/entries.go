package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/words"
)

type entries struct{ service *logbook.Service }

var entryRoutes = edge.Routes{
	"listEntries":   {Action: access.EntryRead},
	"logEntry":      {Action: access.EntryLog},
	"getPrefill":    {Action: access.EntryLog},
	"getEntry":      {Action: access.EntryRead},
	"editEntry":     {Action: access.EntryLog},
	"withdrawEntry": {Action: access.EntryLog},
	"submitEntry":   {Action: access.EntryLog},
	"correctEntry":  {Action: access.EntryLog},
	"decideDoubt":   {Action: access.DoubtDecide},
	"returnEntry":   {Action: access.EntryReturn},
	"listInbox":     {Action: access.InboxRead},
	"signEntries":   {Action: access.EntrySign},
}

func (o entries) ListEntries(c echo.Context, enrollment common.EnrollmentID, p ListEntriesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Entry], error) {
		return o.service.Entries(ctx, edge.Actor(c), enrollment, logbook.EntryFilter{State: p.State}, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[core.Entry]) edge.Reply {
		return edge.List(c, l.Next, EntryList{Items: edge.Each(l.Items, entryOf), NextCursor: l.Next})
	})
}

func (o entries) LogEntry(c echo.Context, enrollment common.EnrollmentID, _ LogEntryParams) error {
	return edge.Take(c, func(ctx context.Context, in EntryInput) (core.Entry, error) {
		return o.service.Log(ctx, edge.Actor(c), enrollment, logEntryOf(in))
	}, createdEntry)
}

func (o entries) GetPrefill(c echo.Context, enrollment common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.LogEntry, error) {
		return o.service.Prefill(ctx, edge.Actor(c), enrollment)
	}, func(in logbook.LogEntry) edge.Reply {
		return edge.OK(EntryPrefill{
			Date: in.Date, Start: in.Start, End: in.End, BreakMinutes: in.Break, Minutes: in.Minutes, Subject: in.Subject,
			Setting: in.Setting, Delivery: in.Delivery, SupervisorId: in.SupervisorID,
		})
	})
}

func (o entries) GetEntry(c echo.Context, id common.EntryID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.EntryDetail, error) {
		return o.service.Entry(ctx, edge.Actor(c), id)
	}, func(d logbook.EntryDetail) edge.Reply {
		return edge.OK(EntryDetail{
			Doubts: edge.Each(d.Doubts, doubtOf),
			Entry:  entryOf(d.Entry), History: edge.Each(d.History, entryOf), Posted: edge.Each(d.Posted, creditOf),
		}).Version(d.Entry.Version)
	})
}

func (o entries) EditEntry(c echo.Context, id common.EntryID, _ EditEntryParams) error {
	return edge.Take(c, func(ctx context.Context, in EntryInput) (core.Entry, error) {
		return o.service.Edit(ctx, edge.Actor(c), id, edge.Version(c), logEntryOf(in))
	}, okEntry)
}

func (o entries) WithdrawEntry(c echo.Context, id common.EntryID, _ WithdrawEntryParams) error {
	return edge.Do(c, func(ctx context.Context) (core.Entry, error) {
		return o.service.Withdraw(ctx, edge.Actor(c), id, edge.Version(c))
	}, okEntry)
}

func (o entries) SubmitEntry(c echo.Context, id common.EntryID, _ SubmitEntryParams) error {
	return edge.Do(c, func(ctx context.Context) (core.Entry, error) {
		return o.service.Submit(ctx, edge.Actor(c), id, edge.Version(c))
	}, okEntry)
}

func (o entries) ReturnEntry(c echo.Context, id common.EntryID, _ ReturnEntryParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (core.Entry, error) {
		return o.service.Return(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okEntry)
}

func (o entries) CorrectEntry(c echo.Context, id common.EntryID, _ CorrectEntryParams) error {
	return edge.Take(c, func(ctx context.Context, in CorrectionInput) (core.Entry, error) {
		return o.service.Correct(ctx, edge.Actor(c), id, edge.Version(c), logbook.Correction{
			LogEntry: logEntryOf(EntryInput{
				Date: in.Date, Start: in.Start, End: in.End, BreakMinutes: in.BreakMinutes, Minutes: in.Minutes,
				Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp, SupervisorId: in.SupervisorId,
				Note: in.Note, Submit: true,
			}),
			Reason: in.Reason,
		})
	}, createdEntry)
}

func (o entries) ListInbox(c echo.Context, org common.OrganizationID, p ListInboxParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.InboxGroup], error) {
		return o.service.Inbox(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[logbook.InboxGroup]) edge.Reply {
		return edge.List(c, l.Next, InboxGroupList{Items: edge.Each(l.Items, func(g logbook.InboxGroup) InboxGroup { return inboxGroupOf(edge.Language(c), g) }), NextCursor: l.Next, Total: l.Total})
	})
}

func (o entries) SignEntries(c echo.Context, org common.OrganizationID, _ SignEntriesParams) error {
	return edge.Take(c, func(ctx context.Context, in SignEntries) (logbook.Signing, error) {
		return o.service.Sign(ctx, edge.Actor(c), org, edge.Each(in.Entries, func(e EntryRef) logbook.EntryRef {
			return logbook.EntryRef{ID: e.Id, Version: e.Version}
		}))
	}, func(done logbook.Signing) edge.Reply {
		return edge.OK(SignedEntries{Entries: edge.Each(done.Signed, entryOf), Left: edge.Each(done.Left, func(u logbook.Unsigned) UnsignedEntry {
			why := edge.Language(c).Write(u.Why.Sentence())
			return UnsignedEntry{EntryId: u.Entry.ID, StudentName: u.Entry.StudentName, Date: u.Entry.Session.Date, Code: UnsignedEntryCode(u.Why.Code), Reason: why}
		})})
	})
}

func logEntryOf(in EntryInput) logbook.LogEntry {
	return logbook.LogEntry{
		SessionInput: core.SessionInput{
			Date: in.Date, Start: in.Start, End: in.End, Break: in.BreakMinutes, Minutes: in.Minutes,
			Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp,
		},
		SupervisorID: in.SupervisorId, Note: in.Note, Submit: in.Submit,
	}
}

func okEntry(e core.Entry) edge.Reply { return edge.OK(entryOf(e)).Version(e.Version) }

func createdEntry(e core.Entry) edge.Reply { return edge.Created(entryOf(e)).Version(e.Version) }

func entryOf(e core.Entry) Entry {
	return Entry{
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

func inboxGroupOf(l *words.Language, g logbook.InboxGroup) InboxGroup {
	return InboxGroup{
		EnrollmentId: g.EnrollmentID, StudentName: g.StudentName, Week: g.Week, Exceptional: g.Exceptional, Minutes: g.Minutes,
		Items: edge.Each(g.Items, func(i logbook.InboxItem) InboxItem {
			return InboxItem{
				Entry: entryOf(i.Entry),
				Exceptions: edge.Each(i.Exceptions, func(x logbook.Exception) InboxException {
					return InboxException{Code: x.Code, Text: l.Write(x.Says)}
				}),
			}
		}),
	}
}

func (o entries) DecideDoubt(c echo.Context, id common.EntryID, _ DecideDoubtParams) error {
	return edge.Take(c, func(ctx context.Context, in DoubtDecision) (logbook.Doubt, error) {
		return o.service.DecideDoubt(ctx, edge.Actor(c), id, logbook.Verdict{Counts: in.Verdict == "counts", Reason: in.Reason})
	}, func(d logbook.Doubt) edge.Reply { return edge.OK(doubtOf(d)) })
}

func doubtOf(d logbook.Doubt) Doubt {
	return Doubt{
		FoundAt: d.FoundAt, OtherSchool: d.Other, DecidedAt: d.DecidedAt, DecidedBy: d.DecidedByName, Counts: d.Counts, Reason: d.Reason,
	}
}

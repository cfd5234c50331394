package logbookapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var sourceRoutes = edge.Routes{
	"getTransferSources":         {Action: access.TransferSource},
	"proposeTransferFromCredits": {Action: access.TransferPropose},
	"standByTransfer":            {Action: access.TransferDecide},
	"listHandovers":              {Action: access.HandoverRead},
	"listMyHandovers":            {Action: access.DisclosureRead},
}

func (o transfers) GetTransferSources(c echo.Context, enrollment common.EnrollmentID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.Elsewhere, error) {
		return o.service.Sources(ctx, edge.Actor(c), enrollment)
	}, func(e logbook.Elsewhere) edge.Reply {
		return edge.OK(TransferSources{Granted: e.Granted, Items: edge.Each(e.Sources, sourceOf)})
	})
}

func (o transfers) ProposeTransferFromCredits(c echo.Context, enrollment common.EnrollmentID, _ ProposeTransferFromCreditsParams) error {
	return edge.Take(c, func(ctx context.Context, in TakeOverInput) (logbook.TransferRequest, error) {
		return o.service.ProposeFromCredits(ctx, edge.Actor(c), enrollment, logbook.TakeOver{
			Source: in.SourceEnrollmentId, License: in.SchoolLicense,
			Subjects: edge.Each(in.Subjects, func(p SubjectPair) logbook.SubjectPair { return logbook.SubjectPair{From: p.From, To: p.To} }),
		})
	}, func(t logbook.TransferRequest) edge.Reply { return edge.Created(transferOf(t)).Version(t.Version) })
}

func (o transfers) StandByTransfer(c echo.Context, id TransferID, _ StandByTransferParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (logbook.TransferRequest, error) {
		return o.service.StandByTransfer(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okTransfer)
}

func (o transfers) ListHandovers(c echo.Context, org common.OrganizationID, p ListHandoversParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.Handed], error) {
		return o.service.HandedOn(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, handoverList(c))
}

func (o transfers) ListMyHandovers(c echo.Context, p ListMyHandoversParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.Handed], error) {
		return o.service.MyHandedOn(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, handoverList(c))
}

func handoverList(c echo.Context) func(core.List[logbook.Handed]) edge.Reply {
	return func(l core.List[logbook.Handed]) edge.Reply {
		return edge.List(c, l.Next, HandoverList{Items: edge.Each(l.Items, handoverOf), NextCursor: l.Next})
	}
}

func handoverOf(h logbook.Handed) Handover {
	return Handover{
		TransferId: h.ID, From: h.From, To: h.To, Name: h.Name, Program: h.Program, Minutes: h.Minutes, Sessions: h.Sessions,
		Interest: logbook.Interest, At: h.At,
	}
}

func sourceOf(s logbook.Source) SourceEnrollment {
	return SourceEnrollment{
		OrganizationId: s.OrganizationID, School: s.School, EnrollmentId: s.EnrollmentID, Program: s.Program, First: s.First, Last: s.Last,
		Minutes: s.Minutes(), Lines: edge.Each(s.Lines, func(l logbook.SourceLine) SourceLine {
			return SourceLine{
				Subject: l.Subject, Title: l.Title, Setting: l.Setting, Delivery: l.Delivery, Minutes: l.Minutes, Sessions: l.Sessions,
				First: l.First, Last: l.Last,
			}
		}),
	}
}

func transferSourceOf(t logbook.TransferRequest) (none TransferSource) {
	if !t.Signed() {
		return none
	}
	return TransferSource{
		OrganizationId: t.Source.OrganizationID, EnrollmentId: t.Source.EnrollmentID, GrantId: t.Source.GrantID, Digest: t.Source.Digest,
		Lost: t.Source.Lost, LostAt: t.Source.LostAt, StoodByName: t.Source.StoodByName, StoodByAt: t.Source.StoodAt, StoodByReason: t.Source.StoodReason,
		Subjects: edge.Each(t.Source.Subjects, func(s logbook.SourceSubject) SourceSubject {
			return SourceSubject{From: s.From, Title: s.Title, To: s.To, Minutes: s.Minutes}
		}),
	}
}

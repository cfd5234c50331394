package licensureapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// sources are the operator's: what counts for everybody, and whose a license is.
type sources struct{ service *licensure.Service }

var sourceRoutes = edge.Routes{
	"listSources":            {Action: access.SourceRead},
	"approveSource":          {Action: access.SourceManage},
	"getSource":              {Action: access.SourceRead},
	"changeSource":           {Action: access.SourceManage},
	"withdrawSource":         {Action: access.SourceManage},
	"importSourceRoster":     {Action: access.SourceManage, Body: 65 << 20, Time: 10 * time.Minute},
	"fetchSourceRoster":      {Action: access.SourceManage, Time: 10 * time.Minute},
	"listSourceRosters":      {Action: access.SourceRead},
	"getSourceRoster":        {Action: access.SourceRead},
	"getSourceRosterFile":    {Action: access.SourceRead},
	"listSourceMatches":      {Action: access.SourceRead},
	"linkSourceMatch":        {Action: access.SourceManage},
	"dismissSourceMatch":     {Action: access.SourceManage},
	"listApprovedSources":    {Action: access.RosterRead},
	"getRosterFile":          {Action: access.RosterRead},
	"listAllLicenseContests": {Action: access.SourceRead},
	"listLicenseContests":    {Action: access.RosterRead},
	"setLicenseAside":        {Action: access.LicenseSettle},
	"liftLicenseAside":       {Action: access.LicenseSettle},
}

// operator is who is of no organization.
var operator core.OrganizationID

func (o sources) ListSources(c echo.Context, p ListSourcesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.RosterSource], error) {
		return o.service.ApprovedSources(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[licensure.RosterSource]) edge.Reply {
		items, err := edge.EachRead(l.Items, approvedOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.List(c, l.Next, SourceList{Items: items, NextCursor: l.Next})
	})
}

func (o sources) ListApprovedSources(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) ([]licensure.RosterSource, error) {
		return o.service.OpenSources(ctx, edge.Actor(c), org)
	}, func(all []licensure.RosterSource) edge.Reply {
		items, err := edge.EachRead(all, approvedOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.OK(SourceList{Items: items})
	})
}

func (o sources) ApproveSource(c echo.Context, _ ApproveSourceParams) error {
	return edge.Take(c, func(ctx context.Context, in SourceInput) (licensure.RosterSource, error) {
		return o.service.ApproveSource(ctx, edge.Actor(c), approvedInput(in))
	}, approvedAs(edge.Created))
}

func (o sources) GetSource(c echo.Context, id RosterSourceID) error {
	return edge.Do(c, func(ctx context.Context) (licensure.RosterSource, error) {
		return o.service.ApprovedSource(ctx, edge.Actor(c), id)
	}, approvedAs(edge.OK))
}

func (o sources) ChangeSource(c echo.Context, id RosterSourceID, _ ChangeSourceParams) error {
	return edge.Take(c, func(ctx context.Context, in SourceInput) (licensure.RosterSource, error) {
		return o.service.ChangeSource(ctx, edge.Actor(c), id, edge.Version(c), approvedInput(in))
	}, approvedAs(edge.OK))
}

func (o sources) WithdrawSource(c echo.Context, id RosterSourceID, _ WithdrawSourceParams) error {
	return edge.Do(c, func(ctx context.Context) (licensure.RosterSource, error) {
		return o.service.WithdrawSource(ctx, edge.Actor(c), id, edge.Version(c))
	}, approvedAs(edge.OK))
}

func (o sources) ImportSourceRoster(c echo.Context, id RosterSourceID, p ImportSourceRosterParams) error {
	reply := edge.Created
	if p.DryRun {
		reply = edge.OK
	}
	return edge.Do(c, func(ctx context.Context) (licensure.Roster, error) {
		return o.service.ImportRoster(ctx, edge.Actor(c), operator, licensure.RosterRequest{
			SourceID: id, Filename: p.Filename, File: c.Request().Body, AsOf: p.AsOf, DryRun: p.DryRun,
		})
	}, rosterAs(reply))
}

func (o sources) FetchSourceRoster(c echo.Context, id RosterSourceID, _ FetchSourceRosterParams) error {
	return edge.Take(c, func(ctx context.Context, in SourceAddress) (licensure.Roster, error) {
		return o.service.FetchRoster(ctx, edge.Actor(c), id, in.Address)
	}, rosterAs(edge.Created))
}

func (o sources) ListSourceRosters(c echo.Context, id RosterSourceID, p ListSourceRostersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Roster], error) {
		return o.service.SourceRosters(ctx, edge.Actor(c), id, edge.Page(p.Limit, p.Cursor))
	}, listRosters(c))
}

func (o sources) GetSourceRoster(c echo.Context, id RosterID) error {
	return edge.Do(c, func(ctx context.Context) (licensure.Roster, error) {
		return o.service.SourceRoster(ctx, edge.Actor(c), id)
	}, rosterAs(edge.OK))
}

func (o sources) GetSourceRosterFile(c echo.Context, id RosterID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.SourceFile(ctx, edge.Actor(c), id)
	}, okDocument)
}

func (o sources) GetRosterFile(c echo.Context, id RosterID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.RosterFile(ctx, edge.Actor(c), id)
	}, okDocument)
}

func (o sources) ListSourceMatches(c echo.Context, p ListSourceMatchesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.RosterMatch], error) {
		return o.service.RegisterMatches(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, listMatches(c))
}

func (o sources) LinkSourceMatch(c echo.Context, id RosterMatchID, _ LinkSourceMatchParams) error {
	return edge.Take(c, func(ctx context.Context, in RosterLink) (licensure.RosterMatch, error) {
		return o.service.LinkListed(ctx, edge.Actor(c), id, edge.Version(c), in.TherapistId)
	}, okMatch)
}

func (o sources) DismissSourceMatch(c echo.Context, id RosterMatchID, _ DismissSourceMatchParams) error {
	return edge.Do(c, func(ctx context.Context) (licensure.RosterMatch, error) {
		return o.service.DismissListed(ctx, edge.Actor(c), id, edge.Version(c))
	}, okMatch)
}

func (o sources) ListAllLicenseContests(c echo.Context, p ListAllLicenseContestsParams) error {
	return o.contests(c, operator, edge.Page(p.Limit, p.Cursor))
}

func (o sources) ListLicenseContests(c echo.Context, org common.OrganizationID, p ListLicenseContestsParams) error {
	return o.contests(c, org, edge.Page(p.Limit, p.Cursor))
}

func (o sources) contests(c echo.Context, org core.OrganizationID, page core.Page) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Contest], error) {
		return o.service.Contests(ctx, edge.Actor(c), org, page)
	}, func(l core.List[licensure.Contest]) edge.Reply {
		return edge.List(c, l.Next, LicenseContestList{NextCursor: l.Next, Items: edge.Each(l.Items, func(t licensure.Contest) LicenseContest {
			return LicenseContest{Claims: edge.Each(t.Claims, claimOf), Others: t.Others}
		})})
	})
}

func (o sources) SetLicenseAside(c echo.Context, id common.LicenseID, _ SetLicenseAsideParams) error {
	return edge.Take(c, func(ctx context.Context, in SetAsideInput) (core.License, error) {
		return o.service.SetLicenseAside(ctx, edge.Actor(c), id, in.Reason)
	}, okSettled)
}

func (o sources) LiftLicenseAside(c echo.Context, id common.LicenseID, _ LiftLicenseAsideParams) error {
	return edge.Do(c, func(ctx context.Context) (core.License, error) {
		return o.service.LiftLicenseAside(ctx, edge.Actor(c), id)
	}, okSettled)
}

func okSettled(l core.License) edge.Reply { return edge.OK(claimOf(licensure.Claim{License: l})) }

func claimOf(c licensure.Claim) LicenseClaim {
	return LicenseClaim{
		LicenseId: c.ID, Jurisdiction: c.Jurisdiction, Title: c.Title, Number: c.Number, Holder: string(c.Holder), HolderName: c.HolderName,
		OrganizationName: c.OrganizationName, Vouched: c.Vouched, AsideAt: c.Aside.SetAt, AsideReason: c.Aside.Reason,
	}
}

func approvedInput(in SourceInput) licensure.ApprovedInput {
	layout := sourceInput(RosterSourceInput{Name: in.Name, Jurisdiction: in.Jurisdiction, Title: in.Title, Mapping: in.Mapping})
	a := in.Answers
	return licensure.ApprovedInput{
		SourceInput: layout, Authority: in.Authority, Addresses: in.Addresses,
		Answers: licensure.Answers{Status: a.Status, Expiration: a.Expiration, Discipline: a.Discipline, ActiveIsClear: a.ActiveIsClear},
	}
}

func approvedAs(reply func(any) edge.Reply) func(licensure.RosterSource) edge.Reply {
	return func(s licensure.RosterSource) edge.Reply {
		body, err := approvedOf(s)
		if err != nil {
			return edge.Failed(err)
		}
		return reply(body).Version(s.Version)
	}
}

// approvedOf reads the kept mapping, which was written as one.
func approvedOf(s licensure.RosterSource) (Source, error) {
	a := s.Answers
	out := Source{
		Id: s.ID, Name: s.Name, Authority: s.Authority, Jurisdiction: s.Jurisdiction, Title: s.Title, Addresses: append([]string{}, s.Addresses...),
		Answers:    SourceAnswers{Status: a.Status, Expiration: a.Expiration, Discipline: a.Discipline, ActiveIsClear: a.ActiveIsClear},
		ApprovedAt: s.ApprovedAt, ApprovedByName: s.ApprovedByName, WithdrawnAt: s.WithdrawnAt,
		LastImport: s.LastRoster, LastImportAt: s.LastAt, LastImportAsOf: s.LastAsOf, Version: s.Version,
	}
	return out, core.FromJSON(s.Mapping, &out.Mapping, "roster_sources.mapping", s.ID.String())
}

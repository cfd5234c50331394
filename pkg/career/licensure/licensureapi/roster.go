package licensureapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type rosters struct{ service *licensure.Service }

var rosterRoutes = edge.Routes{
	"listRosterSources":  {Action: access.RosterRead},
	"createRosterSource": {Action: access.RosterImport},
	"getRosterSource":    {Action: access.RosterRead},
	"updateRosterSource": {Action: access.RosterImport},
	"importRoster":       {Action: access.RosterImport, Body: 65 << 20, Time: 10 * time.Minute},
	"listRosters":        {Action: access.RosterRead},
	"getRoster":          {Action: access.RosterRead},
	"listRosterMatches":  {Action: access.RosterRead},
	"linkRosterMatch":    {Action: access.RosterDecide},
	"dismissRosterMatch": {Action: access.RosterDecide},
}

func (o rosters) ListRosterSources(c echo.Context, org common.OrganizationID, p ListRosterSourcesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.RosterSource], error) {
		return o.service.Sources(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[licensure.RosterSource]) edge.Reply {
		items, err := edge.EachRead(l.Items, sourceOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.List(c, l.Next, RosterSourceList{Items: items, NextCursor: l.Next})
	})
}

func (o rosters) CreateRosterSource(c echo.Context, org common.OrganizationID, _ CreateRosterSourceParams) error {
	return edge.Take(c, func(ctx context.Context, in RosterSourceInput) (licensure.RosterSource, error) {
		return o.service.CreateSource(ctx, edge.Actor(c), org, sourceInput(in))
	}, sourceAs(edge.Created))
}

func (o rosters) GetRosterSource(c echo.Context, id RosterSourceID) error {
	return edge.Do(c, func(ctx context.Context) (licensure.RosterSource, error) {
		return o.service.Source(ctx, edge.Actor(c), id)
	}, sourceAs(edge.OK))
}

func (o rosters) UpdateRosterSource(c echo.Context, id RosterSourceID, _ UpdateRosterSourceParams) error {
	return edge.Take(c, func(ctx context.Context, in RosterSourceInput) (licensure.RosterSource, error) {
		return o.service.UpdateSource(ctx, edge.Actor(c), id, edge.Version(c), sourceInput(in))
	}, sourceAs(edge.OK))
}

func (o rosters) ImportRoster(c echo.Context, org common.OrganizationID, p ImportRosterParams) error {
	reply := edge.Created
	if p.DryRun {
		reply = edge.OK
	}
	return edge.Do(c, func(ctx context.Context) (licensure.Roster, error) {
		return o.service.ImportRoster(ctx, edge.Actor(c), org, licensure.RosterRequest{
			SourceID: p.SourceId, Filename: p.Filename, File: c.Request().Body, AsOf: p.AsOf, DryRun: p.DryRun,
		})
	}, rosterAs(reply))
}

func (o rosters) ListRosters(c echo.Context, org common.OrganizationID, p ListRostersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Roster], error) {
		return o.service.Rosters(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, listRosters(c))
}

func listRosters(c echo.Context) func(core.List[licensure.Roster]) edge.Reply {
	return func(l core.List[licensure.Roster]) edge.Reply {
		items, err := edge.EachRead(l.Items, rosterOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.List(c, l.Next, BoardRosterList{Items: items, NextCursor: l.Next})
	}
}

func (o rosters) GetRoster(c echo.Context, id RosterID) error {
	return edge.Do(c, func(ctx context.Context) (licensure.Roster, error) {
		return o.service.Roster(ctx, edge.Actor(c), id)
	}, rosterAs(edge.OK))
}

func (o rosters) ListRosterMatches(c echo.Context, org common.OrganizationID, p ListRosterMatchesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.RosterMatch], error) {
		return o.service.Matches(ctx, edge.Actor(c), org, licensure.MatchState(p.State), edge.Page(p.Limit, p.Cursor))
	}, listMatches(c))
}

func listMatches(c echo.Context) func(core.List[licensure.RosterMatch]) edge.Reply {
	return func(l core.List[licensure.RosterMatch]) edge.Reply {
		items, err := edge.EachRead(l.Items, matchOf)
		if err != nil {
			return edge.Failed(err)
		}
		return edge.List(c, l.Next, RosterMatchList{Items: items, NextCursor: l.Next})
	}
}

func (o rosters) LinkRosterMatch(c echo.Context, id RosterMatchID, _ LinkRosterMatchParams) error {
	return edge.Take(c, func(ctx context.Context, in RosterLink) (licensure.RosterMatch, error) {
		return o.service.Link(ctx, edge.Actor(c), id, edge.Version(c), in.TherapistId)
	}, okMatch)
}

func (o rosters) DismissRosterMatch(c echo.Context, id RosterMatchID, _ DismissRosterMatchParams) error {
	return edge.Do(c, func(ctx context.Context) (licensure.RosterMatch, error) {
		return o.service.Dismiss(ctx, edge.Actor(c), id, edge.Version(c))
	}, okMatch)
}

func sourceInput(in RosterSourceInput) licensure.SourceInput {
	m := roster.Mapping{Columns: map[roster.Field]string{}, Dates: string(in.Mapping.Dates), Words: in.Mapping.Words}
	for field, column := range in.Mapping.Columns {
		m.Columns[roster.Field(field)] = column
	}
	return licensure.SourceInput{Name: in.Name, Jurisdiction: in.Jurisdiction, Title: in.Title, Mapping: m}
}

func sourceAs(reply func(any) edge.Reply) func(licensure.RosterSource) edge.Reply {
	return func(s licensure.RosterSource) edge.Reply {
		body, err := sourceOf(s)
		if err != nil {
			return edge.Failed(err)
		}
		return reply(body).Version(s.Version)
	}
}

// sourceOf reads the kept mapping, which was written as one.
func sourceOf(s licensure.RosterSource) (RosterSource, error) {
	out := RosterSource{Id: s.ID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title, Version: s.Version}
	return out, core.FromJSON(s.Mapping, &out.Mapping, "roster_sources.mapping", s.ID.String())
}

func rosterAs(reply func(any) edge.Reply) func(licensure.Roster) edge.Reply {
	return func(r licensure.Roster) edge.Reply {
		body, err := rosterOf(r)
		if err != nil {
			return edge.Failed(err)
		}
		return reply(body)
	}
}

// rosterOf reads the kept refusals, which were written as such.
func rosterOf(r licensure.Roster) (BoardRoster, error) {
	out := BoardRoster{
		Id: r.ID, SourceId: r.SourceID, SourceName: r.SourceName, State: BoardRosterState(r.State), Filename: r.Filename, Address: r.Address, Digest: r.Digest,
		AsOf: r.AsOf, Records: r.Records, Matched: r.Matched, Changed: r.Changed, Doubtful: r.Doubtful, Unknown: r.Unknown, Refused: r.Refused,
		Failure: r.Failure, StartedByName: r.StartedByName, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
	}
	var refusals []roster.Refusal
	err := core.FromJSON(r.Refusals, &refusals, "rosters.refusals", r.ID.String())
	out.Refusals = edge.Each(refusals, func(r roster.Refusal) common.Refusal {
		return common.Refusal{Record: r.Record, Line: r.Line, Field: r.Field, Code: r.Code, Message: r.Message}
	})
	return out, err
}

func okMatch(m licensure.RosterMatch) edge.Reply {
	body, err := matchOf(m)
	if err != nil {
		return edge.Failed(err)
	}
	return edge.OK(body).Version(m.Version)
}

// matchOf reads the kept line, which was written as one.
func matchOf(m licensure.RosterMatch) (RosterMatch, error) {
	var line roster.Line
	err := core.FromJSON(m.Line, &line, "roster_matches.line", m.ID.String())
	return RosterMatch{
		Id: m.ID, AsOf: m.AsOf, Jurisdiction: m.Jurisdiction, Title: m.Title, Number: m.Number, Name: line.Name, BirthYear: line.BirthYear,
		Lifecycle: line.Lifecycle, Discipline: line.Discipline, IssuedOn: line.IssuedOn, ExpiresOn: line.ExpiresOn,
		Doubt: RosterMatchDoubt(m.Doubt), State: RosterMatchState(m.State), LicenseId: m.LicenseID, DecidedByName: m.DecidedByName,
		DecidedAt: m.DecidedAt, Version: m.Version,
		Candidates: edge.Each(m.Candidates, func(p licensure.RosterPerson) RosterPerson {
			return RosterPerson{TherapistId: p.TherapistID, Name: p.Name, BirthYear: p.BirthYear}
		}),
	}, err
}

package httpapi

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/roster"
)

func (h *handlers) ListRosterSources(ctx context.Context, r api.ListRosterSourcesRequestObject) (api.ListRosterSourcesResponseObject, error) {
	list, err := h.Licensure.Sources(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListRosterSources200JSONResponse{
		Body:    api.RosterSourceList{Items: each(list.Items, rosterSourceOf), NextCursor: list.Next},
		Headers: api.ListRosterSources200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateRosterSource(ctx context.Context, r api.CreateRosterSourceRequestObject) (api.CreateRosterSourceResponseObject, error) {
	s, err := h.Licensure.CreateSource(ctx, callOf(ctx).actor, r.Organization, sourceInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.CreateRosterSource201JSONResponse{Body: rosterSourceOf(s), Headers: api.CreateRosterSource201ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func (h *handlers) GetRosterSource(ctx context.Context, r api.GetRosterSourceRequestObject) (api.GetRosterSourceResponseObject, error) {
	s, err := h.Licensure.Source(ctx, callOf(ctx).actor, r.Source)
	if err != nil {
		return nil, err
	}
	return api.GetRosterSource200JSONResponse{Body: rosterSourceOf(s), Headers: api.GetRosterSource200ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func (h *handlers) UpdateRosterSource(ctx context.Context, r api.UpdateRosterSourceRequestObject) (api.UpdateRosterSourceResponseObject, error) {
	one := callOf(ctx)
	s, err := h.Licensure.UpdateSource(ctx, one.actor, r.Source, one.version, sourceInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.UpdateRosterSource200JSONResponse{Body: rosterSourceOf(s), Headers: api.UpdateRosterSource200ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func sourceInput(in *api.RosterSourceInput) licensure.SourceInput {
	m := roster.Mapping{Columns: map[roster.Field]string{}, Dates: string(in.Mapping.Dates), Words: in.Mapping.Words}
	for field, column := range in.Mapping.Columns {
		m.Columns[roster.Field(field)] = column
	}
	return licensure.SourceInput{Name: in.Name, Jurisdiction: in.Jurisdiction, Title: in.Title, Mapping: m}
}

// rosterSourceOf reads the kept mapping, which was written as one.
func rosterSourceOf(s core.RosterSource) api.RosterSource {
	out := api.RosterSource{Id: s.ID, Name: s.Name, Jurisdiction: s.Jurisdiction, Title: s.Title, Version: s.Version}
	_ = json.Unmarshal(s.Mapping, &out.Mapping)
	return out
}

func (h *handlers) ImportRoster(ctx context.Context, r api.ImportRosterRequestObject) (api.ImportRosterResponseObject, error) {
	done, err := h.Licensure.ImportRoster(ctx, callOf(ctx).actor, r.Organization, licensure.RosterRequest{
		SourceID: r.Params.SourceId, Filename: r.Params.Filename, File: r.Body, AsOf: r.Params.AsOf, DryRun: r.Params.DryRun,
	})
	switch {
	case err != nil:
		return nil, err
	case r.Params.DryRun:
		return api.ImportRoster200JSONResponse(boardRosterOf(done)), nil
	}
	return api.ImportRoster201JSONResponse(boardRosterOf(done)), nil
}

func (h *handlers) ListRosters(ctx context.Context, r api.ListRostersRequestObject) (api.ListRostersResponseObject, error) {
	list, err := h.Licensure.Rosters(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListRosters200JSONResponse{
		Body:    api.BoardRosterList{Items: each(list.Items, boardRosterOf), NextCursor: list.Next},
		Headers: api.ListRosters200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetRoster(ctx context.Context, r api.GetRosterRequestObject) (api.GetRosterResponseObject, error) {
	found, err := h.Licensure.Roster(ctx, callOf(ctx).actor, r.Roster)
	if err != nil {
		return nil, err
	}
	return api.GetRoster200JSONResponse(boardRosterOf(found)), nil
}

// boardRosterOf reads the kept refusals, which were written as such.
func boardRosterOf(r core.Roster) api.BoardRoster {
	out := api.BoardRoster{
		Id: r.ID, SourceId: r.SourceID, SourceName: r.SourceName, State: api.BoardRosterState(r.State), Filename: r.Filename, Digest: r.Digest,
		AsOf: r.AsOf, Records: r.Records, Matched: r.Matched, Changed: r.Changed, Doubtful: r.Doubtful, Unknown: r.Unknown, Refused: r.Refused,
		Failure: r.Failure, StartedByName: r.StartedByName, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
	}
	var refusals []roster.Refusal
	_ = json.Unmarshal(r.Refusals, &refusals)
	out.Refusals = each(refusals, func(r roster.Refusal) api.Refusal {
		return api.Refusal{Record: r.Record, Line: r.Line, Field: r.Field, Code: r.Code, Message: r.Message}
	})
	return out
}

func (h *handlers) ListRosterMatches(ctx context.Context, r api.ListRosterMatchesRequestObject) (api.ListRosterMatchesResponseObject, error) {
	list, err := h.Licensure.Matches(ctx, callOf(ctx).actor, r.Organization, core.MatchState(r.Params.State), pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListRosterMatches200JSONResponse{
		Body:    api.RosterMatchList{Items: each(list.Items, rosterMatchOf), NextCursor: list.Next},
		Headers: api.ListRosterMatches200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) LinkRosterMatch(ctx context.Context, r api.LinkRosterMatchRequestObject) (api.LinkRosterMatchResponseObject, error) {
	one := callOf(ctx)
	m, err := h.Licensure.Link(ctx, one.actor, r.Match, one.version, r.Body.TherapistId)
	if err != nil {
		return nil, err
	}
	return api.LinkRosterMatch200JSONResponse{Body: rosterMatchOf(m), Headers: api.LinkRosterMatch200ResponseHeaders{ETag: etag(m.Version)}}, nil
}

func (h *handlers) DismissRosterMatch(ctx context.Context, r api.DismissRosterMatchRequestObject) (api.DismissRosterMatchResponseObject, error) {
	one := callOf(ctx)
	m, err := h.Licensure.Dismiss(ctx, one.actor, r.Match, one.version)
	if err != nil {
		return nil, err
	}
	return api.DismissRosterMatch200JSONResponse{Body: rosterMatchOf(m), Headers: api.DismissRosterMatch200ResponseHeaders{ETag: etag(m.Version)}}, nil
}

// rosterMatchOf reads the kept line, which was written as one.
func rosterMatchOf(m core.RosterMatch) api.RosterMatch {
	var line roster.Line
	_ = json.Unmarshal(m.Line, &line)
	return api.RosterMatch{
		Id: m.ID, AsOf: m.AsOf, Jurisdiction: m.Jurisdiction, Title: m.Title, Number: m.Number, Name: line.Name, BirthYear: line.BirthYear,
		Lifecycle: line.Lifecycle, Discipline: line.Discipline, IssuedOn: line.IssuedOn, ExpiresOn: line.ExpiresOn,
		Doubt: api.RosterMatchDoubt(m.Doubt), State: api.RosterMatchState(m.State), LicenseId: m.LicenseID, DecidedByName: m.DecidedByName,
		DecidedAt: m.DecidedAt, Version: m.Version,
		Candidates: each(m.Candidates, func(p core.RosterPerson) api.RosterPerson {
			return api.RosterPerson{TherapistId: p.TherapistID, Name: p.Name, BirthYear: p.BirthYear}
		}),
	}
}

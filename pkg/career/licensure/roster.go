package licensure

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Roster finds the import of a list, which may still be running. Permission:
// roster.read. Code: not_found.
func (s *rosters) Roster(ctx context.Context, a access.Actor, id core.RosterID) (Roster, error) {
	return act.Look(ctx, s.act, a, access.RosterRead, func(ctx context.Context, r act.Reader[Tx]) (Roster, error) {
		found, err := r.Tx.BoardRoster(ctx, id)
		if err != nil {
			return Roster{}, err
		}
		return found, r.May(ctx, access.Target{Organization: found.OrganizationID})
	})
}

// Rosters lists a school's imports of boards' lists, newest first. Permission:
// roster.read. Code: bad_cursor.
func (s *rosters) Rosters(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Roster], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.RosterRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.RosterID, limit int) ([]Roster, error) {
		return tx.BoardRosters(ctx, org, after, limit)
	}, func(r Roster) core.RosterID { return r.ID }))
}

// OpenSources are the approved sources whose lists a school may take in, by jurisdiction.
// Permission: roster.read.
func (s *rosters) OpenSources(ctx context.Context, a access.Actor, org core.OrganizationID) ([]RosterSource, error) {
	return act.Look(ctx, s.act, a, access.RosterRead, func(ctx context.Context, r act.Reader[Tx]) ([]RosterSource, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return r.Tx.OpenSources(ctx)
	})
}

// RosterFile is the list itself, as it was read, for a school that took it in.
// Permission: roster.read. Code: not_found.
func (s *rosters) RosterFile(ctx context.Context, a access.Actor, id core.RosterID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.RosterRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		found, err := r.Tx.BoardRoster(ctx, id)
		if err == nil {
			err = r.May(ctx, access.Target{Organization: found.OrganizationID})
		}
		if err != nil {
			return core.Document{}, err
		}
		return listOf(ctx, r.Tx, found)
	})
}

// SourceFile is RosterFile for the operator. Permission: source.read. Code: not_found.
func (s *rosters) SourceFile(ctx context.Context, a access.Actor, id core.RosterID) (core.Document, error) {
	return act.Read(ctx, s.act, a, access.SourceRead, func(ctx context.Context, r act.Reader[Tx]) (core.Document, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return core.Document{}, err
		}
		found, err := operatorRoster(ctx, r.Tx, id)
		if err != nil {
			return core.Document{}, err
		}
		return listOf(ctx, r.Tx, found)
	})
}

// listOf unpacks a list. One that was taken in before lists were kept is not there.
func listOf(ctx context.Context, tx Tx, r Roster) (core.Document, error) {
	parts, err := tx.RosterParts(ctx, r.ID)
	if err == nil && len(parts) == 0 {
		err = core.NotFound("document")
	}
	if err != nil {
		return core.Document{}, err
	}
	packed, err := gzip.NewReader(bytes.NewReader(bytes.Join(parts, nil)))
	if err != nil {
		return core.Document{}, err
	}
	body, err := io.ReadAll(packed)
	return core.Document{OrganizationID: r.OrganizationID, Name: r.Filename, MediaType: "text/csv", Digest: r.Digest, Body: body, CreatedAt: r.StartedAt, CreatedBy: r.StartedBy}, err
}

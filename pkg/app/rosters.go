package app

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
)

// RosterImport is a board's list for a school of the configured database. Source
// is the name under which the school keeps how it is read. Anyone who may read the
// database acts for the member of the office named by As.
type RosterImport struct {
	Organization string
	Source       string
	As           string
	Filename     string
	File         io.Reader
	AsOf         core.Date
	DryRun       bool
	Progress     func(licensure.Roster)
}

// ImportRoster takes in a list, or tries it.
func ImportRoster(ctx context.Context, c config.Config, in RosterImport) (licensure.Roster, error) {
	a, err := openExisting(ctx, c)
	if err != nil {
		return licensure.Roster{}, err
	}
	defer a.Close()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return licensure.Roster{}, err
	}
	ctx = core.WithOrigin(ctx, core.Origin{Via: "command"})
	var source licensure.RosterSource
	var actor access.Actor
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := kept.On(tx).OrganizationBySlug(ctx, in.Organization)
		if err != nil {
			return fmt.Errorf("--organization %s: %w", in.Organization, err)
		}
		if source, err = kept.On(tx).RosterSourceByName(ctx, o.ID, in.Source); err != nil {
			return fmt.Errorf("--source %s: %w", in.Source, err)
		}
		actor, err = actorBy(ctx, tx, in.As)
		return err
	})
	if err != nil {
		return licensure.Roster{}, err
	}
	return a.Licensure.ImportRoster(ctx, actor, source.OrganizationID, licensure.RosterRequest{
		SourceID: source.ID, Filename: filepath.Base(in.Filename), File: in.File, AsOf: in.AsOf, DryRun: in.DryRun, Progress: in.Progress,
	})
}

package app

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/sheet"
	"github.com/palmar/palmar/pkg/platform/store"
)

// AttendanceImport is an attendance file for a school of the configured
// database. Anyone who may read the database acts for the registrar named by As.
type AttendanceImport struct {
	Organization string
	Program      string
	As           string
	Filename     string
	File         io.Reader
	AsOf         core.Date
	DryRun       bool
	Written      sheet.Choice
}

// AttendanceImported is what became of it. Import is empty in a dry run.
type AttendanceImported struct {
	Import string              `json:"import,omitempty"`
	State  logbook.ImportState `json:"state,omitempty"`
	attendance.Summary
	Report attendance.Report `json:"-"`
}

// ImportAttendance proposes the import of a file, or tries it.
func ImportAttendance(ctx context.Context, c config.Config, in AttendanceImport) (AttendanceImported, error) {
	a, err := openExisting(ctx, c)
	if err != nil {
		return AttendanceImported{}, err
	}
	defer a.Close()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return AttendanceImported{}, err
	}
	ctx = core.WithOrigin(ctx, core.Origin{Via: "command"})
	org, program, actor, err := a.find(ctx, in)
	if err != nil {
		return AttendanceImported{}, err
	}
	versions, err := a.Logbook.Program(ctx, actor, program)
	if err != nil {
		return AttendanceImported{}, err
	}
	std, err := standard.Parse(versions[0].StandardBody)
	if err != nil {
		return AttendanceImported{}, err
	}
	do := a.Logbook.Import
	if in.DryRun {
		do = a.Logbook.DryRun
	}
	r, err := do(ctx, actor, org, logbook.ImportRequest{
		ProgramID: program, Filename: filepath.Base(in.Filename), File: in.File, AsOf: in.AsOf, Written: in.Written,
	})
	if err != nil {
		return AttendanceImported{}, err
	}
	done := AttendanceImported{State: r.Import.State, Summary: attendance.Summarize(r.Report, std, r.Import.AsOf), Report: r.Report}
	if !r.Import.ID.IsZero() {
		done.Import = r.Import.ID.String()
	}
	return done, nil
}

// find looks up what the command line names.
func (a *App) find(ctx context.Context, in AttendanceImport) (org core.OrganizationID, program core.ProgramID, actor access.Actor, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := kept.On(tx).OrganizationBySlug(ctx, in.Organization)
		if err != nil {
			return fmt.Errorf("--organization %s: %w", in.Organization, err)
		}
		p, err := kept.On(tx).ProgramByCode(ctx, o.ID, in.Program)
		if err != nil {
			return fmt.Errorf("--program %s: %w", in.Program, err)
		}
		org, program = o.ID, p.ID
		actor, err = actorBy(ctx, tx, in.As)
		return err
	})
	return org, program, actor, err
}

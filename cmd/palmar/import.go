package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
)

type importCommand struct {
	Attendance importAttendance `cmd:"" help:"A school's attendance file (CSV)."`
	Roster     importRoster     `cmd:"" help:"A board's list of licenses (CSV)."`
}

type importAttendance struct {
	File         string `arg:"" help:"The file, or - for standard input."`
	Demo         bool   `help:"Check it against the demo school. Needs no server or database, and saves nothing."`
	AsOf         string `help:"The import's day, YYYY-MM-DD. Default: today at the school." placeholder:"DATE"`
	DryRun       bool   `help:"Preview only: say what would happen to each record."`
	JSON         bool   `help:"Print a JSON object." name:"json"`
	Organization string `help:"The school's short name, as in its address." placeholder:"SLUG"`
	Program      string `help:"The program's code."`
	As           string `help:"Email of the registrar who proposes the import." placeholder:"EMAIL"`
}

// Run takes in an attendance file. What is imported waits for another member's
// approval.
func (i importAttendance) Run(w world) error {
	asOf, err := dayOf(i.AsOf)
	if err != nil {
		return err
	}
	file, err := fileOrInput(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	if i.Demo {
		return i.demo(w, file, asOf)
	}
	if i.Organization == "" || i.Program == "" || i.As == "" {
		return errors.New("say where to: --organization SLUG --program CODE --as EMAIL (or --demo to try a file without a database)")
	}
	c, err := w.config()
	if err != nil {
		return err
	}
	done, err := app.ImportAttendance(w.ctx, c, app.AttendanceImport{
		Organization: i.Organization, Program: i.Program, As: i.As, Filename: i.File, File: file, AsOf: asOf, DryRun: i.DryRun,
	})
	if err != nil {
		return err
	}
	if i.JSON {
		return app.WriteJSON(w.stdout, done)
	}
	if err := app.WriteReport(w.stdout, done.Report); err != nil {
		return err
	}
	if done.Import != "" {
		fmt.Fprintf(w.stdout, "Import %s waits: another registrar or administrator has to approve it before the hours count.\n", done.Import)
	}
	return nil
}

func (i importAttendance) demo(w world, file *os.File, asOf core.Date) error {
	if !i.DryRun {
		return errors.New("--demo keeps nothing: add --dry-run")
	}
	report, summary, err := app.JudgeAttendance(file, asOf)
	if err != nil {
		return err
	}
	if i.JSON {
		return app.WriteJSON(w.stdout, summary)
	}
	return app.WriteReport(w.stdout, report)
}

func dayOf(asOf string) (core.Date, error) {
	if asOf == "" {
		return core.Date{}, nil
	}
	d, err := core.ParseDate(asOf)
	if err != nil {
		return d, fmt.Errorf("--as-of: %w", err)
	}
	return d, nil
}

func fileOrInput(name string) (*os.File, error) {
	if name == "-" {
		return os.Stdin, nil
	}
	return os.Open(name)
}

package main

import (
	"fmt"
	"os"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

type importCommand struct {
	Attendance importAttendance `cmd:"" help:"cli.help.import.attendance"`
	Roster     importRoster     `cmd:"" help:"cli.help.import.roster"`
}

type importAttendance struct {
	File         string `arg:"" help:"cli.help.import.file"`
	Demo         bool   `help:"cli.help.import.demo"`
	AsOf         string `help:"cli.help.import.attendance.as_of" placeholder:"DATE"`
	DryRun       bool   `help:"cli.help.import.attendance.dry_run"`
	JSON         bool   `help:"cli.help.json" name:"json"`
	Organization string `help:"cli.help.organization" placeholder:"SLUG"`
	Program      string `help:"cli.help.program" placeholder:"CODE"`
	As           string `help:"cli.help.import.attendance.as" placeholder:"EMAIL"`
	Encoding     string `help:"cli.help.import.attendance.encoding" placeholder:"NAME"`
	Sheet        string `help:"cli.help.import.attendance.sheet" placeholder:"NAME"`
}

func (i importAttendance) written() sheet.Choice {
	return sheet.Choice{Encoding: i.Encoding, Sheet: i.Sheet}
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
		return core.Invalid("import_target_missing")
	}
	c, err := w.config()
	if err != nil {
		return err
	}
	done, err := app.ImportAttendance(w.ctx, c, app.AttendanceImport{
		Organization: i.Organization, Program: i.Program, As: i.As, Filename: i.File, File: file, AsOf: asOf, DryRun: i.DryRun, Written: i.written(),
	})
	if err != nil {
		return err
	}
	if i.JSON {
		return app.WriteJSON(w.stdout, done)
	}
	app.WriteReport(w.ctx, w.stdout, done.Report)
	if done.Import != "" {
		w.tell("cli.import.waits", "id", done.Import)
	}
	return nil
}

func (i importAttendance) demo(w world, file *os.File, asOf core.Date) error {
	if !i.DryRun {
		return core.Invalid("demo_saves_nothing")
	}
	report, summary, err := app.JudgeAttendance(file, asOf, i.written())
	if err != nil {
		return err
	}
	if i.JSON {
		return app.WriteJSON(w.stdout, summary)
	}
	app.WriteReport(w.ctx, w.stdout, report)
	return nil
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

package main

import (
	"fmt"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
)

type importRoster struct {
	File         string `arg:"" help:"cli.help.import.file"`
	Organization string `required:"" help:"cli.help.organization" placeholder:"SLUG"`
	Source       string `required:"" help:"cli.help.import.roster.source" placeholder:"NAME"`
	As           string `required:"" help:"cli.help.import.roster.as" placeholder:"EMAIL"`
	AsOf         string `help:"cli.help.import.roster.as_of" placeholder:"DATE"`
	DryRun       bool   `help:"cli.help.import.roster.dry_run"`
	JSON         bool   `help:"cli.help.json" name:"json"`
	Quiet        bool   `help:"cli.help.quiet"`
}

// rosterResult is what is printed as JSON.
type rosterResult struct {
	Roster   string                `json:"roster,omitempty"`
	State    licensure.RosterState `json:"state"`
	AsOf     core.Date             `json:"as_of"`
	Records  int                   `json:"records"`
	Matched  int                   `json:"matched"`
	Changed  int                   `json:"changed"`
	Doubtful int                   `json:"doubtful"`
	Unknown  int                   `json:"unknown"`
	Refused  int                   `json:"refused"`
}

// Run takes in a board's list of licenses.
func (i importRoster) Run(w world) error {
	asOf, err := dayOf(i.AsOf)
	if err != nil {
		return err
	}
	file, err := fileOrInput(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	c, err := w.config()
	if err != nil {
		return err
	}
	in := app.RosterImport{
		Organization: i.Organization, Source: i.Source, As: i.As, Filename: i.File, File: file, AsOf: asOf, DryRun: i.DryRun,
	}
	if !i.Quiet {
		in.Progress = func(r licensure.Roster) {
			fmt.Fprint(w.stderr, "\r", w.Say("cli.roster.progress", "rows", r.Records, "matched", r.Matched))
		}
	}
	done, err := app.ImportRoster(w.ctx, c, in)
	if !i.Quiet {
		fmt.Fprintln(w.stderr)
	}
	if err != nil {
		return err
	}
	if i.JSON {
		out := rosterResult{
			State: done.State, AsOf: done.AsOf, Records: done.Records, Matched: done.Matched, Changed: done.Changed,
			Doubtful: done.Doubtful, Unknown: done.Unknown, Refused: done.Refused,
		}
		if !done.ID.IsZero() {
			out.Roster = done.ID.String()
		}
		return app.WriteJSON(w.stdout, out)
	}
	w.rosterReport(done)
	if i.DryRun {
		w.tell("cli.dry_run")
	}
	return nil
}

func (w world) rosterReport(r licensure.Roster) {
	w.tell("cli.roster.rows", "count", r.Records, "asOf", r.AsOf)
	w.tell("cli.roster.matched", "matched", r.Matched, "changed", r.Changed)
	w.tell("cli.roster.doubtful", "doubtful", r.Doubtful)
	w.tell("cli.roster.unknown", "unknown", r.Unknown)
	w.tell("cli.roster.refused", "refused", r.Refused)
}

package main

import (
	"fmt"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
)

type importRoster struct {
	File         string `arg:"" help:"The file, or - for standard input."`
	Organization string `required:"" help:"The school's short name, as in its address." placeholder:"SLUG"`
	Source       string `required:"" help:"The name of the board list layout at the school." placeholder:"NAME"`
	As           string `required:"" help:"Email of the member of the office who imports it." placeholder:"EMAIL"`
	AsOf         string `help:"The list's date, YYYY-MM-DD. Default: today at the school." placeholder:"DATE"`
	DryRun       bool   `help:"Preview only: say what would happen."`
	JSON         bool   `help:"Print a JSON object." name:"json"`
	Quiet        bool   `help:"Don't show progress."`
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
			fmt.Fprintf(w.stderr, "\r%d lines, %d of your therapists", r.Records, r.Matched)
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
	fmt.Fprintf(w.stdout, "%d lines as of %s: %d of licenses of your therapists, of which %d brought something new; %d wait for a person; %d are of nobody at the school; %d could not be read.\n",
		done.Records, done.AsOf, done.Matched, done.Changed, done.Doubtful, done.Unknown, done.Refused)
	if i.DryRun {
		fmt.Fprintln(w.stdout, "This was a try: nothing was written.")
	}
	return nil
}

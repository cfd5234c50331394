package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
)

type standardsCommand struct {
	List  standardsList  `cmd:"" help:"List the packs that come with Palmar."`
	Check standardsCheck `cmd:"" help:"Run the test cases of all packs. Exit code 1: a pack is broken or a case fails."`
	Diff  standardsDiff  `cmd:"" help:"Show whose results a new version of a pack would change, and why."`
}

type standardsList struct{}

// Run lists the packs with what they require and how sure that is.
func (standardsList) Run(w world) error {
	all, err := standard.Load(standard.Packs())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PACK\tVERSION\tREQUIRES\tSURE\tAS OF\tTITLE")
	for _, p := range all {
		requires, asOf := "unknown", "undated"
		if !p.Unknown {
			requires = p.Required().String()
		}
		if !p.Undated {
			asOf = p.AsOf.String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Key, p.Version, requires, p.Confidence, asOf, p.Title)
	}
	return table.Flush()
}

type standardsCheck struct {
	Dir string `arg:"" optional:"" help:"The folder of packs (*.yaml). Default: the packs that come with Palmar."`
}

// Run checks every pack of a folder and goes on after one that is broken.
func (s standardsCheck) Run(w world) error {
	folder := standard.Packs()
	if s.Dir != "" {
		if at, err := os.Stat(s.Dir); err != nil {
			return err
		} else if !at.IsDir() {
			return fmt.Errorf("%s is no folder", s.Dir)
		}
		folder = os.DirFS(s.Dir)
	}
	packs, cases, wrong := 0, 0, 0
	err := standard.Each(folder, func(name string, p standard.Pack, err error) {
		packs++
		if err != nil {
			wrong++
			for _, message := range messages(err) {
				fmt.Fprintf(w.stderr, "%s: %s\n", name, message)
			}
			return
		}
		cases += len(p.Cases)
		for _, f := range standard.Check(p) {
			wrong++
			fmt.Fprintf(w.stderr, "%s: line %d: case %q: %s\n", name, f.Line, f.Case, f.What)
		}
	})
	if err != nil {
		return err
	}
	if packs == 0 {
		return fmt.Errorf("there is no pack (*.yaml) in %s", s.Dir)
	}
	if _, err := standard.Load(folder); err != nil && wrong == 0 {
		return err // two files of one version
	}
	fmt.Fprintf(w.stdout, "%d packs, %d cases, %d wrong.\n", packs, cases, wrong)
	if wrong > 0 {
		return exit(1)
	}
	return nil
}

// messages are all that is wrong with a pack, each with its line.
func messages(err error) (all []string) {
	f := core.AsFault(err)
	if f == nil {
		return []string{err.Error()}
	}
	for _, field := range f.Fields {
		all = append(all, field.Message())
	}
	if all == nil {
		all = []string{f.Message()}
	}
	return all
}

type standardsDiff struct {
	Old          string `arg:"" help:"The current pack's file."`
	New          string `arg:"" help:"The new pack's file."`
	Demo         bool   `help:"Use the demo's schools instead of the configured database."`
	Organization string `help:"Only this school, by its short name. Default: all." placeholder:"SLUG"`
}

// Run back-tests a version. It changes nothing; exit code 0 although standings
// change.
func (s standardsDiff) Run(w world) error {
	before, err := readPack(s.Old)
	if err != nil {
		return err
	}
	after, err := readPack(s.New)
	if err != nil {
		return err
	}
	var found logbook.BackTest
	if s.Demo {
		dir, err := os.MkdirTemp("", "palmar-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if found, err = app.BackTestDemo(w.ctx, dir, before, after); err != nil {
			return err
		}
		return app.WriteBackTest(w.stdout, found)
	}
	c, err := w.config()
	if err != nil {
		return err
	}
	if found, err = app.BackTest(w.ctx, c, s.Organization, before, after); err != nil {
		return err
	}
	return app.WriteBackTest(w.stdout, found)
}

func readPack(file string) (standard.Standard, error) {
	p, err := standard.Read(os.DirFS(filepath.Dir(file)), filepath.Base(file))
	if err == nil && p.Unknown {
		return p.Standard, fmt.Errorf("%s has no rules to judge by: nothing is known", file)
	}
	return p.Standard, err
}

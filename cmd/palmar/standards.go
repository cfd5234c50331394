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
	"github.com/palmar/palmar/pkg/words"
)

type standardsCommand struct {
	List  standardsList  `cmd:"" help:"cli.help.standards.list"`
	Check standardsCheck `cmd:"" help:"cli.help.standards.check"`
	Diff  standardsDiff  `cmd:"" help:"cli.help.standards.diff"`
}

type standardsList struct{}

// Run lists the packs with what they require and how sure that is.
func (standardsList) Run(w world) error {
	all, err := standard.Load(standard.Packs())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
	app.TellHeadings(w.ctx, table, "heading.pack", "heading.version", "heading.requires", "heading.confidence", "heading.as_of", "heading.title")
	for _, p := range all {
		requires, asOf := w.Say("cli.standards.unknown"), w.Say("cli.standards.undated")
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
	Dir string `arg:"" optional:"" help:"cli.help.standards.check.dir"`
}

// Run checks every pack of a folder and goes on after one that is broken.
func (s standardsCheck) Run(w world) error {
	folder := standard.Packs()
	if s.Dir != "" {
		if at, err := os.Stat(s.Dir); err != nil {
			return err
		} else if !at.IsDir() {
			return core.Invalid("not_a_folder", "path", s.Dir)
		}
		folder = os.DirFS(s.Dir)
	}
	packs, cases, wrong := 0, 0, 0
	err := standard.Each(folder, func(name string, p standard.Pack, err error) {
		packs++
		if err != nil {
			wrong++
			for _, message := range w.messages(err) {
				app.Tell(w.ctx, w.stderr, "cli.standards.problem", "file", name, "text", message)
			}
			return
		}
		cases += len(p.Cases)
		for _, f := range standard.Check(p) {
			wrong++
			app.Tell(w.ctx, w.stderr, "cli.standards.case", "file", name, "line", f.Line, "case", f.Case, "text", f.What)
		}
	})
	if err != nil {
		return err
	}
	if packs == 0 {
		return core.Invalid("no_packs", "dir", s.Dir)
	}
	if _, err := standard.Load(folder); err != nil && wrong == 0 {
		return err // two files of one version
	}
	w.tell("cli.standards.checked", "count", packs, "cases", cases, "wrong", wrong)
	if wrong > 0 {
		return exit(1)
	}
	return nil
}

// messages are all that is wrong with a pack, each with its line.
func (w world) messages(err error) (all []string) {
	f := core.AsFault(err)
	if f == nil {
		return []string{err.Error()}
	}
	for _, field := range f.Fields {
		all = append(all, words.In(w.ctx).Write(field.Sentence()))
	}
	if all == nil {
		all = []string{w.message(err)}
	}
	return all
}

type standardsDiff struct {
	Old          string `arg:"" help:"cli.help.standards.diff.old"`
	New          string `arg:"" help:"cli.help.standards.diff.new"`
	Demo         bool   `help:"cli.help.standards.diff.demo"`
	Organization string `help:"cli.help.standards.diff.organization" placeholder:"SLUG"`
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
		app.WriteBackTest(w.ctx, w.stdout, found)
		return nil
	}
	c, err := w.config()
	if err != nil {
		return err
	}
	if found, err = app.BackTest(w.ctx, c, s.Organization, before, after); err != nil {
		return err
	}
	app.WriteBackTest(w.ctx, w.stdout, found)
	return nil
}

func readPack(file string) (standard.Standard, error) {
	p, err := standard.Read(os.DirFS(filepath.Dir(file)), filepath.Base(file))
	if err == nil && p.Unknown {
		return p.Standard, core.Invalid("pack_has_no_rules", "file", file)
	}
	return p.Standard, err
}

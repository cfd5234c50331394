// Command palmar keeps the record of massage therapists' training and lets
// anyone check it. See README.md, or run palmar --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
)

// version is set when a release is built.
var version = "development"

// program is the commands of the command line.
type program struct {
	Serve     serveCommand     `cmd:"" help:"Serve pages and API, configured by PALMAR_… variables (docs/operations.md)."`
	Demo      demoCommand      `cmd:"" help:"Serve a fictional school on this computer, to look around."`
	Migrate   migrateCommand   `cmd:"" help:"Update the database to this version."`
	Import    importCommand    `cmd:"" help:"Import records from elsewhere."`
	Certify   certifyCommand   `cmd:"" help:"Certify, as the second person, every eligible open proposal. Exit code 1: something was refused."`
	Verify    verifyCommand    `cmd:"" help:"Check a downloaded certificate. Exit code 0: valid, 1: not valid, 2: could not check."`
	Backup    backupCommand    `cmd:"" help:"Copy the SQLite database to a new file while the server runs."`
	Restore   restoreCommand   `cmd:"" help:"Restore a backup as the SQLite database."`
	Doctor    doctorCommand    `cmd:"" help:"Recompute stored data from the ledger. Exit code 1: something differs."`
	Work      workCommand      `cmd:"" help:"List background work that failed, and retry it."`
	Keys      keysCommand      `cmd:"" help:"List, rotate, and export a school's signing keys."`
	Log       logCommand       `cmd:"" help:"Monitor an installation's public log."`
	Erase     eraseCommand     `cmd:"" help:"Permanently erase the hours behind a certificate. The certificate stays valid."`
	Escrow    escrowCommand    `cmd:"" help:"Move the certificates of a closed school to another installation."`
	VCAPI     vcAPICommand     `cmd:"" name:"vc-api" help:"Serve the VC-API on this computer, for public conformance suites."`
	CE        ceCommand        `cmd:"" name:"ce" help:"Check CE audits."`
	Standards standardsCommand `cmd:"" help:"List, check, and compare rule packs (docs/standards.md)."`
	Health    healthCommand    `cmd:"" help:"Check whether the server on this computer is ready."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// world is what a command may use of the machine.
type world struct {
	ctx    context.Context
	env    []string
	stdout io.Writer
	stderr io.Writer
	clock  func() time.Time
}

// exit ends the program with a code and nothing more to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(world{ctx, os.Environ(), os.Stdout, os.Stderr, app.Source().Clock}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is the program without its process. Exit code 64 is a wrong command line.
func run(w world, args []string) (code int) {
	defer func() {
		if e, ok := recover().(exit); ok {
			code = int(e)
		}
	}()
	parser, err := kong.New(&program{}, kong.Name("palmar"),
		kong.Description("Palmar keeps the record of a massage therapist's training and license: earn, judge, attest, check."),
		kong.Writers(w.stdout, w.stderr), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(w.stderr, "palmar: %v\nRun palmar --help to see how it is called.\n", err)
		return 64
	}
	return w.report(parsed.Run(w))
}

// report tells an error and gives the exit code that belongs to it.
func (w world) report(err error) int {
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	message := err.Error()
	if f := core.AsFault(err); f != nil {
		message = strings.Replace(message, f.Error(), f.Message(), 1)
	}
	fmt.Fprintf(w.stderr, "palmar: %s\n", message)
	return 1
}

func (w world) config() (config.Config, error) {
	c, err := config.Load(w.env)
	c.Clock = w.clock
	return c, err
}

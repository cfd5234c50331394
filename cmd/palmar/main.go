// Command palmar keeps the record of massage therapists' training and lets
// anyone check it. See README.md, or run palmar --help.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/platform/config"
)

// version is set when a release is built.
var version = "development"

// program is the commands of the command line. A help tag is the id of its sentence.
type program struct {
	Serve     serveCommand     `cmd:"" help:"cli.help.serve"`
	Demo      demoCommand      `cmd:"" help:"cli.help.demo"`
	Migrate   migrateCommand   `cmd:"" help:"cli.help.migrate"`
	Import    importCommand    `cmd:"" help:"cli.help.import"`
	Certify   certifyCommand   `cmd:"" help:"cli.help.certify"`
	Verify    verifyCommand    `cmd:"" help:"cli.help.verify"`
	Backup    backupCommand    `cmd:"" help:"cli.help.backup"`
	Restore   restoreCommand   `cmd:"" help:"cli.help.restore"`
	Restored  restoredCommand  `cmd:"" help:"cli.help.restored"`
	Doctor    doctorCommand    `cmd:"" help:"cli.help.doctor"`
	Work      workCommand      `cmd:"" help:"cli.help.work"`
	Keys      keysCommand      `cmd:"" help:"cli.help.keys"`
	Log       logCommand       `cmd:"" help:"cli.help.log"`
	Erase     eraseCommand     `cmd:"" help:"cli.help.erase"`
	Escrow    escrowCommand    `cmd:"" help:"cli.help.escrow"`
	VCAPI     vcAPICommand     `cmd:"" name:"vc-api" help:"cli.help.vc_api"`
	CE        ceCommand        `cmd:"" name:"ce" help:"cli.help.ce"`
	Standards standardsCommand `cmd:"" help:"cli.help.standards"`
	Health    healthCommand    `cmd:"" help:"cli.help.health"`
	Version   versionCommand   `cmd:"" help:"cli.help.version"`
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
	w.ctx = spoken(w.ctx, w.env)
	parser, err := kong.New(&program{}, kong.Name("palmar"), kong.Description("cli.help.palmar"), kong.PostBuild(w.help),
		kong.Writers(w.stdout, w.stderr), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		panic(err)
	}
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:], "--help")
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		app.Tell(w.ctx, w.stderr, "cli.usage", "err", err)
		app.Tell(w.ctx, w.stderr, "cli.usage_next")
		return 64
	}
	return w.report(parsed.Run(w))
}

func (w world) config() (config.Config, error) {
	c, err := config.Load(w.env)
	c.Clock = w.clock
	return c, err
}

package main

import (
	"fmt"
	"runtime"

	"github.com/palmar/palmar/pkg/app"
)

type serveCommand struct{}

// Run serves until the process is told to stop.
func (serveCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Serve(w.ctx, c, app.NewLog(c, w.stderr), w.stdout, app.Serving{Version: version})
}

type migrateCommand struct{}

// Run migrates and says which steps there were.
func (migrateCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Migrate(w.ctx, c, w.stdout)
}

type healthCommand struct{}

// Run asks /readyz.
func (healthCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Health(w.ctx, c, w.stdout)
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(w world) error {
	_, err := fmt.Fprintln(w.stdout, w.Say("cli.version", "version", version, "go", runtime.Version()))
	return err
}

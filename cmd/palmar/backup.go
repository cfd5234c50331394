package main

import "github.com/palmar/palmar/pkg/app"

type backupCommand struct {
	File string `arg:"" help:"cli.help.new_file" type:"path"`
}

// Run writes a backup.
func (b backupCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Backup(w.ctx, c, b.File, w.stdout)
}

type restoreCommand struct {
	File string `arg:"" help:"cli.help.restore.file" type:"existingfile"`
}

// Run puts a backup in place.
func (r restoreCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Restore(w.ctx, c, r.File, w.stdout)
}

type restoredCommand struct{}

// Run records that the database was restored.
func (restoredCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Restored(w.ctx, c, w.stdout)
}

type doctorCommand struct{}

// Run examines the database. Exit code 1: something differs.
func (doctorCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	app.Spare()
	sound, err := app.Doctor(w.ctx, c, w.stdout)
	if err == nil && !sound {
		return exit(1)
	}
	return err
}

package main

import "github.com/palmar/palmar/pkg/app"

type escrowCommand struct {
	Export escrowExport `cmd:"" help:"cli.help.escrow.export"`
	Import escrowImport `cmd:"" help:"cli.help.escrow.import"`
	Bundle escrowBundle `cmd:"" help:"cli.help.escrow.bundle"`
}

type escrowExport struct {
	School string `arg:"" help:"cli.help.school"`
	File   string `arg:"" help:"cli.help.new_file" type:"path"`
}

// Run writes an escrow.
func (e escrowExport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ExportEscrow(w.ctx, c, e.School, e.File, w.stdout)
}

type escrowImport struct {
	File string `arg:"" help:"cli.help.escrow.import.file" type:"existingfile"`
}

// Run takes an escrow in.
func (e escrowImport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ImportEscrow(w.ctx, c, e.File, w.stdout)
}

type escrowBundle struct {
	Code  string   `arg:"" help:"cli.help.code"`
	From  string   `help:"cli.help.escrow.bundle.from" type:"existingfile" placeholder:"FILE"`
	Lines []string `help:"cli.help.escrow.bundle.lines" enum:"total,subject,session"`
}

// Run writes a bundle.
func (e escrowBundle) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Bundle(w.ctx, c, app.BundleOutput{Code: e.Code, From: e.From, Lines: e.Lines}, w.stdout)
}

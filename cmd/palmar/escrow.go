package main

import "github.com/palmar/palmar/pkg/app"

type escrowCommand struct {
	Close  escrowClose  `cmd:"" help:"Close a school: it can no longer issue certificates. This can't be undone."`
	Export escrowExport `cmd:"" help:"Export all certificates of a closed school to one file."`
	Import escrowImport `cmd:"" help:"Import and keep showing the certificates of a school that closed elsewhere."`
	Bundle escrowBundle `cmd:"" help:"Export one certificate in escrow with the hours behind it, for its holder."`
}

type escrowClose struct {
	School string `arg:"" help:"The school's short name."`
	Cause  string `required:"" help:"Why it closed (public)."`
}

// Run closes a school.
func (e escrowClose) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.CloseSchool(w.ctx, c, e.School, e.Cause, w.stdout)
}

type escrowExport struct {
	School string `arg:"" help:"The school's short name."`
	File   string `arg:"" help:"The file to write; it must not exist." type:"path"`
	Close  string `help:"Close the school first, for this reason." placeholder:"CAUSE"`
}

// Run writes an escrow.
func (e escrowExport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	if e.Close != "" {
		if err := app.CloseSchool(w.ctx, c, e.School, e.Close, w.stdout); err != nil {
			return err
		}
	}
	return app.ExportEscrow(w.ctx, c, e.School, e.File, w.stdout)
}

type escrowImport struct {
	File string `arg:"" help:"A file that palmar escrow export wrote." type:"existingfile"`
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
	Code  string   `arg:"" help:"The certificate's code."`
	From  string   `help:"A file from palmar escrow export. Default: what was imported here." type:"existingfile"`
	Lines []string `help:"Export a disclosure with these kinds of lines instead: total, subject, session." enum:"total,subject,session"`
}

// Run writes a bundle.
func (e escrowBundle) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Bundle(w.ctx, c, app.BundleOutput{Code: e.Code, From: e.From, Lines: e.Lines}, w.stdout)
}

package main

import "github.com/palmar/palmar/pkg/app"

type certifyCommand struct {
	Organization string `required:"" help:"The school's short name, as in its address." placeholder:"SLUG"`
	As           string `required:"" help:"Email of the registrar or administrator who certifies. Must not be the person who proposed." placeholder:"EMAIL"`
	Program      string `help:"The program's code. Default: all programs." placeholder:"CODE"`
}

// Run certifies what waits. Exit code 1: something was refused.
func (c certifyCommand) Run(w world) error {
	settings, err := w.config()
	if err != nil {
		return err
	}
	refused, err := app.CertifyCohort(w.ctx, settings, app.CohortCertification{Organization: c.Organization, Program: c.Program, As: c.As}, w.stdout)
	if err == nil && refused > 0 {
		return exit(1)
	}
	return err
}

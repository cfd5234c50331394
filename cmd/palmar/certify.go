package main

import "github.com/palmar/palmar/pkg/app"

type certifyCommand struct {
	Organization string `required:"" help:"cli.help.organization" placeholder:"SLUG"`
	As           string `required:"" help:"cli.help.certify.as" placeholder:"EMAIL"`
	Program      string `help:"cli.help.certify.program" placeholder:"CODE"`
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

package main

import (
	"errors"
	"strings"

	"github.com/palmar/palmar/pkg/app"
)

type keysCommand struct {
	List   keysList   `cmd:"" help:"cli.help.keys.list"`
	Rotate keysRotate `cmd:"" help:"cli.help.keys.rotate"`
	Export keysExport `cmd:"" help:"cli.help.keys.export"`
}

type keysList struct {
	School string `arg:"" help:"cli.help.school"`
}

// Run lists the keys.
func (k keysList) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.Keys(w.ctx, c, k.School, w.stdout)
}

type keysRotate struct {
	School string `arg:"" help:"cli.help.school"`
}

// Run makes new keys.
func (k keysRotate) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.RotateKeys(w.ctx, c, k.School, w.stdout)
}

type keysExport struct {
	School string `arg:"" help:"cli.help.school"`
}

// Run writes did.json.
func (k keysExport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ExportKeys(w.ctx, c, k.School, w.stdout)
}

type eraseCommand struct {
	Code string `arg:"" help:"cli.help.code"`
}

// Run erases what opens the hours behind a certificate.
func (e eraseCommand) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.EraseRecord(w.ctx, c, e.Code, w.stdout)
}

type logCommand struct {
	Audit logAudit `cmd:"" help:"cli.help.log.audit"`
}

type logAudit struct {
	Address    string   `arg:"" help:"cli.help.log.audit.address"`
	Key        string   `help:"cli.help.log.audit.key" placeholder:"KEY"`
	State      string   `help:"cli.help.log.audit.state" type:"path" placeholder:"FILE"`
	Witness    []string `help:"cli.help.log.audit.witness" placeholder:"KEY"`
	Checkpoint []string `help:"cli.help.log.audit.checkpoint" type:"path" placeholder:"FILE"`
}

// Run audits a log.
func (l logAudit) Run(w world) error {
	if l.State == "" {
		_, host, _ := strings.Cut(l.Address, "://")
		l.State = "palmar-log-" + strings.Trim(strings.NewReplacer("/", "-", ":", "-").Replace(host), "-") + ".json"
	}
	sound, err := app.AuditLog(w.ctx, app.LogAudit{Address: l.Address, Key: l.Key, State: l.State, Witnesses: l.Witness, Checkpoints: l.Checkpoint}, w.stdout)
	switch {
	case errors.Is(err, app.ErrLogUnread):
		w.complain(err)
		return exit(2)
	case err == nil && !sound:
		return exit(1)
	}
	return err
}

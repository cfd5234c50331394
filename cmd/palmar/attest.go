package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/palmar/palmar/pkg/app"
)

type keysCommand struct {
	List   keysList   `cmd:"" help:"List a school's signing keys."`
	Rotate keysRotate `cmd:"" help:"Retire the keys and create new ones. What they signed stays valid."`
	Export keysExport `cmd:"" help:"Write the public keys as a DID document (did.json)."`
}

type keysList struct {
	School string `arg:"" help:"The school's short name."`
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
	School string `arg:"" help:"The school's short name."`
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
	School string `arg:"" help:"The school's short name."`
	Dated  bool   `help:"Include the dates of retired keys, for palmar verify --keys. Don't serve this as did.json."`
}

// Run writes did.json.
func (k keysExport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ExportKeys(w.ctx, c, k.School, k.Dated, w.stdout)
}

type eraseCommand struct {
	Code string `arg:"" help:"The certificate's code."`
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
	Audit logAudit `cmd:"" help:"Read a whole public log and check that nothing in it has changed. Exit code 1: something changed, 2: it could not be read."`
}

type logAudit struct {
	Address string   `arg:"" help:"The log's address, such as https://palmar.example/log."`
	Key     string   `help:"The log's verifier key, from its page. Required the first time."`
	State   string   `help:"The file that remembers this log." type:"path"`
	Witness []string `help:"The verifier key of a witness to show."`
}

// Run audits a log.
func (l logAudit) Run(w world) error {
	if l.State == "" {
		_, host, _ := strings.Cut(l.Address, "://")
		l.State = "palmar-log-" + strings.Trim(strings.NewReplacer("/", "-", ":", "-").Replace(host), "-") + ".json"
	}
	sound, err := app.AuditLog(w.ctx, app.LogAudit{Address: l.Address, Key: l.Key, State: l.State, Witnesses: l.Witness}, w.stdout)
	switch {
	case errors.Is(err, app.ErrLogUnread):
		fmt.Fprintf(w.stderr, "palmar: %v\n", err)
		return exit(2)
	case err == nil && !sound:
		return exit(1)
	}
	return err
}

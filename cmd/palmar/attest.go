package main

import (
	"strings"

	"github.com/palmar/palmar/pkg/app"
)

type keysCommand struct {
	List   keysList   `cmd:"" help:"List a school's signing keys."`
	Rotate keysRotate `cmd:"" help:"Retire the keys and make new ones; what they signed stays valid."`
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
}

// Run writes did.json.
func (k keysExport) Run(w world) error {
	c, err := w.config()
	if err != nil {
		return err
	}
	return app.ExportKeys(w.ctx, c, k.School, w.stdout)
}

type logCommand struct {
	Audit logAudit `cmd:"" help:"Read a public log whole and see whether anything before has changed. Exit code 1: something has."`
}

type logAudit struct {
	Address string   `arg:"" help:"The log's address, such as https://palmar.example/log."`
	Key     string   `help:"The log's verifier key, as its page shows it; needed the first time."`
	State   string   `help:"The file in which this log is remembered." type:"path"`
	Witness []string `help:"The verifier key of a witness whose word is to be shown."`
}

// Run audits a log.
func (l logAudit) Run(w world) error {
	if l.State == "" {
		_, host, _ := strings.Cut(l.Address, "://")
		l.State = "palmar-log-" + strings.Trim(strings.NewReplacer("/", "-", ":", "-").Replace(host), "-") + ".json"
	}
	sound, err := app.AuditLog(w.ctx, app.LogAudit{Address: l.Address, Key: l.Key, State: l.State, Witnesses: l.Witness}, w.stdout)
	if err == nil && !sound {
		return exit(1)
	}
	return err
}

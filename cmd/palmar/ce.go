package main

import (
	"encoding/json"
	"io"
	"os"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

type ceCommand struct {
	Audit ceAuditCommand `cmd:"" help:"cli.help.ce.audit"`
}

type ceAuditCommand struct {
	Verify ceAuditVerify `cmd:"" help:"cli.help.ce.audit.verify"`
}

// mostDraw is the longest file of a draw that is read, in bytes: that of more
// than a million people.
const mostDraw = 64 << 20

type ceAuditVerify struct {
	File string `arg:"" help:"cli.help.ce.audit.verify.file"`
}

// Run draws a sample again with nothing but its file.
func (v ceAuditVerify) Run(w world) error {
	file, err := os.Open(v.File)
	if err != nil {
		return err
	}
	defer file.Close()
	var d continuing.CEDraw
	dec := json.NewDecoder(io.LimitReader(file, mostDraw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return core.Invalid("not_a_draw", "file", v.File, "err", err)
	}
	if err := d.Verify(); err != nil {
		return err
	}
	w.tell("cli.ce.sample_matches", "sample", len(d.Sample), "people", len(d.Licenses), "percent", d.Percent)
	return nil
}

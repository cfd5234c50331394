package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/palmar/palmar/pkg/career/continuing"
)

type ceCommand struct {
	Audit ceAuditCommand `cmd:"" help:"CE audits (docs/continuing.md)."`
}

type ceAuditCommand struct {
	Verify ceAuditVerify `cmd:"" help:"Repeat the draw of an audit's sample from its file. Exit code 1: the sample differs."`
}

// mostDraw is the longest file of a draw that is read, in bytes: that of more
// than a million people.
const mostDraw = 64 << 20

type ceAuditVerify struct {
	File string `arg:"" help:"The draw's file, downloaded from the audit's page."`
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
		return fmt.Errorf("%s is no file of a draw: %w", v.File, err)
	}
	if err := d.Verify(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "%d of %d people, %d %%: the sample is the one that seed and word draw.\n", len(d.Sample), len(d.Licenses), d.Percent)
	return err
}

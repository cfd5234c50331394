package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// maxDocument is the longest certificate that is read, in bytes.
const maxDocument = 8 << 20

type verifyCommand struct {
	File    string   `arg:"" help:"cli.help.verify.file"`
	JSON    bool     `help:"cli.help.verify.json" name:"json"`
	Trust   []string `help:"cli.help.verify.trust" placeholder:"DID"`
	Offline bool     `help:"cli.help.verify.offline"`
	Keys    []string `help:"cli.help.verify.keys" type:"existingfile" placeholder:"FILE"`
	LogKey  string   `help:"cli.help.verify.log_key" placeholder:"NAME+HASH+KEY"`
	Witness []string `help:"cli.help.verify.witness" placeholder:"NAME+HASH+KEY"`
}

// Run checks a certificate with nothing but its file; only the key of a did:web
// issuer and the status list are fetched, from the issuer's own site. It is valid
// where something beside the file says whose key it is: --trust, --keys, or the site
// of a did:web.
func (v verifyCommand) Run(w world) error {
	raw, err := v.read()
	if err != nil {
		w.complain(err)
		return exit(2)
	}
	report, err := v.judge(w.ctx, raw, w.clock())
	if err != nil {
		w.complain(err)
		return exit(2)
	}
	if v.JSON {
		err = app.WriteJSON(w.stdout, report)
	} else {
		_, err = io.WriteString(w.stdout, w.describe(report))
	}
	if err != nil {
		return err
	}
	switch report.Outcome {
	case credential.Valid:
		return nil
	case credential.NotValid:
		return exit(1)
	}
	return exit(2)
}

// judge checks a file.
func (v verifyCommand) judge(ctx context.Context, raw []byte, now time.Time) (credential.Report, error) {
	options, err := v.options(now)
	if err != nil {
		return credential.Report{}, err
	}
	report := credential.Verify(ctx, raw, options)
	log, packed, err := app.CheckLog([]byte(report.Text), v.LogKey, v.Witness)
	if packed {
		report = report.Beside(log)
	}
	return report, err
}

// options are where keys and lists come from, and now.
func (v verifyCommand) options(now time.Time) (credential.Options, error) {
	options := credential.Options{Now: now}
	vouched := slices.Clone(v.Trust)
	web := credential.NewWebResolver()
	resolvers := credential.Resolvers{"key": credential.KeyResolver{}}
	if !v.Offline {
		resolvers["web"] = web
	}
	options.Resolver = resolvers
	for _, path := range v.Keys {
		kept, err := readKeys(path)
		if err != nil {
			return options, err
		}
		options.Resolver = keptKeys{kept, options.Resolver}
		vouched = append(vouched, kept.ID)
	}
	options.Vouched = func(issuer string) bool {
		return slices.Contains(vouched, issuer) || strings.HasPrefix(issuer, "did:web:")
	}
	if !v.Offline {
		lists := credential.Lists{Fetch: web.FetchStatusList, Resolver: options.Resolver, Now: options.Now}
		options.Status, options.Suspension = lists.Status, lists.Suspension
	}
	return options, nil
}

func (v verifyCommand) read() ([]byte, error) {
	file := os.Stdin
	if v.File != "-" {
		var err error
		if file, err = os.Open(v.File); err != nil {
			return nil, err
		}
		defer file.Close()
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxDocument+1))
	if err == nil && len(raw) > maxDocument {
		err = core.Invalid("not_a_certificate", "file", v.File, "mb", maxDocument>>20)
	}
	return raw, err
}

// keptKeys resolves one DID by a file, and others elsewhere.
type keptKeys struct {
	document credential.Document
	others   credential.Resolver
}

// Resolve implements credential.Resolver.
func (k keptKeys) Resolve(ctx context.Context, did string) (credential.Document, error) {
	if did == k.document.ID {
		return k.document, nil
	}
	return k.others.Resolve(ctx, did)
}

func readKeys(path string) (credential.Document, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return credential.Document{}, err
	}
	document, err := credential.ReadDocument(raw)
	if err != nil {
		err = core.Invalid("bad_keys_file", "path", path, "err", err)
	}
	return document, err
}

// describe is a report for a person to read. What the document says is shown
// only where it is worth something.
func (w world) describe(r credential.Report) string {
	var b strings.Builder
	heads := map[credential.Outcome]string{
		credential.Valid: "cli.verify.valid", credential.NotValid: "cli.verify.not_valid", credential.CouldNotCheck: "cli.verify.could_not_check",
	}
	fmt.Fprintf(&b, "%s\n\n", w.Say(heads[r.Outcome]))
	if r.Outcome == credential.Valid {
		w.award(&b, r)
		b.WriteString("\n")
	}
	marks := map[credential.Outcome]string{
		credential.Valid: "cli.verify.passed", credential.NotValid: "cli.verify.failed", credential.CouldNotCheck: "cli.verify.unknown",
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, check := range r.Checks {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", w.Say(marks[check.Outcome]), check.Name, plain(check.In(words.In(w.ctx))))
	}
	_ = table.Flush()
	if r.Outcome == credential.Valid && r.Container == credential.InPDF {
		b.WriteString("\n" + w.Say("cli.verify.compare_print", "name", plain(r.SubjectName)) + "\n")
	}
	return b.String()
}

// award shows whom a valid certificate is for, what for, and by whom.
func (w world) award(out io.Writer, r credential.Report) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	line := func(id, value string) {
		if value != "" {
			fmt.Fprintf(table, "  %s\t%s\n", w.Say(id), plain(value))
		}
	}
	line("cli.verify.holder", r.SubjectName)
	line("cli.verify.award", r.Title)
	if r.Minutes > 0 {
		line("cli.verify.hours", core.Minutes(r.Minutes).String())
	}
	if r.Started != "" {
		line("cli.verify.period", w.Say("form.span", "from", w.day(r.Started), "to", w.day(r.Ended)))
	}
	line("cli.verify.issued", words.In(w.ctx).Day(r.ValidFrom))
	line("cli.verify.issuer", r.IssuerName)
	line("cli.verify.key_of", r.IssuerID)
}

// day is a day of a document as people write it.
func (w world) day(text string) string {
	d, err := core.ParseDate(text)
	if err != nil {
		return text
	}
	return words.In(w.ctx).Value(d)
}

// plain takes out what could steer a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

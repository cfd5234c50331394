package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
)

// maxDocument is the longest certificate that is read, in bytes.
const maxDocument = 8 << 20

type verifyCommand struct {
	File    string   `arg:"" help:"The certificate's file, or - for standard input."`
	JSON    bool     `help:"Print the whole report as JSON." name:"json"`
	Issuer  []string `help:"Accept only these issuers' DIDs."`
	Offline bool     `help:"Don't use the network. Then did:web issuers and revocation can't be checked, unless the file is a package."`
	Keys    []string `help:"Files with issuers' keys, such as from palmar keys export --dated. Their DIDs are not fetched." type:"existingfile"`
	LogKey  string   `help:"For packages: the verifier key of the log that must contain the issue, from the log's page." placeholder:"NAME+HASH+KEY"`
	Witness []string `help:"For packages: the verifier key of a witness to show." placeholder:"NAME+HASH+KEY"`
}

// Run checks a certificate with nothing but its file; only the key of a did:web
// issuer and the status list are fetched, from the issuer's own site.
func (v verifyCommand) Run(w world) error {
	raw, err := v.read()
	if err != nil {
		fmt.Fprintf(w.stderr, "palmar: %v\n", err)
		return exit(2)
	}
	options, err := v.options(w.clock())
	if err != nil {
		fmt.Fprintf(w.stderr, "palmar: %v\n", err)
		return exit(2)
	}
	report := credential.Verify(w.ctx, raw, options)
	log, packed, err := app.CheckLog(raw, v.LogKey, v.Witness)
	if err != nil {
		fmt.Fprintf(w.stderr, "palmar: %v\n", err)
		return exit(2)
	}
	if packed {
		report = report.With(log)
	}
	if v.JSON {
		err = app.WriteJSON(w.stdout, report)
	} else {
		_, err = io.WriteString(w.stdout, describe(report))
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

// options are where keys and lists come from, and now.
func (v verifyCommand) options(now time.Time) (credential.Options, error) {
	options := credential.Options{Now: now, TrustedIssuers: v.Issuer}
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
		err = fmt.Errorf("%s has more than %d kB and is no certificate", v.File, maxDocument>>10)
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
		err = fmt.Errorf("%s: %w", path, err)
	}
	return document, err
}

// describe is a report for a person to read. What the document says is shown
// only where it is worth something.
func describe(r credential.Report) string {
	var b strings.Builder
	heads := map[credential.Outcome]string{
		credential.Valid: "VALID", credential.NotValid: "NOT VALID", credential.CouldNotCheck: "COULD NOT CHECK",
	}
	fmt.Fprintf(&b, "%s\n\n", heads[r.Outcome])
	if r.Outcome == credential.Valid {
		line := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "  %-10s %s\n", name, plain(value))
			}
		}
		line("holder", r.SubjectName)
		line("award", r.Title)
		if r.Minutes > 0 {
			line("hours", core.Minutes(r.Minutes).String())
		}
		if r.Started != "" {
			line("period", r.Started+" to "+r.Ended)
		}
		line("issued", r.ValidFrom.Format(time.DateOnly))
		line("issuer", r.IssuerName)
		line("key of", r.IssuerID)
		b.WriteString("\n")
	}
	for _, check := range r.Checks {
		marks := map[credential.Outcome]string{credential.Valid: "ok", credential.NotValid: "NO", credential.CouldNotCheck: "??"}
		fmt.Fprintf(&b, "  %s  %-10s %s\n", marks[check.Outcome], check.Name, plain(check.Detail()))
	}
	if r.Outcome == credential.Valid && strings.HasPrefix(r.IssuerID, "did:key:") {
		b.WriteString("\nThe issuer's name is what the certificate says. Ask the school whether the key above is its own.\n")
	}
	return b.String()
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

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/translog"
)

// within opens the configured database with its secret for one command.
func within(ctx context.Context, c config.Config, do func(*App) error) (err error) {
	if !c.Postgres() {
		if _, err := os.Stat(sqlitePath(c)); err != nil {
			return fmt.Errorf("there is no database at %s; name it by %sDATABASE or %sDATA_DIR", sqlitePath(c), config.Prefix, config.Prefix)
		}
	}
	a, err := Open(ctx, c, NewLog(c, os.Stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return err
	}
	return do(a)
}

// Keys lists the signing keys of a school, by its short name.
func Keys(ctx context.Context, c config.Config, slug string, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		keys, err := a.Certify.KeysOf(ctx, slug)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ALGORITHM\tSINCE\tSTATE\tKEY")
		for _, k := range keys {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.Algorithm, k.CreatedAt.UTC().Format(time.DateOnly), keyState(k), k.ID)
		}
		return table.Flush()
	})
}

func keyState(k certify.SigningKey) string {
	switch {
	case !k.RevokedAt.IsZero():
		return "revoked, lost since " + k.LostSince.UTC().Format(time.DateOnly) + lossState(k.Loss)
	case !k.RetiredAt.IsZero():
		return "retired " + k.RetiredAt.UTC().Format(time.DateOnly)
	}
	return "signs"
}

// lossState says how far the certificates of a lost key were signed again.
func lossState(l certify.KeyLoss) string {
	if l.BegunAt.IsZero() {
		return ""
	}
	text := fmt.Sprintf("; %d of %d certificates signed again", l.Resigned, l.Total)
	if l.Doubtful > 0 {
		text += fmt.Sprintf(", %d doubtful", l.Doubtful)
	}
	if l.Running() {
		text += " so far"
	}
	return text
}

// RotateKeys gives a school new signing keys.
func RotateKeys(ctx context.Context, c config.Config, slug string, out io.Writer) error {
	err := within(ctx, c, func(a *App) error { return a.Certify.RotateKeysOf(ctx, slug) })
	if err == nil {
		err = Keys(ctx, c, slug, out)
	}
	return err
}

// ExportKeys writes the public keys of a school as its did.json, or with the
// dates of retired ones for a verifier to keep.
func ExportKeys(ctx context.Context, c config.Config, slug string, dated bool, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		read := a.Certify.PublicKeys
		if dated {
			read = a.Certify.DatedKeys
		}
		document, err := read(ctx, slug)
		if err == nil {
			_, err = out.Write(document)
		}
		return err
	})
}

// EraseRecord removes what opens the record of hours behind a certificate.
func EraseRecord(ctx context.Context, c config.Config, code string, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		err := a.Certify.EraseRecord(core.WithOrigin(ctx, core.Origin{Via: "command"}), code)
		if err == nil {
			fmt.Fprintln(out, "Erased: no line of the hours behind this certificate can be shown any more. The certificate stays valid, and the log says that this was done.")
		}
		return err
	})
}

// CheckLog holds the proof in a package against a log's key, which may be empty,
// and tells which of some witnesses have cosigned. It gives nothing for a file
// that is no package.
func CheckLog(raw []byte, key string, witnesses []string) (credential.Check, bool, error) {
	p, ok := translog.ReadPacked(raw)
	if key != "" {
		if err := translog.CheckKey(key); err != nil {
			return credential.Check{}, false, err
		}
	}
	known, err := witnessesOf(config.Config{Witnesses: witnesses})
	if err != nil || !ok {
		return credential.Check{}, false, err
	}
	return credential.CheckInLog(p, key, known), true, nil
}

// LogAudit is what an audit of a public log needs. State is where the monitor
// remembers the log between two audits; Key is needed the first time.
type LogAudit struct {
	Address   string
	Key       string
	State     string
	Witnesses []string
}

// ErrLogUnread is why an audit says nothing of a log.
var ErrLogUnread = errors.New("the log could not be read")

// AuditLog reads a public log whole and holds it against what is remembered of
// it. sound tells that it is as it was; then the state remembers it as it is now.
// An error leaves the state as it was.
func AuditLog(ctx context.Context, in LogAudit, out io.Writer) (sound bool, err error) {
	before, err := readState(in)
	if err != nil {
		return false, err
	}
	if err := translog.CheckKey(before.Key); err != nil {
		return false, err
	}
	witnesses, err := witnessesOf(config.Config{Witnesses: in.Witnesses})
	if err != nil {
		return false, err
	}
	remote := translog.Remote{Address: in.Address, Client: &http.Client{Timeout: time.Minute}}
	found, err := remote.Audit(ctx, before, witnesses)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrLogUnread, err)
	}
	for _, problem := range found.Problems {
		fmt.Fprintln(out, "NO  "+problem)
	}
	if len(found.Problems) > 0 {
		fmt.Fprintln(out, "The log is not what it was. Keep the state file: it holds the log's own signature on what it was.")
		return false, nil
	}
	fmt.Fprintf(out, "The log %s has %d entries; the %d that were remembered are unchanged.\n", found.Tree.Origin, found.Tree.Size, found.Before)
	for _, word := range found.Cosigned {
		fmt.Fprintf(out, "%s has cosigned this checkpoint at %s.\n", word.Witness, word.StatedAt.Format(time.RFC3339))
	}
	if found.Before < found.Tree.Size {
		before.Checkpoints = append(before.Checkpoints, found.Checkpoint)
	}
	return true, writeState(in.State, before)
}

func readState(in LogAudit) (translog.Remembered, error) {
	before := translog.Remembered{Key: in.Key}
	raw, err := os.ReadFile(in.State)
	switch {
	case errors.Is(err, fs.ErrNotExist) && in.Key == "":
		return before, errors.New("this log is not known yet: say its key with --key, as its page /log shows it")
	case errors.Is(err, fs.ErrNotExist):
		return before, nil
	case err != nil:
		return before, err
	}
	if err := json.Unmarshal(raw, &before); err != nil {
		return before, fmt.Errorf("%s is no state of a monitor: %w", in.State, err)
	}
	if in.Key != "" && in.Key != before.Key {
		return before, fmt.Errorf("%s remembers this log under another key", in.State)
	}
	return before, nil
}

// writeState replaces the file as one, so that a stop leaves the old one.
func writeState(path string, state translog.Remembered) error {
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	next := path + ".new"
	if err := os.WriteFile(next, append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

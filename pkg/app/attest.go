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
	"slices"
	"text/tabwriter"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// within opens the configured database with its secret for one command.
func within(ctx context.Context, c config.Config, do func(*App) error) (err error) {
	if !c.Postgres() {
		if _, err := os.Stat(sqlitePath(c)); err != nil {
			return noDatabase(c)
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
		TellHeadings(ctx, table, "heading.algorithm", "heading.since", "heading.state", "heading.key")
		for _, k := range keys {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.Algorithm, k.CreatedAt.UTC().Format(time.DateOnly), words.In(ctx).Write(keyState(k)), k.ID)
		}
		return table.Flush()
	})
}

func keyState(k certify.SigningKey) words.Sentence {
	switch {
	case !k.RevokedAt.IsZero():
		return lossState(words.S("cli.key.revoked", "day", core.DateOf(k.LostSince.UTC())), k.Loss)
	case !k.RetiredAt.IsZero():
		return words.S("cli.key.retired", "day", core.DateOf(k.RetiredAt.UTC()))
	}
	return words.S("cli.key.signs")
}

// lossState adds how far the certificates of a lost key were signed again.
func lossState(key words.Sentence, l certify.KeyLoss) words.Sentence {
	if l.BegunAt.IsZero() {
		return key
	}
	if l.Running() {
		key = words.S("cli.key.resigning", "key", key, "done", l.Resigned, "total", l.Total)
	} else {
		key = words.S("cli.key.resigned", "key", key, "done", l.Resigned, "total", l.Total)
	}
	if l.Doubtful > 0 {
		key = words.S("cli.key.doubtful", "key", key, "doubtful", l.Doubtful)
	}
	return key
}

// RotateKeys gives a school new signing keys.
func RotateKeys(ctx context.Context, c config.Config, slug string, out io.Writer) error {
	err := within(ctx, c, func(a *App) error { return a.Certify.RotateKeysOf(ctx, slug) })
	if err == nil {
		err = Keys(ctx, c, slug, out)
	}
	return err
}

// ExportKeys writes the public keys of a school as its did.json, which a verifier can
// keep.
func ExportKeys(ctx context.Context, c config.Config, slug string, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		document, err := a.Certify.PublicKeys(ctx, slug)
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
			Tell(ctx, out, "cli.erased")
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
// remembers the log between two audits; Key is needed the first time. Checkpoints
// are files with checkpoints that someone kept, such as mails.
type LogAudit struct {
	Address     string
	Key         string
	State       string
	Witnesses   []string
	Checkpoints []string
}

// ErrLogUnread is why an audit says nothing of a log.
var ErrLogUnread = &core.Fault{Kind: core.KindUnavailable, Code: "log_unread"}

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
	if err := keptCheckpoints(in.Checkpoints, &before); err != nil {
		return false, err
	}
	witnesses, err := witnessesOf(config.Config{Witnesses: in.Witnesses})
	if err != nil {
		return false, err
	}
	remote := translog.Remote{Address: in.Address, Client: &http.Client{Timeout: time.Minute}}
	found, err := remote.Audit(ctx, before, witnesses)
	if err != nil {
		return false, &core.Fault{Kind: core.KindUnavailable, Code: "log_unread", ID: "log_unread.because", Args: []any{"err", err}}
	}
	for _, problem := range found.Problems {
		Tell(ctx, out, "cli.log.problem", "problem", problem)
	}
	if len(found.Problems) > 0 {
		Tell(ctx, out, "cli.log.changed")
		return false, nil
	}
	Tell(ctx, out, "cli.log.unchanged", "log", found.Tree.Origin, "count", found.Tree.Size, "remembered", found.Before)
	for _, word := range found.Cosigned {
		Tell(ctx, out, "cli.log.cosigned", "witness", word.Witness, "moment", words.In(ctx).Moment(word.StatedAt.UTC()))
	}
	if found.Before < found.Tree.Size {
		before.Checkpoints = append(before.Checkpoints, found.Checkpoint)
	}
	return true, writeState(in.State, before)
}

// keptCheckpoints adds the checkpoints of files to those that are remembered.
func keptCheckpoints(files []string, before *translog.Remembered) error {
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := translog.PastedCheckpoints(string(text))
		if len(found) == 0 {
			return core.Invalid("no_checkpoint", "path", path)
		}
		for _, c := range found {
			if !slices.Contains(before.Checkpoints, c) {
				before.Checkpoints = append(before.Checkpoints, c)
			}
		}
	}
	return nil
}

func readState(in LogAudit) (translog.Remembered, error) {
	before := translog.Remembered{Key: in.Key}
	raw, err := os.ReadFile(in.State)
	switch {
	case errors.Is(err, fs.ErrNotExist) && in.Key == "":
		return before, core.Invalid("log_key_missing")
	case errors.Is(err, fs.ErrNotExist):
		return before, nil
	case err != nil:
		return before, err
	}
	if err := json.Unmarshal(raw, &before); err != nil {
		return before, core.Invalid("bad_log_state.unreadable", "path", in.State, "err", err)
	}
	if in.Key != "" && in.Key != before.Key {
		return before, core.Conflict("bad_log_state.key", "path", in.State)
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

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/platform/config"
)

// ExportEscrow writes the escrow of a closed school into a new file.
func ExportEscrow(ctx context.Context, c config.Config, slug, path string, out io.Writer) error {
	return within(ctx, c, func(a *App) (err error) {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		m, err := a.Certify.ExportEscrow(ctx, access.System, slug, file)
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			return errors.Join(err, os.Remove(path))
		}
		Tell(ctx, out, "cli.escrow.exported", "count", m.Credentials, "school", m.Name, "path", path)
		return nil
	})
}

// ImportEscrow takes in the escrow of a school that has closed elsewhere.
func ImportEscrow(ctx context.Context, c config.Config, path string, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		file, size, err := openFile(path)
		if err != nil {
			return err
		}
		defer file.Close()
		e, err := a.Certify.ImportEscrow(ctx, access.System, file, size)
		if err != nil {
			return err
		}
		Tell(ctx, out, "cli.escrow.imported", "count", e.Credentials, "school", e.Name, "url", c.PublicURL)
		Tell(ctx, out, "cli.escrow.redirect", "origin", e.Origin)
		Tell(ctx, out, "cli.escrow.keys")
		for _, k := range e.Keys {
			fmt.Fprintf(out, "  %s %s\n", k.DID, k.ID)
		}
		return nil
	})
}

// BundleOutput is what of a bundle is to be written: all of it, or a disclosure
// with some kinds of lines (total, subject, session).
type BundleOutput struct {
	Code  string
	From  string // the file of an escrow; empty: the configured database
	Lines []string
}

// Bundle writes a certificate in escrow with the record of hours behind it, for
// its holder.
func Bundle(ctx context.Context, c config.Config, in BundleOutput, out io.Writer) error {
	b, err := bundle(ctx, c, in)
	if err != nil {
		return err
	}
	if len(in.Lines) == 0 {
		return WriteJSON(out, b)
	}
	d, err := b.ShowKinds(in.Lines)
	if err != nil {
		return err
	}
	return WriteJSON(out, d)
}

func bundle(ctx context.Context, c config.Config, in BundleOutput) (b certify.Bundle, err error) {
	if in.From == "" {
		err = within(ctx, c, func(a *App) (err error) {
			b, err = a.Certify.EscrowedBundle(ctx, access.System, in.Code)
			return err
		})
		return b, err
	}
	file, size, err := openFile(in.From)
	if err != nil {
		return b, err
	}
	defer file.Close()
	return certify.ReadBundle(file, size, in.Code)
}

func openFile(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

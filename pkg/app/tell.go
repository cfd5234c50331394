package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/words"
)

// Tell writes a sentence as a line for a person who reads the output of a command,
// in the language of ctx.
func Tell(ctx context.Context, out io.Writer, id string, args ...any) {
	fmt.Fprintln(out, words.In(ctx).Say(id, args...))
}

// TellHeadings writes the first line of a table whose columns are kept apart by
// tabs.
func TellHeadings(ctx context.Context, out io.Writer, ids ...string) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = words.In(ctx).Say(id)
	}
	fmt.Fprintln(out, strings.Join(texts, "\t"))
}

// noDatabase says that the configured SQLite file does not exist.
func noDatabase(c config.Config) error {
	return core.Invalid("no_database", "path", sqlitePath(c), "prefix", config.Prefix)
}

// cannotListen says why an address of the configuration cannot be used.
func cannotListen(name string, err error) error {
	return core.Invalid("cannot_listen", "name", config.Prefix+name, "err", err)
}

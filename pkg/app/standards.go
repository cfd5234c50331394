package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// BackTest tells whose standing another version of a standard changes, in the
// configured database: of one school, by its short name, or of all.
func BackTest(ctx context.Context, c config.Config, slug string, before, after standard.Standard) (logbook.BackTest, error) {
	a, err := openExisting(ctx, c)
	if err != nil {
		return logbook.BackTest{}, err
	}
	defer a.Close()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return logbook.BackTest{}, err
	}
	var org core.OrganizationID
	if slug != "" {
		err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			o, err := kept.On(tx).OrganizationBySlug(ctx, slug)
			org = o.ID
			return err
		})
		if err != nil {
			return logbook.BackTest{}, fmt.Errorf("--organization %s: %w", slug, err)
		}
	}
	return a.Logbook.BackTest(ctx, org, before, after)
}

// BackTestDemo is BackTest of the demo's schools, which are made for it in a
// database in dir that the caller removes.
func BackTestDemo(ctx context.Context, dir string, before, after standard.Standard) (logbook.BackTest, error) {
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "palmar.db"), 0)
	if err != nil {
		return logbook.BackTest{}, err
	}
	defer db.Close()
	if err := db.Migrate(ctx, func(words.Sentence) {}); err != nil {
		return logbook.BackTest{}, err
	}
	c := config.Default()
	secret := bytes.Repeat([]byte{1}, config.SecretSize) // seals nothing that outlives the call
	if _, err := FillDemo(ctx, c, db, secret, Source().Now(), func(words.Sentence) {}); err != nil {
		return logbook.BackTest{}, err
	}
	return assemble(c, NewLog(c, io.Discard), Source(), db, secret, nil).Logbook.BackTest(ctx, core.OrganizationID{}, before, after)
}

// WriteBackTest writes whose standing changes, and why, for a person to read.
func WriteBackTest(ctx context.Context, w io.Writer, b logbook.BackTest) {
	for _, s := range b.Changed {
		Tell(ctx, w, "cli.diff.changed", "name", s.Enrollment.Name, "email", s.Enrollment.Email, "state", s.Enrollment.State,
			"oldValid", s.Old.Valid, "logged", s.Old.Recorded, "oldMet", met(s.Old), "newValid", s.New.Valid, "newMet", met(s.New))
		for _, text := range s.Gained {
			Tell(ctx, w, "cli.diff.gained", "text", text)
		}
		for _, text := range s.Lost {
			Tell(ctx, w, "cli.diff.lost", "text", text)
		}
	}
	Tell(ctx, w, "cli.diff.done", "changed", len(b.Changed), "count", b.Enrollments)
}

func met(s standard.Standing) words.Sentence {
	switch s.Answer {
	case standard.Met:
		return words.S("cli.diff.met")
	case standard.Ask:
		return words.S("cli.diff.ask")
	}
	return words.S("cli.diff.not_met")
}

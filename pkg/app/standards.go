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
	if err := db.Migrate(ctx, func(string) {}); err != nil {
		return logbook.BackTest{}, err
	}
	c := config.Default()
	secret := bytes.Repeat([]byte{1}, config.SecretSize) // seals nothing that outlives the call
	if _, err := FillDemo(ctx, c, db, secret, Source().Now(), func(string) {}); err != nil {
		return logbook.BackTest{}, err
	}
	return assemble(c, NewLog(c, io.Discard), Source(), db, secret, nil).Logbook.BackTest(ctx, core.OrganizationID{}, before, after)
}

// WriteBackTest writes whose standing changes, and why, for a person to read.
func WriteBackTest(w io.Writer, b logbook.BackTest) error {
	for _, s := range b.Changed {
		fmt.Fprintf(w, "%s <%s> (%s): %s valid of %s recorded, %s -> %s valid, %s\n", s.Enrollment.Name, s.Enrollment.Email, s.Enrollment.State,
			s.Old.Valid, s.Old.Recorded, met(s.Old), s.New.Valid, met(s.New))
		for _, text := range s.Gained {
			fmt.Fprintf(w, "  now:    %s\n", text)
		}
		for _, text := range s.Lost {
			fmt.Fprintf(w, "  before: %s\n", text)
		}
	}
	_, err := fmt.Fprintf(w, "%d of %d enrollments change.\n", len(b.Changed), b.Enrollments)
	return err
}

func met(s standard.Standing) string {
	if s.Met {
		return "met"
	}
	return "not met"
}

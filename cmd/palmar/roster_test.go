package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestImportRoster takes a list in twice by the command.
func TestImportRoster(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"PALMAR_DATA_DIR=" + dir, "PALMAR_SECRET=" + strings.Repeat("00", 32)}
	if code, _, errs := palmar(t, env, "migrate"); code != 0 {
		t.Fatal(errs)
	}
	db, err := store.Open(context.Background(), "sqlite:"+filepath.Join(dir, "palmar.db"), 0)
	if err != nil {
		t.Fatal(err)
	}
	src := app.Source()
	err = db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		org := core.Organization{ID: core.NewID[core.OrganizationID](src), Kind: core.School, Name: "Brightwater", Slug: "brightwater", Zone: "America/New_York", CreatedAt: now, Version: 1}
		rita := core.Account{ID: core.NewID[core.AccountID](src), Email: "rita@example.org", Name: "Rita", CreatedAt: now, Version: 1}
		if err := kept.On(tx).InsertOrganization(ctx, org); err != nil {
			return err
		}
		if err := kept.On(tx).InsertAccount(ctx, rita); err != nil {
			return err
		}
		if _, err := kept.On(tx).EnsureMember(ctx, core.Member{ID: core.NewID[core.MemberID](src), OrganizationID: org.ID, AccountID: rita.ID, Role: core.RoleRegistrar, CreatedAt: now}); err != nil {
			return err
		}
		return kept.On(tx).InsertRosterSource(ctx, licensure.RosterSource{
			ID: core.NewID[core.RosterSourceID](src), OrganizationID: org.ID, Name: "Florida list", Jurisdiction: "FL", Title: "Massage Therapist",
			Mapping: []byte(`{"columns":{"number":"No","name":"Name","status":"Status"},"dates":"YYYY-MM-DD"}`), CreatedAt: now, CreatedBy: rita.ID, Version: 1,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "fl.csv")
	if err := os.WriteFile(list, []byte("No,Name,Status\n"+strings.Repeat("MA1,Ada Example,active\n", 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"import", "roster", list, "--organization", "brightwater", "--source", "Florida list", "--as", "rita@example.org", "--as-of", "2026-11-01"}
	code, out, errs := palmar(t, env, append(args, "--dry-run")...)
	if code != 0 || !strings.Contains(out, testkit.Said("cli.roster.rows", "count", 2, "asOf", core.DateOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)))) || !strings.Contains(out, testkit.Says("cli.dry_run")) || !strings.Contains(errs, testkit.Said("cli.roster.progress", "rows", 2, "matched", 0)) {
		t.Errorf("%d %s %s", code, out, errs)
	}
	code, out, errs = palmar(t, env, append(args, "--json", "--quiet")...)
	if code != 0 || !strings.Contains(out, `"unknown": 1`) || !strings.Contains(out, `"refused": 1`) || !strings.Contains(out, `"state": "done"`) || errs != "" {
		t.Errorf("%d %s %s", code, out, errs)
	}
	args[4], args[6] = "nowhere", "No list"
	if code, _, errs := palmar(t, env, args...); code != 1 || !strings.Contains(errs, "--organization nowhere") {
		t.Errorf("%d %s", code, errs)
	}
}

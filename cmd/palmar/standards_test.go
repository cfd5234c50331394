package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/testkit"
)

const demoPack = "../../pkg/judge/standard/packs/medical-massage-foundations.yaml"

func TestStandardsList(t *testing.T) {
	t.Parallel()
	code, out, errs := palmar(t, nil, "standards", "list")
	if code != 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"texas", "500 h", "unknown", "undated", "Kansas: massage therapist"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not listed:\n%s", want, out)
		}
	}
}

func TestStandardsCheck(t *testing.T) {
	t.Parallel()
	if code, out, errs := palmar(t, nil, "standards", "check"); code != 0 || !strings.Contains(out, "108 packs") || !strings.Contains(out, " 0 wrong") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	text, err := os.ReadFile("../../pkg/judge/standard/packs/us/iowa.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, new, want string }{
		{"a rule that is wrong", "kind: total", "kind: totals", "iowa.yaml: line 13: rules[0].kind: “totals”"},
		{"a case that fails", "    short: 1\n", "    short: 2\n", `iowa.yaml: line 37: case “one minute short”: short is 1 min, must be 2 min`},
		{"no field of that name", "version:", "verssion:", "iowa.yaml: line 3: verssion: "},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "iowa.yaml"), []byte(strings.Replace(string(text), tt.old, tt.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := palmar(t, nil, "standards", "check", dir); code != 1 || !strings.Contains(errs, tt.want) {
			t.Errorf("%s: %d %s", tt.name, code, errs)
		}
	}
	for _, dir := range []string{t.TempDir(), "no-such-folder", "main.go"} {
		if code, _, _ := palmar(t, nil, "standards", "check", dir); code != 1 {
			t.Errorf("%s is checked: %d", dir, code)
		}
	}
}

func TestStandardsDiff(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(demoPack)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "new.yaml")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(text), "minutes: 36000", "minutes: 37500", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := palmar(t, nil, "standards", "diff", "--demo", demoPack, changed)
	if code != 0 || !strings.Contains(out, testkit.Said("cli.diff.met")+" -> ") || !strings.Contains(out, testkit.Said("cli.diff.not_met")+"\n  now:    Total: ") || !strings.Contains(out, "short of 625 h") {
		t.Errorf("%d %s %s", code, out, errs)
	}

	env := []string{"PALMAR_DATA_DIR=" + t.TempDir()}
	if code, _, errs := palmar(t, env, "standards", "diff", demoPack, changed); code != 1 || !strings.Contains(errs, testkit.Says("no_database")) {
		t.Errorf("without a database: %d %s", code, errs)
	}
	c, err := config.Load(env)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Migrate(t.Context(), c, &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := palmar(t, env, "standards", "diff", demoPack, changed); code != 0 || out != testkit.Said("cli.diff.done", "changed", 0, "count", 0)+"\n" {
		t.Errorf("an empty database: %d %s %s", code, out, errs)
	}
	if code, _, errs := palmar(t, env, "standards", "diff", "--organization", "nobody", demoPack, changed); code != 1 || !strings.Contains(errs, "--organization nobody") {
		t.Errorf("no such school: %d %s", code, errs)
	}
	if code, _, errs := palmar(t, env, "standards", "diff", demoPack, "../../pkg/judge/standard/packs/us/kansas.yaml"); code != 1 || !strings.Contains(errs, testkit.Says("pack_has_no_rules")) {
		t.Errorf("no rules: %d %s", code, errs)
	}
}

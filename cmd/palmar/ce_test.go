package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

func TestCEAuditVerify(t *testing.T) {
	t.Parallel()
	seed := strings.Repeat("5a", 32)
	ids := make([]core.LicenseID, 25)
	for i := range ids {
		ids[i][15] = byte(i + 1)
	}
	d := continuing.CEDraw{
		Percent: 10, Seed: seed, Commitment: continuing.CommitCE(seed), Word: "Powerball 2026-11-21", PopulationDigest: continuing.DigestCE(ids),
		Licenses: ids, Sample: continuing.DrawCE(seed, "Powerball 2026-11-21", ids, 10),
	}
	write := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "draw.json")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if code, out, errs := palmar(t, nil, "ce", "audit", "verify", write(d)); code != 0 || !strings.Contains(out, testkit.Said("cli.ce.sample_matches", "sample", 3, "people", 25, "percent", 10)) {
		t.Errorf("%d %s %s", code, out, errs)
	}
	d.Word = "another"
	if code, _, errs := palmar(t, nil, "ce", "audit", "verify", write(d)); code != 1 || !strings.Contains(errs, testkit.Says("bad_sample")) {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := palmar(t, nil, "ce", "audit", "verify", write("x")); code != 1 || !strings.Contains(errs, testkit.Says("not_a_draw")) {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, _ := palmar(t, nil, "ce", "audit", "verify", "nowhere.json"); code != 1 {
		t.Errorf("%d", code)
	}
}

package standard

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func TestCatalog(t *testing.T) {
	today := on("2026-11-30")
	all, err := Catalog(Days{Enrolled: today, Asked: today})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 52 {
		t.Errorf("%d jurisdictions, want 50 states, the District of Columbia and the compact", len(all))
	}
	seen := map[string]Jurisdiction{}
	last := ""
	for _, j := range all {
		if _, twice := seen[j.Code]; twice || j.Code == "" || j.Name <= last || j.Source == "" || j.Confidence == "" {
			t.Errorf("not once, in order and complete: %+v", j)
		}
		if j.Known != (j.Standard.Required() > 0) || !j.Known && j.Standard.Note == "" {
			t.Errorf("%s: known is %v, it requires %s, its note is %q", j.Name, j.Known, j.Standard.Required(), j.Standard.Note)
		}
		seen[j.Code], last = j, j.Name
	}
	if tx := seen["TX"]; tx.Standard.Required() != core.Hours(500) || tx.Confidence != High || tx.AsOf.Year != 2025 {
		t.Errorf("Texas is %+v", tx)
	}
	if seen["KS"].Known {
		t.Error("Kansas has no license")
	}
	all[0].Code = "changed"
	if again, _ := Catalog(Days{Enrolled: today, Asked: today}); again[0].Code == "changed" {
		t.Error("the list is shared")
	}
}

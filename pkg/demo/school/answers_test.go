package school_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

var update = flag.Bool("update", false, "write golden files")

// TestFill_Answers has what the school and the employer are answered of everyone whose
// licenses they may see, by place and by cause.
func TestFill_Answers(t *testing.T) {
	t.Parallel()
	storetest.OneOrFull(t, func(t *testing.T, db *store.DB) {
		a, people := newcomer(t, db, now)
		office := people["registrar, who certifies"]
		var b strings.Builder
		tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "asks\tplace\tanswer\tcause\tpeople")
		for _, asker := range []access.Actor{office, people["employer, Harborview Clinic"]} {
			counts := answers(t, a, asker, roll(t, a, office))
			for _, line := range slices.Sorted(maps.Keys(counts)) {
				fmt.Fprintf(tw, "%s\t%s\t%d\n", asker.Memberships[0].OrganizationKind, line, counts[line])
			}
		}
		_ = tw.Flush() // into memory
		path := filepath.Join("testdata", "answers.golden")
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(want) != b.String() {
			t.Errorf("%s differs, %v; run with -update where it is meant:\n%s", path, err, b.String())
		}
	})
}

// answers counts what an actor is answered, by place, answer and its causes; of whom the
// licenses are not shown it is one line.
func answers(t *testing.T, a *app.App, asker access.Actor, rows []logbook.EnrollmentRow) map[string]int {
	t.Helper()
	counts := map[string]int{}
	asked := map[core.TherapistID]bool{}
	for _, row := range rows {
		if asked[row.TherapistID] {
			continue
		}
		asked[row.TherapistID] = true
		found, err := a.Licensure.Licenses(t.Context(), asker, row.TherapistID)
		switch {
		case core.CodeOf(err) == "not_found":
			counts["-\t-\tnot shared"]++
			continue
		case err != nil:
			t.Fatal(err)
		case len(found) == 0:
			counts["-\t-\tno license"]++
		}
		q := licensure.Asking(asker, row.TherapistID, asker.AsksFor(), standard.AsOf(now))
		for _, p := range license.Places(found, q, "") {
			causes := make([]string, len(p.Decided.Because))
			for i, s := range p.Decided.Because {
				causes[i] = s.ID
			}
			counts[fmt.Sprintf("%s\t%s\t%s", p.Jurisdiction, p.Answer, strings.Join(causes, ", "))]++
		}
	}
	return counts
}

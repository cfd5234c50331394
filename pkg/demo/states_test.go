package demo

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

var update = flag.Bool("update", false, "rewrite testdata/states.csv")

// atState is what a state answers to a student, and the hours that it asks for.
func atState(j standard.Jurisdiction, s Student) string {
	if !j.Known {
		return "unknown"
	}
	var credits []core.Credit
	for i, r := range s.Rows {
		if !r.SignedAt.IsZero() {
			credits = append(credits, core.CreditOf(core.Entry{Session: r.Session}, core.CreditID{14: byte(i >> 8), 15: byte(i)}, core.AccountID{}, r.SignedAt))
		}
	}
	st := standard.Evaluate(j.Rules, credits)
	return fmt.Sprintf("%s/%d", j.Answer(st), st.Required/60)
}

// TestStates puts the demo's first three students (under way, at 600 h, a minute
// short of them) before every jurisdiction. testdata/states.csv has what each
// answered before the table of facts, what it answers now, and why that differs;
// -update writes what it answers now and leaves the rest.
func TestStates(t *testing.T) {
	students, _ := generate(t, 1, asOf)
	kept, err := os.ReadFile("testdata/states.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(kept)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[string]standard.Jurisdiction{}
	for _, s := range students[:3] {
		all, err := standard.Catalog(standard.Days{Enrolled: s.EnrolledOn, Asked: asOf})
		if err != nil || len(all) != len(rows)-1 {
			t.Fatalf("%d jurisdictions, %d rows, %v", len(all), len(rows)-1, err)
		}
		for _, j := range all {
			byCode[j.Code+s.Email] = j
		}
	}
	for _, row := range rows[1:] {
		changed := false
		for i, s := range students[:3] {
			j, ok := byCode[row[0]+s.Email]
			if !ok {
				t.Fatalf("%s is no jurisdiction", row[0])
			}
			now := atState(j, s)
			if *update {
				row[4+i] = now
			}
			if row[4+i] != now {
				t.Errorf("%s answers %s to %s, must answer %s", row[0], now, s.Name, row[4+i])
			}
			changed = changed || row[1+i] != row[4+i]
		}
		if changed == (row[7] == "") {
			t.Errorf("%s: what changed has to be explained, and nothing else: %q", row[0], row)
		}
	}
	if *update {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/states.csv", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

package facts_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/judge/standard/facts"
)

const head = "state,field,value,basis,from,until,citation,confidence,note,seen_on,unused\n"

func TestAll(t *testing.T) {
	rows, err := facts.All()
	if err != nil || len(rows) < 400 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	rows[0].State = "changed"
	if again, _ := facts.All(); again[0].State == "changed" {
		t.Error("the list is shared")
	}
}

func TestRead(t *testing.T) {
	rows, err := facts.Read(strings.NewReader(head + "MI,hours.total,500 h,enrollment,,2017-07-31,MCL,H,,2022,\nMI,hours.total,625 h,enrollment,2017-08-01,,MCL,H,a remark,2022,why not\n"))
	if err != nil || len(rows) != 2 || rows[0].Until.String() != "2017-07-31" || rows[1].From.String() != "2017-08-01" || rows[1].Line != 3 || rows[1].Unused != "why not" || rows[1].Note != "a remark" {
		t.Fatalf("%+v, %v", rows, err)
	}
	for name, table := range map[string]string{
		"no columns":       "",
		"other columns":    "state,field\n",
		"too few cells":    head + "MI,hours.total\n",
		"no state":         head + ",hours.total,500 h,,,,MCL,H,,,\n",
		"no field":         head + "MI,,500 h,,,,MCL,H,,,\n",
		"no value":         head + "MI,hours.total,,,,,MCL,H,,,\n",
		"no citation":      head + "MI,hours.total,500 h,,,,,H,,,\n",
		"no confidence":    head + "MI,hours.total,500 h,,,,MCL,,,,\n",
		"two confidences":  head + "MI,hours.total,500 h,,,,MCL,H/M,,,\n",
		"an unknown basis": head + "MI,hours.total,500 h,birth,,,MCL,H,,,\n",
		"no day":           head + "MI,hours.total,500 h,,2026-02-30,,MCL,H,,,\n",
		"no last day":      head + "MI,hours.total,500 h,,,tomorrow,MCL,H,,,\n",
		"ends before":      head + "MI,hours.total,500 h,,2026-02-03,2026-02-02,MCL,H,,,\n",
		"space around":     head + "MI,hours.total, 500 h,,,,MCL,H,,,\n",
		"twice":            head + "MI,hours.total,500 h,,,,MCL,H,,,\nMI,hours.total,500 h,,,,MCL,M,,,\n",
		"out of order":     head + "MI,hours.total,500 h,,,,MCL,H,,,\nAL,hours.total,500 h,,,,MCL,H,,,\n",
		"fields unordered": head + "MI,hours.total,500 h,,,,MCL,H,,,\nMI,ce.total,500 h,,,,MCL,H,,,\n",
	} {
		if _, err := facts.Read(strings.NewReader(table)); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
}

package standard

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/judge/standard/facts"
)

// reading is a row of testdata/second-reading.csv: what the given sources say, read a
// second time and written down without the table. An empty cell was not told; a value
// without a figure stands in About alone. Told is the source: hours and jurisdictions
// are its lists, note is a remark in one of them, domain is its factsheet. Differs names
// where the table keeps something else, and Reason why it does: columns of it, "row" if
// it has none, or "reading" if the table alone has it.
type reading struct {
	facts.Row

	group, about, told, differs, reason string
}

func secondReading(t *testing.T) (all []reading) {
	t.Helper()
	file, err := os.Open("testdata/second-reading.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range lines[1:] {
		r := reading{facts.Row{State: c[0], Value: c[3], Basis: c[4], Confidence: c[7], Field: c[9], Line: i + 2}, c[1], c[2], c[8], c[10], c[11]}
		if c[5] != "" {
			r.From = on(c[5])
		}
		if c[6] != "" {
			r.Until = on(c[6])
		}
		if (r.differs == "") != (r.reason == "") {
			t.Errorf("line %d: a difference without a reason, or a reason without a difference", r.Line)
		}
		all = append(all, r)
	}
	return all
}

// from are the columns in which a row of the table is not what was read.
func (r reading) from(row facts.Row) (differs []string) {
	for _, c := range []struct{ name, read, has string }{
		{"value", r.Value, row.Value},
		{"basis", r.Basis, row.Basis},
		{"from", r.From.String(), row.From.String()},
		{"until", r.Until.String(), row.Until.String()},
		{"confidence", r.Confidence, row.Confidence},
	} {
		if c.read != "" && c.read != c.has {
			differs = append(differs, c.name)
		}
	}
	return differs
}

// nearest is the row that is most like what was read, one of the same value before
// others, and in what it is not.
func (r reading) nearest(rows []facts.Row) (row facts.Row, differs string) {
	least := []string{"row"}
	for _, candidate := range rows {
		if candidate.State != r.State || candidate.Field != r.Field {
			continue
		}
		d := r.from(candidate)
		if row.Line == 0 || slices.Contains(least, "value") && !slices.Contains(d, "value") ||
			slices.Contains(least, "value") == slices.Contains(d, "value") && len(d) < len(least) {
			row, least = candidate, d
		}
	}
	return row, strings.Join(least, " ")
}

// unread are the rows of states that no reading has.
func unread(rows []facts.Row, all []reading) (out []facts.Row) {
	for _, row := range rows {
		if len(row.State) == 2 && !slices.ContainsFunc(all, func(r reading) bool {
			return r.State == row.State && r.Field == row.Field && (r.Value == "" || r.Value == row.Value)
		}) {
			out = append(out, row)
		}
	}
	return out
}

// TestSecondReading holds the table against what was read a second time, and names
// each difference that is not listed with its reason, and each that is listed and is
// none anymore.
func TestSecondReading(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	all := secondReading(t)
	totals := map[string]bool{}
	for _, r := range all {
		row, differs := r.nearest(rows)
		want := strings.TrimPrefix(r.differs, "reading")
		if differs != want {
			t.Errorf("line %d, %s %s %s (%s): read %q %s %s..%s %s, the table has %q %s %s..%s %s (line %d): they differ in %q, must in %q",
				r.Line, r.State, r.group, r.about, r.told, r.Value, r.Basis, r.From, r.Until, r.Confidence,
				row.Value, row.Basis, row.From, row.Until, row.Confidence, row.Line, differs, want)
		}
		if r.group == "hours" && r.about == "total" {
			totals[r.State] = true
		}
	}
	for _, row := range unread(rows, all) {
		t.Errorf("line %d of the table, %s %s %s: no reading has it", row.Line, row.State, row.Field, row.Value)
	}
	if len(totals) != 51 {
		t.Errorf("the hours of %d states were read", len(totals))
	}
}

// TestSecondReading_Sees changes each row of the table that was read, and it is seen.
func TestSecondReading_Sees(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range secondReading(t) {
		row, differs := r.nearest(rows)
		if row.Line == 0 {
			continue
		}
		for name, change := range map[string]struct {
			told bool
			make func(*facts.Row)
		}{
			"value":      {r.Value != "", func(row *facts.Row) { row.Value = "1 h 1 min" }},
			"basis":      {r.Basis != "", func(row *facts.Row) { row.Basis = "another" }},
			"from":       {!r.From.IsZero(), func(row *facts.Row) { row.From = on("1999-01-01") }},
			"until":      {!r.Until.IsZero(), func(row *facts.Row) { row.Until = on("2099-01-01") }},
			"confidence": {r.Confidence != "", func(row *facts.Row) { row.Confidence = "?" }},
		} {
			changed := row
			change.make(&changed)
			if _, now := r.nearest([]facts.Row{changed}); change.told && !strings.Contains(differs, name) && now == differs {
				t.Errorf("line %d: another %s is not seen", r.Line, name)
			}
		}
	}
}

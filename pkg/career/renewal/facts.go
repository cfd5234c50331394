package renewal

import (
	"regexp"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/judge/standard/facts"
	"github.com/palmar/palmar/pkg/words"
)

// How sure a fact of a jurisdiction is: its own rule was read, someone else's
// summary was, or the sources are old or differ.
const (
	ConfidenceHigh   = "high"
	ConfidenceMedium = "medium"
	ConfidenceLow    = "low"
)

var confidences = map[string]string{"H": ConfidenceHigh, "M": ConfidenceMedium, "L": ConfidenceLow}

// Fact is what is known of one step in a jurisdiction, and from where.
type Fact struct {
	Text       string
	Confidence string
	Source     string
	// Minutes of continuing education in so many Years; Years 0: nobody knows.
	Minutes core.Minutes
	Years   int
}

// education is the continuing education that a renewal takes, as the pack of the
// jurisdiction asks for it on a day; nil where nothing is known.
func education(code string, on core.Date) *Fact {
	p, known := standard.CE(code)
	switch {
	case known:
		a := p.Asked(on)
		return &Fact{Text: a.Text, Confidence: confidences[string(a.Confidence)], Source: a.Source, Minutes: a.Minutes, Years: a.Years}
	case p.Note != "":
		return &Fact{Text: p.Note, Confidence: confidences[string(p.Confidence)], Source: p.Source}
	}
	return nil
}

// about is what the table of facts tells of a field of a jurisdiction on a day; nil
// where it tells nothing.
func about(field string) func(code string, on core.Date) *Fact {
	return func(code string, on core.Date) *Fact {
		row, found := facts.Renewal(code, field, on)
		if !found {
			return nil
		}
		return &Fact{Text: told(field, row.Value), Confidence: confidences[row.Confidence], Source: row.Citation}
	}
}

// board is the address at which a renewal is made, as far as it is known.
func board(code string, on core.Date) string {
	row, _ := facts.Renewal(code, facts.RenewalBoard, on)
	return row.Value
}

// figure is a value that is an amount and no words.
var figure = regexp.MustCompile(`^\$?\d`)

// told is a value of the table as a sentence.
func told(field, value string) string {
	switch english := words.English(); {
	case field == facts.RenewalInsurance && figure.MatchString(value):
		return english.Say("renewal.fact.insurance", "policy", value)
	case field == facts.RenewalLate && figure.MatchString(value):
		return english.Say("renewal.fact.late", "span", value)
	}
	return strings.ToUpper(value[:1]) + value[1:] + "."
}

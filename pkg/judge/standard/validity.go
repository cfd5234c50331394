package standard

import "github.com/palmar/palmar/pkg/core"

// Validity is how long what a standard attests is good: Months from the day on
// which it was met, with YearEnd until the last day of that year.
type Validity struct {
	Months     int        `json:"months" yaml:"months"`
	YearEnd    bool       `json:"year_end,omitempty" yaml:"year_end"`
	Text       string     `json:"text" yaml:"text"`
	Source     string     `json:"source" yaml:"source"`
	Confidence Confidence `json:"confidence,omitempty" yaml:"confidence"`
	Note       string     `json:"note,omitempty" yaml:"note"`
}

// Until is the last good day of what was met on a day; zero where it has no end.
func (v *Validity) Until(met core.Date) core.Date {
	if v == nil {
		return core.Date{}
	}
	return core.Lasting{Months: v.Months, YearEnd: v.YearEnd}.Until(met)
}

func (v *Validity) validate(c *core.Collect) {
	if v == nil {
		return
	}
	if v.Months < 1 || v.Months > 240 {
		c.Add("validity.months", "bad_number.validity_months")
	}
	text(c, "validity.text", v.Text, 500)
	text(c, "validity.source", v.Source, 500)
	optional(c, "validity.note", v.Note, 1000)
	oneOf(c, "validity.confidence", v.Confidence, "", High, Medium, Low)
}

package standard

import "github.com/palmar/palmar/pkg/core"

// Standing is what a standard says of someone's credits. Recorded is the
// minutes that the ledger holds; Valid what of it counts for the total, in
// minutes by the clock (more than Recorded where the standard's hour has 50
// minutes of instruction); Extra what counts outside the total; Missing what
// Valid lacks of Required. Answer is the worst of the rules' answers: no rule of
// a secondary, old or weak source lets it be met for sure. AsOf is the day of the
// source, told where something is not sure; Ends how sure it is when the cycle
// ends, told where that is not sure; Repeats that it takes the same course twice, of
// which no rule says whether it counts. Until is the last day of asking on which the
// same credits give it, since another rule is in force on the next; zero where that
// does not come. Its JSON is kept, compared byte by byte and returned
// to clients: field names are stable, and a standard that does not use a newer
// kind of rule shows none of its fields.
type Standing struct {
	Standard  string            `json:"standard"`
	Version   string            `json:"version"`
	Title     string            `json:"title"`
	Answer    Answer            `json:"met"`
	Recorded  core.Minutes      `json:"recorded"`
	Valid     core.Minutes      `json:"valid"`
	Required  core.Minutes      `json:"required"`
	Missing   core.Minutes      `json:"missing"`
	Extra     core.Minutes      `json:"extra,omitempty"`
	Subjects  []SubjectStanding `json:"subjects"`
	Rules     []RuleStanding    `json:"rules"`
	Uncounted []Uncounted       `json:"uncounted"`
	AsOf      core.Date         `json:"as_of,omitzero"`
	Ends      Confidence        `json:"ends,omitempty"`
	Repeats   bool              `json:"repeats,omitempty"`
	Until     core.Date         `json:"until,omitzero"`
}

// SubjectStanding is the part of a standing that concerns one subject, in the
// standard's order.
type SubjectStanding struct {
	Code     string       `json:"code"`
	Title    string       `json:"title"`
	Recorded core.Minutes `json:"recorded"`
	Valid    core.Minutes `json:"valid"`
	Required core.Minutes `json:"required"`
	Missing  core.Minutes `json:"missing"`
}

// RuleStanding is what became of one rule. Recorded and Valid are the minutes
// of the credits that the rule concerns, of a rule that permits those that it
// refused; Limit is the rule's own number, the least of a minimum and the most
// of a cap. A cap is never short: it takes minutes away instead. Where sources of
// the total conflict Figures are all that they give, the highest first, and Limit
// is that one. Of a pace First
// and Last are the first and the last day that count, NotBefore the earliest
// Last that meets it; of a time within which all has to be done Last is its last day;
// of what has to be held First is since when it is, NotBefore
// when it will have been for long enough. Program is the one program whose
// credits count. Text is the sentence of the rule, Remark what the school says
// of it besides. Rules are the standings of the rules within a rule.
type RuleStanding struct {
	ID         string         `json:"id"`
	Kind       Kind           `json:"kind"`
	Answer     Answer         `json:"met"`
	Recorded   core.Minutes   `json:"recorded"`
	Valid      core.Minutes   `json:"valid"`
	Limit      core.Minutes   `json:"limit"`
	Missing    core.Minutes   `json:"missing"`
	First      core.Date      `json:"first,omitzero"`
	Last       core.Date      `json:"last,omitzero"`
	NotBefore  core.Date      `json:"not_before,omitzero"`
	Program    string         `json:"program,omitempty"`
	Text       string         `json:"text"`
	Remark     string         `json:"remark,omitempty"`
	Source     string         `json:"source"`
	Confidence Confidence     `json:"confidence,omitempty"`
	Figures    []Figure       `json:"figures,omitempty"`
	Note       string         `json:"note,omitempty"`
	Rules      []RuleStanding `json:"rules,omitempty"`
}

// Uncounted is a credit that does not count in full, with every rule that left
// it too little room. Clock is what the session makes by the clock, where that
// differs from what is recorded.
type Uncounted struct {
	CreditID core.CreditID `json:"credit_id,omitzero"`
	EntryID  core.EntryID  `json:"entry_id,omitzero"`
	Date     core.Date     `json:"date,omitzero"`
	Recorded core.Minutes  `json:"recorded"`
	Clock    core.Minutes  `json:"clock,omitempty"`
	Valid    core.Minutes  `json:"valid"`
	Reasons  []Reason      `json:"reasons"`
}

// Reason is a sentence and the id of the rule that it comes from;
// "unknown-subject" where the standard does not know the credit's subject.
type Reason struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// total is the standing of the total among a rule and those within it, and whether a
// choice goes by another way than that of hours.
func (r *RuleStanding) total() (found *RuleStanding, another bool) {
	if r.Kind == Total {
		return r, false
	}
	for i := range r.Rules {
		way := &r.Rules[i]
		if found, another = way.total(); found != nil {
			return found, another || r.Kind == AnyOf && r.Answer.order() > way.Answer.order()
		}
	}
	return nil, false
}

// Holds tells whether the same credits still give this standing on a day of asking,
// which is not before the one on which it was judged.
func (s *Standing) Holds(on core.Date) bool { return s.Until.IsZero() || !on.After(s.Until) }

// NotJudged is the standing of someone for whom no rules are in force: what is
// recorded, and no answer.
func NotJudged(std Standard, credits []core.Credit) Standing {
	s := Standing{Standard: std.Key, Version: std.Version, Title: std.Title, Required: std.Required(), Missing: std.Required(), Subjects: []SubjectStanding{}, Rules: []RuleStanding{}, Uncounted: []Uncounted{}}
	for i := range credits {
		s.Recorded += credits[i].Minutes
	}
	return s
}

// OnRecord is what is on record of someone whom nobody judges: supervised instruction
// that nobody doubts, in all and by subject. Nothing is required, and there is no
// answer.
func OnRecord(std Standard, credits []core.Credit) Standing {
	supervised := Rule{ID: string(SupervisedOnly), Kind: SupervisedOnly}
	supervised.Text = std.Sentence(supervised)
	std.Rules, std.OpenSubjects = []Rule{supervised}, true
	std.EffectiveFrom, std.EffectiveTo = core.Date{}, core.Date{}
	rules, err := RulesFor(Days{}, std)
	if err != nil { // not without days
		return NotJudged(std, credits)
	}
	s := Evaluate(rules, credits)
	s.Answer = ""
	return s
}

// MissingText names in sentences what a standing lacks, the total first; it is
// empty when nothing is, which does not say that the standing is met: see AskText.
func (s Standing) MissingText() []string {
	var out []string
	if s.Missing > 0 {
		out = append(out, say("missing.total", "missing", s.Missing.String(), "required", s.Required.String()))
	}
	for _, subject := range s.Subjects {
		if subject.Missing > 0 {
			out = append(out, say("missing.subject", "subject", subject.Title, "missing", subject.Missing.String(), "required", subject.Required.String()))
		}
	}
	for i := range s.Rules {
		if text := s.Rules[i].MissingText(); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// MissingText is what a rule that is short lacks, where neither the total nor the
// subjects tell it.
func (r *RuleStanding) MissingText() string {
	switch {
	case !r.Answer.Lacks() || r.Kind == Total || r.Kind == SubjectMinimum:
		return ""
	case r.Missing > 0:
		return r.Text + " " + say("missing.rule", "missing", r.Missing.String())
	case !r.NotBefore.IsZero():
		return r.Text + " " + say("missing.not_before", "date", r.NotBefore)
	}
	return r.Text
}

package standard

import "github.com/palmar/palmar/pkg/core"

// Standing is what a standard says of somebody's credits. Recorded is what the
// ledger holds, Valid what of it counts, Missing what Valid lacks of Required.
// Its JSON is kept and returned to clients: field names are stable.
type Standing struct {
	Standard  string            `json:"standard"`
	Version   string            `json:"version"`
	Title     string            `json:"title"`
	Met       bool              `json:"met"`
	Recorded  core.Minutes      `json:"recorded"`
	Valid     core.Minutes      `json:"valid"`
	Required  core.Minutes      `json:"required"`
	Missing   core.Minutes      `json:"missing"`
	Subjects  []SubjectStanding `json:"subjects"`
	Rules     []RuleStanding    `json:"rules"`
	Uncounted []Uncounted       `json:"uncounted"`
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
// of the credits that the rule concerns; Limit is the rule's own number, the
// least of a minimum and the most of a cap. A cap is always met: it takes
// minutes away instead.
type RuleStanding struct {
	ID       string       `json:"id"`
	Kind     Kind         `json:"kind"`
	Met      bool         `json:"met"`
	Recorded core.Minutes `json:"recorded"`
	Valid    core.Minutes `json:"valid"`
	Limit    core.Minutes `json:"limit"`
	Missing  core.Minutes `json:"missing"`
	Text     string       `json:"text"`
	Source   string       `json:"source"`
}

// Uncounted is a credit that does not count in full, with every rule that left
// it too little room.
type Uncounted struct {
	CreditID core.CreditID `json:"credit_id,omitzero"`
	EntryID  core.EntryID  `json:"entry_id,omitzero"`
	Date     core.Date     `json:"date,omitzero"`
	Recorded core.Minutes  `json:"recorded"`
	Valid    core.Minutes  `json:"valid"`
	Reasons  []Reason      `json:"reasons"`
}

// Reason is a sentence and the id of the rule that it comes from;
// "unknown-subject" where the standard does not know the credit's subject.
type Reason struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// MissingText names in sentences what a standing lacks, the total first; it is
// empty when the standing is met.
func (s Standing) MissingText() []string {
	var out []string
	if s.Missing > 0 {
		out = append(out, "Total: "+s.Missing.String()+" short of "+s.Required.String())
	}
	for _, subject := range s.Subjects {
		if subject.Missing > 0 {
			out = append(out, subject.Title+": "+subject.Missing.String()+" short of "+subject.Required.String())
		}
	}
	return out
}

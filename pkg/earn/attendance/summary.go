package attendance

import (
	"encoding/binary"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Summary is a report with what a standard makes of each student's accepted
// records: the object that an import prints. Students without an accepted
// record are not listed. All numbers of students are minutes.
type Summary struct {
	Records  int                       `json:"records"`
	Tally    map[Code]int              `json:"tally"`
	Refused  map[int]Code              `json:"refused"`
	Students map[string]StudentSummary `json:"students"`
}

// StudentSummary is one student's standing in short. Missing lists only the
// subjects that are short. In JSON the answer is met: true, false, or "ask".
// NotJudged is why there is none, where no rules are in force.
type StudentSummary struct {
	Recorded       core.Minutes            `json:"recorded"`
	Valid          core.Minutes            `json:"valid"`
	ValidBySubject map[string]core.Minutes `json:"valid_by_subject"`
	Missing        map[string]core.Minutes `json:"missing"`
	MissingTotal   core.Minutes            `json:"missing_total"`
	Answer         standard.Answer         `json:"met"`
	NotJudged      string                  `json:"not_judged,omitempty"`
}

// Summarize judges the accepted records of a report, and nothing that was
// recorded before, by the rules in force on the import's day for someone who
// enrolled on the day of their first accepted session. Students are told apart by
// their email in any case and listed as it is first written.
func Summarize(report Report, std standard.Standard, asOf core.Date) Summary {
	s := Summary{Records: report.Records, Tally: report.Tally, Refused: map[int]Code{}, Students: map[string]StudentSummary{}}
	for _, r := range report.Refused {
		s.Refused[r.Record] = r.Code
	}
	written, credits := map[string]string{}, map[string][]core.Credit{}
	for _, row := range report.Accepted {
		student := strings.ToLower(row.Email)
		if _, known := written[student]; !known {
			written[student] = row.Email
		}
		credits[student] = append(credits[student], creditOf(row))
	}
	for student, email := range written {
		s.Students[email] = stood(std, credits[student], asOf)
	}
	return s
}

func stood(std standard.Standard, credits []core.Credit, asOf core.Date) StudentSummary {
	d := standard.Days{Asked: asOf}
	for _, c := range credits {
		if d.Enrolled.IsZero() || c.Date.Before(d.Enrolled) {
			d.Enrolled = c.Date
		}
	}
	rules, err := standard.RulesFor(d, std)
	if err != nil {
		s := summarize(standard.NotJudged(std, credits))
		s.NotJudged = core.AsFault(err).Message()
		return s
	}
	return summarize(standard.Evaluate(rules, credits))
}

func creditOf(row Row) core.Credit {
	c := core.Credit{
		Kind: core.CreditInstruction, Minutes: row.Session.Minutes, Subject: row.Session.Subject, Setting: row.Session.Setting,
		Delivery: row.Session.Delivery, Supervised: true, Date: row.Session.Date, Start: row.Session.Start,
	}
	binary.BigEndian.PutUint64(c.ID[8:], uint64(row.Record))
	return c
}

func summarize(s standard.Standing) StudentSummary {
	out := StudentSummary{
		Recorded: s.Recorded, Valid: s.Valid, MissingTotal: s.Missing, Answer: s.Answer,
		ValidBySubject: map[string]core.Minutes{}, Missing: map[string]core.Minutes{},
	}
	for _, subject := range s.Subjects {
		out.ValidBySubject[subject.Code] = subject.Valid
		if subject.Missing > 0 {
			out.Missing[subject.Code] = subject.Missing
		}
	}
	return out
}

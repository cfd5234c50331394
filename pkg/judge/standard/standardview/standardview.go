// Package standardview shows standings of a standard in the models of the API, for
// the operations of every subject that answers with one.
package standardview

import (
	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// Standing is what credits come to under a standard.
func Standing(s standard.Standing) common.Standing {
	return common.Standing{
		Standard: s.Standard, Version: s.Version, Title: s.Title, Met: s.Answer.Met(), Answer: Answer(s.Answer), Ask: s.AskText(), Recorded: s.Recorded, Valid: s.Valid,
		Required: s.Required, Missing: s.Missing,
		Subjects:  Subjects(s.Subjects),
		Rules:     edge.Each(s.Rules, rule),
		Uncounted: edge.Each(s.Uncounted, Uncounted),
	}
}

// Subjects are the parts of a standing that concern one subject each.
func Subjects(all []standard.SubjectStanding) []common.SubjectStanding {
	return edge.Each(all, func(x standard.SubjectStanding) common.SubjectStanding {
		return common.SubjectStanding{Code: x.Code, Title: x.Title, Recorded: x.Recorded, Valid: x.Valid, Required: x.Required, Missing: x.Missing}
	})
}

func rule(x standard.RuleStanding) common.RuleStanding {
	return common.RuleStanding{
		Id: x.ID, Kind: string(x.Kind), Met: x.Answer.Met(), Answer: Answer(x.Answer), Recorded: x.Recorded, Valid: x.Valid, Limit: x.Limit, Missing: x.Missing,
		First: x.First, Last: x.Last, NotBefore: x.NotBefore, Text: x.Text, Remark: x.Remark, Source: x.Source,
		Confidence: string(x.Confidence), Note: x.Note, Figures: figures(x.Figures), Rules: edge.Each(x.Rules, rule),
	}
}

// Claims are what became of claims about states.
func Claims(all []standard.Claim) (out []common.StateClaim) {
	for _, c := range all {
		one := common.StateClaim{Code: c.Code, Name: c.Name, Outcome: common.ClaimOutcome(c.Outcome), Why: c.Why, Source: c.Source, AsOf: c.AsOf, On: c.On}
		for _, s := range c.Less {
			one.Less = append(one.Less, common.Shortfall{Rule: s.Rule, Text: s.Text, Asked: s.Asked, Given: s.Given})
		}
		out = append(out, one)
	}
	return out
}

func figures(all []standard.Figure) (out []common.Figure) {
	for _, f := range all {
		out = append(out, common.Figure{Minutes: f.Minutes, Source: f.Source, Confidence: string(f.Confidence)})
	}
	return out
}

// Answer is how sure a standing or a rule is of being met; what answers nothing is
// short.
func Answer(a standard.Answer) common.Answer {
	if a == "" {
		a = standard.Short
	}
	return common.Answer(a)
}

// Uncounted is a credit, or a part of one, that does not count, and why.
func Uncounted(x standard.Uncounted) common.Uncounted {
	return common.Uncounted{
		CreditId: x.CreditID, EntryId: x.EntryID, Date: x.Date, Recorded: x.Recorded, Valid: x.Valid,
		Reasons: edge.Each(x.Reasons, Reason),
	}
}

// Reason is a rule that does not count something.
func Reason(r standard.Reason) common.Reason { return common.Reason{Rule: r.Rule, Text: r.Text} }

package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Statement is where a student stood at the end of a month: First to Last are
// its days, the lines are the standard's subjects and what else was recorded,
// and Uncounted what of the month does not count in full. Waiting is what waits
// for a signature now.
type Statement struct {
	Enrollment  Enrollment
	First, Last core.Date
	Standing    standard.Standing // of all sessions up to Last
	Lines       []StatementLine
	Month       StatementLine // the month's sums
	Uncounted   []standard.Uncounted
	Waiting     core.Minutes
}

// StatementLine is one subject's minutes in the month, and up to its end.
type StatementLine struct {
	Subject, Title            string
	Recorded, Valid           core.Minutes
	RecordedInAll, ValidInAll core.Minutes
	Required                  core.Minutes
}

// Statement judges the ledger up to the end of a month, such as 2026-10; empty
// is last month. It reads all of it. The rules are those in force now, as where the
// student stands is judged by. It needs enrollment.read. Codes: bad_month,
// standard_not_in_force.
func (s *enrollments) Statement(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, month string) (Statement, error) {
	return act.Read(ctx, s.act, a, access.EnrollmentRead, func(ctx context.Context, r act.Reader[Tx]) (Statement, error) {
		place, credits, err := ledgerFor(ctx, r, enrollment)
		if err != nil {
			return Statement{}, err
		}
		first, last, err := monthOf(month, dateIn(r.Now, place.Zone))
		if err != nil {
			return Statement{}, err
		}
		std, err := s.programs.standardOf(ctx, r.Tx, place.StandardID)
		if err != nil {
			return Statement{}, err
		}
		totals, err := r.Tx.Totals(ctx, enrollment)
		if err != nil {
			return Statement{}, err
		}
		rules, err := standard.RulesFor(place.days(r.Now), *std)
		if err != nil {
			return Statement{}, err
		}
		st := state(rules, upTo(credits, last), first)
		st.Enrollment, st.First, st.Last = place.Enrollment, first, last
		st.Waiting, _, _ = waitingOf(totals)
		return st, nil
	})
}

// monthOf are the first and the last day of a month; empty is the one before
// today's.
func monthOf(month string, today core.Date) (first, last core.Date, err error) {
	if month == "" {
		month = today.AddDays(-today.Day).String()[:len("2026-10")]
	}
	first, err = core.ParseDate(month + "-01")
	if err != nil || len(month) != len("2026-10") {
		return first, last, core.InvalidField("month", "bad_month")
	}
	last = first.AddDays(31)
	return first, last.AddDays(-last.Day), nil
}

// upTo are the credits of sessions up to a day.
func upTo(credits []core.Credit, last core.Date) []core.Credit {
	var some []core.Credit
	for _, c := range credits {
		if !c.Date.After(last) {
			some = append(some, c)
		}
	}
	return some
}

// state adds up what lies on or after the month's first day.
func state(rules standard.Rules, credits []core.Credit, first core.Date) Statement {
	st := Statement{Standing: standard.Evaluate(rules, credits)}
	at := map[string]int{}
	for _, s := range st.Standing.Subjects {
		at[s.Code] = len(st.Lines)
		st.Lines = append(st.Lines, StatementLine{
			Subject: s.Code, Title: s.Title, RecordedInAll: s.Recorded, ValidInAll: s.Valid, Required: s.Required,
		})
	}
	short := map[core.CreditID]core.Minutes{}
	for _, u := range st.Standing.Uncounted {
		short[u.CreditID] = u.Recorded - u.Valid
		if !u.Date.Before(first) {
			st.Uncounted = append(st.Uncounted, u)
		}
	}
	for _, c := range credits {
		if c.Date.Before(first) {
			continue
		}
		valid := c.Minutes - short[c.ID]
		st.Month.Recorded += c.Minutes
		st.Month.Valid += valid
		if i, ok := at[c.Subject]; ok {
			st.Lines[i].Recorded += c.Minutes
			st.Lines[i].Valid += valid
		}
	}
	st.Month.RecordedInAll, st.Month.ValidInAll, st.Month.Required = st.Standing.Recorded, st.Standing.Valid, st.Standing.Required
	return st
}

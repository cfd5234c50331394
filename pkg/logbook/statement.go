package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Statement is where a student stood at the end of a month: First to Last are
// its days, the lines are the standard's subjects and what else was recorded,
// and Uncounted what of the month does not count in full. Waiting is what waits
// for a signature now.
type Statement struct {
	Enrollment  core.Enrollment
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
// is last month. It reads all of it. It needs enrollment.read. Code: bad_month.
func (s *Service) Statement(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, month string) (Statement, error) {
	place, credits, err := s.ledger(ctx, a, enrollment)
	if err != nil {
		return Statement{}, err
	}
	if month == "" {
		today := dateIn(s.src.Now(), place.Zone)
		month = today.AddDays(-today.Day).String()[:len("2026-10")]
	}
	first, err := core.ParseDate(month + "-01")
	if err != nil || len(month) != len("2026-10") {
		return Statement{}, core.InvalidField("month", "bad_month", "Write the month as 2026-10.")
	}
	last := first.AddDays(31)
	last = last.AddDays(-last.Day)
	var std *standard.Standard
	var totals []core.Total
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if std, err = s.standardOf(ctx, tx, place.StandardID); err != nil {
			return err
		}
		totals, err = tx.Totals(ctx, enrollment)
		return err
	})
	if err != nil {
		return Statement{}, err
	}
	st := state(*std, upTo(credits, last), first)
	st.Enrollment, st.First, st.Last = place.Enrollment, first, last
	st.Waiting, _, _ = waitingOf(totals)
	return st, nil
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
func state(std standard.Standard, credits []core.Credit, first core.Date) Statement {
	st := Statement{Standing: standard.Evaluate(std, credits)}
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

package standard

import (
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// close shares what was counted out among subjects and rules and compares it
// with what is required.
func (e *evaluation) close() Standing {
	s := Standing{
		Standard: e.std.Key, Version: e.std.Version, Title: e.std.Title, Answer: Met,
		Subjects: make([]SubjectStanding, len(e.std.Subjects)), Rules: []RuleStanding{}, Uncounted: e.uncounted,
	}
	for i, subject := range e.std.Subjects {
		s.Subjects[i] = SubjectStanding{Code: subject.Code, Title: subject.Title, Required: e.std.RequiredIn(subject.Code)}
	}
	inside := make([]core.Minutes, len(s.Subjects)) // of a subject, what counts in the total
	for class := range e.plans {
		e.add(&s, inside, class)
	}
	instead := false // another way than that of hours was gone
	for _, r := range e.rules {
		if !r.top {
			continue
		}
		rule := e.standing(r)
		s.Rules = append(s.Rules, rule)
		s.Answer = s.Answer.and(rule.Answer)
		if total, another := rule.total(); total != nil {
			s.Required, s.Missing = total.Limit, total.Missing
			if instead = another; instead {
				s.Missing = 0
			}
		}
	}
	for i := range s.Subjects {
		if _, always := requiredIn(e.std.Rules, s.Subjects[i].Code); always || !instead {
			s.Subjects[i].Missing = max(0, s.Subjects[i].Required-inside[i])
		}
	}
	if s.Answer == Ask {
		s.AsOf = e.std.AsOf
	}
	s.Until = e.until
	return s
}

// add adds what was counted of a class to the sums of a standing. What an extra
// takes out of the total is no part of what a subject's minimum asks for.
func (e *evaluation) add(s *Standing, inside []core.Minutes, class int) {
	p := &e.plans[class]
	s.Recorded += e.recorded[class]
	if p.outside {
		s.Extra += e.valid[class]
	} else {
		s.Valid += e.valid[class]
	}
	if p.subject >= 0 {
		s.Subjects[p.subject].Recorded += e.recorded[class]
		s.Subjects[p.subject].Valid += e.valid[class]
		if !p.outside {
			inside[p.subject] += e.valid[class]
		}
	}
}

// standing is what became of a rule, and of those within it. No answer about a
// figure is better than its source.
func (e *evaluation) standing(r *compiled) RuleStanding {
	s := RuleStanding{
		ID: r.ID, Kind: r.Kind, Answer: Met, Limit: r.limit, Text: r.Says(), Remark: r.Remark(), Source: r.Source,
		Confidence: r.Confidence, Figures: r.all(), Note: r.Note, Recorded: r.refused,
	}
	for class := range e.plans {
		if e.concerns(r, class) {
			s.Recorded += e.recorded[class]
			s.Valid += e.valid[class]
		}
	}
	for _, inner := range r.inner {
		s.Rules = append(s.Rules, e.standing(inner))
	}
	switch r.Kind {
	case Total, Minimum, SubjectMinimum, Extra:
		s.Missing = max(0, s.Limit-s.Valid)
		if s.Answer = answered(s.Missing == 0); s.Missing > 0 && s.Valid >= r.floor {
			s.Answer = Ask // by one of the sources it is enough
		}
	case Pace:
		e.pace(r, &s)
	case Within:
		if e.first != nil {
			s.First, s.Last = e.first.Date, r.after(e.first.Date)
		}
	case Holds:
		e.held(r, &s)
	case OneProgram:
		s.Program = e.program
	case Unjudged:
		if !r.selects() || s.Valid > s.Limit {
			s.Answer = Ask
		}
	case AnyOf:
		s.Answer = Short
		for i := range s.Rules { // one way more is as sure as what tells of it, with a figure or without
			inner := &s.Rules[i]
			inner.Answer = inner.Confidence.within(inner.Answer)
			s.Answer = s.Answer.or(inner.Answer)
		}
	case AllOf:
		for _, inner := range s.Rules {
			s.Answer = s.Answer.and(inner.Answer)
		}
	}
	if r.figured() {
		s.Answer = r.Confidence.within(s.Answer)
	}
	return s
}

// concerns tells whether the credits of a class are among a rule's recorded and
// valid minutes: those that it chooses, of a rule that permits those that it
// refuses.
func (e *evaluation) concerns(r *compiled, class int) bool {
	p := &e.plans[class]
	switch {
	case r.Kind == AnyOf || r.Kind == AllOf || r.Kind == Holds:
		return false
	case r.role == permits:
		return slices.Contains(p.forbids, r)
	case r.role == limits:
		return slices.Contains(p.limits, r)
	case r.role == demands:
		return !p.outside && r.chooses(&e.classes[class], p.subject)
	}
	return r.chooses(&e.classes[class], p.subject)
}

// pace compares the time from the first counted day to the last with what a
// rule asks for. Both days belong to it.
func (e *evaluation) pace(r *compiled, s *RuleStanding) {
	if e.first == nil {
		s.Answer = Short
		return
	}
	s.First, s.Last = e.first.Date, e.last.Date
	s.NotBefore = r.after(s.First)
	s.Answer = answered(!s.Last.Before(s.NotBefore))
}

package logbookpage

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Uncounted is a session that does not count in full, with the rules that say
// so.
type Uncounted struct {
	standard.Uncounted
	Because []because
}

// because is a reason with the source of its rule, which is empty where the
// reason is no rule's.
type because struct {
	Text, Source string
	Confidence   standard.Confidence
}

// UncountedRows are the lines of some of what does not count.
func UncountedRows(s standard.Standing, some []standard.Uncounted) []Uncounted {
	rows := make([]Uncounted, len(some))
	for i, u := range some {
		rows[i] = Uncounted{Uncounted: u}
		for _, reason := range u.Reasons {
			b := because{Text: reason.Text}
			for _, rule := range s.Rules {
				if rule.ID == reason.Rule {
					b.Source, b.Confidence = rule.Source, rule.Confidence
				}
			}
			rows[i].Because = append(rows[i].Because, b)
		}
	}
	return rows
}

// UncountedOf is what does not count of one entry.
func UncountedOf(s standard.Standing, entry core.EntryID) []Uncounted {
	for _, u := range s.Uncounted {
		if u.EntryID == entry {
			return UncountedRows(s, []standard.Uncounted{u})
		}
	}
	return nil
}

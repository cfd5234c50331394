package web

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// uncountedRow is a session that does not count in full, with the rules that
// say so.
type uncountedRow struct {
	standard.Uncounted
	Because []because
}

// because is a reason with the source of its rule, which is empty where the
// reason is no rule's.
type because struct {
	Text, Source string
	Confidence   standard.Confidence
}

func uncountedRows(s standard.Standing, some []standard.Uncounted) []uncountedRow {
	rows := make([]uncountedRow, len(some))
	for i, u := range some {
		rows[i] = uncountedRow{Uncounted: u}
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

// uncountedOf is what does not count of one entry.
func uncountedOf(s standard.Standing, entry core.EntryID) []uncountedRow {
	for _, u := range s.Uncounted {
		if u.EntryID == entry {
			return uncountedRows(s, []standard.Uncounted{u})
		}
	}
	return nil
}

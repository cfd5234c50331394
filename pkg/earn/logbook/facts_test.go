package logbook_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/kepttest"
)

// A program cannot ask for what its ledger cannot show: nobody would ever meet it.
func TestService_PublishProgram_ErrNotOfHours(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		within := standard.Rule{
			ID: "either", Kind: standard.AnyOf, Text: "A license.", Source: "S",
			Rules: []standard.Rule{{ID: "license", Kind: standard.Holds, Fact: "license", Text: "A license.", Source: "S"}},
		}
		for _, rule := range []standard.Rule{within, within.Rules[0], {ID: "later", Kind: standard.Since, Fact: "exam", Subject: "pathology", Text: "After the exam.", Source: "S"}} {
			std := standard.Demo()
			std.Rules = append(append([]standard.Rule{}, std.Rules...), rule)
			body, err := std.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Logbook.PublishProgram(context.Background(), f.Registrar, f.School.ID, logbook.PublishProgram{Code: "other", Title: "Other", Standard: body})
			if core.CodeOf(err) != "not_of_hours" {
				t.Errorf("%s: %v", rule.ID, err)
			}
		}
	})
}

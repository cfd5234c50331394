package main

import (
	"slices"
	"strings"
	"testing"
)

// Every file of the engine is looked at or named as another, and what is explained is
// a mutant still.
func TestMutated(t *testing.T) {
	sources, all, err := mutated("../..")
	if err != nil {
		t.Fatal(err)
	}
	if all, err = dropKinds("../..", sources, all); err != nil {
		t.Fatal(err)
	}
	if len(sources) != len(engine)+1 || len(all) < 500 {
		t.Errorf("%d mutants in %d files", len(all), len(sources))
	}
	reasons, err := explained("explained.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, reason := range reasons {
		if !slices.ContainsFunc(all, func(m mutant) bool { return m.name == name }) || strings.TrimSpace(reason) == "" {
			t.Errorf("there is no such mutant, or no reason: %s", name)
		}
	}
}

// Mutate asks whether the tests of package standard would notice a mistake in
// the engine. It flips each comparison and each logical operator of the engine's
// files and drops each kind of rule, one at a time, and runs the tests on each
// of these mutants. A mutant that no test fails on survives: either a test is
// missing, or the change changes nothing, and explained.txt says why.
//
// It changes no file: mutants are laid over the sources (go build -overlay).
// Run it from the root of the repository:
//
//	go run ./pkg/judge/standard/internal/mutate
package main

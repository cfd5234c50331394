// Mutate asks whether the tests of package standard would notice a mistake in
// the engine. It flips each comparison and each logical operator of the engine's
// files and drops each kind of rule, one at a time, and runs the tests on each
// of these mutants. A mutant that no test fails on survives: either a test is
// missing, or the change changes nothing, and explained.txt says why.
//
// It changes no file. All mutants are compiled into one program, which is laid over
// the sources (go test -c -overlay); a variable of the environment tells it which
// of them is on. Two run at a time, the quick tests first; those that take longer are
// run on what these leave. A mutant that does not end is found too.
//
// Run it from the root of the repository; -only "take.go" looks at a part:
//
//	go run ./pkg/judge/standard/internal/mutate
package main

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// variable is the one of the environment that tells which mutant is on.
const variable = "PALMAR_MUTANT"

// What becomes of a mutant.
const (
	found    = "found"
	survives = "survives"
)

// suite is the tests with all mutants in them, in stages: the quick ones, which
// find most, are run on every mutant, those that take longer on what is left.
type suite struct {
	dir, program string
	stages       []stage
}

type stage struct {
	tests string // a regular expression
	takes time.Duration
}

// quick is how long a test of each stage but the last takes at most.
var quick = []time.Duration{30 * time.Millisecond, 400 * time.Millisecond}

// build compiles the tests over the changed sources and runs them once without a
// mutant, for what each takes. They have to pass.
func build(dir, work string, sources map[string]string) (suite, error) {
	replace := map[string]string{}
	for name, source := range sources {
		replace[filepath.Join(dir, name)] = filepath.Join(work, name)
		if err := os.WriteFile(filepath.Join(work, name), []byte(source), 0o600); err != nil {
			return suite{}, err
		}
	}
	files, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return suite{}, err
	}
	overlay := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(overlay, files, 0o600); err != nil {
		return suite{}, err
	}
	s := suite{dir: dir, program: filepath.Join(work, "standard.test")}
	compile := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", s.program, ".") //nolint:gosec // its own files
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		return suite{}, fmt.Errorf("%w: %s", err, out)
	}
	out, err := s.command(0, time.Hour, "-test.v", "-test.run=^Test").CombinedOutput()
	if err != nil {
		return suite{}, fmt.Errorf("the tests fail without a mutant: %w: %s", err, out)
	}
	names, took := make([][]string, len(quick)+1), make([]time.Duration, len(quick)+1)
	for _, test := range regexp.MustCompile(`(?m)^--- PASS: (\w+) \((.*)\)$`).FindAllStringSubmatch(string(out), -1) {
		takes, err := time.ParseDuration(test[2])
		if err != nil {
			return suite{}, err
		}
		at := 0
		for at < len(quick) && takes > quick[at] {
			at++
		}
		names[at], took[at] = append(names[at], test[1]), took[at]+takes
	}
	for at := range names {
		if names[at] != nil {
			s.stages = append(s.stages, stage{"^(" + strings.Join(names[at], "|") + ")$", took[at]})
		}
	}
	return s, nil
}

// judge runs the tests on a mutant.
func (s suite) judge(number int) string {
	for _, stage := range s.stages {
		if s.command(number, 10*time.Second+5*stage.takes, "-test.failfast", "-test.run="+stage.tests).Run() != nil {
			return found
		}
	}
	return survives
}

// command runs tests on a mutant, always with the same random numbers. One that does
// not end fails: it has so much time of the processor and 4 GB to fill.
func (s suite) command(number int, patience time.Duration, args ...string) *exec.Cmd {
	limits := fmt.Sprintf(`ulimit -v 4000000; ulimit -t %d; exec "$0" "$@"`, int(patience.Seconds()))
	args = append([]string{"-c", limits, s.program, "-test.short", "-test.parallel=1", "-test.timeout=0", "-rapid.nofailfile", "-rapid.seed=1", "-rapid.shrinktime=0s"}, args...)
	c := exec.Command("sh", args...) //nolint:gosec // what was just built
	c.Dir = s.dir
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, number), "GOMAXPROCS=1")
	return c
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	tests []string
	takes time.Duration
}

// quick is how long a test of each stage but the last takes at most.
var quick = []time.Duration{50 * time.Millisecond, 400 * time.Millisecond}

// build compiles the tests over the changed sources.
func build(dir, work string, sources map[string]string) (suite, error) {
	s := suite{dir: dir, program: filepath.Join(work, "standard.test")}
	replace := map[string]string{}
	for name, source := range sources {
		replace[filepath.Join(dir, name)] = filepath.Join(work, name)
		if err := os.WriteFile(filepath.Join(work, name), []byte(source), 0o600); err != nil {
			return s, err
		}
	}
	files, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return s, err
	}
	overlay := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(overlay, files, 0o600); err != nil {
		return s, err
	}
	compile := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", s.program, ".") //nolint:gosec // its own files
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		return s, fmt.Errorf("%w: %s", err, out)
	}
	s.stages, err = s.inStages()
	return s, err
}

// inStages runs each test without a mutant, for what it takes of the processor. It
// has to pass.
func (s suite) inStages() (stages []stage, err error) {
	list, err := s.command(0, time.Minute, "-test.list=^Test").Output()
	if err != nil {
		return nil, err
	}
	stages = make([]stage, len(quick)+1)
	for _, test := range strings.Fields(string(list)) {
		c := s.command(0, time.Hour, "-test.run=^"+test+"$")
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s fails without a mutant: %w: %s", test, err, out)
		}
		takes := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		at := 0
		for at < len(quick) && takes > quick[at] {
			at++
		}
		stages[at].tests = append(stages[at].tests, test)
		stages[at].takes += takes
	}
	return slices.DeleteFunc(stages, func(s stage) bool { return s.tests == nil }), nil
}

// judge runs the tests on a mutant.
func (s suite) judge(number int) string {
	for _, stage := range s.stages {
		if s.command(number, 10*time.Second+5*stage.takes, "-test.failfast", "-test.run=^("+strings.Join(stage.tests, "|")+")$").Run() != nil {
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

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	only := flag.String("only", "", "only mutants whose name has this in it")
	patience := flag.Duration("timeout", time.Minute, "how long the tests of one mutant may take")
	flag.Parse()
	unexplained, err := run(*only, *patience)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if unexplained > 0 {
		os.Exit(1)
	}
}

func run(only string, patience time.Duration) (unexplained int, err error) {
	dir, err := filepath.Abs("pkg/judge/standard")
	if err != nil {
		return 0, err
	}
	mutants, err := mutantsOf(dir)
	if err != nil {
		return 0, err
	}
	reasons, err := explained(filepath.Join(dir, "internal/mutate/explained.txt"))
	if err != nil {
		return 0, err
	}
	work, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	tally := map[string]int{}
	for _, m := range mutants {
		if !strings.Contains(m.name, only) {
			continue
		}
		verdict, err := judge(dir, work, m, patience)
		if err != nil {
			return 0, err
		}
		reason, known := reasons[m.name]
		switch {
		case verdict == "survives" && known:
			verdict = "explained"
		case verdict == "survives":
			unexplained++
			fmt.Fprintf(os.Stdout, "survives: %s (line %d)\n", m.name, m.line)
		case known:
			fmt.Fprintf(os.Stdout, "explained, but does not survive: %s (%s)\n", m.name, reason)
		}
		tally[verdict]++
	}
	fmt.Fprintf(os.Stdout, "%d mutants: %d found by a test, %d do not compile, %d explained, %d survive\n",
		tally["found"]+tally["broken"]+tally["explained"]+tally["survives"], tally["found"], tally["broken"], tally["explained"], tally["survives"])
	return unexplained, nil
}

// judge builds the tests with a mutant and runs them: "found", "survives", or
// "broken" where it does not compile.
func judge(dir, work string, m mutant, patience time.Duration) (string, error) {
	changed, overlay, tests := filepath.Join(work, m.file), filepath.Join(work, "overlay.json"), filepath.Join(work, "standard.test")
	files, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, m.file): changed}})
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.WriteFile(changed, m.source, 0o600), os.WriteFile(overlay, files, 0o600)); err != nil {
		return "", err
	}
	build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", tests, ".") //nolint:gosec // its own files
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		if !strings.Contains(string(out), m.file) {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		return "broken", nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	test := exec.CommandContext(ctx, tests, "-test.failfast", "-test.short", "-rapid.nofailfile") //nolint:gosec // what was just built
	test.Dir = dir
	if test.Run() == nil {
		return "survives", nil
	}
	return "found", nil
}

// explained reads the mutants that change nothing: a name and, after " | ", why.
// Lines that begin with # are comments.
func explained(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for _, line := range strings.Split(string(data), "\n") {
		if at := strings.LastIndex(line, " | "); at > 0 && !strings.HasPrefix(line, "#") {
			reasons[line[:at]] = line[at+3:]
		}
	}
	return reasons, nil
}

package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

func main() {
	only := flag.String("only", "", "only mutants whose name has this in it")
	flag.Parse()
	unexplained, err := run(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if unexplained > 0 {
		os.Exit(1)
	}
}

func run(only string) (unexplained int, err error) {
	dir, err := filepath.Abs("pkg/judge/standard")
	if err != nil {
		return 0, err
	}
	sources, mutants, err := mutated(dir)
	if err != nil {
		return 0, err
	}
	if mutants, err = dropKinds(dir, sources, mutants); err != nil {
		return 0, err
	}
	reasons, err := explained(filepath.Join(dir, "internal/mutate/explained.txt"))
	if err != nil {
		return 0, err
	}
	for name := range reasons {
		if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.name == name }) {
			fmt.Fprintf(os.Stdout, "explained, but there is none: %s\n", name)
		}
	}
	work, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	tests, err := build(dir, work, sources)
	if err != nil {
		return 0, err
	}
	tally := map[string]int{}
	for judged := range judgeAll(tests, mutants, only) {
		m, verdict := judged.mutant, judged.verdict
		reason, known := reasons[m.name]
		switch {
		case verdict == survives && known:
			verdict = "explained"
		case verdict == survives:
			unexplained++
			fmt.Fprintf(os.Stdout, "survives: %s (line %d)\n", m.name, m.line)
		case known:
			fmt.Fprintf(os.Stdout, "explained, but does not survive: %s (%s)\n", m.name, reason)
		}
		tally[verdict]++
	}
	fmt.Fprintf(os.Stdout, "%d mutants: %d found by a test, %d explained, %d survive\n",
		tally[found]+tally["explained"]+tally[survives], tally[found], tally["explained"], tally[survives])
	return unexplained, nil
}

type judged struct {
	mutant
	verdict string
}

// judgeAll tells what becomes of each mutant whose name has this in it, two at a
// time.
func judgeAll(tests suite, mutants []mutant, only string) <-chan judged {
	next, all := make(chan int), make(chan judged)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for n := range next {
				all <- judged{mutants[n], tests.judge(n + 1)}
			}
		})
	}
	go func() {
		for n, m := range mutants {
			if strings.Contains(m.name, only) {
				next <- n
			}
		}
		close(next)
		workers.Wait()
		close(all)
	}()
	return all
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

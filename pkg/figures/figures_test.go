package figures_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/palmar/palmar/pkg/load"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

var update = flag.Bool("update", false, "write the table again")

const table = "testdata/figures.golden"

// Statements are compared exactly; a single one more is a round trip. Of the
// allocations, whose number a patch of Go or of a library may move a little,
// mostMore percent more is too much, and mostLess percent less shows that the
// table no longer says what is.
const (
	mostMore = 3
	mostLess = 10
)

// Requests before anything is counted: connections are open then, statements
// prepared, pools filled. The median of counted ones is what is compared.
const (
	warm    = 2
	counted = 5
)

var databases = []struct {
	name    string
	address func(testing.TB) string
}{{"sqlite", storetest.SQLiteAddress}, {"postgres", storetest.PostgresAddress}}

// row is one line of the table.
type row struct {
	request, through, database string
}

type cost struct {
	statements  int
	transaction int // BEGIN, COMMIT and the like, beside the statements
	allocations int
}

// TestFigures measures every request of the table and compares, on PostgreSQL where it
// is there, and on both databases under testkit.Full. -update writes the table; a
// database that is absent keeps its rows.
func TestFigures(t *testing.T) {
	before := readTable(t)
	now := map[row]cost{}
	for _, database := range databases {
		if !*update && !testkit.Full() && (database.name == "postgres") != storetest.Answers() {
			continue
		}
		t.Run(database.name, func(t *testing.T) {
			w := newWorld(t, database.address(t))
			steady(t)
			for _, p := range probes() {
				at := row{p.name, p.through, database.name}
				c, statements := w.measure(p)
				now[at] = c
				if *update {
					continue
				}
				compare(t, at, before, c, statements)
				if raw := load.Statements[p.name]; raw != nil && p.through == "API" && database.name == "postgres" {
					same(t, p.name, statements, raw)
				}
			}
		})
	}
	if *update && !t.Failed() {
		writeTable(t, before, now)
		return
	}
	for at := range before {
		if _, measured := now[at]; !measured && has(now, at.database) {
			t.Errorf("%v is in the table and no request is of this name; run with -update", at)
		}
	}
}

// has tells whether a database was there.
func has(now map[row]cost, database string) bool {
	for at := range now {
		if at.database == database {
			return true
		}
	}
	return false
}

// steady keeps the collector and a second processor from emptying pools between
// two requests, until the test ends.
func steady(t *testing.T) {
	collector, processors := debug.SetGCPercent(-1), runtime.GOMAXPROCS(1)
	t.Cleanup(func() {
		debug.SetGCPercent(collector)
		runtime.GOMAXPROCS(processors)
	})
}

// measure counts what a request costs, and gives the statements.
func (w *world) measure(p probe) (cost, []string) {
	w.t.Helper()
	var statements []string
	listen := func() {
		w.told.take()
		w.send(w.traced, p, func(answer func()) { answer() })
		statements = w.told.take()
	}
	for range warm {
		w.send(w.plain, p, func(answer func()) { answer() })
		listen()
	}
	c := count(statements)
	if listen(); c != count(statements) {
		w.t.Errorf("%s (%s): %+v, and %+v the next time: what is not steady cannot be held to a table", p.name, p.through, c, count(statements))
	}
	if raceDetector {
		return c, statements
	}
	allocations := make([]int, counted)
	for i := range allocations {
		w.send(w.plain, p, func(answer func()) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			answer()
			runtime.ReadMemStats(&after)
			allocations[i] += int(after.Mallocs - before.Mallocs)
		})
	}
	if testing.Verbose() {
		w.t.Logf("%s (%s): %d\n\t%s", p.name, p.through, allocations, lines(statements))
	}
	slices.Sort(allocations)
	c.allocations = allocations[counted/2]
	return c, statements
}

func count(statements []string) cost {
	c := cost{}
	for _, s := range statements {
		if transactional(s) {
			c.transaction++
		} else {
			c.statements++
		}
	}
	return c
}

func transactional(statement string) bool {
	verb, _, _ := strings.Cut(statement, " ")
	return slices.Contains([]string{"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}, strings.ToUpper(verb))
}

// send has a server answer a request, and those that it is sent on to; each
// answer is made within around.
func (w *world) send(h http.Handler, p probe, around func(answer func())) {
	w.t.Helper()
	r := p.request(w)
	for range 5 {
		// As of a real server, the request ends with its connection.
		ctx, cancel := context.WithCancel(context.Background())
		a := &answer{header: http.Header{}}
		a.body.Grow(1 << 20)
		q := r.WithContext(ctx)
		around(func() { h.ServeHTTP(a, q) })
		cancel()
		if to := a.header.Get("Location"); p.follow && to != "" {
			next := w.request(person{}, http.MethodGet, to, nil)
			for _, cookie := range r.Cookies() {
				next.AddCookie(cookie)
			}
			r = next
			continue
		}
		if a.status != p.status {
			w.t.Fatalf("%s (%s): %s %s answers %d %s", p.name, p.through, r.Method, r.URL.Path, a.status, &a.body)
		}
		return
	}
	w.t.Fatalf("%s (%s) is sent on and on", p.name, p.through)
}

// answer keeps an answer without allocating while it comes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

func compare(t *testing.T, at row, before map[row]cost, now cost, statements []string) {
	t.Helper()
	was, known := before[at]
	if !known {
		t.Errorf("%v is not in the table; run with -update", at)
		return
	}
	if was.statements != now.statements || was.transaction != now.transaction {
		t.Errorf("%v gives the database %d statements and %d for transactions, the table says %d and %d:\n\t%s",
			at, now.statements, now.transaction, was.statements, was.transaction, lines(statements))
	}
	if raceDetector {
		return
	}
	switch change := 100 * float64(now.allocations-was.allocations) / float64(was.allocations); {
	case change > mostMore:
		t.Errorf("%v makes %d allocations, %.1f %% more than the table says (%d)", at, now.allocations, change, was.allocations)
	case change < -mostLess:
		t.Errorf("%v makes %d allocations, %.1f %% less than the table says (%d): run with -update, so that it stays so", at, now.allocations, -change, was.allocations)
	}
}

// lines are statements to read, one a line.
func lines(statements []string) string {
	all := make([]string, len(statements))
	for i, s := range statements {
		all[i] = strings.Join(strings.Fields(s), " ")
	}
	return strings.Join(all, "\n\t")
}

// same holds what the load command gives PostgreSQL by hand, to measure Palmar
// against, to what Palmar gives it.
func same(t *testing.T, request string, palmar, byHand []string) {
	t.Helper()
	if got, want := lines(palmar), lines(byHand); got != want {
		t.Errorf("%s: Palmar gives PostgreSQL other statements than pkg/load/statements.go has; bring those to\n\t%s", request, got)
	}
}

var gap = regexp.MustCompile(`\s{2,}`)

func readTable(t *testing.T) map[row]cost {
	t.Helper()
	text, err := os.ReadFile(table)
	if err != nil && !*update {
		t.Fatal(err)
	}
	all := map[row]cost{}
	for line := range strings.Lines(string(text)) {
		f := gap.Split(strings.TrimSpace(line), -1)
		if len(f) != 6 || f[0] == heads[0] {
			continue
		}
		var n [3]int
		for i := range n {
			if n[i], err = strconv.Atoi(f[3+i]); err != nil {
				t.Fatalf("%s: %q: %v", table, line, err)
			}
		}
		all[row{f[0], f[1], f[2]}] = cost{n[0], n[1], n[2]}
	}
	return all
}

var heads = []string{"request", "through", "database", "statements", "begin/commit", "allocations"}

func writeTable(t *testing.T, before, now map[row]cost) {
	t.Helper()
	if raceDetector {
		t.Fatal("the table is written without -race, under which allocations are others")
	}
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(heads, "\t"))
	for _, p := range probes() {
		for _, database := range databases {
			at := row{p.name, p.through, database.name}
			c, measured := now[at]
			if !measured {
				if c, measured = before[at]; !measured {
					continue
				}
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\n", at.request, at.through, at.database, c.statements, c.transaction, c.allocations)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(table, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

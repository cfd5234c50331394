package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestMain is the server itself where the tests start their own program as one,
// to kill it, or as its doctor, to see what that takes.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "serve" {
		c, err := config.Load(os.Environ())
		c.Clock = now
		if err == nil {
			today, err = time.Parse(time.RFC3339Nano, os.Args[2])
		}
		if err == nil {
			err = app.Serve(context.Background(), c, app.NewLog(c, os.Stderr), io.Discard, app.Serving{Version: "test"})
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if len(os.Args) == 2 && os.Args[1] == "doctor" {
		c, err := config.Load(os.Environ())
		sound := false
		app.Spare()
		if err == nil {
			sound, err = app.Doctor(context.Background(), c, os.Stdout)
		}
		if err != nil || !sound {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestServe_Killed kills the server in the middle of writes, again and again: 20
// times where everything is asked for, and otherwise 4 times. Whatever was answered with 2xx has to be there afterward, a repetition with
// the same Idempotency-Key must not do anything twice, and the doctor must find
// nothing.
func TestServe_Killed(t *testing.T) {
	rounds := 3
	if testkit.Full() {
		rounds = 20
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	storetest.DrawnAddress(t, func(t *testing.T, address string) { killed(t, binary, address, rounds) })
}

// victim is the record of what was asked of the server and what it answered.
type victim struct {
	mu     sync.Mutex
	next   int
	logged map[int]core.EntryID // by the number of the session
	open   map[int]bool         // asked, not answered
	signed map[core.EntryID]bool
}

func killed(t *testing.T, binary, address string, rounds int) {
	demoAt(t, address)
	env := settings(t, address)
	v := &victim{logged: map[int]core.EntryID{}, open: map[int]bool{}, signed: map[core.EntryID]bool{}}
	var student, supervisor *client
	var d desk
	for round := range rounds {
		process, base := start(t, binary, env)
		if round == 0 {
			student, supervisor = newClient(base), newClient(base)
			student.signIn(t, "ana.ortega@brightwater.example")
			supervisor.signIn(t, "r.alvarez@brightwater.example")
			d = student.desk(t)
		}
		student.base, supervisor.base = base, base
		v.repeat(t, student, d)
		v.writeUntil(t, student, supervisor, d, 10+7*round%40, func() { _ = process.Process.Kill() })
		_ = process.Wait()
		var found bytes.Buffer
		if sound, err := app.Doctor(t.Context(), load(t, env), &found); err != nil || !sound {
			t.Fatalf("round %d: the doctor says %v %s", round, err, &found)
		}
	}
	process, base := start(t, binary, env)
	student.base = base
	v.repeat(t, student, d)
	v.check(t, student, d)
	_ = process.Process.Kill()
	_ = process.Wait()
	t.Logf("%d sessions logged and %d signed over %d kills", len(v.logged), len(v.signed), rounds)
}

// start runs the server and waits until it says where it answers.
func start(t *testing.T, binary string, env []string) (*exec.Cmd, string) {
	t.Helper()
	process := exec.Command(binary, "serve", now().Format(time.RFC3339Nano))
	process.Env = env
	log, err := process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() })
	address := make(chan string, 1)
	go func() {
		defer close(address)
		var said []string
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if _, rest, ready := strings.Cut(lines.Text(), "msg=ready"); ready {
				_, rest, _ = strings.Cut(rest, " address=")
				address <- strings.Fields(rest)[0]
			}
			if strings.Contains(lines.Text(), "level=ERROR") {
				t.Error(lines.Text())
			}
			said = append(said, lines.Text())
		}
		if len(said) < 5 {
			t.Logf("the server said: %s", strings.Join(said, "\n"))
		}
	}()
	select {
	case a := <-address:
		if a == "" {
			t.Fatal("the server ended before it was ready")
		}
		return process, "http://" + a
	case <-time.After(30 * time.Second):
		t.Fatal("the server was not ready within 30 seconds")
		return nil, ""
	}
}

func key(n int) string { return fmt.Sprintf("session-%d", n) }

func (v *victim) log(ctx context.Context, student *client, d desk, n int) error {
	var e logbookapi.Entry
	status, err := student.call(ctx, http.MethodPost, "/v1/enrollments/"+d.enrollment.String()+"/entries", d.session(n), &e, "Idempotency-Key", key(n))
	v.mu.Lock()
	defer v.mu.Unlock()
	if err == nil {
		delete(v.open, n)
		if before, known := v.logged[n]; known && before != e.Id {
			return fmt.Errorf("session %d was %s and is %s now", n, before, e.Id)
		}
		v.logged[n] = e.Id
		return nil
	}
	if status != 0 {
		return err
	}
	v.open[n] = true
	return nil
}

// writeUntil logs and signs from several sides at once and kills the server
// when it has answered often enough, while the others are still writing.
func (v *victim) writeUntil(t *testing.T, student, supervisor *client, d desk, answers int, kill func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var answered atomic.Int64
	var once sync.Once
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			for ctx.Err() == nil && !t.Failed() {
				v.mu.Lock()
				n := v.next
				v.next++
				v.mu.Unlock()
				if err := v.log(ctx, student, d, n); err != nil {
					t.Error(err)
				}
				v.mu.Lock()
				id, done := v.logged[n]
				v.mu.Unlock()
				if done && n%3 == 0 {
					v.sign(ctx, t, supervisor, d, id)
				}
				if !done {
					return
				}
				if answered.Add(1) >= int64(answers) {
					once.Do(func() { kill() })
				}
			}
		})
	}
	wait.Wait()
	once.Do(func() { kill() })
}

func (v *victim) sign(ctx context.Context, t *testing.T, supervisor *client, d desk, id core.EntryID) {
	status, err := supervisor.call(ctx, http.MethodPost, "/v1/organizations/"+d.org.String()+"/signatures",
		logbookapi.SignEntries{Entries: []logbookapi.EntryRef{{Id: id, Version: 1}}}, nil)
	switch {
	case err == nil:
		v.mu.Lock()
		v.signed[id] = true
		v.mu.Unlock()
	case status != 0:
		t.Error(err)
	}
}

// repeat asks again for what was not answered, and for some that was.
func (v *victim) repeat(t *testing.T, student *client, d desk) {
	t.Helper()
	again := []int{}
	for n := range v.open {
		again = append(again, n)
	}
	for n := range v.logged {
		if len(again) < len(v.open)+5 {
			again = append(again, n)
		}
	}
	for _, n := range again {
		if err := v.log(t.Context(), student, d, n); err != nil {
			t.Error(err)
		}
		if v.open[n] {
			t.Fatalf("session %d is not answered by a server that nobody kills", n)
		}
	}
}

// check reads everything back.
func (v *victim) check(t *testing.T, student *client, d desk) {
	t.Helper()
	states := map[core.EntryID]core.EntryState{}
	for cursor := ""; ; {
		var list logbookapi.EntryList
		student.must(t, http.MethodGet, "/v1/enrollments/"+d.enrollment.String()+"/entries?limit=100&cursor="+cursor, nil, &list)
		for _, e := range list.Items {
			if e.Note == hammered {
				states[e.Id] = e.State
			}
		}
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	for n, id := range v.logged {
		if states[id] == "" {
			t.Errorf("session %d was answered with %s and is gone", n, id)
		}
	}
	for id := range v.signed {
		if states[id] != core.EntrySigned {
			t.Errorf("the signature of %s was answered and it is %q", id, states[id])
		}
	}
	if len(states) != v.next {
		t.Errorf("%d sessions were asked for, each at least once, and %d are there", v.next, len(states))
	}
}

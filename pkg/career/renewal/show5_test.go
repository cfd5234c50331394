package renewal_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestService_Work_Restarts lets a year pass over many licenses while the servers
// are killed in the middle of a batch, on some days two of them working at once:
// each reminder is sent exactly once. Where everything is asked for they work on
// 1,000 licenses eight times a day and are killed 20 times, and otherwise on 400
// twice a day, and 8 times. PALMAR_TEST_LICENSES says how many licenses; the
// whole is 100,000.
func TestService_Work_Restarts(t *testing.T) {
	pace := everyOtherTime
	if testkit.Full() {
		pace = allDay
	}
	licenses := pace.licenses
	if v := os.Getenv("PALMAR_TEST_LICENSES"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		licenses = n
	}
	t.Parallel()
	storetest.DrawnAddress(t, func(t *testing.T, address string) {
		driver, dsn := "pgx", address
		if path, lite := strings.CutPrefix(address, "sqlite:"); lite {
			driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(60000)&_pragma=synchronous(0)"
		}
		restarts(t, address, driver, dsn, licenses, pace)
	})
}

// pace is how often a year is looked into. It is morning in the five zones
// between 12 and 18 o'clock.
type pace struct {
	licenses, kills int
	hours           []int // of the day, the first of which may be at night
}

var (
	allDay         = pace{1_000, 20, []int{3, 12, 13, 14, 15, 16, 17, 18}}
	everyOtherTime = pace{400, 8, []int{12, 18}}
)

var errKilled = errors.New("killed")

// The ways in which a server is killed: between two statements of a transaction,
// before its commit, and after it, so that the server never hears of it.
const (
	betweenStatements = iota
	beforeCommit
	afterCommit
	ways
)

// server is one program over the database. At the end of its batches, counted
// without those that found nothing to do, it is killed: its connections are cut,
// and nothing works any more.
type server struct {
	*renewal.Service
	db      *store.DB
	batches atomic.Int64
	way     int
	dead    atomic.Bool
}

// start begins a server that is killed in its n-th batch; 0: never.
func (y *year) start(n int64, way int) *server {
	db, err := store.Open(context.Background(), y.address, 4)
	if err != nil {
		y.t.Fatal(err)
	}
	s := &server{db: db, way: way}
	s.batches.Store(n)
	s.Service = renewal.New(s, core.Source{Clock: y.clock, Rand: rand.Reader}, renewal.Options{BaseURL: base})
	return s
}

func (s *server) kill() error {
	s.dead.Store(true)
	_ = s.db.Close()
	return errKilled
}

// mortal is a transaction of a server; last is set when the server dies in it.
type mortal struct {
	kept.Tx
	s    *server
	last bool
}

// end counts a batch and tells whether the server dies now.
func (m *mortal) end() bool {
	m.last = m.s.batches.Add(-1) == 0 || m.last
	return m.last && m.s.way == betweenStatements
}

func (m *mortal) MarkPlanned(ctx context.Context, subjects []core.SubjectID, now time.Time) error {
	if m.end() {
		return m.s.kill()
	}
	return m.Tx.MarkPlanned(ctx, subjects, now)
}

func (m *mortal) SendMails(ctx context.Context, mails []core.Mail) error {
	if len(mails) > 0 && m.end() {
		return m.s.kill()
	}
	return m.Tx.SendMails(ctx, mails)
}

func (s *server) Attempt(ctx context.Context, fn func(context.Context, renewal.Tx) error) error {
	last := false
	err := s.db.Attempt(ctx, func(ctx context.Context, tx *store.Tx) error {
		m := &mortal{Tx: kept.On(tx), s: s}
		if err := fn(ctx, m); err != nil {
			return err
		}
		if last = m.last; last && s.way == beforeCommit {
			return s.kill()
		}
		return nil
	})
	if err == nil && last {
		return s.kill()
	}
	return err
}

func reading(fn func(context.Context, renewal.Tx) error) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error { return fn(ctx, kept.On(tx)) }
}

func (s *server) Snapshot(ctx context.Context, fn func(context.Context, renewal.Tx) error) error {
	return s.db.Snapshot(ctx, reading(fn))
}

func (s *server) Single(ctx context.Context, fn func(context.Context, renewal.Tx) error) error {
	return s.db.Single(ctx, reading(fn))
}

func (s *server) Joined(ctx context.Context) bool { return s.db.Joined(ctx) }

// year is the fake year: its database, past the store, and its clock.
type year struct {
	t       *testing.T
	address string
	raw     *sql.DB
	pg      bool
	mu      sync.Mutex
	now     time.Time
}

func (y *year) clock() time.Time {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.now
}

func (y *year) exec(statement string, args ...any) int64 {
	y.t.Helper()
	r, err := y.raw.Exec(y.numbered(statement), args...)
	if err != nil {
		y.t.Fatal(err)
	}
	n, _ := r.RowsAffected()
	return n
}

func (y *year) numbered(statement string) string {
	for i := 1; y.pg && strings.Contains(statement, "?"); i++ {
		statement = strings.Replace(statement, "?", "$"+strconv.Itoa(i), 1)
	}
	return statement
}

func (y *year) count(query string, args ...any) (n int) {
	y.t.Helper()
	if err := y.raw.QueryRow(y.numbered(query), args...).Scan(&n); err != nil {
		y.t.Fatal(err)
	}
	return n
}

var firstDay = core.Date{Year: 2027, Month: 1, Day: 1}

// fill makes therapists in five zones with a license each, the last days of which
// are spread over the year from the 100th day on.
func (y *year) fill(licenses int) {
	zones := []string{"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu"}
	src := core.Source{Clock: y.clock, Rand: rand.Reader}
	tx, err := y.raw.Begin()
	if err != nil {
		y.t.Fatal(err)
	}
	defer tx.Rollback()
	insert := func(table, columns string, rows [][]any) {
		one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(rows[0])), ", ") + ")"
		var args []any
		for _, r := range rows {
			args = append(args, r...)
		}
		query := "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", ")
		if _, err := tx.Exec(y.numbered(query), args...); err != nil {
			y.t.Fatal(err)
		}
	}
	created := "2026-12-01 00:00:00+00:00"
	for from := 0; from < licenses; from += 250 {
		var accounts, therapists, cards [][]any
		for i := from; i < min(from+250, licenses); i++ {
			account, therapist := core.NewID[core.AccountID](src).String(), core.NewID[core.TherapistID](src).String()
			accounts = append(accounts, []any{account, fmt.Sprintf("t%d@example.org", i), fmt.Sprintf("Therapist %d", i), created})
			therapists = append(therapists, []any{therapist, therapist, account, zones[i%len(zones)], created})
			cards = append(cards, []any{core.NewID[core.LicenseID](src).String(), therapist, "FL", "Massage Therapist", fmt.Sprintf("MA%06d", i), fmt.Sprintf("MA%06d", i),
				firstDay.AddDays(100 + i%260).String(), created, account})
		}
		insert("accounts", "id, email, name, created_at", accounts)
		insert("therapists", "id, person_id, account_id, zone, created_at", therapists)
		insert("licenses", "id, therapist_id, jurisdiction, title, number, canonical, expires_on, created_at, created_by", cards)
	}
	if err := tx.Commit(); err != nil {
		y.t.Fatal(err)
	}
}

func restarts(t *testing.T, address, driver, dsn string, licenses int, pace pace) {
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	y := &year{t: t, address: address, raw: raw, pg: driver == "pgx", now: firstDay.In(time.UTC)}
	begun := time.Now()
	y.fill(licenses)
	filled := time.Since(begun)
	dice := mathrand.New(mathrand.NewPCG(5, 100_000))
	hours := dayCount * 24
	at := map[int]bool{0: true} // the first is killed while it plans
	for len(at) < pace.kills {
		if hour := 24*(1+dice.IntN(dayCount-30)) + 12 + dice.IntN(7); pace.works(hour) {
			at[hour] = true
		}
	}
	one, two := y.start(0, 0), y.start(0, 0)
	done, doomed, renewed, killed := 0, 0, 0, [ways]int{}
	for hour := range hours {
		if !pace.works(hour) {
			continue
		}
		y.mu.Lock()
		y.now = firstDay.In(time.UTC).Add(time.Duration(hour) * time.Hour)
		y.mu.Unlock()
		if hour%(24*7) == 12 {
			renewed += y.renewSome(dice.IntN(97))
		}
		if at[hour] {
			doomed++
		}
		if doomed > 0 && one.batches.Load() <= 0 {
			doomed--
			_ = one.db.Close()
			one = y.start(int64(1+dice.IntN(4)), dice.IntN(ways))
		}
		y.work(one, two, hour%5 == 0)
		if one.dead.Load() {
			killed[one.way]++
			done++
			one = y.start(0, 0)
			y.work(one, two, false)
		}
	}
	_ = one.db.Close()
	_ = two.db.Close()
	if done != pace.kills {
		t.Errorf("%d kills, want %d", done, pace.kills)
	}
	y.check(licenses, renewed)
	t.Logf("%d licenses filled in %s, %d reminders sent over %d hours with %d kills (%d between statements, %d before and %d after a commit) in %s", licenses, filled.Round(time.Millisecond),
		y.count("SELECT count(*) FROM reminders WHERE state = 'sent'"), hours, done, killed[0], killed[1], killed[2], time.Since(begun).Round(time.Millisecond))
}

const dayCount = 366

// works tells whether the servers look for work in an hour of the year.
func (p pace) works(hour int) bool { return hour == 0 || slices.Contains(p.hours, hour%24) }

// work lets the servers do what is due, both at once on some days.
func (y *year) work(one, two *server, both bool) {
	var all sync.WaitGroup
	run := func(s *server) {
		if _, err := acttest.WorkOff(context.Background(), s.Works()); err != nil && !s.dead.Load() {
			y.t.Error(err)
		}
	}
	all.Go(func() { run(one) })
	if both {
		all.Go(func() { run(two) })
	}
	all.Wait()
}

// renewSome renews for two years what ends between the 20th and the 27th day from
// now, one license in 97: its 7 days and the day after are not reminded of.
func (y *year) renewSome(which int) int {
	today := core.DateOf(y.now)
	new := firstDay.AddDays(900).String()
	return int(y.exec(`UPDATE licenses SET expires_on = ? WHERE expires_on >= ? AND expires_on < ? AND CAST(substr(number, 3) AS integer) % 97 = ?`,
		new, today.AddDays(20).String(), today.AddDays(27).String(), which))
}

// check compares what was sent with what had to be: 90, 60, 30 and 7 days before
// and one day after, for each license whose days fell within the year.
func (y *year) check(licenses, renewed int) {
	t := y.t
	want := 0
	last := firstDay.AddDays(dayCount - 1)
	for i := range licenses {
		ends := firstDay.AddDays(100 + i%260)
		for _, days := range renewal.DefaultDays {
			if !ends.AddDays(-days).After(last) {
				want++
			}
		}
	}
	want -= 2 * y.count("SELECT count(*) FROM licenses WHERE expires_on > ?", last.AddDays(365).String())
	if n := y.count("SELECT count(*) FROM licenses WHERE expires_on > ?", last.AddDays(365).String()); n != renewed || licenses >= 400 && n == 0 {
		t.Errorf("%d licenses were renewed, counted %d", renewed, n)
	}
	sent := y.count("SELECT count(*) FROM reminders WHERE state = 'sent'")
	mails := y.count("SELECT count(*) FROM river_job WHERE kind = 'mail'")
	to, subject := "args ->> 'to'", "args ->> 'subject'"
	different := y.count("SELECT count(*) FROM (SELECT DISTINCT " + to + ", " + subject + " FROM river_job WHERE kind = 'mail') d")
	if sent != want || mails != want || different != want {
		t.Errorf("sent %d, mails %d, of them different %d; want %d", sent, mails, different, want)
	}
	if left := y.count("SELECT count(*) FROM reminders WHERE state = 'waiting' AND due_at < ?", last.In(time.UTC).Format("2006-01-02 15:04:05+00:00")); left != 0 {
		t.Errorf("%d reminders wait that are over", left)
	}
}

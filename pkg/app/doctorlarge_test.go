package app_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// eachStudent is how many sessions a student has: a little more than 600 hours in
// lessons of 25 minutes.
const eachStudent = 1_500

// mostMemory is what the doctor may need, however long the ledger is.
const mostMemory = 100 << 20

// TestDoctor_Large runs palmar doctor over a large ledger, and tells seconds and memory:
// PALMAR_TEST_ENTRIES=1000000 for the figures in docs/benchmarks.md, which takes half an
// hour on each database; six thousand where testkit.Full asks for everything.
func TestDoctor_Large(t *testing.T) {
	entries, _ := strconv.Atoi(os.Getenv("PALMAR_TEST_ENTRIES"))
	if entries == 0 {
		testkit.OnlyFull(t, "it writes thousands of entries")
		entries = 6_000
	}
	program := filepath.Join(t.TempDir(), "palmar")
	if said, err := exec.Command("go", "build", "-o", program, "../../cmd/palmar").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	storetest.EachAddress(t, func(t *testing.T, address string) {
		secret := bytes.Repeat([]byte{7}, config.SecretSize)
		fillLedger(t, address, secret, entries)
		began := time.Now()
		doctor := exec.Command(program, "doctor")
		doctor.Env = append(os.Environ(), "PALMAR_DATABASE="+address, "PALMAR_SECRET="+hex.EncodeToString(secret))
		var said bytes.Buffer
		doctor.Stdout, doctor.Stderr = &said, &said
		if err := doctor.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- doctor.Wait() }()
		used, err := mostUsed(doctor.Process.Pid, ended)
		if err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
		t.Logf("%d entries: %.0f s, %d MB", entries, time.Since(began).Seconds(), used>>20)
		if used > mostMemory {
			t.Errorf("the doctor needs %d MB", used>>20)
		}
	})
}

// mostUsed waits for a process and gives the most memory that it had, on Linux. What
// the system tells of a child that has ended counts the tests' own memory too.
func mostUsed(pid int, ended <-chan error) (bytes int64, err error) {
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // elsewhere there is none
		if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
			kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			if n, err := strconv.ParseInt(kilobytes, 10, 64); err == nil {
				bytes = max(bytes, n<<10)
			}
		}
		select {
		case err := <-ended:
			return bytes, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// fillLedger writes signed sessions with what is audited of them, the days of which
// are logged.
func fillLedger(t *testing.T, address string, secret []byte, entries int) {
	t.Helper()
	ctx := context.Background()
	if strings.HasPrefix(address, "postgres://") {
		address += "&session_replication_role=replica" // the keys of what the program writes hold, and take half the time to check
	}
	db, err := store.Open(ctx, address, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SealWith(secret)
	f := kepttest.School(t, db)
	operator := f.Admin
	operator.Operator = true
	for n := 0; n*eachStudent < entries; n++ {
		_, enrollment := f.Enrolled(t, "Student "+strconv.Itoa(n), "s"+strconv.Itoa(n)+"@students.example")
		history := sessionsOf(f, t, enrollment)
		if err := f.Logbook.Seed(ctx, operator, f.School.ID, history); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.AuditAll(ctx, auditsOf(f, enrollment)) }); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Logbook.Progress(ctx, f.Registrar, enrollment); err != nil {
			t.Fatal(err)
		}
		if db.Postgres() && n&(n-1) == 0 { // else it goes by plans for empty tables, and reads each from its beginning
			if err := db.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.Gorm().Exec("ANALYZE").Error }); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.Clock.Set(f.Source.Now().Add(48 * time.Hour))
	office := certify.New(store.Bind(db, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), f.Source, certify.Options{Secret: secret, BaseURL: "https://palmar.example"})
	if _, err := acttest.WorkOff(ctx, office.Works(), "sign-off-days", "audit-days"); err != nil {
		t.Fatal(err)
	}
}

// sessionsOf are a student's, twelve a day.
func sessionsOf(f *kepttest.Fixture, t *testing.T, enrollment core.EnrollmentID) []logbook.SeedEntry {
	t.Helper()
	supervisor, first := f.Supervisor(t, f.Alvarez), time.Date(2025, 9, 1, 13, 0, 0, 0, time.UTC)
	history := make([]logbook.SeedEntry, eachStudent)
	for i := range history {
		start := first.AddDate(0, 0, i/12).Add(time.Duration(i%12) * 30 * time.Minute)
		history[i] = logbook.SeedEntry{
			EnrollmentID: enrollment, SupervisorID: supervisor, State: core.EntrySigned, At: start.Add(8 * time.Hour),
			Session: core.Session{
				Date: core.DateOf(start), Zone: "America/New_York", Start: start, End: start.Add(25 * time.Minute), Minutes: 25,
				Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
			},
		}
	}
	return history
}

// auditsOf are what is told of them, two a session.
func auditsOf(f *kepttest.Fixture, enrollment core.EnrollmentID) []core.AuditEvent {
	events := make([]core.AuditEvent, 2*eachStudent)
	for i := range events {
		action := "entry.log"
		if i%2 == 1 {
			action = "entry.sign"
		}
		events[i] = core.AuditEvent{
			ID: core.NewID[core.AuditID](f.Source), At: f.Source.Now(), OrganizationID: f.School.ID, TherapistID: f.Student.TherapistID,
			AccountID: f.Student.AccountID, Via: "api", Address: "192.0.2.1", Action: action, TargetKind: "entry", TargetID: enrollment.String(),
			Detail: map[string]string{"state": "submitted"},
		}
	}
	return events
}

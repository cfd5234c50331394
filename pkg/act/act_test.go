package act_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

func bound(db *store.DB) store.Bound[logbook.Tx] {
	return store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) })
}

// The events of this test's commands.
var (
	napped   = act.NewEvent("nap.take", "entry")
	woken    = act.NewEvent("nap.end", "entry")
	reported = act.NewEvent("nap.report", "nap")
)

// An event whose name is another's, or no name, does not start the program.
func TestNewEvent(t *testing.T) {
	for _, e := range [][2]string{{"nap.take", "entry"}, {"entry.log", "entry"}, {"nap", "entry"}, {".take", "entry"}, {"nap.", "entry"}, {"nap.dream", ""}} {
		t.Run(e[0], func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it is an event")
				}
			}()
			act.NewEvent(e[0], e[1])
		})
	}
}

// A command that is not declared with an action that writes and an event does not
// start the program.
func TestDeclare(t *testing.T) {
	for name, declare := range map[string]func(){
		"no such action":       func() { act.Declare("entry.eat", napped) },
		"an action that reads": func() { act.Declare(access.EntryRead, napped) },
		"no action":            func() { act.Declare("", napped) },
		"nothing told":         func() { act.Declare(access.EntryLog) },
		"no event":             func() { act.Declare(access.EntryLog, "entry.eaten") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was declared")
				}
			}()
			declare()
		})
	}
	act.Declare(access.EntryLog, napped)
}

var logs = act.Declare(access.EntryLog, napped)

// command is one that writes nothing and tells of an enrollment.
func command(f *kepttest.Fixture) act.Command[logbook.Tx, logbook.Place, string] {
	return act.Command[logbook.Tx, logbook.Place, string]{
		Find: func(ctx context.Context, tx logbook.Tx) (act.Found[logbook.Place], error) {
			p, err := tx.EnrollmentPlace(ctx, f.Enrollment, core.MemberID{})
			return act.Found[logbook.Place]{Thing: p, Owner: access.Target{Organization: p.OrganizationID, Therapist: p.TherapistID}, Version: 7}, err
		},
		Change: func(_ context.Context, _ act.Step[logbook.Tx], p logbook.Place) (string, error) { return p.Name, nil },
		Tell:   func(p logbook.Place, _ string) []act.Told { return act.Of(p.ID.String(), nil) },
	}
}

func audited(t *testing.T, f *kepttest.Fixture) (events []core.AuditEvent) {
	t.Helper()
	err := f.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		events, err = tx.AuditEvents(ctx, f.School.ID, core.AuditID{}, 1000, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestDo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		before := len(audited(t, f))
		ctx := core.WithOrigin(t.Context(), core.Origin{Via: "page", Address: "192.0.2.1"})
		name, err := act.Do(ctx, k, f.Student, logs, command(f))
		if err != nil || name != "Mara Quill" {
			t.Fatalf("%q, %v", name, err)
		}
		e := audited(t, f)[before]
		if e.Action != "nap.take" || e.TargetKind != "entry" || e.TargetID != f.Enrollment.String() || e.Via != "page" ||
			e.Address != "192.0.2.1" || e.AccountID != f.Student.AccountID || e.TherapistID != f.Student.TherapistID || e.OrganizationID != f.School.ID {
			t.Errorf("told %+v", e)
		}
		refused := func(what, code string, a access.Actor, change func(*act.Command[logbook.Tx, logbook.Place, string])) {
			t.Helper()
			c := command(f)
			change(&c)
			got, err := act.Do(t.Context(), k, a, logs, c)
			if err == nil || core.CodeOf(err) != code || got != "" {
				t.Errorf("%s gives %q, %v", what, got, err)
			}
		}
		as := func(*act.Command[logbook.Tx, logbook.Place, string]) {}
		refused("a stranger", "not_found", f.OtherOffice, as)
		refused("nobody", "unauthenticated", access.Actor{}, as)
		refused("the office", "forbidden", f.Registrar, as)
		refused("an older version", "stale", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) { c.Version = 6 })
		refused("a command that tells nothing", "", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.Tell = func(logbook.Place, string) []act.Told { return nil }
		})
		refused("a command that tells what it does not declare", "", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.Tell = func(logbook.Place, string) []act.Told { return []act.Told{{Event: woken}} }
		})
		refused("a leaf where there is no log", "", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.Tell = func(logbook.Place, string) []act.Told { return []act.Told{{Leaves: []act.Leaf{{Name: "x"}}}} }
		})
		refused("an owner besides, who is a stranger", "not_found", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			find := c.Find
			c.Find = func(ctx context.Context, tx logbook.Tx) (act.Found[logbook.Place], error) {
				found, err := find(ctx, tx)
				found.Others = []access.Target{{Organization: f.Other.ID}}
				return found, err
			}
		})
		refused("who must not prepare", "not_found", f.OtherOffice, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.At = access.Target{Organization: f.School.ID}
			c.Prepare = func(context.Context) error { t.Error("it was prepared"); return nil }
		})
		refused("who must not prepare what is nobody's", "not_found", f.OtherOffice, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.Find = nil
			c.Prepare = func(context.Context) error { t.Error("it was prepared"); return nil }
		})
		refused("who must not prepare without a grant", "not_found", f.Registrar, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.At = access.Target{Therapist: f.Student.TherapistID, Scope: access.ScopeCE}
			c.Prepare = func(context.Context) error { t.Error("it was prepared"); return nil }
		})
		refused("a person's command that says someone else did it", "", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			c.Tell = func(logbook.Place, string) []act.Told { return []act.Told{{By: &f.Registrar}} }
		})
		refused("what a subscriber stops", "full", f.Student, func(c *act.Command[logbook.Tx, logbook.Place, string]) {
			k.On(napped, func(_ context.Context, _ logbook.Tx, h act.Happened) error {
				if h.Actor.AccountID != f.Student.AccountID || h.Subject != f.Enrollment.String() || h.At.IsZero() {
					t.Errorf("heard %+v", h)
				}
				return core.Conflict("full")
			})
		})
		if n := len(audited(t, f)); n != before+1 {
			t.Errorf("refused commands left %d events", n-before-1)
		}
	})
}

var reports = act.Declare(access.CEReport, reported)

// Anyone who may do something of a record by a grant is let through to prepare it.
func TestDo_PrepareByGrant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		granttest.Give(t, db, f.Source, f.Student.TherapistID, f.School, access.ScopeCE)
		prepared := 0
		c := act.Command[logbook.Tx, struct{}, string]{
			At:      access.Target{Therapist: f.Student.TherapistID, Scope: access.ScopeCE},
			Prepare: func(context.Context) error { prepared++; return nil },
			Change:  func(context.Context, act.Step[logbook.Tx], struct{}) (string, error) { return "reported", nil },
			Tell:    func(struct{}, string) []act.Told { return act.Of("an activity", nil) },
		}
		if got, err := act.Do(t.Context(), k, f.Registrar, reports, c); err != nil || got != "reported" || prepared != 1 {
			t.Errorf("%q, %v, prepared %d times", got, err, prepared)
		}
		if _, err := act.Do(t.Context(), k, f.OtherOffice, reports, c); core.CodeOf(err) != "not_found" || prepared != 1 {
			t.Errorf("a stranger gets %v, prepared %d times", err, prepared)
		}
	})
}

// What the program does for someone who is found out on the way is told of them,
// and of nobody where it stays unknown who it was.
func TestDo_By(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		var heard []core.AccountID
		k.On(napped, func(_ context.Context, _ logbook.Tx, h act.Happened) error {
			heard = append(heard, h.Actor.AccountID)
			return nil
		})
		before := len(audited(t, f))
		for _, by := range []*access.Actor{&f.Student, {}, nil} {
			c := command(f)
			c.Tell = func(p logbook.Place, _ string) []act.Told { return []act.Told{{By: by, Subject: p.ID.String()}} }
			if _, err := act.Do(t.Context(), k, access.System, logs, c); err != nil {
				t.Fatal(err)
			}
		}
		var told []core.AccountID
		for _, e := range audited(t, f)[before:] {
			told = append(told, e.AccountID)
		}
		if want := []core.AccountID{f.Student.AccountID, {}, {}}; !slices.Equal(told, want) {
			t.Errorf("told of %v", told)
		}
		if want := []core.AccountID{f.Student.AccountID, {}, access.System.AccountID}; !slices.Equal(heard, want) {
			t.Errorf("heard of %v", heard)
		}
	})
}

// Every transaction fails at its first commit, and everything is there once.
func TestDo_FirstCommitFails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		failed := 0
		flaky := storetest.Flaky[logbook.Tx]{Store: bound(db), Failed: &failed}
		invited := 0
		f.Logbook = logbook.New(flaky, f.Source).Inviting(func(ctx context.Context, _ access.Actor, _ core.OrganizationID, email, _ string) error {
			invited++
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return tx.SendMail(ctx, core.Mail{To: email, Subject: "Welcome"})
			})
		})
		before := len(audited(t, f))
		signed := f.Signed(t, f.Session(t, 0), f.Session(t, 1), f.Session(t, 2))
		in := f.Session(t, 0)
		if _, err := f.Logbook.Log(t.Context(), f.Student, f.Enrollment, in); core.CodeOf(err) != "entry_overlap" || !strings.Contains(err.Error(), "Jan 1, 2026, 8:00 AM to 10:00 AM") {
			t.Errorf("a session at the time of another gives %v", err)
		}
		in.End = "09:30"
		c, err := f.Logbook.Correct(t.Context(), f.Student, signed[0].ID, signed[0].Version, logbook.Correction{LogEntry: in, Reason: "Half an hour less."})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Logbook.Sign(t.Context(), f.Alvarez, f.School.ID, []logbook.EntryRef{{ID: c.ID, Version: c.Version}}); err != nil {
			t.Fatal(err)
		}
		_, err = f.Logbook.Enroll(t.Context(), f.Registrar, f.School.ID, logbook.Enroll{Email: "late@students.example", Name: "Late", ProgramID: f.Version.ProgramID, Invite: true})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, e := range audited(t, f)[before:] {
			told = append(told, e.Action)
		}
		want := "entry.log entry.log entry.log entry.sign entry.sign entry.sign entry.correct entry.sign enrollment.create"
		if got := strings.Join(told, " "); got != want {
			t.Errorf("told %s\nwant %s", got, want)
		}
		if invited != 2 || failed == 0 {
			t.Errorf("invited in %d attempts, %d attempts in all", invited, failed)
		}
		f.CheckLedger(t)
	})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		failed, prepared, changed, encoded := 0, 0, 0, 0
		k := act.New(storetest.Flaky[logbook.Tx]{Store: bound(db), Failed: &failed}, f.Source, nil)
		send := func(key, hash string, encode func(any) (core.KeptAnswer, error)) (string, error) {
			c := command(f)
			c.Prepare = func(context.Context) error { prepared++; return nil }
			change := c.Change
			c.Change = func(ctx context.Context, s act.Step[logbook.Tx], p logbook.Place) (string, error) {
				changed++
				return change(ctx, s, p)
			}
			ctx := act.WithOnce(t.Context(), &act.Once{Holder: "somebody", Key: key, Hash: []byte(hash), Encode: encode})
			return act.Do(ctx, k, f.Student, logs, c)
		}
		encode := func(result any) (core.KeptAnswer, error) {
			encoded++
			return core.KeptAnswer{Status: 201, Header: map[string][]string{"Etag": {`"1"`}}, Body: fmt.Append(nil, result)}, nil
		}
		if name, err := send("a", "hash", encode); err != nil || name != "Mara Quill" || prepared != 1 || changed != 2 || encoded != 2 {
			t.Fatalf("%q, %v; prepared %d, changed %d and encoded %d times", name, err, prepared, changed, encoded)
		}
		events := len(audited(t, f))
		_, err := send("a", "hash", encode)
		replay, ok := errors.AsType[*act.Replay](err)
		if !ok || replay.Answer.Status != 201 || string(replay.Answer.Body) != "Mara Quill" || replay.Answer.Header["Etag"][0] != `"1"` || changed != 2 {
			t.Errorf("the second time gives %v, changed %d times", err, changed)
		}
		if _, err := send("a", "other", encode); core.CodeOf(err) != "idempotency_key_reused" {
			t.Errorf("another request with the key gives %v", err)
		}
		broken := errors.New("cannot be written")
		if _, err := send("b", "hash", func(any) (core.KeptAnswer, error) { return core.KeptAnswer{}, broken }); !errors.Is(err, broken) {
			t.Errorf("an answer that cannot be kept gives %v", err)
		}
		if n := len(audited(t, f)); n != events {
			t.Errorf("%d events are told of what was not done", n-events)
		}
		if _, err := send("b", "hash", encode); err != nil {
			t.Errorf("after it was refused the key gives %v", err)
		}
	})
}

// A key is the command's for which it came, and not of one that it runs while it
// prepares.
func TestOnce_Prepare(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		var encoded []any
		encode := func(result any) (core.KeptAnswer, error) {
			encoded = append(encoded, result)
			return core.KeptAnswer{Status: 201}, nil
		}
		ctx := act.WithOnce(t.Context(), &act.Once{Holder: "somebody", Key: "a", Hash: []byte("hash"), Encode: encode})
		c := command(f)
		c.Prepare = func(ctx context.Context) error {
			inner := command(f)
			inner.Change = func(context.Context, act.Step[logbook.Tx], logbook.Place) (string, error) { return "prepared", nil }
			_, err := act.Do(ctx, k, f.Student, logs, inner)
			return err
		}
		if name, err := act.Do(ctx, k, f.Student, logs, c); err != nil || name != "Mara Quill" || !slices.Equal(encoded, []any{"Mara Quill"}) {
			t.Errorf("%q, %v; kept %v", name, err, encoded)
		}
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		place := func(ctx context.Context, tx logbook.Tx) error {
			_, err := tx.EnrollmentPlace(ctx, f.Enrollment, core.MemberID{})
			return err
		}
		got, err := act.Read(t.Context(), k, f.Student, access.EntryRead, func(ctx context.Context, r act.Reader[logbook.Tx]) (string, error) {
			return "secret", place(ctx, r.Tx)
		})
		if err == nil || core.AsFault(err) != nil || got != "" {
			t.Errorf("what was read without asking gives %q, %v", got, err)
		}
		got, err = act.Read(t.Context(), k, f.OtherOffice, access.EntryRead, func(ctx context.Context, r act.Reader[logbook.Tx]) (string, error) {
			return "secret", r.May(ctx, access.Target{Organization: f.School.ID})
		})
		if core.CodeOf(err) != "not_found" || got != "" {
			t.Errorf("a stranger reads %q, %v", got, err)
		}
		_, err = act.Look(t.Context(), k, f.Student, access.SelfRead, func(ctx context.Context, r act.Reader[logbook.Tx]) (string, error) {
			return "", errors.Join(r.May(ctx, access.Target{}), place(ctx, r.Tx), place(ctx, r.Tx))
		})
		if err == nil || !strings.Contains(err.Error(), "second statement") {
			t.Errorf("two statements without a snapshot give %v", err)
		}
		_, err = act.Inspect(t.Context(), k, func(ctx context.Context, _ logbook.Tx) (string, error) {
			_, err := act.Do(ctx, k, f.Student, logs, command(f))
			return "", err
		})
		if err == nil {
			t.Error("a command ran within a snapshot that only reads")
		}
	})
}

// What a snapshot reads is of one moment, whatever is written meanwhile.
func TestInspect_OneMoment(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		k := act.New(bound(db), f.Source, nil)
		n, err := act.Inspect(t.Context(), k, func(ctx context.Context, tx logbook.Tx) (int, error) {
			first, err := tx.FindEntries(ctx, logbook.EntryQuery{Enrollment: f.Enrollment, Limit: 10})
			if err != nil || len(first) != 0 {
				return len(first), err
			}
			if _, err := f.Logbook.Log(t.Context(), f.Student, f.Enrollment, f.Session(t, 0)); err != nil {
				return 0, err
			}
			second, err := tx.FindEntries(ctx, logbook.EntryQuery{Enrollment: f.Enrollment, Limit: 10})
			return len(second), err
		})
		if err != nil || n != 0 {
			t.Errorf("the snapshot sees %d entries, %v", n, err)
		}
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		for i := range 5 {
			f.Enrolled(t, fmt.Sprintf("Student %d", i), fmt.Sprintf("s%d@students.example", i))
		}
		var names []string
		page := core.Page{Limit: 2}
		for {
			list, err := f.Logbook.Enrollments(t.Context(), f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range list.Items {
				names = append(names, row.Name)
			}
			if page.Cursor = list.Next; list.Next == "" {
				break
			}
			held, err := base64.RawURLEncoding.DecodeString(list.Next)
			if _, key, _ := strings.Cut(string(held), "\x1f"); err != nil || len(key) != len(core.EnrollmentID{}.String()) {
				t.Errorf("the cursor holds %q", held)
			}
			if _, err := f.Logbook.Programs(t.Context(), f.Registrar, f.School.ID, page); core.CodeOf(err) != "bad_cursor" {
				t.Errorf("a cursor of enrollments is one of programs: %v", err)
			}
		}
		if len(names) != 7 || !slices.IsSorted(names) {
			t.Errorf("the pages have %q", names)
		}
		for _, cursor := range []string{"x", core.EncodeCursor("enrollment.read logbook.EnrollmentRow", "a"), core.EncodeCursor("a", "b")} {
			_, err := f.Logbook.Enrollments(t.Context(), f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{Cursor: cursor})
			if core.CodeOf(err) != "bad_cursor" {
				t.Errorf("the cursor %q gives %v", cursor, err)
			}
		}
	})
}

// The doctor reads one moment, so that it has nothing to say of a sound record
// however much is written meanwhile.
func TestDoctor_BesideWrites(t *testing.T) {
	t.Parallel()
	rounds := 60
	if testkit.Full() {
		rounds = 250
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		testkit.Beside(t, func() error {
			for n := range rounds { // of four writes each: two sessions are logged, and signed, and one is judged
				var refs []logbook.EntryRef
				for i := range 2 {
					e, err := f.Logbook.Log(t.Context(), f.Student, f.Enrollment, f.Session(t, 2*n+i))
					if err != nil {
						return err
					}
					refs = append(refs, logbook.EntryRef{ID: e.ID, Version: e.Version})
				}
				if _, err := f.Logbook.Sign(t.Context(), f.Alvarez, f.School.ID, refs); err != nil {
					return err
				}
				if _, err := f.Logbook.Progress(t.Context(), f.Student, f.Enrollment); err != nil {
					return err
				}
			}
			return nil
		}, func() { f.CheckLedger(t) })
	})
}

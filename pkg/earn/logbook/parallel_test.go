package logbook_test

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/kepttest"
)

// atOnce runs fn n times in parallel and counts who came through; any error
// that is no fault fails the test.
func atOnce(t *testing.T, n int, fn func(i int) error) int {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { errs[i] = fn(i) })
	}
	wg.Wait()
	through := 0
	for _, err := range errs {
		switch {
		case err == nil:
			through++
		case core.AsFault(err) == nil:
			t.Errorf("no fault: %v", err)
		}
	}
	return through
}

func TestService_FiftyAtOnce(t *testing.T) {
	const n, entries = 50, 5
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		if got := atOnce(t, n, func(i int) error {
			_, err := s.Log(bg, f.Student, f.Enrollment, f.Session(t, i%entries))
			return err
		}); got != entries {
			t.Fatalf("%d of the same %d sessions were taken", got, entries)
		}
		f.CheckLedger(t)
		drafts := make([]core.Entry, entries)
		for i := range drafts {
			in := f.Session(t, 10+i)
			in.Submit = false
			drafts[i] = ok[core.Entry](t)(s.Log(bg, f.Student, f.Enrollment, in))
		}
		if got := atOnce(t, n, func(i int) error {
			_, err := s.Submit(bg, f.Student, drafts[i%entries].ID, 0)
			return err
		}); got != entries {
			t.Fatalf("%d submits of %d drafts came through", got, entries)
		}
		list := ok[core.List[core.Entry]](t)(s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{}, core.Page{Limit: 100}))
		if got := atOnce(t, n, func(i int) error {
			// Half sign one, half sign three in an order of their own.
			refs := ref(list.Items[i%len(list.Items)])
			if i%2 == 1 {
				refs = append(refs, logbook.EntryRef{ID: list.Items[(i+3)%len(list.Items)].ID}, logbook.EntryRef{ID: list.Items[(i+6)%len(list.Items)].ID})
			}
			_, err := s.Sign(bg, f.Alvarez, f.School.ID, refs)
			return err
		}); got == 0 || got > len(list.Items) {
			t.Fatalf("%d signs of %d entries came through", got, len(list.Items))
		}
		f.CheckLedger(t)
		for _, e := range list.Items {
			if _, err := s.Sign(bg, f.Alvarez, f.School.ID, ref(e)); err != nil {
				wantCode(t, err, "not_submitted")
			}
		}
		if p := progress(t, f); p.Standing.Recorded != 2*entries*120 {
			t.Fatalf("each is posted once: %s", p.Standing.Recorded)
		}
		if got := atOnce(t, n, func(i int) error {
			in := logbook.Correction{LogEntry: f.Session(t, i%entries), Reason: "Half an hour less"}
			in.End = in.Start[:2] + ":30"
			_, err := s.Correct(bg, f.Student, entryAt(list.Items, in.LogEntry).ID, 0, in)
			return err
		}); got != entries {
			t.Fatalf("%d corrections of %d entries came through", got, entries)
		}
		waiting := ok[core.List[core.Entry]](t)(s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{State: core.EntrySubmitted}, core.Page{Limit: 100}))
		atOnce(t, n, func(i int) error {
			_, err := s.Sign(bg, f.Alvarez, f.School.ID, ref(waiting.Items[i%entries]))
			return err
		})
		if p := progress(t, f); p.Standing.Recorded != entries*(30+120) || p.Waiting != 0 {
			t.Fatalf("each correction is posted once: %s, waiting %s", p.Standing.Recorded, p.Waiting)
		}
	})
}

// entryAt finds the entry of a session.
func entryAt(entries []core.Entry, in logbook.LogEntry) core.Entry {
	for _, e := range entries {
		start, _ := core.ParseWallTime(in.Start)
		at, _ := in.Date.Resolve(start, core.Organization{Zone: e.Session.Zone}.Location())
		if e.Session.Start.Equal(at) {
			return e
		}
	}
	return core.Entry{}
}

// TestService_AnyOrder drives a random story and holds the record against
// itself after each step.
func TestService_AnyOrder(t *testing.T) {
	drawn(t, func(t *testing.T, f *kepttest.Fixture) {
		rapid.Check(t, func(r *rapid.T) {
			email := "s" + core.NewID[core.AccountID](f.Source).String() + "@students.example"
			student, enrollment := f.Enrolled(t, "Rapid", email)
			m := &machine{f: f, t: t, student: student, enrollment: enrollment}
			for range rapid.IntRange(1, 25).Draw(r, "steps") {
				m.step(r)
			}
			m.check(r)
		})
	})
}

type machine struct {
	f          *kepttest.Fixture
	t          testing.TB
	student    access.Actor
	enrollment core.EnrollmentID
	entries    []core.EntryID
}

func (m *machine) step(r *rapid.T) {
	s := m.f.Logbook
	in := m.f.Session(m.t, rapid.IntRange(0, 8).Draw(r, "slot"))
	in.Submit = rapid.Bool().Draw(r, "submit")
	in.Subject = rapid.SampledFrom([]string{"kinesiology", "pathology"}).Draw(r, "subject")
	if rapid.IntRange(0, 4).Draw(r, "timed") == 0 {
		in.Start, in.End, in.Minutes = "", "", core.Minutes(rapid.IntRange(1, 720).Draw(r, "minutes"))
	}
	var id core.EntryID
	if len(m.entries) > 0 {
		id = rapid.SampledFrom(m.entries).Draw(r, "entry")
	}
	var e core.Entry
	var err error
	switch rapid.SampledFrom([]string{"log", "log", "edit", "submit", "withdraw", "sign", "sign", "sign many", "return", "correct", "progress"}).Draw(r, "step") {
	case "log":
		e, err = s.Log(bg, m.student, m.enrollment, in)
	case "edit":
		_, err = s.Edit(bg, m.student, id, 0, in)
	case "submit":
		_, err = s.Submit(bg, m.student, id, 0)
	case "withdraw":
		_, err = s.Withdraw(bg, m.student, id, 0)
	case "sign":
		_, err = s.Sign(bg, m.f.Alvarez, m.f.School.ID, []logbook.EntryRef{{ID: id}})
	case "sign many":
		var refs []logbook.EntryRef
		for _, other := range m.entries {
			refs = append(refs, logbook.EntryRef{ID: other})
		}
		_, err = s.Sign(bg, m.f.Alvarez, m.f.School.ID, refs)
	case "return":
		_, err = s.Return(bg, m.f.Alvarez, id, 0, "Again, please")
	case "correct":
		e, err = s.Correct(bg, m.student, id, 0, logbook.Correction{LogEntry: in, Reason: "It was so"})
	case "progress":
		_, err = s.Progress(bg, m.student, m.enrollment)
	}
	if err != nil && core.AsFault(err) == nil {
		r.Fatalf("no fault: %v", err)
	}
	if err == nil && !e.ID.IsZero() {
		m.entries = append(m.entries, e.ID)
	}
}

// check holds progress against the entries.
func (m *machine) check(r *rapid.T) {
	p, err := m.f.Logbook.Progress(bg, m.student, m.enrollment)
	if err != nil {
		r.Fatal(err)
	}
	list, err := m.f.Logbook.Entries(bg, m.student, m.enrollment, logbook.EntryFilter{}, core.Page{Limit: 100})
	if err != nil {
		r.Fatal(err)
	}
	var signed, waiting core.Minutes
	for i, e := range list.Items {
		switch e.State {
		case core.EntrySigned:
			signed += e.Session.Minutes
		case core.EntrySubmitted:
			waiting += e.Session.Minutes
		}
		for _, o := range list.Items[:i] {
			if live(e) && live(o) && e.Session.Overlaps(o.Session) {
				r.Fatalf("two live sessions overlap: %+v and %+v", e, o)
			}
		}
	}
	if p.Standing.Recorded != signed || p.Waiting != waiting {
		r.Fatalf("recorded %s, entries say %s; waiting %s, entries say %s", p.Standing.Recorded, signed, p.Waiting, waiting)
	}
}

func live(e core.Entry) bool {
	return e.State == core.EntrySigned || e.State == core.EntrySubmitted && e.Corrects.IsZero()
}

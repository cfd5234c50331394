package logbook_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/kepttest"
)

// TestService_InboxCounts follows how many sessions wait, through everything that
// makes one wait or ends it.
func TestService_InboxCounts(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s, entry := f.Logbook, ok[core.Entry](t)
		waits := func(when string, alvarez, okafor int) {
			t.Helper()
			f.CheckLedger(t)
			a := ok[core.List[logbook.InboxGroup]](t)(s.Inbox(bg, f.Alvarez, f.School.ID, core.Page{}))
			o := ok[core.List[logbook.InboxGroup]](t)(s.Inbox(bg, f.Okafor, f.School.ID, core.Page{}))
			if a.Total != alvarez || o.Total != okafor {
				t.Fatalf("%s: %d wait for Alvarez and %d for Okafor, want %d and %d", when, a.Total, o.Total, alvarez, okafor)
			}
			shown := 0
			for _, g := range a.Items {
				shown += len(g.Items)
			}
			if shown != alvarez {
				t.Fatalf("%s: %d are shown", when, shown)
			}
		}
		waits("at first", 0, 0)
		draft := f.Session(t, 0)
		draft.Submit = false
		first := entry(s.Log(bg, f.Student, f.Enrollment, draft))
		waits("a draft", 0, 0)
		first = entry(s.Submit(bg, f.Student, first.ID, 0))
		waits("submitted", 1, 0)
		other := f.Session(t, 1)
		other.SupervisorID = f.Supervisor(t, f.Okafor)
		second := entry(s.Log(bg, f.Student, f.Enrollment, other))
		waits("logged for another", 1, 1)
		first = entry(s.Return(bg, f.Alvarez, first.ID, 0, "Which day?"))
		waits("returned", 0, 1)
		moved := f.Session(t, 20)
		moved.Minutes, moved.Start, moved.End = 600, "", ""
		entry(s.Edit(bg, f.Student, first.ID, 0, moved))
		waits("edited and submitted to the same, in another week", 1, 1)
		entry(s.Withdraw(bg, f.Student, second.ID, 0))
		waits("withdrawn", 1, 0)
		ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, []logbook.EntryRef{{ID: first.ID}}))
		waits("signed", 0, 0)
		fix := f.Session(t, 20)
		entry(s.Correct(bg, f.Student, first.ID, 0, logbook.Correction{LogEntry: fix, Reason: "Two hours."}))
		waits("a correction", 1, 0)
		ok[logbook.ImportReport](t)(s.Import(bg, f.Registrar, f.School.ID, request(f, file)))
		waits("an import", 1, 0)
	})
}

// TestService_InboxPages reads on week by week while sessions are signed, in the
// order that was told, and finds no name in the cursor.
func TestService_InboxPages(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		for week := range 5 {
			for _, n := range []int{0, 1} {
				ok[core.Entry](t)(f.Logbook.Log(bg, f.Student, f.Enrollment, f.Session(t, week*42+n)))
				ok[core.Entry](t)(f.Logbook.Log(bg, f.Student2, f.Enrollment2, f.Session(t, week*42+n)))
			}
		}
		var got []string
		for page, left := (core.Page{Limit: 3}), 20; ; {
			list := ok[core.List[logbook.InboxGroup]](t)(f.Logbook.Inbox(bg, f.Alvarez, f.School.ID, page))
			if list.Total != left {
				t.Errorf("%d wait in all, want %d", list.Total, left)
			}
			var refs []logbook.EntryRef
			for _, g := range list.Items {
				got = append(got, g.Week.String()+" "+g.StudentName)
				for _, item := range g.Items {
					refs = append(refs, ref(item.Entry)...)
				}
			}
			if page.Cursor = list.Next; list.Next == "" {
				break
			}
			noName(t, list.Next)
			ok[logbook.Signing](t)(f.Logbook.Sign(bg, f.Alvarez, f.School.ID, refs))
			left -= len(refs)
		}
		var want []string
		for monday := (core.Date{Year: 2025, Month: 12, Day: 29}); len(want) < 10; monday = monday.AddDays(7) {
			want = append(want, monday.String()+" Mara Quill", monday.String()+" Noah Birch") // all are late
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		const inbox = "inbox.read logbook.InboxGroup" // the list, as act names it
		for _, bad := range []string{"x", core.EncodeCursor(inbox, "true", "2026-01-05"), core.EncodeCursor(inbox, "true", "yesterday", f.Enrollment.String()), core.EncodeCursor(inbox, "true", "2026-01-05", "Mara Quill")} {
			_, err := f.Logbook.Inbox(bg, f.Alvarez, f.School.ID, core.Page{Cursor: bad})
			wantCode(t, err, "bad_cursor")
		}
		foreign := ok[core.List[logbook.InboxGroup]](t)(f.Logbook.Inbox(bg, f.OtherTeacher, f.Other.ID, core.Page{Cursor: core.EncodeCursor(inbox, "true", "2026-01-05", f.Enrollment.String())}))
		if len(foreign.Items) != 0 || foreign.Total != 0 {
			t.Errorf("another school's supervisor sees %+v", foreign)
		}
	})
}

// noName fails where a cursor tells who someone is.
func noName(t testing.TB, cursor string) {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Mara", "Quill", "Noah", "Birch", "@"} {
		if strings.Contains(string(text), name) {
			t.Errorf("the cursor holds %q", text)
		}
	}
}

// BenchmarkInbox reads the first page of a supervisor for whom 100,000 sessions
// of 500 students wait.
func BenchmarkInbox(b *testing.B) {
	benchEach(b, func(b *testing.B, f *kepttest.Fixture) {
		operator := f.Admin
		operator.Operator = true
		for student := range 500 {
			_, enrollment := f.Enrolled(b, fmt.Sprintf("Student %03d", student), fmt.Sprintf("s%03d@students.example", student))
			rows := make([]logbook.SeedEntry, 200)
			for i := range rows {
				in := f.Session(b, i)
				session, err := core.NewSession(in.SessionInput, f.School, f.Source.Now())
				if err != nil {
					b.Fatal(err)
				}
				rows[i] = logbook.SeedEntry{EnrollmentID: enrollment, SupervisorID: in.SupervisorID, State: core.EntrySubmitted, Session: session, At: session.End}
			}
			if err := f.Logbook.Seed(bg, operator, f.School.ID, rows); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportAllocs()
		for b.Loop() {
			list, err := f.Logbook.Inbox(bg, f.Alvarez, f.School.ID, core.Page{Limit: 10})
			if err != nil || list.Total != 100_000 || len(list.Items) != 10 {
				b.Fatal(list.Total, err)
			}
		}
	})
}

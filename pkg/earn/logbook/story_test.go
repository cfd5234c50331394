package logbook_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

var bg = context.Background()

func each(t *testing.T, fn func(t *testing.T, f *kepttest.Fixture)) {
	t.Helper()
	t.Parallel()
	storetest.OneOrFull(t, atSchool(fn))
}

// both is each for the stories, for what races, and for what the databases refuse or
// compute each in its own way: on one that is drawn, and on both in full.
func both(t *testing.T, fn func(t *testing.T, f *kepttest.Fixture)) {
	t.Helper()
	t.Parallel()
	storetest.Drawn(t, atSchool(fn))
}

// drawn is both for what takes seconds: on one of them, and on both under
// testkit.Full.
func drawn(t *testing.T, fn func(t *testing.T, f *kepttest.Fixture)) {
	t.Helper()
	t.Parallel()
	storetest.Drawn(t, atSchool(fn))
}

func atSchool(fn func(t *testing.T, f *kepttest.Fixture)) func(*testing.T, *store.DB) {
	return func(t *testing.T, db *store.DB) {
		f := kepttest.School(t, db)
		fn(t, f)
		f.CheckLedger(t)
	}
}

func ok[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("want %s, got %v", code, err)
	}
}

func ref(e core.Entry) []logbook.EntryRef { return []logbook.EntryRef{{ID: e.ID, Version: e.Version}} }

func progress(t testing.TB, f *kepttest.Fixture) logbook.Progress {
	t.Helper()
	return ok[logbook.Progress](t)(f.Logbook.Progress(bg, f.Student, f.Enrollment))
}

func TestService_Story(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s, entry := f.Logbook, ok[core.Entry](t)
		draft := f.Session(t, 0)
		draft.Submit, draft.Note = false, "Swedish strokes\nwith a partner"
		e := entry(s.Log(bg, f.Student, f.Enrollment, draft))
		if p := progress(t, f); e.State != core.EntryDraft || p.Waiting != 0 || p.Standing.Missing != core.Hours(600) {
			t.Fatalf("a draft counts nowhere: %+v", p)
		}
		form := ok[logbook.LogEntry](t)(s.Prefill(bg, f.Student, f.Enrollment))
		if form.Start != "08:00" || form.End != "10:00" || form.SupervisorID != draft.SupervisorID || form.Date.String() != "2026-09-01" {
			t.Fatalf("the form is filled from the last entry: %+v", form)
		}
		e = entry(s.Submit(bg, f.Student, e.ID, e.Version))
		if p := progress(t, f); p.Waiting != 120 || p.WaitingEntries != 1 || p.WaitingBySubject["massage-practice"] != 120 {
			t.Fatalf("what is submitted waits: %+v", p)
		}
		_, err := s.Return(bg, f.Alvarez, e.ID, e.Version, " ")
		wantCode(t, err, "required")
		e = entry(s.Return(bg, f.Alvarez, e.ID, e.Version, "Which end time?"))
		if p := progress(t, f); p.Waiting != 0 || e.State != core.EntryReturned {
			t.Fatalf("what is returned waits no more: %+v", p)
		}
		changed := draft
		changed.End, changed.Submit = "09:30", true
		e = entry(s.Edit(bg, f.Student, e.ID, e.Version, changed))
		if e.State != core.EntrySubmitted || e.ReturnReason != "" {
			t.Fatalf("edited and submitted: %+v", e)
		}
		signed := ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, ref(e)))
		if signed.Signed[0].SignedByName != "Rosa Alvarez" {
			t.Fatalf("%+v", signed.Signed[0])
		}
		p := progress(t, f)
		if p.Standing.Valid != 90 || p.Standing.Recorded != 90 || p.Waiting != 0 {
			t.Fatalf("what is signed counts: %+v", p.Standing)
		}
		f.CheckLedger(t)

		_, err = s.Edit(bg, f.Student, e.ID, 0, changed)
		wantCode(t, err, "not_open")
		_, err = s.Withdraw(bg, f.Student, e.ID, 0)
		wantCode(t, err, "not_open")
		_, err = s.Sign(bg, f.Alvarez, f.School.ID, ref(e))
		wantCode(t, err, "not_submitted")

		longer := logbook.Correction{LogEntry: draft}
		_, err = s.Correct(bg, f.Student, e.ID, 0, longer)
		wantCode(t, err, "required")
		longer.Reason, longer.Subject = "It was kinesiology until ten", "Kinesiology"
		c := entry(s.Correct(bg, f.Student, e.ID, 0, longer))
		_, err = s.Correct(bg, f.Student, e.ID, 0, longer)
		wantCode(t, err, "correction_pending")
		if p := progress(t, f); p.Standing.Valid != 90 || p.Waiting != 120 {
			t.Fatalf("until it is signed the correction only waits: %+v", p)
		}
		ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, ref(c)))
		p = progress(t, f)
		if p.Standing.Valid != 120 || p.Standing.Recorded != 120 {
			t.Fatalf("the correction supersedes: %+v", p.Standing)
		}
		detail := ok[logbook.EntryDetail](t)(s.Entry(bg, f.Student, e.ID))
		if detail.Entry.State != core.EntrySuperseded || detail.Entry.SupersededBy != c.ID || detail.Entry.Note != draft.Note ||
			len(detail.History) != 1 || len(detail.Posted) != 2 || detail.Posted[1].Minutes != -90 {
			t.Fatalf("the old one stays to be read: %+v", detail)
		}
		credits := ok[core.List[core.Credit]](t)(s.Credits(bg, f.Student, f.Enrollment, core.Page{Limit: 2}))
		if len(credits.Items) != 2 || credits.Next == "" || credits.Items[0].Minutes != 120 || credits.Items[1].Minutes != -90 {
			t.Fatalf("what was posted last comes first: %+v", credits)
		}
		rest := ok[core.List[core.Credit]](t)(s.Credits(bg, f.Student, f.Enrollment, core.Page{Limit: 2, Cursor: credits.Next}))
		if len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].Minutes != 90 {
			t.Fatalf("%+v", rest)
		}
	})
}

// TestService_Credits signs the newest session first and still finds the ledger by
// the day, part by part.
func TestService_Credits(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		for _, n := range []int{18, 0, 12, 6, 7} {
			f.Signed(t, f.Session(t, n))
		}
		var got []string
		for page := (core.Page{Limit: 2}); ; {
			list := ok[core.List[core.Credit]](t)(f.Logbook.Credits(bg, f.Student, f.Enrollment, page))
			for _, c := range list.Items {
				got = append(got, c.Start.Format("01-02 15h"))
			}
			if page.Cursor = list.Next; list.Next == "" {
				break
			}
		}
		if want := "01-04 13h, 01-03 13h, 01-02 15h, 01-02 13h, 01-01 13h"; strings.Join(got, ", ") != want {
			t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
		}
		f.Signed(t, f.Session(t, 24))
		other := ok[core.List[core.Credit]](t)(f.Logbook.Credits(bg, f.Student2, f.Enrollment2, core.Page{}))
		if len(other.Items) != 0 {
			t.Errorf("another's ledger has %+v", other)
		}
	})
}

func TestService_Log(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		ok[core.Entry](t)(s.Log(bg, f.Student, f.Enrollment, f.Session(t, 0)))
		otherTeacher, _ := f.OtherTeacher.Member(f.Other.ID, core.RoleSupervisor)
		own := f.Actor(t, f.School, core.RoleSupervisor, f.Student.Name, f.Student.Email)
		for name, c := range map[string]struct {
			change func(*logbook.LogEntry)
			code   string
		}{
			"ErrOverlap":            {func(in *logbook.LogEntry) { in.Start, in.End = "09:59", "11:00" }, "entry_overlap"},
			"ErrUnknownSubject":     {func(in *logbook.LogEntry) { in.Subject = "astrology" }, "unknown_subject"},
			"ErrUnknownSupervisor":  {func(in *logbook.LogEntry) { in.SupervisorID = otherTeacher }, "unknown_supervisor"},
			"ErrOwnSupervisor":      {func(in *logbook.LogEntry) { in.SupervisorID = f.Supervisor(t, own) }, "unknown_supervisor"},
			"ErrNoSupervisor":       {func(in *logbook.LogEntry) { in.SupervisorID = core.MemberID{} }, "required"},
			"ErrFuture":             {func(in *logbook.LogEntry) { in.Date = core.Date{Year: 2026, Month: 9, Day: 2} }, "future"},
			"ErrSeveral":            {func(in *logbook.LogEntry) { in.Subject, in.Setting = "", "attic" }, "invalid"},
			"ErrLongNote":           {func(in *logbook.LogEntry) { in.Note = strings.Repeat("x", logbook.LongestNote+1) }, "too_long"},
			"OverlappingDraft":      {func(in *logbook.LogEntry) { in.Submit = false }, ""},
			"Touching":              {func(in *logbook.LogEntry) { in.Start, in.End = "10:00", "11:00" }, ""},
			"MinutesOnTheSameDay":   {func(in *logbook.LogEntry) { in.Start, in.End, in.Minutes = "", "", 60 }, ""},
			"SubjectByTitle":        {func(in *logbook.LogEntry) { in.Date, in.Subject = in.Date.AddDays(2), "Kinesiology" }, ""},
			"TwelveHoursOverNight":  {func(in *logbook.LogEntry) { in.Date, in.Start, in.End = in.Date.AddDays(4), "20:00", "08:00" }, ""},
			"ErrLongerThanTwelve":   {func(in *logbook.LogEntry) { in.Date, in.Start, in.End = in.Date.AddDays(6), "20:00", "08:01" }, "too_long"},
			"ErrOverlapSameSession": {func(*logbook.LogEntry) {}, "entry_overlap"},
		} {
			in := f.Session(t, 0)
			c.change(&in)
			if _, err := s.Log(bg, f.Student, f.Enrollment, in); core.CodeOf(err) != c.code || c.code == "" && err != nil {
				t.Errorf("%s: want %q, got %v", name, c.code, err)
			}
		}
		_, err := s.Log(bg, f.Student, f.Enrollment, f.Session(t, 0))
		if fault := core.AsFault(err); fault == nil || !strings.Contains(fault.Message(), "Jan 1, 2026, 8:00 AM to 10:00 AM") {
			t.Fatalf("the message names the other session: %v", err)
		}
		list := ok[core.List[core.Entry]](t)(s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{State: core.EntryDraft}, core.Page{}))
		if len(list.Items) != 1 {
			t.Fatalf("%+v", list)
		}
		_, err = s.Submit(bg, f.Student, list.Items[0].ID, 0)
		wantCode(t, err, "entry_overlap")
		if _, err := s.Log(bg, f.Student2, f.Enrollment2, f.Session(t, 0)); err != nil {
			t.Fatalf("another student's sessions do not matter: %v", err)
		}
		e := ok[core.Entry](t)(s.Withdraw(bg, f.Student, list.Items[0].ID, 0))
		_, err = s.Submit(bg, f.Student, e.ID, 0)
		wantCode(t, err, "not_open")
		_, err = s.Submit(bg, f.Student, e.ID, e.Version-1)
		wantCode(t, err, "stale")
	})
}

func TestService_Access(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		e := ok[core.Entry](t)(s.Log(bg, f.Student, f.Enrollment, f.Session(t, 0)))
		stale := f.Alvarez
		stale.AuthenticatedAt = stale.AuthenticatedAt.Add(-16 * time.Minute)
		token, reader := f.Alvarez, f.Student
		token.Token, reader.ReadOnly = true, true
		ownTeacher := f.Actor(t, f.School, core.RoleSupervisor, f.Student.Name, f.Student.Email)
		for name, c := range map[string]struct {
			do   func() error
			code string
		}{
			"a stranger reads an entry":      {func() error { _, err := s.Entry(bg, access.Actor{}, e.ID); return err }, "unauthenticated"},
			"another student reads an entry": {func() error { _, err := s.Entry(bg, f.Student2, e.ID); return err }, "not_found"},
			"another school reads an entry":  {func() error { _, err := s.Entry(bg, f.OtherOffice, e.ID); return err }, "not_found"},
			"another school reads progress":  {func() error { _, err := s.Progress(bg, f.OtherOffice, f.Enrollment); return err }, "not_found"},
			"another school lists": {func() error {
				_, err := s.Enrollments(bg, f.OtherOffice, f.School.ID, logbook.EnrollmentFilter{}, core.Page{})
				return err
			}, "not_found"},
			"another school signs":            {func() error { _, err := s.Sign(bg, f.OtherTeacher, f.Other.ID, ref(e)); return err }, "not_found"},
			"another school signs here":       {func() error { _, err := s.Sign(bg, f.OtherTeacher, f.School.ID, ref(e)); return err }, "not_found"},
			"the registrar signs":             {func() error { _, err := s.Sign(bg, f.Registrar, f.School.ID, ref(e)); return err }, "forbidden"},
			"the registrar logs":              {func() error { _, err := s.Log(bg, f.Registrar, f.Enrollment, f.Session(t, 1)); return err }, "forbidden"},
			"another student logs":            {func() error { _, err := s.Log(bg, f.Student2, f.Enrollment, f.Session(t, 1)); return err }, "not_found"},
			"a reading token logs":            {func() error { _, err := s.Log(bg, reader, f.Enrollment, f.Session(t, 1)); return err }, "scope_missing"},
			"a token signs":                   {func() error { _, err := s.Sign(bg, token, f.School.ID, ref(e)); return err }, "person_required"},
			"signing long after the password": {func() error { _, err := s.Sign(bg, stale, f.School.ID, ref(e)); return err }, "reauthentication_required"},
			"another supervisor signs":        {func() error { _, err := s.Sign(bg, f.Okafor, f.School.ID, ref(e)); return err }, "other_supervisor"},
			"another supervisor returns":      {func() error { _, err := s.Return(bg, f.Okafor, e.ID, 0, "no"); return err }, "other_supervisor"},
			"the student signs their own":     {func() error { _, err := s.Sign(bg, ownTeacher, f.School.ID, ref(e)); return err }, "own_record"},
			"the student returns their own":   {func() error { _, err := s.Return(bg, ownTeacher, e.ID, 0, "no"); return err }, "own_record"},
			"a student enrolls":               {func() error { _, err := s.Enroll(bg, f.Student, f.School.ID, logbook.Enroll{}); return err }, "forbidden"},
			"a student imports":               {func() error { _, err := s.Import(bg, f.Student, f.School.ID, logbook.ImportRequest{}); return err }, "forbidden"},
			"another school enrolls in our program": {func() error {
				_, err := s.Enroll(bg, f.OtherOffice, f.Other.ID, logbook.Enroll{Email: "x@y.example", Name: "X", ProgramID: f.Version.ProgramID})
				return err
			}, "unknown_program"},
			"nothing to sign": {func() error { _, err := s.Sign(bg, f.Alvarez, f.School.ID, nil); return err }, "required"},
			"twice the same":  {func() error { _, err := s.Sign(bg, f.Alvarez, f.School.ID, append(ref(e), ref(e)...)); return err }, "repeated"},
			"an old version": {func() error {
				_, err := s.Sign(bg, f.Alvarez, f.School.ID, []logbook.EntryRef{{ID: e.ID, Version: 9}})
				return err
			}, "stale"},
			"a bad cursor": {func() error {
				_, err := s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{}, core.Page{Cursor: "x"})
				return err
			}, "bad_cursor"},
			"another name with that address": {func() error {
				_, err := s.Enroll(bg, f.Registrar, f.School.ID, logbook.Enroll{Email: "mara.quill@students.example", Name: "Mo Quill", ProgramID: f.Version.ProgramID})
				return err
			}, "other_name"},
			"enrolled twice": {func() error {
				_, err := s.Enroll(bg, f.Registrar, f.School.ID, logbook.Enroll{Email: "MARA.QUILL@students.example", Name: "Mara Quill", ProgramID: f.Version.ProgramID})
				return err
			}, "already_enrolled"},
		} {
			if err := c.do(); core.CodeOf(err) != c.code {
				t.Errorf("%s: want %s, got %v", name, c.code, err)
			}
		}
		own := ok[core.List[logbook.EnrollmentRow]](t)(s.Enrollments(bg, f.Student, f.School.ID, logbook.EnrollmentFilter{}, core.Page{}))
		if len(own.Items) != 1 || own.Items[0].ID != f.Enrollment {
			t.Fatalf("students see their own: %+v", own)
		}
	})
}

func TestService_SignAllOrNone(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		first := ok[core.Entry](t)(f.Logbook.Log(bg, f.Student, f.Enrollment, f.Session(t, 0)))
		second := ok[core.Entry](t)(f.Logbook.Log(bg, f.Student, f.Enrollment, f.Session(t, 1)))
		ok[core.Entry](t)(f.Logbook.Withdraw(bg, f.Student, second.ID, 0))
		_, err := f.Logbook.Sign(bg, f.Alvarez, f.School.ID, append(ref(first), logbook.EntryRef{ID: second.ID}))
		wantCode(t, err, "not_submitted")
		if got := ok[logbook.EntryDetail](t)(f.Logbook.Entry(bg, f.Student, first.ID)); got.Entry.State != core.EntrySubmitted {
			t.Fatalf("%+v", got.Entry)
		}
	})
}

func TestService_Inbox(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		log := func(a access.Actor, id core.EnrollmentID, date string, start, end string, minutes core.Minutes) core.Entry {
			t.Helper()
			in := f.Session(t, 0)
			in.Date = ok[core.Date](t)(core.ParseDate(date))
			in.Start, in.End, in.Minutes = start, end, minutes
			return ok[core.Entry](t)(f.Logbook.Log(bg, a, id, in))
		}
		log(f.Student, f.Enrollment, "2026-08-24", "09:00", "12:00", 0)
		log(f.Student, f.Enrollment, "2026-08-30", "09:00", "12:00", 0)   // the same week: a Sunday
		log(f.Student, f.Enrollment, "2026-08-31", "08:00", "17:00", 0)   // long
		log(f.Student2, f.Enrollment2, "2026-08-17", "09:00", "10:00", 0) // late: 15 days
		log(f.Student2, f.Enrollment2, "2026-08-18", "09:00", "10:00", 0) // 14 days are none
		log(f.Student2, f.Enrollment2, "2026-08-25", "09:00", "10:00", 0)
		log(f.Student2, f.Enrollment2, "2026-08-25", "", "", 30) // may overlap
		log(f.Student2, f.Enrollment2, "2026-09-01", "09:00", "10:00", 0)
		var got []string
		for page := (core.Page{Limit: 2}); ; {
			list := ok[core.List[logbook.InboxGroup]](t)(f.Logbook.Inbox(bg, f.Alvarez, f.School.ID, page))
			for _, g := range list.Items {
				line := g.StudentName + " " + g.Week.String() + " " + g.Minutes.String()
				for _, item := range g.Items {
					for _, x := range item.Exceptions {
						line += " " + x.Code
					}
				}
				got = append(got, line)
			}
			if page.Cursor = list.Next; list.Next == "" {
				break
			}
		}
		want := []string{
			"Noah Birch 2026-08-17 2 h late", "Noah Birch 2026-08-24 1 h 30 min overlap", "Mara Quill 2026-08-31 9 h long",
			"Mara Quill 2026-08-24 6 h", "Noah Birch 2026-08-31 1 h",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		empty := ok[core.List[logbook.InboxGroup]](t)(f.Logbook.Inbox(bg, f.Okafor, f.School.ID, core.Page{}))
		if len(empty.Items) != 0 {
			t.Fatalf("nothing waits for Okafor: %+v", empty)
		}
	})
}

func TestService_Enrollments(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		f.Signed(t, f.Session(t, 0), f.Session(t, 1))
		ok[core.Entry](t)(f.Logbook.Log(bg, f.Student, f.Enrollment, f.Session(t, 2)))
		list := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{Limit: 1}))
		row := list.Items[0]
		if row.Name != "Mara Quill" || row.Valid != 240 || row.Waiting != 120 || row.Required != core.Hours(600) || list.Next == "" {
			t.Fatalf("%+v", list)
		}
		noName(t, list.Next)
		again := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{Limit: 1}))
		if again.Items[0] != row {
			t.Fatalf("kept: %+v", again.Items[0])
		}
		rest := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{Limit: 1, Cursor: list.Next}))
		if len(rest.Items) != 1 || rest.Items[0].Name != "Noah Birch" || rest.Next != "" {
			t.Fatalf("%+v", rest)
		}
		for query, n := range map[string]int{"noah": 1, "mara.q": 1, "%": 0, "x": 0} {
			found := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{Query: query, State: core.EnrollmentActive}, core.Page{}))
			if len(found.Items) != n {
				t.Errorf("%q finds %d", query, len(found.Items))
			}
		}
		mine := ok[[]logbook.EnrollmentRow](t)(f.Logbook.MyEnrollments(bg, f.Student))
		if len(mine) != 1 || mine[0].Valid != 240 {
			t.Fatalf("%+v", mine)
		}
		v := ok[core.List[logbook.ProgramVersion]](t)(f.Logbook.Programs(bg, f.Student, f.School.ID, core.Page{}))
		if len(v.Items) != 1 || v.Items[0].Number != 1 {
			t.Fatalf("%+v", v)
		}
		_, err := f.Logbook.PublishProgram(bg, f.Registrar, f.School.ID, logbook.PublishProgram{Code: "medical-massage-foundations", Standard: v.Items[0].StandardBody})
		wantCode(t, err, "program_unchanged")
		body := strings.Replace(string(v.Items[0].StandardBody), `"version":"1"`, `"version":"2"`, 1)
		next, err := f.Logbook.PublishProgram(bg, f.Registrar, f.School.ID, logbook.PublishProgram{Code: "medical-massage-foundations", Standard: []byte(body + " ")})
		if err != nil || next.Number != 2 {
			t.Fatal(next.Number, err)
		}
		if all := ok[[]logbook.ProgramVersion](t)(f.Logbook.Program(bg, f.Student, next.ProgramID)); len(all) != 2 || all[0].Number != 2 {
			t.Fatalf("%+v", all)
		}
	})
}

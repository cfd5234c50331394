package logbook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

func on(month time.Month, day int) core.Date { return core.Date{Year: 2026, Month: month, Day: day} }

func TestImpossible(t *testing.T) {
	active := logbook.Enrollment{State: core.EnrollmentActive, EnrolledOn: on(3, 2)}
	over := logbook.Enrollment{State: core.EnrollmentCompleted, EnrolledOn: on(3, 2), CompletedOn: on(6, 1)}
	left := logbook.Enrollment{State: core.EnrollmentWithdrawn, EnrolledOn: on(3, 2)}
	leave := core.Pause{Kind: core.PauseLeave, First: on(4, 6), Last: on(4, 17)}
	ended := leave
	ended.EndedOn = on(4, 15)
	for name, c := range map[string]struct {
		of     logbook.Enrollment
		pause  core.Pause
		date   core.Date
		others core.Minutes
		code   string
	}{
		"the day before":               {of: active, date: on(3, 1), code: "before_enrollment"},
		"the first day":                {of: active, date: on(3, 2)},
		"a typed year":                 {of: active, date: core.Date{Year: 1926, Month: 11, Day: 24}, code: "before_enrollment"},
		"completed":                    {of: over, date: on(5, 1), code: "enrollment_closed"},
		"after the end":                {of: over, date: on(6, 2), code: "enrollment_closed"},
		"withdrawn":                    {of: left, date: on(5, 1), code: "enrollment_closed"},
		"before a leave":               {of: active, pause: leave, date: on(4, 5)},
		"its first day":                {of: active, pause: leave, date: on(4, 6), code: "enrollment_paused"},
		"nobody said it was over":      {of: active, pause: leave, date: on(4, 20), code: "enrollment_paused"},
		"the last day of it":           {of: active, pause: ended, date: on(4, 14), code: "enrollment_paused"},
		"back":                         {of: active, pause: ended, date: on(4, 15)},
		"all of a day":                 {of: active, date: on(5, 1), others: 24*60 - 60},
		"more than a day":              {of: active, date: on(5, 1), others: 24*60 - 59, code: "day_full"},
		"all of the short day":         {of: active, date: on(3, 8), others: 23*60 - 60},
		"more than the short day":      {of: active, date: on(3, 8), others: 23*60 - 59, code: "day_full"},
		"all of the long day":          {of: active, date: on(11, 1), others: 25*60 - 60},
		"more than the long day":       {of: active, date: on(11, 1), others: 25*60 - 59, code: "day_full"},
		"no date is another's to tell": {of: active},
	} {
		s := core.Session{Date: c.date, Zone: "America/New_York", Minutes: 60}
		var pauses []core.Pause
		if !c.pause.First.IsZero() {
			pauses = append(pauses, c.pause)
		}
		why := logbook.Impossible(c.of, pauses, s, c.others)
		if got := codeOf(why); got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
		if why != nil && c.code != "enrollment_closed" && (len(why.Fields) != 1 || why.Fields[0].Name != "date") {
			t.Errorf("%s is of %+v", name, why.Fields)
		}
	}
	// One session alone can be more than its day.
	if why := logbook.Impossible(active, nil, core.Session{Date: on(3, 8), Zone: "America/New_York", Minutes: 23*60 + 1}, 0); codeOf(why) != "day_full" {
		t.Errorf("a session of more than its day gives %v", why)
	}
}

func codeOf(why *core.Fault) string {
	if why == nil {
		return ""
	}
	return why.Code
}

// Over drawn enrollments, pauses and sessions the rule says what walking through the days
// one by one says.
func TestImpossible_Drawn(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 26))
	zones := []string{"America/New_York", "America/Phoenix", "America/Los_Angeles", "America/Havana", "UTC"}
	start := on(1, 1)
	seen := map[string]int{}
	for range testkit.Sample(t, 2_000, 20_000) {
		e := logbook.Enrollment{State: core.EnrollmentActive, EnrolledOn: start.AddDays(r.IntN(300))}
		possible := map[core.Date]bool{}
		for d := e.EnrolledOn; d.Before(start.AddDays(400)); d = d.AddDays(1) {
			possible[d] = true
		}
		var pauses []core.Pause
		for range r.IntN(3) {
			p := core.Pause{First: start.AddDays(r.IntN(330))}
			p.Last = p.First.AddDays(r.IntN(20))
			if r.IntN(3) > 0 {
				p.EndedOn = p.First.AddDays(r.IntN(40))
			}
			for d := p.First; p.Open() && d.Before(start.AddDays(400)) || d.Before(p.EndedOn); d = d.AddDays(1) {
				possible[d] = false
			}
			pauses = append(pauses, p)
		}
		s := core.Session{Date: start.AddDays(r.IntN(365)), Zone: zones[r.IntN(len(zones))], Minutes: core.Minutes(1 + r.IntN(720))}
		others := core.Minutes(r.IntN(26 * 60))
		loc := core.Organization{Zone: s.Zone}.Location()
		shown := core.Minutes(0)
		for at := s.Date.AddDays(-1).In(time.UTC); at.Before(s.Date.AddDays(3).In(time.UTC)); at = at.Add(time.Minute * 15) {
			if core.DateOf(at.In(loc)) == s.Date {
				shown += 15
			}
		}
		why := logbook.Impossible(e, pauses, s, others)
		if want := possible[s.Date] && s.Minutes+others <= shown; (why == nil) != want {
			t.Fatalf("%+v of %+v with %+v and %s more gives %v", s, e, pauses, others, why)
		}
		if e.State = core.EnrollmentWithdrawn; codeOf(logbook.Impossible(e, pauses, s, others)) != "enrollment_closed" {
			t.Fatal("a withdrawn enrollment takes a session")
		}
		seen[codeOf(why)]++
	}
	for _, code := range []string{"", "before_enrollment", "enrollment_paused", "day_full"} {
		if seen[code] == 0 {
			t.Errorf("no pair gave %q", code)
		}
	}
}

// begins has the first student's enrollment begin on a day, as if the office had written
// it so.
func begins(t *testing.T, f *kepttest.Fixture, day core.Date) {
	t.Helper()
	if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
		of, err := kept.On(tx).LockEnrollments(ctx, []core.EnrollmentID{f.Enrollment})
		if err != nil {
			return err
		}
		of[0].EnrolledOn = day
		return kept.On(tx).BeginEnrollment(ctx, of[0])
	}); err != nil {
		t.Fatal(err)
	}
}

// Of a batch the sessions of days that can be are signed, also of other students, and
// each of the others is named.
func TestService_Sign_Days(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s, entry := f.Logbook, ok[core.Entry](t)
		early := entry(s.Log(bg, f.Student, f.Enrollment, f.Session(t, 0)))
		later := entry(s.Log(bg, f.Student, f.Enrollment, f.Session(t, 6)))
		other := entry(s.Log(bg, f.Student2, f.Enrollment2, f.Session(t, 0)))
		begins(t, f, later.Session.Date)
		done := ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, slices.Concat(ref(early), ref(later), ref(other))))
		if len(done.Signed) != 2 || done.Signed[0].ID != later.ID || done.Signed[1].ID != other.ID || len(done.Left) != 1 || done.Left[0].Entry.ID != early.ID {
			t.Fatalf("%+v", done)
		}
		if says := done.Left[0].Field("entries").Message(); !strings.Contains(says, "Mara Quill, Jan 1, 2026") || !strings.Contains(says, "began on Jan 2, 2026") {
			t.Errorf("says %q", says)
		}
		if p := progress(t, f); p.Standing.Recorded != 120 || p.Waiting != 120 {
			t.Errorf("%+v", p)
		}
		_, err := s.Sign(bg, f.Alvarez, f.School.ID, ref(early))
		wantCode(t, err, "before_enrollment")
		if core.AsFault(err).Kind != core.KindConflict {
			t.Errorf("%v is not of the record's state", err)
		}
		begins(t, f, early.Session.Date)
		ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, ref(early)))
	})
}

// A day is full over all of a student's sessions, of whatever state but returned,
// superseded and withdrawn; a correction counts instead of what it corrects.
func TestService_Log_FullDay(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s, entry := f.Logbook, ok[core.Entry](t)
		in := f.Session(t, 0)
		in.Start, in.End, in.Minutes = "", "", 720
		log := func(minutes core.Minutes, submit bool) (core.Entry, error) {
			in.Minutes, in.Submit = minutes, submit
			return s.Log(bg, f.Student, f.Enrollment, in)
		}
		signed := f.Signed(t, in)[0]
		waits := entry(log(660, true))
		draft := entry(log(60, false))
		_, err := log(1, false)
		wantCode(t, err, "day_full")
		if fault := core.AsFault(err); len(fault.Fields) != 1 || fault.Fields[0].Name != "date" || !strings.Contains(fault.Message(), "only 24 h") {
			t.Errorf("%+v", err)
		}
		// The same again changes nothing that was counted.
		in.Minutes, in.Submit = 60, false
		draft = entry(s.Edit(bg, f.Student, draft.ID, 0, in))
		in.Minutes = 61
		_, err = s.Edit(bg, f.Student, draft.ID, 0, in)
		wantCode(t, err, "day_full")
		// What is returned makes room, and finds none when it comes back.
		waits = entry(s.Return(bg, f.Alvarez, waits.ID, 0, "How long?"))
		again := entry(log(660, true))
		_, err = s.Submit(bg, f.Student, waits.ID, 0)
		wantCode(t, err, "day_full")
		entry(s.Withdraw(bg, f.Student, again.ID, 0))
		entry(s.Withdraw(bg, f.Student, draft.ID, 0))
		entry(s.Submit(bg, f.Student, waits.ID, 0))
		// 12 hours that are to become one leave room for eleven.
		in.Minutes, in.Submit = 60, true
		entry(s.Correct(bg, f.Student, signed.ID, 0, logbook.Correction{LogEntry: in, Reason: "An hour."}))
		entry(log(720, true))
		_, err = log(1, true)
		wantCode(t, err, "day_full")
		// Signed first, what waits leaves none for it: the record says 12 hours until the
		// correction is signed.
		list := ok[core.List[core.Entry]](t)(s.Entries(bg, f.Student, f.Enrollment, logbook.EntryFilter{State: core.EntrySubmitted}, core.Page{}))
		var refs []logbook.EntryRef
		for _, e := range list.Items {
			if e.Corrects.IsZero() {
				refs = append(refs, logbook.EntryRef{ID: e.ID})
			}
		}
		if done := ok[logbook.Signing](t)(s.Sign(bg, f.Alvarez, f.School.ID, refs)); len(refs) != 2 || len(done.Signed) != 1 || len(done.Left) != 1 || done.Left[0].Why.Code != "day_full" {
			t.Fatalf("%+v", done)
		}
		entry(s.Log(bg, f.Student2, f.Enrollment2, in)) // another student's day is another
	})
}

const asks = header +
	"mara.quill@students.example,Mara Quill,1926-11-24,09:00,10:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n" +
	"mara.quill@students.example,Mara Quill,2025-08-01,09:00,10:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n" +
	"mara.quill@students.example,Mara Quill,2025-09-02,09:00,10:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n" +
	"new@students.example,Nia Dow,2026-03-05,09:00,10:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n" +
	"new@students.example,Nia Dow,2026-03-04,09:00,10:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n"

// An import neither refuses a record for its day nor guesses: the records are named in
// the trial and the report, and the person who approves says what becomes of them.
func TestService_Import_Days(t *testing.T) {
	for name, c := range map[string]struct {
		decided          logbook.OnDays
		valid            core.Minutes
		reason, enrolled string
	}{
		"left out":         {logbook.LeaveOut, 60, "2 sessions were left out", "2025-09-01"},
		"enrolled earlier": {logbook.EnrollEarlier, 180, "", "1926-11-24"},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, f *kepttest.Fixture) {
				s, report := f.Logbook, ok[logbook.ImportReport](t)
				dry := report(s.DryRun(bg, f.Registrar, f.School.ID, request(f, asks)))
				r := report(s.Import(bg, f.Registrar, f.School.ID, request(f, asks)))
				for _, r := range []logbook.ImportReport{dry, r} {
					if r.Import.Accepted != 5 || r.Import.Refused != 0 || len(r.Asked) != 2 || r.Asked[0].Record != 1 || r.Asked[1].Record != 2 ||
						r.Asked[0].Code != "before_enrollment" || r.Asked[0].Field != "date" || !strings.Contains(r.Asked[0].Message, "Sep 1, 2025") {
						t.Fatalf("%+v", r)
					}
				}
				var kept logbook.Kept
				if err := json.Unmarshal(r.Import.Report, &kept); err != nil || len(kept.Asked) != 2 {
					t.Errorf("kept %+v, %v", kept, err)
				}
				_, err := s.ApproveImport(bg, f.Registrar2, r.Import.ID, 0, "")
				wantCode(t, err, "days_undecided")
				if fault := core.AsFault(err); fault.Fields[0].Name != "days" || !strings.Contains(fault.Message(), "Mara Quill, Nov 24, 1926") {
					t.Errorf("%v", err)
				}
				_, err = s.ApproveImport(bg, f.Registrar2, r.Import.ID, 0, "sign_all")
				wantCode(t, err, "unknown_on_days")
				if p := progress(t, f); p.Waiting != 180 || p.Standing.Recorded != 0 {
					t.Fatalf("%+v", p)
				}
				done := ok[logbook.Import](t)(s.ApproveImport(bg, f.Registrar2, r.Import.ID, 0, c.decided))
				if done.State != logbook.ImportApproved || !strings.Contains(done.Reason, c.reason) || c.reason == "" && done.Reason != "" {
					t.Errorf("%+v", done)
				}
				if p := progress(t, f); p.Standing.Recorded != c.valid || p.Waiting != 0 || p.Enrollment.EnrolledOn.String() != c.enrolled {
					t.Errorf("%+v", p)
				}
				rows := ok[core.List[logbook.EnrollmentRow]](t)(s.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{Query: "Nia"}, core.Page{}))
				if len(rows.Items) != 1 || rows.Items[0].EnrolledOn != on(3, 4) || rows.Items[0].Recorded != 120 {
					t.Errorf("who is new begins on the day of the first session: %+v", rows.Items)
				}
			})
		})
	}
}

// An enrollment that an import makes begins with the first session that can be, and not
// with one that a person is asked about.
func TestService_Import_FirstDay(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		// Noah's day is full, in the program that he is in.
		in := f.Session(t, 0)
		in.Start, in.End, in.Minutes = "", "", 720
		for range 2 {
			ok[core.Entry](t)(f.Logbook.Log(bg, f.Student2, f.Enrollment2, in))
		}
		body, err := standard.Demo().Marshal()
		if err != nil {
			t.Fatal(err)
		}
		second := ok[logbook.ProgramVersion](t)(f.Logbook.PublishProgram(bg, f.Registrar, f.School.ID, logbook.PublishProgram{Code: "second", Title: "Second", Standard: body}))
		row := "noah.birch@students.example,Noah Birch,%s,20:00,21:00,0,kinesiology,lab,in-person,r.alvarez@brightwater.example,\n"
		file := header + fmt.Sprintf(row, "2026-01-01") + fmt.Sprintf(row, "2026-01-03") + fmt.Sprintf(row, "2026-01-02")
		r := ok[logbook.ImportReport](t)(f.Logbook.Import(bg, f.Registrar, f.School.ID, logbook.ImportRequest{ProgramID: second.ProgramID, Filename: "x.csv", File: strings.NewReader(file)}))
		if len(r.Asked) != 1 || r.Asked[0].Code != "day_full" {
			t.Fatalf("%+v", r.Asked)
		}
		rows := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{Query: "Noah"}, core.Page{}))
		var began []string
		for _, e := range rows.Items {
			began = append(began, e.EnrolledOn.String())
		}
		if slices.Sort(began); !slices.Equal(began, []string{"2025-09-01", "2026-01-02"}) {
			t.Errorf("begin on %v", began)
		}
	})
}

// Who withdrew is not enrolled again by a file.
func TestService_Import_Withdrawn(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
			return kept.On(tx).SetEnrollmentState(ctx, f.Enrollment, core.EnrollmentActive, core.EnrollmentWithdrawn)
		}); err != nil {
			t.Fatal(err)
		}
		r := ok[logbook.ImportReport](t)(f.Logbook.Import(bg, f.Registrar, f.School.ID, request(f, asks)))
		if r.Import.Accepted != 2 || len(r.Report.Refused) != 3 || r.Report.Refused[0].Code != logbook.EnrollmentClosed {
			t.Errorf("%+v", r.Report)
		}
	})
}

package certify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// liar is a student who would have hours that nobody taught.
type liar struct {
	*certifytest.World
	t    *testing.T
	book *logbook.Service
}

func liars(t *testing.T, fn func(l *liar)) {
	t.Helper()
	both(t, local, func(t *testing.T, w *certifytest.World) {
		fn(&liar{w, t, logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)})
	})
}

func (l *liar) log(date core.Date, start, end string, minutes core.Minutes) (core.Entry, error) {
	by, _ := l.Supervisor.Member(l.School.ID, core.RoleSupervisor)
	return l.book.Log(ctx, l.Student, l.Enrollment, logbook.LogEntry{SessionInput: core.SessionInput{
		Date: date, Start: start, End: end, Minutes: minutes, Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
	}, SupervisorID: by, Submit: true})
}

func (l *liar) signed(entries ...core.Entry) {
	l.t.Helper()
	refs := make([]logbook.EntryRef, len(entries))
	for i, e := range entries {
		refs[i] = logbook.EntryRef{ID: e.ID}
	}
	teacher := l.Supervisor
	teacher.AuthenticatedAt = l.Src.Now()
	if done, err := l.book.Sign(ctx, teacher, l.School.ID, refs); err != nil || len(done.Left) > 0 {
		l.t.Fatalf("%+v, %v", done, err)
	}
}

// One human with two mailboxes proposes with the one and would decide with the other:
// the name is the same, in whatever spelling, and a person with another name has to.
func TestCheats_TwoMailboxes(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{w.Registrar.Name, "RITA  registrar", "Rita Q. Registrar", "Registrar, Rita"} {
			twin := w.Person(name, "rita"+string(rune('a'+i))+"@elsewhere.example", w.School, core.RoleRegistrar)
			twin.AuthenticatedAt = w.Src.Now()
			_, err = w.Certify.Certify(ctx, twin, p.ID, p.Version)
			wantCode(t, err, "same_person")
		}
		if _, err := w.Certify.Certify(ctx, w.Second, p.ID, p.Version); err != nil {
			t.Errorf("a second person: %v", err)
		}
	})
}

// 48 hours on a day are refused when they are logged, however they are divided.
func TestCheats_FortyEightHours(t *testing.T) {
	liars(t, func(l *liar) {
		date := core.Date{Year: 2026, Month: time.February, Day: 3}
		var entries []core.Entry
		refused := 0
		for range 4 {
			e, err := l.log(date, "", "", 720)
			if err != nil {
				wantCode(l.t, err, "day_full")
				refused++
				continue
			}
			entries = append(entries, e)
		}
		if len(entries) != 2 || refused != 2 {
			l.t.Fatalf("%d sessions are taken and %d refused", len(entries), refused)
		}
		// What a day can hold, and a person hardly, is flagged before it is certified.
		l.signed(entries...)
		l.EarnAll(l.Enrollment, l.Student, 900)
		l.flagged(certify.FlagPace)
	})
}

// flagged wants a flag on the proposal, which nobody certifies until it is cleared.
func (l *liar) flagged(code certify.FlagCode) {
	l.t.Helper()
	p, err := l.Certify.Propose(ctx, l.Registrar, l.Enrollment)
	if err != nil {
		l.t.Fatal(err)
	}
	if !slices.ContainsFunc(p.Flags, func(f certify.Flag) bool { return f.Code == code }) {
		l.t.Errorf("%s is not raised: %+v", code, p.Flags)
	}
	second := l.Second
	second.AuthenticatedAt = l.Src.Now()
	_, err = l.Certify.Certify(ctx, second, p.ID, p.Version)
	wantCode(l.t, err, "flags_open")
}

// Hours of 2018, before the enrollment, are refused when they are logged.
func TestCheats_BeforeEnrollment(t *testing.T) {
	liars(t, func(l *liar) {
		_, err := l.log(core.Date{Year: 2018, Month: time.May, Day: 7}, "09:00", "11:00", 0)
		wantCode(l.t, err, "before_enrollment")
	})
}

// Hours that are written down from memory, at night, or on a holiday are flagged with what
// else is kept of the session.
func TestCheats_Flagged(t *testing.T) {
	for name, c := range map[string]struct {
		date       core.Date
		start, end string
		want       certify.FlagCode
	}{
		"months later": {core.Date{Year: 2025, Month: time.March, Day: 4}, "09:00", "11:00", certify.FlagLate},
		"at night":     {core.Date{Year: 2026, Month: time.February, Day: 3}, "22:00", "23:30", certify.FlagNight},
		"on a holiday": {core.Date{Year: 2025, Month: time.November, Day: 27}, "09:00", "11:00", certify.FlagHoliday},
	} {
		t.Run(name, func(t *testing.T) {
			liars(t, func(l *liar) {
				e, err := l.log(c.date, c.start, c.end, 0)
				if err != nil {
					l.t.Fatal(err)
				}
				l.signed(e)
				l.EarnAll(l.Enrollment, l.Student, 900)
				l.flagged(c.want)
			})
		})
	}
}

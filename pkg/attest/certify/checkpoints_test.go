package certify_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// postbox is who was mailed checkpoints of the log since it was last asked.
type postbox struct {
	w    *certifytest.World
	seen int
}

// till lets the clock go to a moment in New York, and works off what is due then.
func (p *postbox) till(t *testing.T, moment string) (to []string) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, p.w.School.Location())
	if err != nil {
		t.Fatal(err)
	}
	p.w.Pass(at.Sub(p.w.Src.Now()))
	for range 2 {
		if _, err := p.w.WorkOff("checkpoint-mails"); err != nil {
			t.Fatal(err)
		}
	}
	mails := p.w.Mails()
	for _, m := range mails[p.seen:] {
		if len(translog.PastedCheckpoints(m.Text)) == 1 {
			to = append(to, m.To)
		}
	}
	p.seen = len(mails)
	return to
}

// again certifies another student.
func again(t *testing.T, w *certifytest.World, email string) core.Credential {
	t.Helper()
	student, enrollment := w.Student, w.Enrollment
	defer func() { w.Student, w.Enrollment = student, enrollment }()
	w.Student = w.Person("Bea Example", email, w.School, core.RoleStudent)
	w.Enrollment = w.Enroll(w.Student)
	w.Registrar.AuthenticatedAt, w.Second.AuthenticatedAt = w.Src.Now(), w.Src.Now()
	return w.Certified()
}

// A school's administrators get the checkpoint of the log on the day after a
// certification, and each week, once a day at most, and never one that they have.
func TestService_Checkpoints(t *testing.T) {
	both(t, public, func(t *testing.T, w *certifytest.World) {
		box := &postbox{w: w}
		admins := []string{"abby@example.org", "burt@example.org"}
		for _, email := range admins {
			w.Person("An Admin", email, w.School, core.RoleAdmin)
		}
		w.Person("Cleo Admin", "cleo@example.org", w.Other, core.RoleAdmin)
		grows := func() {
			t.Helper()
			if err := w.Certify.RotateKeysOf(ctx, w.Other.Slug); err != nil {
				t.Fatal(err)
			}
		}
		wants := func(moment string, want ...string) {
			t.Helper()
			if got := box.till(t, moment); !slices.Equal(got, want) {
				t.Errorf("%s: %q were mailed, not %q", moment, got, want)
			}
		}
		wants("2026-11-23 10:30") // Monday: the log is empty
		again(t, w, "ann@example.org")
		wants("2026-11-23 23:59")
		wants("2026-11-24 00:59") // something may be on its way
		wants("2026-11-24 01:01", admins...)
		grows()
		wants("2026-11-24 12:00") // once a day
		wants("2026-11-25 12:00") // it has grown, and nothing was certified
		wants("2026-11-29 23:00")
		wants("2026-11-30 01:01", append(admins, "cleo@example.org")...) // Monday
		again(t, w, "bea@example.org")
		wants("2026-12-01 09:00", admins...)
		wants("2026-12-07 09:00", "cleo@example.org") // Monday: the others have it
		wants("2026-12-09 09:00")
		grows()
		wants("2026-12-10 09:00", admins...) // the first of the week
		wants("2026-12-11 09:00")
		again(t, w, "dora@example.org")
		wants("2026-12-18 09:00", append(admins, "cleo@example.org")...) // after a week without a server
		wants("2026-12-19 09:00")
	})
}

// The mail goes to whom the school has chosen, in the reader's language, else the
// school's; without anybody it waits.
func TestService_Checkpoints_Recipient(t *testing.T) {
	both(t, public, func(t *testing.T, w *certifytest.World) {
		box := &postbox{w: w}
		change := func(statement string) {
			t.Helper()
			if _, err := w.SQL.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		in := func(tag string) {
			t.Helper()
			mails := w.Mails()
			last, l := mails[len(mails)-1], words.Of(tag)
			if !strings.HasPrefix(last.Text, strings.Split(l.Say("mail.checkpoint.body", "hello", words.S("mail.hello"), "school", w.School.Name, "checkpoint", "", "command", ""), ",")[0]) {
				t.Errorf("the mail is not in %s: %s", tag, last.Text)
			}
		}
		w.Certified()
		if to := box.till(t, "2026-11-24 09:00"); len(to) > 0 {
			t.Errorf("without anybody %q were mailed", to)
		}
		change("UPDATE organizations SET checkpoint_recipient = 'keeper@example.com', language = 'en-XA' WHERE slug = 'brightwater'")
		w.Person("An Admin", "abby@example.org", w.School, core.RoleAdmin)
		if to := box.till(t, "2026-11-24 10:00"); !slices.Equal(to, []string{"keeper@example.com"}) {
			t.Errorf("%q were mailed", to)
		}
		in("en-XA")
		again(t, w, "bea@example.org")
		change("UPDATE organizations SET checkpoint_recipient = 'rita@example.org' WHERE slug = 'brightwater'")
		change("UPDATE accounts SET language = 'en-US' WHERE email = 'rita@example.org'")
		if to := box.till(t, "2026-11-25 10:00"); !slices.Equal(to, []string{"rita@example.org"}) {
			t.Errorf("%q were mailed", to)
		}
		mails := w.Mails()
		if last := mails[len(mails)-1]; last.Subject != testkit.Said("mail.checkpoint.subject", "day", core.Date{Year: 2026, Month: 11, Day: 25}) {
			t.Errorf("the subject is %q", last.Subject)
		}
	})
}

// A school that has closed gets one for its last transcripts, and then no more.
func TestService_Checkpoints_Closed(t *testing.T) {
	both(t, public, func(t *testing.T, w *certifytest.World) {
		box := &postbox{w: w}
		w.Earn(w.Enrollment, w.Student, "kinesiology", 90)
		w.Close(closing)
		if to := box.till(t, "2026-11-24 09:00"); len(to) != 2 {
			t.Errorf("%q were mailed", to)
		}
		if err := w.Certify.RotateKeysOf(ctx, w.Other.Slug); err != nil {
			t.Fatal(err)
		}
		if to := box.till(t, "2026-12-07 09:00"); len(to) > 0 {
			t.Errorf("%q were mailed", to)
		}
	})
}

// Schools are looked at a page at a time: with a hundred more of them no statement is
// more, and those that issued something are found among them.
func TestService_Checkpoints_Many(t *testing.T) {
	both(t, public, func(t *testing.T, w *certifytest.World) {
		if to := (&postbox{w: w}).till(t, "2026-11-24 09:00"); len(to) > 0 {
			t.Fatalf("%q were mailed", to)
		}
		again(t, w, "bea@example.org")
		w.Pass(24 * time.Hour)
		var statements atomic.Int64
		told, err := store.Open(ctx, w.Address, 0, store.WithTrace(func(context.Context, string) { statements.Add(1) }))
		if err != nil {
			t.Fatal(err)
		}
		defer told.Close()
		works := certify.New(store.Bind(told, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), w.Src, certify.Options{Secret: certifytest.Secret, BaseURL: public}).Works()
		work := works[slices.IndexFunc(works, func(o act.Work) bool { return o.Name == "checkpoint-mails" })]
		due := func() (items []string, many int64) {
			t.Helper()
			statements.Store(0)
			if err := work.Due(ctx, func(ids ...string) error {
				items = append(items, ids...)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return items, statements.Load()
		}
		want := []string{w.School.ID.String() + "/2026-11-25"}
		few, least := due()
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			for n := range 100 {
				school := core.Organization{
					ID: core.NewID[core.OrganizationID](w.Src), Kind: core.School, Name: "School", Slug: "school-" + strconv.Itoa(n), Zone: "America/New_York",
					URL: "https://school.example", CreatedAt: w.Src.Now(), Version: 1,
				}
				if err := kept.On(tx).InsertOrganization(ctx, school); err != nil {
					return err
				}
			}
			return nil
		})
		many, most := due()
		if !slices.Equal(few, want) || !slices.Equal(many, want) {
			t.Errorf("%q and then %q are due, not %q", few, many, want)
		}
		if most != least {
			t.Errorf("%d statements, and %d with a hundred schools more", least, most)
		}
	})
}

// An item that is worked on many times at once, or on another day, mails once.
func TestService_Checkpoints_Twice(t *testing.T) {
	both(t, public, func(t *testing.T, w *certifytest.World) {
		w.Person("An Admin", "abby@example.org", w.School, core.RoleAdmin)
		w.Certified()
		before := len(w.Mails())
		w.Pass(20 * time.Hour)
		works := w.Certify.Works()
		work := works[slices.IndexFunc(works, func(o act.Work) bool { return o.Name == "checkpoint-mails" })]
		var items []string
		err := work.Due(ctx, func(ids ...string) error {
			items = append(items, ids...)
			return nil
		})
		if err != nil || !slices.Equal(items, []string{w.School.ID.String() + "/2026-11-24"}) {
			t.Fatalf("%q, %v", items, err)
		}
		if err := work.Do(ctx, w.School.ID.String()+"/2026-11-23"); err != nil {
			t.Error(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := work.Do(ctx, items[0]); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(w.Mails()) - before; n != 1 {
			t.Errorf("%d mails", n)
		}
	})
}

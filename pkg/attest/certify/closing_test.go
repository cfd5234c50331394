package certify_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/jobs/jobstest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// Everyone who is enrolled when a school closes gets a transcript of the hours so
// far, and a mail that says where it is; a student without hours gets none. It says
// the same after the end, at another installation too.
func TestService_Closing_Transcripts(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		graduate := w.Certified()
		half := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		first := w.Enroll(half)
		w.Earn(first, half, "kinesiology", 90)
		met := w.Person("Cleo Example", "cleo@example.org", w.School, core.RoleStudent)
		second := w.Enroll(met)
		w.EarnAll(second, met, 900)
		open, err := w.Certify.ProposeTranscript(ctx, w.Registrar, second)
		if err != nil {
			t.Fatal(err)
		}
		none := w.Person("Dora Example", "dora@example.org", w.School, core.RoleStudent)
		w.Enroll(none)
		before := len(w.Mails())

		w.ConfirmClose(closing)
		if n, err := w.WorkOff("closings"); n != 1 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		stillOpen(t, w)
		if n, err := w.WorkOff("closing-transcripts", "closings"); n != 3 || err != nil {
			t.Fatalf("%d were worked off, %v", n, err)
		}
		if n, err := w.WorkOff("closing-transcripts", "closings"); n != 0 || err != nil {
			t.Errorf("%d are worked off once more, %v", n, err)
		}
		c, err := w.Certify.Closing(ctx, w.Registrar, w.School.ID)
		if err != nil || c.Students != 3 || c.Waiting != 0 || c.Signed != 2 {
			t.Errorf("%+v, %v", c, err)
		}
		mails := w.Mails()[before:]
		for person, hours := range map[string]core.Minutes{half.Email: 90, met.Email: 36_000} {
			holder := half
			if person == met.Email {
				holder = met
			}
			held, err := w.Certify.Credentials(ctx, holder, holder.TherapistID)
			if err != nil || len(held) != 1 || held[0].Kind != core.CredentialTranscript || held[0].Minutes != hours {
				t.Fatalf("%s has %+v, %v", person, held, err)
			}
			stands(t, w, held[0], credential.Valid, credential.Valid, "")
			told := 0
			for _, m := range mails {
				if m.To == person && m.Subject == testkit.Said("mail.closing.subject", "school", w.School.Name) && strings.Contains(m.Text, "/c/"+credential.Code(held[0].Code).Compact()) {
					told++
				}
			}
			if told != 1 {
				t.Errorf("%s got %d mails: %+v", person, told, mails)
			}
		}
		if len(mails) != 2 {
			t.Errorf("%d mails", len(mails))
		}
		if p, err := w.Certify.Proposal(ctx, w.Registrar, open.ID); err != nil || p.State != certify.ProposalDeclined || p.Reason != closing {
			t.Errorf("what waited is %+v, %v", p, err)
		}
		for _, e := range w.Audited(w.School.ID)[:4] {
			if e.AccountID.IsZero() || e.AccountID == access.System.AccountID {
				t.Errorf("the audit names nobody: %+v", e)
			}
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
		file, m := exported(t, w)
		other := certifytest.Empty(t, w)
		if e, err := imported(other, file); err != nil || e.Credentials != 3 || m.ClosedCause != closing {
			t.Errorf("%+v, %v", e, err)
		}
		stands(t, other, graduate, credential.Valid, credential.Valid, "")
	})
}

// stillOpen: a school whose students wait for their transcripts has not closed, and
// takes nothing new.
func stillOpen(t *testing.T, w *certifytest.World) {
	t.Helper()
	_, err := w.Certify.ExportEscrow(ctx, access.System, w.School.Slug, &strings.Builder{})
	wantCode(t, err, "school_open")
	err = w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).CloseOrganization(ctx, core.Organization{ID: w.School.ID, ClosedAt: w.Src.Now(), ClosedCause: closing})
	})
	if err == nil {
		t.Fatal("it closes before its students have their transcripts")
	}
}

// With the real queue, however its items are ordered and run side by side, the school
// closes once, after the last transcript.
func TestService_Closing_Queue(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		w.Certified()
		for i := range 5 {
			student := w.Person("Bea Example", fmt.Sprintf("bea%d@example.org", i), w.School, core.RoleStudent)
			w.Earn(w.Enroll(student), student, "kinesiology", 90)
		}
		w.ConfirmClose(closing)
		b := jobstest.Start(t, w.DB, w.Src, time.Now, w.Certify.Works())
		b.Await(append(slices.Repeat([]string{"closing-transcripts"}, 5), "closings"), nil)
		c, err := w.Certify.Closing(ctx, w.Registrar, w.School.ID)
		if err != nil || c.Signed != 5 || schoolOf(t, w).ClosedAt.IsZero() {
			t.Errorf("%+v, %v", c, err)
		}
		closed := 0
		for _, e := range w.Audited(w.School.ID) {
			if e.Action == "school.close" {
				closed++
			}
		}
		if closed != 1 {
			t.Errorf("it has closed %d times", closed)
		}
		sound(t, w, "after the end")
	})
}

// A student for whom no transcript can be signed keeps the school from closing, and
// nobody else from theirs.
func TestService_Closing_Transcripts_Stuck(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		w.Certified()
		stuck := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		w.Earn(w.Enroll(stuck), stuck, "kinesiology", 90)
		fine := w.Person("Cleo Example", "cleo@example.org", w.School, core.RoleStudent)
		w.Earn(w.Enroll(fine), fine, "kinesiology", 90)
		rename := func(name string) {
			if _, err := w.SQL.Exec("UPDATE accounts SET name = '" + name + "' WHERE email = 'bea@example.org'"); err != nil {
				t.Fatal(err)
			}
		}
		rename("Bea\u202e Example")
		w.ConfirmClose(closing)
		if _, err := w.WorkOff("closing-transcripts", "closings"); core.CodeOf(err) != "cannot_sign" || !act.Permanent(err) {
			t.Errorf("signed: %v", err)
		}
		c, err := w.Certify.Closing(ctx, w.Registrar, w.School.ID)
		if err != nil || c.Waiting != 1 || c.Signed != 1 {
			t.Errorf("%+v, %v", c, err)
		}
		stillOpen(t, w)
		rename("Bea Example")
		if _, err := w.WorkOff("closing-transcripts", "closings"); err != nil {
			t.Fatal(err)
		}
		if org := schoolOf(t, w); org.ClosedAt.IsZero() {
			t.Error("it has not closed")
		}
	})
}

func schoolOf(t *testing.T, w *certifytest.World) (org core.Organization) {
	t.Helper()
	w.Write(func(ctx context.Context, tx *store.Tx) (err error) {
		org, err = kept.On(tx).Organization(ctx, w.School.ID)
		return err
	})
	return org
}

package certify_test

import (
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// TestService_BeginRun: a cohort is certified in the background, each proposal
// by itself, by the person who gave the word and as that person may; what was
// refused says why, and nothing is certified twice.
func TestService_BeginRun(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		chosen := proposedTranscripts(t, w, w.Registrar, 12)
		own := proposedTranscripts(t, w, w.Second, 1)
		stale := chosen[3]
		chosen[3].Version = 7
		foreign := certify.Chosen{ID: core.NewID[core.ProposalID](w.Src), Version: 1}
		all := append(append([]certify.Chosen{}, chosen...), own[0], foreign)

		_, err := w.Certify.BeginRun(ctx, w.Second, w.School.ID, nil)
		wantCode(t, err, "nothing_chosen")
		_, err = w.Certify.BeginRun(ctx, w.Stranger, w.School.ID, all)
		wantCode(t, err, "not_found")
		robot := w.Second
		robot.Token = true
		_, err = w.Certify.BeginRun(ctx, robot, w.School.ID, all)
		wantCode(t, err, "person_required")
		late := w.Second
		late.AuthenticatedAt = w.Src.Now().Add(-2 * access.FreshFor)
		_, err = w.Certify.BeginRun(ctx, late, w.School.ID, all)
		wantCode(t, err, "reauthentication_required")

		run, err := w.Certify.BeginRun(ctx, w.Second, w.School.ID, all)
		if err != nil || run.Total != 14 || !run.Running() {
			t.Fatalf("%+v, %v", run, err)
		}
		w.Pass(4 * access.FreshFor) // the word was given: it does not run out
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				if _, err := w.WorkOff("certify"); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		run, err = w.Certify.Run(ctx, w.Registrar, run.ID)
		if err != nil || run.Certified != 11 || run.Refused != 3 || run.Running() || run.AccountName != w.Second.Name {
			t.Errorf("%+v, %v", run, err)
		}
		codes := map[core.ProposalID]string{}
		for cursor := ""; ; {
			list, err := w.Certify.RunItems(ctx, w.Registrar, run.ID, core.Page{Limit: 5, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list.Items {
				codes[i.ProposalID] = i.Code
				if (i.Code == "") == i.CredentialID.IsZero() {
					t.Errorf("%+v", i)
				}
			}
			if cursor = list.Next; cursor == "" {
				break
			}
		}
		if len(codes) != 14 || codes[stale.ID] != "stale" || codes[own[0].ID] != "same_person" || codes[foreign.ID] != "not_found" {
			t.Errorf("%v", codes)
		}
		_, err = w.Certify.Run(ctx, w.Stranger, run.ID)
		wantCode(t, err, "not_found")
		_, err = w.Certify.RunItems(ctx, w.Stranger, run.ID, core.Page{})
		wantCode(t, err, "not_found")
		_, err = w.Certify.RunItems(ctx, w.Second, run.ID, core.Page{Cursor: "?"})
		wantCode(t, err, "bad_cursor")

		// A worker that died between the certificate and the note of it.
		w.Tamper("certify_run_items", "UPDATE certify_run_items SET done_at = NULL, credential_id = NULL WHERE position = 1")
		w.Tamper("certify_runs", "UPDATE certify_runs SET finished_at = NULL")
		if _, err := w.WorkOff("certify"); err != nil {
			t.Fatal(err)
		}
		if again, err := w.Certify.Run(ctx, w.Registrar, run.ID); err != nil || again.Certified != 11 || again.Running() {
			t.Errorf("after the death of a worker: %+v, %v", again, err)
		}
		list, err := w.Certify.Runs(ctx, w.Registrar, w.School.ID, core.Page{})
		if err != nil || len(list.Items) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		sound(t, w, "after the cohort")
	})
}

// TestService_BeginRun_ended: a word does not outlive the rights of who gave it.
func TestService_BeginRun_ended(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		run, err := w.Certify.BeginRun(ctx, w.Second, w.School.ID, proposedTranscripts(t, w, w.Registrar, 2))
		if err != nil {
			t.Fatal(err)
		}
		w.Tamper("members", "UPDATE members SET ended_at = created_at WHERE account_id = ?", w.Second.AccountID.String())
		if n, err := w.WorkOff("certify"); err != nil || n != 2 {
			t.Errorf("%d were worked off, %v", n, err)
		}
		if run, err = w.Certify.Run(ctx, w.Registrar, run.ID); err != nil || run.Certified != 0 || run.Refused != 2 || run.Running() {
			t.Errorf("%+v, %v", run, err)
		}
	})
}

func TestService_Decidable(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		chosen := proposedTranscripts(t, w, w.Registrar, 3)
		proposedTranscripts(t, w, w.Second, 1)
		waiting, err := w.Certify.Decidable(ctx, w.Second, w.School.ID, core.ProgramID{}, core.ProposalID{})
		if err != nil || len(waiting) != 3 || waiting[0].ID != chosen[0].ID {
			t.Errorf("%d, %v", len(waiting), err)
		}
		if rest, err := w.Certify.Decidable(ctx, w.Second, w.School.ID, core.ProgramID{}, chosen[0].ID); err != nil || len(rest) != 2 {
			t.Errorf("%d, %v", len(rest), err)
		}
		if none, err := w.Certify.Decidable(ctx, w.Second, w.School.ID, core.NewID[core.ProgramID](w.Src), core.ProposalID{}); err != nil || len(none) != 0 {
			t.Errorf("%d, %v", len(none), err)
		}
		_, err = w.Certify.Decidable(ctx, w.Student, w.School.ID, core.ProgramID{}, core.ProposalID{})
		wantCode(t, err, "forbidden")
		// What changes a certificate is looked at one by one.
		if _, err := w.Certify.CertifyMany(ctx, w.Second, w.School.ID, chosen[:1], nil); err != nil {
			t.Fatal(err)
		}
		c, err := latest(w)
		if err == nil {
			_, err = w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "For the test."})
		}
		if err != nil {
			t.Fatal(err)
		}
		if waiting, err := w.Certify.Decidable(ctx, w.Second, w.School.ID, core.ProgramID{}, core.ProposalID{}); err != nil || len(waiting) != 2 {
			t.Errorf("%d, %v", len(waiting), err)
		}
	})
}

// All on which someone may decide are those that Decidable gives.
func TestService_BeginRunOfAll(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		proposedTranscripts(t, w, w.Registrar, 2)
		proposedTranscripts(t, w, w.Second, 1)
		_, err := w.Certify.BeginRunOfAll(ctx, w.Student, w.School.ID, core.ProgramID{})
		wantCode(t, err, "forbidden")
		_, err = w.Certify.BeginRunOfAll(ctx, w.Second, w.School.ID, core.NewID[core.ProgramID](w.Src))
		wantCode(t, err, "nothing_chosen")
		run, err := w.Certify.BeginRunOfAll(ctx, w.Second, w.School.ID, core.ProgramID{})
		if err != nil || run.Total != 2 || !run.Running() {
			t.Fatalf("%+v, %v", run, err)
		}
		if n, err := w.WorkOff("certify"); err != nil || n != 2 {
			t.Errorf("%d were worked off, %v", n, err)
		}
		if run, err = w.Certify.Run(ctx, w.Registrar, run.ID); err != nil || run.Certified != 2 {
			t.Errorf("%+v, %v", run, err)
		}
		_, err = w.Certify.BeginRunOfAll(ctx, w.Second, w.School.ID, core.ProgramID{})
		wantCode(t, err, "nothing_chosen")
	})
}

// proposedTranscripts are n students with a proposed transcript each.
func proposedTranscripts(t testing.TB, w *certifytest.World, by access.Actor, n int) []certify.Chosen {
	t.Helper()
	chosen := make([]certify.Chosen, n)
	for i := range chosen {
		student := w.Person("Student", core.NewID[core.AccountID](w.Src).String()+"@example.org", w.School, core.RoleStudent)
		enrollment := w.Enroll(student)
		w.Earn(enrollment, student, "kinesiology", 480)
		p, err := w.Certify.ProposeTranscript(ctx, by, enrollment)
		if err != nil {
			t.Fatal(err)
		}
		chosen[i] = certify.Chosen{ID: p.ID, Version: p.Version}
	}
	return chosen
}

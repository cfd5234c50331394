package certify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// TestCommands_FirstCommitFails: where the database asks for every transaction to
// be run again, all is there once: what the audit and the log tell, the mail, the
// keys and the states.
func TestCommands_FirstCommitFails(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		failed := 0
		w.Certify = certify.New(storetest.Flaky[certify.Tx]{Store: store.Bind(w.DB, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), Failed: &failed},
			w.Src, certify.Options{Secret: certifytest.Secret, BaseURL: local})
		admin := w.Join(w.Second, w.School, core.RoleAdmin)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		decide := func(p certify.Proposal, err error) core.Credential {
			t.Helper()
			must(err)
			c, err := w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
			must(err)
			return c
		}
		change := func(c core.Credential, action certify.ProposalAction, name string) core.Credential {
			t.Helper()
			return decide(w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: action, Cause: "For the test.", HolderName: name}))
		}
		w.EarnAll(w.Enrollment, w.Student, 900)
		c := decide(w.Certify.Propose(ctx, w.Registrar, w.Enrollment))
		c = change(c, certify.ActionReissue, "Ada New")
		must(w.Certify.EraseRecord(ctx, c.Code))
		c = change(c, certify.ActionReissue, "Ada Newer") // of which the record was erased
		change(change(c, certify.ActionSuspend, ""), certify.ActionReinstate, "")
		keys, err := w.Certify.RotateKeys(ctx, admin, w.School.ID)
		must(err)
		_, err = w.Certify.RevokeKey(ctx, admin, w.School.ID, keys[0].ID, core.DateOf(certifytest.Start), "A laptop was stolen.")
		must(err)
		_, err = w.WorkOff("sign-again")
		must(err)
		if again, err := w.Certify.Credential(ctx, w.Registrar, c.ID); err != nil || again.Resigned != 0 {
			t.Errorf("what was issued since the loss is signed again: %d times, %v", again.Resigned, err)
		}
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment)
		must(err)
		_, err = w.Certify.Decline(ctx, w.Registrar, p.ID, p.Version, "Not wanted.")
		must(err)
		w.Close("Retired.")

		var told []string
		for _, e := range slices.Backward(w.Audited(w.School.ID)) {
			told = append(told, e.Action)
			if strings.HasPrefix(e.Action, "credential.") && e.TherapistID != w.Student.TherapistID {
				t.Errorf("%s does not say whose certificate it is", e.Action)
			}
		}
		want := "proposal.make credential.issue proposal.make credential.reissue record.erase proposal.make credential.reissue " +
			"proposal.make credential.suspend proposal.make credential.reinstate key.rotate key.revoke proposal.make proposal.decline closing.propose closing.confirm school.close"
		if got := strings.Join(told, " "); got != want {
			t.Errorf("told %s\nwant %s", got, want)
		}
		var letters []string
		for _, m := range w.Mails() {
			letters = append(letters, strings.SplitN(m.Subject, ":", 2)[0])
		}
		if got := strings.Join(letters, "; "); got != "Your certificate; Your certificate; Your certificate; Your certificate was suspended; Your certificate was reinstated" {
			t.Errorf("mailed %s", got)
		}
		if failed < 30 {
			t.Errorf("only %d attempts were made", failed)
		}
		sound(t, w, "after every first commit has failed")
	})
}

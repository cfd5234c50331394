package certify_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestDoctor_BesideWrites: the doctor reads one moment, so that it has nothing to
// say of a sound record while certificates are issued, shown and changed.
func TestDoctor_BesideWrites(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
		rounds := 10 // of at least four commands and a status list each
		if testkit.Full() {
			rounds = 250
		}
		testkit.Beside(t, func() error { return certifiesAndChanges(w, rounds) }, func() {
			found, err := w.Certify.Doctor(ctx)
			if err != nil || len(found) > 0 {
				t.Errorf("the doctor finds %q, %v", found, err)
			}
		})
	})
}

// certifiesAndChanges issues transcripts, has each looked at, and changes it in one
// way or another.
func certifiesAndChanges(w *certifytest.World, rounds int) error {
	decide := func(p certify.Proposal, err error) (core.Credential, error) {
		if err != nil {
			return core.Credential{}, err
		}
		return w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
	}
	for n := range rounds {
		c, err := decide(w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment))
		if err != nil {
			return err
		}
		in := certify.ChangeInput{Action: certify.ActionRevoke, Cause: "For the test."}
		switch n % 3 {
		case 1:
			in.Action = certify.ActionSuspend
		case 2:
			in.Action, in.HolderName = certify.ActionReissue, "Ada New"
		}
		if _, err := w.Certify.Package(ctx, c.Code); err != nil {
			return err
		}
		if _, err := decide(w.Certify.ProposeChange(ctx, w.Registrar, c.ID, in)); err != nil {
			return err
		}
	}
	return nil
}

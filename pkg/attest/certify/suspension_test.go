package certify_test

import (
	"encoding/json"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// A package tells of a suspension by itself, and of the reinstatement.
func TestService_Package_Suspension(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		says := func(want credential.Outcome) {
			t.Helper()
			pack, err := w.Certify.Package(ctx, c.Code)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(pack)
			if err != nil {
				t.Fatal(err)
			}
			report := credential.Verify(ctx, raw, credential.Options{Now: w.Src.Now(), Resolver: w.Keys()})
			if report.Outcome != want {
				t.Errorf("the package: %+v, want %s", report, want)
			}
			uploaded, err := w.Check.VerifyFile(ctx, raw)
			if err != nil || uploaded.Outcome != want {
				t.Errorf("uploaded: %+v, %v, want %s", uploaded, err, want)
			}
			if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
				t.Errorf("the doctor finds %v, %v", found, err)
			}
		}
		says(credential.Valid)
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionSuspend, Cause: "The board asks questions."})
		says(credential.NotValid)
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionReinstate, Cause: "Answered."})
		says(credential.Valid)
	})
}

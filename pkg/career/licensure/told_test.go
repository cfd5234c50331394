package licensure_test

import (
	"maps"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// The school for which someone acted finds it in its audit, with whose record it
// is and what it was about.
func TestService_Told(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		therapist := w.Student.TherapistID
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, therapist, florida())
		if err != nil {
			t.Fatal(err)
		}
		h, err := w.Licensure.RecordHolding(ctx, w.Registrar, therapist, licensure.HoldingInput{
			Kind: licensure.HoldingNPI, Name: "NPI", Number: "1234567893",
			Verification: licensure.Verification{Method: core.MethodPrimarySource, Source: "NPPES", CheckedOn: day(2026, 11, 20)},
		})
		if err != nil {
			t.Fatal(err)
		}
		order, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, licensure.AdverseInput{
			Kind: "probation", Authority: "The board", OrderNumber: "7", StartsOn: day(2026, 10, 1), Method: core.MethodDocument, CheckedOn: day(2026, 11, 20),
			Filename: "order.pdf", Order: pdf,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Licensure.EndHolding(ctx, w.Registrar, h.ID, 0)
		wantCode(t, err, "")
		// Of their own record they tell no school.
		_, err = w.Licensure.SetDetails(ctx, w.Student, therapist, day(1990, 2, 28), "America/Chicago")
		wantCode(t, err, "")

		told := map[string]int{}
		for _, e := range w.Audited(w.School.ID) {
			if e.TherapistID == therapist {
				told[e.Action+" "+e.TargetKind+" "+e.TargetID]++
			}
		}
		want := map[string]int{
			"license.record license " + l.ID.String():            1,
			"holding.record holding " + h.ID.String():            2,
			"adverse.record adverse_action " + order.ID.String(): 1,
		}
		if !maps.Equal(told, want) {
			t.Errorf("told %v\nwant %v", told, want)
		}
	})
}

package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/config"
)

// TestRenewal_joined: the checklist of a renewal knows the insurance and the CPR
// that are recorded, whether they last long enough, and the continuing education.
func TestRenewal_joined(t *testing.T) {
	const base = "http://127.0.0.1:8080"
	certifytest.Drawn(t, base, func(t *testing.T, w *certifytest.World) {
		w.Pass(now().Sub(w.Src.Now()))
		ctx, today := t.Context(), core.DateOf(w.Src.Now())
		c := load(t, append(settings(t, w.Address), "PALMAR_PUBLIC_URL="+base))
		a, err := app.Open(ctx, c, app.NewLog(config.Default(), t.Output()))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		year := today.Year + 1 + today.Year%2
		ends := core.Date{Year: year, Month: time.August, Day: 31}
		license, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
			Jurisdiction: "FL", Number: "MA1", IssuedOn: today.AddDays(-2000), ExpiresOn: ends, Status: "active",
			Method: core.MethodPrimarySource, Source: "the board's register", CheckedOn: today.AddDays(-1),
		})
		if err != nil {
			t.Fatal(err)
		}
		step := func(key string) renewal.Step {
			t.Helper()
			list, err := a.Renewal.Checklist(ctx, w.Student, license.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list.Steps {
				if s.Key == key {
					return s
				}
			}
			t.Fatalf("no step %s", key)
			return renewal.Step{}
		}
		if s := step(renewal.StepCPR); s.State == renewal.StepDone || s.Link != "" {
			t.Errorf("without a CPR certificate: %+v", s)
		}
		hold := func(kind licensure.HoldingKind, name string, until core.Date) {
			t.Helper()
			in := licensure.HoldingInput{Kind: kind, Name: name, Issuer: "Somebody", Number: "1", ExpiresOn: until, EachClaim: 1_000_000, Aggregate: 3_000_000}
			if kind == licensure.HoldingCPR {
				in.ObtainedOn = today.AddDays(-30)
			}
			if _, err := a.Licensure.RecordHolding(ctx, w.Student, w.Student.TherapistID, in); err != nil {
				t.Fatal(err)
			}
		}
		hold(licensure.HoldingCPR, "BLS", ends.AddDays(-1))
		hold(licensure.HoldingInsurance, "Professional liability", ends)
		if s := step(renewal.StepCPR); s.State != renewal.StepMissing || !strings.Contains(s.Why, "ends before the license does") {
			t.Errorf("a CPR certificate that ends too early: %+v", s)
		}
		if s := step(renewal.StepInsurance); s.State != renewal.StepDone || !strings.Contains(s.Why, "in force until "+ends.Words()) || !strings.Contains(s.Why, "own word") {
			t.Errorf("an insurance: %+v", s)
		}
		hold(licensure.HoldingCPR, "CPR/AED", ends.AddDays(1))
		if s := step(renewal.StepCPR); s.State != renewal.StepDone || !strings.Contains(s.Why, "CPR/AED") {
			t.Errorf("a later CPR certificate: %+v", s)
		}
		want := fmt.Sprintf("0 min of 24 h count in the cycle from Sep 1, %d to %s", year-2, ends.Words())
		if s := step(renewal.StepEducation); s.State != renewal.StepMissing || !strings.Contains(s.Why, want) || s.Link != "/therapists/"+w.Student.TherapistID.String()+"/ce" {
			t.Errorf("continuing education: %+v, want %s", s, want)
		}
	})
}

package certify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

func TestService_ProposeSpecialty(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		basics, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, course("BASICS", nil))
		if err != nil {
			t.Fatal(err)
		}
		mld, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, course("MLD-1", []core.Prerequisite{
			{Licensed: true}, {Minutes: core.Hours(600)}, {CourseCode: "BASICS"},
		}))
		if err != nil {
			t.Fatal(err)
		}
		done, err := w.Specialty.RecordCompletion(ctx, w.Registrar, mld.ID, completion(w, 2026, 10, 1))
		if err != nil {
			t.Fatal(err)
		}
		missing := func(n int) {
			t.Helper()
			_, err := w.Certify.ProposeSpecialty(ctx, w.Registrar, done.ID)
			wantCode(t, err, "prerequisite_missing")
			if got := core.AsFault(err).Fields; len(got) != n {
				t.Fatalf("%d of the prerequisites should be missing: %+v", n, got)
			}
		}
		missing(3)
		w.Certified()
		missing(2)
		// A license from after the day of completion does not help.
		licensed(t, w, "active", core.Date{Year: 2026, Month: 10, Day: 2})
		missing(2)
		licensed(t, w, "active", core.Date{Year: 2026, Month: 10, Day: 1})
		missing(1)
		// Nor does a course finished after it.
		if _, err := w.Specialty.RecordCompletion(ctx, w.Registrar, basics.ID, completion(w, 2026, 10, 2)); err != nil {
			t.Fatal(err)
		}
		missing(1)
		first, err := w.Specialty.RecordCompletion(ctx, w.Registrar, basics.ID, completion(w, 2026, 9, 30))
		if err != nil {
			t.Fatal(err)
		}
		missing(1) // nor one that nobody certified
		basic, err := w.Certify.ProposeSpecialty(ctx, w.Registrar, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Certify.Certify(ctx, w.Second, basic.ID, 1); err != nil {
			t.Fatal(err)
		}
		p, err := w.Certify.ProposeSpecialty(ctx, w.Registrar, done.ID)
		if err != nil {
			t.Fatal(err)
		}
		if seen, err := certify.SeenOf(p); err != nil || len(seen.Prerequisites) != 3 || !seen.Answer.Met() {
			t.Errorf("%+v, %v", seen, err)
		}
		_, err = w.Certify.Certify(ctx, w.Registrar, p.ID, 1)
		wantCode(t, err, "same_person")
		c, err := w.Certify.Certify(ctx, w.Second, p.ID, 1)
		if err != nil || c.Kind != core.CredentialSpecialty || c.Minutes != core.Hours(40) {
			t.Fatalf("%+v, %v", c, err)
		}
		report := credential.Verify(ctx, c.Document, credential.Options{Now: w.Src.Now(), Status: w.Status})
		if report.Outcome != credential.Valid || report.Kind != "Certification" || report.Ended != "2026-10-01" {
			t.Errorf("%+v", report)
		}
		if !strings.Contains(string(c.Document), "The school sets these hours.") {
			t.Error("the criteria do not say whose hours these are")
		}
		_, err = w.Certify.ProposeSpecialty(ctx, w.Registrar, done.ID)
		wantCode(t, err, "already_proposed")
		_, err = w.Certify.ProposeSpecialty(ctx, w.Stranger, done.ID)
		wantCode(t, err, "not_found")
	})
}

func course(code string, prerequisites []core.Prerequisite) specialty.CourseInput {
	return specialty.CourseInput{
		Code: code, Title: "Course " + code, Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40), Prerequisites: prerequisites,
	}
}

func completion(w *certifytest.World, year int, month time.Month, day int) specialty.CompletionInput {
	return specialty.CompletionInput{
		Email: w.Student.Email, Name: w.Student.Name, CompletedOn: core.Date{Year: year, Month: month, Day: day}, Instructor: "Ines Instructor",
	}
}

func licensed(t *testing.T, w *certifytest.World, status string, from core.Date) {
	t.Helper()
	_, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA-" + from.String(), Status: status, EffectiveOn: from, ExpiresOn: from.AddDays(700), Discipline: "none", Method: core.MethodPrimarySource,
		Source: "Florida Department of Health", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20},
	})
	if err != nil {
		t.Fatal(err)
	}
}

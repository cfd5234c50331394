package licensure_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// washington imports lists of Washington, whose one column of a status says suspended as
// well, in the layout that a school told.
func washington(t *testing.T, w *certifytest.World) func(name string, asOf core.Date) licensure.Roster {
	t.Helper()
	raw, err := os.ReadFile("testdata/cases/wa.json")
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Name, Jurisdiction string
		Mapping            roster.Mapping
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		t.Fatal(err)
	}
	source, err := w.Licensure.CreateSource(ctx, w.Registrar, w.School.ID, licensure.SourceInput{Name: told.Name, Jurisdiction: told.Jurisdiction, Title: "Massage Therapist License", Mapping: told.Mapping})
	if err != nil {
		t.Fatal(err)
	}
	return func(name string, asOf core.Date) licensure.Roster {
		t.Helper()
		list, err := os.ReadFile("testdata/cases/" + name)
		if err != nil {
			t.Fatal(err)
		}
		done, err := w.Licensure.ImportRoster(ctx, w.Registrar, w.School.ID, licensure.RosterRequest{SourceID: source.ID, Filename: name, File: bytes.NewReader(list), AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
}

// TestCase_otherProfession is a nurse with the name and year of birth of a therapist.
func TestCase_otherProfession(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		chloe := w.Person("Chloe Dupont", "chloe@example.org", w.School, core.RoleStudent)
		w.Grant(chloe.TherapistID, w.School)
		if _, err := w.Licensure.SetDetails(ctx, chloe, chloe.TherapistID, day(1991, 5, 4), ""); err != nil {
			t.Fatal(err)
		}
		done := washington(t, w)("09-wa.csv", day(2026, 11, 20))
		if done.Records != 1 || done.Unknown != 1 || done.Matched+done.Doubtful != 0 {
			t.Errorf("the nurse's line: %+v", done)
		}
		if all, err := w.Licensure.Licenses(ctx, chloe, chloe.TherapistID); err != nil || len(all) != 0 {
			t.Errorf("the therapist has %+v, %v", all, err)
		}
	})
}

// TestCase_reinstated is a list that says suspended, and a week later active.
func TestCase_reinstated(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Pass(7 * 24 * 3600 * 1e9)
		tamsin := w.Person("Tamsin R Whitfield", "tamsin@example.org", w.School, core.RoleStudent)
		w.Grant(tamsin.TherapistID, w.School)
		if _, err := w.Licensure.SetDetails(ctx, tamsin, tamsin.TherapistID, day(1990, 5, 4), ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.RecordLicense(ctx, tamsin, tamsin.TherapistID, licensure.LicenseInput{
			Jurisdiction: "WA", Title: "Massage Therapist License", Number: "MA60555001", Status: "active", EffectiveOn: day(2020, 2, 3),
		}); err != nil {
			t.Fatal(err)
		}
		imports := washington(t, w)
		ask := func(on core.Date) license.Practice {
			t.Helper()
			all, err := w.Licensure.Licenses(ctx, w.Registrar, tamsin.TherapistID)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			return license.Judge(all[0], standard.OnDay(on, w.Src.Now()).By(w.School))
		}
		imports("14-suspended.csv", day(2026, 11, 20))
		if p := ask(day(2026, 11, 26)); p.Answer != license.No || p.Standing != "suspended" || !p.Barred {
			t.Errorf("by the first list: %+v", p)
		}
		imports("14-active.csv", day(2026, 11, 27))
		if p := ask(day(2026, 11, 26)); p.Answer != license.No {
			t.Errorf("the day before the second list: %+v", p)
		}
		// It does not speak of other discipline, so the answer is no yes.
		if p := ask(day(2026, 11, 27)); p.Barred || p.Answer != license.CouldNotCheck || p.Lifecycle != "active" {
			t.Errorf("by the second list: %+v", p)
		}
	})
}

// TestLook_employer has an employer look, read on, and not end an order by a bare "none".
func TestLook_employer(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Grant(w.Student.TherapistID, w.Employer)
		l, err := w.Licensure.RecordLicense(ctx, w.Student, w.Student.TherapistID, licensure.LicenseInput{Jurisdiction: "FL", Number: "MA1", Status: "active", EffectiveOn: day(2026, 9, 1)})
		if err != nil {
			t.Fatal(err)
		}
		look := licensure.LookInput{Lifecycle: "active", ExpiresOn: day(2027, 8, 31), Discipline: "suspended", Address: "https://board.example/MA1", CheckedOn: day(2026, 11, 22)}
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, l.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		seen, err := w.Licensure.License(ctx, w.Verifier, l.ID)
		if all, more := w.Licensure.Licenses(ctx, w.Verifier, w.Student.TherapistID); err != nil || more != nil || len(all) != 1 || seen.Partial {
			t.Fatalf("who looked reads on: %+v, %v, %v", all, err, more)
		}
		answer := func() license.Answer {
			t.Helper()
			l, err := w.Licensure.License(ctx, w.Verifier, l.ID)
			if err != nil {
				t.Fatal(err)
			}
			return license.Judge(l, standard.AsOf(w.Src.Now()).By(w.Employer)).Answer
		}
		if a := answer(); a != license.No {
			t.Errorf("suspended: %s", a)
		}
		look.CheckedOn, look.Discipline = day(2026, 11, 23), "none"
		_, err = w.Licensure.RecordLook(ctx, w.Verifier, l.ID, 0, look)
		wantCode(t, err, "discipline_in_force")
		look.Evidence, look.Filename, look.Discipline = []byte("text"), "page.txt", core.Reinstated
		_, err = w.Licensure.RecordLook(ctx, w.Verifier, l.ID, 0, look)
		if wantCode(t, err, "bad_document"); core.AsFault(err).Fields[0].Name != "evidence" {
			t.Errorf("%+v", core.AsFault(err).Fields)
		}
		look.Evidence = nil
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, l.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		if a := answer(); a != license.CouldNotCheck {
			t.Errorf("reinstated, and nobody says what there is beside: %s", a)
		}
		look.Discipline = "none"
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, l.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		if a := answer(); a != license.Yes {
			t.Errorf("reinstated, without discipline: %s", a)
		}
	})
}

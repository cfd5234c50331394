package shared_test

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/home/shared"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

const base = "https://palmar.example"

// A link shows what its scopes name, to those who open it, and no part besides.
func TestReader_Open(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, base, func(t *testing.T, w *certifytest.World) {
		ctx, who := t.Context(), w.Student.TherapistID
		grants := granttest.New(w.DB, w.Src)
		reader := shared.Reader{
			Grants: grants, Certify: w.Certify, Licensure: w.Licensure, Specialty: w.Specialty,
			Logbook:    logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src),
			Continuing: continuing.New(store.Bind(w.DB, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), w.Src),
		}
		w.Certified()
		if _, err := w.Licensure.RecordLicense(ctx, w.Registrar, who, licensure.LicenseInput{
			Jurisdiction: "FL", Number: "MA1", IssuedOn: core.Date{Year: 2025, Month: 9, Day: 1}, ExpiresOn: core.Date{Year: 2027, Month: 8, Day: 31}, Status: core.Active,
			Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20},
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.RecordHolding(ctx, w.Registrar, who, licensure.HoldingInput{
			Kind: licensure.HoldingCPR, Name: "CPR/AED", Issuer: "Heart", ObtainedOn: core.Date{Year: 2026, Month: 1, Day: 2}, ExpiresOn: core.Date{Year: 2028, Month: 1, Day: 2},
			Verification: licensure.Verification{Method: core.MethodDocument, Source: "card", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20}},
		}); err != nil {
			t.Fatal(err)
		}
		for _, scopes := range append([][]access.Scope{access.Scopes}, each(access.Scopes)...) {
			student := w.Student
			student.AuthenticatedAt = w.Src.Now()
			made, err := grants.MakeLink(ctx, student, grant.LinkTerms{Terms: grant.Terms{Scopes: scopes, Purpose: grant.PurposeEmployment}, Label: "Bay Street"})
			if err != nil {
				t.Fatal(err)
			}
			r, err := reader.Open(ctx, made.Secret)
			if err != nil {
				t.Fatalf("%v: %v", scopes, err)
			}
			shows := func(s access.Scope) int {
				if slices.Contains(scopes, s) {
					return 1
				}
				return 0
			}
			if r.Person.Name != w.Student.Name || r.Person.Email != "" != slices.Contains(scopes, access.ScopeContact) || !r.Person.BirthDate.IsZero() {
				t.Errorf("%v: the person is %+v", scopes, r.Person)
			}
			if len(r.Certificates) != shows(access.ScopeCertificates) || len(r.Check.Licenses) != shows(access.ScopeLicenses) || len(r.Holdings) != shows(access.ScopeCPR) {
				t.Errorf("%v: shows %d certificates, %d licenses, %d qualifications", scopes, len(r.Certificates), len(r.Check.Licenses), len(r.Holdings))
			}
			hours := max(shows(access.ScopeHoursSummary), shows(access.ScopeHoursDetail))
			if len(r.Hours) != hours || hours > 0 && (r.Hours[0].Detail != slices.Contains(scopes, access.ScopeHoursDetail) || r.Hours[0].Recorded == 0 || r.Hours[0].Detail != (len(r.Hours[0].Subjects) > 0)) {
				t.Errorf("%v: shows the hours %+v", scopes, r.Hours)
			}
			if slices.Contains(scopes, access.ScopeLicenses) && (len(r.Check.Places) != 1 || len(r.Check.Licenses[0].Practice.Sources) == 0) {
				t.Errorf("%v: it says %+v", scopes, r.Check.Places)
			}
		}
		looks, err := grants.Looks(ctx, w.Student, core.Page{Limit: 100})
		if err != nil || len(looks.Items) != len(access.Scopes)+1 {
			t.Errorf("%d looks, %v", len(looks.Items), err)
		}
	})
}

// each are the scopes one by one.
func each(scopes []access.Scope) (all [][]access.Scope) {
	for _, s := range scopes {
		all = append(all, []access.Scope{s})
	}
	return all
}

// What could be read a moment ago is not, once the link has ended; nothing of an opening
// is kept that could be used again.
func TestReader_Ended(t *testing.T) {
	t.Parallel()
	certifytest.OneOrFull(t, base, func(t *testing.T, w *certifytest.World) {
		grants := granttest.New(w.DB, w.Src)
		student := w.Student
		student.AuthenticatedAt = w.Src.Now()
		made, err := grants.MakeLink(t.Context(), student, grant.LinkTerms{Terms: grant.Terms{Scopes: []access.Scope{access.ScopeLicenses}, Purpose: grant.PurposeEmployment}, Label: "Bay Street"})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := grants.OpenLink(t.Context(), made.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Licensure.Licenses(t.Context(), opened.Actor, w.Student.TherapistID); err != nil {
			t.Error(err)
		}
		if _, err := w.Licensure.Licenses(t.Context(), opened.Actor, w.Stranger.TherapistID); err == nil {
			t.Error("it shows another record")
		}
		if _, err := w.Certify.Credentials(t.Context(), opened.Actor, w.Student.TherapistID); core.CodeOf(err) != "not_found" {
			t.Errorf("another part gives %v", err)
		}
		w.Pass(366 * 24 * time.Hour)
		if _, err := w.Licensure.Licenses(t.Context(), opened.Actor, w.Student.TherapistID); core.CodeOf(err) != "not_found" {
			t.Errorf("after its end: %v", err)
		}
	})
}

package employer_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

var ctx = context.Background()

const local = "http://127.0.0.1:8080"

func each(t *testing.T, fn func(t *testing.T, w *certifytest.World)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, local, fn)
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("got %v, want the code %q", err, code)
	}
}

func check(t *testing.T, w *certifytest.World, code, outcome, reason string) employer.Check {
	t.Helper()
	c, err := w.Check.Check(ctx, code)
	if err != nil {
		t.Fatal(err)
	}
	var found strings.Builder // the checks that were not good, and what they found
	for _, check := range c.Report.Checks {
		if check.Outcome != credential.Valid {
			found.WriteString(check.Name + ": " + check.Reason.ID + " " + check.Detail() + "\n")
			if outcome != employer.Valid && !strings.Contains(c.Why(words.English()), check.Detail()) {
				t.Errorf("%q lacks %q", c.Why(words.English()), check.Detail())
			}
		}
	}
	if c.Outcome != outcome || string(c.Report.Outcome) != outcome || !strings.Contains(found.String(), reason) {
		t.Fatalf("got %s %q, want %s %q", c.Outcome, found.String(), outcome, reason)
	}
	return c
}

func TestService_Check(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		issued := w.Certified()
		for _, code := range []string{issued.Code, strings.ToLower(issued.Code), credential.Code(issued.Code).Compact(), " " + issued.Code + "\n"} {
			c := check(t, w, code, employer.Valid, "")
			if len(c.Reasons) != 0 || c.Credential.SubjectName != "Ada Example" || c.Credential.OrganizationName != w.School.Name ||
				c.Credential.Minutes != 36_000 || c.Report.Title != "Medical Massage Foundations" || c.CheckedAt.IsZero() {
				t.Errorf("%q: %+v", code, c)
			}
		}
		document, err := w.Check.Document(ctx, issued.Code)
		if err != nil || !bytes.Equal(document, issued.Document) {
			t.Errorf("the document is not what was issued: %v", err)
		}
	})
}

// A code that nobody has and a text that is no code are told apart by nothing.
func TestService_Check_missesAlike(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Certified()
		unknown, err := credential.NewCode(w.Src.Rand)
		if err != nil {
			t.Fatal(err)
		}
		var messages []string
		for _, code := range []string{string(unknown), "hello", "", strings.Repeat("A", 1000), "' OR 1=1"} {
			_, err := w.Check.Check(ctx, code)
			wantCode(t, err, "not_found")
			messages = append(messages, err.Error())
			_, err = w.Check.Document(ctx, code)
			wantCode(t, err, "not_found")
			_, err = w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, code, license.Asked{})
			wantCode(t, err, "not_found")
			messages = append(messages, err.Error())
		}
		if len(slices.Compact(messages)) != 1 {
			t.Errorf("the answers differ: %q", messages)
		}
	})
}

func TestService_Check_changed(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		check(t, w, c.Code, employer.Valid, "") // so that it is remembered
		put := func(document []byte) {
			t.Helper()
			w.Tamper("credential_documents", "UPDATE credential_documents SET document = ? WHERE credential_id = (SELECT id FROM credentials WHERE code = ?)", document, c.Code)
		}
		hours := bytes.Replace(c.Document, []byte(`"36000"`), []byte(`"46000"`), 1)
		name := bytes.ReplaceAll(c.Document, []byte("Ada Example"), []byte("Eve Example"))
		put(hours)
		check(t, w, c.Code, employer.NotValid, "signature: reason.changed")
		put(name)
		check(t, w, c.Code, employer.NotValid, "signature: reason.changed")
		put([]byte("{"))
		check(t, w, c.Code, employer.NotValid, "format: reason.not_json")
		put(c.Document)
		check(t, w, c.Code, employer.Valid, "")

		for column, word := range map[string]string{"subject_name": "name", "title": "title", "minutes": "hours"} {
			w.Tamper("credentials", "UPDATE credentials SET "+column+" = ? WHERE code = ?", "99", c.Code)
			check(t, w, c.Code, employer.NotValid, "record: employer.record_differs "+testkit.Said("employer.record_differs", "parts", words.S("differing."+word)))
			old := map[string]any{"subject_name": c.SubjectName, "title": c.Title, "minutes": int(c.Minutes)}[column]
			w.Tamper("credentials", "UPDATE credentials SET "+column+" = ? WHERE code = ?", old, c.Code)
		}
		check(t, w, c.Code, employer.Valid, "")
	})
}

// Someone else's certificate, put in the place of one, is found.
func TestService_Check_exchanged(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		first := w.Certified()
		student := w.Person("Ada Example", "ada2@example.org", w.School, core.RoleStudent)
		w.Student, w.Enrollment = student, w.Enroll(student)
		second := w.Certified()
		w.Tamper("credential_documents", "UPDATE credential_documents SET document = ? WHERE credential_id = (SELECT id FROM credentials WHERE code = ?)", second.Document, first.Code)
		check(t, w, first.Code, employer.NotValid, "record: employer.record_differs "+testkit.Said("employer.record_differs", "parts", words.S("differing.code")))
	})
}

// A document that a stranger signed with a key of their own is found.
func TestService_Check_forged(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		forged, did := forge(t, w, c)
		w.Tamper("credential_documents", "UPDATE credential_documents SET document = ? WHERE credential_id = (SELECT id FROM credentials WHERE code = ?)", forged, c.Code)
		check(t, w, c.Code, employer.NotValid, "trust: reason.untrusted_issuer")
		w.Tamper("credential_documents", "UPDATE credential_documents SET issuer_did = ? WHERE credential_id = (SELECT id FROM credentials WHERE code = ?)", did, c.Code)
		check(t, w, c.Code, employer.CouldNotCheck, "issuer: reason.unknown_issuer")
	})
}

func forge(t *testing.T, w *certifytest.World, c core.Credential) (document []byte, did string) {
	t.Helper()
	key, err := signing.GenerateKey(w.Src.Rand)
	if err != nil {
		t.Fatal(err)
	}
	did = credential.DIDKey(key.Public())
	document, err = credential.Issue(credential.Claim{
		ID: local + "/c/" + credential.Code(c.Code).Compact(), Kind: credential.Completion,
		Issuer: credential.Issuer{DID: did, Name: w.School.Name}, Subject: credential.Subject{ID: "urn:uuid:" + c.TherapistID.String(), Name: c.SubjectName},
		AchievementID: "urn:uuid:" + c.ID.String(), Title: c.Title, Description: "Forged", Criteria: "None",
		Hours: &credential.Hours{Total: credential.HoursLine{Name: "Hours", Minutes: int64(c.Minutes)}}, ValidFrom: c.IssuedAt,
	}, key, c.IssuedAt)
	if err != nil {
		t.Fatal(err)
	}
	return document, did
}

// TestService_VerifyFile_restored: what was issued in the time that a restore lost is
// not called never issued; what is dated after that is.
func TestService_VerifyFile_restored(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Pass(time.Hour)
		w.Registrar.AuthenticatedAt, w.Second.AuthenticatedAt = w.Src.Now(), w.Src.Now()
		c := w.Certified()
		another, err := credential.NewCode(w.Src.Rand)
		if err != nil {
			t.Fatal(err)
		}
		w.Tamper("credentials", "UPDATE credentials SET code = ? WHERE id = ?", string(another), c.ID.String())
		w.Tamper("audit_events", "DELETE FROM audit_events WHERE at > ?", certifytest.Start.Add(30*time.Minute))
		of := func(want credential.Outcome, reason string) {
			t.Helper()
			report, err := w.Check.VerifyFile(ctx, c.Document)
			if failed, _ := report.Failed(); err != nil || report.Outcome != want || failed.Name != employer.CheckIssued || failed.Reason.ID != reason {
				t.Errorf("%s by %+v, want %s; %v", report.Outcome, failed, reason, err)
			}
		}
		of(credential.NotValid, "employer.not_issued")
		w.Pass(time.Hour)
		lost, err := w.Certify.Restored(ctx)
		if err != nil || !lost.At.After(c.IssuedAt) || !lost.BackTo.Before(c.IssuedAt) {
			t.Fatalf("%+v, %v", lost, err)
		}
		of(credential.CouldNotCheck, "employer.lost_by_restore")
	})
}

func TestService_Check_keyGone(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		check(t, w, c.Code, employer.Valid, "")
		w.Tamper("signing_keys", "DELETE FROM signing_keys WHERE did = ?", c.IssuerDID)
		check(t, w, c.Code, employer.CouldNotCheck, "issuer: reason.unknown_issuer")
	})
}

func TestService_Check_notYetValid(t *testing.T) {
	w := certifytest.SQLite(t, local)
	c := w.Certified()
	check(t, w, c.Code, employer.Valid, "")
	w.Pass(-time.Hour)
	check(t, w, c.Code, employer.NotValid, "dates: reason.not_valid_yet")
}

func TestService_VerifyFile(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		web := w.CertifyAt("https://elsewhere.example")
		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		enrollment := w.Enroll(student)
		w.EarnAll(enrollment, student, 900)
		p, err := web.Propose(ctx, w.Registrar, enrollment)
		if err != nil {
			t.Fatal(err)
		}
		byWeb, err := web.Certify(ctx, w.Second, p.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		forged, _ := forge(t, w, c)
		for _, file := range []struct {
			name    string
			raw     []byte
			outcome credential.Outcome
			failed  string
		}{
			{"OursByKey", c.Document, credential.Valid, ""},
			{"OursByWeb", byWeb.Document, credential.Valid, ""},
			{"ChangedByte", bytes.Replace(c.Document, []byte(`"36000"`), []byte(`"36001"`), 1), credential.NotValid, credential.CheckSignature},
			{"StrangersKey", forged, credential.CouldNotCheck, credential.CheckTrust},
			{"StrangersWeb", bytes.ReplaceAll(byWeb.Document, []byte("elsewhere.example"), []byte("unknown.example")), credential.CouldNotCheck, credential.CheckIssuer},
			{"NoCredential", []byte("%PDF-1.7"), credential.CouldNotCheck, credential.CheckFormat},
			{"Empty", nil, credential.CouldNotCheck, credential.CheckFormat},
		} {
			t.Run(file.name, func(t *testing.T) {
				report, err := w.Check.VerifyFile(ctx, file.raw)
				if err != nil || report.Outcome != file.outcome {
					t.Fatalf("%+v, %v", report, err)
				}
				if failed, _ := report.Failed(); failed.Name != file.failed {
					t.Errorf("the check that failed is %+v, want %q", failed, file.failed)
				}
			})
		}
	})
}

func TestService_Inspect(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		w.Grant(w.Student.TherapistID, w.Employer)
		full, err := w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, c.Code, license.Asked{})
		if err != nil || full.Outcome != employer.Valid || full.CertifiedMinutes != 36_000 || len(full.Certificates) != 1 || len(full.Specialties) != 0 {
			t.Fatalf("%+v, %v", full, err)
		}
		if len(full.Places) != 0 || because(full) != testkit.Said("employer.practice.no_license") {
			t.Errorf("no license is not a no: %+v, %q", full.Places, because(full))
		}

		held, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
			Jurisdiction: "FL", Number: "MA1", Status: "active", EffectiveOn: core.Date{Year: 2026, Month: 9, Day: 1},
			ExpiresOn: core.Date{Year: 2027, Month: 8, Day: 31}, Discipline: "none", Method: core.MethodPrimarySource, Source: "Florida Department of Health",
			CheckedOn: core.Date{Year: 2026, Month: 11, Day: 13},
		})
		if err != nil {
			t.Fatal(err)
		}
		special := specialized(t, w)
		full, err = w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, special.Code, license.Asked{})
		if err != nil {
			t.Fatal(err)
		}
		if len(full.Specialties) != 1 || full.Specialties[0].Title != "Manual Lymphatic Drainage" || full.CertifiedMinutes != 36_000 || len(full.Doubtful) != 0 {
			t.Errorf("%+v", full)
		}
		// What the school saw does not count for the clinic.
		if p := full.Places[0]; len(full.Places) != 1 || p.Jurisdiction != "FL" || p.Answer != license.CouldNotCheck || p.Decided.Because[0].ID != "license_weak.lifecycle" {
			t.Errorf("%+v", p)
		}
		if len(full.Licenses) != 1 || full.Licenses[0].AgeDays != 10 || len(full.Licenses[0].Practice.Sources) != 3 {
			t.Errorf("%d, %d days, %d sources", len(full.Licenses), full.Licenses[0].AgeDays, len(full.Licenses[0].Practice.Sources))
		}
		look := licensure.LookInput{
			Lifecycle: "active", ExpiresOn: core.Date{Year: 2027, Month: 8, Day: 31}, Discipline: "none", Address: "https://board.example/FL", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 23},
		}
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, held.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		if full, err = w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, special.Code, license.Asked{}); err != nil || full.Places[0].Answer != license.Yes {
			t.Errorf("what the clinic saw itself: %+v, %v", full.Places, err)
		}

		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, held.ID, 0, licensure.EventInput{
			Axis: core.Discipline, Status: "suspended", EffectiveOn: core.Date{Year: 2026, Month: 11, Day: 1}, Method: core.MethodDocument,
			Source: "Order 7", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 22},
		})
		if err != nil {
			t.Fatal(err)
		}
		full, err = w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, c.Code, license.Asked{})
		if p := full.Places[0]; err != nil || p.Answer != license.CouldNotCheck || !strings.HasPrefix(p.Decided.Reason(), "FL Massage Therapist MA1 has been suspended since Nov 1, 2026.") || p.Discipline != "suspended" {
			t.Errorf("a suspension by a document: %+v, %v", p, err)
		}
		look.Discipline = "suspended"
		if _, err := w.Licensure.RecordLook(ctx, w.Verifier, held.ID, 0, look); err != nil {
			t.Fatal(err)
		}
		full, err = w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, c.Code, license.Asked{})
		if p := full.Places[0]; err != nil || p.Answer != license.No {
			t.Errorf("one that the clinic saw: %+v, %v", p, err)
		}

		checks, err := w.Check.Checks(ctx, w.Verifier, w.Employer.ID, core.Page{Limit: 2})
		if err != nil || len(checks.Items) != 2 || checks.Next == "" {
			t.Fatalf("%+v, %v", checks, err)
		}
		if d := checks.Items[0]; d.ID != full.Disclosure.ID || d.Name != "Ada Example" || d.OrganizationName != "Harbor Clinic" ||
			d.Outcome != employer.Valid || !slices.Equal(d.Shown, []string{"certificate", "specialties", "licenses", "holdings"}) || d.AccountID != w.Verifier.AccountID {
			t.Errorf("%+v", d)
		}
		own, err := w.Check.Disclosures(ctx, w.Student, core.Page{})
		if err != nil || len(own.Items) != 5 || own.Items[0].OrganizationName != "Harbor Clinic" {
			t.Errorf("%+v, %v", own, err)
		}
		if events := w.Audited(w.Employer.ID); len(events) != 7 || events[0].Action != "check.make" || events[0].TargetID != c.ID.String() {
			t.Errorf("%+v", events)
		}
	})
}

func specialized(t *testing.T, w *certifytest.World) core.Credential {
	t.Helper()
	course, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{
		Code: "MLD", Title: "Manual Lymphatic Drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(40),
		Prerequisites: []core.Prerequisite{{Licensed: true}, {Minutes: core.Hours(600)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.Specialty.RecordCompletion(ctx, w.Registrar, course.ID, specialty.CompletionInput{
		Email: w.Student.Email, CompletedOn: core.Date{Year: 2026, Month: 10, Day: 1}, Instructor: "Ines Instructor",
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Certify.ProposeSpecialty(ctx, w.Registrar, done.ID)
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Certify.Certify(ctx, w.Second, p.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// because is all that is said of whether a person may practice.
func because(full employer.FullCheck) string {
	return words.English().WriteAll(full.Untold)
}

func TestService_Inspect_ownWord(t *testing.T) {
	w := certifytest.SQLite(t, local)
	c := w.Certified()
	w.Grant(w.Student.TherapistID, w.Employer)
	_, err := w.Licensure.RecordLicense(ctx, w.Student, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA1", Status: "active", EffectiveOn: core.Date{Year: 2026, Month: 9, Day: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	full, err := w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, c.Code, license.Asked{})
	if p := full.Places[0]; err != nil || p.Answer != license.CouldNotCheck || !strings.Contains(p.Decided.Reason(), testkit.Said("license.by.self_report", "date", "Nov 23, 2026")) {
		t.Errorf("%+v, %v", p, err)
	}
}

// A certificate that is not valid opens nothing else.
func TestService_Inspect_notValid(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		w.Tamper("credentials", "UPDATE credentials SET subject_name = ? WHERE code = ?", "Eve Example", c.Code)
		full, err := w.Check.Inspect(ctx, w.Verifier, w.Employer.ID, c.Code, license.Asked{})
		if err != nil || full.Outcome != employer.NotValid || len(full.Places) != 0 || len(full.Licenses)+len(full.Certificates) != 0 {
			t.Errorf("%+v, %v", full, err)
		}
		if !slices.Equal(full.Disclosure.Shown, []string{"certificate"}) || full.Disclosure.Outcome != employer.NotValid {
			t.Errorf("%+v", full.Disclosure)
		}
	})
}

func TestService_Inspect_permission(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		for name, refused := range map[string]struct {
			actor access.Actor
			org   core.OrganizationID
			code  string
		}{
			"Stranger":        {access.Actor{}, w.Employer.ID, "unauthenticated"},
			"AnotherEmployer": {w.Stranger, w.Employer.ID, "not_found"},
			"Registrar":       {w.Registrar, w.School.ID, "not_found"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Check.Inspect(ctx, refused.actor, refused.org, c.Code, license.Asked{})
				wantCode(t, err, refused.code)
				_, err = w.Check.Checks(ctx, refused.actor, refused.org, core.Page{})
				wantCode(t, err, refused.code)
			})
		}
		_, err := w.Check.Disclosures(ctx, w.Verifier, core.Page{})
		if core.CodeOf(err) == "" {
			t.Error("someone without a record sees disclosures")
		}
		_, err = w.Check.Checks(ctx, w.Verifier, w.Employer.ID, core.Page{Cursor: "?"})
		wantCode(t, err, "bad_cursor")
	})
}

func BenchmarkService_Check(b *testing.B) {
	for name, world := range map[string]func(testing.TB, string) *certifytest.World{"sqlite": certifytest.SQLite, "postgres": certifytest.Postgres} {
		b.Run(name, func(b *testing.B) {
			w := world(b, local)
			c := w.Certified()
			b.Run("cached", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if check, err := w.Check.Check(ctx, c.Code); err != nil || check.Outcome != employer.Valid {
						b.Fatal(check.Outcome, err)
					}
				}
			})
			b.Run("uncached", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					fresh := employer.New(store.Bind(w.DB, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), w.Src, employer.Options{})
					if check, err := fresh.Check(ctx, c.Code); err != nil || check.Outcome != employer.Valid {
						b.Fatal(check.Outcome, err)
					}
				}
			})
		})
	}
}

package certify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

const closing = "The owner retires."

// beforeClosing is a school with something of everything that it could do.
type beforeClosing struct {
	active, suspended core.Credential
	enrollment        core.EnrollmentID // met, not proposed
	completion        core.CourseCompletionID
	license           core.LicenseID
	open              certify.Proposal
}

func prepareClosing(t *testing.T, w *certifytest.World) (b beforeClosing) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b.active = w.Certified()
	next := func(name, email string) core.EnrollmentID {
		w.Student = w.Person(name, email, w.School, core.RoleStudent)
		w.Enrollment = w.Enroll(w.Student)
		return w.Enrollment
	}
	next("Bea Example", "bea@example.org")
	b.suspended = decided(t, w, w.Certified(), certify.ChangeInput{Action: certify.ActionSuspend, Cause: "The board asks questions."})
	waiting := next("Cleo Example", "cleo@example.org")
	w.EarnAll(waiting, w.Student, 900)
	var err error
	b.open, err = w.Certify.Propose(ctx, w.Registrar, waiting)
	must(err)
	b.enrollment = next("Dora Example", "dora@example.org")
	w.EarnAll(b.enrollment, w.Student, 900)
	mld, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, course("MLD-1", nil))
	must(err)
	done, err := w.Specialty.RecordCompletion(ctx, w.Registrar, mld.ID, completion(w, 2026, 10, 1))
	must(err)
	b.completion = done.ID
	l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA-1", Status: "active", EffectiveOn: core.Date{Year: 2026, Month: 1, Day: 1}, Method: core.MethodPrimarySource,
		Source: "Florida Department of Health", CheckedOn: core.Date{Year: 2026, Month: 11, Day: 20},
	})
	must(err)
	b.license = l.ID
	return b
}

// attesting are all the ways in which a school attests.
func attesting(w *certifytest.World, b beforeClosing, admin access.Actor) map[string]func() error {
	change := func(c core.Credential, in certify.ChangeInput) func() error {
		return func() error {
			in.Cause = "After the end."
			_, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, in)
			return err
		}
	}
	return map[string]func() error{
		"Propose":           func() error { _, err := w.Certify.Propose(ctx, w.Registrar, b.enrollment); return err },
		"ProposeTranscript": func() error { _, err := w.Certify.ProposeTranscript(ctx, w.Registrar, b.enrollment); return err },
		"ProposeSpecialty":  func() error { _, err := w.Certify.ProposeSpecialty(ctx, w.Registrar, b.completion); return err },
		"ProposeLicense":    func() error { _, err := w.Certify.ProposeLicense(ctx, w.Registrar, b.license); return err },
		"revoke":            change(b.active, certify.ChangeInput{Action: certify.ActionRevoke}),
		"suspend":           change(b.active, certify.ChangeInput{Action: certify.ActionSuspend}),
		"reissue":           change(b.active, certify.ChangeInput{Action: certify.ActionReissue, HolderName: "Ada Nguyễn"}),
		"supersede":         change(b.active, certify.ChangeInput{Action: certify.ActionSupersede}),
		"reinstate":         change(b.suspended, certify.ChangeInput{Action: certify.ActionReinstate}),
		"Certify":           func() error { _, err := w.Certify.Certify(ctx, w.Second, b.open.ID, b.open.Version); return err },
		"CertifyMany": func() error {
			out, err := w.Certify.CertifyMany(ctx, w.Second, w.School.ID, []certify.Chosen{{ID: b.open.ID}}, nil)
			if err != nil {
				return err
			}
			return out[0].Err
		},
		"RotateKeys":   func() error { _, err := w.Certify.RotateKeys(ctx, admin, w.School.ID); return err },
		"RotateKeysOf": func() error { return w.Certify.RotateKeysOf(ctx, w.School.Slug) },
		"RevokeKey": func() error {
			_, err := w.Certify.RevokeKey(ctx, admin, w.School.ID, b.active.KeyID, core.Date{Year: 2026, Month: 11, Day: 1}, "Stolen.")
			return err
		},
		"ProposeClosing": func() error {
			_, err := w.Certify.ProposeClosing(ctx, admin, w.School.ID, certify.CloseInput{Slug: w.School.Slug, Cause: closing})
			return err
		},
		"ConfirmClosing": func() error {
			_, err := w.Certify.ConfirmClosing(ctx, admin, w.School.ID, w.School.Slug)
			return err
		},
	}
}

// A school closes by two persons: one proposes it and may take that back, another
// confirms it.
func TestService_ConfirmClosing(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		b := prepareClosing(t, w)
		admin := w.Person("Abe Admin", "abe@example.org", w.School, core.RoleAdmin)
		second := w.Person("Bob Admin", "bob@example.org", w.School, core.RoleAdmin)
		stale := func(a access.Actor) access.Actor {
			return access.Actor{AccountID: a.AccountID, Memberships: a.Memberships}
		}
		propose := func(a access.Actor, org core.OrganizationID, slug, cause, code string) {
			t.Helper()
			_, err := w.Certify.ProposeClosing(ctx, a, org, certify.CloseInput{Slug: slug, Cause: cause})
			wantCode(t, err, code)
		}
		confirm := func(a access.Actor, slug, code string) {
			t.Helper()
			_, err := w.Certify.ConfirmClosing(ctx, a, w.School.ID, slug)
			wantCode(t, err, code)
		}
		withdraw := func(a access.Actor, code string) {
			t.Helper()
			_, err := w.Certify.WithdrawClosing(ctx, a, w.School.ID)
			wantCode(t, err, code)
		}
		id, slug := w.School.ID, w.School.Slug
		propose(w.Registrar, id, slug, closing, "forbidden")
		propose(w.Stranger, id, slug, closing, "not_found")
		propose(access.System, w.Employer.ID, w.Employer.Slug, closing, "not_a_school")
		propose(admin, id, w.Other.Slug, closing, "not_confirmed")
		propose(admin, id, slug, "", "required")
		propose(stale(admin), id, slug, closing, "reauthentication_required")
		confirm(second, slug, "not_found")
		withdraw(admin, "not_found")
		_, err := w.Certify.Closing(ctx, admin, id)
		wantCode(t, err, "not_found")

		propose(admin, id, slug, closing, "")
		propose(second, id, slug, closing, "closing_proposed")
		withdraw(w.Registrar, "forbidden")
		withdraw(second, "")
		propose(admin, id, slug, closing, "")
		confirm(admin, slug, "same_person")
		confirm(w.Registrar, slug, "forbidden")
		confirm(second, w.Other.Slug, "not_confirmed")
		confirm(stale(second), slug, "reauthentication_required")
		if n, err := w.WorkOff("closings", "closing-transcripts"); n != 0 || err != nil {
			t.Errorf("%d were worked off before it was confirmed, %v", n, err)
		}
		confirm(second, slug, "")
		withdraw(admin, "closing_confirmed")
		confirm(w.Join(admin, w.School, core.RoleRegistrar), slug, "closing_confirmed")
		for _, statement := range []string{
			"UPDATE organizations SET closed_at = '2026-11-24 00:00:00+00:00' WHERE id = '" + id.String() + "'",
			"UPDATE organizations SET closing_at = NULL WHERE id = '" + id.String() + "'",
			"DELETE FROM closings", "UPDATE closings SET confirmed_by = NULL, confirmed_at = NULL", "UPDATE closings SET cause = 'x'",
			"UPDATE organizations SET closed_at = '2026-11-24 00:00:00+00:00' WHERE id = '" + w.Other.ID.String() + "'",
		} {
			if _, err := w.SQL.Exec(statement); err == nil {
				t.Errorf("%s, past the services", statement)
			}
		}
		if n, err := w.WorkOff("closings"); n != 1 || err != nil {
			t.Errorf("%d schools, %v", n, err)
		}
		if c, err := w.Certify.Closing(ctx, w.Registrar, id); err != nil || c.Students != 2 || c.Waiting != 2 || c.ConfirmedByName != "Bob Admin" {
			t.Errorf("%+v, %v", c, err)
		}
		if n, err := w.WorkOff("closing-transcripts", "closings"); n != 2 || err != nil {
			t.Errorf("%d were worked off, %v", n, err)
		}
		if e := w.Audited(id)[0]; e.Action != "school.close" || e.AccountID != second.AccountID {
			t.Errorf("the audit says %+v", e)
		}
		for name, do := range attesting(w, b, admin) {
			if err := do(); core.CodeOf(err) != "school_closed" {
				t.Errorf("%s: %v", name, err)
			}
		}
		pastTheServices(t, w, b)
		staysAsItWas(t, w, b)
	})
}

// pastTheServices is what the database refuses by itself.
func pastTheServices(t *testing.T, w *certifytest.World, b beforeClosing) {
	t.Helper()
	for name, statement := range map[string]string{
		"revoke":            "INSERT INTO credential_states (credential_id, state, since, cause, proposal_id) SELECT id, 'revoked', issued_at, 'x', proposal_id FROM credentials WHERE id = '" + b.active.ID.String() + "'",
		"reinstate":         "DELETE FROM credential_states WHERE credential_id = '" + b.suspended.ID.String() + "'",
		"change a state":    "UPDATE credential_states SET state = 'revoked' WHERE credential_id = '" + b.suspended.ID.String() + "'",
		"sign again":        "INSERT INTO credential_documents SELECT credential_id, 9, issuer_did, key_id, document, jwt_key_id, jwt, signed_at, NULL, NULL, NULL FROM credential_documents WHERE credential_id = '" + b.active.ID.String() + "'",
		"use a retired key": "UPDATE signing_keys SET retired_at = NULL WHERE organization_id = '" + w.School.ID.String() + "'",
		"add a key":         "INSERT INTO signing_keys (id, organization_id, algorithm, did, public, sealed, created_at) SELECT 'z' || id, organization_id, algorithm, did, public, sealed, created_at FROM signing_keys WHERE organization_id = '" + w.School.ID.String() + "'",
		"open again":        "UPDATE organizations SET closed_at = NULL WHERE id = '" + w.School.ID.String() + "'",
	} {
		if _, err := w.SQL.Exec(statement); err == nil || !strings.Contains(err.Error(), "school_closed") {
			t.Errorf("%s, past the services: %v", name, err)
		}
	}
	credit := core.Credit{
		ID: core.NewID[core.CreditID](w.Src), OrganizationID: w.School.ID, EnrollmentID: b.enrollment, TherapistID: w.Student.TherapistID,
		Kind: core.CreditTransfer, Minutes: 60, Subject: "kinesiology", Setting: core.Classroom, Delivery: core.InPerson, Supervised: true,
		Date: core.Date{Year: 2026, Month: 11, Day: 2}, PostedAt: w.Src.Now(), PostedBy: w.Supervisor.AccountID,
	}
	err := w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).PostCredits(ctx, []core.Credit{credit})
	})
	wantCode(t, err, "school_closed")
}

// staysAsItWas holds that what was certified is checked as before, for decades.
func staysAsItWas(t *testing.T, w *certifytest.World, b beforeClosing) {
	t.Helper()
	stands(t, w, b.active, credential.Valid, credential.Valid, "")
	stands(t, w, b.suspended, credential.NotValid, credential.Valid, testkit.Says("employer.state.suspended"))
	if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
		t.Errorf("the doctor finds %v, %v", found, err)
	}
	w.Pass(20 * 365 * 24 * time.Hour)
	if n, err := w.WorkOff("status-lists"); err != nil || n != 0 {
		t.Errorf("%d lists are signed again, %v", n, err)
	}
	stands(t, w, b.active, credential.Valid, credential.Valid, "")
	w.Pass(11 * 365 * 24 * time.Hour)
	list, err := w.Certify.StatusList(ctx, b.active.StatusListID)
	if err != nil || !list.ValidUntil.Before(w.Src.Now()) || !strings.Contains(string(list.Document), "2056") {
		t.Errorf("the list is good until %s, %v", list.ValidUntil, err)
	}
	document, err := w.Certify.DIDDocument(ctx, "", w.School.Slug)
	if err != nil || !strings.Contains(string(document), b.active.KeyID) {
		t.Errorf("did.json: %s, %v", document, err)
	}
}

package certify_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
)

// A school closes: its certificates are shown by another installation, of which
// nothing is there yet, with their states, their files and their proofs.
func TestService_Escrow(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		revoked := w.Certified()
		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		w.Student, w.Enrollment = student, w.Enroll(student)
		replaced := w.Certified()
		decided(t, w, revoked, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "Forged hours."})
		standing := decided(t, w, replaced, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Bea Nguyễn"})

		_, err := w.Certify.ExportEscrow(ctx, access.System, "brightwater", &bytes.Buffer{})
		wantCode(t, err, "school_open")
		w.Close(closing)
		_, err = w.Certify.ExportEscrow(ctx, w.Registrar, "brightwater", &bytes.Buffer{})
		wantCode(t, err, "not_found")
		_, err = w.Certify.ExportEscrow(ctx, access.System, "nowhere", &bytes.Buffer{})
		wantCode(t, err, "not_found")
		file, m := exported(t, w)
		if m.Credentials != 3 || len(m.Keys) != 2 || m.ClosedCause != closing {
			t.Fatalf("%+v", m)
		}
		if e := w.Audited(w.School.ID)[0]; e.Action != "escrow.export" {
			t.Errorf("the audit says %+v", e)
		}

		other := certifytest.Empty(t, w)
		_, err = other.Certify.ImportEscrow(ctx, w.Registrar, bytes.NewReader(file), int64(len(file)))
		wantCode(t, err, "not_found")
		e, err := imported(other, file)
		if err != nil || e.Credentials != 3 || e.Name != "Brightwater School of Massage" {
			t.Fatalf("%+v, %v", e, err)
		}
		_, err = imported(other, file)
		wantCode(t, err, "already_imported")

		for _, test := range []struct {
			c       core.Credential
			outcome credential.Outcome
			says    string
		}{
			{standing, credential.Valid, ""},
			{revoked, credential.NotValid, testkit.Said("employer.state.revoked", "date", "Nov 23, 2026", "cause", "Forged hours.")},
			{replaced, credential.NotValid, testkit.Says("employer.state.replaced")},
		} {
			stands(t, other, test.c, test.outcome, test.outcome, test.says)
			pack, err := other.Certify.Package(ctx, test.c.Code)
			if err != nil || pack.Document != string(test.c.Document) || pack.JWT != test.c.JWT {
				t.Fatalf("the package: %v", err)
			}
			if _, err := pack.Confirm(m.LogKey); err != nil {
				t.Errorf("the log: %v", err)
			}
		}
		if check, err := other.Check.Check(ctx, standing.Code); err != nil || check.Credential.Zone != w.School.Zone {
			t.Errorf("days of a certificate of the zone %s are told in %q, %v", w.School.Zone, check.Credential.Zone, err)
		}
		if check, err := other.Check.Check(ctx, replaced.Code); err != nil || check.Credential.ReplacedByCode != standing.Code {
			t.Errorf("%+v, %v", check, err)
		}
		document, err := other.Certify.DIDDocument(ctx, "palmar.example", "brightwater")
		if err != nil || !bytes.Contains(document, []byte(standing.KeyID)) {
			t.Errorf("did.json: %s, %v", document, err)
		}
		if found, err := other.Certify.Doctor(ctx); err != nil || len(found) != 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
		provesItsHours(t, other, file, standing)
	})
}

// exported is the escrow of the world's school, which has closed.
func exported(t *testing.T, w *certifytest.World) ([]byte, certify.EscrowManifest) {
	t.Helper()
	var file bytes.Buffer
	m, err := w.Certify.ExportEscrow(ctx, access.System, w.School.Slug, &file)
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), m
}

func imported(w *certifytest.World, file []byte) (certify.Escrow, error) {
	return w.Certify.ImportEscrow(ctx, access.System, bytes.NewReader(file), int64(len(file)))
}

// provesItsHours shows every line of the record that an escrow holds, from its file
// and from the installation that keeps it.
func provesItsHours(t *testing.T, other *certifytest.World, file []byte, c core.Credential) {
	t.Helper()
	fromFile, err := certify.ReadBundle(bytes.NewReader(file), int64(len(file)), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := other.Certify.EscrowedBundle(ctx, access.System, c.Code)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []certify.Bundle{fromFile, kept} {
		shown, err := b.ShowKinds([]string{certify.LineTotal, certify.LineSession})
		if err != nil || len(shown.Lines) < 10 {
			t.Fatalf("%d lines, %v", len(shown.Lines), err)
		}
		raw, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		if report, err := other.Check.VerifyFile(ctx, raw); err != nil || report.Outcome != credential.Valid {
			t.Errorf("the lines: %+v, %v", report, err)
		}
	}
	_, err = kept.ShowKinds(nil)
	wantCode(t, err, "nothing_chosen")
	_, err = other.Certify.EscrowedBundle(ctx, other.Registrar, c.Code)
	wantCode(t, err, "unauthenticated")
	_, err = certify.ReadBundle(bytes.NewReader(file), int64(len(file)), "AAAA")
	wantCode(t, err, "not_found")
}

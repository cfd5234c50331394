package certify_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/certify/certifytest"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// A school closes: its certificates are shown by another installation, of which
// nothing is there yet, with their states, their files and their proofs.
func TestService_Escrow(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		revoked := w.Certified()
		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		w.Student, w.Enrollment = student, w.Enroll(student)
		replaced := w.Certified()
		decided(t, w, revoked, certify.ChangeInput{Action: core.ActionRevoke, Cause: "Forged hours."})
		standing := decided(t, w, replaced, certify.ChangeInput{Action: core.ActionReissue, Cause: "Married.", HolderName: "Bea Nguyễn"})

		var file bytes.Buffer
		m, err := w.Certify.ExportEscrow(ctx, "brightwater", &file)
		if err != nil || m.Credentials != 3 || len(m.Keys) != 2 {
			t.Fatalf("%+v, %v", m, err)
		}
		_, err = w.Certify.ExportEscrow(ctx, "nowhere", &bytes.Buffer{})
		wantCode(t, err, "not_found")

		other := certifytest.Empty(t, w)
		_, err = other.Certify.ImportEscrow(ctx, bytes.NewReader(file.Bytes()[:99]), 99)
		wantCode(t, err, "bad_escrow")
		e, err := other.Certify.ImportEscrow(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil || len(e.Credentials) != 3 || e.Name != "Brightwater School of Massage" {
			t.Fatalf("%+v, %v", e, err)
		}
		_, err = other.Certify.ImportEscrow(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()))
		wantCode(t, err, "already_imported")

		for _, test := range []struct {
			c       core.Credential
			outcome credential.Outcome
			says    string
		}{
			{standing, credential.Valid, ""},
			{revoked, credential.NotValid, "revoked on 23 November 2026: Forged hours."},
			{replaced, credential.NotValid, "replaced by another certificate"},
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
		if check, err := other.Check.Check(ctx, replaced.Code); err != nil || check.Credential.ReplacedByCode != standing.Code {
			t.Errorf("%+v, %v", check, err)
		}
		document, err := other.Certify.DIDDocument(ctx, "brightwater")
		if err != nil || !bytes.Contains(document, []byte(standing.KeyID)) {
			t.Errorf("did.json: %s, %v", document, err)
		}
		if found, err := other.Certify.Doctor(ctx); err != nil || len(found) != 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
		provesItsHours(t, file.Bytes(), standing)
	})
}

// provesItsHours shows every line of the record that an escrow holds.
func provesItsHours(t *testing.T, file []byte, c core.Credential) {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := certify.ReadBundle(in, c.Code)
	if err != nil || len(b.Record) < 10 {
		t.Fatalf("%d lines, %v", len(b.Record), err)
	}
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range b.Record {
		if err := claim.Record.Check(line); err != nil {
			t.Error(err)
		}
	}
}

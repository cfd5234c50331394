package certify_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/words"
)

// TestRetiredKey: what a key signed while the school signed with it stays valid;
// what it signs after it was retired is not, in either form, and neither here nor
// for who knows the dates of the keys.
func TestRetiredKey(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		w.Pass(time.Hour)
		w.Second.AuthenticatedAt = w.Src.Now()
		admin := w.Join(w.Second, w.School, core.RoleAdmin)
		if _, err := w.Certify.RotateKeys(ctx, admin, w.School.ID); err != nil {
			t.Fatal(err)
		}
		stands(t, w, c, credential.Valid, credential.Valid, "")
		sound(t, w, "after the rotation")

		document, jwt := signedLater(t, w, c, w.Src.Now().Add(2*time.Second))
		kept, err := w.Certify.PublicKeys(ctx, "brightwater")
		if err != nil {
			t.Fatal(err)
		}
		dated, err := credential.ReadDocument(kept)
		if err != nil || !strings.Contains(string(kept), `schema.org/validThrough"`) {
			t.Fatalf("%s, %v", kept, err)
		}
		w.Pass(time.Minute)
		for form, raw := range map[string][]byte{"proof": document, "JWT": jwt} {
			uploaded, err := w.Check.VerifyFile(ctx, raw)
			if failed, _ := uploaded.Failed(); err != nil || uploaded.Outcome != credential.NotValid || failed.Name != credential.CheckIssuer || failed.Reason.ID != "reason.key_retired" {
				t.Errorf("%s, uploaded: %+v, %v", form, uploaded, err)
			}
			report := credential.Verify(ctx, raw, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: dated})
			if failed, _ := report.Failed(); failed.Name != credential.CheckIssuer {
				t.Errorf("%s, by the dated keys: %+v", form, report)
			}
		}
		for form, raw := range map[string][]byte{"proof": c.Document, "JWT": []byte(c.JWT)} {
			if report := credential.Verify(ctx, raw, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: dated}); report.Outcome != credential.Valid {
				t.Errorf("%s of before, by the dated keys: %+v", form, report)
			}
		}
		published, err := w.Certify.DIDDocument(ctx, "palmar.example", "brightwater")
		if err != nil || strings.Contains(string(published), "expires") || !strings.Contains(string(published), c.KeyID) {
			t.Errorf("did.json does not keep the old key as it is: %s, %v", published, err)
		}

		w.Tamper("credential_documents", "UPDATE credential_documents SET document = ? WHERE credential_id = ?", document, c.ID.String())
		if check, err := w.Check.Check(ctx, c.Code); err != nil || check.Outcome != employer.NotValid || !slices.ContainsFunc(check.Reasons, func(s words.Sentence) bool { return s.ID == "reason.key_retired" }) {
			t.Errorf("kept here: %+v, %v", check, err)
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || !strings.Contains(words.English().Value(found), "retired") {
			t.Errorf("the doctor finds %q, %v", found, err)
		}
	})
}

// signedLater signs what a credential says with its former keys, which someone
// has kept.
func signedLater(t *testing.T, w *certifytest.World, c core.Credential, now time.Time) (document, jwt []byte) {
	t.Helper()
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		t.Fatal(err)
	}
	claim.Subject.Email, claim.Subject.Salt, claim.ValidFrom = "ada@example.org", "00112233445566778899aabbccddeeff", now
	var sealed, sealedJWT []byte
	for id, into := range map[string]*[]byte{c.KeyID: &sealed, c.JWTKeyID: &sealedJWT} {
		if err := w.SQL.QueryRow("SELECT sealed FROM signing_keys WHERE id = '" + id + "'").Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	key, err := signing.Open(certifytest.Secret, c.KeyID, sealed)
	if err != nil {
		t.Fatal(err)
	}
	second, err := signing.OpenJWTKey(certifytest.Secret, c.JWTKeyID, sealedJWT)
	if err != nil {
		t.Fatal(err)
	}
	if document, err = credential.Issue(claim, key, now); err != nil {
		t.Fatal(err)
	}
	text, err := credential.IssueJWT(claim, second, claim.ValidFrom)
	if err != nil || !json.Valid(document) {
		t.Fatal(err)
	}
	return document, []byte(text)
}

package certify_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/translog"
)

// launderings are what someone could change who has the database, in the hope
// that the school signs it the next time. Each names the code by which a reissue
// is refused.
var launderings = []struct {
	name, code string
	do         func(t *testing.T, w *certifytest.World, c core.Credential)
}{
	{"nothing", "", func(*testing.T, *certifytest.World, core.Credential) {}},
	{"minutes beside the document", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("credentials", "UPDATE credentials SET minutes = minutes + 6000 WHERE id = ?", c.ID.String())
	}},
	{"code beside the document", "document_changed", func(t *testing.T, w *certifytest.World, c core.Credential) {
		code, err := credential.NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w.Tamper("credentials", "UPDATE credentials SET code = ? WHERE id = ?", string(code), c.ID.String())
	}},
	{"name in document and record", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("credentials", "UPDATE credentials SET subject_name = 'Eve Example' WHERE id = ?", c.ID.String())
		w.Tamper("credential_documents", "UPDATE credential_documents SET document = ? WHERE credential_id = ?",
			[]byte(strings.Replace(string(c.Document), "Ada Example", "Eve Example", 1)), c.ID.String())
	}},
	{"JWT of another", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("credential_documents", "UPDATE credential_documents SET jwt = (SELECT o.jwt FROM credential_documents o WHERE o.credential_id <> ? LIMIT 1) WHERE credential_id = ?", c.ID.String(), c.ID.String())
	}},
	{"everything of another", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		for _, column := range []string{"document", "jwt", "key_id", "jwt_key_id"} {
			w.Tamper("credential_documents", "UPDATE credential_documents SET "+column+" = (SELECT o."+column+" FROM credential_documents o WHERE o.credential_id <> ? LIMIT 1) WHERE credential_id = ?", c.ID.String(), c.ID.String())
		}
	}},
	{"signed by a key of one's own", "document_changed", forge},
	{"digest in the opening", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("log_openings", "UPDATE log_openings SET payload = REPLACE(payload, 'document', 'Document') WHERE subject = ?", c.ID.String())
	}},
	{"no opening", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("log_openings", "DELETE FROM log_openings WHERE subject = ?", c.ID.String())
	}},
	{"no opening and no status list", "document_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("log_openings", "DELETE FROM log_openings WHERE subject = ?", c.ID.String())
		w.Tamper("credentials", "UPDATE credentials SET status_list_id = NULL, status_index = NULL WHERE id = ?", c.ID.String())
	}},
	{"a minute in the ledger", "record_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("credits", "UPDATE credits SET minutes = minutes + 1 WHERE id = (SELECT id FROM credits WHERE enrollment_id = ? ORDER BY id LIMIT 1)", c.EnrollmentID.String())
	}},
	{"no secret behind the record", "record_changed", func(_ *testing.T, w *certifytest.World, c core.Credential) {
		w.Tamper("credential_records", "DELETE FROM credential_records WHERE credential_id = ?", c.ID.String())
	}},
}

// forge puts a document with more hours in the place of a credential's, signed
// by a key that is entered as one of the school's and logged by nobody but the
// cheat, who cannot seal it.
func forge(t *testing.T, w *certifytest.World, c core.Credential) {
	t.Helper()
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		t.Fatal(err)
	}
	key, err := signing.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	claim.Subject.Email, claim.Subject.Salt = "eve@example.org", "00112233445566778899aabbccddeeff"
	claim.Hours.Total.Minutes += 60
	document, err := credential.Issue(claim, key, c.SignedAt)
	if err != nil {
		t.Fatal(err)
	}
	w.Tamper("signing_keys", `INSERT INTO signing_keys (id, organization_id, algorithm, did, public, sealed, created_at, retired_at)
		SELECT ?, organization_id, algorithm, did, ?, sealed, created_at, created_at FROM signing_keys WHERE id = ?`, key.Multikey(), []byte(key.Public()), c.KeyID)
	w.Tamper("credential_documents", "UPDATE credential_documents SET document = ?, key_id = ? WHERE credential_id = ?", document, key.Multikey(), c.ID.String())
	w.Tamper("credentials", "UPDATE credentials SET minutes = minutes + 60 WHERE id = ?", c.ID.String())
	w.Tamper("log_openings", "UPDATE log_openings SET payload = REPLACE(payload, ?, ?) WHERE subject = ?",
		certify.Digest(c.Document), certify.Digest(document), c.ID.String())
}

// TestSignedAgain_launders: what was kept is signed again only as it was signed:
// neither with a new name, nor because a key was lost.
func TestSignedAgain_launders(t *testing.T) {
	for _, one := range launderings {
		t.Run(one.name, func(t *testing.T) {
			each(t, public, func(t *testing.T, w *certifytest.World) {
				c, admin := two(w), w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
				p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Ada New"})
				if err != nil {
					t.Fatal(err)
				}
				one.do(t, w, c)
				_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
				if core.CodeOf(err) != one.code {
					t.Fatalf("reissued: %v", err)
				}
				if one.code == "" {
					return
				}
				if !strings.Contains(core.AsFault(err).Message(), "palmar doctor") {
					t.Errorf("it does not say what to do: %v", err)
				}
				w.Pass(72 * time.Hour)
				admin.AuthenticatedAt = w.Src.Now()
				resigned, doubtful := lose(t, w, admin, c.KeyID, 1)
				if one.name == "signed by a key of one's own" {
					doubtful = append(doubtful, c.ID) // the lost key has not signed it
				}
				if resigned != 1 || len(doubtful) != 1 || doubtful[0] != c.ID {
					t.Fatalf("%d were signed again, doubtful are %+v", resigned, doubtful)
				}
			})
		})
	}
}

// A certificate that replaces another goes by the ledger, so that the ledger has
// to be what was certified.
func TestSupersede_launders(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := two(w)
		p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionSupersede, Cause: "Once more."})
		if err != nil {
			t.Fatal(err)
		}
		w.Tamper("credits", "UPDATE credits SET minutes = minutes + 60 WHERE id = (SELECT id FROM credits WHERE enrollment_id = ? ORDER BY id LIMIT 1)", c.EnrollmentID.String())
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		wantCode(t, err, "record_changed")
	})
}

// A revocation that was taken out of the database does not come back as a new
// certificate.
func TestReissue_revoked(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := two(w)
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "Forged hours."})
		w.Tamper("credential_states", "DELETE FROM credential_states WHERE credential_id = ?", c.ID.String())
		p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Ada New"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		wantCode(t, err, "document_changed")
		w.Tamper("log_openings", "DELETE FROM log_openings WHERE subject = ? AND event = ?", c.ID.String(), translog.EventRevoke)
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		wantCode(t, err, "log_incomplete")
	})
}

// TestSignAgain: more certificates than one batch holds are signed again, each
// once, by however many workers at once, and not again when the work is begun
// again; the revocation itself does not wait for it.
func TestSignAgain(t *testing.T) {
	const many = 53
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		w.Earn(w.Enrollment, w.Student, "kinesiology", 480)
		last := transcripts(t, w, many)[many-1]
		w.Pass(72 * time.Hour)
		admin.AuthenticatedAt = w.Src.Now()
		loss, err := w.Certify.RevokeKey(ctx, admin, w.School.ID, last.KeyID, core.DateOf(w.Src.Now()), "Stolen.")
		if err != nil || loss.Total != many || !loss.Running() {
			t.Fatalf("%+v, %v", loss, err)
		}
		if check, err := w.Check.Check(ctx, last.Code); err != nil || check.Outcome != employer.NotValid {
			t.Errorf("at once: %+v, %v", check, err)
		}
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				if _, err := w.WorkOff("sign-again"); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if p := lossOf(t, w, last.KeyID); p.Running() || p.Resigned != many || p.Doubtful != 0 {
			t.Errorf("%+v", p)
		}
		if check, err := w.Check.Check(ctx, last.Code); err != nil || check.Outcome != employer.Valid || check.Credential.Resigned != 1 {
			t.Errorf("afterward: %+v, %v", check, err)
		}
		w.Tamper("key_losses", "UPDATE key_losses SET finished_at = NULL, after_id = NULL WHERE key_id = ?", last.KeyID)
		if _, err := w.WorkOff("sign-again"); err != nil {
			t.Error(err)
		}
		if p := lossOf(t, w, last.KeyID); p.Running() || p.Resigned != many {
			t.Errorf("some were signed a second time: %+v", p)
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
	})
}

// two certifies two students and gives the first's credential.
func two(w *certifytest.World) core.Credential {
	w.T.Helper()
	first := w.Certified()
	student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
	w.Student, w.Enrollment = student, w.Enroll(student)
	w.Certified()
	return first
}

// lose tells that a key was lost some days ago, and gives what became of the
// certificates that it had signed.
func lose(t *testing.T, w *certifytest.World, admin access.Actor, key string, days int) (resigned int, doubtful []core.CredentialID) {
	t.Helper()
	if _, err := w.Certify.RevokeKey(ctx, admin, w.School.ID, key, core.DateOf(w.Src.Now()).AddDays(-days), "The server was stolen."); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WorkOff("sign-again"); err != nil {
		t.Fatal(err)
	}
	list, err := w.Certify.Doubtful(ctx, admin, w.School.ID, key, core.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list.Items {
		doubtful = append(doubtful, d.CredentialID)
	}
	return lossOf(t, w, key).Resigned, doubtful
}

// lossOf is how far what a lost key of the school had signed was looked at.
func lossOf(t *testing.T, w *certifytest.World, key string) certify.KeyLoss {
	t.Helper()
	keys, err := w.Certify.KeysOf(ctx, w.School.Slug)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(keys, func(k certify.SigningKey) bool { return k.ID == key })
	return keys[at].Loss
}

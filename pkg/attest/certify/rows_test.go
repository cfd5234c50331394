package certify_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/translog"
)

// TestTampering_rows takes rows out, puts rows in and swaps them, after which
// the doctor names something each time.
func TestTampering_rows(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		revoked, again := long(t, w)
		c := newCheat(t, w)
		sound(t, w, "before it all")
		gone := func(table, where string, args ...any) func() {
			return func() {
				if c.do("DELETE FROM "+table+" WHERE "+where, args...) == 0 {
					t.Errorf("nothing was taken out of %s", table)
				}
			}
		}
		all := func(steps ...func()) func() {
			return func() {
				for _, step := range steps {
					step()
				}
			}
		}
		swap := func(table, column, key string, one, other any) func() {
			return func() {
				c.do("UPDATE "+table+" SET "+column+" = (SELECT k."+column+" FROM kept_"+table+" k WHERE k."+key+" = ?) WHERE "+key+" = ?", one, other)
				c.do("UPDATE "+table+" SET "+column+" = (SELECT k."+column+" FROM kept_"+table+" k WHERE k."+key+" = ?) WHERE "+key+" = ?", other, one)
			}
		}
		subject := again.ID.String()
		for _, one := range []struct {
			name string
			do   func()
		}{
			{"a revocation", gone("credential_states", "credential_id = ?", revoked.ID.String())},
			{"a revocation and its opening", all(gone("credential_states", "credential_id = ?", revoked.ID.String()),
				gone("log_openings", "subject = ? AND event = ?", revoked.ID.String(), translog.EventRevoke))},
			{"a revocation, its opening, and the list is signed again", all(gone("credential_states", "credential_id = ?", revoked.ID.String()),
				gone("log_openings", "subject = ? AND event = ?", revoked.ID.String(), translog.EventRevoke), func() {
					c.do("UPDATE status_lists SET document = NULL, valid_until = NULL")
					if _, err := w.WorkOff("status-lists"); err != nil {
						t.Error(err)
					}
				})},
			{"a certificate", all(gone("credential_documents", "credential_id = ?", subject), gone("credential_records", "credential_id = ?", subject), gone("credentials", "id = ?", subject))},
			{"a certificate and its openings", all(gone("credential_documents", "credential_id = ?", subject), gone("credential_records", "credential_id = ?", subject),
				gone("credentials", "id = ?", subject), gone("log_openings", "subject = ?", subject))},
			{"the forms of a certificate", gone("credential_documents", "credential_id = ?", subject)},
			{"the older form of a certificate", gone("credential_documents", "credential_id = ? AND number = 1", subject)},
			{"the newer form of a certificate", gone("credential_documents", "credential_id = ? AND number = 2", subject)},
			{"the newest day", gone("log_days", "number = (SELECT MAX(number) FROM log_days)")},
			{"an older day", gone("log_days", "number = (SELECT MIN(number) FROM log_days)")},
			{"an older day and its opening", all(gone("log_openings", "number = (SELECT MIN(number) FROM log_days)"), gone("log_days", "number = (SELECT MIN(number) FROM log_days)"))},
			{"the opening of a day", gone("log_openings", "number = (SELECT MIN(number) FROM log_days)")},
			{"the secret of a record", gone("credential_records", "credential_id = ?", subject)},
			{"the opening of an issue", gone("log_openings", "subject = ? AND event = ?", subject, translog.EventIssue)},
			{"the opening of a key", gone("log_openings", "event = ? AND subject = ?", translog.EventKeyAdd, again.KeyID)},
			{"a key", gone("signing_keys", "id = ?", again.KeyID)},
			{"a status list", gone("status_lists", "used > 0")},
			{"a credit", gone("credits", "id = (SELECT id FROM credits ORDER BY id DESC LIMIT 1)")},
			{"an entry of the log", gone("log_entries", "number = 3")},
			{"the newest entry of the log", all(gone("log_entries", "number = (SELECT MAX(number) FROM log_entries)"))},
			{"a hash of the log", gone("log_hashes", "number = 3")},
			{"the newest checkpoint", gone("log_checkpoints", "size = (SELECT MAX(size) FROM log_checkpoints)")},
			{"the state of the log", gone("log_state", "id = 1")},

			{"put in: a revocation", func() {
				c.do(`INSERT INTO credential_states (credential_id, state, since, cause, proposal_id) SELECT ?, 'revoked', since, cause, proposal_id FROM credential_states WHERE credential_id = ?`, subject, revoked.ID.String())
			}},
			{"why it was revoked", func() {
				c.do("UPDATE credential_states SET cause = 'Nothing much.' WHERE credential_id = ?", revoked.ID.String())
			}},
			{"put in: a form of a certificate", func() {
				c.do(`INSERT INTO credential_documents (credential_id, number, issuer_did, key_id, document, jwt_key_id, jwt, signed_at)
					SELECT credential_id, 3, issuer_did, key_id, document, jwt_key_id, jwt, signed_at FROM credential_documents WHERE credential_id = ? AND number = 2`, subject)
			}},
			{"put in: a key", func() {
				c.do(`INSERT INTO signing_keys (id, organization_id, algorithm, did, public, sealed, created_at, retired_at)
					SELECT 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', organization_id, algorithm, did, public, sealed, created_at, created_at FROM signing_keys WHERE id = ?`, again.KeyID)
			}},
			{"put in: a day", func() {
				c.do(`INSERT INTO log_days (organization_id, day, ends_at, seed, lines, root, number) SELECT ?, day, ends_at, seed, lines, root, number FROM log_days WHERE number = (SELECT MIN(number) FROM log_days)`, w.Other.ID.String())
			}},
			{"put in: a credit of a logged day", func() {
				id := core.NewID[core.CreditID](w.Src)
				columns := strings.Join(c.columns("credits", "id", "entry_id"), ", ")
				c.do("INSERT INTO credits (id, "+columns+") SELECT ?, "+columns+" FROM credits WHERE id = (SELECT id FROM credits ORDER BY id LIMIT 1)", id.String())
			}},
			{"put in: an opening", func() {
				c.do(`INSERT INTO log_openings (number, event, subject, salt, payload) SELECT 1000, event, subject, salt, payload FROM log_openings WHERE number = 3`)
			}},
			{"put in: an entry", func() {
				c.do(`INSERT INTO log_entries (number, leaf) SELECT (SELECT size FROM log_state), leaf FROM log_entries WHERE number = 3`)
			}},
			{"put in: a checkpoint", func() {
				c.do(`INSERT INTO log_checkpoints (size, note, signed_at) SELECT 1000, note, signed_at FROM log_checkpoints WHERE size = (SELECT MAX(size) FROM log_checkpoints)`)
			}},

			{"swapped: documents", func() {
				for _, pair := range [][2]string{{subject, revoked.ID.String()}, {revoked.ID.String(), subject}} {
					for _, column := range []string{"document", "jwt"} {
						c.do("UPDATE credential_documents SET "+column+" = (SELECT k."+column+" FROM kept_credential_documents k WHERE k.credential_id = ? ORDER BY k.number DESC LIMIT 1) WHERE credential_id = ?", pair[0], pair[1])
					}
				}
			}},
			{"swapped: holders", swap("credentials", "therapist_id", "id", subject, revoked.ID.String())},
			{"swapped: entries of status lists", func() {
				c.do("UPDATE credentials SET status_index = -1 WHERE id = ?", subject)
				c.do("UPDATE credentials SET status_index = (SELECT k.status_index FROM kept_credentials k WHERE k.id = ?) WHERE id = ?", subject, revoked.ID.String())
				c.do("UPDATE credentials SET status_index = (SELECT k.status_index FROM kept_credentials k WHERE k.id = ?) WHERE id = ?", revoked.ID.String(), subject)
			}},
			{"swapped: records", swap("credential_records", "seed", "credential_id", subject, revoked.ID.String())},
			{"swapped: entries of the log", swap("log_entries", "leaf", "number", 3, 4)},
			{"swapped: hashes of the log", swap("log_hashes", "hash", "number", 0, 1)},
			{"swapped: openings", all(swap("log_openings", "payload", "number", 3, 4), swap("log_openings", "salt", "number", 3, 4))},
			{"swapped: subjects of openings", swap("log_openings", "subject", "number", 2, 4)},
			{"swapped: minutes of credits", func() {
				c.do("UPDATE credits SET minutes = minutes + 1 WHERE id = (SELECT id FROM credits ORDER BY id LIMIT 1)")
				c.do("UPDATE credits SET minutes = minutes - 1 WHERE id = (SELECT id FROM credits ORDER BY id DESC LIMIT 1)")
			}},
		} {
			t.Run(one.name, func(t *testing.T) {
				one.do()
				found, err := w.Certify.Doctor(ctx)
				if err == nil && len(found) == 0 {
					t.Error("the doctor sees nothing")
				}
				if err != nil && core.AsFault(err) == nil {
					t.Errorf("the doctor gives up: %v", err)
				}
				c.undo()
			})
		}
		sound(t, w, "when all is put back")
	})
}

// Where each key is its own issuer (did:key), nothing is found either that is not
// there.
func TestDoctor_sound(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		_, again := long(t, w)
		sound(t, w, "under did:key")
		if check, err := w.Check.Check(ctx, again.Code); err != nil || check.Outcome != employer.Valid || check.Credential.Resigned != 1 {
			t.Errorf("%+v, %v", check, err)
		}
	})
}

// TestLogDays_gone: a day that was logged is not logged again with another root
// because its row is gone.
func TestLogDays_gone(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		long(t, w)
		c := newCheat(t, w)
		c.do("DELETE FROM log_days WHERE number = (SELECT MAX(number) FROM log_days)")
		if n, err := w.WorkOff("sign-off-days"); n != 0 || core.CodeOf(err) != "day_logged" {
			t.Errorf("logged %d, %v", n, err)
		}
	})
}

// TestStatusList_keepsSet: what the log, or the list as it was signed before,
// says was revoked stays revoked.
func TestStatusList_keepsSet(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		revoked, _ := long(t, w)
		c := newCheat(t, w)
		for _, steps := range [][]string{
			{"DELETE FROM credential_states"},
			{"DELETE FROM credential_states", "UPDATE status_lists SET document = NULL, valid_until = NULL"},
			{"DELETE FROM credential_states", "DELETE FROM log_openings WHERE event = 'credential.revoke'", "UPDATE status_lists SET valid_until = NULL"},
		} {
			for _, statement := range steps {
				c.do(statement)
			}
			list, err := w.Certify.StatusList(ctx, revoked.StatusListID)
			if err != nil {
				t.Fatal(err)
			}
			read, err := credential.ReadStatusList(ctx, list.Document, w.Keys(), w.Src.Now())
			if err != nil || !read.Bits.Get(revoked.StatusIndex) {
				t.Errorf("after %q the list says nothing: %v", steps, err)
			}
			c.undo()
		}
	})
}

// TestService_EraseRecord: erasing is told by the log, so that it is not taken
// for a row that someone has taken out; a mark without it is none.
func TestService_EraseRecord(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		wantCode(t, w.Certify.EraseRecord(ctx, "nothing"), "not_found")
		if err := w.Certify.EraseRecord(ctx, c.Code); err != nil {
			t.Fatal(err)
		}
		wantCode(t, w.Certify.EraseRecord(ctx, c.Code), "no_record")
		_, err := w.Certify.RecordOf(ctx, w.Student, c.ID)
		wantCode(t, err, "no_record")
		stands(t, w, c, credential.Valid, credential.Valid, "")
		sound(t, w, "after the erasure")
		renamed := decided(t, w, c, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Ada Other"})
		stands(t, w, renamed, credential.Valid, credential.Valid, "")
		sound(t, w, "after the reissue")
	})
}

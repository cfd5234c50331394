package certify_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/jobs/jobstest"
	"github.com/palmar/palmar/pkg/words"
)

// TestSignAgain_closed: a school closes while certificates of a lost key wait to be
// signed again. They are, with the keys that it had, which are retired after that;
// until then nobody can carry the certificates away, and nothing else is signed.
func TestSignAgain_closed(t *testing.T) {
	for name, base := range map[string]string{"did:web": public, "did:key": local} {
		t.Run(name, func(t *testing.T) {
			each(t, base, func(t *testing.T, w *certifytest.World) {
				admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
				first := two(w)
				w.Pass(72 * time.Hour)
				admin.AuthenticatedAt = w.Src.Now()
				if _, err := w.Certify.RevokeKey(ctx, admin, w.School.ID, first.KeyID, core.DateOf(w.Src.Now()), "Stolen."); err != nil {
					t.Fatal(err)
				}
				w.Close(closing)
				found(t, w, first, credential.NotValid)
				var out bytes.Buffer
				_, err := w.Certify.ExportEscrow(ctx, access.System, w.School.Slug, &out)
				wantCode(t, err, "signing_again")
				pastTheServicesOf(t, w, first)

				if n, err := w.WorkOff("sign-again"); err != nil || n != 1 {
					t.Fatalf("%d losses were worked off, %v", n, err)
				}
				if l := lossOf(t, w, first.KeyID); l.Running() || l.Resigned != 2 || l.Doubtful != 0 {
					t.Errorf("%+v", l)
				}
				signed, err := w.Certify.Credential(ctx, admin, first.ID)
				if err != nil || signed.Code != first.Code || signed.Resigned != 1 {
					t.Fatalf("%+v, %v", signed, err)
				}
				found(t, w, signed, credential.Valid)
				if base == public { // a stranger finds a school's list by its did.json
					stands(t, w, signed, credential.Valid, credential.Valid, "")
				}
				retired(t, w)
				pastTheServicesOf(t, w, first)
				sound(t, w, "after the end")
				if m, err := w.Certify.ExportEscrow(ctx, access.System, w.School.Slug, &out); err != nil || m.Credentials != 2 {
					t.Errorf("%+v, %v", m, err)
				}
				if n, err := w.WorkOff("sign-again", "certify", "closing-transcripts", "closings"); err != nil || n > 0 {
					t.Errorf("%d items are left, %v", n, err)
				}
				w.Pass(20 * 365 * 24 * time.Hour)
				found(t, w, signed, credential.Valid)
			})
		})
	}
}

// pastTheServicesOf is what the database refuses by itself of a closed school, be a
// loss worked off or not.
func pastTheServicesOf(t *testing.T, w *certifytest.World, c core.Credential) {
	t.Helper()
	document := "INSERT INTO credential_documents SELECT credential_id, %d, issuer_did, %s, document, jwt_key_id, jwt, signed_at, NULL, NULL, NULL FROM credential_documents WHERE credential_id = '" + c.ID.String() + "' AND number = 1"
	school := " WHERE organization_id = '" + w.School.ID.String() + "'"
	for name, statement := range map[string]string{
		"sign with the lost key":      fmt.Sprintf(document, 2, "key_id"),
		"sign in the place of none":   fmt.Sprintf(document, 9, "'z' || key_id"),
		"sign a third time":           fmt.Sprintf(document, 3, "'z' || key_id"),
		"use the lost key again":      "UPDATE signing_keys SET retired_at = NULL" + school + " AND retired_at IS NOT NULL",
		"retire and change":           "UPDATE signing_keys SET retired_at = created_at, cause = 'other'" + school,
		"lose another":                "INSERT INTO key_losses (key_id, organization_id, total, begun_at) SELECT id, organization_id, 1, created_at FROM signing_keys" + school + " AND revoked_at IS NULL",
		"revoke a key":                "UPDATE signing_keys SET revoked_at = created_at" + school + " AND revoked_at IS NULL",
		"certify something new":       "INSERT INTO proposals SELECT * FROM proposals" + school,
		"revoke what was signed":      "INSERT INTO credential_states (credential_id, state, since, cause, proposal_id) SELECT id, 'revoked', issued_at, 'x', proposal_id FROM credentials WHERE id = '" + c.ID.String() + "'",
		"open the school once more":   "UPDATE organizations SET closed_at = NULL WHERE id = '" + w.School.ID.String() + "'",
		"begin a finished loss again": "UPDATE key_losses SET finished_at = NULL" + school + " AND finished_at IS NOT NULL",
	} {
		result, err := w.SQL.Exec(statement)
		if err == nil && strings.HasPrefix(name, "begin a finished") {
			if n, _ := result.RowsAffected(); n == 0 {
				continue // it goes on still
			}
		}
		if err == nil || !strings.Contains(err.Error(), "school_closed") {
			t.Errorf("%s, past the services: %v", name, err)
		}
	}
}

// found holds what everybody is told of a certificate by its code.
func found(t *testing.T, w *certifytest.World, c core.Credential, want credential.Outcome) {
	t.Helper()
	if check, err := w.Check.Check(ctx, c.Code); err != nil || check.Outcome != string(want) {
		t.Errorf("%s is found %s %q, %v; want %s", c.Code, check.Outcome, check.Why(words.English()), err, want)
	}
}

// retired holds that no key of the school signs any more.
func retired(t *testing.T, w *certifytest.World) {
	t.Helper()
	keys, err := w.Certify.KeysOf(ctx, w.School.Slug)
	if err != nil || len(keys) != 3 || slices.ContainsFunc(keys, func(k certify.SigningKey) bool { return k.RetiredAt.IsZero() }) {
		t.Errorf("the keys are %+v, %v", keys, err)
	}
}

// TestSignAgain_closed_twice: two keys were lost when the school closes. Its keys
// are retired with the second loss, however the two are worked off.
func TestSignAgain_closed_twice(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		c := w.Certified()
		w.Pass(72 * time.Hour)
		admin.AuthenticatedAt = w.Src.Now()
		for _, key := range []string{c.KeyID, c.JWTKeyID} {
			if _, err := w.Certify.RevokeKey(ctx, admin, w.School.ID, key, core.DateOf(w.Src.Now()), "Stolen."); err != nil {
				t.Fatal(err)
			}
		}
		w.Close(closing)
		b := jobstest.Start(t, w.DB, w.Src, time.Now, w.Certify.Works())
		b.Await([]string{"closings", "sign-again", "sign-again"}, nil)
		keys, err := w.Certify.KeysOf(ctx, w.School.Slug)
		if err != nil || len(keys) != 4 || slices.ContainsFunc(keys, func(k certify.SigningKey) bool { return k.RetiredAt.IsZero() }) {
			t.Errorf("the keys are %+v, %v", keys, err)
		}
		signed, err := w.Certify.Credential(ctx, admin, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		stands(t, w, signed, credential.Valid, credential.Valid, "")
		sound(t, w, "after the end")
	})
}

// TestWorks_broken: what one school's broken key keeps from being done is parked.
// Everything else is done meanwhile, of that school and of the other; and after a
// fix the rest is, too.
func TestWorks_broken(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		theirs := w.Person("Olaf Admin", "olaf@example.org", w.Other, core.RoleAdmin)
		broken, other := w.Certified(), special(t, w, theirs, "MLD-1")
		w.Pass(72 * time.Hour)
		admin.AuthenticatedAt, theirs.AuthenticatedAt = w.Src.Now(), w.Src.Now()
		w.Second.AuthenticatedAt = w.Src.Now()
		runs := map[core.OrganizationID]certify.Run{}
		begin := func(a access.Actor, org core.OrganizationID, chosen ...certify.Chosen) {
			t.Helper()
			run, err := w.Certify.BeginRun(ctx, a, org, chosen)
			if err != nil {
				t.Fatal(err)
			}
			runs[org] = run
		}
		begin(theirs, w.Other.ID, proposed(t, w, "MLD-2"))
		begin(w.Second, w.School.ID, proposedTranscripts(t, w, w.Registrar, 1)...)
		for actor, c := range map[*access.Actor]core.Credential{&admin: broken, &theirs: other} {
			if _, err := w.Certify.RevokeKey(ctx, *actor, c.OrganizationID, c.KeyID, core.DateOf(w.Src.Now()), "Stolen."); err != nil {
				t.Fatal(err)
			}
		}
		w.Pass(26 * time.Hour)
		fix := corrupt(t, w)

		b := jobstest.Start(t, w.DB, w.Src, time.Now, w.Certify.Works())
		b.Await(
			[]string{"audit-days", "certify", "checkpoint-mails", "checkpoint-mails", "sign-again", "sign-off-days", "status-lists"},
			[]string{"certify", "sign-again", "status-lists"},
		)
		for _, p := range b.Parked() {
			if p.Code != "internal" || p.Tries != 5 || strings.Contains(p.Message, "example") {
				t.Errorf("kept %+v", p)
			}
		}
		stands(t, w, current(t, w, other), credential.Valid, credential.Valid, "")
		found(t, w, broken, credential.NotValid)
		became(t, w, runs[w.Other.ID], 1, "")
		became(t, w, runs[w.School.ID], 0, certify.RunItemGivenUp)

		fix()
		b.Retry()
		b.Await([]string{"certify", "sign-again", "status-lists"}, nil)
		if left := b.Parked(); len(left) > 0 {
			t.Errorf("still parked: %+v", left)
		}
		stands(t, w, current(t, w, broken), credential.Valid, credential.Valid, "")
		became(t, w, runs[w.School.ID], 1, "")
		sound(t, w, "after the fix")
	})
}

// corrupt damages the sealed key with which the school signs now, and gives what
// fixes it.
func corrupt(t *testing.T, w *certifytest.World) (fix func()) {
	t.Helper()
	where := " WHERE algorithm = 'Ed25519' AND retired_at IS NULL AND organization_id = '" + w.School.ID.String() + "'"
	var sealed []byte
	if err := w.SQL.QueryRow("SELECT sealed FROM signing_keys" + where).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	bad := slices.Clone(sealed)
	bad[len(bad)/2] ^= 1
	w.Tamper("signing_keys", "UPDATE signing_keys SET sealed = ?"+where, bad)
	return func() { w.Tamper("signing_keys", "UPDATE signing_keys SET sealed = ?"+where, sealed) }
}

// proposed is a specialty of the student that the other school has proposed.
func proposed(t *testing.T, w *certifytest.World, code string) certify.Chosen {
	t.Helper()
	mld, err := w.Specialty.CreateCourse(ctx, w.Stranger, w.Other.ID, course(code, nil))
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.Specialty.RecordCompletion(ctx, w.Stranger, mld.ID, completion(w, 2026, 10, 1))
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Certify.ProposeSpecialty(ctx, w.Stranger, done.ID)
	if err != nil {
		t.Fatal(err)
	}
	return certify.Chosen{ID: p.ID, Version: p.Version}
}

// special is a certificate of the other school.
func special(t *testing.T, w *certifytest.World, by access.Actor, code string) core.Credential {
	t.Helper()
	p := proposed(t, w, code)
	by.AuthenticatedAt = w.Src.Now()
	c, err := w.Certify.Certify(ctx, by, p.ID, p.Version)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// current is a credential as it is signed now.
func current(t *testing.T, w *certifytest.World, c core.Credential) core.Credential {
	t.Helper()
	now, err := w.Certify.Credential(ctx, office(w, c.OrganizationID), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// office is a registrar of one of the two schools.
func office(w *certifytest.World, school core.OrganizationID) access.Actor {
	if school == w.Other.ID {
		return w.Stranger
	}
	return w.Registrar
}

// became holds how many of a run were certified, and the code of its first.
func became(t *testing.T, w *certifytest.World, begun certify.Run, certified int, code string) {
	t.Helper()
	run, err := w.Certify.Run(ctx, office(w, begun.OrganizationID), begun.ID)
	if err != nil || run.Certified != certified || run.Refused != run.Total-certified || run.Running() {
		t.Errorf("the run %+v, %v", run, err)
	}
	items, err := w.Certify.RunItems(ctx, office(w, begun.OrganizationID), begun.ID, core.Page{})
	if err != nil || items.Items[0].Code != code || (items.Items[0].Message == "") != (code == "") {
		t.Errorf("its first is %+v, %v", items.Items, err)
	}
}

package certify_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

// decided proposes a change and has the second person decide on it.
func decided(t *testing.T, w *certifytest.World, c core.Credential, in certify.ChangeInput) core.Credential {
	t.Helper()
	p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	after, err := w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

// stands holds what Palmar says of a credential against what a stranger finds
// with the file and the published status list.
func stands(t *testing.T, w *certifytest.World, c core.Credential, palmar, stranger credential.Outcome, says string) {
	t.Helper()
	check, err := w.Check.Check(ctx, c.Code)
	if err != nil || check.Outcome != string(palmar) || !strings.Contains(check.Why(words.English()), says) {
		t.Errorf("here: %s %q, %v; want %s, %q", check.Outcome, check.Why(words.English()), err, palmar, says)
	}
	for form, raw := range map[string][]byte{"proof": c.Document, "JWT": []byte(c.JWT)} {
		report := credential.Verify(ctx, raw, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: w.Keys()})
		if report.Outcome != stranger {
			t.Errorf("elsewhere, %s: %+v; want %s", form, report, stranger)
		}
		uploaded, err := w.Check.VerifyFile(ctx, raw)
		if err != nil || uploaded.Outcome != palmar {
			t.Errorf("uploaded, %s: %+v, %v; want %s", form, uploaded, err, palmar)
		}
	}
}

const public = "https://palmar.example"

func TestService_ProposeChange(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		stands(t, w, c, credential.Valid, credential.Valid, "")

		suspended := decided(t, w, c, certify.ChangeInput{Action: certify.ActionSuspend, Cause: "The board asks questions."})
		if suspended.State != core.CredentialSuspended {
			t.Errorf("%+v", suspended)
		}
		// The published list knows revocation alone: docs say so.
		stands(t, w, c, credential.NotValid, credential.Valid, testkit.Said("employer.state.suspended", "date", "Nov 23, 2026", "cause", "The board asks questions."))
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionReinstate, Cause: "Answered."})
		stands(t, w, c, credential.Valid, credential.Valid, "")

		renamed := decided(t, w, c, certify.ChangeInput{Action: certify.ActionReissue, Cause: "Married.", HolderName: "Ada Nguyễn-Example"})
		if renamed.SubjectName != "Ada Nguyễn-Example" || renamed.Code == c.Code || renamed.Minutes != c.Minutes {
			t.Errorf("%+v", renamed)
		}
		stands(t, w, renamed, credential.Valid, credential.Valid, "")
		stands(t, w, c, credential.NotValid, credential.NotValid, testkit.Says("employer.state.replaced"))
		old, err := w.Check.Check(ctx, c.Code)
		if err != nil || old.Credential.ReplacedByCode != renamed.Code {
			t.Errorf("the old one leads to %q, %v", old.Credential.ReplacedByCode, err)
		}

		decided(t, w, renamed, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "The hours were forged."})
		stands(t, w, renamed, credential.NotValid, credential.NotValid, testkit.Said("employer.state.revoked", "date", "Nov 23, 2026", "cause", "The hours were forged."))
		again := decided(t, w, renamed, certify.ChangeInput{Action: certify.ActionSupersede, Cause: "They were not: the inquiry is over."})
		stands(t, w, again, credential.Valid, credential.Valid, "")
		if again.SubjectName != "Ada Example" {
			t.Errorf("superseded for %q", again.SubjectName)
		}
		if mails := w.Mails(); len(mails) != 6 || !strings.Contains(mails[4].Text, "The hours were forged.") {
			t.Errorf("%d mails: %+v", len(mails), mails)
		}
	})
}

func TestService_ProposeChange_Err(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		propose := func(a access.Actor, in certify.ChangeInput) error {
			_, err := w.Certify.ProposeChange(ctx, a, c.ID, in)
			return err
		}
		why := "A good reason."
		wantCode(t, propose(w.Stranger, certify.ChangeInput{Action: certify.ActionRevoke, Cause: why}), "not_found")
		wantCode(t, propose(w.Student, certify.ChangeInput{Action: certify.ActionRevoke, Cause: why}), "forbidden")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: "burn", Cause: why}), "unknown_action")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionCertify, Cause: why}), "unknown_action")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionRevoke}), "required")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionReissue, Cause: why}), "required")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionReissue, Cause: why, HolderName: "Ada Example"}), "unchanged")
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionReinstate, Cause: why}), "not_possible")

		p, err := w.Certify.ProposeChange(ctx, w.Registrar, c.ID, certify.ChangeInput{Action: certify.ActionRevoke, Cause: why})
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, propose(w.Second, certify.ChangeInput{Action: certify.ActionSuspend, Cause: why}), "already_proposed")
		_, err = w.Certify.Certify(ctx, w.Registrar, p.ID, p.Version)
		wantCode(t, err, "same_person")
		stands(t, w, c, credential.Valid, credential.Valid, "")
		if _, err := w.Certify.Decline(ctx, w.Second, p.ID, p.Version, "Not enough."); err != nil {
			t.Fatal(err)
		}
		stands(t, w, c, credential.Valid, credential.Valid, "")
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionRevoke, Cause: why})
		wantCode(t, propose(w.Registrar, certify.ChangeInput{Action: certify.ActionReissue, Cause: why, HolderName: "Eve"}), "not_possible")
	})
}

func TestService_ProposeTranscript(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		_, err := w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment)
		wantCode(t, err, "nothing_recorded")
		w.Earn(w.Enrollment, w.Student, "kinesiology", 1_230)
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Certify.ProposeTranscript(ctx, w.Second, w.Enrollment)
		wantCode(t, err, "already_proposed")
		c, err := w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		if err != nil || c.Kind != core.CredentialTranscript || c.Minutes != 1_230 {
			t.Fatalf("%+v, %v", c, err)
		}
		stands(t, w, c, credential.Valid, credential.Valid, "")
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
		decided(t, w, c, certify.ChangeInput{Action: certify.ActionSupersede, Cause: "An hour more."})
	})
}

func TestService_Show(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		lines, err := w.Certify.RecordOf(ctx, w.Student, c.ID)
		if err != nil || lines[0].Kind != certify.LineTotal || lines[0].Minutes != 36_000 {
			t.Fatalf("%+v, %v", lines, err)
		}
		last := lines[len(lines)-1]
		shown, err := w.Certify.Show(ctx, w.Student, c.ID, certify.ShowInput{Total: true, Subjects: []string{"kinesiology"}, Sessions: []core.CreditID{*last.Credit}})
		if err != nil || len(shown.Lines) != 3 {
			t.Fatalf("%+v, %v", shown.Lines, err)
		}
		raw, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		verify := func(raw []byte) credential.Outcome {
			return credential.Verify(ctx, raw, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: w.Keys()}).Outcome
		}
		if verify(raw) != credential.Valid {
			t.Error("what the holder shows is not accepted")
		}
		if changed := strings.Replace(string(raw), `"minutes":3000`, `"minutes":9000`, 1); changed == string(raw) || verify([]byte(changed)) != credential.NotValid {
			t.Error("minutes of a subject can be changed")
		}
		_, err = w.Certify.Show(ctx, w.Stranger, c.ID, certify.ShowInput{Total: true})
		wantCode(t, err, "not_found")
		_, err = w.Certify.Show(ctx, w.Student, c.ID, certify.ShowInput{})
		wantCode(t, err, "nothing_chosen")

		// Hours that come later leave the record as it was certified.
		w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
		if _, err := w.Certify.RecordOf(ctx, w.Registrar, c.ID); err != nil {
			t.Error(err)
		}
		w.Tamper("credits", "UPDATE credits SET minutes = minutes + 1 WHERE id = ?", last.Credit.String())
		_, err = w.Certify.RecordOf(ctx, w.Registrar, c.ID)
		wantCode(t, err, "record_changed")
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) == 0 {
			t.Errorf("the doctor sees nothing: %v, %v", found, err)
		}
	})
}

func TestService_Keys(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		before := w.Certified()
		keys, err := w.Certify.RotateKeys(ctx, admin, w.School.ID)
		if err != nil || len(keys) != 4 || keys[0].Sealed != nil {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		stands(t, w, before, credential.Valid, credential.Valid, "")
		_, err = w.Certify.RotateKeys(ctx, w.Registrar, w.School.ID)
		wantCode(t, err, "forbidden")
		_, err = w.Certify.Keys(ctx, w.Stranger, w.School.ID)
		wantCode(t, err, "not_found")

		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		w.Pass(48 * time.Hour)
		admin.AuthenticatedAt, w.Registrar.AuthenticatedAt, w.Second.AuthenticatedAt = w.Src.Now(), w.Src.Now(), w.Src.Now()
		w.Student, w.Enrollment = student, w.Enroll(student)
		during := w.Certified()
		if during.KeyID == before.KeyID {
			t.Error("signed with the retired key")
		}
		// The key that signs now was lost a day ago: what it signed since then is
		// not valid any more, and the other keys' certificates are untouched.
		if resigned, doubtful := lose(t, w, admin, during.KeyID, 1); resigned != 0 || len(doubtful) != 1 || doubtful[0] != during.ID {
			t.Fatalf("%d signed again, doubtful %v", resigned, doubtful)
		}
		stands(t, w, before, credential.Valid, credential.Valid, "")
		check, err := w.Check.Check(ctx, during.Code)
		if err != nil || check.Outcome != employer.NotValid {
			t.Errorf("%+v, %v", check, err)
		}
		// The former key was lost as well, after what it signed: that is signed again
		// under the same code, and the old file is not valid any more.
		if resigned, doubtful := lose(t, w, admin, before.KeyID, 1); resigned != 1 || len(doubtful) != 0 {
			t.Fatalf("%d signed again, doubtful %v", resigned, doubtful)
		}
		check, err = w.Check.Check(ctx, before.Code)
		if err != nil || check.Outcome != employer.Valid || check.Credential.Resigned != 1 {
			t.Fatalf("%+v, %v", check, err)
		}
		stands(t, w, check.Credential, credential.Valid, credential.Valid, "")
		if report := credential.Verify(ctx, before.Document, credential.Options{Now: w.Src.Now(), Status: w.Status, Resolver: w.Keys()}); report.Outcome != credential.NotValid {
			t.Errorf("the old file: %+v", report)
		}
		_, err = w.Certify.RevokeKey(ctx, admin, w.School.ID, before.KeyID, core.DateOf(w.Src.Now()), "Once more.")
		wantCode(t, err, "already_revoked")
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) != 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
	})
}

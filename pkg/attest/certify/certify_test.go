package certify_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/platform/store"
)

func TestService_Certify(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		if c.Kind != core.CredentialCompletion || c.Minutes != 36_000 || c.SubjectName != "Ada Example" ||
			c.OrganizationName != w.School.Name || !strings.HasPrefix(c.IssuerDID, "did:key:z6Mk") {
			t.Errorf("%+v", c)
		}
		report := credential.Verify(ctx, c.Document, credential.Options{Now: w.Src.Now(), TrustedIssuers: []string{c.IssuerDID}, Status: w.Status})
		if report.Outcome != credential.Valid || report.Minutes != 36_000 || report.Kind != "CertificateOfCompletion" ||
			report.Title != "Medical Massage Foundations" || report.IssuerName != w.School.Name || report.Started != "2025-01-06" ||
			report.ID != local+"/c/"+credential.Code(c.Code).Compact() {
			t.Errorf("%+v", report)
		}
		var document struct {
			Subject struct {
				Result []struct{ Value string } `json:"result"`
			} `json:"credentialSubject"`
		}
		if err := json.Unmarshal(c.Document, &document); err != nil || len(document.Subject.Result) != 8 {
			t.Errorf("the total and seven subjects: %+v, %v", document, err)
		}

		list, err := w.Certify.Proposals(ctx, w.Registrar, w.School.ID, certify.ProposalCertified, core.Page{})
		if err != nil || len(list.Items) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		p := list.Items[0]
		if p.CredentialID != c.ID || p.Code != c.Code || p.DecidedByName != "Rob Registrar" || p.Version != 2 {
			t.Errorf("%+v", p)
		}
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			e, _, err := kept.On(tx).JudgedEnrollment(ctx, w.Enrollment)
			if e.State != core.EnrollmentCompleted || e.CompletedOn != (core.Date{Year: 2026, Month: 11, Day: 23}) {
				t.Errorf("the enrollment is not completed: %+v", e)
			}
			return err
		})
		_, err = w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		wantCode(t, err, "enrollment_not_active")
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, 0)
		wantCode(t, err, "already_decided")
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, 1)
		wantCode(t, err, "stale")
		_, err = w.Certify.Decline(ctx, w.Second, p.ID, 0, "a mistake")
		wantCode(t, err, "already_decided")
	})
}

func TestService_Certify_twoPersons(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Certify.Certify(ctx, w.Registrar, p.ID, 1)
		wantCode(t, err, "same_person")
		_, err = w.Certify.Certify(ctx, w.Join(w.Registrar, w.School, core.RoleAdmin), p.ID, 1)
		wantCode(t, err, "same_person")
		_, err = w.Certify.Certify(ctx, w.Join(w.Student, w.School, core.RoleAdmin), p.ID, 1)
		wantCode(t, err, "own_record")
		_, err = w.Certify.Certify(ctx, w.Stranger, p.ID, 1)
		wantCode(t, err, "not_found")
		_, err = w.Certify.Certify(ctx, w.Supervisor, p.ID, 1)
		wantCode(t, err, "forbidden")
		robot := w.Second
		robot.Token = true
		_, err = w.Certify.Certify(ctx, robot, p.ID, 1)
		wantCode(t, err, "person_required")
		w.Pass(access.FreshFor)
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, 1)
		wantCode(t, err, "reauthentication_required")

		err = w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			p.State, p.DecidedBy, p.DecidedAt = certify.ProposalCertified, p.ProposedBy, w.Src.Now()
			return kept.On(tx).DecideProposal(ctx, p)
		})
		wantCode(t, err, "constraint")
		still, err := w.Certify.Proposal(ctx, w.Registrar, p.ID)
		if err != nil || still.State != certify.ProposalOpen || still.Version != 1 {
			t.Errorf("%+v, %v", still, err)
		}
	})
}

func TestService_Certify_judgesAgain(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			credits, err := kept.On(tx).CreditsOf(ctx, w.Enrollment, core.CreditID{}, 1)
			if err != nil {
				return err
			}
			return kept.On(tx).PostCredits(ctx, []core.Credit{credits[0].Reversal(core.NewID[core.CreditID](w.Src), w.Registrar.AccountID, w.Src.Now())})
		})
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, 1)
		wantCode(t, err, "standard_not_met")
		issued, err := w.Certify.IssuedBy(ctx, w.Registrar, w.School.ID, core.Page{})
		if err != nil || len(issued.Items) != 0 {
			t.Errorf("%+v, %v", issued, err)
		}
	})
}

func TestService_Certify_parallel(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 20)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() { _, errs[i] = w.Certify.Certify(ctx, w.Second, p.ID, 0) })
		}
		group.Wait()
		certified := 0
		for _, err := range errs {
			switch {
			case err == nil:
				certified++
			case core.CodeOf(err) != "already_decided":
				t.Errorf("got %v", err)
			}
		}
		issued, err := w.Certify.IssuedBy(ctx, w.Registrar, w.School.ID, core.Page{})
		if err != nil || certified != 1 || len(issued.Items) != 1 {
			t.Errorf("%d answers say certified, %d credentials, %v", certified, len(issued.Items), err)
		}
	})
}

// Several first certificates of a school at once make one key.
func TestService_Certify_firstKeyInParallel(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		var proposals []core.ProposalID
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			student := w.Person("Student "+name, name+"@example.org", w.School, core.RoleStudent)
			enrollment := w.Enroll(student)
			w.EarnAll(enrollment, student, 900)
			p, err := w.Certify.Propose(ctx, w.Registrar, enrollment)
			if err != nil {
				t.Fatal(err)
			}
			proposals = append(proposals, p.ID)
		}
		issued := make([]core.Credential, len(proposals))
		errs := make([]error, len(proposals))
		var group sync.WaitGroup
		for i, id := range proposals {
			group.Go(func() { issued[i], errs[i] = w.Certify.Certify(ctx, w.Second, id, 1) })
		}
		group.Wait()
		for i := range issued {
			if errs[i] != nil || issued[i].IssuerDID != issued[0].IssuerDID || issued[i].IssuerDID == "" {
				t.Errorf("%q, %v", issued[i].IssuerDID, errs[i])
			}
		}
	})
}

func TestService_Certify_didWeb(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		first := w.Certified()
		web := w.CertifyAt("https://palmar.example/")
		_, err := web.DIDDocument(ctx, "", "brightwater")
		wantCode(t, err, "not_found")

		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		enrollment := w.Enroll(student)
		w.EarnAll(enrollment, student, 900)
		p, err := web.Propose(ctx, w.Registrar, enrollment)
		if err != nil {
			t.Fatal(err)
		}
		second, err := web.Certify(ctx, w.Second, p.ID, 1)
		if err != nil || second.IssuerDID != "did:web:palmar.example:schools:brightwater" {
			t.Fatalf("%q, %v", second.IssuerDID, err)
		}
		raw, err := web.DIDDocument(ctx, "", "brightwater")
		if err != nil {
			t.Fatal(err)
		}
		report := credential.Verify(ctx, second.Document, credential.Options{Now: w.Src.Now(), Resolver: served(raw), Status: w.Status})
		if report.Outcome != credential.Valid || !strings.HasPrefix(report.ID, "https://palmar.example/c/") {
			t.Errorf("%+v", report)
		}
		report = credential.Verify(ctx, first.Document, credential.Options{Now: w.Src.Now(), Status: w.Status})
		if report.Outcome != credential.Valid {
			t.Errorf("what the retired key signed: %+v", report)
		}
		_, err = w.Certify.DIDDocument(ctx, "", "brightwater")
		wantCode(t, err, "not_found")
	})
}

// served resolves every DID to one document, as a host would serve it.
type served []byte

func (s served) Resolve(context.Context, string) (document credential.Document, err error) {
	return document, json.Unmarshal(s, &document)
}

func TestService_Certify_anotherSecret(t *testing.T) {
	w := certifytest.SQLite(t, local)
	w.Certified()
	student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
	enrollment := w.Enroll(student)
	w.EarnAll(enrollment, student, 900)
	other := certify.New(store.Bind(w.DB, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), w.Src, certify.Options{Secret: make([]byte, 32), BaseURL: local})
	p, err := other.Propose(ctx, w.Registrar, enrollment)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = other.Certify(ctx, w.Second, p.ID, 1); !errors.Is(err, signing.ErrSeal) {
		t.Errorf("got %v", err)
	}
}

func TestService_Decline(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Certify.Decline(ctx, w.Second, p.ID, 1, " ")
		wantCode(t, err, "required")
		_, err = w.Certify.Decline(ctx, w.Stranger, p.ID, 1, "not ours")
		wantCode(t, err, "not_found")
		declined, err := w.Certify.Decline(ctx, w.Registrar, p.ID, 1, "The fees are not paid.")
		if err != nil || declined.State != certify.ProposalDeclined || declined.Reason != "The fees are not paid." || declined.DecidedByName != "Rita Registrar" {
			t.Fatalf("%+v, %v", declined, err)
		}
		again, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal("a declined proposal may be made again:", err)
		}
		page, err := w.Certify.Proposals(ctx, w.Registrar, w.School.ID, "", core.Page{Limit: 1})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != again.ID || page.Next == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		page, err = w.Certify.Proposals(ctx, w.Registrar, w.School.ID, "", core.Page{Limit: 1, Cursor: page.Next})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != p.ID || page.Next != "" {
			t.Fatalf("%+v, %v", page, err)
		}
		_, err = w.Certify.Proposals(ctx, w.Registrar, w.School.ID, "", core.Page{Cursor: "x"})
		wantCode(t, err, "bad_cursor")
		_, err = w.Certify.Proposals(ctx, w.Registrar, w.School.ID, "open", core.Page{})
		wantCode(t, err, "unknown_state")
		_, err = w.Certify.Proposals(ctx, w.Stranger, w.School.ID, "", core.Page{})
		wantCode(t, err, "not_found")
	})
}

func TestService_Credentials(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		for name, a := range map[string]access.Actor{"holder": w.Student, "registrar": w.Registrar} {
			got, err := w.Certify.Credentials(ctx, a, w.Student.TherapistID)
			if err != nil || len(got) != 1 || got[0].ID != c.ID {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		_, err := w.Certify.Credentials(ctx, w.Stranger, w.Student.TherapistID)
		wantCode(t, err, "not_found")
		_, err = w.Certify.Credentials(ctx, w.Supervisor, w.Student.TherapistID)
		wantCode(t, err, "forbidden")
	})
}

func TestService_Certify_mail(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		c := w.Certified()
		mails := w.Mails()
		if len(mails) != 1 || mails[0].To != "ada@example.org" || !strings.Contains(mails[0].Text, "/c/"+credential.Code(c.Code).Compact()) {
			t.Errorf("%+v", mails)
		}
		events := w.Audited(w.School.ID)
		if len(events) != 2 || events[0].Action != "credential.issue" || events[0].ActorName != "Rob Registrar" || events[1].Action != "proposal.make" {
			t.Errorf("%+v", events)
		}
		for _, e := range events {
			for _, v := range e.Detail {
				if strings.Contains(v, c.Code) || strings.Contains(v, "Ada") {
					t.Errorf("the audit holds personal data: %+v", e)
				}
			}
		}
		if c.IssuedAt.Sub(certifytest.Start) > time.Minute {
			t.Errorf("issued at %s", c.IssuedAt)
		}
	})
}

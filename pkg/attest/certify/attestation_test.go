package certify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// licenseAttested is a license that the school looked up and attested.
func licenseAttested(t *testing.T, w *certifytest.World, number string) (core.License, core.Credential) {
	t.Helper()
	today := core.DateOf(w.Src.Now())
	l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: number, Status: "active", EffectiveOn: today.AddDays(-400), IssuedOn: today.AddDays(-400), ExpiresOn: today.AddDays(300),
		Discipline: "none", Method: core.MethodPrimarySource, Source: "Florida DOH", CheckedOn: today,
	})
	wantCode(t, err, "")
	p, err := w.Certify.ProposeLicense(ctx, w.Registrar, l.ID)
	wantCode(t, err, "")
	c, err := w.Certify.Certify(ctx, w.Second, p.ID, 0)
	wantCode(t, err, "")
	return l, c
}

func order(w *certifytest.World, kind core.AdverseKind, from core.Date) licensure.AdverseInput {
	return licensure.AdverseInput{
		Kind: kind, OrderNumber: "2026-7", StartsOn: from, Method: core.MethodPrimarySource, CheckedOn: core.DateOf(w.Src.Now()),
		Filename: "order.pdf", Order: []byte("%PDF-1.7"),
	}
}

func stateOf(t *testing.T, w *certifytest.World, id core.CredentialID) core.Credential {
	t.Helper()
	c, err := w.Certify.Credential(ctx, w.Registrar, id)
	wantCode(t, err, "")
	return c
}

// What contradicts an attestation revokes it in the transaction that records it, and
// what does not leaves it alone.
func TestAttestation_Contradicted(t *testing.T) {
	today := core.DateOf(certifytest.Start)
	word := func(axis core.Axis, status string, until core.Date) func(w *certifytest.World, l core.License) error {
		return func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, licensure.EventInput{
				Axis: axis, Status: status, EffectiveOn: core.DateOf(w.Src.Now()), Until: until, Method: core.MethodPrimarySource, Source: "Florida DOH", CheckedOn: core.DateOf(w.Src.Now()),
			})
			return err
		}
	}
	cases := map[string]struct {
		do      func(w *certifytest.World, l core.License) error
		revoked bool
	}{
		"suspended by an order": {func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "suspension", today))
			return err
		}, true},
		"on probation": {func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "probation", today))
			return err
		}, false},
		"seen revoked": {func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordLook(ctx, w.Registrar, l.ID, 0, licensure.LookInput{
				Lifecycle: "active", Discipline: "revoked", CheckedOn: core.DateOf(w.Src.Now()), Address: "https://www.example.gov/license",
			})
			return err
		}, true},
		"inactive":                   {word(core.Lifecycle, "inactive", core.Date{}), true},
		"a term that ends before":    {word(core.Term, core.Issued, today.AddDays(20)), true},
		"a term that ends long past": {word(core.Term, core.Renewed, today.AddDays(700)), false},
		"looked at again": {func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordLook(ctx, w.Registrar, l.ID, 0, licensure.LookInput{
				Lifecycle: "active", ExpiresOn: l.ExpiresOn, Discipline: "none", CheckedOn: core.DateOf(w.Src.Now()), Address: "https://www.example.gov/license",
			})
			return err
		}, false},
		"inactive by the therapist's own word": {func(w *certifytest.World, l core.License) error {
			_, err := w.Licensure.RecordEvent(ctx, w.Student, l.ID, 0, licensure.EventInput{Axis: core.Lifecycle, Status: "inactive", EffectiveOn: today})
			return err
		}, false},
	}
	each(t, local, func(t *testing.T, w *certifytest.World) {
		for name, one := range cases {
			t.Run(name, func(t *testing.T) {
				l, c := licenseAttested(t, w, name)
				sent := len(w.Mails())
				wantCode(t, one.do(w, l), "")
				got := stateOf(t, w, c.ID)
				if (got.State == core.CredentialRevoked) != one.revoked {
					t.Fatalf("%s, %q", got.State, got.Cause)
				}
				if !one.revoked {
					return
				}
				if got.Cause == "" || got.StateSince.IsZero() {
					t.Errorf("no cause: %+v", got)
				}
				list, err := w.Certify.StatusList(ctx, c.StatusListID)
				wantCode(t, err, "")
				if !list.SignedAt.Equal(got.StateSince) {
					t.Errorf("the list was signed at %s, not with the revocation", list.SignedAt)
				}
				if len(w.Mails()) == sent {
					t.Error("nobody is told")
				}
			})
		}
	})
}

// An order that was known before revokes on the day on which it begins, and what is
// attested after a reinstatement is another certificate.
func TestAttestation_Later(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		l, c := licenseAttested(t, w, "MA 4711")
		_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "suspension", core.DateOf(w.Src.Now()).AddDays(3)))
		wantCode(t, err, "")
		work := func(want core.CredentialState) {
			t.Helper()
			_, err := w.WorkOff("attestations")
			wantCode(t, err, "")
			if got := stateOf(t, w, c.ID); got.State != want {
				t.Fatalf("%s, must be %s", got.State, want)
			}
		}
		work(core.CredentialActive)
		w.Pass(4 * 24 * time.Hour)
		work(core.CredentialRevoked)

		today := core.DateOf(w.Src.Now())
		_, err = w.Certify.ProposeLicense(ctx, w.Registrar, l.ID)
		wantCode(t, err, "not_verified")
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, licensure.EventInput{
			Axis: core.Discipline, Status: core.Reinstated, EffectiveOn: today, Method: core.MethodPrimarySource, Source: "Florida DOH", CheckedOn: today,
		})
		wantCode(t, err, "")
		_, err = w.Licensure.RecordLook(ctx, w.Registrar, l.ID, 0, licensure.LookInput{
			Lifecycle: "active", ExpiresOn: l.ExpiresOn, Discipline: "none", CheckedOn: today, Address: "https://www.example.gov/license",
		})
		wantCode(t, err, "")
		work(core.CredentialRevoked)
		p, err := w.Certify.ProposeLicense(ctx, w.Registrar, l.ID)
		wantCode(t, err, "")
		second := w.Second
		second.AuthenticatedAt = w.Src.Now()
		again, err := w.Certify.Certify(ctx, second, p.ID, 0)
		wantCode(t, err, "")
		if got := stateOf(t, w, again.ID); got.State != core.CredentialActive || again.Code == c.Code {
			t.Errorf("%+v", got)
		}
	})
}

// That another person's record names the license too hides no order, and a license that
// is decided not to be the holder's is attested no more.
func TestAttestation_Contested(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		bob := w.Person("Bob Other", "bob@example.org", w.Other, core.RoleStudent)
		w.Grant(bob.TherapistID, w.Other)
		operator := w.Person("Opal Operator", "opal@example.org", w.School)
		operator.Operator = true
		contest := func(number string) {
			t.Helper()
			today := core.DateOf(w.Src.Now())
			_, err := w.Licensure.RecordLicense(ctx, w.Stranger, bob.TherapistID, licensure.LicenseInput{
				Jurisdiction: "FL", Number: number, Status: "active", EffectiveOn: today.AddDays(-400), Discipline: "none",
				Method: core.MethodPrimarySource, Source: "Florida DOH", CheckedOn: today,
			})
			wantCode(t, err, "")
		}
		l, c := licenseAttested(t, w, "MA 1")
		contest("MA 1")
		if got := stateOf(t, w, c.ID); got.State != core.CredentialActive {
			t.Fatalf("%s by a contest alone: %q", got.State, got.Cause)
		}
		_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "suspension", core.DateOf(w.Src.Now())))
		wantCode(t, err, "")
		if got := stateOf(t, w, c.ID); got.State != core.CredentialRevoked {
			t.Errorf("%s, suspended and contested", got.State)
		}

		l, c = licenseAttested(t, w, "MA 2")
		contest("MA 2")
		_, err = w.Licensure.SetLicenseAside(ctx, operator, l.ID, "The board says that it is Bob’s")
		wantCode(t, err, "")
		if got := stateOf(t, w, c.ID); got.State != core.CredentialRevoked {
			t.Errorf("%s, of a license that is not the holder's", got.State)
		}
	})
}

// What is not recorded revokes nothing, and what cannot be revoked is not recorded.
func TestAttestation_OneTransaction(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		l, c := licenseAttested(t, w, "MA 4711")
		broken := errors.New("the list cannot be signed")
		w.Licensure.Hearing(func(ctx context.Context, licenses []core.LicenseID) error {
			return errors.Join(w.Certify.LicensesHeard(ctx, licenses), broken)
		})
		_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "revocation", core.DateOf(w.Src.Now())))
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if got := stateOf(t, w, c.ID); got.State != core.CredentialActive {
			t.Errorf("%s", got.State)
		}
		after, err := w.Licensure.License(ctx, w.Registrar, l.ID)
		wantCode(t, err, "")
		if after.Version != l.Version || len(after.Events) != len(l.Events) {
			t.Errorf("%d events of version %d", len(after.Events), after.Version)
		}
	})
}

// board is a register that knows one license, and says of it what it is told to say.
type board struct{ answer *licensure.Answer }

func (board) Knows(string) bool { return true }

func (b board) LookUp(context.Context, string, string, string) (licensure.Answer, error) {
	return *b.answer, nil
}

// What a register says again has a successor under the same code, with an entry of its
// own of a status list, when that makes it good for longer; and both are revoked.
func TestAttestation_Successor(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		l, first := licenseAttested(t, w, "MA 4711")
		said := licensure.Answer{Source: "Florida register", Line: roster.Line{Name: w.Student.Name, Lifecycle: "active", Discipline: "none", ExpiresOn: l.ExpiresOn}}
		w.Licensure.Ask(board{&said})
		check := func() core.Credential {
			t.Helper()
			said.AsOf = core.DateOf(w.Src.Now())
			if _, err := w.Licensure.CheckNow(ctx, w.Registrar, l.ID); err != nil {
				t.Fatal(err)
			}
			return stateOf(t, w, first.ID)
		}
		w.Pass(10 * 24 * time.Hour)
		if again := check(); again.Resigned != 0 {
			t.Errorf("a look of ten days later has a successor, good until %s", again.ValidUntil)
		}
		w.Pass(30 * 24 * time.Hour)
		next := check()
		if next.Resigned != 1 || next.Code != first.Code || !next.ValidUntil.After(first.ValidUntil) ||
			next.StatusListID == first.StatusListID && next.StatusIndex == first.StatusIndex {
			t.Fatalf("%+v is no successor of %+v", next, first)
		}
		if !strings.Contains(string(next.Document), "Looked up on "+core.DateOf(w.Src.Now()).Words()+" at Florida register") {
			t.Errorf("the successor does not name its look: %s", next.Document)
		}
		outcome := func(c core.Credential) credential.Outcome {
			t.Helper()
			report := credential.Verify(ctx, c.Document, credential.Options{Resolver: w.Keys(), Now: w.Src.Now(), Status: w.Status})
			return report.Outcome
		}
		if a, b := outcome(first), outcome(next); a != credential.Valid || b != credential.Valid {
			t.Errorf("the first is %s, the successor %s", a, b)
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
			t.Errorf("the doctor: %v, %v", found, err)
		}

		_, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, order(w, "suspension", core.DateOf(w.Src.Now())))
		wantCode(t, err, "")
		if a, b := outcome(first), outcome(next); a != credential.NotValid || b != credential.NotValid {
			t.Errorf("after a suspension the first is %s, the successor %s", a, b)
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
			t.Errorf("the doctor: %v, %v", found, err)
		}
	})
}

package grant_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/people/grant"
)

// town is a school, an employer and a therapist, with the service.
type town struct {
	*certifytest.World
	t *testing.T
	s *grant.Service
}

func each(t *testing.T, fn func(w town)) {
	t.Parallel()
	certifytest.Drawn(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		fn(town{w, t, granttest.New(w.DB, w.Src)})
	})
}

func (w town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w town) refused(err error, code string) {
	w.t.Helper()
	if core.CodeOf(err) != code {
		w.t.Errorf("got %v, want %s", err, code)
	}
}

func (w town) fresh(a access.Actor) access.Actor {
	a.AuthenticatedAt = w.Src.Now()
	return a
}

// employment are terms of which nothing is wrong.
func employment(scopes ...access.Scope) grant.Terms {
	return grant.Terms{Scopes: scopes, Purpose: grant.PurposeEmployment}
}

func (w town) asks(email string, scopes ...access.Scope) grant.Request {
	w.t.Helper()
	r, err := w.s.Ask(w.t.Context(), w.Verifier, w.Employer.ID, grant.AskInput{Email: email, Terms: employment(scopes...)})
	w.ok(err)
	return r
}

// An organization asks, the person shares less than it asked for, and ends it.
func TestService_Ask(t *testing.T) {
	each(t, func(w town) {
		ctx, student := w.t.Context(), w.fresh(w.Student)
		before := len(w.Mails())
		r := w.asks(w.Student.Email, access.ScopeLicenses, access.ScopeCPR)
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Student.Email || !strings.Contains(mails[0].Text, grant.SharingPath) {
			w.t.Errorf("mailed %+v", mails)
		}
		waiting, err := w.s.Received(ctx, student, core.Page{})
		if err != nil || len(waiting.Items) != 1 || waiting.Items[0].ID != r.ID || waiting.Items[0].AskedByName != w.Verifier.Name {
			w.t.Fatalf("%+v, %v", waiting, err)
		}
		_, err = w.s.Accept(ctx, w.fresh(w.Registrar), r.ID, employment(access.ScopeCPR))
		w.refused(err, "not_found")
		_, err = w.s.Accept(ctx, student, r.ID, employment(access.ScopeCPR, access.ScopeCE))
		w.refused(err, "not_asked")
		_, err = w.s.Accept(ctx, student, r.ID, grant.Terms{Scopes: []access.Scope{access.ScopeCPR}, Months: 25})
		w.refused(err, "bad_months")
		stale := student
		stale.AuthenticatedAt = time.Time{}
		_, err = w.s.Accept(ctx, stale, r.ID, employment(access.ScopeCPR))
		w.refused(err, "reauthentication_required")

		g, err := w.s.Accept(ctx, student, r.ID, employment(access.ScopeCPR))
		if err != nil || !slices.Equal(g.Scopes, []access.Scope{access.ScopeCPR}) || g.Until != g.GivenAt.AddDate(0, grant.UsualMonths, 0) ||
			!strings.Contains(g.Words, w.Employer.Name) || g.Wording != grant.Wording || g.RequestID != r.ID {
			w.t.Fatalf("%+v, %v", g, err)
		}
		_, err = w.s.Accept(ctx, student, r.ID, employment(access.ScopeCPR))
		w.refused(err, "request_over")
		to, err := w.s.GivenTo(ctx, w.Verifier, w.Employer.ID, core.Page{})
		if err != nil || len(to.Items) != 1 || to.Items[0].TherapistName != w.Student.Name || to.Items[0].TherapistEmail != "" || to.Items[0].Words != g.Words {
			w.t.Errorf("%+v, %v", to, err)
		}
		for who, a := range map[string]access.Actor{"another school": w.Stranger, "the school": w.Registrar} {
			if _, err := w.s.Grant(ctx, a, g.ID); core.CodeOf(err) != "not_found" {
				w.t.Errorf("%s: %v", who, err)
			}
			if _, err := w.s.End(ctx, a, g.ID, 0); core.CodeOf(err) != "not_found" {
				w.t.Errorf("%s: %v", who, err)
			}
		}
		before = len(w.Mails())
		ended, err := w.s.End(ctx, student, g.ID, 0)
		if err != nil || ended.EndedBy != grant.SideTherapist || ended.Live(w.Src.Now()) {
			w.t.Errorf("%+v, %v", ended, err)
		}
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Verifier.Email {
			w.t.Errorf("mailed %+v", mails)
		}
		_, err = w.s.End(ctx, student, g.ID, 0)
		w.refused(err, "grant_over")
	})
}

// Refused, unanswered, and an address that nobody has look alike to who asked.
func TestService_Ask_NoAnswer(t *testing.T) {
	each(t, func(w town) {
		ctx := w.t.Context()
		refused, silent, unknown := w.asks(w.Student.Email, access.ScopeCPR), w.asks(w.Second.Email, access.ScopeCPR), w.asks("nobody@example.org", access.ScopeCPR)
		_, err := w.s.Refuse(ctx, w.Student, refused.ID)
		w.ok(err)
		_, err = w.s.Refuse(ctx, w.Student, refused.ID)
		w.refused(err, "request_over")
		_, err = w.s.Refuse(ctx, w.Student, silent.ID)
		w.refused(err, "not_found")
		same := func(when string) {
			w.t.Helper()
			asked, err := w.s.Asked(ctx, w.Verifier, w.Employer.ID, core.Page{})
			w.ok(err)
			for _, r := range asked.Items {
				r.WithdrawnAt = r.WithdrawnAt.Truncate(time.Second)
				first := asked.Items[0]
				if r.State != first.State || !r.AnsweredAt.Equal(first.AnsweredAt) || r.WithdrawnAt != first.WithdrawnAt.Truncate(time.Second) {
					w.t.Errorf("%s: %+v", when, asked.Items)
				}
			}
			for _, email := range []string{w.Student.Email, w.Second.Email, "nobody@example.org"} {
				_, err := w.s.Ask(ctx, w.Verifier, w.Employer.ID, grant.AskInput{Email: email, Terms: employment(access.ScopeCPR)})
				if core.CodeOf(err) != "invalid" && core.CodeOf(err) != "asked_lately" {
					w.t.Errorf("%s, %s: %v", when, email, err)
				}
			}
		}
		same("while they wait")
		for _, r := range []grant.Request{refused, silent, unknown} {
			_, err := w.s.Withdraw(ctx, w.Verifier, r.ID)
			w.ok(err)
			_, err = w.s.Withdraw(ctx, w.Verifier, r.ID)
			w.refused(err, "request_over")
		}
		same("when they were withdrawn")
		_, err = w.s.Accept(ctx, w.fresh(w.Second), silent.ID, employment(access.ScopeCPR))
		w.refused(err, "request_over")
		w.Pass(grant.OpenFor + grant.AskAgainAfter)
		for _, email := range []string{w.Student.Email, w.Second.Email, "nobody@example.org"} {
			w.asks(email, access.ScopeCPR)
		}
	})
}

// What someone gives unasked takes the place of what was given before; a school that
// keeps a file stays among the relations.
func TestService_Give(t *testing.T) {
	each(t, func(w town) {
		ctx, student := w.t.Context(), w.fresh(w.Student)
		_, err := w.s.Give(ctx, student, "nowhere", employment(access.ScopeCPR))
		w.refused(err, "unknown_organization")
		_, err = w.s.Give(ctx, student, w.Employer.Slug, grant.Terms{Scopes: []access.Scope{"failed_exams"}})
		w.refused(err, "invalid")
		first, err := w.s.Give(ctx, student, w.Employer.Slug, employment(access.ScopeCPR, access.ScopeContact))
		w.ok(err)
		second, err := w.s.Give(ctx, student, w.Employer.Slug, employment(access.ScopeNPI))
		w.ok(err)
		if was, err := w.s.Grant(ctx, student, first.ID); err != nil || was.Live(w.Src.Now()) {
			w.t.Errorf("%+v, %v", was, err)
		}
		relations, err := w.s.Relations(ctx, student)
		if err != nil || len(relations) != 2 {
			w.t.Fatalf("%+v, %v", relations, err)
		}
		for _, r := range relations {
			if school := r.OrganizationID == w.School.ID; r.Enrolled != school || len(r.Grants) != 1 || !school && r.Grants[0].ID != second.ID {
				w.t.Errorf("%+v", r)
			}
		}
		before := len(w.Mails())
		_, err = w.s.End(ctx, w.Verifier, second.ID, 0)
		w.ok(err)
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Student.Email {
			w.t.Errorf("mailed %+v", mails)
		}
		if relations, err := w.s.Relations(ctx, student); err != nil || len(relations) != 1 || relations[0].OrganizationID != w.School.ID {
			w.t.Errorf("%+v, %v", relations, err)
		}
	})
}

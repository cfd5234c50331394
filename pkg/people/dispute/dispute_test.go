package dispute_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/platform/store"
)

var ctx = context.Background()

// town is a school and a therapist of whom it recorded things, with the service.
type town struct {
	*certifytest.World
	t *testing.T
	s *dispute.Service
}

func each(t *testing.T, fn func(w town)) {
	t.Parallel()
	certifytest.Drawn(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		fn(town{w, t, dispute.New(store.Bind(w.DB, func(tx *store.Tx) dispute.Tx { return kept.On(tx) }), w.Src, dispute.Options{BaseURL: "https://palmar.example"})})
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

func day(y, m, d int) core.Date { return core.Date{Year: y, Month: time.Month(m), Day: d} }

func (w town) license(a access.Actor) core.License {
	w.t.Helper()
	l, err := w.Licensure.RecordLicense(ctx, a, w.Student.TherapistID, licensure.LicenseInput{
		Jurisdiction: "FL", Number: "MA1", IssuedOn: day(2025, 9, 1), ExpiresOn: day(2027, 8, 31), Status: core.Active,
		Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
	})
	w.ok(err)
	return l
}

func TestService_Open(t *testing.T) {
	each(t, func(w town) {
		l := w.license(w.Registrar)
		id := core.ItemID(l.ID)
		open := func(a access.Actor, kind core.ItemKind, id core.ItemID, reason string) error {
			_, err := w.s.Open(ctx, a, kind, id, reason)
			return err
		}
		w.refused(open(w.Student, core.ItemLicense, id, " "), "required")
		w.refused(open(w.Student, core.ItemLicense, id, strings.Repeat("a", 2001)), "too_long")
		w.refused(open(w.Student, "planet", id, "It is not mine."), "not_found")
		w.refused(open(w.Student, core.ItemHolding, id, "It is not mine."), "not_found")
		w.refused(open(w.Registrar, core.ItemLicense, id, "It is not theirs."), "forbidden")
		w.refused(open(w.Stranger, core.ItemLicense, id, "It is not theirs."), "not_found")
		w.refused(open(w.Verifier, core.ItemLicense, id, "It is not theirs."), "not_found")

		before := len(w.Mails())
		d, err := w.s.Open(ctx, w.Student, core.ItemLicense, id, "  It is not mine.  ")
		w.ok(err)
		if d.State != dispute.Open || d.Reason != "It is not mine." || d.Item.Organization != w.School.ID || d.Due() != d.OpenedAt.Add(30*24*time.Hour) || d.Disputed().AnswerLate(d.OpenedAt) || !d.Disputed().AnswerLate(d.Due()) {
			t := w.t
			t.Errorf("%+v", d)
		}
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Registrar.Email || !strings.Contains(mails[0].Text, "FL Massage Therapist MA1") || !strings.Contains(mails[0].Text, "It is not mine.") {
			w.t.Errorf("told %+v", mails)
		}
		w.refused(open(w.Student, core.ItemLicense, id, "Again."), "disputed_already")
		if events := w.Audited(w.School.ID); events[0].Action != "dispute.open" || events[0].TargetID != d.ID.String() || events[0].TherapistID != w.Student.TherapistID {
			w.t.Errorf("audited is %+v", events[0])
		}

		list, err := w.s.With(ctx, w.Registrar, w.School.ID, true, core.Page{})
		if w.ok(err); len(list.Items) != 1 || list.Items[0].ID != d.ID || list.Items[0].TherapistName != w.Student.Name {
			w.t.Errorf("the school reads %+v", list)
		}
		for _, who := range []access.Actor{w.Stranger, w.Verifier} {
			_, err = w.s.With(ctx, who, w.School.ID, true, core.Page{})
			w.refused(err, "not_found")
			_, err = w.s.Dispute(ctx, who, d.ID)
			w.refused(err, "not_found")
			_, err = w.s.Answer(ctx, who, d.ID, 0, dispute.Upheld, "No.")
			w.refused(err, "not_found")
			_, err = w.s.Withdraw(ctx, who, d.ID)
			w.refused(err, "not_found")
		}
		_, err = w.s.With(ctx, w.Verifier, w.Employer.ID, true, core.Page{})
		w.refused(err, "not_found")
		_, err = w.s.Withdraw(ctx, w.Registrar, d.ID)
		w.refused(err, "forbidden")

		before = len(w.Mails())
		d, err = w.s.Withdraw(ctx, w.Student, d.ID)
		if w.ok(err); d.State != dispute.Withdrawn || d.Disputed().IsDisputed() {
			w.t.Errorf("%+v", d)
		}
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Registrar.Email {
			w.t.Errorf("told %+v", mails)
		}
		_, err = w.s.Withdraw(ctx, w.Student, d.ID)
		w.refused(err, "dispute_over")
		w.ok(open(w.Student, core.ItemLicense, id, "Again."))
	})
}

// What a therapist said of themself nobody else can answer for.
func TestService_Open_OwnStatement(t *testing.T) {
	each(t, func(w town) {
		own := w.license(w.Student)
		_, err := w.s.Open(ctx, w.Student, core.ItemLicense, core.ItemID(own.ID), "I was wrong.")
		w.refused(err, "own_statement")
		_, err = w.s.Open(ctx, w.Student, core.ItemEvent, core.ItemID(own.Events[0].ID), "I was wrong.")
		w.refused(err, "own_statement")
	})
}

func TestService_Answer(t *testing.T) {
	each(t, func(w town) {
		l := w.license(w.Registrar)
		event := l.Events[1]
		d, err := w.s.Open(ctx, w.Student, core.ItemEvent, core.ItemID(event.ID), "The term is wrong.")
		w.ok(err)
		_, err = w.s.Answer(ctx, w.Student, d.ID, 0, dispute.Upheld, "No.")
		w.refused(err, "forbidden")
		_, err = w.s.Answer(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), d.ID, 0, dispute.Upheld, "No.")
		w.refused(err, "own_record")
		_, err = w.s.Answer(ctx, w.Registrar, d.ID, 0, dispute.Withdrawn, "No.")
		w.refused(err, "unknown_answer")
		_, err = w.s.Answer(ctx, w.Registrar, d.ID, 0, dispute.Upheld, "")
		w.refused(err, "required")
		_, err = w.s.Answer(ctx, w.Registrar, d.ID, 7, dispute.Upheld, "No.")
		w.refused(err, "stale")
		_, err = w.s.Answer(ctx, w.Registrar, d.ID, 0, dispute.Corrected, "It was a slip.")
		w.refused(err, "still_stands")
		_, err = w.Licensure.Withdraw(ctx, w.Registrar, l.ID, 0, event.ID, "Typed wrongly.")
		w.ok(err)
		before := len(w.Mails())
		d, err = w.s.Answer(ctx, w.Registrar, d.ID, d.Version, dispute.Corrected, "It was a slip.")
		if w.ok(err); d.State != dispute.Corrected || d.Answer != "It was a slip." || d.ClosedByName != w.Registrar.Name {
			w.t.Errorf("%+v", d)
		}
		if mails := w.Mails()[before:]; len(mails) != 1 || mails[0].To != w.Student.Email || !strings.Contains(mails[0].Text, "It was a slip.") {
			w.t.Errorf("told %+v", mails)
		}
		_, err = w.s.Answer(ctx, w.Registrar, d.ID, 0, dispute.Upheld, "No.")
		w.refused(err, "dispute_over")
		_, err = w.s.Open(ctx, w.Student, core.ItemEvent, core.ItemID(event.ID), "Again.")
		w.refused(err, "not_found")
		mine, err := w.s.Mine(ctx, w.Student, core.Page{})
		if w.ok(err); len(mine.Items) != 1 || mine.Items[0].OrganizationName != w.School.Name {
			w.t.Errorf("mine are %+v", mine)
		}
		closed, err := w.s.With(ctx, w.Registrar, w.School.ID, false, core.Page{})
		if w.ok(err); len(closed.Items) != 1 {
			w.t.Errorf("closed are %+v", closed)
		}
		if _, err := w.SQL.Exec(`UPDATE disputes SET reason = 'x'`); err == nil {
			w.t.Error("the database lets a dispute change")
		}
	})
}

// Each kind of thing is found with whose it is and who recorded it.
func TestService_Open_Kinds(t *testing.T) {
	each(t, func(w town) {
		c := w.Certified()
		l := w.license(w.Registrar)
		v, err := w.Licensure.RecordAdverse(ctx, w.Registrar, l.ID, 0, licensure.AdverseInput{
			Kind: "probation", Authority: "The board", OrderNumber: "7", StartsOn: day(2026, 10, 1), Method: core.MethodDocument, CheckedOn: day(2026, 11, 20),
			Filename: "order.pdf", Order: []byte("%PDF-1.7"),
		})
		w.ok(err)
		h, err := w.Licensure.RecordHolding(ctx, w.Registrar, w.Student.TherapistID, licensure.HoldingInput{
			Kind: licensure.HoldingNPI, Name: "NPI", Number: "1234567893",
			Verification: licensure.Verification{Method: core.MethodPrimarySource, Source: "NPPES", CheckedOn: day(2026, 11, 20)},
		})
		w.ok(err)
		course, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{Code: "C", Title: "Course", Specialty: "neck", Minutes: 60})
		w.ok(err)
		done, err := w.Specialty.RecordCompletion(ctx, w.Registrar, course.ID, specialty.CompletionInput{TherapistID: w.Student.TherapistID, CompletedOn: day(2026, 11, 20), Instructor: "Ines"})
		w.ok(err)
		for _, item := range []struct {
			kind core.ItemKind
			id   core.ItemID
			name string
		}{
			{core.ItemCredential, core.ItemID(c.ID), c.Title}, {core.ItemLicense, core.ItemID(l.ID), "FL Massage Therapist MA1"},
			{core.ItemAdverse, core.ItemID(v.ID), "FL Massage Therapist MA1"}, {core.ItemHolding, core.ItemID(h.ID), "NPI"},
			{core.ItemCompletion, core.ItemID(done.ID), "Course"},
		} {
			d, err := w.s.Open(ctx, w.Student, item.kind, item.id, "Wrong.")
			w.ok(err)
			if d.Item.Name != item.name || d.Item.Organization != w.School.ID || d.Item.Therapist != w.Student.TherapistID || d.Item.Account.IsZero() {
				w.t.Errorf("%s is found as %+v", item.kind, d.Item)
			}
		}
	})
}

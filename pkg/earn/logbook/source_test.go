package logbook_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/people/grant"
)

// moving is the first student of the school, who has signed hours there, at the other
// school, which two people have an office of.
type moving struct {
	*kepttest.Fixture
	second access.Actor
	to     logbook.Enrollment
}

func move(t *testing.T, f *kepttest.Fixture) moving {
	t.Helper()
	m := moving{Fixture: f, second: f.Actor(t, f.Other, core.RoleRegistrar, "Sven Dahl", "sven@stillwater.example")}
	m.to = ok[logbook.Enrollment](t)(f.Logbook.Enroll(bg, f.OtherOffice, f.Other.ID, logbook.Enroll{
		Email: f.Student.Email, Name: f.Student.Name, ProgramID: elsewhere(t, f), EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
	}))
	join(t, f, m.to)
	return m
}

func (m moving) share(t *testing.T, scopes ...access.Scope) {
	t.Helper()
	granttest.Give(t, m.DB, m.Source, m.Student.TherapistID, m.Other, scopes...)
}

// end ends what the student lets the other school see.
func (m moving) end(t *testing.T) {
	t.Helper()
	grants := granttest.New(m.DB, m.Source)
	for _, g := range ok[core.List[grant.Grant]](t)(grants.Given(bg, m.Student, core.Page{})).Items {
		if g.EndedAt.IsZero() {
			ok[grant.Grant](t)(grants.End(bg, m.Student, g.ID, 0))
		}
	}
}

func (m moving) looks(t *testing.T) (n int) {
	t.Helper()
	for _, l := range ok[core.List[grant.Look]](t)(granttest.New(m.DB, m.Source).Looks(bg, m.Student, core.Page{})).Items {
		if l.OrganizationID == m.Other.ID && l.Scope == access.ScopeHoursDetail {
			n++
		}
	}
	return n
}

var practice = []logbook.SubjectPair{{From: "massage-practice", To: "massage-practice"}}

func (m moving) all() logbook.TakeOver {
	return logbook.TakeOver{Source: m.Enrollment, License: "FL-MM 12", Subjects: practice}
}

func (m moving) propose(t *testing.T) logbook.TransferRequest {
	t.Helper()
	return ok[logbook.TransferRequest](t)(m.Logbook.ProposeFromCredits(bg, m.OtherOffice, m.to.ID, m.all()))
}

// correct lets a signed session be another length, which reverses its credit.
func (m moving) correct(t *testing.T, e core.Entry, n int) {
	t.Helper()
	in := m.Session(t, n)
	in.End = in.Start[:3] + "45"
	fixed := ok[core.Entry](t)(m.Logbook.Correct(bg, m.Student, e.ID, e.Version, logbook.Correction{LogEntry: in, Reason: "Shorter."}))
	ok[logbook.Signing](t)(m.Logbook.Sign(bg, m.Alvarez, m.School.ID, ref(fixed)))
}

// Hours go from one school to another without paper: seen by a grant, proposed from
// signed credits, and accepted by a second person.
func TestService_ProposeFromCredits(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m, s := move(t, f), f.Logbook
		in := f.Session(t, 2)
		in.Subject, in.Setting, in.Delivery = "pathology", core.Classroom, core.Distance
		f.Signed(t, f.Session(t, 0), f.Session(t, 1), in)
		waits := f.Session(t, 20)
		ok[core.Entry](t)(s.Log(bg, f.Student, f.Enrollment, waits)) // that nobody signed

		blind := ok[logbook.Elsewhere](t)(s.Sources(bg, f.OtherOffice, m.to.ID))
		if blind.Granted || blind.Sources != nil || m.looks(t) != 0 {
			t.Errorf("without a grant the school is told %+v", blind)
		}
		m.share(t, access.ScopeHoursSummary)
		if blind = ok[logbook.Elsewhere](t)(s.Sources(bg, f.OtherOffice, m.to.ID)); blind.Granted {
			t.Error("the summary of hours opens their detail")
		}
		_, err := s.ProposeFromCredits(bg, f.OtherOffice, m.to.ID, m.all())
		wantCode(t, err, "grant_required")
		m.end(t)
		m.share(t, access.ScopeHoursDetail)
		seen := ok[logbook.Elsewhere](t)(s.Sources(bg, f.OtherOffice, m.to.ID))
		if !seen.Granted || len(seen.Sources) != 1 || m.looks(t) != 1 {
			t.Fatalf("the school is shown %+v, and %d looks are kept", seen, m.looks(t))
		}
		from := seen.Sources[0]
		day := core.Date{Year: 2026, Month: 1, Day: 1}
		if from.School != f.School.Name || from.EnrollmentID != f.Enrollment || from.Minutes() != 360 || len(from.Lines) != 2 || from.First != day || from.Last != day {
			t.Errorf("%+v", from)
		}

		for _, wrong := range []struct {
			in   logbook.TakeOver
			code string
		}{
			{logbook.TakeOver{Source: f.Enrollment, License: "L"}, "required"},
			{logbook.TakeOver{Source: f.Enrollment, Subjects: practice}, "required"},
			{logbook.TakeOver{Source: f.Enrollment, License: "L", Subjects: []logbook.SubjectPair{{From: "massage-practice", To: "alchemy"}}}, "unknown_subject"},
			{logbook.TakeOver{Source: f.Enrollment, License: "L", Subjects: []logbook.SubjectPair{{From: "anatomy-physiology", To: "pathology"}}}, "unknown_subject"},
			{logbook.TakeOver{Source: f.Enrollment, License: "L", Subjects: slices.Concat(practice, practice)}, "repeated"},
			{logbook.TakeOver{Source: f.Enrollment2, License: "L", Subjects: practice}, "not_found"},
			{logbook.TakeOver{Source: m.to.ID, License: "L", Subjects: practice}, "not_found"},
		} {
			_, err := s.ProposeFromCredits(bg, f.OtherOffice, m.to.ID, wrong.in)
			if fault := core.AsFault(err); fault == nil || fault.Code != wrong.code && (len(fault.Fields) == 0 || fault.Fields[0].Code != wrong.code) {
				t.Errorf("%+v: %v, want %s", wrong.in, err, wrong.code)
			}
		}
		_, err = s.ProposeFromCredits(bg, f.Registrar, m.to.ID, m.all())
		wantCode(t, err, "not_found")
		_, err = s.Sources(bg, f.Registrar, m.to.ID)
		wantCode(t, err, "not_found")
		_, err = s.Sources(bg, f.Student, m.to.ID)
		wantCode(t, err, "forbidden")

		// A subject that is not named is left out; hours at a distance stay so.
		proposed := ok[logbook.TransferRequest](t)(s.ProposeFromCredits(bg, f.OtherOffice, m.to.ID, logbook.TakeOver{
			Source: f.Enrollment, License: "FL-MM 12", Subjects: []logbook.SubjectPair{{From: "pathology", To: "Pathology"}},
		}))
		want := []logbook.TransferLine{{Subject: "pathology", Setting: core.Classroom, Delivery: core.Distance, Minutes: 120}}
		if !slices.Equal(proposed.Lines, want) || proposed.CompletedOn != day || proposed.Origin.School != f.School.Name || !proposed.Signed() {
			t.Errorf("%+v", proposed)
		}
		// What is in a transfer already is not proposed again.
		left := m.propose(t)
		if left.Minutes() != 240 {
			t.Errorf("%v are left", left.Minutes())
		}
		_, err = s.ProposeFromCredits(bg, f.OtherOffice, m.to.ID, m.all())
		wantCode(t, err, "nothing_to_transfer")

		_, err = s.AttachDocument(bg, f.OtherOffice, left.ID, 0, "t.pdf", []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"))
		wantCode(t, err, "signed_source")
		_, err = s.AcceptTransfer(bg, f.OtherOffice, left.ID, left.Version)
		wantCode(t, err, "same_person")
		_, err = s.AcceptTransfer(bg, f.Registrar2, left.ID, left.Version)
		wantCode(t, err, "not_found")
		stale := m.second
		stale.AuthenticatedAt = stale.AuthenticatedAt.Add(-time.Hour)
		_, err = s.AcceptTransfer(bg, stale, left.ID, left.Version)
		wantCode(t, err, "reauthentication_required")
		for _, one := range []logbook.TransferRequest{proposed, left} {
			accepted := ok[logbook.TransferRequest](t)(s.AcceptTransfer(bg, m.second, one.ID, one.Version))
			if accepted.State != logbook.TransferAccepted {
				t.Errorf("%+v", accepted)
			}
		}
		if counts, recorded := valid(t, f, m.to.ID); recorded != 360 {
			t.Errorf("%v of %v counts", counts, recorded)
		}

		// Both schools' people and the student see to whom it was handed on. A school that
		// hands nothing on is told nothing.
		handed := ok[core.List[logbook.Handed]](t)(s.HandedOn(bg, f.Registrar, f.School.ID, core.Page{}))
		if len(handed.Items) != 2 || handed.Items[0].To != f.Other.Name || handed.Items[0].Minutes != 240 || handed.Items[0].Sessions != 2 || handed.Items[0].Name != f.Student.Name {
			t.Errorf("%+v", handed.Items)
		}
		if own := ok[core.List[logbook.Handed]](t)(s.MyHandedOn(bg, f.Student, core.Page{})); len(own.Items) != 2 || own.Items[0].From != f.School.Name {
			t.Errorf("%+v", own.Items)
		}
		if none := ok[core.List[logbook.Handed]](t)(s.HandedOn(bg, f.OtherOffice, f.Other.ID, core.Page{})); len(none.Items) != 0 {
			t.Errorf("%+v", none.Items)
		}
		_, err = s.HandedOn(bg, f.OtherOffice, f.School.ID, core.Page{})
		wantCode(t, err, "not_found")

		// The hours stay when the grant ends, and the sight of them does not.
		m.end(t)
		if seen = ok[logbook.Elsewhere](t)(s.Sources(bg, f.OtherOffice, m.to.ID)); seen.Granted || len(seen.Sources) > 0 {
			t.Errorf("%+v", seen)
		}
		if _, recorded := valid(t, f, m.to.ID); recorded != 360 {
			t.Errorf("%v recorded", recorded)
		}
		f.CheckLedger(t)
		for statement, table := range map[string]string{
			"UPDATE transfer_credits SET minutes = 60":                                            "transfer_credits",
			"UPDATE transfers SET source_digest = 'x' WHERE source_digest <> ''":                  "transfers",
			"UPDATE transfers SET lines = '[]' WHERE source_digest <> ''":                         "transfers",
			"UPDATE transfer_credits SET subject = 'pathology' WHERE setting = 'lab'":             "transfer_credits",
			"DELETE FROM transfer_credits WHERE subject = 'massage-practice'":                     "transfer_credits",
			"UPDATE transfers SET source_enrollment_id = enrollment_id WHERE source_digest <> ''": "transfers",
		} {
			if found := f.Differs(t, table, statement); !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, "from signed hours") }) {
				t.Errorf("%s: the doctor finds %q", statement, found)
			}
		}
	})
}

// What a transfer stands on is read again when it is accepted.
func TestService_AcceptTransfer_Source(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m, s := move(t, f), f.Logbook
		signed := f.Signed(t, f.Session(t, 0), f.Session(t, 1), f.Session(t, 2))
		m.share(t, access.ScopeHoursDetail)

		ended := m.propose(t)
		m.end(t)
		_, err := s.AcceptTransfer(bg, m.second, ended.ID, 0)
		wantCode(t, err, "source_changed")
		m.share(t, access.ScopeHoursDetail) // another agreement than that under which it was proposed
		_, err = s.AcceptTransfer(bg, m.second, ended.ID, 0)
		wantCode(t, err, "source_changed")
		ok[logbook.TransferRequest](t)(s.DeclineTransfer(bg, m.second, ended.ID, 0, "Proposed again."))

		changed := m.propose(t)
		m.correct(t, signed[0], 0)
		_, err = s.AcceptTransfer(bg, m.second, changed.ID, 0)
		wantCode(t, err, "source_changed")
		if lost := ok[logbook.TransferRequest](t)(s.Transfer(bg, m.second, changed.ID)); lost.Source.Lost != 120 {
			t.Errorf("%+v", lost.Source)
		}
		ok[logbook.TransferRequest](t)(s.DeclineTransfer(bg, m.second, changed.ID, 0, "Proposed again."))

		again := m.propose(t)
		if again.Minutes() != 285 {
			t.Errorf("%v are proposed", again.Minutes())
		}
		ok[logbook.TransferRequest](t)(s.AcceptTransfer(bg, m.second, again.ID, 0))
		reversed := ok[logbook.TransferRequest](t)(s.ReverseTransfer(bg, m.second, again.ID, 0, "Not theirs."))
		if _, recorded := valid(t, f, m.to.ID); reversed.State != logbook.TransferReversed || recorded != 0 {
			t.Errorf("%+v, %v recorded", reversed, recorded)
		}
		// What was reversed may be taken over again.
		if once := m.propose(t); once.Minutes() != 285 {
			t.Errorf("%v are proposed", once.Minutes())
		}
		f.CheckLedger(t)
	})
}

// A session in doubt is no source, nor is what a school took over itself.
func TestService_Sources_Not(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m, s := move(t, f), f.Logbook
		otto, _ := f.OtherTeacher.Member(f.Other.ID, core.RoleSupervisor)
		in := f.Session(t, 0)
		in.SupervisorID = otto
		first := ok[core.Entry](t)(s.Log(bg, m.Student, m.to.ID, in))
		ok[logbook.Signing](t)(s.Sign(bg, f.OtherTeacher, f.Other.ID, ref(first)))
		doubted := f.Signed(t, f.Session(t, 0), f.Session(t, 1))[0]
		m.share(t, access.ScopeHoursDetail)
		if seen := ok[logbook.Elsewhere](t)(s.Sources(bg, f.OtherOffice, m.to.ID)); len(seen.Sources) != 1 || seen.Sources[0].Minutes() != 120 {
			t.Errorf("%+v", seen)
		}
		ok[logbook.TransferRequest](t)(s.AcceptTransfer(bg, m.second, m.propose(t).ID, 0))

		// The other way: the first school sees what was signed there, without what it handed
		// on itself.
		granttest.Give(t, f.DB, f.Source, f.Student.TherapistID, f.School, access.ScopeHoursDetail)
		back := ok[logbook.Elsewhere](t)(s.Sources(bg, f.Registrar, f.Enrollment))
		if len(back.Sources) != 1 || back.Sources[0].Minutes() != 120 {
			t.Errorf("%+v", back)
		}
		// Once the school decided that the session counts, it is a source.
		ok[logbook.Doubt](t)(s.DecideDoubt(bg, f.Registrar, doubted.ID, logbook.Verdict{Counts: true, Reason: "The other day was wrong."}))
		if next := m.propose(t); next.Minutes() != 120 {
			t.Errorf("%+v", next)
		}
	})
}

// What is reversed at the source after it was accepted is told, until someone reverses
// the transfer or stands by it; what is reversed later is told again.
func TestService_StandByTransfer(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m, s := move(t, f), f.Logbook
		signed := f.Signed(t, f.Session(t, 0), f.Session(t, 1))
		m.share(t, access.ScopeHoursDetail)
		transfer := ok[logbook.TransferRequest](t)
		one := transfer(s.AcceptTransfer(bg, m.second, m.propose(t).ID, 0))
		m.end(t)
		_, err := s.StandByTransfer(bg, m.second, one.ID, one.Version, "No need.")
		wantCode(t, err, "nothing_lost")
		m.correct(t, signed[0], 0)
		lost := transfer(s.Transfer(bg, f.OtherOffice, one.ID))
		if lost.Source.Lost != 120 || lost.Source.LostAt.IsZero() {
			t.Errorf("%+v", lost.Source)
		}
		if list := ok[core.List[logbook.TransferRequest]](t)(s.Transfers(bg, f.OtherOffice, f.Other.ID, core.Page{})); list.Items[0].Source.Lost != 120 {
			t.Errorf("%+v", list.Items)
		}
		_, err = s.StandByTransfer(bg, f.Registrar, one.ID, 0, "We taught it.")
		wantCode(t, err, "not_found")
		_, err = s.StandByTransfer(bg, m.second, one.ID, 0, "")
		wantCode(t, err, "required")
		stood := transfer(s.StandByTransfer(bg, m.second, one.ID, lost.Version, "We saw the sheet."))
		kept := transfer(s.Transfer(bg, f.OtherOffice, one.ID))
		if stood.Source.Lost != 0 || kept.Source.Lost != 0 || kept.Source.StoodByName != m.second.Name || kept.Source.StoodReason != "We saw the sheet." || kept.Version != stood.Version {
			t.Errorf("%+v, %+v", stood, kept)
		}
		m.correct(t, signed[1], 1)
		if again := transfer(s.Transfer(bg, f.OtherOffice, one.ID)); again.Source.Lost != 120 {
			t.Errorf("%+v", again.Source)
		}
		back := transfer(s.ReverseTransfer(bg, m.second, one.ID, 0, "Both were too long."))
		if back.State != logbook.TransferReversed {
			t.Errorf("%+v", back)
		}
		f.CheckLedger(t)
	})
}

// Of two who propose the same hours at one moment one does.
func TestService_ProposeFromCredits_AtOnce(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m := move(t, f)
		f.Signed(t, f.Session(t, 0), f.Session(t, 1))
		m.share(t, access.ScopeHoursDetail)
		failed := make([]error, 2)
		var all sync.WaitGroup
		for i, who := range []access.Actor{f.OtherOffice, m.second} {
			all.Go(func() { _, failed[i] = f.Logbook.ProposeFromCredits(bg, who, m.to.ID, m.all()) })
		}
		all.Wait()
		if failed[0] != nil {
			failed[0], failed[1] = failed[1], failed[0]
		}
		if failed[0] != nil {
			t.Fatal(failed)
		}
		wantCode(t, failed[1], "nothing_to_transfer")
		list := ok[core.List[logbook.TransferRequest]](t)(f.Logbook.Transfers(bg, f.OtherOffice, f.Other.ID, core.Page{}))
		if len(list.Items) != 1 || list.Items[0].Minutes() != 240 {
			t.Errorf("%+v", list.Items)
		}
	})
}

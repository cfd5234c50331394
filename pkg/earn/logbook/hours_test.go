package logbook_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/people/grant"
)

// hoursOf are what an actor sees, held against whether a page would lead there.
func (m moving) hoursOf(t *testing.T, a access.Actor) []logbook.Hours {
	t.Helper()
	if open := ok[bool](t)(m.Logbook.HoursOpen(bg, a, m.Student.TherapistID)); !open {
		t.Error("no page leads to the hours")
	}
	return ok[[]logbook.Hours](t)(m.Logbook.HoursOf(bg, a, m.Student.TherapistID))
}

// seen are the scopes of the looks of an organization, newest first.
func (m moving) seen(t *testing.T, org core.OrganizationID) (scopes []access.Scope) {
	t.Helper()
	for _, l := range ok[core.List[grant.Look]](t)(granttest.New(m.DB, m.Source).Looks(bg, m.Student, core.Page{})).Items {
		if l.OrganizationID == org {
			scopes = append(scopes, l.Scope)
		}
	}
	return scopes
}

// A school sees its own enrollments; those of another by a grant, in a summary or by
// subject, and each look is kept.
func TestService_HoursOf(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		m, s := move(t, f), f.Logbook
		in := f.Session(t, 2)
		in.Subject, in.Setting, in.Delivery = "pathology", core.Classroom, core.Distance
		f.Signed(t, f.Session(t, 0), f.Session(t, 1), in)
		want := progress(t, f).Standing
		whole := func(h logbook.Hours) {
			t.Helper()
			if h.OrganizationID != f.School.ID || h.School != f.School.Name || h.ProgramTitle == "" || h.State != core.EnrollmentActive || h.EnrolledOn.IsZero() || !h.CompletedOn.IsZero() ||
				h.Recorded != want.Recorded || h.Valid != want.Valid || h.Required != want.Required || h.Recorded == 0 {
				t.Errorf("shows %+v, want %+v", h, want)
			}
		}
		bySubject := func(h logbook.Hours) (recorded core.Minutes) {
			for _, subject := range h.Subjects {
				recorded += subject.Recorded
			}
			return recorded
		}

		own := m.hoursOf(t, f.Student)
		if len(own) != 2 || !own[0].Detail || !own[1].Detail {
			t.Fatalf("the student sees %+v", own)
		}
		for _, h := range own {
			if h.OrganizationID == f.School.ID {
				whole(h)
				if bySubject(h) != want.Recorded {
					t.Errorf("by subject %+v", h.Subjects)
				}
			}
		}

		// The other school sees its own enrollment, and no other.
		alone := m.hoursOf(t, f.OtherOffice)
		if len(alone) != 1 || alone[0].OrganizationID != f.Other.ID || !alone[0].Detail || len(alone[0].Subjects) == 0 || alone[0].Recorded != 0 {
			t.Errorf("without a grant the school sees %+v", alone)
		}
		if n := len(m.seen(t, f.Other.ID)); n != 0 {
			t.Errorf("%d looks at its own", n)
		}
		m.share(t, access.ScopeLicenses)
		if alone = m.hoursOf(t, f.OtherOffice); len(alone) != 1 {
			t.Errorf("by a grant of licenses it sees %+v", alone)
		}
		m.end(t)

		m.share(t, access.ScopeHoursSummary)
		for _, h := range m.hoursOf(t, f.OtherOffice) {
			if h.OrganizationID == f.Other.ID {
				if !h.Detail || len(h.Subjects) == 0 {
					t.Errorf("its own is %+v", h)
				}
				continue
			}
			whole(h)
			if h.Detail || h.Subjects != nil {
				t.Errorf("the summary shows %+v", h.Subjects)
			}
		}
		if seen := m.seen(t, f.Other.ID); len(seen) != 1 || seen[0] != access.ScopeHoursSummary {
			t.Errorf("looks are %v", seen)
		}
		m.end(t)
		m.share(t, access.ScopeHoursDetail)
		if all := m.hoursOf(t, f.OtherOffice); len(all) != 2 || !all[0].Detail || !all[1].Detail || bySubject(all[0])+bySubject(all[1]) != want.Recorded {
			t.Errorf("the detail is %+v", all)
		}
		if seen := m.seen(t, f.Other.ID); len(seen) != 2 || seen[0] != access.ScopeHoursDetail {
			t.Errorf("looks are %v", seen)
		}
		m.end(t)
		if alone = m.hoursOf(t, f.OtherOffice); len(alone) != 1 {
			t.Errorf("after the grant it sees %+v", alone)
		}

		// What is signed later is seen, whether or not its standing is kept.
		f.Signed(t, f.Session(t, 3))
		m.share(t, access.ScopeHoursSummary)
		for _, h := range m.hoursOf(t, f.OtherOffice) {
			if h.OrganizationID == f.School.ID && h.Recorded <= want.Recorded {
				t.Errorf("it shows %s recorded", h.Recorded)
			}
		}

		for name, a := range map[string]access.Actor{"a supervisor": f.Alvarez, "another student": f.Actor(t, f.School, core.RoleStudent, "Una Other", "una@student.example")} {
			_, err := s.HoursOf(bg, a, f.Student.TherapistID)
			wantCode(t, err, "not_found")
			if ok[bool](t)(s.HoursOpen(bg, a, f.Student.TherapistID)) {
				t.Errorf("a page leads %s there", name)
			}
		}
		_, err := s.HoursOf(bg, f.OtherOffice, core.NewID[core.TherapistID](f.Source))
		wantCode(t, err, "not_found")
		_, err = s.HoursOf(bg, access.Actor{}, f.Student.TherapistID)
		wantCode(t, err, "unauthenticated")
	})
}

package specialty_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// said is what a register says of a license since a day.
func (s *school) said(l core.License, axis core.Axis, status string, from, until, checked core.Date) {
	s.t.Helper()
	s.Write(func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).InsertLicenseEvents(ctx, []core.LicenseEvent{{
			ID: core.NewID[core.LicenseEventID](s.Src), LicenseID: l.ID, Axis: axis, Status: status, EffectiveOn: from, Until: until, CheckedOn: checked,
			Method: core.MethodPrimarySource, Register: true, Source: "Florida register", RecordedAt: s.Src.Now(), RecordedBy: s.Registrar.AccountID,
		}})
	})
}

// TestDirectory_seen is a license as strangers are told of it: by registers alone, with the
// day, for a year, and as practicing only while that is the answer.
func TestDirectory_seen(t *testing.T) {
	each(t, func(s *school) {
		s.Grant(s.Student.TherapistID, s.School)
		l := s.license(s.Registrar, s.Student, "MA1")
		s.save(s.Student, everything)
		entry := func(practicing bool, seen core.Date) {
			s.t.Helper()
			e, err := s.Specialty.Entry(s.ctx, s.Student.TherapistID)
			s.ok(err)
			found := s.search(specialty.DirectorySearch{Area: "fl"})
			if len(found) != 1 || e.Practicing != practicing || e.SeenActive != seen || found[0].Practicing != practicing || found[0].SeenActive != seen {
				s.t.Errorf("practicing %t, seen active %q, want %t, %q; found %+v", e.Practicing, e.SeenActive, practicing, seen, found)
			}
		}
		entry(false, core.Date{}) // the school's look is none of a register
		today := core.DateOf(s.Src.Now())
		s.said(l, core.Lifecycle, core.Active, today.AddDays(-500), core.Date{}, today.AddDays(-366))
		entry(false, core.Date{})
		s.said(l, core.Lifecycle, core.Active, today.AddDays(-500), core.Date{}, today.AddDays(-365))
		entry(false, today.AddDays(-365))
		s.said(l, core.Lifecycle, core.Active, today.AddDays(-500), core.Date{}, today.AddDays(-10))
		s.said(l, core.Term, core.Issued, today.AddDays(-400), today.AddDays(100), today.AddDays(-10))
		entry(false, today.AddDays(-10)) // nobody looked at the discipline
		s.said(l, core.Discipline, "none", today.AddDays(-10), core.Date{}, today.AddDays(-10))
		entry(true, today.AddDays(-10))
		s.said(l, core.Lifecycle, "inactive", today.AddDays(-5), core.Date{}, today.AddDays(-5))
		entry(false, core.Date{})
		for _, in := range []specialty.DirectorySearch{{Area: "XX"}, {Area: "Florida"}} {
			_, _, err := s.Specialty.Search(s.ctx, in, core.Page{})
			s.refused(err, "unknown_jurisdiction")
		}
		_, err := s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{Condition: "lymphedema", Area: "XX"}, core.Page{})
		s.refused(err, "unknown_jurisdiction")
		bad := everything
		bad.Area = "XX"
		_, err = s.Specialty.SaveProfile(s.ctx, s.Student, 0, bad)
		s.refused(err, "bad_area")
	})
}

// TestDirectory_more counts those who are not shown.
func TestDirectory_more(t *testing.T) {
	each(t, func(s *school) {
		for i := range specialty.MostFound + 1 {
			who := s.Person(fmt.Sprintf("P %d", i), fmt.Sprintf("p%d@list.example", i), s.School, core.RoleStudent)
			s.Grant(who.TherapistID, s.School)
			l := s.license(s.Registrar, who, fmt.Sprint("MA", i))
			s.save(who, everything)
			if i == 3 {
				s.said(l, core.Discipline, "suspended", monday.AddDays(-9), core.Date{}, monday.AddDays(-9))
			}
		}
		list, more, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{}, core.Page{Limit: 100})
		if s.ok(err); !more || len(list.Items) != specialty.MostFound {
			s.t.Errorf("shows %d, and that there may be more: %t", len(list.Items), more)
		}
	})
}

// TestBars marks who may not practice where an organization sees them, and to whom they
// have shared their licenses alone.
func TestBars(t *testing.T) {
	each(t, func(s *school) {
		course := s.course("MLD-1", 60, drainage)
		s.certified(course, s.Student, monday)
		section := s.section(course, 5, false)
		_, err := s.Specialty.Join(s.ctx, s.Registrar, section.ID, specialty.JoinInput{Other: true, Email: s.Student.Email})
		s.ok(err)
		l, err := s.Licensure.RecordLicense(s.ctx, s.Student, s.Student.TherapistID, selfReported("MA1"))
		s.ok(err)
		s.said(l, core.Discipline, "suspended", day(2026, 11, 1), core.Date{}, day(2026, 11, 2))
		const want = "May not practice in Florida: suspended since Nov 1, 2026."
		trained := func(a access.Actor) string {
			s.t.Helper()
			list, err := s.Specialty.Trained(s.ctx, a, s.School.ID, specialty.Ready{Condition: "lymphedema"}, core.Page{})
			if s.ok(err); len(list.Items) != 1 {
				s.t.Fatal(list.Items)
			}
			return words.English().WriteAll(list.Items[0].Bars)
		}
		people := func(a access.Actor) string {
			s.t.Helper()
			d, err := s.Specialty.Section(s.ctx, a, section.ID)
			if s.ok(err); len(d.Places) != 1 {
				s.t.Fatal(d.Places)
			}
			return words.English().WriteAll(d.Places[0].Bars)
		}
		bars := func(a access.Actor) string {
			s.t.Helper()
			all, err := s.Specialty.Bars(s.ctx, a, s.Student.TherapistID)
			s.ok(err)
			return words.English().WriteAll(all)
		}
		staff := func() string {
			s.t.Helper()
			list, err := s.Specialty.StaffReady(s.ctx, s.Verifier, s.Employer.ID, specialty.Ready{Condition: "lymphedema"}, core.Page{})
			if s.ok(err); len(list.Items) != 1 {
				s.t.Fatal(list.Items)
			}
			return words.English().WriteAll(list.Items[0].Bars)
		}
		s.Grant(s.Student.TherapistID, s.School, access.ScopeSpecialties) // in the place of the one of everything
		if trained(s.Registrar) != "" || people(s.Registrar) != "" || bars(s.Registrar) != "" {
			s.t.Error("who does not share the licenses is marked")
		}
		before := s.looks(s.Student, s.School)
		s.Grant(s.Student.TherapistID, s.School, access.ScopeSpecialties, access.ScopeLicenses)
		if got := []string{trained(s.Registrar), people(s.Registrar), bars(s.Registrar), bars(s.Student)}; got[0] != want || got[1] != want || got[2] != want || got[3] != want {
			s.t.Errorf("says %q", got)
		}
		if got := s.looks(s.Student, s.School) - before; got != 4 { // the last asks what she is trained for too
			s.t.Errorf("she is told of %d looks", got)
		}
		if trained(s.Supervisor) != "" || people(s.Supervisor) != "" {
			s.t.Error("a supervisor reads licenses")
		}
		s.Grant(s.Student.TherapistID, s.Employer, access.ScopeSpecialties)
		if got := staff(); got != "" {
			s.t.Errorf("without a grant of licenses the employer reads %q", got)
		}
		s.Grant(s.Student.TherapistID, s.Employer, access.ScopeSpecialties, access.ScopeLicenses)
		if got := staff(); got != want {
			s.t.Errorf("the employer reads %q", got)
		}
		_, err = s.Specialty.Bars(s.ctx, s.Stranger, s.Student.TherapistID)
		s.refused(err, "not_found")
	})
}

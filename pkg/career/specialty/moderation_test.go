package specialty_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
)

// operator runs the program, and is of no organization.
func (s *school) operator() access.Actor {
	a := s.Person("Opal Operator", "opal@example.org", s.School)
	a.Operator = true
	return a
}

// listed is the student with a certificate of the school, who shows all.
func (s *school) listed() {
	s.t.Helper()
	s.certified(s.course("MLD-1", 60, drainage), s.Student, monday)
	s.save(s.Student, everything)
}

// found tells whether strangers see the student, in lists and alone.
func (s *school) found() bool {
	s.t.Helper()
	_, err := s.Specialty.Entry(s.ctx, s.Student.TherapistID)
	listed := len(s.search(specialty.DirectorySearch{})) == 1
	if listed != (err == nil) || !listed && core.CodeOf(err) != "not_found" {
		s.t.Fatalf("in the list %t, alone %v", listed, err)
	}
	return listed
}

func (s *school) reports(a access.Actor, org core.OrganizationID, open bool) []specialty.Report {
	s.t.Helper()
	list, err := s.Specialty.Reports(s.ctx, a, org, open, core.Page{})
	s.ok(err)
	return list.Items
}

var operatorOnly core.OrganizationID

// Strangers report; who certified the person, and the operator, read that and decide.
func TestDirectory_Reports(t *testing.T) {
	both(t, func(s *school) {
		s.listed()
		who, nobody := s.Student.TherapistID, access.Actor{}
		report := func(reason specialty.ReportReason, note string) error {
			return s.Specialty.ReportEntry(s.ctx, nobody, who, reason, note)
		}
		if f := s.refused(report("ugly", strings.Repeat("x", 1_001)), "invalid"); len(f.Fields) != 2 {
			s.t.Errorf("fields %+v", f.Fields)
		}
		s.refused(report(specialty.OtherReason, "a\u202eb"), "bad_character")
		s.refused(s.Specialty.ReportEntry(s.ctx, nobody, s.Stranger.TherapistID, specialty.OtherReason, ""), "not_found")
		s.ok(report(specialty.WrongContact, "  It is my phone.  "))
		s.ok(report(specialty.NotThisPerson, ""))
		s.ok(s.Specialty.ReportEntry(s.ctx, s.Verifier, who, specialty.NotThisPerson, ""))

		op := s.operator()
		for _, r := range []struct {
			who access.Actor
			org core.OrganizationID
		}{{s.Registrar, s.School.ID}, {op, operatorOnly}} {
			all := s.reports(r.who, r.org, true)
			if len(all) != 3 || all[2].Note != "It is my phone." || all[2].Reason != specialty.WrongContact || all[2].Name != s.Student.Name || len(s.reports(r.who, r.org, false)) != 0 {
				s.t.Errorf("%s reads %+v", r.who.Name, all)
			}
		}
		if all := s.reports(s.Stranger, s.Other.ID, true); len(all) != 0 {
			s.t.Errorf("another school reads %+v", all)
		}
		for _, a := range []access.Actor{s.Registrar, s.Student, s.Verifier} {
			_, err := s.Specialty.Reports(s.ctx, a, operatorOnly, true, core.Page{})
			s.refused(err, "not_found")
		}
		_, err := s.Specialty.Reports(s.ctx, s.Supervisor, s.School.ID, true, core.Page{})
		s.refused(err, "forbidden")

		own := s.Join(s.Student, s.School, core.RoleRegistrar)
		if all := s.reports(own, s.School.ID, true); len(all) != 0 {
			s.t.Errorf("who is in the office reads of their own entry %+v", all)
		}
		_, err = s.Specialty.Moderated(s.ctx, own, s.School.ID, who)
		s.refused(err, "own_record")

		id := s.reports(s.Registrar, s.School.ID, true)[2].ID
		_, err = s.Specialty.Keep(s.ctx, s.Stranger, s.Other.ID, id)
		s.refused(err, "not_found")
		_, err = s.Specialty.Keep(s.ctx, s.Student, operatorOnly, id)
		s.refused(err, "not_found")
		_, err = s.Specialty.Keep(s.ctx, s.Supervisor, s.School.ID, id)
		s.refused(err, "forbidden")
		kept, err := s.Specialty.Keep(s.ctx, s.Registrar, s.School.ID, id)
		s.ok(err)
		if kept.Outcome != specialty.OutcomeKept || kept.DecidedFor != s.School.ID {
			s.t.Errorf("kept %+v", kept)
		}
		_, err = s.Specialty.Keep(s.ctx, op, operatorOnly, id)
		s.refused(err, "decided_already")
		if !s.found() {
			s.t.Error("reports alone took the entry down")
		}
		_, err = s.Specialty.TakeDown(s.ctx, op, operatorOnly, who, "It is another person.")
		s.ok(err)
		decided := s.reports(s.Registrar, s.School.ID, false)
		if len(decided) != 3 || decided[0].Outcome != specialty.OutcomeTakenDown || !decided[0].DecidedFor.IsZero() || decided[2].Outcome != specialty.OutcomeKept || decided[2].DecidedForName != s.School.Name {
			s.t.Errorf("decided are %+v", decided)
		}
		s.refused(report(specialty.OtherReason, ""), "not_found") // nobody sees it
	})
}

// An entry that was taken down is shown nowhere until everyone has lifted that.
func TestDirectory_TakeDown(t *testing.T) {
	both(t, func(s *school) {
		s.Specialty.Telling(base)
		s.listed()
		who := s.Student.TherapistID
		byArea := func() int {
			list, err := s.Specialty.Trained(s.ctx, s.Registrar, s.School.ID, specialty.Ready{Condition: "lymphedema", Area: "FL"}, core.Page{})
			s.ok(err)
			return len(list.Items)
		}
		take := func(a access.Actor, org core.OrganizationID, reason string) (specialty.TakeDown, error) {
			return s.Specialty.TakeDown(s.ctx, a, org, who, reason)
		}
		_, err := take(s.Stranger, s.Other.ID, "No.")
		s.refused(err, "not_found") // it certified nothing
		_, err = take(s.Stranger, s.School.ID, "No.")
		s.refused(err, "not_found")
		_, err = take(s.Supervisor, s.School.ID, "No.")
		s.refused(err, "forbidden")
		_, err = take(s.Registrar, operatorOnly, "No.")
		s.refused(err, "not_found")
		_, err = take(s.Registrar, s.School.ID, " ")
		s.refused(err, "required")
		own := s.Join(s.Student, s.School, core.RoleRegistrar)
		_, err = take(own, s.School.ID, "It is me.")
		s.refused(err, "own_record")

		s.Grant(who, s.Other)
		_, err = s.Licensure.RecordLicense(s.ctx, s.Stranger, who, licensure.LicenseInput{
			Jurisdiction: "FL", Number: "MA1", IssuedOn: day(2025, 9, 1), ExpiresOn: day(2027, 8, 31), Status: core.Active,
			Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
		})
		s.ok(err)
		mails := len(s.Mails())
		first, err := take(s.Registrar, s.School.ID, "Wrong phone.\nAsk us.")
		s.ok(err)
		if first.OrganizationName != s.School.Name || first.Name != s.Student.Name || s.found() || byArea() != 0 {
			s.t.Errorf("taken down %+v, found %t, by area %d", first, s.found(), byArea())
		}
		if sent := s.Mails()[mails:]; len(sent) != 1 || sent[0].To != s.Student.Email || !strings.Contains(sent[0].Text, "Wrong phone.") || !strings.Contains(sent[0].Text, s.School.Name) {
			s.t.Errorf("told %+v", sent)
		}
		_, err = take(s.Second, s.School.ID, "Again.")
		s.refused(err, "down_already")
		second, err := take(s.Stranger, s.Other.ID, "The license is a slip.") // by the license that it recorded
		s.ok(err)

		p, err := s.Specialty.Profile(s.ctx, s.Student)
		s.ok(err)
		if len(p.Down) != 2 || p.Down[0].Reason != first.Reason || p.Down[1].OrganizationID != s.Other.ID {
			s.t.Errorf("the therapist sees %+v", p.Down)
		}
		_, err = s.Specialty.SaveProfile(s.ctx, s.Student, 0, everything)
		s.refused(err, "taken_down")

		_, err = s.Specialty.Lift(s.ctx, s.Stranger, first.ID)
		s.refused(err, "not_found")
		_, err = s.Specialty.Lift(s.ctx, s.Student, first.ID)
		s.refused(err, "forbidden")
		_, err = s.Specialty.Lift(s.ctx, s.Registrar, first.ID)
		s.ok(err)
		_, err = s.Specialty.Lift(s.ctx, s.Registrar, first.ID)
		s.refused(err, "lifted_already")
		if s.found() || byArea() != 0 {
			s.t.Error("it is back while one has it down")
		}
		m, err := s.Specialty.Moderated(s.ctx, s.Registrar, s.School.ID, who)
		if s.ok(err); m.Shown || len(m.Down) != 1 || m.Down[0].ID != second.ID {
			s.t.Errorf("the school sees %+v", m)
		}
		_, err = s.Specialty.Lift(s.ctx, s.operator(), second.ID) // the operator lifts what anyone did
		s.ok(err)
		if !s.found() || byArea() != 1 {
			s.t.Error("it is not back when all is lifted")
		}
		s.save(s.Student, everything)
		s.sound()
		told := []string{}
		for _, e := range s.Audited(s.School.ID) {
			if strings.HasPrefix(e.Action, "directory.") {
				told = append(told, fmt.Sprint(e.Action, " ", e.TherapistID == who))
			}
		}
		if fmt.Sprint(told) != "[directory.lift true directory.take_down true]" {
			s.t.Errorf("the audit has %v", told)
		}
		if list, err := s.Specialty.TakeDowns(s.ctx, s.Registrar, s.School.ID, false, core.Page{}); err != nil || len(list.Items) != 1 || list.Items[0].LiftedBy != s.Registrar.AccountID {
			s.t.Errorf("lifted are %+v, %v", list.Items, err)
		}
	})
}

// Of several who take an entry down for one school at once, one does.
func TestDirectory_TakeDown_AtOnce(t *testing.T) {
	both(t, func(s *school) {
		s.listed()
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = s.Specialty.TakeDown(s.ctx, s.Registrar, s.School.ID, s.Student.TherapistID, "Wrong.")
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if core.CodeOf(err) != "down_already" {
				s.t.Errorf("gives %v", err)
			}
		}
		if done != 1 {
			s.t.Errorf("%d took it down", done)
		}
	})
}

// A search shows a hundred, whatever cursor is made up, and says that it has to be
// narrowed.
func TestDirectory_Depth(t *testing.T) {
	each(t, func(s *school) {
		for i := range specialty.MostFound + 3 {
			who := s.Person(fmt.Sprintf("P %d", i), fmt.Sprintf("p%d@list.example", i), s.School, core.RoleStudent)
			s.Grant(who.TherapistID, s.School)
			s.license(s.Registrar, who, fmt.Sprint("MA", i))
			p := everything
			if i%2 == 0 {
				p.Area = "GA"
			}
			s.save(who, p)
		}
		seen, last := map[string]bool{}, core.TherapistID{}
		for cursor := ""; ; {
			list, more, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{}, core.Page{Limit: 30, Cursor: cursor})
			s.ok(err)
			for _, l := range list.Items {
				seen[l.Name], last = true, l.TherapistID
			}
			if more != (list.Next == "") {
				s.t.Errorf("after %d it says that there are more: %t", len(seen), more)
			}
			if cursor = list.Next; cursor == "" {
				break
			}
		}
		if len(seen) != specialty.MostFound {
			s.t.Errorf("shows %d", len(seen))
		}
		list, _, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{}, core.Page{Cursor: core.EncodeCursor("directory", last.String())})
		if s.ok(err); len(list.Items) != 0 {
			s.t.Errorf("a cursor beyond the last shows %d", len(list.Items))
		}
		list, more, err := s.Specialty.Search(s.ctx, specialty.DirectorySearch{Area: "GA"}, core.Page{Limit: 100})
		if s.ok(err); more || len(list.Items) != 52 {
			s.t.Errorf("narrowed it shows %d, more %t", len(list.Items), more)
		}
	})
}

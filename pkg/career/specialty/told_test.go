package specialty_test

import (
	"maps"
	"testing"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
)

// A school finds in its audit what was done, to what and whom.
func TestService_Told(t *testing.T) {
	each(t, func(s *school) {
		course := s.course("MLD-1", 60, drainage)
		section := s.section(course, 2, false)
		_, err := s.Specialty.Join(s.ctx, s.Student, section.ID, specialty.JoinInput{})
		s.ok(err)
		done, err := s.Specialty.RecordCompletion(s.ctx, s.Registrar, course.ID, specialty.CompletionInput{
			TherapistID: s.Student.TherapistID, CompletedOn: day(2026, 10, 1), Instructor: "Ines",
		})
		s.ok(err)
		form, err := s.Specialty.CreateForm(s.ctx, s.Registrar, s.School.ID, "Hands", 5, []string{"Pressure"})
		s.ok(err)
		_, err = s.Specialty.Withdraw(s.ctx, s.Registrar, section.ID, s.Student.TherapistID)
		s.ok(err)

		told := map[string]core.TherapistID{}
		for _, e := range s.Audited(s.School.ID) {
			told[e.Action+" "+e.TargetKind+" "+e.TargetID] = e.TherapistID
		}
		want := map[string]core.TherapistID{
			"course.create course " + course.ID.String():                     {},
			"course.update course " + course.ID.String():                     {},
			"section.plan section " + section.ID.String():                    {},
			"section.join section " + section.ID.String():                    s.Student.TherapistID,
			"section.withdraw section " + section.ID.String():                s.Student.TherapistID,
			"course_completion.record course_completion " + done.ID.String(): s.Student.TherapistID,
			"assessment_form.write assessment_form " + form.ID.String():      {},
		}
		maps.DeleteFunc(told, func(what string, _ core.TherapistID) bool { _, asked := want[what]; return !asked })
		if !maps.Equal(told, want) {
			s.t.Errorf("told %v\nwant %v", told, want)
		}
	})
}

// A token that may only read shows an office what it shows the person.
func TestSection_ReadOnly(t *testing.T) {
	each(t, func(s *school) {
		section := s.section(s.course("MLD-1", 60, drainage), 2, false)
		_, err := s.Specialty.Join(s.ctx, s.Student, section.ID, specialty.JoinInput{})
		s.ok(err)
		reader := s.Registrar
		reader.Token, reader.ReadOnly = true, true
		d, err := s.Specialty.Section(s.ctx, reader, section.ID)
		s.ok(err)
		if len(d.Places) != 1 {
			s.t.Errorf("it sees %+v", d)
		}
		_, err = s.Specialty.Withdraw(s.ctx, reader, section.ID, s.Student.TherapistID)
		s.refused(err, "scope_missing")
	})
}

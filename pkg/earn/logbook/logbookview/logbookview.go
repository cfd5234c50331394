// Package logbookview shows enrollments in the model of the API, for the
// operations of every subject that answers with one.
package logbookview

import (
	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
)

// Enrollment is a therapist in a program version.
func Enrollment(e logbook.Enrollment) common.Enrollment {
	return common.Enrollment{
		Id: e.ID, OrganizationId: e.OrganizationID, ProgramId: e.ProgramID, ProgramVersionId: e.ProgramVersionID,
		ProgramTitle: e.ProgramTitle, TherapistId: e.TherapistID, Name: e.Name, Email: e.Email, StudentFile: fileOf(e), State: e.State,
		EnrolledOn: e.EnrolledOn, CompletedOn: e.CompletedOn, Version: e.Version,
	}
}

// Hours are the hours of an enrollment, as others see them.
func Hours(h logbook.Hours) common.EnrollmentHours {
	out := common.EnrollmentHours{
		OrganizationId: h.OrganizationID, School: h.School, ProgramTitle: h.ProgramTitle, State: h.State, EnrolledOn: h.EnrolledOn, CompletedOn: h.CompletedOn,
		Recorded: h.Recorded, Valid: h.Valid, Required: h.Required, Shown: common.HoursSummary,
	}
	if h.Detail {
		out.Shown, out.Subjects = common.HoursDetail, standardview.Subjects(h.Subjects)
	}
	return out
}

func fileOf(e logbook.Enrollment) common.StudentFileState {
	switch {
	case e.AccountID.IsZero():
		return common.StudentFileOffered
	case e.LeftAt.IsZero():
		return common.StudentFileAccepted
	}
	return common.StudentFileLeft
}

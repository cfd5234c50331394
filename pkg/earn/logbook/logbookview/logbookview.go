// Package logbookview shows enrollments in the model of the API, for the
// operations of every subject that answers with one.
package logbookview

import (
	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// Enrollment is a therapist in a program version.
func Enrollment(e logbook.Enrollment) common.Enrollment {
	return common.Enrollment{
		Id: e.ID, OrganizationId: e.OrganizationID, ProgramId: e.ProgramID, ProgramVersionId: e.ProgramVersionID,
		ProgramTitle: e.ProgramTitle, TherapistId: e.TherapistID, Name: e.Name, Email: e.Email, StudentFile: fileOf(e), State: e.State,
		EnrolledOn: e.EnrolledOn, CompletedOn: e.CompletedOn, Version: e.Version,
	}
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

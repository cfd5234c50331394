package core

// EnrollmentState is where an enrollment stands.
type EnrollmentState string

// The states of an enrollment.
const (
	EnrollmentActive    EnrollmentState = "active"
	EnrollmentCompleted EnrollmentState = "completed"
	EnrollmentWithdrawn EnrollmentState = "withdrawn"
)

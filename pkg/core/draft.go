package core

import "time"

// Draft is a school's own pack of rules while it is written: YAML with cases,
// for the program with Code. It is frozen once it is published as Published.
type Draft struct {
	ID             DraftID
	OrganizationID OrganizationID
	Code           string
	Title          string
	Body           string
	Published      ProgramVersionID
	CreatedAt      time.Time
	CreatedBy      AccountID
	UpdatedAt      time.Time
	UpdatedBy      AccountID
	UpdatedByName  string
	Version        int
}

package logbook

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Draft is a school's own pack of rules while it is written: YAML with cases,
// for the program with Code. It is frozen once it is published as Published.
type Draft struct {
	ID             core.DraftID
	OrganizationID core.OrganizationID
	Code           string
	Title          string
	Body           string
	Published      core.ProgramVersionID
	CreatedAt      time.Time
	CreatedBy      core.AccountID
	UpdatedAt      time.Time
	UpdatedBy      core.AccountID
	UpdatedByName  string
	Version        int
}

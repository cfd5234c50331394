package specialty

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// DirectoryField is a field of a directory's entry that a therapist may choose
// to show beside the name.
type DirectoryField string

// The fields.
const (
	ShowArea       DirectoryField = "area"
	ShowPlace      DirectoryField = "place"
	ShowContact    DirectoryField = "contact"
	ShowLanguages  DirectoryField = "languages"
	ShowInsurances DirectoryField = "insurances"
	ShowMentor     DirectoryField = "mentor"
	ShowConditions DirectoryField = "conditions"
)

// DirectoryFields in the order in which they are shown.
var DirectoryFields = []DirectoryField{ShowArea, ShowPlace, ShowContact, ShowLanguages, ShowInsurances, ShowMentor, ShowConditions}

// DirectoryProfile is what a therapist has written for the public directory.
// Only what Shown names is shown, and nothing unless Listed.
type DirectoryProfile struct {
	TherapistID core.TherapistID
	Listed      bool
	Name        string
	Area        string
	Place       string
	Contact     string
	Languages   []string
	Insurances  []string
	Mentor      bool
	Shown       []DirectoryField
	UpdatedAt   time.Time
	Version     int
	Down        []TakeDown // who took it down, that nobody has lifted
}

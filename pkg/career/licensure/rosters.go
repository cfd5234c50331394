package licensure

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// RosterSource is how the files of one board are read: Mapping is a roster.Mapping as
// JSON. Title is that of lines which name none. It is a school's own, or, without an
// organization, a source that the operator approved: the register of an authority, whose
// list the operator takes in or has fetched from its addresses. It says nothing on an
// axis that it does not answer. ApprovedAt and ApprovedBy are of how it stands now; one
// that was withdrawn is not taken in any more. LastRoster is the operator's last import
// that came to its end.
type RosterSource struct {
	ID             core.RosterSourceID
	OrganizationID core.OrganizationID
	Name           string
	Jurisdiction   string
	Title          string
	Mapping        []byte
	Authority      string
	Addresses      []string
	Answers        Answers
	CreatedAt      time.Time
	CreatedBy      core.AccountID
	ApprovedAt     time.Time
	ApprovedBy     core.AccountID
	ApprovedByName string
	WithdrawnAt    time.Time
	WithdrawnBy    core.AccountID
	LastRoster     core.RosterID
	LastAsOf       core.Date
	LastAt         time.Time
	Version        int
}

// Answers are the axes of a license on which a source speaks. ActiveIsClear tells that
// its authority says so: an active license of its list has no discipline. Where it is
// not set a list of statuses says nothing of discipline.
type Answers struct {
	Status, Expiration, Discipline bool
	ActiveIsClear                  bool
}

// every is what a school's own list answers: its words say what they mean.
var every = Answers{Status: true, Expiration: true, Discipline: true}

// RosterState is how far the import of a roster has come.
type RosterState string

// The states.
const (
	RosterRunning RosterState = "running"
	RosterDone    RosterState = "done"
	RosterFailed  RosterState = "failed"
)

// Roster is an import of a board's list. Of Records lines Matched are of
// licenses of the school's therapists, of which Changed brought something new;
// Doubtful wait for a person, Unknown are of nobody at the school, and Refused
// could not be read. Refusals keeps the first of those as JSON. AsOf is the day
// of which the list speaks. Without an organization the operator took it in, for
// everybody.
type Roster struct {
	ID             core.RosterID
	OrganizationID core.OrganizationID
	SourceID       core.RosterSourceID
	SourceName     string
	State          RosterState
	Filename       string
	Address        string // from which it was fetched; empty: it was uploaded
	Digest         string
	AsOf           core.Date
	Records        int
	Matched        int
	Changed        int
	Doubtful       int
	Unknown        int
	Refused        int
	Refusals       []byte
	Failure        string
	StartedBy      core.AccountID
	StartedByName  string
	StartedAt      time.Time
	FinishedAt     time.Time
	Version        int
}

// MatchState is what became of a doubtful match.
type MatchState string

// The states.
const (
	MatchOpen      MatchState = "open"
	MatchLinked    MatchState = "linked"
	MatchDismissed MatchState = "dismissed"
)

// RosterDoubt is why a line of a roster waits for a person.
type RosterDoubt string

// The doubts.
const (
	DoubtOtherName   RosterDoubt = "other_name"    // the number is of someone with another name
	DoubtNoBirthYear RosterDoubt = "no_birth_year" // the name is right, and the year of birth is not known on both sides
	DoubtSeveral     RosterDoubt = "several"       // the name and the year are of several people
	DoubtOtherNumber RosterDoubt = "other_number"  // the person has such a license with another number
	DoubtEarlierEnd  RosterDoubt = "earlier_end"   // the roster says an earlier last day than what is recorded
	DoubtOwnRecord   RosterDoubt = "own_record"    // it is of the person who imports it
)

// RosterMatch is a line of a roster that a person has to decide: is it of one of
// the Candidates? Line is a roster.Line as JSON. There is one for each
// jurisdiction, title and number of a school, so that a decision is asked for
// once. Without an organization the operator decides it.
type RosterMatch struct {
	ID             core.RosterMatchID
	OrganizationID core.OrganizationID
	RosterID       core.RosterID
	SourceID       core.RosterSourceID
	AsOf           core.Date
	Jurisdiction   string
	Title          string
	Number         string
	Line           []byte
	Doubt          RosterDoubt
	Candidates     []RosterPerson
	State          MatchState
	LicenseID      core.LicenseID
	DecidedBy      core.AccountID
	DecidedByName  string
	DecidedAt      time.Time
	CreatedAt      time.Time
	Version        int
}

// RosterPerson is a therapist as a roster is compared with; BirthYear is 0 where
// it was not told.
type RosterPerson struct {
	TherapistID core.TherapistID
	Name        string
	BirthYear   int
}

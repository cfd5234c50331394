package grant

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// How long a grant lasts, in months, and how often an organization may ask.
const (
	UsualMonths = 12
	MostMonths  = 24
	// AskAgainAfter is how long a refusal is final.
	AskAgainAfter = 90 * 24 * time.Hour
	// OpenFor is how long a request waits for an answer.
	OpenFor = 30 * 24 * time.Hour
)

// Wording is the version of the sentences to which someone agrees who gives a grant:
// grant.wording.N. A grant keeps them as they were shown.
const Wording = 1

// Purpose is why an organization is to see a record.
type Purpose string

// The purposes.
const (
	PurposeEducation  Purpose = "education"
	PurposeEmployment Purpose = "employment"
	PurposePlacement  Purpose = "placement" // students at a clinic
	PurposeTransfer   Purpose = "transfer"  // of hours to another school
	PurposeLicensing  Purpose = "licensing"
)

// Purposes are all purposes, in the order in which they are shown.
var Purposes = []Purpose{PurposeEducation, PurposeEmployment, PurposePlacement, PurposeTransfer, PurposeLicensing}

// Usual are the scopes that are chosen already where someone gives or asks for a
// grant. Immunizations are never among them.
var Usual = map[core.OrganizationKind][]access.Scope{
	core.School:   {access.ScopeCertificates, access.ScopeHoursSummary, access.ScopeLicenses, access.ScopeExam},
	core.Employer: {access.ScopeCertificates, access.ScopeSpecialties, access.ScopeLicenses, access.ScopeDiscipline, access.ScopeInsurance, access.ScopeCPR},
}

// Side is who ended a grant.
type Side string

// The sides.
const (
	SideTherapist    Side = "therapist"
	SideOrganization Side = "organization"
)

// Grant is a therapist's consent that an organization may see the scopes, before
// Until. Words is the text that the therapist agreed to, of the version of Wording.
type Grant struct {
	ID               core.GrantID
	TherapistID      core.TherapistID
	TherapistName    string
	TherapistEmail   string // only where the grant opens contact
	OrganizationID   core.OrganizationID
	OrganizationName string
	RequestID        core.GrantRequestID // zero: nobody asked for it
	Scopes           []access.Scope
	Purpose          Purpose
	Wording          int
	Words            string
	GivenAt          time.Time
	Until            time.Time
	EndedAt          time.Time // zero: nobody ended it
	EndedBy          Side
	LookedAt         time.Time // zero: never
	Version          int
}

// Live tells whether it opens anything now.
func (g Grant) Live(now time.Time) bool { return g.Access().Live(now) }

// Access is the grant as access decides by it.
func (g Grant) Access() access.Grant {
	return access.Grant{Organization: g.OrganizationID, Scopes: g.Scopes, Until: g.Until, EndedAt: g.EndedAt}
}

// RequestState is how far a request is.
type RequestState string

// The states of a request. One that was refused, that nobody answered, or whose
// address nobody has looks to the organization as if nobody had answered.
const (
	RequestOpen     RequestState = "open"
	RequestAccepted RequestState = "accepted"
	RequestRefused  RequestState = "refused"
)

// Request is an organization's wish to see parts of a record: of the person who
// signs in with Email. Months is for how long, from the day of the answer.
type Request struct {
	ID               core.GrantRequestID
	OrganizationID   core.OrganizationID
	OrganizationName string
	Email            string
	Scopes           []access.Scope
	Purpose          Purpose
	Note             string
	Months           int
	AskedBy          core.AccountID
	AskedByName      string
	AskedAt          time.Time
	State            RequestState
	AnsweredAt       time.Time // zero: nobody answered
	WithdrawnAt      time.Time // by the organization; zero: it was not
}

// Waits tells whether it can be answered now.
func (r Request) Waits(now time.Time) bool {
	return r.State == RequestOpen && r.WithdrawnAt.IsZero() && now.Before(r.AskedAt.Add(OpenFor))
}

// Look is that a grant let members of an organization see a part of the record, or that
// a link was used: then there is no organization, and Scopes are what the link with the
// Label shows.
type Look struct {
	ID               core.LookID
	OrganizationID   core.OrganizationID
	OrganizationName string
	Scope            access.Scope
	Label            string
	Scopes           []access.Scope
	At               time.Time
}

// Parts are the parts that were seen.
func (l Look) Parts() []access.Scope {
	if l.OrganizationID.IsZero() {
		return l.Scopes
	}
	return []access.Scope{l.Scope}
}

// Relation is an organization that keeps or sees something of a person.
type Relation struct {
	OrganizationID   core.OrganizationID
	OrganizationName string
	Kind             core.OrganizationKind
	Since            time.Time
	Enrolled         bool      // it keeps a file of its own
	Grants           []Grant   // that are live, newest first
	LookedAt         time.Time // zero: never
	LeftAt           time.Time // since when the person is no student there any more; zero: is one, or never was
}

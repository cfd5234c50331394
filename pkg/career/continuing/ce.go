package continuing

import (
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// CEType is how a course of continuing education is given.
type CEType string

// The types. A recorded course is home study, however it is sold.
const (
	CELive      CEType = "live"
	CEHomeStudy CEType = "home_study"
	CEWebinar   CEType = "webinar"
)

// CETypes in the order in which they are shown.
var CETypes = []CEType{CELive, CEHomeStudy, CEWebinar}

// ParseCEType reads a type as certificates have it; "recorded" is home study. It
// gives the code unknown_type.
func ParseCEType(s string) (CEType, error) {
	switch word := CEType(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))); word {
	case CELive, CEHomeStudy, CEWebinar:
		return word, nil
	case "recorded", "recording", "recorded_webinar", "on_demand":
		return CEHomeStudy, nil
	}
	return "", core.Invalid("unknown_type")
}

// Delivery is the type as standards know it.
func (t CEType) Delivery() core.Delivery {
	if t == CELive {
		return core.InPerson
	}
	return core.Distance
}

// CEState is how far an activity of continuing education is.
type CEState string

// The states. Planned -> completed -> reported -> accepted or rejected; rejected
// -> reported, fixed; accepted -> audited, or rejected by an audit.
const (
	CEPlanned   CEState = "planned"
	CECompleted CEState = "completed"
	CEReported  CEState = "reported"
	CEAccepted  CEState = "accepted"
	CERejected  CEState = "rejected"
	CEAudited   CEState = "audited"
)

// CEStates in their order.
var CEStates = []CEState{CEPlanned, CECompleted, CEReported, CEAccepted, CERejected, CEAudited}

// Counts tells whether an activity in this state is on record as done and not
// refused.
func (s CEState) Counts() bool {
	return s == CECompleted || s == CEReported || s == CEAccepted || s == CEAudited
}

// CELine is how much of an activity is about one subject.
type CELine struct {
	Subject string       `json:"subject"`
	Minutes core.Minutes `json:"minutes"`
}

// CEProvider is who gives continuing education, with the numbers under which
// authorities (two letters) and bodies (such as NCBTMB) approved it.
// HandsOnPercent is the provider's own rule: the least share that makes one of
// its courses a hands-on one; 0 is none of its own. Without an OrganizationID
// every school knows it.
type CEProvider struct {
	ID             core.CEProviderID
	OrganizationID core.OrganizationID
	Name           string
	Contact        string
	HandsOnPercent int
	Numbers        []CEApproval
	CreatedAt      time.Time
	Version        int
}

// CEApproval is the number that a body gave a provider, and when it is good. A
// zero day bounds nothing.
type CEApproval struct {
	Body   string    `json:"body"`
	Number string    `json:"number"`
	From   core.Date `json:"from,omitzero"`
	To     core.Date `json:"to,omitzero"`
}

// Approved tells whether a body's approval is good on a day.
func (p CEProvider) Approved(body string, on core.Date) bool {
	for _, a := range p.Numbers {
		if a.Body == body && (a.From.IsZero() || !on.Before(a.From)) && (a.To.IsZero() || !on.After(a.To)) {
			return true
		}
	}
	return false
}

// CEActivity is one course of continuing education, planned or taken. On is its
// day of completion, or the day for which it is planned. Amount is what the
// certificate says, Approved what the provider may give for it; they are equal
// once it is reported. HandsOn is the minutes of it that are hands-on, Lines
// divide it by subject.
//
// CompletionID names the completion of a course of a school here, which is CE at
// once: such an activity has no row of its own and is always accepted.
type CEActivity struct {
	ID             core.CEActivityID
	TherapistID    core.TherapistID
	TherapistName  string
	OrganizationID core.OrganizationID
	State          CEState
	Title          string
	Type           CEType
	On             core.Date
	Amount         CEAmount
	Approved       core.Minutes
	HandsOn        core.Minutes
	Lines          []CELine

	Participant     string
	Provider        CEProvider // without its numbers
	ProviderName    string
	ProviderBody    string
	ProviderNumber  string
	ProviderContact string
	Signed          bool
	LicenseNumber   string
	ProgramNumber   string
	Document        core.Document // without its body
	CompletionID    core.CourseCompletionID

	CreatedAt     time.Time
	CreatedBy     core.AccountID
	ReportedAt    time.Time
	DecidedBy     core.AccountID
	DecidedByName string
	DecidedAt     time.Time
	Reason        string
	Version       int
}

// ProviderKnown tells whether the registry knows the provider.
func (a CEActivity) ProviderKnown() bool { return !a.Provider.ID.IsZero() || !a.CompletionID.IsZero() }

// Course is the same for two activities of the same course: title and provider,
// however they are spaced and capitalized.
func (a CEActivity) Course() string {
	plain := func(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
	return plain(a.Title) + "\n" + plain(a.ProviderName)
}

// HandsOnShare is how much of the course is hands-on in percent, rounded down; 0
// where that is less than its provider asks of a hands-on course.
func (a CEActivity) HandsOnShare() int {
	if a.Amount.Minutes <= 0 {
		return 0
	}
	share := int(a.HandsOn * 100 / a.Amount.Minutes)
	if share < a.Provider.HandsOnPercent {
		return 0
	}
	return share
}

// Credits are what the activity would be in a ledger, a line a credit. They are
// of its own kind and belong to no enrollment.
func (a CEActivity) Credits() []core.Credit {
	credits := make([]core.Credit, len(a.Lines))
	for i, line := range a.Lines {
		c := core.Credit{
			ID: core.CreditID(a.ID), OrganizationID: a.OrganizationID, TherapistID: a.TherapistID, Kind: core.CreditCE, Minutes: line.Minutes,
			Subject: line.Subject, Setting: core.Classroom, Delivery: a.Type.Delivery(), Supervised: true, Date: a.On,
			Course: a.Course(), HandsOn: a.HandsOnShare(), Certified: a.Amount.certified(line.Minutes),
		}
		c.ID[6] ^= byte(i + 1) // a line's own identifier, the same each time
		credits[i] = c
	}
	return credits
}

// CELeaveKind tells a waiver from an extension.
type CELeaveKind string

// The kinds.
const (
	CEWaiver    CELeaveKind = "waiver"
	CEExtension CELeaveKind = "extension"
)

// CELeaveState is where a waiver or an extension stands.
type CELeaveState string

// The states.
const (
	CELeaveRequested CELeaveState = "requested"
	CELeaveApproved  CELeaveState = "approved"
	CELeaveDeclined  CELeaveState = "declined"
)

// CELeave is less that someone owes in the cycle of a license that ends on
// CycleTo, or longer that they have for it. Minutes 0 of a waiver is all. Until
// belongs to an extension. GrantedOn is the day on the authority's decision. OrganizationID
// is the school to which it was handed in, and which alone records what was decided; zero
// of one that was handed in to none.
type CELeave struct {
	ID               core.CELeaveID
	LicenseID        core.LicenseID
	TherapistID      core.TherapistID
	OrganizationID   core.OrganizationID
	OrganizationName string
	Kind             CELeaveKind
	CycleFrom        core.Date
	CycleTo          core.Date
	Minutes          core.Minutes
	Until            core.Date
	Reason           string
	State            CELeaveState
	RequestedAt      time.Time
	RequestedBy      core.AccountID
	Authority        string
	GrantedOn        core.Date
	DecidedBy        core.AccountID
	DecidedByName    string
	DecidedAt        time.Time
	Note             string
	Version          int
}

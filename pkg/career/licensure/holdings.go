package licensure

import (
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// HoldingKind is a sort of what someone holds beside a license.
type HoldingKind string

// The kinds.
const (
	HoldingExam          HoldingKind = "exam"
	HoldingEndorsement   HoldingKind = "endorsement"
	HoldingCertification HoldingKind = "board_certification"
	HoldingCPR           HoldingKind = "cpr"
	HoldingInsurance     HoldingKind = "liability_insurance"
	HoldingNPI           HoldingKind = "npi"
	HoldingImmunization  HoldingKind = "immunization"
)

// BoardCertified is the board certification of the NCBTMB.
const BoardCertified = "BCTMB"

// MassageTaxonomy is the code of massage therapists among providers of health
// care.
const MassageTaxonomy = "225700000X"

// HoldingRule is what a kind asks for. Names are the usual ones. CheckMonths is
// after how many months it is looked at again; 0 is never, since it does not
// change.
type HoldingRule struct {
	Kind         HoldingKind
	Label        string
	Names        []string
	Number       bool // is needed
	Expiry       bool // is needed
	Obtained     bool // the day is needed
	Result       bool // passed or failed, and which attempt
	Amounts      bool // what an insurer pays
	Jurisdiction bool // of a state
	CheckMonths  int
	Scope        access.Scope // of the grants that open it
}

// HoldingRules are the kinds in the order in which they are shown. That a board
// certification and an insurance are looked at each quarter follows what
// hospitals do with licenses.
var HoldingRules = []HoldingRule{
	{Kind: HoldingExam, Scope: access.ScopeExam, Label: "holding_kind.exam", Names: []string{"MBLEx", "NCETMB", "NCETM", "New York State examination", "CLT-LANA", "NCBTMB oncology", "Vodder Basic", "Vodder Therapy 1", "Vodder Therapy 3"}, Obtained: true, Result: true},
	{Kind: HoldingEndorsement, Scope: access.ScopeLicenses, Label: "holding_kind.endorsement", Names: []string{"Intraoral massage"}, Obtained: true, Jurisdiction: true, CheckMonths: 12},
	{Kind: HoldingCertification, Scope: access.ScopeCertification, Label: "holding_kind.certification", Names: []string{BoardCertified}, Number: true, Expiry: true, CheckMonths: 3},
	{Kind: HoldingCPR, Scope: access.ScopeCPR, Label: "holding_kind.cpr", Names: []string{"CPR/AED", "BLS"}, Obtained: true, Expiry: true},
	{Kind: HoldingInsurance, Scope: access.ScopeInsurance, Label: "holding_kind.insurance", Names: []string{"Professional liability"}, Number: true, Expiry: true, Amounts: true, CheckMonths: 3},
	{Kind: HoldingNPI, Scope: access.ScopeNPI, Label: "holding_kind.npi", Names: []string{"National provider identifier"}, Number: true},
	{Kind: HoldingImmunization, Scope: access.ScopeImmunization, Label: "holding_kind.immunization", Names: []string{"Influenza", "COVID-19", "Hepatitis B", "MMR", "Varicella", "Tdap", "Tuberculosis test"}, Obtained: true, CheckMonths: 12},
}

// HoldingRuleOf is the rule of a kind.
func HoldingRuleOf(kind HoldingKind) (HoldingRule, bool) {
	i := slices.IndexFunc(HoldingRules, func(r HoldingRule) bool { return r.Kind == kind })
	if i < 0 {
		return HoldingRule{}, false
	}
	return HoldingRules[i], true
}

// Holding is something that a therapist holds beside licenses: the result of an
// examination, an endorsement, a certification, an insurance, a number, an
// immunization. ExpiresOn is the last good day, zero where it has none. Passed
// and Attempt are an examination's, EachClaim and Aggregate an insurance's, in
// whole dollars. How it is known are Method, Source, CheckedOn and CheckedBy;
// NextCheck is when it is looked at again. One whose EndedAt is set was taken
// back.
type Holding struct {
	ID             core.HoldingID
	TherapistID    core.TherapistID
	TherapistName  string
	OrganizationID core.OrganizationID // whose member recorded it; zero: the therapist did
	Kind           HoldingKind
	Name           string
	Issuer         string
	Number         string
	Jurisdiction   string
	ObtainedOn     core.Date
	ExpiresOn      core.Date
	Passed         bool
	Attempt        int
	EachClaim      int
	Aggregate      int
	Taxonomy       string
	Method         string
	Source         string
	CheckedOn      core.Date
	CheckedBy      core.AccountID
	CheckedByName  string
	NextCheck      core.Date
	DocumentID     core.DocumentID
	DocumentName   string
	Note           string
	RecordedBy     core.AccountID
	RecordedByName string
	RecordedAt     time.Time
	EndedAt        time.Time
	Version        int
	// OrganizationName is that of whose member recorded it.
	OrganizationName string
	core.Disputed
}

// Owner is a qualification to those who change or end it: who recorded it.
func (h Holding) Owner() access.Target {
	return access.Target{Organization: h.OrganizationID, Therapist: h.TherapistID}
}

// Scope is the part of the record of which it is; failed attempts at an examination
// are of none.
func (h Holding) Scope() access.Scope {
	if h.Kind == HoldingExam && !h.Passed {
		return ""
	}
	rule, _ := HoldingRuleOf(h.Kind)
	return rule.Scope
}

// Good tells whether it holds on a day: passed where it is an examination, and
// not past its last day.
func (h Holding) Good(on core.Date) bool {
	return h.EndedAt.IsZero() && (h.Kind != HoldingExam || h.Passed) && (h.ExpiresOn.IsZero() || !on.After(h.ExpiresOn)) && !h.ObtainedOn.After(on)
}

// Due tells whether it has to be looked at again by a day, because of NextCheck
// or because it ends.
func (h Holding) Due(by core.Date) bool {
	return h.EndedAt.IsZero() && (!h.NextCheck.IsZero() && !h.NextCheck.After(by) || !h.ExpiresOn.IsZero() && !h.ExpiresOn.After(by))
}

// NextCheckAfter is when a kind is looked at again after a day, and at its end
// at the latest; zero is never.
func (r HoldingRule) NextCheckAfter(checked, expires core.Date) core.Date {
	if r.CheckMonths == 0 {
		return expires
	}
	next := checked.AddMonths(r.CheckMonths)
	if !expires.IsZero() && expires.Before(next) {
		return expires
	}
	return next
}

// ParseNPI reads a national provider identifier: ten digits, the last of which
// is the check digit by Luhn over 80840 and the others. It gives the code
// bad_npi.
func ParseNPI(s string) (string, error) {
	s = strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(s))
	if len(s) != 10 || strings.Trim(s, "0123456789") != "" || s[0] != '1' && s[0] != '2' {
		return "", core.Invalid("bad_npi.digits")
	}
	sum := 0
	for i, c := range "80840" + s {
		d := int(c - '0')
		if i%2 == 1 { // of fifteen digits each second one from the right
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	if sum%10 != 0 {
		return "", core.Invalid("bad_npi.check_digit")
	}
	return s, nil
}

// Adverse is an adverse action against a license: which authority ordered what,
// from when until when, and the document. EventID is the discipline that it
// caused; zero where it caused none.
type Adverse struct {
	ID             core.AdverseID
	LicenseID      core.LicenseID
	OrganizationID core.OrganizationID
	Kind           core.AdverseKind
	Authority      string
	OrderNumber    string
	StartsOn       core.Date
	EndsOn         core.Date
	EventID        core.LicenseEventID
	DocumentID     core.DocumentID
	DocumentName   string
	Note           string
	RecordedBy     core.AccountID
	RecordedByName string
	RecordedAt     time.Time
	core.Disputed
}

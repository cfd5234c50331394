package credential

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a claim attests.
type Kind string

// Completion is a program of study completed (a CertificateOfCompletion of
// Open Badges), Specialty a specialty course passed (a Certification), License
// what a register said of a license (a License), Transcript the hours on record
// by subject, whether they suffice or not (ext:Transcript, since Open Badges
// has no type of its own for it).
const (
	Completion Kind = "completion"
	Specialty  Kind = "specialty"
	License    Kind = "license"
	Transcript Kind = "transcript"
)

var achievementTypes = map[Kind]string{
	Completion: "CertificateOfCompletion",
	Specialty:  "Certification",
	License:    "License",
	Transcript: "ext:Transcript",
}

// Claim is what an issuer says of a person, before it is signed. Text fields
// hold a single line unless they say otherwise; no field may hold control
// characters.
type Claim struct {
	// ID is an absolute address: the https link of the credential, or
	// urn:uuid:….
	ID      string
	Kind    Kind
	Issuer  Issuer
	Subject Subject

	// AchievementID is the absolute address of what was achieved: the same for
	// everybody who achieved it.
	AchievementID string
	Title         string
	Description   string // may have several lines
	Criteria      string // what it takes, for people; may have several lines
	Alignments    []Alignment

	// Hours may be absent (nil) from a Specialty, and are from a License.
	Hours *Hours
	// States are the claims about states, of a Completion alone.
	States []StateClaim
	// Record commits to the lines behind the hours; it may be nil.
	Record *Commitment
	// LicenseNumber is that of a License; other kinds have none.
	LicenseNumber string

	// Started and Ended are local dates, "2006-01-02"; each may be empty.
	Started, Ended string
	// EvidenceURL may be empty.
	EvidenceURL string

	// ValidFrom and ValidUntil are written in whole seconds of UTC. ValidUntil
	// may be zero: valid without limit.
	ValidFrom, ValidUntil time.Time

	// Status may be nil: the credential then says nothing about revocation.
	Status *Status
}

// Issuer is the school that signs.
type Issuer struct {
	DID  string
	Name string
	URL  string // may be empty
}

// Subject is the person spoken of.
type Subject struct {
	// ID is urn:uuid:… or another absolute address.
	ID   string
	Name string
	// Email and Salt are written as a hash that a person who knows the address
	// can compare. Both may be empty. The salt stands in the credential: it
	// keeps hashes of two credentials apart but hides no guessable address.
	Email, Salt string
}

// Hours is the instruction that counted, in whole minutes, in all and by
// subject of study.
type Hours struct {
	Total    HoursLine
	Subjects []HoursLine
}

// HoursLine is a number of minutes with the number that was required (0: none).
type HoursLine struct {
	Name              string
	Minutes, Required int64
}

// StateClaim is what became of a claim that the hours are what a state asks for.
// Outcome is met, less or not_known; Text says of what there is less or what is not
// known, by which source and on which day, in lines.
type StateClaim struct {
	State, Outcome, Text string
}

// Alignment ties an achievement to an entry of a public framework.
type Alignment struct {
	Name, URL, Framework, Code string
}

// MassageTherapists is the occupation in O*NET, the occupational framework of
// the United States Department of Labor.
var MassageTherapists = Alignment{
	Name:      "Massage Therapists",
	URL:       "https://www.onetonline.org/link/summary/31-9011.00",
	Framework: "O*NET-SOC",
	Code:      "31-9011.00",
}

// Status is an entry of a bitstring status list.
type Status struct {
	ListURL string
	Index   int
}

// FieldError says which field of a Claim cannot be signed, and why.
type FieldError struct {
	Field  string
	Reason string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Reason }

const (
	maxLine    = 300
	maxText    = 4_000
	maxLines   = 60 // hours by subject
	maxStates  = 60
	maxMinutes = 100_000 * 60
)

// Check says whether the claim can be signed. Errors are *FieldError.
func (c Claim) Check() error {
	if _, ok := achievementTypes[c.Kind]; !ok {
		return &FieldError{"kind", "is none of completion, specialty, license and transcript"}
	}
	return firstError(
		c.checkTexts, c.checkAddresses, c.checkHours, c.checkStates, c.checkDates,
	)
}

func firstError(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Claim) checkTexts() error {
	lines := []struct {
		field, text string
		required    bool
	}{
		{"issuer.name", c.Issuer.Name, true},
		{"subject.name", c.Subject.Name, true},
		{"subject.email", c.Subject.Email, false},
		{"subject.salt", c.Subject.Salt, c.Subject.Email != ""},
		{"title", c.Title, true},
		{"license_number", c.LicenseNumber, c.Kind == License},
	}
	if c.LicenseNumber != "" && c.Kind != License {
		return &FieldError{"license_number", "has its place in what is said of a license alone"}
	}
	for _, line := range lines {
		if err := checkField(line.field, line.text, line.required, maxLine, false); err != nil {
			return err
		}
	}
	for i, a := range c.Alignments {
		field := fmt.Sprintf("alignments[%d]", i)
		err := firstError(
			func() error { return checkField(field+".name", a.Name, true, maxLine, false) },
			func() error { return checkField(field+".framework", a.Framework, false, maxLine, false) },
			func() error { return checkField(field+".code", a.Code, false, maxLine, false) },
		)
		if err != nil {
			return err
		}
	}
	if err := checkField("description", c.Description, true, maxText, true); err != nil {
		return err
	}
	return checkField("criteria", c.Criteria, true, maxText, true)
}

func checkField(field, text string, required bool, most int, manyLines bool) error {
	switch {
	case required && strings.TrimSpace(text) == "":
		return &FieldError{field, "is empty"}
	case !utf8.ValidString(text):
		return &FieldError{field, "is not UTF-8 text"}
	case utf8.RuneCountInString(text) > most:
		return &FieldError{field, fmt.Sprintf("is longer than %d characters", most)}
	}
	for _, r := range text {
		if manyLines && r == '\n' {
			continue
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 || forbiddenRune(r) {
			return &FieldError{field, fmt.Sprintf("contains the character %U", r)}
		}
	}
	return nil
}

func (c Claim) checkAddresses() error {
	addresses := []struct {
		field, address string
		required, web  bool
	}{
		{"id", c.ID, true, false},
		{"issuer.did", c.Issuer.DID, true, false},
		{"issuer.url", c.Issuer.URL, false, true},
		{"subject.id", c.Subject.ID, true, false},
		{"achievement_id", c.AchievementID, true, false},
		{"evidence_url", c.EvidenceURL, false, true},
	}
	for _, a := range addresses {
		if a.address == "" && !a.required {
			continue
		}
		if err := checkAddress(a.field, a.address, a.web); err != nil {
			return err
		}
	}
	if _, err := didMethod(c.Issuer.DID); err != nil {
		return &FieldError{"issuer.did", err.Error()}
	}
	for i, a := range c.Alignments {
		if err := checkAddress(fmt.Sprintf("alignments[%d].url", i), a.URL, true); err != nil {
			return err
		}
	}
	if c.Status == nil {
		return nil
	}
	if c.Status.Index < 0 || c.Status.Index >= StatusListSize {
		return &FieldError{"status.index", fmt.Sprintf("is not from 0 to %d", StatusListSize-1)}
	}
	return checkAddress("status.list_url", c.Status.ListURL, true)
}

func checkAddress(field, address string, web bool) error {
	parsed, err := url.Parse(address)
	if err != nil || !absoluteIRI(address) || len(address) > 2_000 {
		return &FieldError{field, "is not an absolute address"}
	}
	if web && (parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Host == "") {
		return &FieldError{field, "is not a web address"}
	}
	return nil
}

func (c Claim) checkHours() error {
	if c.Hours == nil {
		if c.Kind == Completion || c.Kind == Transcript {
			return &FieldError{"hours", "are absent from a " + string(c.Kind)}
		}
		return nil
	}
	if c.Kind == License {
		return &FieldError{"hours", "have no place in what is said of a license"}
	}
	if len(c.Hours.Subjects) > maxLines {
		return &FieldError{"hours.subjects", fmt.Sprintf("are more than %d", maxLines)}
	}
	if err := checkHoursLine("hours.total", c.Hours.Total); err != nil {
		return err
	}
	for i, line := range c.Hours.Subjects {
		if err := checkHoursLine(fmt.Sprintf("hours.subjects[%d]", i), line); err != nil {
			return err
		}
	}
	return nil
}

func (c Claim) checkStates() error {
	switch {
	case len(c.States) > 0 && c.Kind != Completion:
		return &FieldError{"states", "have their place in a completion alone"}
	case len(c.States) > maxStates:
		return &FieldError{"states", fmt.Sprintf("are more than %d", maxStates)}
	}
	for i, s := range c.States {
		field := fmt.Sprintf("states[%d]", i)
		if !slices.Contains(stateOutcomes, s.Outcome) {
			return &FieldError{field + ".outcome", "is none of " + strings.Join(stateOutcomes, ", ")}
		}
		err := firstError(
			func() error { return checkField(field+".state", s.State, true, maxLine, false) },
			func() error { return checkField(field+".text", s.Text, true, maxText, true) },
		)
		if err != nil {
			return err
		}
	}
	return nil
}

func checkHoursLine(field string, line HoursLine) error {
	if line.Minutes < 0 || line.Minutes > maxMinutes || line.Required < 0 || line.Required > maxMinutes {
		return &FieldError{field, "is not a number of minutes"}
	}
	return checkField(field+".name", line.Name, true, maxLine, false)
}

func (c Claim) checkDates() error {
	if c.ValidFrom.IsZero() {
		return &FieldError{"valid_from", "is absent"}
	}
	if !c.ValidUntil.IsZero() && !c.ValidUntil.After(c.ValidFrom) {
		return &FieldError{"valid_until", "is not after valid_from"}
	}
	if !dateOrEmpty(c.Started) {
		return &FieldError{"started", "is not a date"}
	}
	if !dateOrEmpty(c.Ended) {
		return &FieldError{"ended", "is not a date"}
	}
	if c.Started != "" && c.Ended != "" && c.Ended < c.Started {
		return &FieldError{"ended", "is before started"}
	}
	return nil
}

func dateOrEmpty(date string) bool {
	_, err := time.Parse(time.DateOnly, date)
	return err == nil || date == ""
}

// HoursText writes minutes for people, without rounding: "612 h 30 min".
func HoursText(minutes int64) string {
	hours, rest := strconv.FormatInt(minutes/60, 10)+" h", minutes%60
	if rest == 0 {
		return hours
	}
	return hours + " " + strconv.FormatInt(rest, 10) + " min"
}

// IssuedTo tells whether a credential bears the hash of an email address.
func IssuedTo(document []byte, email string) bool {
	hash, salt := EmailHash(document)
	return hash != "" && strings.TrimSpace(email) != "" && hash == HashEmail(email, salt)
}

// EmailHash is the hash of the holder's email address that a credential bears,
// with its salt; both are empty where it bears none.
func EmailHash(document []byte) (hash, salt string) {
	read, err := parseObject(document)
	if err != nil {
		return "", ""
	}
	for _, entry := range entries(inner(read, "credentialSubject")["identifier"]) {
		identity, _ := entry.(map[string]any)
		if identity["hashed"] == true && text(identity, "identityType") == "emailAddress" {
			return text(identity, "identityHash"), text(identity, "salt")
		}
	}
	return "", ""
}

// HashEmail gives the hash by which a credential names an email address:
// "sha256$" and the hex digits of the hash of the address in lower case
// followed by the salt.
func HashEmail(email, salt string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email)) + salt))
	return "sha256$" + hex.EncodeToString(sum[:])
}

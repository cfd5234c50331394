package core

import (
	"net/mail"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/palmar/palmar/pkg/core/fold"
)

// Account is someone who can sign in. One without a password was entered by a
// school and has not accepted an invitation yet. Operator may create
// organizations.
type Account struct {
	ID           AccountID
	Email        string
	Name         string
	PasswordHash string
	Operator     bool
	Language     string // that they have chosen, by tag; empty: none
	CreatedAt    time.Time
	Version      int
}

// MostLookDays is for how many days a look at a license may count.
const MostLookDays = 90

// OrganizationKind tells schools from employers.
type OrganizationKind string

// The kinds of organizations.
const (
	School   OrganizationKind = "school"
	Employer OrganizationKind = "employer"
)

// Organization is a tenant. Zone is the IANA name of its time zone.
type Organization struct {
	ID       OrganizationID
	Kind     OrganizationKind
	Name     string
	Slug     string
	Zone     string
	URL      string
	Language string // of its papers and mails, by tag; empty: none is chosen
	// CheckpointRecipient is the address that gets the checkpoints of the public log
	// for a school; empty: its administrators.
	CheckpointRecipient string
	// Jurisdiction is the state of which it is, by two letters; empty: none is chosen.
	Jurisdiction string
	// LookDays is for how many days a look at a license counts, 0 for the house's own
	// limit; AcceptsLooks whether what others saw counts as if its own members had.
	LookDays     int
	AcceptsLooks bool
	CreatedAt    time.Time
	Version      int

	// ClosedAt is when a school has closed, for ClosedCause; it attests nothing
	// any more.
	ClosedAt    time.Time
	ClosedCause string
	// ClosingAt is since when a school enrolls nobody and takes no sessions, since
	// two people have said that it closes.
	ClosingAt time.Time
}

var locations sync.Map // of *time.Location by IANA name; loading one reads a file

// Location is the organization's time zone.
func (o Organization) Location() *time.Location {
	if loc, ok := locations.Load(o.Zone); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		return time.UTC
	}
	locations.Store(o.Zone, loc)
	return loc
}

// Today is the organization's date at a moment.
func (o Organization) Today(now time.Time) Date { return DateOf(now.In(o.Location())) }

// Member is an account's role in an organization. Name and Email are the
// account's. A member whose EndedAt is set has no rights any more and stays
// named on what was signed.
type Member struct {
	ID             MemberID
	OrganizationID OrganizationID
	AccountID      AccountID
	Role           Role
	Name           string
	Email          string
	CreatedAt      time.Time
	EndedAt        time.Time
}

// Therapist is a record of a person, student or licensed: their own across all
// organizations, or a school's file of one. A file is part of the person's own record
// (PersonID) once that person accepted it; before, AccountID is zero. Name and Email
// are those of the account, and of a file as the school wrote them; Reach is the
// address for mail. BirthDate and Zone (IANA) are empty until they are told.
type Therapist struct {
	ID             TherapistID
	PersonID       TherapistID
	AccountID      AccountID
	OrganizationID OrganizationID // of a file
	Name           string
	Email          string
	Reach          string
	BirthDate      Date
	Zone           string
	Language       string // that the account has chosen
	CreatedAt      time.Time
}

// NormalizeEmail trims and lower-cases an address; it gives the code bad_email.
func NormalizeEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return "", Invalid("bad_email")
	}
	return s, nil
}

// CleanText trims a single line that people wrote and gives it in Unicode's normal
// form C. It refuses what cannot be shown or signed: control characters, those that
// reorder or hide others, those of no width where no letter needs them, and bytes that
// are no text. It gives the codes required (when least is above 0 and nothing of it is
// seen), too_long and bad_character.
func CleanText(s string, least, most int) (string, error) {
	return cleanText(s, least, most, func(r rune) bool { return unicode.IsControl(r) })
}

// CleanNote is CleanText for text of several lines.
func CleanNote(s string, least, most int) (string, error) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return cleanText(s, least, most, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t'
	})
}

func cleanText(s string, least, most int, refused func(rune) bool) (string, error) {
	s = fold.NFC(strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")))
	n := len([]rune(s))
	switch {
	case least > 0 && strings.IndexFunc(s, seen) < 0:
		return "", Invalid("required.needed")
	case n < least:
		return "", Invalid("too_short", "least", least)
	case n > most:
		return "", Invalid("too_long.text", "most", most, "n", n)
	case strings.IndexFunc(s, func(r rune) bool { return refused(r) || hiding(r) }) >= 0, fold.Stray(s):
		return "", Invalid("bad_character.core")
	}
	return s, nil
}

// seen tells of a character that leaves a mark on paper.
func seen(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// hiding tells of a character that shows a text other than it is: it ends a line,
// reorders what follows (Unicode Standard Annex 9, section 2), has no width, or
// stands for bytes that are no text. Those that join letters, and the marks of
// direction, which names in some scripts need, are not among them; see fold.Stray.
func hiding(r rune) bool {
	switch {
	case r == '\u2028' || r == '\u2029', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2069':
		return true
	}
	return r == '\u200b' || r == '\ufeff' || r == unicode.ReplacementChar
}

package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// SignIn is what someone types to sign in; Agent names the browser or client.
type SignIn struct{ Email, Password, Agent string }

// InvitationView is what the page behind a link shows. First is the first
// administrator's link. KnownAccount has a password already, which has to be
// given to accept.
type InvitationView struct {
	Email            string
	Name             string
	OrganizationName string
	Role             core.Role
	First            bool
	KnownAccount     bool
	ExpiresAt        time.Time
}

// Accept answers a link. Email, OrganizationName, Kind and Zone belong to the
// first administrator's link only, whose account becomes an operator and the
// administrator of that organization.
type Accept struct{ Token, Name, Email, Password, OrganizationName, Kind, Zone string }

// Invite offers someone a role.
type Invite struct {
	Email string
	Name  string
	Role  core.Role
}

// NewOrganization is a tenant to be made and the person who is invited to be
// its first administrator.
type NewOrganization struct {
	Kind                                         core.OrganizationKind
	Name, Slug, Zone, URL, AdminEmail, AdminName string
}

// OrganizationChange is what an administrator may change.
// Language is the tag of that of its papers and of mails to those who have chosen
// none; empty: English. CheckpointRecipient gets the checkpoints of the public log for
// a school; empty: its administrators.
//
// Jurisdiction is its state, by two letters, which leads its answers about licenses.
// LookDays is for how many days a look at a license counts for it, 0 for the house's own
// limit, and AcceptsLooks whether what other organizations saw counts.
type OrganizationChange struct {
	Name, Zone, URL, Language, CheckpointRecipient, Jurisdiction string
	LookDays                                                     int
	AcceptsLooks                                                 bool
}

// NewToken is an API token to be made: a person's own, or an organization's
// when OrganizationID is set, which acts with Role (registrar or verifier).
// Days is how long it is good, 1 to 366.
type NewToken struct {
	OrganizationID core.OrganizationID
	Name           string
	Role           core.Role
	Scopes         []string
	Days           int
}

// Person is a student to be, with the identifier of a file that may have to be made.
type Person struct {
	TherapistID core.TherapistID
	Email       string
	Name        string
}

// Student is whom a school has under an address. Who left the school is no student any
// more: what it begins later is another file, which that person has to accept.
type Student struct {
	TherapistID core.TherapistID
	Name        string
	LeftAt      time.Time // zero: did not
}

// Other tells whether a name is that of another person.
func (s Student) Other(name string) bool { return core.NameKey(s.Name) != core.NameKey(name) }

// Means tells whether an input with the address of a student means that student.
// Where the names differ a person says so (same), or is asked: other_name (name).
func (s Student) Means(name string, same *bool) (bool, error) {
	switch {
	case same != nil:
		return *same, nil
	case name == "" || !s.Other(name):
		return true, nil
	}
	return false, core.InvalidField("name", "other_name", "name", s.Name)
}

// Students are the people whom a school has.
type Students interface {
	// StudentsByEmail are those whom a school has under some addresses. Whether anybody
	// else has an account with one makes no difference.
	StudentsByEmail(ctx context.Context, org core.OrganizationID, emails []string) (map[string]Student, error)
	// InsertFiles makes files of people whom the school does not have yet.
	InsertFiles(ctx context.Context, org core.OrganizationID, people []Person, now time.Time) error
	// ReuseAddress lets a school have the address of a file for another person.
	ReuseAddress(ctx context.Context, org core.OrganizationID, file core.TherapistID, now time.Time) error
}

// FileFor is the school's file of a person, made where it is absent: see Means for
// same. Without a name it is one that the school has. Codes: required (name),
// other_name (name).
func FileFor(ctx context.Context, tx Students, org core.OrganizationID, p Person, same *bool, now time.Time) (core.TherapistID, error) {
	known, err := tx.StudentsByEmail(ctx, org, []string{p.Email})
	if err != nil {
		return core.TherapistID{}, err
	}
	if before, found := known[p.Email]; found {
		means, err := before.Means(p.Name, same)
		if means && before.LeftAt.IsZero() || err != nil {
			return before.TherapistID, err
		}
		if means && p.Name == "" {
			p.Name = before.Name
		}
		if err := tx.ReuseAddress(ctx, org, before.TherapistID, now); err != nil {
			return core.TherapistID{}, err
		}
	}
	if p.Name == "" {
		return core.TherapistID{}, core.InvalidField("name", "required.name")
	}
	return p.TherapistID, tx.InsertFiles(ctx, org, []Person{p}, now)
}

// File is a school's file of a student. It is part of the record of PersonID and of an
// account once that person accepted it; before, it is the school's own.
type File struct {
	ID               core.TherapistID
	PersonID         core.TherapistID
	AccountID        core.AccountID
	OrganizationID   core.OrganizationID
	OrganizationName string
	Name             string
	Email            string
	CreatedAt        time.Time
	JoinedAt         time.Time // zero: nobody accepted it
	DeclinedAt       time.Time // zero: nobody said that it is another's
	// Contact is who of the school's office invited the student, else one of it; of
	// FileOffered alone.
	Contact, ContactEmail string
}

// Of tells whether a file bears a person's name. A file of another name is joined by
// nobody: the address may have had another holder, so that the school looks at the name
// first.
func (f File) Of(name string) bool { return core.NameKey(f.Name) == core.NameKey(name) }

// Files keeps the files of schools that wait for whose they are.
type Files interface {
	FilesOffered(ctx context.Context, email string) ([]File, error)
	// FileOffered is not_found where it does not wait for the holder of an address.
	FileOffered(ctx context.Context, email string, id core.TherapistID) (File, error)
	// JoinFile gives stale where the file is part of a record already.
	JoinFile(ctx context.Context, file core.TherapistID, account core.AccountID, now time.Time) error
	DeclineFile(ctx context.Context, file core.TherapistID, now time.Time) error
	// LeaveFiles notes that a person left a school, ReturnFiles that they came back.
	LeaveFiles(ctx context.Context, person core.TherapistID, org core.OrganizationID, now time.Time) error
	ReturnFiles(ctx context.Context, account core.AccountID, org core.OrganizationID) error
}

package core

import "time"

// CreditKind is what earned a credit.
type CreditKind string

// The kinds of credits.
const (
	CreditInstruction CreditKind = "instruction"
	CreditTransfer    CreditKind = "transfer"
	CreditCourse      CreditKind = "course"
	CreditCE          CreditKind = "ce"
)

// SupervisionMode is where the supervisor was. The zero mode says nothing
// beyond Credit.Supervised: someone supervised, and nobody wrote down from
// where.
type SupervisionMode string

// The modes, the closest first.
const (
	SupervisionInClass    SupervisionMode = "in_class"
	SupervisionOnPremises SupervisionMode = "on_premises"
	SupervisionAvailable  SupervisionMode = "available"
	SupervisionNone       SupervisionMode = "none"
)

// SupervisionModes in the order in which they are shown.
var SupervisionModes = []SupervisionMode{SupervisionInClass, SupervisionOnPremises, SupervisionAvailable, SupervisionNone}

// Transfer is where transferred minutes were earned: the school and its license
// number, the reference of the transcript, and who accepted them.
type Transfer struct {
	School     string
	License    string
	Transcript string
	AcceptedBy string
}

// Complete tells whether nothing of it is missing.
func (t Transfer) Complete() bool {
	return t.School != "" && t.License != "" && t.Transcript != "" && t.AcceptedBy != ""
}

// Credit is one line of the ledger: minutes of a kind that someone answers
// for. A credit is never updated or deleted; it is reversed by another credit
// with the negated minutes that names it in Reverses. One entry is posted once.
//
// Minutes is instruction. Elapsed is what passed on the clock from start to
// end, Break the pauses in between that may be part of an hour: neither a meal
// nor time after the last lesson. Both are 0 where nobody wrote them down.
// Grade is a percentage and means nothing unless Graded. MakeUp marks a session
// that makes up for a missed one, Transfer belongs to the kind transfer.
type Credit struct {
	ID             CreditID
	OrganizationID OrganizationID
	EnrollmentID   EnrollmentID
	TherapistID    TherapistID
	Kind           CreditKind
	Minutes        Minutes
	Subject        string
	Setting        Setting
	Delivery       Delivery
	Supervised     bool
	Date           Date
	Start          time.Time
	EntryID        EntryID
	Reverses       CreditID
	PostedAt       time.Time
	PostedBy       AccountID

	Mode     SupervisionMode
	Elapsed  Minutes
	Break    Minutes
	Graded   bool
	Grade    int
	MakeUp   bool
	Transfer Transfer
	// Course tells, of continuing education, that two credits are of the same
	// course; HandsOn is how much of it is hands-on, in percent.
	Course  string
	HandsOn int
	// Certified is what a certificate says in hours, whatever its hour is, with 60
	// minutes to each; 0 where it tells minutes of instruction.
	Certified Minutes
	// Program names the course of study that gave it, where a standard asks that
	// all of it be of one; empty where nobody told.
	Program string
	// TransferID names the transfer that was accepted.
	TransferID TransferID
	// Doubt says that the person has another signed session at that time, at another
	// school, and that nobody has decided yet that this one counts.
	Doubt bool
	// Seal is the digest of the entry that earned it, when it is posted; nobody
	// but the doctor reads it again.
	Seal []byte
}

// Unsupervised tells whether nobody supervised.
func (c Credit) Unsupervised() bool { return !c.Supervised || c.Mode == SupervisionNone }

// CreditOf is the ledger line that a signed entry earns.
func CreditOf(e Entry, id CreditID, by AccountID, now time.Time) Credit {
	return Credit{
		ID: id, OrganizationID: e.OrganizationID, EnrollmentID: e.EnrollmentID, TherapistID: e.TherapistID,
		Kind: CreditInstruction, Minutes: e.Session.Minutes, Subject: e.Session.Subject, Setting: e.Session.Setting,
		Delivery: e.Session.Delivery, Supervised: true, Date: e.Session.Date, Start: e.Session.Start,
		EntryID: e.ID, PostedAt: now, PostedBy: by,
		Mode: e.Session.Mode, Elapsed: e.Session.Elapsed(), Break: e.Session.Break,
		Graded: e.Session.Graded, Grade: e.Session.Grade, MakeUp: e.Session.MakeUp, Seal: e.Seal(),
	}
}

// Reversal is the line that takes c back.
func (c Credit) Reversal(id CreditID, by AccountID, now time.Time) Credit {
	r := c
	r.ID, r.Reverses, r.Minutes, r.PostedBy, r.PostedAt, r.Seal = id, c.ID, -c.Minutes, by, now, nil
	return r
}

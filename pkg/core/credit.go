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

// Credit is one line of the ledger: minutes of a kind that somebody answers
// for. A credit is never updated or deleted; it is reversed by another credit
// with the negated minutes that names it in Reverses. One entry is posted once.
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
}

// CreditOf is the ledger line that a signed entry earns.
func CreditOf(e Entry, id CreditID, by AccountID, now time.Time) Credit {
	return Credit{
		ID: id, OrganizationID: e.OrganizationID, EnrollmentID: e.EnrollmentID, TherapistID: e.TherapistID,
		Kind: CreditInstruction, Minutes: e.Session.Minutes, Subject: e.Session.Subject, Setting: e.Session.Setting,
		Delivery: e.Session.Delivery, Supervised: true, Date: e.Session.Date, Start: e.Session.Start,
		EntryID: e.ID, PostedAt: now, PostedBy: by,
	}
}

// Reversal is the line that takes c back.
func (c Credit) Reversal(id CreditID, by AccountID, now time.Time) Credit {
	r := c
	r.ID, r.Reverses, r.Minutes, r.PostedBy, r.PostedAt = id, c.ID, -c.Minutes, by, now
	return r
}

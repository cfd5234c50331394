package certify

import "time"

// Escrow is a school that has closed at another installation, whose
// certificates this one goes on showing. Origin is the address of the other.
type Escrow struct {
	Origin      string
	Slug        string
	Name        string
	LogKey      string // of the log of that installation; empty: it kept none
	ExportedAt  time.Time
	ImportedAt  time.Time
	Keys        []SigningKey
	Credentials int
	Lists       []StatusList // ID and what was signed
}

// EscrowHolder is whose a certificate in escrow is: the salted hash of the email
// address that it bears. Both are empty where it bears none.
type EscrowHolder struct{ Code, Salt, Hash string }

// EscrowedCredential is a certificate in escrow; Body is the JSON of what is
// shown of it and of its package.
type EscrowedCredential struct {
	Origin, Slug string // of its school
	Code         string
	Body         []byte
}

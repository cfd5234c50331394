package certify

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// KeyLoss is how far the certificates that a lost key had signed were looked at.
// Those issued before the loss are signed once more; the doubtful ones stay not
// valid. After is the last that was looked at.
type KeyLoss struct {
	KeyID          string
	OrganizationID core.OrganizationID
	LostSince      time.Time
	Total          int
	Resigned       int
	Doubtful       int
	After          core.CredentialID
	BegunAt        time.Time
	FinishedAt     time.Time // zero: it goes on
}

// Running tells whether certificates wait to be signed again.
func (l KeyLoss) Running() bool { return !l.BegunAt.IsZero() && l.FinishedAt.IsZero() }

// Done is how many certificates were looked at.
func (l KeyLoss) Done() int { return l.Resigned + l.Doubtful }

// Doubt is a certificate of a lost key that was not signed again, and why.
type Doubt struct {
	CredentialID core.CredentialID
	Code         string
	Title        string
	SubjectName  string
	IssuedAt     time.Time
	State        core.CredentialState
	Reason       string // a stable code: issued_since_loss, or that of the fault
	Message      string
}

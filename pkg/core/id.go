package core

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// ID is a UUIDv7 that knows what it identifies: an EntryID cannot be passed
// where an EnrollmentID is meant. The zero ID means none and is stored as NULL.
// An ID orders by creation time and is no secret.
type ID[K any] [16]byte

// The kinds exist only to tell the types of identifiers apart.
type (
	accountKind      struct{}
	sessionKind      struct{}
	invitationKind   struct{}
	tokenKind        struct{}
	organizationKind struct{}
	memberKind       struct{}
	therapistKind    struct{}
	programKind      struct{}
	versionKind      struct{}
	standardKind     struct{}
	enrollmentKind   struct{}
	entryKind        struct{}
	creditKind       struct{}
	importKind       struct{}
	courseKind       struct{}
	completionKind   struct{}
	proposalKind     struct{}
	credentialKind   struct{}
	licenseKind      struct{}
	licenseEventKind struct{}
	licenseCheckKind struct{}
	rosterSourceKind struct{}
	setAsideKind     struct{}
	rosterKind       struct{}
	rosterMatchKind  struct{}
	adverseKind      struct{}
	holdingKind      struct{}
	disclosureKind   struct{}
	auditKind        struct{}
	closedDaysKind   struct{}
	pauseKind        struct{}
	transferKind     struct{}
	documentKind     struct{}
	classKind        struct{}
	requestKind      struct{}
	absenceKind      struct{}
	draftKind        struct{}
	statusListKind   struct{}
	certifyRunKind   struct{}
	subjectKind      struct{}
	reminderKind     struct{}
	ceProviderKind   struct{}
	ceActivityKind   struct{}
	ceLeaveKind      struct{}
	ceAuditKind      struct{}
	disputeKind      struct{}
	itemKind         struct{}
	grantKind        struct{}
	grantRequestKind struct{}
	lookKind         struct{}
	reportKind       struct{}
	linkKind         struct{}
	takeDownKind     struct{}

	pathwayKind        struct{}
	sectionKind        struct{}
	sectionSessionKind struct{}
	assessmentFormKind struct{}
	assessmentKind     struct{}
)

// The typed identifiers.
type (
	AccountID          = ID[accountKind]
	SessionID          = ID[sessionKind]
	InvitationID       = ID[invitationKind]
	TokenID            = ID[tokenKind]
	OrganizationID     = ID[organizationKind]
	MemberID           = ID[memberKind]
	TherapistID        = ID[therapistKind]
	ProgramID          = ID[programKind]
	ProgramVersionID   = ID[versionKind]
	StandardID         = ID[standardKind]
	EnrollmentID       = ID[enrollmentKind]
	EntryID            = ID[entryKind]
	CreditID           = ID[creditKind]
	ImportID           = ID[importKind]
	CourseID           = ID[courseKind]
	CourseCompletionID = ID[completionKind]
	ClosedDaysID       = ID[closedDaysKind]
	PauseID            = ID[pauseKind]
	TransferID         = ID[transferKind]
	DocumentID         = ID[documentKind]
	ClassID            = ID[classKind]
	RequestID          = ID[requestKind]
	AbsenceID          = ID[absenceKind]
	DraftID            = ID[draftKind]
	StatusListID       = ID[statusListKind]
	CertifyRunID       = ID[certifyRunKind]
	SubjectID          = ID[subjectKind] // of anything that can be due
	ReminderID         = ID[reminderKind]
	ProposalID         = ID[proposalKind]
	CredentialID       = ID[credentialKind]
	LicenseID          = ID[licenseKind]
	LicenseEventID     = ID[licenseEventKind]
	LicenseCheckID     = ID[licenseCheckKind]
	SetAsideID         = ID[setAsideKind] // of a license
	RosterSourceID     = ID[rosterSourceKind]
	RosterID           = ID[rosterKind]
	RosterMatchID      = ID[rosterMatchKind]
	AdverseID          = ID[adverseKind]
	HoldingID          = ID[holdingKind]
	DisputeID          = ID[disputeKind]
	ItemID             = ID[itemKind]
	GrantID            = ID[grantKind]
	GrantRequestID     = ID[grantRequestKind]
	LookID             = ID[lookKind]
	LinkID             = ID[linkKind]
	ReportID           = ID[reportKind]   // of an entry of the directory
	TakeDownID         = ID[takeDownKind] // of one
	DisclosureID       = ID[disclosureKind]
	AuditID            = ID[auditKind]
	CEProviderID       = ID[ceProviderKind]
	CEActivityID       = ID[ceActivityKind]
	CELeaveID          = ID[ceLeaveKind]
	CEAuditID          = ID[ceAuditKind]

	PathwayID        = ID[pathwayKind]
	SectionID        = ID[sectionKind]
	SectionSessionID = ID[sectionSessionKind]
	AssessmentFormID = ID[assessmentFormKind]
	AssessmentID     = ID[assessmentKind]
)

// Source gives commands their moment, their identifiers and their random
// bytes. Production and tests fill it differently; nothing else reads a clock.
type Source struct {
	Clock func() time.Time
	Rand  io.Reader
}

// Now is the moment of a command: UTC, in whole microseconds, which is what
// both databases keep.
func (s Source) Now() time.Time { return s.Clock().UTC().Truncate(time.Microsecond) }

// NewID makes a UUIDv7 (RFC 9562, section 5.7). The twelve bits after the
// milliseconds hold their fraction, so that identifiers made within one
// millisecond keep their order too.
func NewID[I ~[16]byte](s Source) I {
	now := s.Clock()
	var id [16]byte
	if _, err := io.ReadFull(s.Rand, id[8:]); err != nil {
		panic("core: the source of random bytes failed: " + err.Error())
	}
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16)
	fraction := uint16(now.Nanosecond() % int(time.Millisecond) * 4096 / int(time.Millisecond))
	binary.BigEndian.PutUint16(id[6:8], 0x7000|fraction)
	id[8] = id[8]&0x3f | 0x80
	return I(id)
}

// FirstID is before every identifier that is made from a moment on, and after all
// that were made before it.
func FirstID[I ~[16]byte](t time.Time) I {
	var id [16]byte
	if ms := t.UnixMilli(); ms > 0 {
		binary.BigEndian.PutUint64(id[:8], uint64(ms)<<16)
	}
	return I(id)
}

// Time is when the identifier was made, to the millisecond.
func (id ID[K]) Time() time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(id[:8]) >> 16)).UTC()
}

// ParseID reads the usual 36 characters of a UUID.
func ParseID[I ~[16]byte](s string) (I, error) {
	var id [16]byte
	bad := len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-'
	if !bad {
		compact := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
		_, err := hex.Decode(id[:], []byte(compact))
		bad = err != nil
	}
	if bad {
		return I{}, Invalid("bad_id")
	}
	return I(id), nil
}

// IsZero tells whether there is no identifier.
func (id ID[K]) IsZero() bool { return id == ID[K]{} }

func (id ID[K]) String() string {
	var room [36]byte
	return string(id.Append(room[:0]))
}

// Append adds the 36 characters.
func (id ID[K]) Append(to []byte) []byte {
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, part)
	}
	return to
}

// MarshalText writes the 36 characters, or nothing for the zero ID.
func (id ID[K]) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (id *ID[K]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID[K]{}
		return nil
	}
	parsed, err := ParseID[ID[K]](string(b))
	*id = parsed
	return err
}

// Value stores the identifier as text, the zero ID as NULL.
func (id ID[K]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.String(), nil
}

// Scan reads what Value stored, and the sixteen bytes of a native UUID column.
func (id *ID[K]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID[K]{}
		return nil
	case string:
		return id.UnmarshalText([]byte(v))
	case []byte:
		if len(v) == 16 {
			copy(id[:], v)
			return nil
		}
		return id.UnmarshalText(v)
	case [16]byte:
		*id = v
		return nil
	}
	return fmt.Errorf("core: cannot read an identifier from %T", src)
}

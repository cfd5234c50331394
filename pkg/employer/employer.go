package employer

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// Options tune the service. Cache is how many verified documents are
// remembered; 0 means 4,096.
type Options struct {
	Cache int
}

// Service checks certificates.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// Tx is what the service needs of a transaction.
type Tx interface{}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, options Options) *Service {
	return &Service{store: store, src: src}
}

// The outcomes of a check.
const (
	Valid         = string(credential.Valid)
	NotValid      = string(credential.NotValid)
	CouldNotCheck = string(credential.CouldNotCheck)
)

// Answers to whether a person may practise today.
const (
	PractiseYes     = "yes"
	PractiseNo      = "no"
	PractiseUnknown = "could_not_check"
)

// Check is the answer to anybody who knows a certificate's code. Outcome is
// valid, not_valid or could_not_check; Reasons say why when it is not valid.
// Report is shared: do not change its slices.
type Check struct {
	Outcome    string
	Reasons    []string
	Credential core.Credential
	Report     credential.Report
	CheckedAt  time.Time
}

// LicenseView is a licence, what it says of today, and how many days ago its
// source was looked at.
type LicenseView struct {
	License  core.License
	Practice core.Practice
	AgeDays  int
}

// FullCheck is the answer to a member of an employer: hours certified
// (Certificates, CertifiedMinutes), Specialties, and whether the person may
// practise today (Practise: yes, no or could_not_check).
type FullCheck struct {
	Check
	Certificates     []core.Credential
	CertifiedMinutes core.Minutes
	Specialties      []core.Credential
	Licenses         []LicenseView
	MayPractise      bool
	Practise         string
	PractiseReason   string
	Disclosure       core.Disclosure
}

var errUnfinished = errors.New("employer: unfinished")


func (s *Service) Check(ctx context.Context, code string) (Check, error) {
	return Check{}, errUnfinished
}

func (s *Service) Document(ctx context.Context, code string) ([]byte, error) {
	return nil, errUnfinished
}

func (s *Service) VerifyFile(ctx context.Context, raw []byte) (credential.Report, error) {
	return credential.Report{}, errUnfinished
}

func (s *Service) Inspect(ctx context.Context, a access.Actor, org core.OrganizationID, code string) (FullCheck, error) {
	return FullCheck{}, errUnfinished
}

func (s *Service) Checks(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Disclosure], error) {
	return core.List[core.Disclosure]{}, errUnfinished
}

func (s *Service) Disclosures(ctx context.Context, a access.Actor, page core.Page) (core.List[core.Disclosure], error) {
	return core.List[core.Disclosure]{}, errUnfinished
}

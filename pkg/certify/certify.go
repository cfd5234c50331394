package certify

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Options are what the installation gives. Secret are the 32 bytes that seal
// the schools' signing keys; BaseURL is the address at which Palmar is reached,
// such as https://palmar.example, without a final slash.
type Options struct {
	Secret  []byte
	BaseURL string
}

// Service certifies.
type Service struct {
	store   core.Transactor[Tx]
	src     core.Source
	options Options
}

// Tx is what the service needs of a transaction.
type Tx interface{}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, options Options) *Service {
	return &Service{store, src, options}
}

// Seen is what core.Proposal.Standing holds as JSON: the standing at the
// proposal, the minutes that wait for a supervisor and are no obstacle, and for
// a specialty its prerequisites.
type Seen struct {
	standard.Standing
	Waiting        core.Minutes       `json:"waiting"`
	WaitingEntries int                `json:"waiting_entries"`
	Prerequisites  []PrerequisiteSeen `json:"prerequisites,omitempty"`
}

// PrerequisiteSeen is one prerequisite of a course and what was found of it.
type PrerequisiteSeen struct {
	Text   string `json:"text"`
	Met    bool   `json:"met"`
	Detail string `json:"detail"`
}

var errUnfinished = errors.New("certify: unfinished")


func (s *Service) Propose(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (core.Proposal, error) {
	return core.Proposal{}, errUnfinished
}

func (s *Service) ProposeSpecialty(ctx context.Context, a access.Actor, completion core.CourseCompletionID) (core.Proposal, error) {
	return core.Proposal{}, errUnfinished
}

func (s *Service) Certify(ctx context.Context, a access.Actor, id core.ProposalID, version int) (core.Credential, error) {
	return core.Credential{}, errUnfinished
}

func (s *Service) Decline(ctx context.Context, a access.Actor, id core.ProposalID, version int, reason string) (core.Proposal, error) {
	return core.Proposal{}, errUnfinished
}

func (s *Service) Proposals(ctx context.Context, a access.Actor, org core.OrganizationID, state core.ProposalState, page core.Page) (core.List[core.Proposal], error) {
	return core.List[core.Proposal]{}, errUnfinished
}

func (s *Service) Proposal(ctx context.Context, a access.Actor, id core.ProposalID) (core.Proposal, error) {
	return core.Proposal{}, errUnfinished
}

func (s *Service) Credentials(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.Credential, error) {
	return nil, errUnfinished
}

func (s *Service) IssuedBy(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Credential], error) {
	return core.List[core.Credential]{}, errUnfinished
}

func (s *Service) DIDDocument(ctx context.Context, slug string) ([]byte, error) {
	return nil, errUnfinished
}

// SeenOf reads what a proposal's standing holds.
func SeenOf(p core.Proposal) (Seen, error) { return Seen{}, errUnfinished }

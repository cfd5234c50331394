package certify

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/translog"
)

// Options are what the installation gives. Secret are the 32 bytes that seal
// the schools' signing keys; BaseURL is the address at which Palmar is reached,
// such as https://palmar.example.
type Options struct {
	Secret  []byte
	BaseURL string
}

// Service certifies.
type Service struct {
	store  core.Transactor[Tx]
	src    core.Source
	secret []byte
	base   string
	log    *translog.Log
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, options Options) *Service {
	base := strings.TrimRight(options.BaseURL, "/")
	return &Service{store: store, src: src, secret: options.Secret, base: base, log: translog.New(src, options.Secret, base)}
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

// SeenOf reads what a proposal's standing holds.
func SeenOf(p core.Proposal) (Seen, error) {
	var seen Seen
	err := json.Unmarshal(p.Standing, &seen)
	return seen, err
}

// Proposals lists a school's proposals, newest first; state "" means all.
// Permission: proposal.read. Codes: bad_cursor, unknown_state.
func (s *Service) Proposals(ctx context.Context, a access.Actor, org core.OrganizationID, state core.ProposalState, page core.Page) (core.List[core.Proposal], error) {
	if err := access.Can(a, access.ProposalRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Proposal]{}, err
	}
	states := []core.ProposalState{"", core.ProposalOpen, core.ProposalCertified, core.ProposalDeclined}
	if !slices.Contains(states, state) {
		return core.List[core.Proposal]{}, core.InvalidField("state", "unknown_state", "The states are proposed, certified and declined.")
	}
	after, err := core.AfterID[core.ProposalID](page.Cursor)
	if err != nil {
		return core.List[core.Proposal]{}, err
	}
	var rows []core.Proposal
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.Proposals(ctx, org, state, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(p core.Proposal) string { return p.ID.String() }), err
}

// Proposal finds a proposal with its flags. Permission: proposal.read. Code: not_found.
func (s *Service) Proposal(ctx context.Context, a access.Actor, id core.ProposalID) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = withFlags(ctx, tx, tx.Proposal, id); err != nil {
			return err
		}
		return access.Can(a, access.ProposalRead, targetOf(p))
	})
	if err != nil {
		return core.Proposal{}, err
	}
	return p, nil
}

// Credential finds a credential. Permission: credential.read. Code: not_found.
func (s *Service) Credential(ctx context.Context, a access.Actor, id core.CredentialID) (core.Credential, error) {
	var c core.Credential
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.Credential(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.CredentialRead, access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID})
	})
	if err != nil {
		return core.Credential{}, err
	}
	return c, nil
}

// Credentials are a therapist's credentials, oldest first: all of them for the
// therapist, for a school's office those that the school issued. Permission:
// credential.read at any school that knows the therapist. Code: not_found.
func (s *Service) Credentials(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.Credential, error) {
	var shown []core.Credential
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		orgs, err := tx.TherapistOrganizations(ctx, therapist)
		if err != nil {
			return err
		}
		if err := access.CanAny(a, access.CredentialRead, orgs, therapist); err != nil {
			return err
		}
		all, err := tx.CredentialsOf(ctx, therapist)
		shown = slices.DeleteFunc(all, func(c core.Credential) bool {
			return access.Can(a, access.CredentialRead, access.Target{Organization: c.OrganizationID, Therapist: therapist}) != nil
		})
		return err
	})
	return shown, err
}

// IssuedBy lists what a school issued, newest first. Permission:
// credential.read. Code: bad_cursor.
func (s *Service) IssuedBy(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Credential], error) {
	if err := access.Can(a, access.CredentialRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Credential]{}, err
	}
	after, err := core.AfterID[core.CredentialID](page.Cursor)
	if err != nil {
		return core.List[core.Credential]{}, err
	}
	var rows []core.Credential
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CredentialsIssuedBy(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(c core.Credential) string { return c.ID.String() }), err
}

func targetOf(p core.Proposal) access.Target {
	return access.Target{Organization: p.OrganizationID, Therapist: p.TherapistID}
}

// audit records what the actor did to a proposal, or to the credential that
// came of it.
func (s *Service) audit(ctx context.Context, tx Tx, a access.Actor, now time.Time, org core.OrganizationID, action, kind, target string, detail map[string]string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: org, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: action, TargetKind: kind, TargetID: target, Detail: detail,
	})
}

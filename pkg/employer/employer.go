package employer

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// Options tune the service. Cache is how many verified documents are
// remembered, at least; 0 means 4,096. Witnesses are those whose word on the
// public log is told.
type Options struct {
	Cache     int
	Witnesses []translog.Witness
}

// Service checks certificates.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
	cache *cache

	witnesses []translog.Witness
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source, options Options) *Service {
	if options.Cache <= 0 {
		options.Cache = 4_096
	}
	return &Service{store: store, src: src, cache: newCache(options.Cache), witnesses: options.Witnesses}
}

// The outcomes of a check.
const (
	Valid         = string(credential.Valid)
	NotValid      = string(credential.NotValid)
	CouldNotCheck = string(credential.CouldNotCheck)
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

// Check answers whether the certificate of a code is valid: whether the very
// bytes that are kept were signed by a key of the school that issued it, whether
// the record beside them says the same, whether its dates hold now and nobody
// has revoked, suspended or replaced it. Public.
// Code: not_found, alike for a code that is unknown and one that is none.
func (s *Service) Check(ctx context.Context, code string) (Check, error) {
	c, keys, err := s.find(ctx, code)
	if err != nil {
		return Check{}, err
	}
	return s.verify(ctx, c, keys, s.src.Now()), nil
}

// Document is the signed credential as it is downloaded. Public. Code:
// not_found, as of Check.
func (s *Service) Document(ctx context.Context, code string) ([]byte, error) {
	c, _, err := s.find(ctx, code)
	return c.Document, err
}

func (s *Service) find(ctx context.Context, code string) (c core.Credential, keys []core.SigningKey, err error) {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return c, nil, core.NotFound("certificate")
	}
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		c, keys, err = tx.CheckedCredential(ctx, string(parsed))
		return err
	})
	return c, keys, err
}

// Checks lists what was shown to an organization's members, newest first.
// Permission: check.read. Code: bad_cursor.
func (s *Service) Checks(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Disclosure], error) {
	if err := access.Can(a, access.CheckRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Disclosure]{}, err
	}
	return s.list(ctx, page, func(ctx context.Context, tx Tx, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
		return tx.DisclosuresTo(ctx, org, after, limit)
	})
}

// Disclosures lists who was shown what of the actor's own record, newest first.
// Permission: disclosure.read. Code: bad_cursor.
func (s *Service) Disclosures(ctx context.Context, a access.Actor, page core.Page) (core.List[core.Disclosure], error) {
	if err := access.Can(a, access.DisclosureRead, access.Target{Therapist: a.TherapistID}); err != nil {
		return core.List[core.Disclosure]{}, err
	}
	return s.list(ctx, page, func(ctx context.Context, tx Tx, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
		return tx.DisclosuresOf(ctx, a.TherapistID, after, limit)
	})
}

func (s *Service) list(ctx context.Context, page core.Page, read func(context.Context, Tx, core.DisclosureID, int) ([]core.Disclosure, error)) (core.List[core.Disclosure], error) {
	after, err := core.AfterID[core.DisclosureID](page.Cursor)
	if err != nil {
		return core.List[core.Disclosure]{}, err
	}
	var rows []core.Disclosure
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = read(ctx, tx, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(d core.Disclosure) string { return d.ID.String() }), err
}

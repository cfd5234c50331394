package employer

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
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
	act   *act.Kernel[Tx]
	src   core.Source
	cache *cache

	witnesses []translog.Witness
}

// New makes the service.
func New(store act.Store[Tx], src core.Source, options Options) *Service {
	if options.Cache <= 0 {
		options.Cache = 4_096
	}
	return &Service{act: act.New(store, src, nil), src: src, cache: newCache(options.Cache), witnesses: options.Witnesses}
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
	Reasons    []words.Sentence
	Credential core.Credential
	Report     credential.Report
	CheckedAt  time.Time
}

// Why writes the reasons in a language.
func (c Check) Why(l *words.Language) string {
	written := make([]string, len(c.Reasons))
	for i, reason := range c.Reasons {
		written[i] = l.Write(reason)
	}
	return strings.Join(written, " ")
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

func (s *Service) find(ctx context.Context, code string) (c core.Credential, keys []certify.SigningKey, err error) {
	_, err = act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (none struct{}, err error) {
		c, keys, err = issued(ctx, tx, code)
		return none, err
	})
	if !errors.Is(err, core.ErrNotFound) {
		return c, keys, err
	}
	_, err = act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (none struct{}, err error) {
		c, keys, err = checked(ctx, tx, code)
		return none, err
	})
	return c, keys, err
}

// issued is the certificate of a code that a school here has issued, with the keys
// to check it with.
func issued(ctx context.Context, tx Tx, code string) (core.Credential, []certify.SigningKey, error) {
	parsed, err := credential.ParseCode(code)
	if err != nil {
		return core.Credential{}, nil, core.NotFound("certificate")
	}
	return tx.CheckedCredential(ctx, string(parsed))
}

// checked is issued, or else a certificate in escrow.
func checked(ctx context.Context, tx Tx, code string) (core.Credential, []certify.SigningKey, error) {
	c, keys, err := issued(ctx, tx, code)
	parsed, bad := credential.ParseCode(code)
	if bad != nil || !errors.Is(err, core.ErrNotFound) {
		return c, keys, err
	}
	return tx.CheckedInEscrow(ctx, string(parsed))
}

// Checks lists what was shown to an organization's members, newest first.
// Permission: check.read. Code: bad_cursor.
func (s *Service) Checks(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Disclosure], error) {
	list := act.ByID(access.CheckRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
			return tx.DisclosuresTo(ctx, org, after, limit)
		}, idOf)
	list.Alone = false // two statements
	return act.List(ctx, s.act, a, page, list)
}

func idOf(d core.Disclosure) core.DisclosureID { return d.ID }

// Disclosures lists who was shown what of the actor's own record, newest first; a
// certificate in escrow is the actor's where it bears the address of the account,
// which was proved when the invitation was taken. Permission: disclosure.read.
// Code: bad_cursor.
func (s *Service) Disclosures(ctx context.Context, a access.Actor, page core.Page) (core.List[core.Disclosure], error) {
	list := act.ByID(access.DisclosureRead, access.Target{Therapist: a.TherapistID},
		func(ctx context.Context, tx Tx, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
			holders, err := tx.EscrowHolders(ctx)
			if err != nil {
				return nil, err
			}
			var codes []string
			for _, h := range holders {
				if a.Email != "" && h.Hash == credential.HashEmail(a.Email, h.Salt) {
					codes = append(codes, h.Code)
				}
			}
			return tx.DisclosuresOf(ctx, a.TherapistID, codes, after, limit)
		}, idOf)
	list.Alone = false // two statements
	return act.List(ctx, s.act, a, page, list)
}

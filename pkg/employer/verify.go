package employer

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// CheckRecord is the name of the check that the record which is shown beside a
// document says what the document says.
const CheckRecord = "record"

// verify judges a kept credential with its school's keys. Signatures that were
// found good are remembered by document and keys; everything else is looked at
// each time.
func (s *Service) verify(ctx context.Context, c core.Credential, keys []core.SigningKey, now time.Time) Check {
	digest := digestOf(c.Document, keys)
	report, known := s.cache.get(digest)
	if !known || !holds(report, now) {
		report = credential.Verify(ctx, c.Document, credential.Options{
			Resolver: pinned(keys), Now: now, TrustedIssuers: []string{c.IssuerDID},
		})
		if report.Outcome == credential.Valid {
			s.cache.put(digest, report)
		}
	}
	if differing := differences(c, report); report.Outcome != credential.NotValid && len(differing) > 0 {
		report.Outcome = credential.NotValid
		report.Checks = append(slices.Clone(report.Checks), credential.Check{
			Name: CheckRecord, Outcome: credential.NotValid,
			Detail: "the record differs from what was signed: " + strings.Join(differing, ", "),
		})
	}
	return Check{
		Outcome: string(report.Outcome), Reasons: reasons(report), Credential: c, Report: report, CheckedAt: now,
	}
}

// holds tells whether a report's dates are still good.
func holds(r credential.Report, now time.Time) bool {
	return !r.ValidFrom.After(now) && (r.ValidUntil.IsZero() || r.ValidUntil.After(now))
}

// differences names what the record shows otherwise than the signed document.
func differences(c core.Credential, r credential.Report) []string {
	var out []string
	for _, part := range []struct {
		name string
		same bool
	}{
		{"name", c.SubjectName == r.SubjectName},
		{"title", c.Title == r.Title},
		{"hours", int64(c.Minutes) == r.Minutes},
		{"code", strings.HasSuffix(r.ID, "/c/"+credential.Code(c.Code).Compact())},
		{"issuer", c.IssuerDID == r.IssuerID},
		{"end of validity", c.ValidUntil.Truncate(time.Second).Equal(r.ValidUntil)},
	} {
		if !part.same {
			out = append(out, part.name)
		}
	}
	return out
}

// reasons are the checks that kept a report from being valid.
func reasons(r credential.Report) []string {
	if r.Outcome == credential.Valid {
		return nil
	}
	var out []string
	for _, check := range r.Checks {
		if check.Outcome != credential.Valid {
			out = append(out, check.Name+": "+check.Detail)
		}
	}
	return out
}

func digestOf(document []byte, keys []core.SigningKey) (digest [sha256.Size]byte) {
	h := sha256.New()
	for _, k := range keys {
		h.Write([]byte(k.DID))
		h.Write([]byte{0})
		h.Write(k.Public)
	}
	sum := sha256.Sum256(document)
	h.Write(sum[:])
	h.Sum(digest[:0])
	return digest
}

var errUnknownKeys = errors.New("the issuer's keys are not kept here, and the server asks nobody else for them")

// pinned resolves a DID by these keys and by nothing else.
type pinned []core.SigningKey

// Resolve implements credential.Resolver.
func (p pinned) Resolve(_ context.Context, did string) (credential.Document, error) {
	var keys []crypto.PublicKey
	for _, k := range p {
		if public, err := credential.PublicKey(k.ID); err == nil && k.DID == did {
			keys = append(keys, public)
		}
	}
	if len(keys) == 0 {
		return credential.Document{}, errUnknownKeys
	}
	return credential.DocumentOf(did, keys...), nil
}

// kept resolves DIDs by the keys of the schools here, and a did:key by itself.
// It remembers whether the school is one of this installation.
type kept struct {
	store core.Transactor[Tx]
	name  string
	here  bool
}

// Resolve implements credential.Resolver.
func (k *kept) Resolve(ctx context.Context, did string) (credential.Document, error) {
	var keys []core.SigningKey
	err := k.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if keys, err = tx.SigningKeysOf(ctx, did); err != nil || len(keys) == 0 {
			return err
		}
		school, err := tx.Organization(ctx, keys[0].OrganizationID)
		k.name, k.here = school.Name, true
		return err
	})
	if err != nil {
		return credential.Document{}, errors.New("the kept keys could not be read")
	}
	if k.here {
		return pinned(keys).Resolve(ctx, did)
	}
	if strings.HasPrefix(did, "did:key:") {
		return credential.KeyResolver{}.Resolve(ctx, did)
	}
	return credential.Document{}, errUnknownKeys
}

// VerifyFile checks a credential that somebody uploaded. It is valid when a
// school of this installation signed it; a good signature by a key that nobody
// here knows could not be checked, since anybody can make a key, and so could a
// foreign did:web, since the server goes to no address that a file names.
// Public. It keeps nothing of the file.
func (s *Service) VerifyFile(ctx context.Context, raw []byte) (credential.Report, error) {
	resolver := &kept{store: s.store}
	report := credential.Verify(ctx, raw, credential.Options{Resolver: resolver, Now: s.src.Now()})
	trust := credential.Check{Name: credential.CheckTrust, Outcome: credential.CouldNotCheck,
		Detail: "nobody here knows who holds the key that signed; anybody can make a key and write any name beside it"}
	if resolver.here {
		trust.Outcome, trust.Detail = credential.Valid, fmt.Sprintf("the issuer is %s, a school of this installation", resolver.name)
	}
	report.Checks = append(report.Checks, trust)
	if report.Outcome == credential.Valid {
		report.Outcome = trust.Outcome
	}
	return report, ctx.Err()
}

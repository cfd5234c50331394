package employer

import (
	"context"
	"crypto/sha256"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// CheckRecord is the name of the check that the record which is shown beside a
// document says what the document says.
const CheckRecord = "record"

// verify judges a kept credential with its school's keys. Signatures that were
// found good are remembered by document and keys; everything else is looked at
// each time.
func (s *Service) verify(ctx context.Context, c core.Credential, keys []certify.SigningKey, now time.Time) Check {
	digest := digestOf(c.Document, keys)
	report, known := s.cache.get(digest)
	if !known || !holds(report, now) {
		report = credential.Verify(ctx, c.Document, credential.Options{
			Resolver: pinned(keys), Now: now, TrustedIssuers: []string{c.IssuerDID}, Status: looksHere,
		})
		if report.Outcome == credential.Valid {
			s.cache.put(digest, report)
		}
	}
	report = withState(report, c)
	if differing := differences(c, report); report.Outcome != credential.NotValid && len(differing) > 0 {
		report.Outcome = credential.NotValid
		report.Checks = append(slices.Clone(report.Checks), credential.Check{
			Name: CheckRecord, Outcome: credential.NotValid,
			Reason: words.S("employer.record_differs", "parts", differing),
		})
	}
	return Check{
		Outcome: string(report.Outcome), Reasons: reasons(report), Credential: c, Report: report, CheckedAt: now,
	}
}

// looksHere stands in for a status list: the state of a kept credential is read
// beside it each time, and withState says it.
func looksHere(context.Context, string, map[string]any) (credential.Outcome, words.Sentence) {
	return credential.Valid, words.Sentence{}
}

// withState says in a report what stands in the way of the credential now.
func withState(report credential.Report, c core.Credential) credential.Report {
	outcome, reason := stateOutcome(c)
	report.Checks = slices.DeleteFunc(slices.Clone(report.Checks), func(check credential.Check) bool { return check.Name == credential.CheckStatus })
	report.Checks = append(report.Checks, credential.Check{Name: credential.CheckStatus, Outcome: outcome, Reason: reason})
	if outcome == credential.NotValid {
		report.Outcome = credential.NotValid
	}
	return report
}

// stateOutcome says whether a state lets a credential be valid, and why.
func stateOutcome(c core.Credential) (credential.Outcome, words.Sentence) {
	since := core.Organization{Zone: c.Zone}.Today(c.StateSince)
	switch c.State {
	case core.CredentialActive:
		return credential.Valid, words.S("employer.state.active")
	case core.CredentialReplaced:
		return credential.NotValid, words.S("employer.state.replaced", "date", since, "cause", c.Cause)
	case core.CredentialSuspended:
		return credential.NotValid, words.S("employer.state.suspended", "date", since, "cause", c.Cause)
	default:
		return credential.NotValid, words.S("employer.state.revoked", "date", since, "cause", c.Cause)
	}
}

// holds tells whether a report's dates are still good.
func holds(r credential.Report, now time.Time) bool {
	return !r.ValidFrom.After(now) && (r.ValidUntil.IsZero() || r.ValidUntil.After(now))
}

// differences names what the record shows otherwise than the signed document.
func differences(c core.Credential, r credential.Report) []words.Sentence {
	var out []words.Sentence
	for _, part := range []struct {
		id   string
		same bool
	}{
		{"differing.name", c.SubjectName == r.SubjectName},
		{"differing.title", c.Title == r.Title},
		{"differing.hours", int64(c.Minutes) == r.Minutes},
		{"differing.code", strings.HasSuffix(r.ID, "/c/"+credential.Code(c.Code).Compact())},
		{"differing.issuer", c.IssuerDID == r.IssuerID},
		{"differing.end", c.ValidUntil.Truncate(time.Second).Equal(r.ValidUntil)},
	} {
		if !part.same {
			out = append(out, words.S(part.id))
		}
	}
	return out
}

// reasons are the checks that kept a report from being valid.
func reasons(r credential.Report) []words.Sentence {
	if r.Outcome == credential.Valid {
		return nil
	}
	var out []words.Sentence
	for _, check := range r.Checks {
		if check.Outcome != credential.Valid {
			out = append(out, check.Reason)
		}
	}
	return out
}

func digestOf(document []byte, keys []certify.SigningKey) (digest [sha256.Size]byte) {
	h := sha256.New()
	for _, k := range keys {
		h.Write([]byte(k.DID + " " + k.ID + " " + k.RevokedAt.String() + " " + k.RetiredAt.String() + "\n"))
	}
	sum := sha256.Sum256(document)
	h.Write(sum[:])
	h.Sum(digest[:0])
	return digest
}

// pinned resolves a DID by these keys and by nothing else. A revoked key signs
// for nobody, a retired one until it was retired.
type pinned []certify.SigningKey

// Resolve implements credential.Resolver.
func (p pinned) Resolve(_ context.Context, did string) (credential.Document, error) {
	var keys []credential.DatedKey
	known := false
	for _, k := range p {
		key, err := k.Dated()
		if err != nil || k.DID != did {
			continue
		}
		known = true
		if k.RevokedAt.IsZero() {
			keys = append(keys, key)
		}
	}
	if !known {
		return credential.Document{}, credential.CouldNot("reason.unknown_issuer", "issuer", did)
	}
	return credential.DatedDocument(did, keys...), nil
}

// kept resolves DIDs by the keys of the schools here, and a did:key by itself.
// It remembers whether the school is one of this installation.
type kept struct {
	act  *act.Kernel[Tx]
	org  core.OrganizationID
	name string
	here bool
	// escrow: the school has closed elsewhere, and its certificates are shown here.
	escrow bool
	now    time.Time
}

// Resolve implements credential.Resolver.
func (k *kept) Resolve(ctx context.Context, did string) (credential.Document, error) {
	keys, err := act.Inspect(ctx, k.act, func(ctx context.Context, tx Tx) (keys []certify.SigningKey, err error) {
		if keys, err = tx.SigningKeysOf(ctx, did); err != nil {
			return nil, err
		}
		if len(keys) == 0 {
			k.name, keys, err = tx.EscrowedKeys(ctx, did)
			k.escrow = len(keys) > 0
			k.here = k.escrow
			return keys, err
		}
		school, err := tx.Organization(ctx, keys[0].OrganizationID)
		k.org, k.name, k.here = school.ID, school.Name, true
		return keys, err
	})
	if err != nil {
		return credential.Document{}, credential.CouldNot("employer.keys_unread")
	}
	if k.here {
		return pinned(keys).Resolve(ctx, did)
	}
	if strings.HasPrefix(did, "did:key:") {
		return credential.KeyResolver{}.Resolve(ctx, did)
	}
	return credential.Document{}, credential.CouldNot("reason.unknown_issuer", "issuer", did)
}

// said names the school that was found.
func (k *kept) said() words.Sentence {
	if k.escrow {
		return words.S("employer.issuer_closed", "issuer", k.name)
	}
	return words.S("employer.issuer_here", "issuer", k.name)
}

// VerifyFile checks a credential that someone uploaded. It is valid when a
// school of this installation issued it: signed it, and has it in its records with
// the same content. A good signature by a key that nobody
// here knows could not be checked, since anybody can make a key, and so could a
// foreign did:web, since the server goes to no address that a file names. The
// proof in a package that its issue is in the public log is a check of its own: a
// false one makes the file not valid, and one that could not be checked does not
// make it worse.
// Public. It keeps nothing of the file.
func (s *Service) VerifyFile(ctx context.Context, raw []byte) (credential.Report, error) {
	resolver := &kept{act: s.act, now: s.src.Now()}
	report := credential.Verify(ctx, raw, credential.Options{Resolver: resolver, Now: s.src.Now(), Status: resolver.status, Suspension: resolver.suspension})
	if issued, asked := s.issuedHere(ctx, resolver, report); asked {
		report = report.With(issued)
	}
	trust := credential.Check{Name: credential.CheckTrust, Outcome: credential.CouldNotCheck,
		Reason: words.S("employer.unknown_signer")}
	if resolver.here {
		trust.Outcome, trust.Reason = credential.Valid, resolver.said()
	}
	report = report.With(trust)
	if log, packed := s.inLog(ctx, []byte(report.Text)); packed {
		report = report.Beside(log)
	}
	return report, ctx.Err()
}

// status looks up the status of a credential that someone uploaded, where a
// school of this installation issued it, whatever the installation's address was
// then.
func (k *kept) status(ctx context.Context, issuer string, entry map[string]any) (credential.Outcome, words.Sentence) {
	address, _ := entry["statusListCredential"].(string)
	index, _ := entry["statusListIndex"].(string)
	number, numberErr := strconv.Atoi(index)
	id, idErr := core.ParseID[core.StatusListID](path.Base(address))
	if !k.here || numberErr != nil || idErr != nil {
		return credential.CouldNotCheck, words.S("employer.list_elsewhere")
	}
	if k.escrow {
		return k.last(id).Status(ctx, issuer, entry)
	}
	c, err := act.Peek(ctx, k.act, func(ctx context.Context, tx Tx) (core.Credential, error) { return tx.CredentialAt(ctx, id, number) })
	switch {
	case errors.Is(err, core.ErrNotFound) || err == nil && c.OrganizationID != k.org:
		return credential.CouldNotCheck, words.S("employer.entry_unknown")
	case err != nil:
		return credential.CouldNotCheck, words.S("employer.status_unread")
	}
	return stateOutcome(c)
}

// suspension looks up whether a credential that someone uploaded is suspended. Of
// a school here status has said it.
func (k *kept) suspension(ctx context.Context, issuer string, entry map[string]any) (credential.Outcome, words.Sentence) {
	address, _ := entry["statusListCredential"].(string)
	id, err := core.ParseID[core.StatusListID](path.Base(address))
	switch {
	case !k.here || err != nil:
		return credential.CouldNotCheck, words.S("employer.suspensions_elsewhere")
	case k.escrow:
		return k.last(id).Suspension(ctx, issuer, entry)
	}
	return credential.Valid, words.S("employer.suspension_with_status")
}

// last are the last status lists of a school that has closed elsewhere.
func (k *kept) last(id core.StatusListID) credential.Lists {
	return credential.Lists{Resolver: k, Now: k.now, Fetch: func(ctx context.Context, address string) ([]byte, error) {
		list, err := act.Peek(ctx, k.act, func(ctx context.Context, tx Tx) (certify.StatusList, error) { return tx.EscrowedList(ctx, id) })
		switch {
		case err != nil || !strings.HasSuffix(address, credential.SuspensionsAt("")):
			return list.Document, err
		case list.Suspensions == nil:
			return nil, credential.ErrNoList
		}
		return list.Suspensions, nil
	}}
}

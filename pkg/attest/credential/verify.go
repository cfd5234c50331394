package credential

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/words"
)

// The names of the checks of a Report, in the order in which they are made.
const (
	CheckFormat     = "format"     // strict JSON of the right shape, every term defined
	CheckIssuer     = "issuer"     // the issuer's key could be had, and is the issuer's
	CheckSignature  = "signature"  // what is written is what was signed
	CheckDates      = "dates"      // valid at the time of the check
	CheckStatus     = "status"     // not revoked; only where the credential names a list
	CheckSuspension = "suspension" // not suspended; only where Palmar issued and it was looked up
	CheckTrust      = "trust"      // whose key it is, by a word from outside of the document; only where that is asked for
	CheckLog        = "log"        // its issue is in the public log; only of packages, and by verifiers that read logs
)

// Options are what a verification depends on.
type Options struct {
	// Resolver finds the issuer's keys. Nil reads did:key alone.
	Resolver Resolver
	// Now is the instant to judge dates at. It is required.
	Now time.Time
	// TrustedIssuers are the DIDs to accept. Empty accepts any: the report then
	// says only that someone who holds the issuer's key signed.
	TrustedIssuers []string
	// Vouched tells whether something outside of the document says whose DID the
	// issuer is: without that a key that anybody can make, under any name, could not
	// be checked. Nil: the question is left to the caller.
	Vouched func(issuer string) bool
	// Status looks up the credentialStatus of a credential of an issuer, where
	// it has one. Nil: such a credential could not be checked.
	Status func(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence)
	// Suspension looks up, by the credentialStatus of a credential that Palmar
	// issued, whether it is suspended. Nil: that is not looked up.
	Suspension func(ctx context.Context, issuer string, entry map[string]any) (Outcome, words.Sentence)
}

// clockSkew is how far an issuer's clock may be ahead.
const clockSkew = 5 * time.Minute

// Verify checks a signed credential in either form, JSON with a Data Integrity
// proof or a JWT, a Disclosure of one, a package with its status list, or a
// picture that one is baked into. It never fails: what goes wrong is in the
// report. It reads the JSON, not the bytes: white space outside of texts, the
// order of names and the way characters are escaped carry no meaning and are
// not covered by a signature.
func Verify(ctx context.Context, raw []byte, options Options) Report {
	text, in, err := Open(raw)
	if err != nil {
		return unread(err)
	}
	report := verifyText(ctx, text, options)
	report.Container, report.Text = in, string(text)
	return report
}

func verifyText(ctx context.Context, raw []byte, options Options) Report {
	if p, ok := readPacked(raw); ok {
		if err := wrapped(raw, "document"); err != nil {
			return unread(err)
		}
		raw = []byte(p.Document)
		options = p.read(options)
	}
	if d, ok := readDisclosure(raw); ok {
		if err := wrapped(raw, "credential", "lines"); err != nil {
			return unread(err)
		}
		report := verifyCredential(ctx, d.Credential, options)
		report.add(CheckLines, d.checkLines(report.record), words.S("reason.lines_certified", "count", len(d.Lines)))
		report.Lines = d.Lines
		return report.done()
	}
	return verifyCredential(ctx, raw, options)
}

func unread(err error) Report {
	report := &Report{}
	report.add(CheckFormat, err, words.Sentence{})
	return report.done()
}

func verifyCredential(ctx context.Context, raw []byte, options Options) (r Report) {
	if looksLikeJWT(raw) {
		r = verifyJWT(ctx, raw, options)
	} else {
		r = embeddedVocabulary().verify(ctx, raw, options)
	}
	r.Signed = string(raw)
	return r
}

func (v *vocabulary) verify(ctx context.Context, raw []byte, options Options) Report {
	report := &Report{}
	signed, err := v.read(raw, report)
	report.add(CheckFormat, err, words.S("reason.well_formed"))
	if err != nil {
		return report.done()
	}
	report.KeyID = text(signed.proof, "verificationMethod")
	key, used, err := signed.key(ctx, report.IssuerID, options.Resolver)
	if err == nil {
		created, _ := instant(signed.proof["created"]) // without one: zero
		err = used.held(created)
	}
	report.add(CheckIssuer, err, words.S("reason.issuers_key"))
	if err == nil {
		report.add(CheckSignature, signed.verify(key), words.S("reason.signed"))
	}
	report.add(CheckDates, signed.checkDates(report, options.Now), words.S("reason.in_date"))
	report.statusEntry, _ = signed.document["credentialStatus"].(map[string]any)
	return report.finish(ctx, options)
}

// finish makes the checks that do not depend on the form of the signature.
func (r *Report) finish(ctx context.Context, options Options) Report {
	if r.statusEntry != nil {
		r.checkStatus(ctx, r.statusEntry, options)
		r.checkSuspension(ctx, r.statusEntry, options)
	}
	if len(options.TrustedIssuers) > 0 {
		r.add(CheckTrust, trusted(r.IssuerID, options.TrustedIssuers), words.S("reason.trusted_issuer"))
	}
	if options.Vouched != nil {
		var err error
		if !options.Vouched(r.IssuerID) {
			err = unsupported("reason.nobody_vouches", "issuer", abbreviate(r.IssuerID))
		}
		r.add(CheckTrust, err, words.S("reason.vouched"))
	}
	return r.done()
}

// signedDocument is a credential taken apart.
type signedDocument struct {
	document map[string]any // without its proof
	proof    map[string]any // without its value
	value    string
	message  []byte
}

// read takes a credential apart and fills in the report what it says.
func (v *vocabulary) read(raw []byte, report *Report) (*signedDocument, error) {
	document, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	if err := foreign(document); err != nil {
		return nil, err
	}
	return v.takeApart(document, Lint, report)
}

// takeApart separates a document from its proof, and lints it before the costly
// work of putting it in canonical form. What it says is filled in the report.
func (v *vocabulary) takeApart(document map[string]any, lint func(map[string]any) error, report *Report) (*signedDocument, error) {
	if _, err := contextURLs(document); err != nil {
		return nil, err
	}
	signed := &signedDocument{document: maps.Clone(document)}
	delete(signed.document, "proof")
	if err := lint(signed.document); err != nil {
		return nil, err
	}
	report.describe(signed.document)
	if err := signed.takeProof(document["proof"]); err != nil {
		return nil, err
	}
	var err error
	signed.message, err = v.signedMessage(signed.document, signed.proof)
	return signed, err
}

func (s *signedDocument) takeProof(value any) error {
	proofs := entries(value)
	if len(proofs) == 0 {
		return invalid("reason.not_signed")
	}
	if err := otherSignature(value); err != nil {
		return err
	}
	config, ok := proofs[0].(map[string]any)
	if !ok {
		return invalid("reason.bad_proof")
	}
	s.proof = maps.Clone(config)
	s.value, _ = config["proofValue"].(string)
	delete(s.proof, "proofValue")
	if config["type"] != proofType || config["cryptosuite"] != cryptosuite || config["proofPurpose"] != proofPurpose {
		return invalid("reason.bad_proof")
	}
	return nil
}

func (s *signedDocument) verify(key ed25519.PublicKey) error {
	signature, err := decodeSignature(s.value)
	if err != nil {
		return err
	}
	if !ed25519.Verify(key, s.message, signature) {
		return invalid("reason.changed")
	}
	return nil
}

// key finds the key that signed, and when the issuer signs with it.
func (s *signedDocument) key(ctx context.Context, issuer string, resolver Resolver) (ed25519.PublicKey, period, error) {
	method := text(s.proof, "verificationMethod")
	public, used, err := issuerKey(ctx, method, issuer, resolver)
	if err != nil {
		return nil, used, err
	}
	key, ok := public.(ed25519.PublicKey)
	if !ok {
		return nil, used, invalid("reason.key_not_for_format")
	}
	return key, used, nil
}

// period is when an issuer signs with a key, as far as that is known: from its first
// day, and until it was retired, each zero where it is not.
type period struct{ from, until time.Time }

// held refuses what is dated before the key existed, or after it was retired. Dates
// are whole seconds in a signature.
func (p period) held(signed time.Time) error {
	switch {
	case p.from.IsZero() && p.until.IsZero():
		return nil
	case signed.IsZero() && !p.until.IsZero():
		return unsupported("reason.key_retired_undated", "retired", words.Moment(p.until))
	case signed.IsZero():
		return unsupported("reason.signature_undated")
	case signed.Before(p.from.Truncate(time.Second)):
		return invalid("reason.key_later", "created", words.Moment(p.from), "signed", words.Moment(signed))
	case !p.until.IsZero() && signed.After(p.until):
		return invalid("reason.key_retired", "retired", words.Moment(p.until), "signed", words.Moment(signed))
	}
	return nil
}

// issuerKey finds the key that a signature names, under the DID of the issuer and
// no other, and when the issuer signs with it.
func issuerKey(ctx context.Context, method, issuer string, resolver Resolver) (key crypto.PublicKey, used period, err error) {
	if _, err := didMethod(issuer); err != nil {
		return nil, used, err
	}
	method, issuer = comparedDID(method), comparedDID(issuer)
	if !strings.HasPrefix(method, issuer+"#") {
		return nil, used, invalid("reason.key_of_another")
	}
	if resolver == nil {
		resolver = Resolvers{"key": KeyResolver{}}
	}
	document, err := resolver.Resolve(ctx, issuer)
	if err != nil {
		return nil, used, keysUnreached(err)
	}
	if document.ID != issuer {
		return nil, used, invalid("reason.keys_of_another", "issuer", abbreviate(document.ID))
	}
	return document.assertionKey(method)
}

// keysUnreached is why an issuer's keys could not be had.
func keysUnreached(err error) error {
	if _, ok := errors.AsType[*finding](err); ok {
		return err
	}
	return &finding{CouldNotCheck, words.S("reason.keys_out_of_reach", "error", err), err}
}

func (s *signedDocument) checkDates(report *Report, now time.Time) error {
	if err := report.checkValidity(now); err != nil {
		return err
	}
	if value, ok := s.proof["created"]; ok {
		created, err := instant(value)
		if err != nil || created.After(now.Add(clockSkew)) {
			return invalid("reason.signed_in_future")
		}
	}
	if value, ok := s.proof["expires"]; ok {
		expires, err := instant(value)
		if err != nil || !expires.After(now) {
			return invalid("reason.signature_expired")
		}
	}
	return nil
}

func instant(value any) (time.Time, error) {
	text, _ := value.(string)
	return time.Parse(time.RFC3339, text)
}

func trusted(issuer string, issuers []string) error {
	if slices.Contains(issuers, issuer) {
		return nil
	}
	return invalid("reason.untrusted_issuer", "issuer", abbreviate(issuer))
}

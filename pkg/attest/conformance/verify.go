package conformance

import (
	"context"
	"time"
)

// verifyCredential verifies a credential as the Verifiable Credentials Data Model
// 2.0 demands in section 7.1, then looks at its period and its status.
func (s *Service) verifyCredential(ctx context.Context, c map[string]any, want expected) ([]statusResult, error) {
	if has(c["type"], envelopedCredential) {
		return s.verifyEnvelopedCredential(ctx, c, want)
	}
	if err := checkCredential(c); err != nil {
		return nil, err
	}
	want.Purpose = assertion
	if err := verifyProofs(c, want); err != nil {
		return nil, err
	}
	return s.current(ctx, c, want.Now)
}

// current looks at what may change after a credential is signed.
func (s *Service) current(ctx context.Context, c map[string]any, now time.Time) ([]statusResult, error) {
	if err := inPeriod(c, now); err != nil {
		return nil, err
	}
	return s.checkStatus(ctx, c, now)
}

// clockSkew is how far the clock of another may differ.
const clockSkew = 5 * time.Minute

func inPeriod(c map[string]any, now time.Time) error {
	if from, ok := parseStamp(c["validFrom"]); ok && from.After(now.Add(clockSkew)) {
		return wrong("RANGE_ERROR", "it is valid from %s only", from)
	}
	if until, ok := parseStamp(c["validUntil"]); ok && !until.After(now) {
		return wrong("RANGE_ERROR", "it was valid until %s", until)
	}
	return nil
}

func (s *Service) verifyPresentation(ctx context.Context, p map[string]any, want expected) error {
	if has(p["type"], envelopedPresentation) {
		return s.verifyEnvelopedPresentation(ctx, p, want)
	}
	if err := checkPresentation(p); err != nil {
		return err
	}
	want.Purpose = authentication
	if err := verifyProofs(p, want); err != nil {
		return err
	}
	return s.verifyPresented(ctx, p, signers(p), want.Now)
}

// verifyPresented verifies the credentials in a presentation that signers
// secured.
func (s *Service) verifyPresented(ctx context.Context, p map[string]any, signers []string, now time.Time) error {
	for _, entry := range list(p["verifiableCredential"]) {
		c := entry.(map[string]any)
		var err error
		if c["proof"] != nil || has(c["type"], envelopedCredential) {
			_, err = s.verifyCredential(ctx, c, expected{Now: now})
		} else {
			err = s.verifySelfAsserted(ctx, c, signers, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// verifySelfAsserted verifies a credential that only the presentation around it
// secures. It is the holder's own, as checkPresentation sees to; here the holder
// has to be the one who signed.
func (s *Service) verifySelfAsserted(ctx context.Context, c map[string]any, signers []string, now time.Time) error {
	if err := checkCredential(c); err != nil {
		return err
	}
	if !has(anys(signers), idOf(c["issuer"])) {
		return wrong(verification, "the presentation with a credential without a proof is not signed by its holder")
	}
	_, err := s.current(ctx, c, now)
	return err
}

// idOf is the URL of an issuer or a holder.
func idOf(value any) string {
	if object, ok := value.(map[string]any); ok {
		value = object["id"]
	}
	text, _ := value.(string)
	return text
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

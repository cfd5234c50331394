package conformance

// proofOptions are what a request may say of the proof to make, or of that which
// it expects. Cryptosuite chooses eddsa-jcs-2022; Envelope secures a credential
// as a JWT in an EnvelopedVerifiableCredential instead.
type proofOptions struct {
	Type          any    `json:"type"`
	Cryptosuite   any    `json:"cryptosuite"`
	ProofPurpose  any    `json:"proofPurpose"`
	Created       any    `json:"created"`
	Expires       any    `json:"expires"`
	Domain        any    `json:"domain"`
	Challenge     string `json:"challenge"`
	PreviousProof any    `json:"previousProof"`
	Envelope      bool   `json:"envelope"`
}

// proof gives the properties of the proof that is asked for, where they differ
// from the usual.
func (o proofOptions) proof(purpose string) (map[string]any, error) {
	if o.Type != nil && o.Type != proofType {
		return nil, wrong(generation, "proofs of the type %v are not made here, only %s", o.Type, proofType)
	}
	if o.Cryptosuite != nil && o.Cryptosuite != suiteRDFC && o.Cryptosuite != suiteJCS {
		return nil, wrong(generation, "the cryptosuite is neither %s nor %s", suiteRDFC, suiteJCS)
	}
	if o.ProofPurpose != nil && o.ProofPurpose != purpose {
		return nil, wrong(generation, "proofs are made here with the purpose %s", purpose)
	}
	out := map[string]any{}
	for name, value := range map[string]any{"created": o.Created, "expires": o.Expires} {
		if _, ok := parseStamp(value); value != nil && !ok {
			return nil, wrong(generation, "%s is no dateTimeStamp", name)
		}
	}
	for name, value := range map[string]any{"domain": o.Domain, "previousProof": o.PreviousProof} {
		if value != nil && !texts(value) {
			return nil, wrong(generation, "%s is neither a text nor texts", name)
		}
	}
	for name, value := range map[string]any{
		"cryptosuite": o.Cryptosuite, "created": o.Created, "expires": o.Expires, "domain": o.Domain, "previousProof": o.PreviousProof,
	} {
		if value != nil {
			out[name] = value
		}
	}
	if o.Challenge != "" {
		out["challenge"] = o.Challenge
	}
	return out, nil
}

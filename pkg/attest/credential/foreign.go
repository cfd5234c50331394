package credential

import (
	"slices"
	"strings"
)

// otherModels are data models that are not read here, by the first of their contexts.
var otherModels = map[string]string{
	"https://www.w3.org/2018/credentials/v1": "Verifiable Credentials 1.1",
	"https://w3id.org/openbadges/v2":         "Open Badges 2.0",
	"https://w3id.org/openbadges/v1":         "Open Badges 1.1",
}

// otherSuites are the registered cryptosuites, and otherProofs the types of proofs,
// that this package does not check. Any other name is no signature at all.
var (
	otherSuites = []string{"eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023", "bbs-2023"}
	otherProofs = []string{
		"Ed25519Signature2020", "Ed25519Signature2018", "JsonWebSignature2020", "EcdsaSecp256k1Signature2019",
		"RsaSignature2018", "BbsBlsSignature2020", "CLSignature2019",
	}
)

// foreign finds what may well be sound and is beyond this package: another data model,
// signature, or way to name an issuer. It leads to CouldNotCheck, and is looked for
// before anything else is asked of a document.
func foreign(document map[string]any) error {
	contexts := entries(document["@context"])
	for _, context := range contexts {
		url, _ := context.(string)
		if model, ok := otherModels[url]; ok {
			return unsupported("reason.other_model", "model", model)
		}
	}
	for _, context := range contexts {
		if url, isText := context.(string); !isText || embeddedContexts[url] == "" {
			return unsupported("reason.other_vocabulary")
		}
	}
	if inner(document, "vc") != nil { // the payload of a JWT
		return unsupported("reason.other_model", "model", otherModels["https://www.w3.org/2018/credentials/v1"])
	}
	isCredential := listed(document["type"], typeCredential) || listed(document["type"], typePresentation)
	if !isCredential && document["proof"] == nil && len(contexts) == 0 {
		return unsupported("reason.no_certificate")
	}
	if !listed(document["type"], typeOpenBadge) && !listed(document["type"], "AchievementCredential") {
		return unsupported("reason.not_open_badges")
	}
	if id := issuerID(document); absoluteIRI(id) && !strings.HasPrefix(id, "did:") {
		return unsupported("reason.other_issuer", "issuer", abbreviate(id))
	}
	if status, ok := document["credentialStatus"]; ok && inner(document, "credentialStatus") == nil && len(entries(status)) > 0 {
		return unsupported("reason.other_status")
	}
	return otherSignature(document["proof"])
}

func otherSignature(value any) error {
	proofs := entries(value)
	for _, entry := range proofs {
		proof, _ := entry.(map[string]any)
		for name, known := range map[string][]string{"type": otherProofs, "cryptosuite": otherSuites} {
			if kind := text(proof, name); slices.Contains(known, kind) {
				return unsupported("reason.other_signature", "kind", kind)
			}
		}
	}
	if len(proofs) > 1 {
		return unsupported("reason.many_signatures", "count", len(proofs))
	}
	return nil
}

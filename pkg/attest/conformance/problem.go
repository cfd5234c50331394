package conformance

import (
	"fmt"
	"strings"
)

// problem is an error as the specifications name it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func (p *problem) Error() string { return p.Detail }

// The specifications that name errors: Verifiable Credentials Data Model 2.0
// (section 7.2), Data Integrity 1.0 (section 4.8) and Bitstring Status List 1.0
// (section 3.5).
const (
	ofModel     = "https://www.w3.org/TR/vc-data-model#"
	ofIntegrity = "https://w3id.org/security#"
	ofStatus    = "https://www.w3.org/ns/credentials/status-list#"
)

var namespaces = map[string]string{
	generation: ofIntegrity, verification: ofIntegrity, "PROOF_TRANSFORMATION_ERROR": ofIntegrity,
	"INVALID_DOMAIN_ERROR": ofIntegrity, "INVALID_CHALLENGE_ERROR": ofIntegrity, "DATA_LOSS_DETECTION_ERROR": ofIntegrity,
}

func wrong(title, format string, args ...any) error {
	namespace, ok := namespaces[title]
	switch {
	case ok:
	case strings.HasPrefix(title, "STATUS_"):
		namespace = ofStatus
	default:
		namespace = ofModel
	}
	return &problem{namespace + title, title, fmt.Sprintf(format, args...)}
}

// unsecured are the errors of Data Integrity that say that a document is not
// what its proof secures.
var unsecured = map[string]bool{verification: true, "INVALID_DOMAIN_ERROR": true, "INVALID_CHALLENGE_ERROR": true}

// problems are an error and what the data model says of it besides.
func problems(p *problem) []*problem {
	out := []*problem{p}
	if unsecured[p.Title] {
		out = append(out, &problem{ofModel + "CRYPTOGRAPHIC_SECURITY_ERROR", "CRYPTOGRAPHIC_SECURITY_ERROR", p.Detail})
	}
	return out
}

// Package certifyview makes the API's model of credentials, for the operations of
// certification and of who checks them.
package certifyview

import (
	"strings"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/core"
)

// Site is where the pages are reached, without a slash at the end.
type Site string

// Credential is an attestation, with the addresses of its page and of what replaced
// it.
func (s Site) Credential(c core.Credential) common.Credential {
	return common.Credential{
		Id: c.ID, OrganizationId: c.OrganizationID, OrganizationName: c.OrganizationName, TherapistId: c.TherapistID,
		Kind: c.Kind, Code: c.Code, Title: c.Title, SubjectName: c.SubjectName, Issuer: c.IssuerDID, Minutes: c.Minutes,
		IssuedAt: c.IssuedAt, ValidUntil: c.ValidUntil, Url: s.Page(c.Code),
		State: c.State, StateSince: c.StateSince, Cause: c.Cause, ReplacedByUrl: s.Page(c.ReplacedByCode),
		DisputedAt: c.DisputedAt, AnswerDueAt: c.AnswerDue(),
	}
}

// Page is the address of a credential's own page, or nothing where there is no
// code.
func (s Site) Page(code string) string {
	if code == "" {
		return ""
	}
	return string(s) + "/c/" + compact(code)
}

// Document is the address of the signed bytes.
func (s Site) Document(code string) string {
	return string(s) + "/v1/check/" + compact(code) + "/credential"
}

// compact is a code as it stands in addresses.
func compact(code string) string { return strings.ReplaceAll(code, "-", "") }

// Package certifyapi serves certification, as api/certify describes it: proposals
// and the second person's word on them, credentials and what of their record is
// shown, how they look on paper, keys, and the end of a school.
package certifyapi

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of certification. baseURL is that of the pages.
func New(s *certify.Service, baseURL string) edge.Part {
	site := certifyview.Site(baseURL)
	all := operations{proposals{s, site}, runs{s, site}, credentials{s, site}, papers{s}, keys{s}, closings{s}}
	return edge.Part{Routes: routes, Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of certification, a type an idea.
type operations struct {
	proposals
	runs
	credentials
	papers
	keys
	closings
}

var routes = edge.Routes{
	"proposeCompletion": {Action: access.ProposalMake},
	"proposeSpecialty":  {Action: access.ProposalMake},
	"proposeTranscript": {Action: access.ProposalMake},
	"proposeLicense":    {Action: access.ProposalMake},
	"proposeChange":     {Action: access.ProposalMake},
	"listProposals":     {Action: access.ProposalRead},
	"getProposal":       {Action: access.ProposalRead},
	"certify":           {Action: access.ProposalDecide},
	"declineProposal":   {Action: access.ProposalDecline},
	"clearFlag":         {Action: access.FlagClear},

	"certifyMany":               {Action: access.ProposalDecide, Around: true},
	"beginCertificationRun":     {Action: access.ProposalDecide, Time: 10 * time.Minute},
	"listCertificationRuns":     {Action: access.ProposalRead},
	"getCertificationRun":       {Action: access.ProposalRead},
	"listCertificationRunItems": {Action: access.ProposalRead},

	"listCredentials":          {Action: access.CredentialRead},
	"listTherapistCredentials": {Action: access.CredentialRead},
	"getCredentialRecord":      {Action: access.CredentialRead},
	"discloseRecord":           {Action: access.CredentialRead},
	"downloadJWT":              {Action: edge.Public, Guessable: true},
	"downloadPackage":          {Action: edge.Public, Guessable: true},
	"getEscrowedRecord":        {Action: access.SelfRead, Guessable: true},
	"discloseEscrowed":         {Action: access.SelfRead, Guessable: true},

	"downloadSessions":  {Action: access.CredentialRead},
	"getPaperStyle":     {Action: access.PaperRead},
	"tryPaperStyle":     {Action: access.PaperWrite},
	"usePaperStyle":     {Action: access.PaperWrite},
	"previewPaperStyle": {Action: access.PaperRead},

	"listKeys":        {Action: access.KeyRead},
	"rotateKeys":      {Action: access.KeyManage},
	"revokeKey":       {Action: access.KeyManage},
	"listDoubtful":    {Action: access.KeyRead},
	"getClosing":      {Action: access.KeyRead},
	"proposeClosing":  {Action: access.SchoolClose},
	"withdrawClosing": {Action: access.SchoolClose},
	"confirmClosing":  {Action: access.SchoolClose},
}

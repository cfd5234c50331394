// Package certifyapi serves certification, as api/certify describes it: proposals
// and the second person's word on them, credentials and what of their record is
// shown, how they look on paper, keys, and the end of a school.
package certifyapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of certification. baseURL is that of the pages.
func New(s *certify.Service, baseURL string) edge.Part {
	site := certifyview.Site(baseURL)
	all := operations{proposals{s, site}, runs{s, site}, credentials{s, site}, papers{s}, keys{s}, closings{s}}
	return edge.Part{Routes: edge.Join(proposalRoutes, runRoutes, credentialRoutes, paperRoutes, keyRoutes, closingRoutes), Register: func(e *echo.Echo, guards edge.Guards) {
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

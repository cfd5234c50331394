// Package employerapi serves checks, as api/employer describes them: what anybody
// is told of a code or a file, and what employers are shown of a person.
package employerapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of checks. baseURL is that of the pages.
func New(s *employer.Service, src core.Source, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Join(checkRoutes, inspectRoutes),
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, src, certifyview.Site(baseURL)}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	service *employer.Service
	src     core.Source
	site    certifyview.Site
}

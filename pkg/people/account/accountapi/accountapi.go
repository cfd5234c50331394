// Package accountapi serves who is who, as api/account describes it.
package accountapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of accounts.
func New(s *account.Service) edge.Part {
	return edge.Part{
		Routes: edge.Join(sessionRoutes, invitationRoutes, organizationRoutes, tokenRoutes, auditRoutes),
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct{ service *account.Service }

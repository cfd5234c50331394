// Package continuingapi serves continuing education, as api/continuing describes it:
// activities, the cycles that they count for, leaves, providers and audits.
package continuingapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of continuing education.
func New(s *continuing.Service, src core.Source) edge.Part {
	return edge.Part{Routes: edge.Join(activityRoutes, cycleRoutes, leaveRoutes, providerRoutes, auditRoutes), Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, operations{s, src}, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

type operations struct {
	service *continuing.Service
	src     core.Source
}

// Package registryapi serves the school's office, as api/registry describes it: the
// calendar, pauses, excused absences, students' requests, and who is at risk.
package registryapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of the registry.
func New(s *registry.Service) edge.Part {
	return edge.Part{
		Routes: edge.Join(calendarRoutes, studentRoutes, requestRoutes),
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct{ service *registry.Service }

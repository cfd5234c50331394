// Package logbookapi serves programs, enrollments, sessions, imports and transfers,
// as api/logbook describes them.
package logbookapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of the logbook.
func New(s *logbook.Service) edge.Part {
	all := operations{programs{s}, drafts{s}, enrollments{s}, entries{s}, imports{s}, transfers{s}}
	return edge.Part{Routes: edge.Join(programRoutes, draftRoutes, enrollmentRoutes, outlookRoutes, entryRoutes, importRoutes, transferRoutes, sourceRoutes), Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of the logbook, a type an idea.
type operations struct {
	programs
	drafts
	enrollments
	entries
	imports
	transfers
}

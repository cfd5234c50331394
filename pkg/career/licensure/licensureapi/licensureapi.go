// Package licensureapi serves licenses and what else people hold, as api/licensure
// describes it: boards' records, their lists, discipline, and credentials of others.
package licensureapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of licensure.
func New(s *licensure.Service, src core.Source) edge.Part {
	all := operations{licenses{s, src}, adverse{s}, holdings{s, src}, rosters{s}, sources{s}}
	return edge.Part{Routes: edge.Join(licenseRoutes, adverseRoutes, holdingRoutes, rosterRoutes, sourceRoutes), Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of licensure, a type an idea.
type operations struct {
	licenses
	adverse
	holdings
	rosters
	sources
}

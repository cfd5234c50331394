// Package specialtyapi serves courses and what they make of people, as
// api/specialty describes them: completions, topics, pathways, sections, who is
// trained, and the directory.
package specialtyapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of courses and specialties.
func New(s *specialty.Service) edge.Part {
	all := operations{courses{s}, pathways{s}, sections{s}, teaching{s}, readiness{s}, directory{s}, moderation{s}}
	return edge.Part{Routes: edge.Join(courseRoutes, pathwayRoutes, sectionRoutes, teachRoutes, readinessRoutes, directoryRoutes, moderationRoutes), Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of specialties, a type an idea.
type operations struct {
	courses
	pathways
	sections
	teaching
	readiness
	directory
	moderation
}

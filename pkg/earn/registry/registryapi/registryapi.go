// Package registryapi serves the school's office, as api/registry describes it: the
// calendar, pauses, excused absences, students' requests, and who is at risk.
package registryapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of the registry.
func New(s *registry.Service) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"getCalendar":            {Action: access.CalendarRead},
			"closeDays":              {Action: access.CalendarWrite},
			"reopenDays":             {Action: access.CalendarWrite},
			"exportMonthlyHours":     {Action: access.HoursExport},
			"listCohorts":            {Action: access.RiskRead},
			"listAtRisk":             {Action: access.RiskRead},
			"listPauses":             {Action: access.PauseRead},
			"pause":                  {Action: access.PauseWrite},
			"resume":                 {Action: access.PauseWrite},
			"listAbsences":           {Action: access.AbsenceRead},
			"excuseAbsence":          {Action: access.AbsenceWrite},
			"unexcuseAbsence":        {Action: access.AbsenceWrite},
			"listEnrollmentRequests": {Action: access.RequestRead},
			"makeRequest":            {Action: access.RequestMake},
			"listRequests":           {Action: access.RequestRead},
			"getRequest":             {Action: access.RequestRead},
			"grantRequest":           {Action: access.RequestDecide},
			"declineRequest":         {Action: access.RequestDecide},
			"withdrawRequest":        {Action: access.RequestMake},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct{ service *registry.Service }

// Package continuingapi serves continuing education, as api/continuing describes it:
// activities, the cycles that they count for, leaves, providers and audits.
package continuingapi

import (
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of continuing education.
func New(s *continuing.Service, src core.Source) edge.Part {
	return edge.Part{Routes: routes, Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, operations{s, src}, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

type operations struct {
	service *continuing.Service
	src     core.Source
}

var routes = edge.Routes{
	"listCEActivities":    {Action: access.CERead},
	"addCEActivity":       {Action: access.CEReport},
	"getCEActivity":       {Action: access.CERead},
	"saveCEActivity":      {Action: access.CEReport},
	"dropCEActivity":      {Action: access.CEReport},
	"getCECertificate":    {Action: access.CERead},
	"attachCECertificate": {Action: access.CEReport, Body: core.MostDocument + 1<<10},
	"reportCEActivity":    {Action: access.CEReport},
	"acceptCEActivity":    {Action: access.CEDecide},
	"rejectCEActivity":    {Action: access.CEDecide},
	"listReportedCE":      {Action: access.CERead},
	"setCourseCE":         {Action: access.CECourse},

	"listCECycles":     {Action: access.CERead},
	"listPastCECycles": {Action: access.CERead},
	"getCEProof":       {Action: access.CERead},

	"requestCELeave": {Action: access.CEReport},
	"getCELeave":     {Action: access.CERead},
	"approveCELeave": {Action: access.CEDecide},
	"declineCELeave": {Action: access.CEDecide},

	"listCEProviders":     {Action: access.CEProviderRead},
	"addCEProvider":       {Action: access.CEProviderWrite},
	"addCommonCEProvider": {Action: access.CEProviderWrite},
	"updateCEProvider":    {Action: access.CEProviderWrite},

	"listCEAudits":  {Action: access.CEAuditRead},
	"beginCEAudit":  {Action: access.CEAuditRun},
	"getCEAudit":    {Action: access.CEAuditRead},
	"getCEDraw":     {Action: access.CEAuditRead},
	"drawCEAudit":   {Action: access.CEAuditRun},
	"listCESample":  {Action: access.CEAuditRead},
	"getCEEvidence": {Action: access.CEAuditRead},
	"decideCEAudit": {Action: access.CEAuditDecide},
}

// Package licensureapi serves licenses and what else people hold, as api/licensure
// describes it: boards' records, their lists, discipline, and credentials of others.
package licensureapi

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of licensure.
func New(s *licensure.Service, src core.Source) edge.Part {
	all := operations{licenses{s, src}, adverse{s}, holdings{s, src}, rosters{s}}
	return edge.Part{Routes: routes, Register: func(e *echo.Echo, guards edge.Guards) {
		RegisterHandlersWithOptions(e, all, RegisterHandlersOptions{OperationMiddlewares: guards})
	}}
}

// operations are the parts of the contract of licensure, a type an idea.
type operations struct {
	licenses
	adverse
	holdings
	rosters
}

var routes = edge.Routes{
	"getTherapist":         {Action: access.LicenseRead},
	"setTherapistDetails":  {Action: access.TherapistWrite},
	"listLicenses":         {Action: access.LicenseRead},
	"recordLicense":        {Action: access.LicenseRecord},
	"getLicense":           {Action: access.LicenseRead},
	"recordLicenseEvent":   {Action: access.LicenseRecord},
	"withdrawLicenseEvent": {Action: access.LicenseRecord},
	"renewLicense":         {Action: access.LicenseRecord},
	"checkLicense":         {Action: access.LicenseRecord},
	"recordLook":           {Action: access.LicenseLook},
	"getCompact":           {Action: access.LicenseRead},

	"listAdverseActions":  {Action: access.LicenseRead},
	"recordAdverseAction": {Action: access.AdverseRecord, Body: core.MostDocument + 1<<20},
	"getOrderDocument":    {Action: access.LicenseRead},
	"attachOrderDocument": {Action: access.AdverseRecord, Body: core.MostDocument + 1<<10},

	"listHoldings":          {Action: access.HoldingRead},
	"recordHolding":         {Action: access.HoldingRecord},
	"getHolding":            {Action: access.HoldingRead},
	"endHolding":            {Action: access.HoldingRecord},
	"verifyHolding":         {Action: access.HoldingVerify},
	"getHoldingDocument":    {Action: access.HoldingRead},
	"attachHoldingDocument": {Action: access.HoldingRecord, Body: core.MostDocument + 1<<10},
	"listHoldingsDue":       {Action: access.HoldingRead},

	"listRosterSources":  {Action: access.RosterRead},
	"createRosterSource": {Action: access.RosterImport},
	"getRosterSource":    {Action: access.RosterRead},
	"updateRosterSource": {Action: access.RosterImport},
	"importRoster":       {Action: access.RosterImport, Body: 65 << 20, Time: 10 * time.Minute},
	"listRosters":        {Action: access.RosterRead},
	"getRoster":          {Action: access.RosterRead},
	"listRosterMatches":  {Action: access.RosterRead},
	"linkRosterMatch":    {Action: access.RosterDecide},
	"dismissRosterMatch": {Action: access.RosterDecide},
}

// Package logbookapi serves programs, enrollments, sessions, imports and transfers,
// as api/logbook describes them.
package logbookapi

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of the logbook.
func New(s *logbook.Service) edge.Part {
	all := operations{programs{s}, drafts{s}, enrollments{s}, entries{s}, imports{s}, transfers{s}}
	return edge.Part{Routes: routes, Register: func(e *echo.Echo, guards edge.Guards) {
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

var routes = edge.Routes{
	"listPrograms":   {Action: access.ProgramRead},
	"publishProgram": {Action: access.ProgramPublish},
	"getProgram":     {Action: access.ProgramRead},

	"listDrafts":    {Action: access.DraftRead},
	"createDraft":   {Action: access.DraftWrite},
	"getDraft":      {Action: access.DraftRead},
	"saveDraft":     {Action: access.DraftWrite},
	"dropDraft":     {Action: access.DraftWrite},
	"backTestDraft": {Action: access.DraftRead},
	"publishDraft":  {Action: access.ProgramPublish},

	"listEnrollments":   {Action: access.EnrollmentRead},
	"correctStudent":    {Action: access.EnrollmentCreate},
	"inviteStudent":     {Action: access.EnrollmentCreate},
	"enroll":            {Action: access.EnrollmentCreate},
	"listMyEnrollments": {Action: access.SelfRead},
	"getTherapistHours": {Action: access.HoursRead},
	"getEnrollment":     {Action: access.EnrollmentRead},
	"getProgress":       {Action: access.EnrollmentRead},
	"getMove":           {Action: access.EnrollmentRead},
	"getOutlook":        {Action: access.EnrollmentRead},
	"getStatement":      {Action: access.EnrollmentRead},
	"listCredits":       {Action: access.EnrollmentRead},

	"listEntries":   {Action: access.EntryRead},
	"logEntry":      {Action: access.EntryLog},
	"getPrefill":    {Action: access.EntryLog},
	"getEntry":      {Action: access.EntryRead},
	"editEntry":     {Action: access.EntryLog},
	"withdrawEntry": {Action: access.EntryLog},
	"submitEntry":   {Action: access.EntryLog},
	"correctEntry":  {Action: access.EntryLog},
	"decideDoubt":   {Action: access.DoubtDecide},
	"returnEntry":   {Action: access.EntryReturn},
	"listInbox":     {Action: access.InboxRead},
	"signEntries":   {Action: access.EntrySign},

	"importAttendance": {Action: access.ImportPropose, Body: 65 << 20, Time: 10 * time.Minute},
	"listImports":      {Action: access.ImportRead},
	"getImport":        {Action: access.ImportRead},
	"approveImport":    {Action: access.ImportDecide, Time: 10 * time.Minute},
	"rejectImport":     {Action: access.ImportDecide},

	"listTransfers":           {Action: access.TransferRead},
	"listEnrollmentTransfers": {Action: access.TransferRead},
	"getTransfer":             {Action: access.TransferRead},
	"getTransferDocument":     {Action: access.TransferRead},
	"proposeTransfer":         {Action: access.TransferPropose},
	"attachDocument":          {Action: access.TransferPropose, Body: core.MostDocument + 1<<10},
	"acceptTransfer":          {Action: access.TransferDecide},
	"declineTransfer":         {Action: access.TransferDecide},
	"reverseTransfer":         {Action: access.TransferDecide},

	"getTransferSources":         {Action: access.TransferSource},
	"proposeTransferFromCredits": {Action: access.TransferPropose},
	"standByTransfer":            {Action: access.TransferDecide},
	"listHandovers":              {Action: access.HandoverRead},
	"listMyHandovers":            {Action: access.DisclosureRead},
}

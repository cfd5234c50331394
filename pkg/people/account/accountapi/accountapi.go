// Package accountapi serves who is who, as api/account describes it.
package accountapi

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of accounts.
func New(s *account.Service) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"signIn":            {Action: edge.Public},
			"listSessions":      {Action: access.SelfRead},
			"signOutEverywhere": {Action: access.SelfWrite},
			"signOut":           {Action: access.SelfWrite},
			"confirmPassword":   {Action: access.SelfWrite},
			"changePassword":    {Action: access.SelfWrite},
			"chooseLanguage":    {Action: access.SelfWrite},
			"getMe":             {Action: access.SelfRead},

			"askAddress":     {Action: access.SelfWrite},
			"confirmAddress": {Action: edge.Public, Guessable: true},
			"askReset":       {Action: edge.Public, Guessable: true},
			"resetPassword":  {Action: edge.Public, Guessable: true},

			"lookUpInvitation": {Action: edge.Public, Guessable: true},
			"acceptInvitation": {Action: edge.Public, Guessable: true},
			"invite":           {Action: access.MemberInvite},
			"listInvitations":  {Action: access.MemberInvite},

			"createOrganization": {Action: access.OrganizationCreate},
			"getOrganization":    {Action: access.OrganizationRead},
			"updateOrganization": {Action: access.OrganizationUpdate},
			"listMembers":        {Action: access.MemberRead},
			"listSupervisors":    {Action: access.SupervisorRead},
			"endMember":          {Action: access.MemberEnd},

			"listTokens":              {Action: access.SelfRead},
			"createToken":             {Action: access.SelfWrite},
			"listOrganizationTokens":  {Action: access.TokenManage},
			"createOrganizationToken": {Action: access.TokenManage},
			"revokeToken":             {Action: access.SelfWrite},

			"listAudit":   {Action: access.AuditRead},
			"exportAudit": {Action: access.AuditRead, Time: 10 * time.Minute},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct{ service *account.Service }

package app

import (
	"maps"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/httpapi"
	"github.com/palmar/palmar/pkg/server"
)

// limits are the routes that take more, or less, than others.
func limits() map[string]server.Limit {
	all := map[string]server.Limit{
		"/o/:organization/imports":          {Body: 65 << 20, Time: 10 * time.Minute},
		"/o/:organization/audit.csv":        {Time: 10 * time.Minute},
		"/o/:organization/rosters":          {Body: 65 << 20, Time: 10 * time.Minute},
		"/imports/:import/approve":          {Time: 10 * time.Minute},
		"/verify":                           {Body: 512 << 10},
		"/transfers/:transfer/document":     {Body: core.MostDocument + 64<<10},
		"/qualifications/:holding/document": {Body: core.MostDocument + 64<<10},
		"/orders/:adverse/document":         {Body: core.MostDocument + 64<<10},
		"/ce/activities/:activity/document": {Body: core.MostDocument + 64<<10},
	}
	for route, l := range httpapi.Limits {
		all[route] = server.Limit{Body: l.Body, Time: l.Time}
	}
	return all
}

// guessable are the routes at which a stranger could try codes and links.
func guessable() []string {
	return append([]string{
		"/check", "/c/:code", "/c/:code/credential.json", "/c/:code/wallet", "/c/:code/credential.jwt", "/c/:code/package.json", "/c/:code/certificate.pdf", "/c/:code/badge.png", "/c/:code/badge.svg", "/c/:code/hours", "/invitations/:token", "/calendars/:calendar",
		"/account/address/:token", "/reset", "/reset/:token", "/v1/password-resets", "/v1/password-resets/complete", "/v1/addresses/confirm",
		"/v1/invitations/look-up", "/v1/invitations/accept",
	}, httpapi.Guessable...)
}

// GuardedRoutes are the patterns of routes with a limit or a throttle of their
// own.
func GuardedRoutes() []string { return slices.AppendSeq(guessable(), maps.Keys(limits())) }

// Package accountview makes the API's models of organizations, for the operations
// of accounts and of what stands above.
package accountview

import (
	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/core"
)

// Organization is a tenant.
func Organization(o core.Organization) common.Organization {
	return common.Organization{
		Id: o.ID, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone, Url: o.URL, Language: o.Language, CheckpointRecipient: o.CheckpointRecipient,
		Jurisdiction: o.Jurisdiction, LookDays: o.LookDays, AcceptsLooks: o.AcceptsLooks,
		Version: o.Version, ClosedAt: o.ClosedAt, ClosedCause: o.ClosedCause,
	}
}

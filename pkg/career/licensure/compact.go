package licensure

import (
	"context"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Compact says whether a therapist could have a multistate license of a home
// state (two letters), by what is recorded and what is known of the compact.
// Permission: license.read, by the therapist or under a grant of licenses. Codes:
// not_found, unknown_jurisdiction (home).
func (s *licenses) Compact(ctx context.Context, a access.Actor, therapist core.TherapistID, home string) (standard.CompactStanding, error) {
	home = strings.ToUpper(strings.TrimSpace(home))
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (standard.CompactStanding, error) {
		if err := r.May(ctx, licensesOf(therapist)); err != nil {
			return standard.CompactStanding{}, err
		}
		if core.JurisdictionName(home) == "" {
			return standard.CompactStanding{}, core.InvalidField("home", "unknown_jurisdiction.home")
		}
		licenses, err := r.Tx.LicensesOf(ctx, therapist)
		if err != nil {
			return standard.CompactStanding{}, err
		}
		credentials, err := r.Tx.CredentialsOf(ctx, therapist)
		var certified core.Minutes
		for _, c := range credentials {
			if c.Kind == core.CredentialCompletion && c.State == core.CredentialActive {
				certified += c.Minutes
			}
		}
		return standard.Compact(licenses, home, certified, standard.AsOf(r.Now)), err
	})
}

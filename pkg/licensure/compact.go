package licensure

import (
	"context"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Compact says whether a therapist could have a multistate licence of a home
// state (two letters), by what is recorded and what is known of the compact.
// Permission: license.read at any school that knows the therapist. Codes:
// not_found, unknown_jurisdiction (home).
func (s *Service) Compact(ctx context.Context, a access.Actor, therapist core.TherapistID, home string) (standard.CompactStanding, error) {
	home = strings.ToUpper(strings.TrimSpace(home))
	var licenses []core.License
	var certified core.Minutes
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := allowed(ctx, tx, a, access.LicenseRead, therapist); err != nil {
			return err
		}
		if JurisdictionName(home) == "" {
			return core.InvalidField("home", "unknown_jurisdiction", "A jurisdiction is one of the two-letter codes of the states, such as OH.")
		}
		if licenses, err = tx.LicensesOf(ctx, therapist); err != nil {
			return err
		}
		credentials, err := tx.CredentialsOf(ctx, therapist)
		for _, c := range credentials {
			if c.Kind == core.CredentialCompletion && c.State == core.CredentialActive {
				certified += c.Minutes
			}
		}
		return err
	})
	if err != nil {
		return standard.CompactStanding{}, err
	}
	return standard.Compact(licenses, home, certified, standard.AsOf(s.src.Now())), nil
}

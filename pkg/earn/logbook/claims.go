package logbook

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// judgeVersions judges what versions of one program claim, by their own rules.
func judgeVersions(ctx context.Context, r act.Reader[Tx], versions []ProgramVersion) error {
	school, err := r.Tx.Organization(ctx, versions[0].OrganizationID)
	if err != nil {
		return err
	}
	for i := range versions {
		v := &versions[i]
		std, err := standard.Parse(v.StandardBody)
		if err != nil {
			return fmt.Errorf("the standard of program version %s: %w", v.ID, err)
		}
		if v.Claims, err = standard.Guarantees(std, school.Today(r.Now)); err != nil {
			return err
		}
	}
	return nil
}

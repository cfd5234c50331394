package logbook

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// judgeVersions judges what versions of one program claim, by their own rules.
func judgeVersions(ctx context.Context, r act.Reader[Tx], versions []ProgramVersion) error {
	var today core.Date
	for i := range versions {
		v := &versions[i]
		std, err := standard.Parse(v.StandardBody)
		if err != nil {
			return fmt.Errorf("the standard of program version %s: %w", v.ID, err)
		}
		if len(std.Claims) == 0 {
			continue
		}
		if today.IsZero() {
			school, err := r.Tx.Organization(ctx, v.OrganizationID)
			if err != nil {
				return err
			}
			today = school.Today(r.Now)
		}
		if v.Claims, err = standard.Guarantees(std, today); err != nil {
			return err
		}
	}
	return nil
}

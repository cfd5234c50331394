package specialty

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
)

// Doctor compares what therapists are said to be trained for with their
// certificates and what courses are about, and the seats that sections count
// with the places held in them, and gives how many lines differ.
func (s *Service) Doctor(ctx context.Context) (differences int64, err error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (int64, error) {
		abilities, err := tx.UnsoundAbilities(ctx)
		if err != nil {
			return 0, err
		}
		sections, err := tx.UnsoundSections(ctx)
		return abilities + sections, err
	})
}

package specialty

import "context"

// Doctor compares what therapists are said to be trained for with their
// certificates and what courses are about, and gives how many lines differ.
func (s *Service) Doctor(ctx context.Context) (differences int64, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		differences, err = tx.UnsoundAbilities(ctx)
		return err
	})
	return differences, err
}

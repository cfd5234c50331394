package specialty

import "context"

// Doctor compares what therapists are said to be trained for with their
// certificates and what courses are about, and the seats that sections count
// with the places held in them, and gives how many lines differ.
func (s *Service) Doctor(ctx context.Context) (differences int64, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if differences, err = tx.UnsoundAbilities(ctx); err != nil {
			return err
		}
		sections, err := tx.UnsoundSections(ctx)
		differences += sections
		return err
	})
	return differences, err
}

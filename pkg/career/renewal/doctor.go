package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Doctor tells of every license that nobody would be reminded of on the right
// day, because its due thing is absent or says another one. It changes nothing and
// asks no permission.
func (s *Service) Doctor(ctx context.Context) ([]words.Sentence, error) {
	var told []words.Sentence
	var after core.LicenseID
	for {
		missed, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]core.LicenseID, error) {
			return tx.MissedDue(ctx, after, atOnce)
		})
		for _, id := range missed {
			told = append(told, words.S("doctor.reminders", "license", id))
		}
		if err != nil || len(missed) < atOnce {
			return told, err
		}
		after = missed[len(missed)-1]
	}
}

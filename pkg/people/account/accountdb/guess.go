package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Guess is what is remembered of wrong passwords and codes.
type Guess struct {
	Subject  string       `gorm:"primaryKey"`
	Failures int          `gorm:"not null"`
	Since    store.Moment `gorm:"not null"`
	Until    store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Guess) TableName() string { return "guesses" }

// Guesses is what is remembered of some subjects; one without memory is
// missing.
func (t Accounts) Guesses(_ context.Context, subjects []string) (map[string]account.Guess, error) {
	found, err := store.All[Guess](t.Gorm().Where("subject IN ?", subjects))
	known := make(map[string]account.Guess, len(found))
	for _, g := range found {
		known[g.Subject] = account.Guess{Failures: g.Failures, Since: g.Since.Time, Until: g.Until.Time}
	}
	return known, err
}

// CountGuess adds a failure to a subject and returns how many it has; failures
// whose wait ended before forgotten do not count any more. Until the
// transaction ends, others that count the same subject wait.
func (t Accounts) CountGuess(_ context.Context, subject string, now, forgotten time.Time) (int, error) {
	g := Guess{Subject: subject, Failures: 1, Since: store.At(now), Until: store.At(now)}
	old := store.At(forgotten)
	err := store.Insert(t.Gorm().Clauses(
		clause.OnConflict{Columns: []clause.Column{{Name: "subject"}}, DoUpdates: clause.Assignments(map[string]any{
			"failures": gorm.Expr("CASE WHEN guesses.until < ? THEN 1 ELSE guesses.failures + 1 END", old),
			"since":    gorm.Expr("CASE WHEN guesses.until < ? THEN excluded.since ELSE guesses.since END", old),
		})},
		clause.Returning{Columns: []clause.Column{{Name: "failures"}}},
	), &g)
	return g.Failures, err
}

// HoldGuesses takes no guess at a subject until a moment.
func (t Accounts) HoldGuesses(_ context.Context, subject string, until time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Guess{}).Where("subject = ?", subject).Update("until", store.At(until)))
}

// PutGuess remembers a subject again.
func (t Accounts) PutGuess(_ context.Context, subject string, g account.Guess) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "subject"}}, DoUpdates: clause.AssignmentColumns([]string{"failures", "since", "until"}),
	}), &Guess{Subject: subject, Failures: g.Failures, Since: store.At(g.Since), Until: store.At(g.Until)})
}

// DropGuesses forgets subjects.
func (t Accounts) DropGuesses(_ context.Context, subjects []string) error {
	_, err := store.Change(t.Gorm().Where("subject IN ?", subjects).Delete(&Guess{}))
	return err
}

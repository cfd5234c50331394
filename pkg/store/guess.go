package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/account"
)

type guessRow struct {
	Subject  string `gorm:"primaryKey"`
	Failures int    `gorm:"not null"`
	Since    moment `gorm:"not null"`
	Until    moment `gorm:"not null"`
}

// Guesses is what is remembered of some subjects; one without memory is
// missing.
func (tx *Tx) Guesses(_ context.Context, subjects []string) (map[string]account.Guess, error) {
	rows, err := many[guessRow](tx.g, "SELECT * FROM guesses WHERE subject IN ?", subjects)
	known := make(map[string]account.Guess, len(rows))
	for _, r := range rows {
		known[r.Subject] = account.Guess{Failures: r.Failures, Since: r.Since.Time, Until: r.Until.Time}
	}
	return known, err
}

// CountGuess adds a failure to a subject and returns how many it has; failures
// whose wait ended before forgotten do not count any more. Until the
// transaction ends, others that count the same subject wait.
func (tx *Tx) CountGuess(_ context.Context, subject string, now, forgotten time.Time) (int, error) {
	return one[int](tx.g, "guess", `INSERT INTO guesses (subject, failures, since, until) VALUES (?, 1, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET
			failures = CASE WHEN guesses.until < ? THEN 1 ELSE guesses.failures + 1 END,
			since = CASE WHEN guesses.until < ? THEN excluded.since ELSE guesses.since END
		RETURNING failures`, subject, at(now), at(now), at(forgotten), at(forgotten))
}

// HoldGuesses takes no guess at a subject until a moment.
func (tx *Tx) HoldGuesses(_ context.Context, subject string, until time.Time) error {
	return tx.changeOne("UPDATE guesses SET until = ? WHERE subject = ?", at(until), subject)
}

// PutGuess remembers a subject anew.
func (tx *Tx) PutGuess(_ context.Context, subject string, g account.Guess) error {
	_, err := tx.exec(`INSERT INTO guesses (subject, failures, since, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, since = excluded.since, until = excluded.until`,
		subject, g.Failures, at(g.Since), at(g.Until))
	return err
}

// DropGuesses forgets subjects.
func (tx *Tx) DropGuesses(_ context.Context, subjects []string) error {
	_, err := tx.exec("DELETE FROM guesses WHERE subject IN ?", subjects)
	return err
}

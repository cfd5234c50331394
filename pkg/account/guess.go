package account

import "time"

// Guess is what is remembered about a subject: how many wrong passwords since
// the first, and until when no other is taken.
type Guess struct {
	Failures int
	Since    time.Time
	Until    time.Time
}

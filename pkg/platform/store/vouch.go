package store

import (
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Each audit row vouches for rows that were there when it was written: what its own
// transaction wrote under a seal, and what was committed shortly before and nobody
// has vouched for yet, the newest audit row among it. So a row that is taken
// out leaves one behind that names it. It costs no statement: what is owed is
// remembered between transactions, by each process for itself. A process that ends
// leaves the last of it to the digest of the day. What is remembered is bounded: where
// much was written and nothing audited, such as by a seed, each of the next audit rows
// vouches for more, and what is beyond mostOwed is left to the digest too.

// vouchedEvent names an audit row.
func vouchedEvent(id core.AuditID) string {
	var room [64]byte
	return string(id.Append(append(room[:0], "audit_events/"...)))
}

// vouchedAtOnce is for how much that is owed from before one row vouches. It is
// more than a row adds, so that nothing waits long. Of what is owed beyond muchOwed it
// vouches for up to so much more. mostOwed is how much is remembered.
const (
	vouchedAtOnce = 8
	muchOwed      = 1_000
	mostOwed      = 100_000
)

// Owe has the next audit row vouch for a row that this transaction has written:
// table/key, or table/key/version.
func (tx *Tx) Owe(row string) { tx.owed = append(tx.owed, row) }

// vouch is what an audit row vouches for; with it nothing is owed any more.
func (tx *Tx) vouch() string {
	taken := tx.seals.take()
	all := append(tx.owed, taken...)
	tx.owed, tx.taken = tx.owed[len(tx.owed):], append(tx.taken, taken...)
	return strings.Join(all, " ")
}

// ended remembers what is owed after a transaction.
func (tx *Tx) ended(err error) {
	if err != nil {
		tx.seals.owe(tx.taken)
		return
	}
	tx.seals.owe(tx.owed)
}

func (s *sealing) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.owed), vouchedAtOnce+min(max(len(s.owed)-muchOwed, 0), muchOwed))
	taken := slices.Clone(s.owed[:n]) // not the room of the rest
	s.owed = s.owed[n:]
	return taken
}

func (s *sealing) owe(rows []string) {
	if len(rows) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed = append(s.owed, rows...)
	s.owed = s.owed[max(len(s.owed)-mostOwed, 0):]
}

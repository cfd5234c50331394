package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// IdempotentAnswer is the first answer to a request with an Idempotency-Key.
// Hash tells its method, path and body from another request's.
type IdempotentAnswer = core.KeptAnswer

type idempotencyRow struct {
	Actor     string
	Key       string
	Hash      []byte
	Status    int
	Header    string
	Body      []byte
	CreatedAt moment
}

// Idempotent finds the answer that an actor's key got before. Of several
// transactions with one key only one is past this at a time: the others wait
// here until it ends and then find its answer. It needs a writing transaction.
func (tx *Tx) Idempotent(_ context.Context, actor, key string) (IdempotentAnswer, bool, error) {
	if tx.postgres {
		if _, err := tx.exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", actor+"\x1f"+key); err != nil {
			return IdempotentAnswer{}, false, err
		}
	}
	rows, err := many[idempotencyRow](tx.g, "SELECT * FROM idempotency_keys WHERE actor = ? AND key = ?", actor, key)
	if err != nil || len(rows) == 0 {
		return IdempotentAnswer{}, false, err
	}
	a := IdempotentAnswer{Hash: rows[0].Hash, Status: rows[0].Status, Body: rows[0].Body}
	return a, true, json.Unmarshal([]byte(rows[0].Header), &a.Header)
}

// KeepIdempotent keeps the first answer in the transaction of what it answers.
func (tx *Tx) KeepIdempotent(_ context.Context, actor, key string, a IdempotentAnswer, now time.Time) error {
	header, err := json.Marshal(a.Header)
	if err != nil {
		return err
	}
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	return tx.insert("idempotency_keys", &idempotencyRow{
		Actor: actor, Key: key, Hash: a.Hash, Status: a.Status, Header: string(header), Body: body, CreatedAt: at(now),
	})
}

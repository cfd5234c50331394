package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type idempotencyRow struct {
	Actor     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
	Hash      []byte `gorm:"not null"`
	Status    int    `gorm:"not null"`
	Header    string `gorm:"not null"`
	Body      []byte `gorm:"not null"`
	CreatedAt moment `gorm:"not null"`
}

// Idempotent finds the answer that an actor's key got before. Of several
// transactions with one key only one is past this at a time: the others wait
// here until it ends and then find its answer. It needs a writing transaction.
func (tx *Tx) Idempotent(_ context.Context, actor, key string) (core.KeptAnswer, bool, error) {
	if tx.postgres {
		if _, err := tx.exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", actor+"\x1f"+key); err != nil {
			return core.KeptAnswer{}, false, err
		}
	}
	rows, err := many[idempotencyRow](tx.g, "SELECT * FROM idempotency_keys WHERE actor = ? AND key = ?", actor, key)
	if err != nil || len(rows) == 0 {
		return core.KeptAnswer{}, false, err
	}
	a := core.KeptAnswer{Hash: rows[0].Hash, Status: rows[0].Status, Body: rows[0].Body}
	return a, true, json.Unmarshal([]byte(rows[0].Header), &a.Header)
}

// KeepIdempotent keeps the first answer in the transaction of what it answers.
func (tx *Tx) KeepIdempotent(_ context.Context, actor, key string, a core.KeptAnswer, now time.Time) error {
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

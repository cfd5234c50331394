package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// IdempotencyKey is the answer that a key got.
type IdempotencyKey struct {
	Actor     string                    `gorm:"primaryKey"`
	Key       string                    `gorm:"primaryKey"`
	Hash      []byte                    `gorm:"not null"`
	Status    int                       `gorm:"not null"`
	Header    JSON[map[string][]string] `gorm:"not null" of:"idempotency_keys.key"`
	Body      []byte                    `gorm:"not null"`
	CreatedAt Moment                    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (IdempotencyKey) TableName() string { return "idempotency_keys" }

// Idempotent finds the answer that an actor's key got before. Of several
// transactions with one key only one is past this at a time: the others wait
// here until it ends and then find its answer. It needs a writing transaction.
func (tx *Tx) Idempotent(_ context.Context, actor, key string) (core.KeptAnswer, bool, error) {
	if tx.postgres {
		if _, err := Change(tx.Gorm().Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", actor+"\x1f"+key)); err != nil {
			return core.KeptAnswer{}, false, err
		}
	}
	found, err := All[IdempotencyKey](tx.Gorm().Where("actor = ? AND key = ?", actor, key))
	if err != nil || len(found) == 0 {
		return core.KeptAnswer{}, false, err
	}
	k := found[0]
	return core.KeptAnswer{Hash: k.Hash, Status: k.Status, Header: k.Header.V, Body: k.Body}, true, nil
}

// KeepIdempotent keeps the first answer in the transaction of what it answers.
func (tx *Tx) KeepIdempotent(_ context.Context, actor, key string, a core.KeptAnswer, now time.Time) error {
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	return Insert(tx.Gorm(), &IdempotencyKey{
		Actor: actor, Key: key, Hash: a.Hash, Status: a.Status, Header: JSON[map[string][]string]{a.Header}, Body: body, CreatedAt: At(now),
	})
}

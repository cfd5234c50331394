package translogdb

import (
	"context"
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
)

// Head is the log's own state, the one row of its table. The first number of the
// log is 0, and GORM must not give any: no key here counts by itself.
type Head struct {
	ID     int64  `gorm:"primaryKey;autoIncrement:false"`
	Origin string `gorm:"not null"`
	Public string `gorm:"not null"`
	Sealed []byte `gorm:"not null"`
	Size   int64  `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Head) TableName() string { return "log_state" }

// LogHead is the log's state; in a writing transaction nobody else appends
// until the end.
func (t Log) LogHead(context.Context) (translog.Head, error) {
	h, err := store.One[Head](t.Gorm().Where("id = 1").Scopes(t.Locked("log_state")), "log")
	return translog.Head{Origin: h.Origin, Public: h.Public, Sealed: h.Sealed, Size: h.Size}, err
}

// StartLog keeps the state of an empty log, unless another transaction has
// started it: read LogHead afterward.
func (t Log) StartLog(_ context.Context, h translog.Head) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}), &Head{ID: 1, Origin: h.Origin, Public: h.Public, Sealed: h.Sealed})
}

// AppendLog keeps what was appended.
func (t Log) AppendLog(_ context.Context, b translog.Batch) error {
	entries, openings := make([]Entry, len(b.Openings)), make([]Opening, len(b.Openings))
	for i, o := range b.Openings {
		entries[i] = Entry{o.Number, o.Leaf()}
		openings[i] = Opening{o.Number, o.Event, o.Subject, o.Salt, string(o.Payload)}
	}
	hashes := make([]Hash, 0, len(b.Hashes))
	for number, h := range b.Hashes {
		hashes = append(hashes, Hash{number, h[:]})
	}
	c := b.Checkpoint
	t.Owe("log_entries/" + strconv.FormatInt(c.Size-1, 10))
	for _, rows := range []any{entries, openings, hashes, &Checkpoint{c.Size, c.Note, store.At(c.SignedAt)}} {
		if err := store.Insert(t.Gorm(), rows); err != nil {
			return err
		}
	}
	return store.ChangeOne(t.Gorm().Model(&Head{}).Where("id = 1 AND size = ?", c.Size-int64(len(b.Openings))).Update("size", c.Size))
}

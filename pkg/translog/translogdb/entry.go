package translogdb

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
)

// Entry is what the log tells everybody.
type Entry struct {
	Number int64  `gorm:"primaryKey;autoIncrement:false"`
	Leaf   []byte `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Entry) TableName() string { return "log_entries" }

// Hash is a node of the log's tree.
type Hash struct {
	Number int64  `gorm:"primaryKey;autoIncrement:false"`
	Hash   []byte `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Hash) TableName() string { return "log_hashes" }

// Opening is what an entry of the log is of.
type Opening struct {
	Number  int64  `gorm:"primaryKey;autoIncrement:false"`
	Event   string `gorm:"not null"`
	Subject string `gorm:"not null"`
	Salt    []byte `gorm:"not null"`
	Payload string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Opening) TableName() string { return "log_openings" }

// Noun is the opening as the log has it.
func (o Opening) Noun() translog.Opening {
	return translog.Opening{Number: o.Number, Event: o.Event, Subject: o.Subject, Salt: o.Salt, Payload: []byte(o.Payload)}
}

// asked is how many hashes one statement asks for.
const asked = 400

// LogHashes are stored hashes by their numbers; one that is missing is left out.
func (t Log) LogHashes(_ context.Context, numbers []int64) (map[int64]tlog.Hash, error) {
	found := make(map[int64]tlog.Hash, len(numbers))
	for part := range slices.Chunk(numbers, asked) {
		hashes, err := store.All[Hash](t.Gorm().Where("number IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, h := range hashes {
			if len(h.Hash) != tlog.HashSize {
				return nil, fmt.Errorf("hash %d of the log has %d bytes", h.Number, len(h.Hash))
			}
			found[h.Number] = tlog.Hash(h.Hash)
		}
	}
	return found, nil
}

// LogLeaves are at most limit entries from a number on.
func (t Log) LogLeaves(_ context.Context, from int64, limit int) ([][]byte, error) {
	found, err := store.All[Entry](t.Gorm().Where("number >= ? AND number < ?", from, from+int64(limit)).Order("number"))
	return store.Each(found, func(e Entry) []byte { return e.Leaf }), err
}

// OpeningsOf are what was logged of a subject, oldest first.
func (t Log) OpeningsOf(_ context.Context, subject string) ([]translog.Opening, error) {
	found, err := store.All[Opening](t.Gorm().Where("subject = ?", subject).Order("number"))
	return store.Each(found, Opening.Noun), err
}

// LogOpenings are the openings of at most limit entries from a number on.
func (t Log) LogOpenings(_ context.Context, from int64, limit int) ([]translog.Opening, error) {
	found, err := store.All[Opening](t.Gorm().Where("number >= ? AND number < ?", from, from+int64(limit)).Order("number"))
	return store.Each(found, Opening.Noun), err
}

// LogHashCount is how many hashes are stored.
func (t Log) LogHashCount(context.Context) (int64, error) {
	return store.One[int64](t.Gorm().Model(&Hash{}).Select("COUNT(*)"), "log")
}

// LogOpeningCount is of how many entries the openings are kept.
func (t Log) LogOpeningCount(context.Context) (int64, error) {
	return store.One[int64](t.Gorm().Model(&Opening{}).Select("COUNT(*)"), "log")
}

package translogdb

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
)

// Checkpoint is what the log's key signed of its length and its tree.
type Checkpoint struct {
	Size     int64        `gorm:"primaryKey;autoIncrement:false"`
	Note     string       `gorm:"not null"`
	SignedAt store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Checkpoint) TableName() string { return "log_checkpoints" }

func (c Checkpoint) toCore() translog.Checkpoint {
	return translog.Checkpoint{Size: c.Size, Note: c.Note, SignedAt: c.SignedAt.Time}
}

// Cosignature is a witness's word on a checkpoint.
type Cosignature struct {
	Size     int64        `gorm:"primaryKey"`
	Witness  string       `gorm:"primaryKey"`
	Line     string       `gorm:"not null"`
	StatedAt store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Cosignature) TableName() string { return "log_cosignatures" }

func (c Cosignature) toCore() translog.Cosignature {
	return translog.Cosignature{Witness: c.Witness, Line: c.Line, StatedAt: c.StatedAt.Time}
}

// LogCheckpoint is the newest checkpoint.
func (t Log) LogCheckpoint(context.Context) (translog.Checkpoint, error) {
	c, err := store.One[Checkpoint](t.Gorm().Order("size DESC").Limit(1), "checkpoint")
	return c.toCore(), err
}

// CheckpointAt is the checkpoint of one size.
func (t Log) CheckpointAt(_ context.Context, size int64) (translog.Checkpoint, error) {
	c, err := store.One[Checkpoint](t.Gorm().Where("size = ?", size), "checkpoint")
	return c.toCore(), err
}

// Checkpoints are at most limit checkpoints after a size, in their order.
func (t Log) Checkpoints(_ context.Context, after int64, limit int) ([]translog.Checkpoint, error) {
	found, err := store.All[Checkpoint](t.Gorm().Where("size > ?", after).Order("size").Limit(limit))
	return store.Each(found, Checkpoint.toCore), err
}

// CosignaturesOf are the witnesses' words on the checkpoint of a size.
func (t Log) CosignaturesOf(_ context.Context, size int64) ([]translog.Cosignature, error) {
	found, err := store.All[Cosignature](t.Gorm().Where("size = ?", size).Order("witness"))
	return store.Each(found, Cosignature.toCore), err
}

// NewestCosigned is the newest size that a witness has cosigned, 0 for none.
func (t Log) NewestCosigned(context.Context) (int64, error) {
	return store.One[int64](t.Gorm().Model(&Cosignature{}).Select("COALESCE(MAX(size), 0)"), "log")
}

// AddCosignature keeps a witness's word; a second one on the same checkpoint
// takes the place of the first.
func (t Log) AddCosignature(_ context.Context, size int64, c translog.Cosignature) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "size"}, {Name: "witness"}}, DoUpdates: clause.AssignmentColumns([]string{"line", "stated_at"}),
	}), &Cosignature{Size: size, Witness: c.Witness, Line: c.Line, StatedAt: store.At(c.StatedAt)})
}

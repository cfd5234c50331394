package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// ParkedItem is an item of background work that was given up.
type ParkedItem struct {
	Work        string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Code        string `gorm:"not null"`
	Message     string `gorm:"not null"`
	Tries       int    `gorm:"not null"`
	ParkedAt    Moment `gorm:"not null"`
	DismissedAt Moment
}

// TableName implements schema.Tabler.
func (ParkedItem) TableName() string { return "parked_items" }

func (p ParkedItem) toCore() act.Parked {
	return act.Parked{
		Item: act.Item{Work: p.Work, ID: p.ID}, Code: p.Code, Message: p.Message, Tries: p.Tries,
		At: p.ParkedAt.Time, DismissedAt: p.DismissedAt.Time,
	}
}

// Park keeps an item that was given up until someone looks at it.
func (tx *Tx) Park(_ context.Context, p act.Parked) error {
	return Insert(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "work"}, {Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"code", "message", "tries", "parked_at", "dismissed_at"}),
	}), &ParkedItem{Work: p.Work, ID: p.ID, Code: p.Code, Message: p.Message, Tries: p.Tries, ParkedAt: At(p.At)})
}

// Parked are at most limit items that were given up, by work and identifier,
// after one; work "" means any. Those that someone dismissed are left out unless
// all is set.
func (tx *Tx) Parked(_ context.Context, work string, all bool, after act.Item, limit int) ([]act.Parked, error) {
	q := tx.Gorm().Where("(work, id) > (?, ?)", after.Work, after.ID)
	if work != "" {
		q = q.Where("work = ?", work)
	}
	if !all {
		q = q.Where("dismissed_at IS NULL")
	}
	found, err := All[ParkedItem](q.Order("work, id").Limit(limit))
	return Each(found, ParkedItem.toCore), err
}

// CountParked is how many items wait to be looked at, by work.
func (tx *Tx) CountParked(context.Context) (map[string]int, error) {
	type row struct {
		Work string
		N    int
	}
	counted, err := All[row](tx.Gorm().Model(&ParkedItem{}).Select("work, COUNT(*) AS n").Where("dismissed_at IS NULL").Group("work"))
	found := make(map[string]int, len(counted))
	for _, c := range counted {
		found[c.Work] = c.N
	}
	return found, err
}

// Unpark forgets that an item was given up, or gives not_found. It does not queue
// it.
func (tx *Tx) Unpark(_ context.Context, item act.Item) error {
	return changeParked(tx.parked(item).Delete(&ParkedItem{}))
}

// DismissParked keeps that an item stays undone, or gives not_found.
func (tx *Tx) DismissParked(_ context.Context, item act.Item, now time.Time) error {
	return changeParked(tx.parked(item).Update("dismissed_at", At(now)))
}

func (tx *Tx) parked(item act.Item) *gorm.DB {
	return tx.Gorm().Model(&ParkedItem{}).Where("work = ? AND id = ?", item.Work, item.ID)
}

func changeParked(done *gorm.DB) error {
	n, err := Change(done)
	if err == nil && n == 0 {
		err = core.NotFound("parked item")
	}
	return err
}

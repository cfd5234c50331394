package store

import (
	"context"

	"gorm.io/gorm"
)

// MigrateTo brings a database to an older version than this program's.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := db.goose(ctx)
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// Gorm is the writing connection.
func (db *DB) Gorm() *gorm.DB { return db.writer }

// Exec runs a statement as someone could who does not go through the services.
func Exec(tx *Tx, statement string, args ...any) error {
	return tx.exec(statement, args...)
}

// Owed is how much is committed and not vouched for yet.
func (db *DB) Owed() int {
	db.seals.mu.Lock()
	defer db.seals.mu.Unlock()
	return len(db.seals.owed)
}

package store

import (
	"context"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
)

// Tx is what services do with the database, within a transaction when it comes
// from Write.
type Tx struct {
	g        *gorm.DB
	postgres bool
	writing  bool
}

type txKey struct{ db *DB }

// maxTries bounds how often a transaction is run when the database asks for it
// to be repeated.
const maxTries = 6

// Write runs fn in one transaction; see core.Transactor.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx, ok := ctx.Value(txKey{db}).(*Tx); ok {
		return fn(ctx, tx)
	}
	for try := 1; ; try++ {
		err := db.writer.WithContext(ctx).Transaction(func(g *gorm.DB) error {
			tx := &Tx{g: g, postgres: db.postgres, writing: true}
			return fn(context.WithValue(ctx, txKey{db}, tx), tx)
		})
		if err == nil {
			return nil
		}
		if try == maxTries || !repeatable(err) {
			return translate(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * time.Duration(5+rand.IntN(20)) * time.Millisecond):
		}
	}
}

// Read runs fn on a reading connection, or within the transaction that ctx is
// part of.
func (db *DB) Read(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx, ok := ctx.Value(txKey{db}).(*Tx); ok {
		return fn(ctx, tx)
	}
	return translate(fn(ctx, &Tx{g: db.reader.WithContext(ctx), postgres: db.postgres}))
}

type bound[T any] struct {
	db *DB
	as func(*Tx) T
}

// Bind hands out the slice T of Tx that a service consumes.
func Bind[T any](db *DB, as func(*Tx) T) core.Transactor[T] { return bound[T]{db, as} }

func (b bound[T]) Write(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Write(ctx, func(ctx context.Context, tx *Tx) error { return fn(ctx, b.as(tx)) })
}

func (b bound[T]) Read(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Read(ctx, func(ctx context.Context, tx *Tx) error { return fn(ctx, b.as(tx)) })
}

// forUpdate locks the rows that a query returns until the transaction ends.
// SQLite has one writer and needs none of it.
func (tx *Tx) forUpdate(sql string) string {
	if tx.postgres && tx.writing {
		return sql + " FOR UPDATE"
	}
	return sql
}

// one runs a query that must find a row; what names the thing in the fault.
func one[T any](g *gorm.DB, what, query string, args ...any) (T, error) {
	rows, err := many[T](g, query, args...)
	if err != nil {
		return *new(T), err
	}
	if len(rows) == 0 {
		return *new(T), core.NotFound(what)
	}
	return rows[0], nil
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	r := tx.g.Exec(query, args...)
	return r.RowsAffected, translate(r.Error)
}

// changeOne runs an update that must change exactly one row; none means that
// somebody else changed it first.
func (tx *Tx) changeOne(query string, args ...any) error {
	n, err := tx.exec(query, args...)
	if err == nil && n == 0 {
		return core.ErrStale
	}
	return err
}

// insert writes one row or a slice of rows of a table.
func (tx *Tx) insert(table string, rows any) error {
	return translate(tx.g.Table(table).CreateInBatches(rows, 200).Error)
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/act"
)

// Tx is what services do with the database, within a transaction unless it comes
// from Read or Single.
type Tx struct {
	g        *gorm.DB
	postgres bool
	writing  bool

	seals *sealing
	owed  []string // what was written, for the next audit row to vouch for
	taken []string // of what was committed before, what this transaction vouches for
}

type txKey struct{ db *DB }

func (db *DB) joined(ctx context.Context) *Tx {
	tx, _ := ctx.Value(txKey{db}).(*Tx)
	return tx
}

// Joined tells whether ctx belongs to a transaction that goes on.
func (db *DB) Joined(ctx context.Context) bool { return db.joined(ctx) != nil }

var errReading = errors.New("store: a snapshot only reads; write after it has ended")

// Attempt runs fn once in one transaction; see act.Store. Within a transaction it
// is a part of that, of which nothing stays when fn fails: anyone who began it may go
// on without that part.
func (db *DB) Attempt(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx := db.joined(ctx); tx != nil {
		if !tx.writing {
			return errReading
		}
		return tx.part(ctx, fn)
	}
	tx := &Tx{postgres: db.postgres, writing: true, seals: db.seals}
	err := db.writer.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		tx.g = g
		return fn(context.WithValue(ctx, txKey{db}, tx), tx)
	})
	tx.ended(err)
	if err != nil && repeatable(err) {
		return fmt.Errorf("%w: %w", act.ErrAgain, err)
	}
	return translate(err)
}

// part runs fn so that it leaves nothing behind when it fails.
func (tx *Tx) part(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if err := tx.exec("SAVEPOINT part"); err != nil {
		return err
	}
	owed, taken := slices.Clone(tx.owed), len(tx.taken)
	failed := fn(ctx, tx)
	if failed != nil {
		tx.owed = append(owed, tx.taken[taken:]...)
		if err := tx.exec("ROLLBACK TO SAVEPOINT part"); err != nil {
			return err // not what fn said: the whole transaction is lost
		}
	}
	if err := tx.exec("RELEASE SAVEPOINT part"); err != nil {
		return err
	}
	return failed
}

// Write is Attempt until it is through; see core.Transactor.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if db.Joined(ctx) {
		return db.Attempt(ctx, fn)
	}
	return act.Again(ctx, func() error { return db.Attempt(ctx, fn) })
}

// Snapshot runs fn so that all it reads is of one moment: REPEATABLE READ on
// PostgreSQL, a read transaction on SQLite. Within a transaction it is part of
// that.
func (db *DB) Snapshot(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx := db.joined(ctx); tx != nil {
		return fn(ctx, tx)
	}
	var options []*sql.TxOptions
	if db.postgres {
		options = []*sql.TxOptions{{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}
	}
	return translate(db.snapshot.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		tx := &Tx{g: g, postgres: db.postgres, seals: db.seals}
		return fn(context.WithValue(ctx, txKey{db}, tx), tx)
	}, options...))
}

// Single runs fn, which may read one statement, on a reading connection, or
// within the transaction that ctx is part of.
func (db *DB) Single(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx := db.joined(ctx); tx != nil {
		return fn(ctx, tx)
	}
	g := db.reader.WithContext(ctx)
	g.Statement.ConnPool = &single{ConnPool: g.Statement.ConnPool}
	return translate(fn(ctx, &Tx{g: g, postgres: db.postgres, seals: db.seals}))
}

// Read runs fn on a reading connection, or within the transaction that ctx is
// part of.
func (db *DB) Read(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if tx := db.joined(ctx); tx != nil {
		return fn(ctx, tx)
	}
	return translate(fn(ctx, &Tx{g: db.reader.WithContext(ctx), postgres: db.postgres, seals: db.seals}))
}

// single is a connection for one statement: two could see two moments.
type single struct {
	gorm.ConnPool
	used bool
}

var errSecond = errors.New("store: a second statement outside of a snapshot")

// QueryContext implements gorm.ConnPool.
func (s *single) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s.used {
		return nil, errSecond
	}
	s.used = true
	return s.ConnPool.QueryContext(ctx, query, args...)
}

// ExecContext implements gorm.ConnPool.
func (s *single) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errReading
}

// Bound is the slice T of Tx that a service consumes.
type Bound[T any] struct {
	db *DB
	as func(*Tx) T
}

// Bind hands out the slice T of Tx.
func Bind[T any](db *DB, as func(*Tx) T) Bound[T] { return Bound[T]{db, as} }

func (b Bound[T]) sliced(fn func(context.Context, T) error) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error { return fn(ctx, b.as(tx)) }
}

// Attempt implements act.Store.
func (b Bound[T]) Attempt(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Attempt(ctx, b.sliced(fn))
}

// Snapshot implements act.Store.
func (b Bound[T]) Snapshot(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Snapshot(ctx, b.sliced(fn))
}

// Single implements act.Store.
func (b Bound[T]) Single(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Single(ctx, b.sliced(fn))
}

// Joined implements act.Store.
func (b Bound[T]) Joined(ctx context.Context) bool { return b.db.Joined(ctx) }

// Write implements core.Transactor.
func (b Bound[T]) Write(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Write(ctx, b.sliced(fn))
}

// Read implements core.Transactor.
func (b Bound[T]) Read(ctx context.Context, fn func(context.Context, T) error) error {
	return b.db.Read(ctx, b.sliced(fn))
}

func (tx *Tx) exec(query string, args ...any) error {
	return translate(tx.g.Exec(query, args...).Error)
}

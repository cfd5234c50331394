package store

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/palmar/palmar/pkg/core"
)

// The packages below a subject, such as logbookdb, read and write their models
// with GORM's query builder, and end each statement in one of the functions here:
// All, One and Found read, Insert, Change and ChangeOne write. They turn drivers'
// errors into faults of core.

// Models are those of the kernel itself, by table.
func Models() []any { return []any{AuditEvent{}, IdempotencyKey{}, ParkedItem{}} }

// Gorm is the connection of the transaction, or of the reading, for one statement.
func (tx *Tx) Gorm() *gorm.DB { return tx.g }

// Postgres tells whether the database is PostgreSQL.
func (tx *Tx) Postgres() bool { return tx.postgres }

// All runs a query for all of its rows. T is a model, a struct whose fields are
// named like the columns, or the value of a query's one column; NULL is a field's
// zero value.
func All[T any](query *gorm.DB) ([]T, error) {
	run, asked := query, keepsJSON[T]()
	if asked {
		run = query.Session(&gorm.Session{}) // query stays as it was built, to find which row is broken
	}
	var found []T
	err := run.Find(&found).Error
	if err != nil && asked {
		err = unreadable[T](query, err)
	}
	if err != nil {
		return nil, translate(err)
	}
	return found, nil
}

// Stream runs a query and gives do one row after the other, so that they need not
// be in memory at once. Nothing else can use the transaction until it is through.
func Stream[T any](query *gorm.DB, do func(T) error) error {
	query = query.Model(new(T))
	rows, err := query.Rows()
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row T
		if err := query.ScanRows(rows, &row); err != nil {
			return translate(err)
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// One runs a query that must find a row; what names the thing in the fault.
func One[T any](query *gorm.DB, what string) (T, error) {
	rows, err := All[T](query)
	if err != nil {
		return *new(T), err
	}
	if len(rows) == 0 {
		return *new(T), core.NotFound(what)
	}
	return rows[0], nil
}

// Found tells whether a query has a row.
func Found(query *gorm.DB) (bool, error) {
	rows, err := All[int](query.Select("1").Limit(1))
	return len(rows) > 0, err
}

// Insert writes a model, or a slice of models.
func Insert(g *gorm.DB, rows any) error {
	return translate(g.CreateInBatches(rows, most).Error)
}

// Change ends a statement that changes rows, and returns how many.
func Change(done *gorm.DB) (int64, error) { return done.RowsAffected, translate(done.Error) }

// ChangeOne is Change for what must change exactly one row; none means that
// someone else changed it first.
func ChangeOne(done *gorm.DB) error {
	n, err := Change(done)
	if err == nil && n == 0 {
		return core.ErrStale
	}
	return err
}

// ChangeAll is Change for what must change exactly so many rows; another number
// means that someone else changed some of them first.
func ChangeAll(done *gorm.DB, many int64) error {
	n, err := Change(done)
	if err == nil && n != many {
		return core.ErrStale
	}
	return err
}

// Next is the version of a row that is being changed, as the value of its column.
var Next = gorm.Expr("version + 1")

// Locked makes others that would change the rows of a table wait until the
// transaction ends; those that only refer to them need not. SQLite has one writer
// and needs none of it.
func (tx *Tx) Locked(table string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if !tx.postgres || !tx.writing {
			return q
		}
		return q.Clauses(clause.Locking{Strength: "NO KEY UPDATE", Table: clause.Table{Name: table}})
	}
}

// In is the condition that a column is one of ids, with one argument: the text of
// the statement does not depend on their number.
func In[K any](tx *Tx, column string, ids []core.ID[K]) clause.Expr {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	if tx.postgres {
		return gorm.Expr(column+" = ANY(CAST(? AS uuid[]))", "{"+strings.Join(texts, ",")+"}")
	}
	return gorm.Expr(column+" IN (SELECT value FROM json_each(?))", jsonOf(texts))
}

// InTexts is In for texts.
func InTexts(tx *Tx, column string, texts []string) clause.Expr {
	texts = append([]string{}, texts...) // none is an empty list, not null, of which PostgreSQL gives an error if its plan asks
	if tx.postgres {
		return gorm.Expr(column+" IN (SELECT json_array_elements_text(CAST(? AS json)))", jsonOf(texts))
	}
	return gorm.Expr(column+" IN (SELECT value FROM json_each(?))", jsonOf(texts))
}

// most is how many rows one statement writes.
const most = 400

// Each turns models into nouns.
func Each[R, T any](rows []R, to func(R) T) []T {
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = to(rows[i])
	}
	return out
}

// breachError is a unique constraint that a statement would have broken.
type breachError struct {
	fault      *core.Fault
	constraint string
}

func (b *breachError) Error() string { return b.fault.Error() + " (" + b.constraint + ")" }

// Unwrap gives core.ErrDuplicate.
func (b *breachError) Unwrap() error { return b.fault }

// Breach is fault where err tells that one of some unique constraints would have
// been broken, and err otherwise. A constraint has two names: PostgreSQL's, and
// "table.column, table.column" as SQLite writes it.
func Breach(err error, fault *core.Fault, constraints ...string) error {
	var b *breachError
	if errors.As(err, &b) && slices.Contains(constraints, b.constraint) {
		return fault
	}
	return err
}

// unreadable says which row, table and column a query could not read, where a
// column that keeps JSON was it.
func unreadable[T any](query *gorm.DB, failed error) error {
	if !strings.Contains(failed.Error(), "sql: Scan error") {
		return failed
	}
	failed = fmt.Errorf("read a row as %T: %v", *new(T), failed) //nolint:errorlint // a fault within it would be shown as one of the input
	if s, ok := query.Statement.ConnPool.(*single); ok {
		s.used = false
	}
	if query.Statement.Model == nil {
		query = query.Model(new(T)) // Find had it from where the rows go
	}
	rows, err := query.Rows()
	if err != nil {
		return failed
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return failed
	}
	for rows.Next() {
		var row T
		if err := query.Session(&gorm.Session{NewDB: true}).ScanRows(rows, &row); err != nil {
			if found := placed[T](rows, columns, err); found != nil {
				return found
			}
			return failed
		}
	}
	return failed
}

// placed names the column of JSON at which reading a row stopped.
func placed[T any](rows *sql.Rows, columns []string, failed error) error {
	for i, column := range columns {
		if !strings.Contains(failed.Error(), fmt.Sprintf("index %d, name %q", i, column)) {
			continue
		}
		table, key, named := strings.Cut(keptIn(reflect.TypeFor[T](), column), ".")
		if table == "" {
			return nil
		}
		if !named {
			key = "id"
		}
		return &unreadableError{table: table, column: column, key: key, row: rowNamed(rows, columns, key), err: errors.Unwrap(failed)}
	}
	return nil
}

// keptIn is what the tag of a column that keeps JSON says: its table, and the
// column of the key where that is not the id. Without a column it is that of any.
func keptIn(row reflect.Type, column string) string {
	if row.Kind() != reflect.Struct {
		return ""
	}
	for i := range row.NumField() {
		f := row.Field(i)
		of := f.Tag.Get("of")
		setting := schema.ParseTagSetting(f.Tag.Get("gorm"), ";")
		switch _, embedded := setting["EMBEDDED"]; {
		case embedded || f.Anonymous:
			of = keptIn(f.Type, column)
		case column == "" || setting["COLUMN"] == column || schema.NamingStrategy{}.ColumnName("", f.Name) == column:
		default:
			continue
		}
		if of != "" {
			return of
		}
	}
	return ""
}

var knownJSON sync.Map // of bool by reflect.Type

func keepsJSON[T any]() bool {
	row := reflect.TypeFor[T]()
	known, ok := knownJSON.Load(row)
	if !ok {
		known, _ = knownJSON.LoadOrStore(row, keptIn(row, "") != "")
	}
	return known.(bool)
}

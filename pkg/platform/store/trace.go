package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// Trace is told of every statement just before the database is, no matter who asks
// for it: the queries of this package, the queue's, and "BEGIN", "COMMIT" and
// "ROLLBACK". It gets the text alone, since arguments may be someone's data.
// Several connections may call it at once.
type Trace func(ctx context.Context, statement string)

// Option changes how a database is opened.
type Option func(*options)

type options struct{ trace Trace }

// WithTrace has every statement told. It is for tests and measurements: it
// slows each statement down a little.
func WithTrace(t Trace) Option { return func(o *options) { o.trace = t } }

// traced gives connections to what conn connects to, by connect, that tell of
// their statements; conn is closed.
func traced(conn *sql.DB, connect func(context.Context) (driver.Conn, error), t Trace) *sql.DB {
	d := conn.Driver()
	conn.Close()
	return sql.OpenDB(tracer{d, connect, t})
}

// tracer is a driver.Connector.
type tracer struct {
	driver  driver.Driver
	connect func(context.Context) (driver.Conn, error)
	trace   Trace
}

// Driver implements driver.Connector.
func (t tracer) Driver() driver.Driver { return t.driver }

// Connect implements driver.Connector.
func (t tracer) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := t.connect(ctx)
	if err != nil {
		return nil, err
	}
	return tracedConn{c.(connection), t.trace}, nil
}

// connection is what the connections of both drivers can do. Neither answers
// driver.ErrSkip, so that no statement is told twice.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
}

type tracedConn struct {
	connection
	trace Trace
}

// ExecContext implements driver.ExecerContext.
func (c tracedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.trace(ctx, query)
	return c.connection.ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (c tracedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.trace(ctx, query)
	return c.connection.QueryContext(ctx, query, args)
}

// PrepareContext implements driver.ConnPrepareContext. To prepare a statement is
// not told, each time it runs is.
func (c tracedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return tracedStmt{s.(statement), query, c.trace}, nil
}

// BeginTx implements driver.ConnBeginTx.
func (c tracedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.trace(ctx, "BEGIN")
	tx, err := c.connection.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return tracedTx{tx, ctx, c.trace}, nil
}

// CheckNamedValue implements driver.NamedValueChecker by the driver's own, or as
// database/sql would without one.
func (c tracedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.connection.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// IsValid implements driver.Validator.
func (c tracedConn) IsValid() bool {
	v, ok := c.connection.(driver.Validator)
	return !ok || v.IsValid()
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type tracedStmt struct {
	statement
	text  string
	trace Trace
}

// ExecContext implements driver.StmtExecContext.
func (s tracedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.trace(ctx, s.text)
	return s.statement.ExecContext(ctx, args)
}

// QueryContext implements driver.StmtQueryContext.
func (s tracedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.trace(ctx, s.text)
	return s.statement.QueryContext(ctx, args)
}

type tracedTx struct {
	driver.Tx
	ctx   context.Context // of BeginTx: a commit has none of its own
	trace Trace
}

// Commit implements driver.Tx.
func (t tracedTx) Commit() error {
	t.trace(t.ctx, "COMMIT")
	return t.Tx.Commit()
}

// Rollback implements driver.Tx.
func (t tracedTx) Rollback() error {
	t.trace(t.ctx, "ROLLBACK")
	return t.Tx.Rollback()
}

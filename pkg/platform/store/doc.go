// Package store is the kernel of what is kept: SQLite or PostgreSQL through GORM,
// transactions, migrations, the queue's items and the audit.
//
// The packages below the subjects, such as logbookdb, have the models and their
// queries, and end each statement in a function of this package, so that drivers'
// errors leave it as faults of core. The numbered SQL migrations, mirrored for
// both databases, own the schema. It must never know a subject.
package store
